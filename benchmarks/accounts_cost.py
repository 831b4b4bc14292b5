"""What it costs to add up everybody's bills of a year."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from benchmarks.care import COUNTY, CareWork, assert_care_work
from benchmarks.fresh import Outcome, in_fresh_process
from benchmarks.rounds import Job, interleaved
from benchmarks.table import Section, number, spread, times
from benchmarks.work import WrongWorkError, assert_close

_TASKS = {"without rules of a year": "care_without_yearly_rules", "with them": "care"}


def accounts_cost(rounds: int, weeks: int) -> Section:
    """Return the table of a county whose insurance has rules of a year, and of one that has none."""
    jobs = [Job(title, title, partial(_run, task, weeks)) for title, task in _TASKS.items()]
    found = interleaved(jobs, rounds)
    without, with_them = (found[title] for title in _TASKS)
    assert_only_bills_differ(without.work, with_them.work)
    rows = []
    for title in _TASKS:
        runs = found[title]
        costs = (number(runs.cpu), times(runs.cpu / without.cpu), spread(runs.per("entered")))
        rows.append((title, number(runs.work["entered"]), *costs, number(runs.peak)))
    text = (
        f"{COUNTY}, {weeks} weeks. Both fall ill alike, and their bills differ. With rules of a year "
        "every bill is added to the account of its person, which the next bill depends on."
    )
    head = ("insurance", "patients", "s", "of none", "spread", "peak MiB")
    return Section("Accounts", text, head, tuple(rows))


def assert_only_bills_differ(
    without: Mapping[str, object], with_them: Mapping[str, object]
) -> None:
    """Raise unless the same people fell ill in both runs, and rules of a year made a difference.

    Raises
    ------
    WrongWorkError
    """
    one, other = CareWork(**without), CareWork(**with_them)  # type: ignore[arg-type]
    assert_close("onsets with rules of a year", other.onsets, one.onsets, 0.0)
    if one.fingerprint == other.fingerprint:
        raise WrongWorkError("rules of a year changed nothing: no accounts were kept")


def _run(task: str, weeks: int, _round: int) -> Outcome:
    chosen = {"threads": 1} if task == "care" else {}
    outcome = in_fresh_process(task, area=COUNTY, weeks=weeks, **chosen)
    assert_care_work(f"{COUNTY}, {weeks} weeks, {task}", CareWork(**outcome.work))
    return outcome
