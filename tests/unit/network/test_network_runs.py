"""What a network does, on cases small enough to follow by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from logs import run_with_log
from network_text import HEAD, ONE_DESK, load, measures

from sim.engine.reference import simulate
from sim.measure.network.measures import network_measures as table_of
from sim.measure.network.measures import number_present, summarise
from sim.measure.network.quantiles import histogram_quantile
from sim.scenario.network.load import load_network
from sim.subjects.network.model import network_model, simulate_network


def log_of(scenario, replication: int = 0) -> list[tuple]:
    return run_with_log(simulate, network_model(scenario), scenario.run.seed, replication)[1]


def arrivals_of(scenario, stream: int = 0, replication: int = 0) -> list[float]:
    """Times at which the patients of a class begin."""
    rows = log_of(scenario, replication)
    return [time for time, patient, event, *_ in rows if event == 0 and patient >> 32 == stream]


def test_one_desk_by_hand(tmp_path: Path) -> None:
    # Starts 0, 15, 30, 45: waits 0, 5, 10, 15; the last one ends at 60.
    text = ONE_DESK + "report: {waits_over: [5 min, 12 min]}\n"
    found = measures(load(tmp_path, text))
    desk = ("patient", "desk")
    assert found[*desk, "arrivals"] == 4
    assert found[*desk, "wait_mean"] == 7.5
    assert found[*desk, "wait_sd"] == pytest.approx(np.std([0, 5, 10, 15], ddof=1))
    assert found[*desk, "waited_share"] == 0.75
    assert found[*desk, "waited_over_5_min_share"] == 0.5
    assert found[*desk, "waited_over_12_min_share"] == 0.25
    assert found[*desk, "utilisation"] == pytest.approx(60 / 1440)
    assert found[*desk, "queue_length"] == pytest.approx(30 / 1440)
    assert found["patient", "all", "time_in_system_mean"] == 15.0 + 7.5
    assert found["all", "all", "left_finished"] == 4


def test_time_with_each_number_present_by_hand(tmp_path: Path) -> None:
    scenario = load(tmp_path, ONE_DESK)
    shares = number_present(scenario, simulate_network(scenario, 0))
    # Present: 1 in 0-10, 2 in 10-15, 1 in 15-20, 2 in 20-45 (at 30 one ends, one
    # comes), 1 to 60.
    assert (shares["share"] * 1440).round(9).tolist() == [1380.0, 30.0, 30.0]


def test_patience_overflow_and_where_they_lead(tmp_path: Path) -> None:
    text = ONE_DESK + (
        "    room: 1\n    on_full: clinic\n    patience: 4 min\n    on_renege: clinic\n"
        "  clinic: {servers: unlimited, service: 1 h}\n"
    )
    text = text.replace("[0, 10, 20, 30]", "[0, 1, 2, 30]")
    found = measures(load(tmp_path, text))
    # The second waits from 1 to 5 and goes to the clinic; the third finds no place at 2.
    assert found["patient", "desk", "reneged"] == 1
    assert found["patient", "desk", "reneged_wait_mean"] == 4.0
    assert found["patient", "desk", "refused"] == 1
    assert found["patient", "clinic", "granted"] == 2
    assert ("patient", "clinic", "utilisation") not in found
    assert found["patient", "all", "left_finished"] == 4
    assert found["patient", "all", "time_in_system_mean"] == (15 + 64 + 60 + 15) / 4


def test_those_who_leave_unserved_are_counted_by_fate(tmp_path: Path) -> None:
    text = ONE_DESK.replace("[0, 10, 20, 30]", "[0, 1, 2, 30]")
    found = measures(load(tmp_path, text + "    room: 1\n    patience: 4 min\n"))
    everyone = ("patient", "all")
    fates = [found[*everyone, f"left_{fate}"] for fate in ("finished", "reneged", "refused")]
    assert fates == [2, 1, 1]
    assert found[*everyone, "time_in_system_mean"] == 15.0
    assert found[*everyone, "time_in_system_mean_of_all"] == (15 + 4 + 0 + 15) / 4


def test_travel_takes_time_and_no_server(tmp_path: Path) -> None:
    text = (
        ONE_DESK
        + "    next: {lab: {share: 1.0, travel: 20 min}}\n  lab: {servers: 1, service: 1 min}\n"
    )
    found = measures(load(tmp_path, text))
    assert found["patient", "all", "time_in_system_mean"] == 7.5 + 15 + 20 + 1
    assert found["patient", "lab", "wait_mean"] == 0.0


def test_a_kept_server_blocks_those_behind(tmp_path: Path) -> None:
    chain = "    next: ward\n  ward: {servers: 1, service: 100 min}\n"
    text = ONE_DESK.replace("[0, 10, 20, 30]", "[0, 10, 20]")
    free = measures(load(tmp_path, text + chain))
    blocked = measures(load(tmp_path, text + "    hold_until_next: true\n" + chain))
    # Without blocking the desk starts at 0, 15, 30. With it, the second is ready at 30 and keeps
    # the desk until the ward is free at 115, when the third begins.
    assert free["patient", "desk", "wait_mean"] == (0 + 5 + 10) / 3
    assert blocked["patient", "desk", "wait_mean"] == (0 + 5 + 95) / 3
    assert blocked["patient", "desk", "in_service"] == pytest.approx((15 + 100 + 100) / 1440)


def test_values_per_class_and_priority(tmp_path: Path) -> None:
    text = ONE_DESK.replace(
        "stations:",
        "  urgent:\n    arrivals: {scripted: {times: [12]}}\n    start: desk\nstations:",
    ).replace("service: 15 min", "service: {urgent: 2 min, other: 15 min}")
    same = measures(load(tmp_path, text))
    first = measures(load(tmp_path, text + "    priority: {urgent: 0, other: 1}\n"))
    # Who came at 12 waits behind the one who came at 10, or goes first when the desk is free at 15.
    assert same["urgent", "desk", "wait_mean"] == 18.0
    assert first["urgent", "desk", "wait_mean"] == 3.0
    assert first["patient", "desk", "wait_mean"] == (0 + 7 + 12 + 17) / 4


def test_servers_by_calendar(tmp_path: Path) -> None:
    servers = "servers: [{from: daily 00:00, servers: 0}, {from: Mon 00:25, servers: 2}]"
    found = measures(load(tmp_path, ONE_DESK.replace("servers: 1", servers)))
    # Two begin at 25, the others at 40.
    assert found["patient", "desk", "wait_mean"] == (25 + 15 + 20 + 10) / 4


def test_a_calendar_runs_on_from_sunday_to_monday(tmp_path: Path) -> None:
    text = ONE_DESK.replace(
        "servers: 1", "servers: [{from: Mon 00:25, servers: 0}, {from: Sun 12:00, servers: 1}]"
    )
    found = measures(load(tmp_path, text))
    assert found["patient", "desk", "wait_mean"] == pytest.approx(2.5), "two served before 00:25"
    assert found["patient", "desk", "granted"] == 2


def test_the_run_begins_on_the_stated_weekday(tmp_path: Path) -> None:
    text = ONE_DESK.replace("seed: 1", "seed: 1, start: Tue 08:00")
    servers = "servers: [{from: Mon 00:00, servers: 0}, {from: Tue 08:45, servers: 5}]"
    found = measures(load(tmp_path, text.replace("servers: 1", servers)))
    assert found["patient", "desk", "wait_mean"] == (45 + 35 + 25 + 15) / 4


def test_regular_and_scripted_arrivals(tmp_path: Path) -> None:
    scripted = "scripted: {times: [0, 10, 20, 30]}"
    text = ONE_DESK.replace(scripted, "regular: {every: 7 h, first: 2 h}")
    assert arrivals_of(load(tmp_path, text)) == [120.0, 540.0, 960.0, 1380.0]
    (tmp_path / "times.csv").write_text("time,class\n1,patient\n3,patient\n")
    text = ONE_DESK.replace("times: [0, 10, 20, 30]", "file: times.csv, unit: h")
    assert arrivals_of(load(tmp_path, text)) == [60.0, 180.0]


def test_equal_rates_in_all_hours_are_a_plain_poisson_process(tmp_path: Path) -> None:
    scripted = "scripted: {times: [0, 10, 20, 30]}"
    plain = load(tmp_path, ONE_DESK.replace(scripted, "poisson: 2 per hour"))
    pieces = (
        "piecewise: [{from: 06:00, rate: 2 per hour}, {from: weekends 09:30, rate: 48 per day}]"
    )
    pieced = load(tmp_path, ONE_DESK.replace(scripted, pieces))
    assert arrivals_of(pieced) == pytest.approx(arrivals_of(plain), rel=1e-12)
    assert len(arrivals_of(plain)) > 20


def test_arrivals_follow_the_rates_of_the_week(tmp_path: Path) -> None:
    text = ONE_DESK.replace("length: 1 d", "length: 52 w").replace(
        "servers: 1", "servers: unlimited"
    )
    pieces = (
        "piecewise: [{from: 00:00, rate: 0 per day}, {from: weekdays 08:00, rate: 6 per hour}, "
        "{from: weekdays 12:00, rate: 0 per hour}, {from: Sat 22:00, rate: 3 per hour}]"
    )
    times = np.array(
        arrivals_of(load(tmp_path, text.replace("scripted: {times: [0, 10, 20, 30]}", pieces)))
    )
    day, minute = (times // 1440 % 7).astype(int), times % 1440
    assert np.all(((day < 5) & (minute >= 480) & (minute < 720)) | ((day == 5) & (minute >= 1320)))
    weekday_hours, saturday_hours = 52 * 5 * 4, 52 * 2
    assert abs((day < 5).sum() - 6 * weekday_hours) < 4 * np.sqrt(6 * weekday_hours)
    assert abs((day == 5).sum() - 3 * saturday_hours) < 4 * np.sqrt(3 * saturday_hours)


def test_a_rate_of_nothing_brings_nobody(tmp_path: Path) -> None:
    scripted = "scripted: {times: [0, 10, 20, 30]}"
    for arrivals in ("poisson: 0 per day", "piecewise: [{from: 00:00, rate: 0 per day}]"):
        assert arrivals_of(load(tmp_path, ONE_DESK.replace(scripted, arrivals))) == []


NETWORK = (
    HEAD
    + """\
classes:
  walk-in:
    arrivals: {poisson: 3 per hour}
    start: {desk: 0.7, lab: 0.3}
stations:
  desk:
    servers: 1
    service: {exponential: 15 min}
    patience: {exponential: 1 h}
    next: {lab: 0.5, desk: 0.1}
  lab:
    servers: 1
    service: {lognormal: {mean: 10 min, sd: 10 min}}
"""
)


def test_another_class_or_station_shifts_no_draw(tmp_path: Path) -> None:
    alone = log_of(load(tmp_path, NETWORK.replace("servers: 1", "servers: 99")))
    more = NETWORK.replace("servers: 1", "servers: 99").replace(
        "  walk-in:", "  another:\n    arrivals: {poisson: 5 per hour}\n    start: desk\n  walk-in:"
    )
    more = more.replace("  desk:", "  ward:\n    servers: 3\n    service: 1 d\n  desk:", 1)
    found = log_of(load(tmp_path, more))
    # The class is now stream 1 and the stations are pools 1 and 2, otherwise every row is the same.
    of_class = [
        (time, patient & 0xFFFFFFFF, event, waited, action, minutes, keep)
        for time, patient, event, waited, action, _, minutes, keep, *_ in found
        if patient >> 32 == 1
    ]
    expected = [
        (time, patient, event, waited, action, minutes, keep)
        for time, patient, event, waited, action, _, minutes, keep, *_ in alone
    ]
    assert of_class == expected
    assert len(expected) > 100


def test_the_same_seed_gives_the_same_log_and_another_one_does_not(tmp_path: Path) -> None:
    scenario = load(tmp_path, NETWORK)
    assert log_of(scenario) == log_of(scenario)
    assert log_of(scenario) != log_of(scenario, replication=1)


def test_patients_are_conserved_and_those_inside_are_told(tmp_path: Path) -> None:
    scenario = load(tmp_path, NETWORK)
    tally = simulate_network(scenario, 3)
    assert tally.entered == tally.left + tally.inside
    found = measures(scenario, 3)
    left = sum(found["all", "all", f"left_{fate}"] for fate in ("finished", "reneged", "refused"))
    assert (found["all", "all", "entered"], left) == (tally.entered, tally.left)
    assert tally.inside > 0


def test_memory_grows_with_those_inside(tmp_path: Path) -> None:
    text = ONE_DESK.replace("scripted: {times: [0, 10, 20, 30]}", "poisson: 60 per hour")
    tally = simulate_network(load(tmp_path, text), 0)
    assert tally.inside > 1000
    assert tally.entered == tally.left + tally.inside


def test_a_child_changes_one_line_of_its_parent(tmp_path: Path) -> None:
    load(tmp_path, ONE_DESK)
    child = tmp_path / "child.yaml"
    child.write_text(
        "kind: network\nname: child\nextends: test\ntitle: {zh: 子, en: Child}\n"
        "stations: {desk: {servers: 4}}\n",
        encoding="utf-8",
    )
    assert measures(load_network(child, tmp_path))["patient", "desk", "wait_mean"] == 0.0


def test_summary_over_replications(tmp_path: Path) -> None:
    scenario = load(tmp_path, NETWORK)
    tables = [table_of(scenario, simulate_network(scenario, r), r) for r in range(4)]
    summary = summarise(pd.concat(tables)).set_index(["class", "station", "measure"])
    values = [measures(scenario, r)["walk-in", "lab", "wait_mean"] for r in range(4)]
    row = summary.loc["walk-in", "lab", "wait_mean"]
    assert row["mean"] == pytest.approx(np.mean(values))
    assert row["high"] - row["mean"] == pytest.approx(3.182446 * np.std(values, ddof=1) / 2)
    assert row["n"] == 4


def test_quantiles_from_a_histogram() -> None:
    edges = np.array([0.0, 1.0, 2.0])
    histogram = np.array([2, 4, 2, 0])
    assert histogram_quantile(histogram, edges, 0.25) == 0.0
    assert histogram_quantile(histogram, edges, 0.5) == 0.5
    assert histogram_quantile(histogram, edges, 1.0) == 2.0
    assert histogram_quantile(np.array([0, 0, 0, 3]), edges, 0.5) == 2.0
    assert np.isnan(histogram_quantile(np.zeros(4, dtype=int), edges, 0.5))
