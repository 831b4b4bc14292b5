"""What the further keys of a network file do, on cases small enough to follow by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from network_text import HEAD, ONE_DESK, load, measures
from test_network_runs import arrivals_of

from sim.measure.network_census import census
from sim.study.network import simulate_network

SCRIPT = "scripted: {times: [0, 10, 20, 30]}"


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


# --- referral, clock, classes ---------------------------------------------------------------------

CLINIC = "  clinic: {servers: unlimited, service: 10 min}\n"


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


# --- kept servers -------------------------------------------------------------------------------

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


# --- sessions -----------------------------------------------------------------------------------

SESSION = ONE_DESK.replace("[0, 10, 20, 30]", "[0, 10, 20, 30, 41, 1450]").replace(
    "servers: 1", "servers: [{from: 00:00, servers: 1}, {from: 00:40, servers: 0}]"
)
SESSION = SESSION.replace("length: 1 d", "length: 2 d")


def test_those_who_wait_are_carried_over(tmp_path: Path) -> None:
    found = measures(load(tmp_path, SESSION))
    # Served at 0, 15, 30; the others at midnight, after a quarter of an hour, and another one.
    assert found["patient", "desk", "granted"] == 6
    assert found["patient", "desk", "sent_home"] == 0
    waits = [0, 5, 10, 1440 - 30, 1455 - 41, 1470 - 1450]
    assert found["patient", "desk", "wait_mean"] == pytest.approx(np.mean(waits))
    # One works on from 40 to 45, and on the second day the last from 1480 to 1485.
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx((5 + 5) / 2)


def test_those_who_wait_are_sent_home(tmp_path: Path) -> None:
    found = measures(load(tmp_path, SESSION + "    at_closing: send_home\n"))
    # At closing the fourth still waits; the fifth comes when it is closed.
    assert found["patient", "desk", "granted"] == 4
    assert found["patient", "desk", "arrivals"] == 6
    assert found["patient", "desk", "sent_home"] == 2
    assert found["patient", "desk", "sent_home_share"] == 2 / 6
    assert found["patient", "desk", "reneged"] == 0
    assert found["patient", "all", "left_sent_home"] == 2
    on = SESSION + "    at_closing: send_home\n    on_closing: clinic\n" + CLINIC
    assert measures(load(tmp_path, on))["patient", "clinic", "granted"] == 2


def test_those_who_wait_are_served_after_closing(tmp_path: Path) -> None:
    found = measures(load(tmp_path, SESSION + "    at_closing: serve\n"))
    # The fourth is served from 45 to 60, the fifth finds the door closed.
    assert found["patient", "desk", "granted"] == 5
    assert found["patient", "desk", "sent_home"] == 1
    assert found["patient", "desk", "wait_mean"] == (0 + 5 + 10 + 15 + 0) / 5
    assert found["patient", "desk", "overtime_per_closing"] == (5 + 15) / 2
    assert found["patient", "desk", "utilisation"] == pytest.approx(5 * 15 / (2 * 40))


@pytest.mark.parametrize(
    ("first", "service", "closed"),
    [
        # Open from 8 to 16. Monday 09:00 to Wednesday 09:00: two nights of 16 hours.
        ("540 min", "48 h", 2 * 960),
        # To Tuesday 12:00, and to Tuesday 04:00, before the next opening.
        ("540 min", "27 h", 960),
        ("540 min", "19 h", 720),
        # To the minute of closing.
        ("540 min", "7 h", 0),
        # Three weeks, and a day and an hour: 16 hours of each of 22 days.
        ("540 min", "529 h", 22 * 960),
        # Two weeks, neither more nor less, and one from Sunday noon on.
        ("540 min", "2 w", 14 * 960),
        ("9360 min", "1 w", 7 * 960),
        # Sunday 12:00 to Monday 12:00, over the end of the week.
        ("9360 min", "1 d", 960),
    ],
)
def test_overtime_goes_on_through_closings(
    tmp_path: Path, first: str, service: str, closed: int
) -> None:
    text = ONE_DESK.replace(SCRIPT, f"regular: {{every: 8 w, first: {first}}}")
    text = (
        text.replace("length: 1 d", "length: 4 w")
        .replace("15 min", service)
        .replace(
            "servers: 1",
            "servers: [{from: daily 08:00, servers: 1}, {from: daily 16:00, servers: 0}]",
        )
    )
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx(closed / 28)


def test_a_service_that_begins_after_closing_may_last_into_the_next_one(tmp_path: Path) -> None:
    text = SESSION.replace("service: 15 min", "service: 1430 min\n    at_closing: serve")
    text = text.replace("[0, 10, 20, 30, 41, 1450]", "[0, 10]").replace(
        "length: 2 d", "length: 3 d"
    )
    found = measures(load(tmp_path, text))
    # The first from 0 to 1430, closed from 40 on; the second to 2860, open from 1440 to 1480 only.
    assert found["patient", "desk", "granted"] == 2
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx((1390 + 1390) / 3)


@pytest.mark.parametrize("start", ["Mon", "Tue 00:30"])
def test_closings_of_the_warm_up_are_not_counted(tmp_path: Path, start: str) -> None:
    # One patient a day, five minutes before closing: ten of fifteen minutes lie after it.
    first = 35 if start == "Mon" else 5
    text = SESSION.replace(
        "scripted: {times: [0, 10, 20, 30, 41, 1450]}",
        f"regular: {{every: 1 d, first: {first} min}}",
    )
    text = text.replace("warm_up: 0 d, length: 2 d", "warm_up: 2 d, length: 3 d")
    text = text.replace("seed: 1", f"seed: 1, start: {start}") + "    at_closing: serve\n"
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "granted"] == 3
    assert found["patient", "desk", "overtime_per_closing"] == pytest.approx(10.0)
    assert found["patient", "desk", "utilisation"] == pytest.approx(15 / 40)


def test_without_a_closing_there_is_no_overtime_per_closing(tmp_path: Path) -> None:
    text = SESSION.replace("warm_up: 0 d, length: 2 d", "warm_up: 1 h, length: 20 h")
    found = measures(load(tmp_path, text))
    assert np.isnan(found["patient", "desk", "overtime_per_closing"])
    assert found["patient", "desk", "sent_home"] == 0


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
