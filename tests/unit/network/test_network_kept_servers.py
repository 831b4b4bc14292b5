"""Servers kept while waiting for the next station, on cases small enough to follow by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from network_text import HEAD, ONE_DESK, SCRIPT, load, measures

KEPT = (
    ONE_DESK.replace("[0, 10, 20, 30]", "[0, 1]")
    + """\
    next: ward
    hold_until_next: true
  ward: {servers: 1, service: 1 h}
"""
)


def test_a_bed_is_kept_for_a_limited_time(tmp_path: Path) -> None:
    # The second is served from 15 to 30 and would keep the desk until the ward is free at 75.
    assert measures(load(tmp_path, KEPT))["patient", "desk", "in_service"] == pytest.approx(
        (15 + 60) / 1440
    )
    limited = KEPT.replace("hold_until_next: true", "hold_until_next: true\n    hold_limit: 20 min")
    found = measures(load(tmp_path, limited))
    assert found["patient", "desk", "in_service"] == pytest.approx((15 + 15 + 20) / 1440)
    assert found["patient", "ward", "hold_limit_reached"] == 1
    assert found["patient", "ward", "reneged"] == 0
    # Whoever gives the bed up was served in full.
    assert found["patient", "all", "left_finished"] == 2
    assert found["patient", "all", "left_reneged"] == 0
    assert found["patient", "all", "time_in_system_mean"] == (75 + (29 + 20)) / 2
    on = limited.replace(
        "20 min\n", "20 min\n    on_hold_limit: {home: {share: 1.0, travel: 1 h}}\n"
    )
    found = measures(load(tmp_path, on + "  home: {servers: unlimited, service: 1 h}\n"))
    assert found["patient", "home", "granted"] == 1
    assert found["patient", "desk", "in_service"] == pytest.approx((15 + 15 + 20) / 1440)
    assert found["patient", "all", "time_in_system_mean"] == (75 + (29 + 20 + 60 + 60)) / 2


TAKEN = (
    HEAD
    + """\
classes:
  patient: {arrivals: {scripted: {times: [10]}}, start: desk}
  inpatient: {arrivals: {scripted: {times: [0]}}, start: ward}
  resident: {arrivals: {scripted: {times: [0]}}, start: home}
stations:
  desk: {servers: 1, service: 1 min, next: ward, hold_until_next: true, hold_limit: 60 min}
  ward: {servers: 1, service: 5 d, patience: 50 min, on_renege: home}
  home: {servers: 1, service: 5 d}
"""
)


@pytest.mark.parametrize("patience", [20, 50, 60])
def test_the_limit_runs_on_from_queue_to_queue(tmp_path: Path, patience: int) -> None:
    found = measures(load(tmp_path, TAKEN.replace("50 min", f"{patience} min")))
    # Kept from 11 to 71, whichever queue the patient is in then.
    assert found["patient", "desk", "in_service"] == pytest.approx((1 + 60) / 1440)
    assert found["patient", "home", "hold_limit_reached"] == 1
    assert found["patient", "all", "time_in_system_mean"] == 61.0
    assert found["patient", "ward", "reneged_wait_mean"] == patience


def test_a_second_hold_has_a_limit_of_its_own(tmp_path: Path) -> None:
    text = TAKEN.replace("next: ward", "next: step").replace(
        "  ward:",
        "  step: {servers: 1, service: 30 min, next: ward, hold_until_next: true, hold_limit: 40 min}\n"
        "  ward:",
    )
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "in_service"] == pytest.approx(1 / 1440)
    assert found["patient", "step", "in_service"] == pytest.approx((30 + 40) / 1440)


def test_patience_and_limit_of_a_kept_bed_do_not_share_their_luck(tmp_path: Path) -> None:
    # Every bed is kept for a ward that nobody is let into; patience and limit have one distribution.
    patients = 1000
    text = ONE_DESK.replace(SCRIPT, "regular: 1 min, until: 1000 min").replace(
        "servers: 1", "servers: unlimited"
    )
    text += (
        "    next: ward\n    hold_until_next: true\n    hold_limit: {uniform: {low: 0 min, high: 1 h}}\n"
        "  ward: {servers: 0, service: 1 h, patience: {uniform: {low: 0 min, high: 1 h}}}\n"
    )
    found = measures(load(tmp_path, text))
    # Of two independent equal times each is the shorter one half of the time, and it lasts 20 of 60 minutes.
    impatient = found["patient", "ward", "reneged"]
    assert abs(impatient / patients - 0.5) < 4.0 * np.sqrt(0.25 / patients)
    assert found["patient", "ward", "hold_limit_reached"] == patients - impatient
    kept = found["patient", "desk", "in_service"] * 1440 / patients - 15.0
    assert abs(kept - 20.0) < 4.0 * 60.0 * np.sqrt(1 / 18 / patients)


def test_who_is_refused_leaves_the_bed(tmp_path: Path) -> None:
    found = measures(load(tmp_path, KEPT.replace("service: 1 h}", "service: 1 h, room: 0}")))
    assert found["patient", "ward", "refused"] == found["patient", "all", "left_refused"] == 1
    assert found["patient", "desk", "in_service"] == pytest.approx(30 / 1440)
