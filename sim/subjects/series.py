"""Runs cut into slices: every quantity day by day, or in slices as short as a run wants them.

A series is a run of its own kind: nothing of it is a warm-up, and each slice is measured as a whole run is. To
separate the empty beginning from the seasons and the week, the same days are also seen in a run that began
earlier (see `docs/output-analysis.md`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from sim.engine.tally import Tally
from sim.errors import ARGUMENT, InputError, Problem
from sim.glossary import counted
from sim.measure.slices import between, nothing_before
from sim.runs.case import Case, RunResult

EARLIER = "-begun-earlier"
"""Ending of the name of a case whose run began earlier."""
LEAST_WEEKS = 8
"""Fewer days make fewer than ten batches of five."""
LEFT_WEEKS = 4
"""Of a series, after the file's warm-up, to see what is left over."""
SERIES = "series"
"""Name of the frame."""
SERIES_COLUMNS = ("quantity", "step", "value")

SliceRows = list[tuple[str, float]]
"""The quantities of one slice and their values."""


@dataclass(frozen=True)
class SeriesPayload:
    """What a worker needs for a series.

    Attributes
    ----------
    measure : callable
        ``measure(payload, replication, threads)`` yields the `SliceRows` of one slice after another; importable
        by name, since it is sent to other processes.
    source : object
        What is simulated, without a warm-up, as `measure` knows it.
    begins : float
        Minute at which the first slice begins.
    step : float
        Minutes of a slice.
    slices : int
    """

    measure: Callable[[SeriesPayload, int, int], Iterator[SliceRows]]
    source: Any
    begins: float
    step: float
    slices: int

    @property
    def edges(self) -> list[float]:
        """Minutes at which slices begin, and the last one ends."""
        return [self.begins + self.step * k for k in range(self.slices + 1)]


@dataclass(frozen=True)
class SeriesRequest:
    """A scenario's series: the cases to run, and what time means in them.

    Attributes
    ----------
    name : str
    cases : tuple of Case
        The run as the file begins it; then, where time of the year, week or day matters, the one begun earlier.
    step : float
        Minutes of a slice.
    warm_up : float
        Of the file, in minutes.
    """

    name: str
    cases: tuple[Case[SeriesPayload], ...]
    step: float
    warm_up: float


def series_case(case: Case[Any], payload: SeriesPayload, name: str) -> Case[SeriesPayload]:
    """Return a case of a study as one of a series, which is another kind of run."""
    shape = {"begins": payload.begins, "step": payload.step, "slices": payload.slices}
    return Case(
        name=name,
        replications=case.replications,
        determinants={**case.determinants, "series": shape},
        payload=payload,
        resolved=case.resolved,
        files=case.files,
    )


def run_series(case: Case[SeriesPayload], replication: int, threads: int) -> RunResult:
    """Run one replication and measure every slice.

    Returns
    -------
    dict
        ``series``: columns `SERIES_COLUMNS`; step 0, 1, ... and the quantity by its name.
    """
    payload = case.payload
    found = [
        (quantity, step, value)
        for step, rows in enumerate(payload.measure(payload, replication, threads))
        for quantity, value in rows
    ]
    return {SERIES: pd.DataFrame(found, columns=list(SERIES_COLUMNS))}


def slices_between(looks: Iterator[Tally], edges: list[float]) -> Iterator[Tally]:
    """Yield the tallies between neighbouring edges, from tallies of the run until each of them."""
    before: Tally | None = None
    if edges[0] > 0.0:
        before = next(looks)
    for (begins, ends), look in zip(pairwise(edges), looks, strict=True):
        yield between(before or nothing_before(look), look, begins, ends)
        before = look


def check_series_length(weeks: int, warm_up_days: float) -> None:
    """Refuse a series that is too short to judge, or to see what the file's warm-up leaves over.

    Raises
    ------
    InputError
        With the weeks that are needed.
    """
    least = max(LEAST_WEEKS, math.ceil(warm_up_days / 7) + LEFT_WEEKS)
    if weeks < least:
        what = (
            f"a series of {counted(weeks, '# week')} tells nothing of a warm-up of "
            f"{counted(warm_up_days, '# day')}; at least {least} weeks are needed"
        )
        raise InputError(Problem(what, ARGUMENT, key="weeks"))
