"""An interval from one long run: means of long stretches, taken as independent when they look so."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy  # not its `special`, as in sim.measure.statistics
from numpy.typing import ArrayLike

from sim.measure.output_analysis.warm_up import batch_averages
from sim.measure.statistics import CONFIDENCE, Estimate, Floats, mean_interval

BATCHES = 20
"""Between 10 and 30 are enough; more are shorter and depend on each other (Schmeiser 1982)."""
LEAST_BATCHES = 10
_LEVEL = 0.05
"""Of the test for dependence: how often independent batches are taken for dependent ones."""


@dataclass(frozen=True)
class BatchMeans:
    """What one long run says.

    Attributes
    ----------
    estimate : Estimate
        Mean over batches and t interval; `n` is the number of batches.
    correlation : float
        Between neighbouring batches, from von Neumann's ratio; ``NaN`` of equal batches.
    independent : bool
        Whether neighbours look independent. If not the interval is too narrow: the run must be longer.
    """

    estimate: Estimate
    correlation: float
    independent: bool


def batch_means(
    series: ArrayLike, batches: int = BATCHES, confidence: float = CONFIDENCE
) -> BatchMeans:
    """Return mean and interval of a long run after its warm-up.

    Non-overlapping batch means (Law and Carson 1979; Schmeiser 1982) with the test of von Neumann's ratio
    for the correlation of neighbours (Fishman 1978).

    Parameters
    ----------
    series : array_like of float, shape (values,)
        Of stretches of the same length, in order; ``NaN`` where nothing was to be measured. Values that do
        not fill a batch are left out at the beginning.
    batches : int
        At least 10.
    confidence : float

    Returns
    -------
    BatchMeans

    Raises
    ------
    ValueError
        If there are fewer than 10 batches, or fewer values than batches.
    """
    values = np.asarray(series, dtype=np.float64)
    if batches < LEAST_BATCHES:
        raise ValueError(f"{batches} batches are too few; at least {LEAST_BATCHES} are needed")
    size = values.size // batches
    if size == 0:
        raise ValueError(f"{values.size} values cannot fill {batches} batches")
    means = batch_averages(values[values.size - size * batches :], size)
    correlation = neighbours_correlation(means)
    k = int((~np.isnan(means)).sum())
    limit = float(scipy.special.ndtri(1.0 - _LEVEL)) * math.sqrt(max(k - 2, 0) / (k * k - 1.0))
    # Equal batches (no chance at all) have nothing that could depend.
    independent = bool(np.isnan(correlation) or correlation <= limit)
    return BatchMeans(mean_interval(means, confidence), correlation, independent)


def neighbours_correlation(means: Floats) -> float:
    """Return the correlation of neighbours as von Neumann's ratio has it.

    One minus the sum of squared steps over twice the sum of squared distances from the mean; of independent
    normal values it has mean 0 and variance (k - 2) / (k^2 - 1).
    """
    values = means[~np.isnan(means)]
    spread = float(((values - values.mean()) ** 2).sum()) if values.size > 1 else 0.0
    if spread == 0.0:
        return float("nan")
    return 1.0 - float((np.diff(values) ** 2).sum()) / (2.0 * spread)
