"""What the further keys of a network file do, on cases small enough to follow by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from network_text import CLINIC, HEAD, ONE_DESK, SCRIPT, load, measures
from test_network_runs import arrivals_of

from sim.measure.network.census import census
from sim.subjects.network.model import simulate_network


def many(text: str, weeks: int) -> str:
    """Return the desk with endless servers over some weeks."""
    return text.replace("length: 1 d", f"length: {weeks} w").replace(
        "servers: 1", "servers: unlimited"
    )


# --- arrivals ---------------------------------------------------------------------------------


def test_batches_come_together(tmp_path: Path) -> None:
    text = ONE_DESK.replace(SCRIPT, "scripted: {times: [5, 60]}, batch: 3")
    assert arrivals_of(load(tmp_path, text)) == [5.0] * 3 + [60.0] * 3
    text = ONE_DESK.replace(SCRIPT, "regular: 8 h, batch: 2")
    assert arrivals_of(load(tmp_path, text)) == [0.0, 0.0, 480.0, 480.0, 960.0, 960.0]


def test_sizes_of_batches_have_their_shares(tmp_path: Path) -> None:
    batch = "batch: {sizes: [1, 4], shares: [0.75, 0.25]}"
    text = many(ONE_DESK.replace(SCRIPT, f"regular: 1 h, {batch}"), 20)
    times = np.array(arrivals_of(load(tmp_path, text)))
    _, sizes = np.unique(times, return_counts=True)
    assert sizes.size == 20 * 168
    assert set(sizes) == {1, 4}
    error = np.sqrt(0.75 * 0.25 / sizes.size)
    assert abs((sizes == 4).mean() - 0.25) < 4.0 * error


def test_a_factor_multiplies_the_rate(tmp_path: Path) -> None:
    plain = arrivals_of(load(tmp_path, ONE_DESK.replace(SCRIPT, "poisson: 2 per hour")))
    faster = ONE_DESK.replace(SCRIPT, "poisson: 1 per hour, factor: 4")
    faster = faster.replace("seed: 1", "seed: 1, arrival_factor: 2")
    found = arrivals_of(load(tmp_path, faster))
    # The same luck, four times as fast.
    assert found[: len(plain)] == pytest.approx([time / 4.0 for time in plain])


def test_hours_weekdays_and_months_multiply_the_rate(tmp_path: Path) -> None:
    factors = (
        "poisson: 2 per hour, "
        "hours: [0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "
        "weekdays: [2, 1, 1, 1, 1, 0, 0], months: [1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]"
    )
    text = many(ONE_DESK.replace(SCRIPT, factors), 52).replace("seed: 1", "seed: 1, month: Dec")
    times = np.array(arrivals_of(load(tmp_path, text)))
    day = (times // 1440).astype(int)
    weekday, hour = day % 7, (times % 1440) // 60
    assert np.all(day >= 31), "nobody comes in December"
    assert np.all((weekday < 5) & (hour >= 8) & (hour < 12))
    january, february = (day >= 31) & (day < 62), (day >= 62) & (day < 90)
    for chosen, first, end, factor in ((january, 31, 62, 1.0), (february, 62, 90, 3.0)):
        weights = [2.0 if d % 7 == 0 else 1.0 if d % 7 < 5 else 0.0 for d in range(first, end)]
        expected = factor * 2.0 * (3 + 3 + 1 + 1) * sum(weights)
        assert abs(chosen.sum() - expected) < 4.0 * np.sqrt(expected)
    early = ((hour < 10) & (day < 365)).sum()
    assert abs(early / times.size - 0.75) < 4.0 * np.sqrt(0.75 * 0.25 / times.size)


def test_months_that_are_alike_change_nothing(tmp_path: Path) -> None:
    pieces = "piecewise: [{from: 06:00, rate: 2 per hour}, {from: 18:00, rate: 1 per hour}]"
    plain = arrivals_of(load(tmp_path, many(ONE_DESK.replace(SCRIPT, pieces), 12)))
    months = f"{pieces}, months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"
    found = arrivals_of(load(tmp_path, many(ONE_DESK.replace(SCRIPT, months), 12)))
    assert found == pytest.approx(plain, rel=1e-12)
    assert len(found) > 2000


@pytest.mark.parametrize("until", ["patients", "all"])
def test_arrivals_stop_and_those_inside_are_served(tmp_path: Path, until: str) -> None:
    text = ONE_DESK.replace(
        SCRIPT, "regular: 10 min" + (", until: 1 h" if until == "patients" else "")
    )
    if until == "all":
        text = text.replace("seed: 1", "seed: 1, arrivals_until: 1 h")
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "arrivals"] == 6
    assert found["patient", "all", "left_finished"] == 6
    assert found["patient", "all", "inside_at_end"] == 0
    # Without serving those inside: the run ends when the arrivals do.
    short = measures(load(tmp_path, text.replace("length: 1 d", "length: 61 min")))
    assert short["patient", "all", "left_finished"] == 4
    assert short["patient", "all", "inside_at_end"] == 2
    assert short["patient", "all", "time_in_system_mean"] == (15 + 20 + 25 + 30) / 4


# --- several stations ---------------------------------------------------------------------------

WARDS = (
    HEAD
    + """\
classes:
  patient:
    arrivals: {scripted: {times: [0, 1, 2, 3, 50]}}
    start: any-ward
first_free:
  any-ward: [one, two, three]
stations:
  one: {servers: 1, service: 40 min}
  two: {servers: 1, service: 100 min}
  three: {servers: 1, service: 100 min}
"""
)


def test_the_first_station_with_a_free_server_is_taken(tmp_path: Path) -> None:
    found = measures(load(tmp_path, WARDS))
    # At 3 all are taken: the fourth waits at the last one until 102; at 50 the first is free again.
    assert [found["patient", name, "granted"] for name in ("one", "two", "three")] == [2, 1, 2]
    assert [found["patient", name, "arrivals"] for name in ("one", "two", "three")] == [2, 1, 2]
    assert [found["patient", name, "reneged"] for name in ("one", "two", "three")] == [0, 0, 0]
    assert found["patient", "three", "wait_mean"] == (102 - 3) / 2


def test_who_finds_all_taken_can_wait_at_the_first(tmp_path: Path) -> None:
    found = measures(load(tmp_path, WARDS.replace("[one, two, three]", "[one, two, three, one]")))
    assert found["patient", "one", "granted"] == 3
    assert found["patient", "one", "wait_mean"] == (0 + 37 + (80 - 50)) / 3


def test_overflow_chain_and_relocation_matrix(tmp_path: Path) -> None:
    text = WARDS.replace("start: any-ward", "start: one").replace(
        "one: {servers: 1, service: 40 min}",
        "one: {servers: 1, service: 40 min, room: 0, on_full: {two: 1.0}}",
    )
    text = text.replace(
        "two: {servers: 1, service: 100 min}",
        "two: {servers: 1, service: 100 min, room: 0, on_full: {three: {share: 1.0, travel: 7 min}}}",
    ).replace("three: {servers: 1, service: 100 min}", "three: {servers: 1, service: 1 h, room: 0}")
    found = measures(load(tmp_path, text))
    assert [found["patient", name, "granted"] for name in ("one", "two", "three")] == [2, 1, 1]
    assert found["patient", "three", "refused"] == 1
    assert found["patient", "all", "left_refused"] == 1
    assert found["patient", "all", "time_in_system_mean"] == (40 + 100 + (7 + 60) + 40) / 4


def test_relocation_has_its_shares(tmp_path: Path) -> None:
    text = WARDS.replace("scripted: {times: [0, 1, 2, 3, 50]}", "regular: 1 min").replace(
        "start: any-ward", "start: one"
    )
    text = text.replace("length: 1 d", "length: 2 d").replace(
        "one: {servers: 1, service: 40 min}",
        "one: {servers: 0, service: 1 h, room: 0, on_full: {two: 0.5, three: 0.3}}",
    )
    text = text.replace("servers: 1, service: 100 min", "servers: unlimited, service: 1 min")
    found = measures(load(tmp_path, text))
    for name, share in (("two", 0.5), ("three", 0.3)):
        error = np.sqrt(share * (1.0 - share) / 2880)
        assert abs(found["patient", name, "arrivals"] / 2880 - share) < 4.0 * error
    lost = found["patient", "all", "left_refused"] / 2880
    assert abs(lost - 0.2) < 4.0 * np.sqrt(0.2 * 0.8 / 2880)


def test_servers_kept_free_for_a_class(tmp_path: Path) -> None:
    text = ONE_DESK.replace(
        "stations:",
        "  urgent:\n    arrivals: {scripted: {times: [12]}}\n    start: desk\nstations:",
    ).replace("servers: 1", "servers: 2\n    reserved: 1\n    reserved_for: [urgent]")
    text += "    priority: {urgent: 0, other: 1}\n"
    found = measures(load(tmp_path, text))
    # The others begin only while another server stays free: not before the urgent one is done at 27.
    assert found["patient", "desk", "wait_mean"] == (0 + 17 + 22 + 27) / 4
    assert found["urgent", "desk", "wait_mean"] == 0.0


@pytest.mark.parametrize(
    ("served_every", "urgent", "routine"),
    # Urgent ones join at 1, 2 and 3, routine ones at 0.5 and 0.75; from 15 on somebody starts every 15 minutes.
    [
        ("", (14 + 28 + 42) / 3, (59.5 + 74.25) / 2),
        ("    served_every: 2\n", (14 + 43 + 72) / 3, (29.5 + 59.25 - 0.0) / 2),
    ],
)
def test_a_served_share_of_those_who_came_first(
    tmp_path: Path, served_every: str, urgent: float, routine: float
) -> None:
    text = ONE_DESK.replace("[0, 10, 20, 30]", "[0, 0.5, 0.75]").replace(
        "stations:",
        "  urgent:\n    arrivals: {scripted: {times: [1, 2, 3]}}\n    start: desk\nstations:",
    )
    text += "    priority: {urgent: 1, other: 2}\n" + served_every
    found = measures(load(tmp_path, text))
    assert found["urgent", "desk", "wait_mean"] == pytest.approx(urgent)
    assert found["patient", "desk", "wait_mean"] == pytest.approx(2 * routine / 3)


# --- referral, clock, classes ---------------------------------------------------------------------


def test_patience_leads_to_another_station_after_a_delay(tmp_path: Path) -> None:
    text = ONE_DESK.replace("[0, 10, 20, 30]", "[0, 1]") + (
        "    patience: 4 min\n    on_renege: {clinic: {share: 1.0, travel: 2 h}}\n" + CLINIC
    )
    found = measures(load(tmp_path, text))
    assert found["patient", "all", "time_in_system_mean"] == (15 + (4 + 120 + 10)) / 2
    assert found["patient", "desk", "reneged_wait_mean"] == 4.0


def test_ways_change_with_the_clock(tmp_path: Path) -> None:
    text = ONE_DESK + (
        "    next_by_clock:\n"
        "      - {from: 00:00, to: exit}\n"
        "      - {from: Mon 00:30, to: clinic}\n" + CLINIC
    )
    # Services end at 15, 30, 45 and 60: the one at half past already goes the new way.
    assert measures(load(tmp_path, text))["patient", "clinic", "arrivals"] == 3
    begin = ONE_DESK + CLINIC
    begin = begin.replace(
        "start: desk",
        "start_by_clock: [{from: 00:00, to: desk}, {from: 00:20, to: clinic}]",
    )
    found = measures(load(tmp_path, begin))
    assert [found["patient", name, "arrivals"] for name in ("desk", "clinic")] == [2, 2]


def test_ways_follow_the_week_wherever_the_run_begins(tmp_path: Path) -> None:
    text = ONE_DESK.replace("seed: 1}", "seed: 1, start: Tue}") + (
        "    next_by_clock:\n"
        "      - {from: Mon 00:00, to: exit}\n"
        "      - {from: Tue 00:30, to: clinic}\n"
        "      - {from: Wed 00:00, to: exit}\n" + CLINIC
    )
    # The run's first half hour is Tuesday's.
    assert measures(load(tmp_path, text))["patient", "clinic", "arrivals"] == 3


def test_a_class_changes_and_returns_after_a_delay(tmp_path: Path) -> None:
    text = ONE_DESK.replace("stations:", "  follow-up: {}\nstations:").replace(
        "service: 15 min",
        "service: {patient: 15 min, follow-up: 5 min}\n"
        "    next: {patient: {desk: {share: 1.0, travel: 3 h, becomes: follow-up}}}",
    )
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "granted"] == found["follow-up", "desk", "granted"] == 4
    # In the network as a whole they count by the class in which they came.
    assert found["patient", "all", "left_finished"] == 4
    assert found["follow-up", "all", "entered"] == found["follow-up", "all", "left_finished"] == 0
    assert found["patient", "all", "time_in_system_mean"] == 7.5 + 15 + 180 + 5


# --- census -------------------------------------------------------------------------------------


def counted(scenario) -> dict[tuple[str, str, str, str], float]:
    table = census(scenario, simulate_network(scenario, 0))
    return dict(table.set_index(["at", "class", "station", "measure"])["value"])


def test_everybody_is_counted_at_stated_times(tmp_path: Path) -> None:
    text = ONE_DESK + (
        "    next: {clinic: {share: 1.0, travel: 7 min}}\n"
        + CLINIC
        + "report: {census_at: [0 min, 15 min, 25 min, 41 min]}\n"
    )
    found = counted(load(tmp_path, text))

    def at(time: str) -> tuple[float, ...]:
        keys = [
            ("desk", "waiting"),
            ("desk", "in_service"),
            ("clinic", "in_service"),
            ("desk", "inside"),
        ]
        return tuple(found[time, "patient", *key] for key in keys)

    # Just before anything happens at that time: at 0 nobody has come, at 15 the first is still served.
    assert at("0 min") == (0, 0, 0, 0)
    assert at("15 min") == (1, 1, 0, 2)
    # At 25 the first is in the clinic, the second served, the third waits; at 41 one is on the way.
    assert at("25 min") == (1, 1, 1, 3)
    assert at("41 min") == (1, 1, 1, 3)
    assert found["41 min", "patient", "clinic", "inside"] == 0


def test_everybody_is_counted_by_the_hour_of_the_week(tmp_path: Path) -> None:
    text = ONE_DESK.replace(SCRIPT, "regular: {every: 1 w, first: 30 min}").replace(
        "service: 15 min", "service: 2 h"
    )
    text = text.replace("warm_up: 0 d, length: 1 d", "warm_up: 1 w, length: 3 w")
    text = text.replace("seed: 1", "seed: 1, start: Tue 08:00")
    found = counted(load(tmp_path, text + "report: {census_by_hour: true}\n"))
    inside = {at for (at, *_, measure), value in found.items() if measure == "inside" and value}
    assert inside == {"Tue 09:00", "Tue 10:00"}
    assert found["Tue 09:00", "patient", "desk", "in_service"] == 1.0
    assert len(found) == 168 * 3


def test_a_census_changes_nothing_else(tmp_path: Path) -> None:
    text = ONE_DESK.replace(SCRIPT, "poisson: 3 per hour")
    plain = measures(load(tmp_path, text))
    found = measures(load(tmp_path, text + "report: {census_by_hour: true, census_at: [77 min]}\n"))
    assert found == pytest.approx(plain, rel=1e-12, nan_ok=True)


def test_a_transient_is_the_mean_number_of_an_infinite_server_queue(tmp_path: Path) -> None:
    # M(t)/G/inf from empty: the number inside at t is Poisson with mean rate * mean of min(stay, t).
    text = many(ONE_DESK.replace(SCRIPT, "poisson: 40 per hour"), 1).replace(
        "15 min", "{uniform: {low: 0 h, high: 4 h}}"
    )
    text = text.replace("length: 1 w", "length: 5 h") + "report: {census_at: [2 h, 290 min]}\n"
    scenario = load(tmp_path, text)
    runs = 100
    tables = [census(scenario, simulate_network(scenario, r), r) for r in range(runs)]
    inside = pd.concat(tables).query("measure == 'inside'").groupby("at")["value"].mean()
    for at, wanted in (("120 min", 40.0 * (2.0 - 2.0 / 4.0)), ("290 min", 40.0 * 2.0)):
        assert abs(inside[at] - wanted) < 4.0 * np.sqrt(wanted / runs)
