"""Output of an engine: counts, times and areas per pool, group and period."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from sim.engine.model import Model
from sim.world.fields import Ints, Reals


class Count(IntEnum):
    """Columns of `Tally.counts`: events of one pool and group in one period."""

    JOINED = 0
    GRANTED = 1
    RENEGED = 2
    REFUSED = 3
    WAITED = 4
    """Of the granted, those who had to wait."""


class Amount(IntEnum):
    """Columns of `Tally.amounts`: sums and integrals over time, in minutes."""

    WAIT = 0
    """Sum of the waits of the granted."""
    WAIT_SQUARED = 1
    """Sum of their squares, in minutes squared."""
    QUEUE_AREA = 2
    """Integral of the number waiting."""
    BUSY_AREA = 3
    """Integral of the number in service."""
    SERVER_AREA = 4
    """Integral of the servers on duty (counted in group 0 only)."""
    LOST_WAIT = 5
    """Sum of the waits of those who reneged."""


class Extreme(IntEnum):
    """Columns of `Tally.wait_range`."""

    LEAST = 0
    MOST = 1


def no_range(rows: int) -> Reals:
    """Return the extremes of no waits at all, (rows, len(Extreme)): the least is above the most."""
    return np.tile([np.inf, -np.inf], (rows, 1))


def wait_edges(thresholds: tuple[float, ...] = ()) -> Reals:
    """Return the upper edges of the wait histogram, in minutes.

    Parameters
    ----------
    thresholds : tuple of float
        Waits that must fall exactly between two bins ("share waiting over x").

    Returns
    -------
    Reals
        Sorted. The first bin is "no wait"; then bins of 2 % relative width from a thousandth of a
        minute to two years, so that a quantile read from the histogram is within 1 % of the true
        one.
    """
    geometric = np.geomspace(1e-3, 1e6, 1048)
    return np.unique(np.concatenate([[0.0], geometric, [t for t in thresholds if t > 0.0]]))


@dataclass
class Tally:
    """The engine's result.

    Attributes
    ----------
    starts : Reals
        (rows + 1,) minutes at which the rows of `counts` begin; the last is the end of the run.
    counted_from : int
        The first row of `counts` and `amounts` after the warm-up.
    counts : Ints
        (rows, pools, groups, len(Count)); `Model.tally_rows` tells which periods a row has.
    amounts : Reals
        (rows, pools, groups, len(Amount)).
    wait_edges : Reals
        (bins,) upper edges in minutes.
    wait_histogram : Ints
        (rows, bins + 1) waits of the granted after the warm-up; the last bin is open.
    wait_range : Reals
        (rows, len(Extreme)) the shortest and the longest of the waits in each row of `wait_histogram`, in
        minutes; of a stretch of a run they are those of the run up to its end.
    level_minutes : Reals
        (cells,) minutes after the warm-up with 0, 1, ... present, by ``Pools.level_start``;
        the last level of a pool also counts everything above it.
    entered, left, inside : int
        Patients; ``entered == left + inside``.
    state : object
        The pathway's own counters.
    """

    starts: Reals
    counted_from: int
    counts: Ints
    amounts: Reals
    wait_edges: Reals
    wait_histogram: Ints
    wait_range: Reals
    level_minutes: Reals
    state: Any
    entered: int = 0
    left: int = 0
    inside: int = 0


def empty_tally(model: Model, state: Any) -> Tally:
    """Return a tally of zeros."""
    pools, edges = model.epochs[0].pools, wait_edges(model.thresholds)
    rows = int(model.tally_rows[-1]) + 1
    return Tally(
        starts=model.tally_starts,
        counted_from=model.tally_counted_from,
        counts=np.zeros((rows, pools.count, model.groups, len(Count)), dtype=np.int64),
        amounts=np.zeros((rows, pools.count, model.groups, len(Amount))),
        wait_edges=edges,
        wait_histogram=np.zeros((model.wait_rows, edges.size + 1), dtype=np.int64),
        wait_range=no_range(model.wait_rows),
        level_minutes=np.zeros(max(1, int(pools.level_start[-1]))),
        state=state,
    )
