"""Every wrong network file gets lines for people: file, line, key, and what is allowed."""

# One case is one line of the table, so that it can be read down its columns.
# ruff: noqa: E501

from __future__ import annotations

import os
from pathlib import Path

import pytest
from network_text import CLINIC, HEAD, ONE_DESK, load

from sim.errors import InputError

TWO = (
    HEAD
    + """\
classes:
  urgent:
    arrivals: {poisson: 1 per hour}
    start: desk
  routine:
    arrivals: {poisson: 3 per hour}
    start: {desk: 0.5, lab: 0.5}
stations:
  desk:
    servers: 2
    service:
      urgent: {exponential: 10 min}
      other: {lognormal: {mean: 12 min, sd: 6 min}}
    next: {lab: 0.2}
  lab:
    servers: 1
    service: {uniform: {low: 1 min, high: 5 min}}
"""
)

CASES = [
    # text, replaced, by, line, key, words of the message
    (ONE_DESK, "servers: 1", "servrs: 1", 11, "stations.desk.servrs", "did you mean 'servers'"),
    (ONE_DESK, "servers: 1", "servers: -1", 11, "stations.desk.servers", "at least 0"),
    (ONE_DESK, "servers: 1", "servers: [{from: Mon, servers: -1}]", 11, "stations.desk.servers[1].servers", "at least 0"),
    (ONE_DESK, "servers: 1", "servers: many", 11, "stations.desk.servers", "'unlimited'"),
    (ONE_DESK, "servers: 1", "servers: 1.5", 11, "stations.desk.servers", "whole number"),
    (ONE_DESK, "servers: 1", "servers: true", 11, "stations.desk.servers", "whole number"),
    (ONE_DESK, "servers: 1", "servers: []", 11, "stations.desk.servers", "must not be empty"),
    (ONE_DESK, "service: 15 min", "service: 15", 12, "stations.desk.service", "a number and a unit"),
    (ONE_DESK, "service: 15 min", "service: 15 mins", 12, "stations.desk.service", "unknown unit"),
    (ONE_DESK, "service: 15 min", "service: -15 min", 12, "stations.desk.service", "must be 0 or longer, not '-15 min'"),
    (ONE_DESK, "service: 15 min", "service: %s y" % ("9" * 310), 12, "stations.desk.service", "must be shorter than 2e+308 minutes"),
    (ONE_DESK, "seed: 1", "seed: 9223372036854775808", 4, "run.seed", "must be below 9223372036854775808, not 9223372036854775808"),
    (ONE_DESK, "servers: 1", "servers: 1000001", 11, "stations.desk.servers", "must be at most 1000000, not 1000001"),
    (ONE_DESK, "zh: 测试", 'zh: "\\ud800"', 3, "title.zh", "holds half a character"),
    (ONE_DESK, "zh: 测试", 'zh: "\\u200b\\ufeff"', 3, "title.zh", "holds nothing that can be seen (U+200B)"),
    (ONE_DESK, "  desk:\n", '  "\\u3164":\n', 10, "stations.\u3164", "a name holds nothing that can be seen (U+3164)"),
    (ONE_DESK, "  desk:\n", "  %s:\n" % ("d" * 101), 10, "stations.%s..." % ("d" * 51), "a name has 101 characters; at most 100 are allowed"),
    (ONE_DESK, "times: [0, 10, 20, 30]", "times: [0, %s]" % ("9" * 400), 7, "classes.patient.arrivals.scripted.times[2]", "must be a finite number"),
    (ONE_DESK, "title: {zh: 测试, en: Test}", "title: Test", 3, "title", "both zh and en"),
    (ONE_DESK, "service: 15 min", "service: {exponental: 5 min}", 12, "stations.desk.service", "'exponential'"),
    (ONE_DESK, "service: 15 min", "service: {}", 12, "stations.desk.service", "exactly one of"),
    (ONE_DESK, "service: 15 min", "service: {exponential: }", 12, "stations.desk.service", "given: none"),
    (ONE_DESK, "service: 15 min", "service: {exponential: 1 min, constant: 2 min}", 12, "stations.desk.service", "exactly one of"),
    (ONE_DESK, "service: 15 min", "service: {exponential: 0 min}", 12, "stations.desk.service", "longer than 0"),
    (ONE_DESK, "service: 15 min", "service: {lognormal: {mean: 5 min}}", 12, "stations.desk.service.lognormal.sd", "missing"),
    (ONE_DESK, "service: 15 min", "service: {gamma: {mean: 1 min, sd: 11 min}}", 12, "stations.desk.service.gamma", "10 times"),
    (ONE_DESK, "service: 15 min", "service: {erlang: {mean: 1 min, phases: 0}}", 12, "stations.desk.service.erlang.phases", "at least 1"),
    (ONE_DESK, "service: 15 min", "service: {uniform: {low: 2 min, high: 1 min}}", 12, "stations.desk.service.uniform", "below 'high'"),
    (ONE_DESK, "service: 15 min", "service: {triangular: {low: 2 min, mode: 1 min, high: 3 min}}", 12, "stations.desk.service.triangular", "low <= mode <= high"),
    (ONE_DESK, "service: 15 min", "service: {empirical: {values: [1, -2]}}", 12, "stations.desk.service.empirical.values[2]", "at least 0"),
    (ONE_DESK, "service: 15 min", "service: {empirical: {values: []}}", 12, "stations.desk.service.empirical.values", "must not be empty"),
    (ONE_DESK, "service: 15 min", "service: {empirical: {values: [1], unit: s}}", 12, "stations.desk.service.empirical.unit", "allowed: min, h, d, w"),
    (ONE_DESK, "service: 15 min", "service: {empirical: {file: none.csv, column: stay}}", 12, "stations.desk.service.empirical.file", "none.csv: file not found"),
    (ONE_DESK, "service: 15 min", "service: {empirical: {file: none.csv}}", 12, "stations.desk.service.empirical", "'column'"),
    (ONE_DESK, "service: 15 min", "room: 1", 10, "stations.desk.service", "missing"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    priority: 4", 13, "stations.desk.priority", "below 4"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    room: 3 beds", 13, "stations.desk.room", "whole number"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    on_full: exit", 13, "stations.desk.on_full", "without 'room'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    on_renege: exit", 13, "stations.desk.on_renege", "without 'patience'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: {desk: 1.2}", 13, "stations.desk.next.desk", "at most 1"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: desk", 13, "stations.desk.next", "never leave"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: dsk", 13, "stations.desk.next", "did you mean 'desk'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: {exit: {share: 1.0, travel: 5 min}}", 13, "stations.desk.next.exit", "takes no time"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    hold_until_next: true", 13, "stations.desk.hold_until_next", "no next station"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    hold_until_next: maybe", 13, "stations.desk.hold_until_next", "true or false"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: {desk: 0.5}\n    hold_until_next: true", 14, "stations.desk.hold_until_next", "desk -> desk"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    room: 0\n    on_full: desk", 10, "stations.desk", "in no time: desk -> desk"),
    (ONE_DESK, "start: desk", "start: {desk: 0.7}", 8, "classes.patient.start", "add up to 1"),
    (ONE_DESK, "start: desk", "start: {desk: 0.9999999}", 8, "classes.patient.start", "add up to 1, not 0.9999999"),
    (ONE_DESK, "service: 15 min", "service: {hyperexponential: {shares: [0.5, 0.50000001], means: [1 min, 2 min]}}", 12, "stations.desk.service.hyperexponential", "add up to 1, not 1.00000001"),
    (ONE_DESK, "start: desk", "start: exit", 8, "classes.patient.start", "begin at a station"),
    (ONE_DESK, "start: desk", "start: ward", 8, "classes.patient.start", "unknown station 'ward'"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "poisson: 3 an hour", 7, "classes.patient.arrivals.poisson", "'3 per hour'"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "poisson: 3 per hours", 7, "classes.patient.arrivals.poisson", "did you mean 'hour'"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "poisson: -3 per hour", 7, "classes.patient.arrivals.poisson", "'3 per hour'"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "poison: 3 per hour", 7, "classes.patient.arrivals.poison", "did you mean 'poisson'"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "regular: {evry: 5 min}", 7, "classes.patient.arrivals.regular.evry", "did you mean 'every'"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "piecewise: [{from: 8h, rate: 1 per hour}]", 7, "classes.patient.arrivals.piecewise[1].from", "'Mon 08:00'"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "piecewise: [{from: 08:00, rate: 1 per hour}, {from: Mon 08:00, rate: 1 per hour}]", 7, "classes.patient.arrivals.piecewise[2]", "entry 1 begins"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "scripted: {file: none.csv}", 7, "classes.patient.arrivals.scripted.file", "none.csv: file not found"),
    (ONE_DESK, "servers: 1", "servers: [{from: Mond 08:00, servers: 1}]", 11, "stations.desk.servers[1].from", "unknown day"),
    (ONE_DESK, "servers: 1", "servers: [{from: Mon 25:00, servers: 1}]", 11, "stations.desk.servers[1].from", "no time 25:00"),
    (ONE_DESK, "warm_up: 0 d", "warmup: 0 d", 4, "run.warmup", "did you mean 'warm_up'"),
    (ONE_DESK, "length: 1 d", "length: -1 d", 4, "run.length", "must be longer than 0, not '-1 d'"),
    (ONE_DESK, "length: 1 d", "length: 0 d", 4, "run.length", "longer than 0"),
    (ONE_DESK, "seed: 1", "seed: one", 4, "run.seed", "whole number"),
    (ONE_DESK, "name: test", "name: other", 2, "name", "test.yaml"),
    (ONE_DESK, "  desk:", "  patient:", 10, "stations.patient", "names must differ"),
    (ONE_DESK, "  desk:\n", "  network:\n", 10, "stations.network", "allowed: any but exit, other, all,"),
    (ONE_DESK, "  desk:\n", "  整个网络:\n", 10, "stations.整个网络", "a meaning of its own"),
    (ONE_DESK, "  patient:", "  各类合计:", 6, "classes.各类合计", "a meaning of its own"),
    (ONE_DESK, "  patient:", "  all:", 6, "classes.all", "a meaning of its own"),
    (TWO, "urgent: {exponential", "urgnt: {exponential", 16, "stations.desk.service.urgnt", "did you mean 'urgent'"),
    (TWO, "      other: {lognormal", "      urgent: {lognormal", 17, "stations.desk.service.urgent", "stands twice"),
    (TWO, "      other: {lognormal: {mean: 12 min, sd: 6 min}}\n", "", 15, "stations.desk.service", "'routine' comes here"),
    (TWO, "{desk: 0.5, lab: 0.5}", "{desk: 0.5, lab: 0.6}", 11, "classes.routine.start", "add up to 1, not 1.1"),
    (TWO, "next: {lab: 0.2}", "next: {lab: 0.2, desk: 0.9}", 18, "stations.desk.next", "add up to 1.1"),
    (TWO, "next: {lab: 0.2}", "next: {lab: {share: 0.2, travel: 5 min}}\n    hold_until_next: true", 19, "stations.desk.hold_until_next", "takes time"),
    (TWO, "next: {lab: 0.2}", "next: {lab: {shar: 0.2}}", 18, "stations.desk.next.lab.shar", "did you mean 'share'"),
    (TWO, "next: {lab: 0.2}", "next: {lab: 20%}", 18, "stations.desk.next.lab", "fractions"),
    (ONE_DESK, "service: 15 min", "service: {weibull: {scale: 5 min, shape: 0}}", 12, "stations.desk.service.weibull.shape", "at least 0.1"),
    (ONE_DESK, "service: 15 min", "service: {normal: {mean: 5 min, sd: 1 min, low: 10 min}}", 12, "stations.desk.service.normal", "4 sd above"),
    (ONE_DESK, "service: 15 min", "service: {hyperexponential: {shares: [0.5, 0.4], means: [1 min, 2 min]}}", 12, "stations.desk.service.hyperexponential", "add up to 1, not 0.9"),
    (ONE_DESK, "service: 15 min", "service: {hyperexponential: {shares: [1.0], means: [1 min, 2 min]}}", 12, "stations.desk.service.hyperexponential", "as many shares"),
    (ONE_DESK, "service: 15 min", "service: {mixture: [{share: 0.5, time: 5 min}]}", 12, "stations.desk.service", "add up to 1, not 0.5"),
    (ONE_DESK, "service: 15 min", "service: {mixture: [{share: 1.0, time: {mixture: []}}]}", 12, "stations.desk.service.mixture[1].time.mixture", "unknown key"),
    (ONE_DESK, "service: 15 min", "service: {mixture: [{share: 1.0, time: {hyperexponential: {shares: [1.0], means: [1 min]}}}]}", 12, "stations.desk.service.mixture[1]", "mixture itself"),
    (ONE_DESK, "times: [0, 10, 20, 30]}", "times: [0, 10, 20, 30]}, hours: [1, 2]", 7, "classes.patient.arrivals.hours", "needs 24 factors"),
    (ONE_DESK, "times: [0, 10, 20, 30]}", "times: [0, 10, 20, 30]}, weekdays: [1, 1, 1, 1, 1, 0, 0]", 7, "classes.patient.arrivals", "'weekdays' goes with poisson only"),
    (ONE_DESK, "times: [0, 10, 20, 30]}", "times: [0, 10, 20, 30]}, factor: 2", 7, "classes.patient.arrivals", "poisson or piecewise"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "poisson: 3 per hour, months: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]", 7, "classes.patient.arrivals", "at least one must be above 0"),
    (ONE_DESK, "scripted: {times: [0, 10, 20, 30]}", "poisson: 3 per hour, regular: 5 min", 7, "classes.patient.arrivals", "given: poisson and regular"),
    (ONE_DESK, "times: [0, 10, 20, 30]}", "times: [0, 10, 20, 30]}, batch: 0", 7, "classes.patient.arrivals.batch", "at least 1"),
    (ONE_DESK, "times: [0, 10, 20, 30]}", "times: [0, 10, 20, 30]}, batch: {sizes: [1, 2], shares: [1.0]}", 7, "classes.patient.arrivals.batch", "as many shares"),
    (ONE_DESK, "times: [0, 10, 20, 30]}", "times: [0, 10, 20, 30]}, until: 1 d", 7, "classes.patient.arrivals.until", "before the end"),
    (ONE_DESK, "seed: 1", "seed: 1, arrival_factor: 1.2", 4, "run.arrival_factor", "'patient', whose times are fixed"),
    (ONE_DESK, "seed: 1", "seed: 1, arrivals_until: 2 d", 4, "run.arrivals_until", "before the end"),
    (ONE_DESK, "seed: 1", "seed: 1, month: January", 4, "run.month", "did you mean 'Jan'"),
    (ONE_DESK, "    start: desk\n", "", 6, "classes.patient", "needs exactly one of: start, start_by_clock; given: none"),
    (ONE_DESK, "start: desk", "start: desk\n    start_by_clock: [{from: Mon 08:00, to: desk}]", 8, "classes.patient.start", "given: start and start_by_clock"),
    (ONE_DESK, "start: desk", "start_by_clock: [{from: Mon 08:00, to: dsk}]", 8, "classes.patient.start_by_clock[1].to", "did you mean 'desk'"),
    (ONE_DESK, "start: desk", "start_by_clock: [{from: 08:00, to: desk}, {from: Tue 08:00, to: desk}]", 8, "classes.patient.start_by_clock[2]", "entry 1 begins"),
    (ONE_DESK, "stations:", "  nobody: {}\nstations:", 9, "classes.nobody", "nobody changes to it"),
    (ONE_DESK, "stations:", "first_free: {any: [desk, dsk]}\nstations:", 9, "first_free.any[2]", "did you mean 'desk'"),
    (ONE_DESK, "stations:", "first_free: {any: [desk, desk, desk]}\nstations:", 9, "first_free.any[2]", "only the last may stand twice"),
    (ONE_DESK, "stations:", "first_free: {desk: [desk, desk]}\nstations:", 9, "first_free.desk", "in use"),
    (ONE_DESK, "stations:", "first_free: {any: [desk]}\nstations:", 9, "first_free.any", "needs two stations or more"),
    (ONE_DESK, "stations:", "first_free: {any: [desk, desk]}\nstations:", 9, "first_free.any", "needs two stations or more"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    reserved: 1", 13, "stations.desk.reserved", "without 'reserved_for'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    reserved: 1\n    reserved_for: [patent]", 14, "stations.desk.reserved_for[1]", "did you mean 'patient'"),
    (TWO, "servers: 2", "servers: 2\n    priority: {urgent: 0, other: 1}\n    reserved: 3\n    reserved_for: [urgent]", 16, "stations.desk.reserved", "at most 2, the most servers ever on duty, not 3"),
    (TWO, "servers: 2", "servers: 2\n    priority: {urgent: 0, other: 1}\n    reserved: 1\n    reserved_for: []", 17, "stations.desk.reserved_for", "one class or more of: urgent, routine"),
    (TWO, "servers: 2", "servers: 2\n    priority: {urgent: 0, other: 1}\n    reserved: 1\n    reserved_for: [urgent, routine]", 17, "stations.desk.reserved_for", "every class that comes here (urgent, routine)"),
    (TWO, "servers: 2", "servers: 2\n    priority: {urgent: 0, other: 1}\n    reserved: 1\n    reserved_for: [urgent, urgent]", 17, "stations.desk.reserved_for[2]", "'urgent' stands twice"),
    (TWO, "servers: 2", "servers: 2\n    priority: {urgent: 0, other: 1}\n    reserved: 0\n    reserved_for: [urgent]", 16, "stations.desk.reserved", "at least 1"),
    (TWO, "servers: 2", "servers: 2\n    reserved: 1\n    reserved_for: [urgent]", 16, "stations.desk.reserved_for", "served before all others"),
    (TWO, "servers: 2", "servers: 2\n    served_every: 3", 15, "stations.desk.served_every", "without 'priority'"),
    (TWO, "servers: 2", "servers: 2\n    priority: {urgent: 0, other: 1}\n    served_every: 3", 16, "stations.desk.served_every", "two priorities beside 0"),
    (TWO, "servers: 2", "servers: 2\n    priority: {urgent: 1, other: 2}\n    served_every: 1001", 16, "stations.desk.served_every", "at most 1000"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    at_closing: serve", 13, "stations.desk.at_closing", "never closes"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    at_closing: send_hme", 13, "stations.desk.at_closing", "did you mean 'send_home'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    on_closing: exit", 13, "stations.desk.on_closing", "without 'at_closing'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    hold_limit: 1 h", 13, "stations.desk.hold_limit", "without 'hold_until_next'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    on_hold_limit: exit", 13, "stations.desk.on_hold_limit", "without 'hold_limit'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: exit\n    next_by_clock: [{from: Mon 08:00, to: exit}]", 14, "stations.desk.next_by_clock", "not both"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: {desk: {share: 0.5, becomes: patent}}", 13, "stations.desk.next.desk", "did you mean 'patient'"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    next: {exit: {share: 1.0, becomes: patient}}", 13, "stations.desk.next.exit", "becomes nobody"),
    (ONE_DESK, "service: 15 min", "service: 15 min\n    room: 0\n    on_full: {desk: 0.9, exit: 0.2}", 14, "stations.desk.on_full", "add up to 1.1"),
    (ONE_DESK, "service: 15 min", "service: 15 min\nreport: {census_at: [2 d]}", 13, "report.census_at[1]", "before the end"),
    (TWO, "next: {lab: 0.2}", "next: {lab: {share: 0.2, becomes: urgent}}\n    room: 0\n    on_full: {desk: {share: 1.0, becomes: urgent}}", 13, "stations.desk", "in no time: desk -> desk"),
    (TWO, "kind: network", "kind: netwrk", 1, "kind", "did you mean 'network'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "key", "words"), CASES, ids=lambda value: str(value)[:40]
)
def test_a_wrong_line_is_named(
    tmp_path: Path, text: str, old: str, new: str, line: int | None, key: str | None, words: str
) -> None:
    assert text.count(old) == 1
    with pytest.raises(InputError) as caught:
        load(tmp_path, text.replace(old, new))
    problems = caught.value.problems
    fitting = [p for p in problems if words in p.what]
    assert fitting, [str(p) for p in problems]
    problem = fitting[0]
    if line is not None:
        assert problem.line == line, str(problem)
        assert (problem.key or "").startswith(key), str(problem)
        assert problem.file == tmp_path / "test.yaml"


def test_what_is_short_for_more_is_named_as_it_is_written(tmp_path: Path) -> None:
    text = ONE_DESK.replace("servers: 1", "servers: -1").replace("15 min", "-15 min")
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["stations.desk.servers", "stations.desk.service"]


def test_all_problems_at_once(tmp_path: Path) -> None:
    text = ONE_DESK.replace("servers: 1", "servers: -1").replace("length: 1 d", "lenght: 1 d")
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    keys = {problem.key for problem in caught.value.problems}
    assert {"run.lenght", "run.length"} <= keys
    assert any(str(key).startswith("stations.desk.servers") for key in keys)


def test_a_broken_csv_row_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text(
        "time,class\n1,patient\nsoon,patient\n3,patient\n-4,patient\n"
    )
    with pytest.raises(InputError) as caught:
        load(tmp_path, ONE_DESK.replace("times: [0, 10, 20, 30]", "file: times.csv"))
    rows = [(p.file, p.line, p.key) for p in caught.value.problems if p.file.name == "times.csv"]
    assert rows == [(tmp_path / "times.csv", 3, "time"), (tmp_path / "times.csv", 5, "time")]


def test_a_csv_without_the_class_is_told(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text("time,class\n1,someone\n")
    with pytest.raises(InputError, match="no row for the class 'patient'"):
        load(tmp_path, ONE_DESK.replace("times: [0, 10, 20, 30]", "file: times.csv"))


def test_two_stations_that_can_block_each_other_for_ever_are_refused(tmp_path: Path) -> None:
    text = TWO.replace("next: {lab: 0.2}", "next: {lab: 0.2}\n    hold_until_next: true")
    text += "    next: {desk: 0.1}\n    hold_until_next: true\n"
    with pytest.raises(InputError, match="wait for each other for ever: desk -> lab -> desk"):
        load(tmp_path, text)
    assert load(tmp_path, text + "    patience: {exponential: 1 h}\n").stations["lab"].patience
    assert load(tmp_path, text + "    hold_limit: 2 h\n").stations["lab"].hold_limit


def test_a_kept_server_can_lock_a_station_that_it_is_sent_on_to(tmp_path: Path) -> None:
    # Who does not wait for the lab for ever goes on to the desk, still keeping the desk.
    text = TWO.replace("next: {lab: 0.2}", "next: {lab: 0.2}\n    hold_until_next: true")
    text += "    patience: 5 min\n    on_renege: desk\n"
    with pytest.raises(InputError, match="wait for each other for ever: desk -> desk"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "name", ['"a\\nb"', '"a[b"', '"[red]a"', '"a\\tb"', '" a"', "a/b", '"a\\u202eb"']
)
@pytest.mark.parametrize(
    ("old", "line", "key"),
    [("patient:", 6, "classes."), ("desk:", 10, "stations."), ("any:", 9, "first_free.")],
)
def test_a_name_that_would_break_a_table_is_refused(
    tmp_path: Path, old: str, line: int, key: str, name: str
) -> None:
    text = ONE_DESK + CLINIC
    if old == "any:":
        text = text.replace("stations:", "first_free: {any: [desk, clinic]}\nstations:")
    with pytest.raises(InputError) as caught:
        load(tmp_path, text.replace(old, f"{name}:"))
    fitting = [p for p in caught.value.problems if "letters of any script, digits, '-'" in p.what]
    (problem,) = fitting
    assert problem.line == line
    assert (problem.key or "").startswith(key)
    assert not (problem.key or "").endswith("[key]")


@pytest.mark.parametrize("name", ["门诊 1", "Zürich_2.b-c", '"क्लिनिक"', '"42"'])
def test_names_are_letters_of_any_script(tmp_path: Path, name: str) -> None:
    text = ONE_DESK.replace("patient:", f"{name}:").replace("start: desk", "start: 台")
    found = load(tmp_path, text.replace("  desk:", "  台:"))
    assert list(found.classes) == [name.strip('"')]


FILES = [
    # key that names the file, its line, and what stands there
    ("classes.patient.arrivals.scripted.file", 7, "times: [0, 10, 20, 30]", "file: FILE"),
    ("stations.desk.service.empirical.file", 12, "15 min", "{empirical: {file: FILE, column: stay}}"),
]  # fmt: skip
"""Everywhere a network file may name a CSV file."""


@pytest.mark.parametrize(("key", "line", "old", "new"), FILES, ids=["scripted", "empirical"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/dev/zero", "is a device or pipe; a CSV file is needed"),
        ("pipe.csv", "is a device or pipe; a CSV file is needed"),
        ("folder.csv", "is a folder; a CSV file is needed"),
        ("large.csv", "is larger than 1,000,000 bytes"),
        ("nope.csv", "file not found"),
        ('"a\\0b.csv"', "no file has such a name"),
    ],
)
def test_what_is_no_csv_file_is_told_unread(
    tmp_path: Path, name: str, words: str, key: str, line: int, old: str, new: str
) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    with (tmp_path / "large.csv").open("wb") as large:
        # Without content on the disk: reading it would take the memory of the machine.
        large.truncate(2**40)
    with pytest.raises(InputError) as caught:
        load(tmp_path, ONE_DESK.replace(old, new.replace("FILE", name)))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == (tmp_path / "test.yaml", line, key)
    assert problem.what.endswith(words), str(problem)
