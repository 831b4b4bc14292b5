"""A stretch of a run: what was counted by its end, less what was counted by its beginning."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any

from sim.engine.tally import Tally
from sim.world.fields import reals


def between(earlier: Tally, later: Tally, begins: float, ends: float) -> Tally:
    """Return what a run without warm-up counted from one time to another.

    Parameters
    ----------
    earlier, later : Tally
        Snapshots of one run (see `sim.engine.snapshots`), in which everything is counted.
    begins, ends : float
        Their times in minutes.

    Returns
    -------
    Tally
        One counted row, from `begins` to `ends`; who was inside is told of the end, `entered` and `left` of the
        stretch.

    Raises
    ------
    ValueError
        If the run has a warm-up, in which not everything is counted.
    """
    # A pooled tally has an empty row for a warm-up of no length.
    if later.starts[later.counted_from] > 0.0:
        raise ValueError("the stretches of a run can only be told when it has no warm-up")
    return replace(
        later,
        starts=reals([begins, ends]),
        counted_from=0,
        counts=(later.counts - earlier.counts).sum(axis=0, keepdims=True),
        amounts=(later.amounts - earlier.amounts).sum(axis=0, keepdims=True),
        wait_histogram=later.wait_histogram - earlier.wait_histogram,
        level_minutes=later.level_minutes - earlier.level_minutes,
        state=_counted_between(earlier.state, later.state),
        entered=later.entered - earlier.entered,
        left=later.left - earlier.left,
    )


def nothing_before(first: Tally) -> Tally:
    """Return a tally of the beginning of the run that a snapshot is of: everything is zero."""
    return replace(between(first, first, 0.0, 0.0), starts=first.starts, inside=0)


def _counted_between(earlier: Any, later: Any) -> Any:
    """Return a pathway's memory whose counters are differences."""
    differences = {
        name: getattr(later.arrays, name) - getattr(earlier.arrays, name) for name in later.counters
    }
    made = copy(later)
    made.arrays = replace(later.arrays, **differences)
    return made
