"""Tallies of a run at several times, from which a time series is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sim.engine.compiled import Run
from sim.engine.model import Model
from sim.engine.tally import Tally
from sim.engine.team import Team


def snapshots(
    model: Model, seed: int, replication: int, times: Sequence[float], threads: int = 1
) -> Iterator[Tally]:
    """Run one replication and yield its tally at each of several times.

    Parameters
    ----------
    model : Model
    seed, replication, threads : int
        As of `sim.engine.compiled.simulate`.
    times : sequence of float
        Minutes, rising, above 0 and not after the end of the model's last period.

    Yields
    ------
    Tally
        Cumulative from the start of the run; the difference of two is what happened between them. The one at
        the end of the run is what `simulate` returns, and none depends on which other times are given.

    Raises
    ------
    ValueError
        If the times do not rise, or lie outside the run.
    """
    end = float(model.period_starts[-1])
    if any(later <= earlier for earlier, later in pairwise([0.0, *times])) or times[-1] > end:
        raise ValueError(f"times of snapshots must rise from above 0 to at most {end:g} minutes")
    with Team(threads) as team:
        run = Run(model, seed, replication, None, team)
        for time in times:
            run.advance(time)
            yield run.so_far()
