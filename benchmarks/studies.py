"""Replications over workers, and what the patient log costs."""

from __future__ import annotations

import math
from functools import partial
from statistics import median

from benchmarks.care import COUNTY
from benchmarks.fresh import Outcome, in_fresh_process
from benchmarks.log_cost import LOGS
from benchmarks.rounds import Job, interleaved
from benchmarks.table import MISSING, Section, number, times
from benchmarks.work import WrongWorkError, assert_close

_LOG_TITLES = {
    "off": "no log",
    "rows": "every step handed to a Python function, thousands at a time",
    "file": "every step written to a Parquet file",
}


def replications(rounds: int, number_of: int, weeks: int) -> Section:
    """Return the table of replications over 1 and 2 workers."""
    jobs = [
        Job(workers, f"replications, {workers} workers", partial(_run, number_of, workers, weeks))
        for workers in (1, 2)
    ]
    found = interleaved(jobs, rounds)
    one, two = found[1], found[2]
    assert_close("patients on 2 workers", two.work["entered"], one.work["entered"], 0.0)
    rows = tuple(
        (str(w), number(r.work["entered"]), number(r.wall), times(one.wall / r.wall))
        for w, r in found.items()
    )
    text = (
        f"{number_of} replications of {COUNTY}, {weeks} weeks each, as a study runs them. Time on the "
        "clock, with starting the processes; both rows saw exactly the same patients."
    )
    return Section("Replications", text, ("workers", "patients", "s on the clock", "gain"), rows)


def _run(number_of: int, workers: int, weeks: int, _round: int) -> Outcome:
    outcome = in_fresh_process("replications", number=number_of, workers=workers, weeks=weeks)
    if outcome.work["finished"] != number_of:
        raise WrongWorkError(f"{outcome.work['finished']} of {number_of} replications finished")
    return outcome


def log_cost(rounds: int, weeks: int) -> Section:
    """Return the table of the patient log."""
    jobs = [Job(log, f"log {log}", partial(_logged, weeks, log)) for log in LOGS]
    found = interleaved(jobs, rounds)
    off, rows_of = found["off"], found["rows"]
    entered, steps = off.work["entered"], rows_of.work["steps"]
    assert_close("patients with a log", rows_of.work["entered"], entered, 0.0)
    assert_close("rows in the file", found["file"].work["steps"], steps, 0.0)
    # Everybody is logged on arriving and on leaving, but for those still inside.
    if steps < 2 * entered - 5.0 * math.sqrt(entered):
        raise WrongWorkError(f"{steps} steps were logged of {entered} patients")
    rows = []
    for log in LOGS:
        cpu = median(outcome.timing.cpu for outcome in found[log].outcomes)
        per_step = MISSING if log == "off" else number(1e6 * (cpu - off.cpu) / steps)
        rows.append((_LOG_TITLES[log], number(cpu), times(cpu / off.cpu), per_step))
    text = (
        f"{COUNTY}, {weeks} weeks: {round(entered):,} patients in {round(steps):,} steps. The log is for "
        "looking into a run, not for every run."
    )
    return Section("The patient log", text, ("log", "s", "of no log", "µs per step"), tuple(rows))


def _logged(weeks: int, log: str, _round: int) -> Outcome:
    return in_fresh_process("care_log", weeks=weeks, log=log)
