"""Invariants of every run of any model, checked from its counters alone.

Whole numbers must agree exactly; sums of minutes may differ by rounding (`slack`).

Environment
-----------
SIM_CHECK_COUNTS=1
    Both engines check every run (tests use it).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.engine.model import Model
from sim.engine.tally import Amount, Count, Tally
from sim.world.fields import Ints, Reals
from sim.world.pools import Pools

_ROUNDING = 1e-9
"""Relative: a sum of up to a million floating-point terms is good to 1e-10."""
_SMALL_MIN = 1e-6


class BrokenInvariantError(RuntimeError):
    """A run whose counters contradict each other: the program is wrong, not the scenario."""


def require(broken: Sequence[str]) -> None:
    """Refuse a run that violates invariants.

    Parameters
    ----------
    broken : sequence of str
        What a check of this package returned.

    Raises
    ------
    BrokenInvariantError
        If it is not empty.
    """
    if broken:
        raise BrokenInvariantError("; ".join(broken))


def slack(minutes: Any) -> Reals:
    """Return by how much sums of minutes may differ."""
    return np.asarray(_SMALL_MIN + _ROUNDING * np.abs(minutes))


def require_if_tested(model: Model, tally: Tally) -> Tally:
    """Check a run's invariants where the environment asks for it, and return it."""
    if os.environ.get("SIM_CHECK_COUNTS", "") not in ("", "0"):
        require(broken_in_counts([epoch.pools for epoch in model.epochs], tally))
    return tally


def broken_in_counts(pools: Sequence[Pools], tally: Tally) -> list[str]:
    """Return the invariants that an engine's counters violate, whatever the pathway.

    Patients are conserved; nobody leaves a queue without having joined it; no time is negative; no pool is
    busier than its servers allow; and the area under each queue is the sum of its waits (the sample-path form
    of Little's law).

    Parameters
    ----------
    pools : sequence of Pools
        Of every epoch of the run.
    tally : Tally

    Returns
    -------
    list of str
        One sentence per violation.
    """
    return [*_patients(tally), *_queues(tally), *_servers(pools, tally)]


def _patients(tally: Tally) -> Iterator[str]:
    if tally.entered != tally.left + tally.inside:
        yield (
            f"{tally.entered} patients entered, but {tally.left} left and {tally.inside} are inside"
        )


def _queues(tally: Tally) -> Iterator[str]:
    counts = tally.counts
    settled = counts[..., [Count.GRANTED, Count.RENEGED, Count.REFUSED]].sum(axis=-1)
    open_ends = (counts[..., Count.JOINED] - settled).cumsum(axis=0)
    if (open_ends < 0).any():
        yield "more patients left a queue than had joined it"
    if (counts[..., Count.WAITED] > counts[..., Count.GRANTED]).any():
        yield "more patients were served after a wait than were served"
    if (tally.amounts < 0.0).any():
        yield "a time is below 0"
    # Bounds only, for lack of a log: those still waiting add to the area.
    area = tally.amounts[..., Amount.QUEUE_AREA].sum(axis=0)
    waits = tally.amounts[..., [Amount.WAIT, Amount.LOST_WAIT]].sum(axis=(0, -1))
    most = waits + open_ends[-1] * float(tally.starts[-1])
    if (area < waits - slack(waits)).any() or (area > most + slack(waits)).any():
        yield "the area under a queue is not the sum of its waits"


def _servers(pools: Sequence[Pools], tally: Tally) -> Iterator[str]:
    """Yield the pools that were busier than their servers.

    When servers are withdrawn, services in progress are completed; so the limit is the most there ever were.
    """
    busy = tally.amounts[..., Amount.BUSY_AREA].sum(axis=-1)
    lengths = np.diff(tally.starts)
    most = np.max([_most_servers(each) for each in pools], axis=0)
    limit = lengths[:, None] * most
    for pool in np.flatnonzero((busy > limit + slack(limit)).any(axis=0)):
        yield f"pool {pool} was busier than its {most[pool]} servers"


def _most_servers(pools: Pools) -> Ints:
    """Return the most servers on duty at any time of the week; shape (pools,)."""
    return np.maximum.reduceat(pools.segment_servers, pools.pattern_start[:-1])[pools.pattern]
