"""What must hold in every run of any model, told from its counters alone.

Whole numbers must agree exactly; sums of minutes may differ by rounding (`slack`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.engine.tally import Amount, Count, Tally
from sim.world.fields import Reals

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


def broken_in_counts(tally: Tally) -> list[str]:
    """Return the invariants that an engine's counters violate, whatever the pathway.

    Nobody is lost or made; nobody leaves a queue that they did not join; no time is below 0; and the
    area under each queue is the sum of its waits (Little's law without expectations).

    Parameters
    ----------
    tally : Tally

    Returns
    -------
    list of str
        One sentence per violation.
    """
    return [*_patients(tally), *_queues(tally)]


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
    # As far as it can be told without the log: those still waiting add to the area.
    area = tally.amounts[..., Amount.QUEUE_AREA].sum(axis=0)
    waits = tally.amounts[..., [Amount.WAIT, Amount.LOST_WAIT]].sum(axis=(0, -1))
    most = waits + open_ends[-1] * float(tally.starts[-1])
    if (area < waits - slack(waits)).any() or (area > most + slack(waits)).any():
        yield "the area under a queue is not the sum of its waits"
