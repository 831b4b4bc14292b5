"""Which part of a difference is due to whom: one at a time, last, and Shapley.

Two scenarios differ by several families of levers. With every combination of them simulated under common random
numbers, the effect of a family can be told in three ways, which agree where families do not depend on
each other: alone on top of the base, last on top of all others, and averaged over all orders in which the
families could be introduced (Shapley 1953, "A value for n-person games"). Only the last adds up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

from sim.measure.statistics import CONFIDENCE, Estimate, Floats, mean_interval

MOST_PARTS = 8
"""256 combinations; a ninth family would double them."""


@dataclass(frozen=True)
class Attribution:
    """What each of some parts contributes to a difference.

    Attributes
    ----------
    first : tuple of Estimate
        Effect of each part alone, on top of the base.
    last : tuple of Estimate
        Effect of each part on top of all others.
    shapley : tuple of Estimate
        Mean effect over all orders; these add up to `total`.
    total : Estimate
        Everything together, less the base.
    interaction : Estimate
        `total` less the sum of `first`: what the parts do together that none does alone.
    """

    first: tuple[Estimate, ...]
    last: tuple[Estimate, ...]
    shapley: tuple[Estimate, ...]
    total: Estimate
    interaction: Estimate


def attribute(values: Floats, confidence: float = CONFIDENCE) -> Attribution:
    """Return what each part contributes, with paired intervals over replications.

    Parameters
    ----------
    values : array of float, shape (2 ** parts, replications)
        An indicator in every combination; part ``i`` is in combination ``c`` if bit ``i`` of ``c`` is
        set. Position ``r`` of every row is the same replication.
    confidence : float
        Level of the intervals.

    Returns
    -------
    Attribution

    Raises
    ------
    ValueError
        If the number of combinations is not that of 1 to `MOST_PARTS` parts.
    """
    combinations = len(values)
    parts = combinations.bit_length() - 1
    if not 1 <= parts <= MOST_PARTS or combinations != 1 << parts:
        raise ValueError(f"{combinations} combinations are not those of 1 to {MOST_PARTS} parts")
    bits = [1 << part for part in range(parts)]
    all_parts = combinations - 1
    first = [values[bit] - values[0] for bit in bits]
    last = [values[all_parts] - values[all_parts ^ bit] for bit in bits]
    total = values[all_parts] - values[0]

    def estimates(rows: list[Floats]) -> tuple[Estimate, ...]:
        return tuple(mean_interval(row, confidence) for row in rows)

    return Attribution(
        first=estimates(first),
        last=estimates(last),
        shapley=estimates([_shapley(values, bit, parts) for bit in bits]),
        total=mean_interval(total, confidence),
        interaction=mean_interval(total - np.sum(first, axis=0), confidence),
    )


def _shapley(values: Floats, bit: int, parts: int) -> Floats:
    """Return the mean effect of a part over all orders, for each replication."""
    without = np.flatnonzero((np.arange(len(values)) & bit) == 0)
    # How many of all orders have exactly these parts before it.
    sizes = [int(combination).bit_count() for combination in without]
    orders = [factorial(size) * factorial(parts - size - 1) for size in sizes]
    weights = np.asarray(orders) / factorial(parts)
    effect: Floats = weights @ (values[without | bit] - values[without])
    return effect
