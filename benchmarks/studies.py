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

_WORKERS = {
    "1 thread": (1, "threads"),
    "2 threads": (2, "threads"),
    "2 processes": (2, "processes"),
}
_LOG_TITLES = {
    "off": "no log",
    "rows": "every step handed to a Python function, thousands at a time",
    "file": "every step written to a Parquet file",
}


def replications(rounds: int, number_of: int, weeks: int) -> Section:
    """Return the table of replications one after the other, on two threads and in two processes."""
    jobs = [
        Job(title, f"replications, {title}", partial(_run, number_of, weeks, *workers))
        for title, workers in _WORKERS.items()
    ]
    found = interleaved(jobs, rounds)
    one = found[next(iter(_WORKERS))]
    for title, measured in found.items():
        assert_close(f"patients on {title}", measured.work["entered"], one.work["entered"], 0.0)
    rows = tuple(
        (title, number(r.work["entered"]), number(r.wall), times(one.wall / r.wall))
        for title, r in found.items()
    )
    text = (
        f"{number_of} replications of {COUNTY}, {weeks} weeks each, as a study runs them, with their "
        "tables. Time on the clock, with starting the processes and building the model; all rows saw exactly "
        "the same patients. A study takes threads for the compiled engine on up to eight processors, else "
        "processes."
    )
    return Section("Replications", text, ("workers", "patients", "s on the clock", "gain"), rows)


def _run(number_of: int, weeks: int, workers: int, kind: str, _round: int) -> Outcome:
    outcome = in_fresh_process(
        "replications", number=number_of, workers=workers, kind=kind, weeks=weeks
    )
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
