"""An interval for a rank correlation."""

from __future__ import annotations

import math

import scipy  # not its `special`, as in sim.measure.statistics

from sim.measure.statistics import CONFIDENCE

_FIELLER = 1.03
"""Over that of Pearson's correlation, the standard deviation of Fisher's z of Spearman's."""


def rank_correlation_interval(
    correlation: float, n: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return the interval of Spearman's correlation of independent pairs.

    Fisher's z = artanh(r) has a standard deviation of about ``1.03 / sqrt(n - 3)`` (Fieller, Hartley and
    Pearson 1957), good for correlations up to about 0.8 and ten pairs or more.

    Parameters
    ----------
    correlation : float
        Between -1 and 1.
    n : int
        Pairs.
    confidence : float

    Returns
    -------
    tuple of float
        Low and high; ``NaN`` with three pairs or fewer, and for a correlation of -1 or 1, whose z is infinite.

    Raises
    ------
    ValueError
        If the confidence is not between 0 and 1.
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"the confidence must lie between 0 and 1, not {confidence}")
    # Ranks in perfect order give 1 up to rounding.
    if n <= 3 or not abs(correlation) < 1.0 - 1e-12:
        return float("nan"), float("nan")
    z = math.atanh(correlation)
    half = float(scipy.special.ndtri(0.5 + confidence / 2)) * _FIELLER / math.sqrt(n - 3)
    return math.tanh(z - half), math.tanh(z + half)
