"""Times equal on paper are equal in the run, in any unit: traced by hand, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from network_text import HEAD, load

from sim.engine.choose import ENGINES
from sim.measure.network.measures import network_measures
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import network_model, simulate_network
from sim.time_units import on_grid

ENGINE_NAMES = sorted(ENGINES)
EQUAL = ("2.4 min", "0.1 h", "7 min", "0.7 min", "13.37 min", "0.3333 h", "0.013 d", "0.0011 w")
"""Lengths of which few are whole numbers of any unit."""

Measures = dict[tuple[str, str, str], float]


@pytest.fixture(params=ENGINE_NAMES)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Measures]:
    """Return what runs a file on each of the engines."""

    def measures_of(text: str) -> Measures:
        scenario: NetworkScenario = load(tmp_path, text)
        table = network_measures(scenario, simulate_network(scenario, 0, request.param))
        return dict(table.set_index(["class", "station", "measure"])["value"])

    return measures_of


def back_to_back(every: str, service: str, more: str = "", length: str = "7 d") -> str:
    head = HEAD.replace("length: 1 d", f"length: {length}")
    return (
        f"{head}classes:\n  patient:\n    arrivals: {{regular: {{every: {every}}}}}\n"
        f"    start: desk\nstations:\n  desk: {{servers: 1, service: {service}{more}}}\n"
    )


@pytest.mark.parametrize("time", EQUAL)
def test_who_comes_as_the_one_before_goes_finds_the_server_free(
    run: Callable[[str], Measures], time: str
) -> None:
    found = run(back_to_back(time, time, ", room: 0"))
    assert found["patient", "desk", "refused"] == 0
    assert found["patient", "desk", "granted"] == found["patient", "desk", "arrivals"] > 500


@pytest.mark.parametrize("time", EQUAL)
def test_nobody_waits_who_comes_as_the_one_before_goes(
    run: Callable[[str], Measures], time: str
) -> None:
    found = run(back_to_back(time, time))
    assert found["patient", "desk", "waited_share"] == 0.0
    assert found["patient", "desk", "wait_mean"] == 0.0


def test_lengths_equal_in_two_units_are_equal(run: Callable[[str], Measures]) -> None:
    for every, service in (("2.4 min", "0.04 h"), ("0.1 h", "6 min"), ("0.005 d", "7.2 min")):
        assert run(back_to_back(every, service, ", room: 0"))["patient", "desk", "refused"] == 0


def test_a_tick_longer_and_they_are_not(run: Callable[[str], Measures]) -> None:
    # The second of two comes before the first one has gone, by 0.00006 s: every other one is refused.
    found = run(back_to_back("2.4 min", "2.400001 min", ", room: 0"))
    assert found["patient", "desk", "refused"] == found["patient", "desk", "granted"] == 2100


@pytest.mark.parametrize("unit", ["min", "h", "d"])
def test_scripted_times_meet_sums_of_services(run: Callable[[str], Measures], unit: str) -> None:
    # k * 0.1 and 0.1 + 0.1 + ... differ from the third on, as numbers.
    times = [round(0.1 * k, 1) for k in range(200)]
    assert times != np.cumsum([0.0, *[0.1] * 199]).tolist()
    text = (
        HEAD.replace("length: 1 d", "length: 30 d")
        + f"classes:\n  patient:\n    arrivals: {{scripted: {{times: {times}, unit: {unit}}}}}\n"
        + f"    start: desk\nstations:\n  desk: {{servers: 1, service: 0.1 {unit}, room: 0}}\n"
    )
    found = run(text)
    assert (found["patient", "desk", "granted"], found["patient", "desk", "refused"]) == (200, 0)


def test_the_end_of_a_service_comes_before_the_end_of_patience(
    run: Callable[[str], Measures],
) -> None:
    # Six come together. One begins at once and one every 2.4 min; patience lasts three services, and who would
    # lose it as a server becomes free is served: those at 0, 2.4, 4.8 and 7.2. The other two go at 7.2.
    text = HEAD + (
        "classes:\n  patient:\n    arrivals: {scripted: {times: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]}}\n"
        "    start: desk\nstations:\n"
        "  desk: {servers: 1, service: 2.4 min, patience: 7.2 min}\n"
    )
    found = run(text)
    assert (found["patient", "desk", "granted"], found["patient", "desk", "reneged"]) == (4, 2)
    assert found["patient", "desk", "reneged_wait_mean"] == 7.2


def test_at_closing_who_is_finished_makes_room_first(run: Callable[[str], Measures]) -> None:
    # Open for an hour; seventeen wait from the opening on, 4 min each. The fifteenth ends at the minute of the
    # closing, and ends come before changes of servers: the sixteenth begins, and the seventeenth is sent home.
    times = [480.0] * 17
    text = HEAD + (
        f"classes:\n  patient:\n    arrivals: {{scripted: {{times: {times}}}}}\n    start: desk\n"
        "stations:\n  desk:\n"
        "    servers: [{from: Mon 08:00, servers: 1}, {from: Mon 09:00, servers: 0}]\n"
        "    service: {constant: 0.0666666667 h}\n    at_closing: send_home\n"
    )
    found = run(text)
    served, home = found["patient", "desk", "granted"], found["patient", "desk", "sent_home"]
    assert (served, home) == (16, 1)
    assert found["patient", "desk", "overtime_per_closing"] == 4.0


def test_who_comes_at_the_minute_of_closing_is_not_let_in(run: Callable[[str], Measures]) -> None:
    # 100 arrivals, 2.4 min apart from 08:00 on: those of the last two hours, from 10:00 on, find it closed.
    text = HEAD + (
        "classes:\n  patient:\n    arrivals: {regular: {every: 2.4 min, first: 8 h}, until: 12 h}\n"
        "    start: desk\nstations:\n  desk:\n"
        "    servers: [{from: Mon 08:00, servers: 1}, {from: Mon 10:00, servers: 0}]\n"
        "    service: 2.4 min\n    at_closing: serve\n"
    )
    found = run(text)
    assert (found["patient", "desk", "granted"], found["patient", "desk", "sent_home"]) == (50, 50)
    assert found["patient", "desk", "overtime_per_closing"] == 0.0
    assert found["patient", "desk", "utilisation"] == 1.0


def test_overflow_goes_only_where_the_first_is_really_taken(
    run: Callable[[str], Measures],
) -> None:
    text = back_to_back("2.4 min", "4.8 min", ", room: 0, on_full: second")
    found = run(text + "  second: {servers: 1, service: 4.8 min, room: 0}\n")
    assert found["patient", "desk", "granted"] == found["patient", "second", "granted"] == 2100
    assert found["patient", "second", "refused"] == 0


def test_years_do_not_wear_out_the_exactness(run: Callable[[str], Measures]) -> None:
    found = run(back_to_back("10.1 h", "10.1 h", ", room: 0", "60 y"))
    assert found["patient", "desk", "refused"] == 0
    assert found["patient", "desk", "arrivals"] > 51_000


@pytest.mark.parametrize("minutes", [2.4, 0.1, 1 / 3, 7.2, 1e-5, 1440 * 364 * 199.99])
def test_a_time_on_the_grid_stays_there(minutes: float) -> None:
    time = on_grid(minutes)
    assert on_grid(time) == time
    # Half a tick, and what a double cannot tell.
    assert abs(time - minutes) <= 0.5 / 6e6 + 2 * np.spacing(minutes)
    assert on_grid(time + np.spacing(time)) == time


def test_sums_of_many_are_products() -> None:
    total = 0.0
    for count in range(1, 100_000):
        total = on_grid(total + 2.4)
        if count % 9973 == 0:
            assert total == on_grid(count * 2.4)


@pytest.mark.parametrize("wait", ["60 min", "1 min", "2.4 min", "3 d"])
def test_quantiles_of_a_constant_are_the_constant(
    run: Callable[[str], Measures], wait: str
) -> None:
    # Everybody who comes waits as long: the server is blocked for one service before each.
    text = HEAD.replace("length: 1 d", "length: 60 d") + (
        "classes:\n  patient:\n    arrivals: {regular: {every: 10 d}, until: 55 d}\n"
        f"    start: first\nstations:\n  first: {{servers: unlimited, service: {wait}}}\n"
    )
    found = run(text)
    exact = found["patient", "all", "time_in_system_mean"]
    for level in (50, 90, 95):
        assert found["patient", "all", f"time_in_system_q{level}"] == exact


def test_quantiles_lie_between_the_shortest_and_the_longest_wait(
    run: Callable[[str], Measures],
) -> None:
    # Waits 0, 60, 120 and 180 min.
    text = HEAD + (
        "classes:\n  patient:\n    arrivals: {scripted: {times: [0, 0, 0, 0]}}\n    start: desk\n"
        "stations:\n  desk: {servers: 1, service: 60 min}\n"
    )
    found = run(text)
    quantiles = [found["patient", "desk", f"wait_q{level}"] for level in (50, 90, 95)]
    assert quantiles[1:] == [pytest.approx(180.0, rel=0.02)] * 2
    assert max(quantiles) <= 180.0
    assert found["patient", "desk", "waited_mean"] == 120.0
    assert found["patient", "desk", "wait_mean"] == 90.0


def test_periods_beside_the_grid_are_refused(tmp_path: Path) -> None:
    scenario = load(tmp_path, back_to_back("7 min", "7 min"))
    beside = scenario.run.model_copy(update={"warm_up": 1 / 7, "length": 2 / 7})
    with pytest.raises(ValueError, match="must begin on it"):
        network_model(scenario.model_copy(update={"run": beside}))


def test_the_end_of_a_run_is_on_the_grid(tmp_path: Path) -> None:
    scenario = load(tmp_path, back_to_back("7 min", "7 min"))
    run = scenario.run.model_copy(update={"warm_up": 0.1, "length": 0.2})
    assert 0.1 + 0.2 != 0.3
    model = network_model(scenario.model_copy(update={"run": run}))
    assert model.period_starts.tolist() == [0.0, 0.1, 0.3]
