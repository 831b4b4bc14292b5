"""The load of stations, by the traffic equations."""

from __future__ import annotations

from pathlib import Path

import pytest
from network_text import HEAD, load

from sim.scenario.network.load import load_network
from sim.scenario.network.workload import station_loads

SHIPPED = Path(__file__).parents[3] / "scenarios" / "networks"

FEEDBACK = (
    HEAD
    + """\
classes:
  patient:
    arrivals: {poisson: 24 per hour}
    start: desk
stations:
  desk: {servers: 1, service: {exponential: 1 min}, next: lab}
  lab: {servers: 2, service: {exponential: 2 min}, next: {desk: 0.2}}
  unused: {servers: 1, service: 1 min, next: {unused: 0.5}}
"""
)


def test_feedback_adds_to_the_arrivals(tmp_path: Path) -> None:
    desk, lab, unused = station_loads(load(tmp_path, FEEDBACK))
    assert desk.arrivals_per_hour == pytest.approx(30.0)
    assert (desk.load, lab.load) == pytest.approx((0.5, 0.5))
    assert lab.work == pytest.approx(1.0)
    assert unused.load == 0.0


def test_calendars_are_averaged_over_the_week(tmp_path: Path) -> None:
    text = FEEDBACK.replace(
        "poisson: 24 per hour",
        "piecewise: [{from: weekdays 08:00, rate: 24 per hour}, "
        "{from: weekdays 20:00, rate: 0 per hour}]",
    ).replace(
        "servers: 1, service: {exponential: 1 min}",
        "servers: [{from: Wed 00:00, servers: 0}, {from: Sun 00:00, servers: 7}], service: 1 min",
    )
    desk, lab, _ = station_loads(load(tmp_path, text))
    assert desk.servers == pytest.approx(7 * 3 / 7)
    assert lab.arrivals_per_hour == pytest.approx(30.0 * 5 / 14)


def test_unlimited_servers_have_no_load(tmp_path: Path) -> None:
    text = FEEDBACK.replace("servers: 2", "servers: unlimited")
    assert station_loads(load(tmp_path, text))[1].load == 0.0


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_networks_are_not_overloaded(file: Path) -> None:
    assert all(found.load < 1.0 for found in station_loads(load_network(file, SHIPPED.parent)))
