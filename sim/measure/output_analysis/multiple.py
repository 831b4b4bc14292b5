"""Many comparisons at once: intervals that hold together, and p-values that allow for their number.

Of twenty scenarios that change nothing, one is expected to differ "significantly" from the base. Bonferroni's
intervals and Holm's (1979) p-values keep the chance of any such error below the stated one, whatever the
dependence: under common random numbers all differences share the luck of the base, so that methods for
independent groups (Dunnett, Tukey) would not hold.
"""

from __future__ import annotations

import numpy as np
import scipy  # not its `special`, as in sim.measure.statistics
from numpy.typing import ArrayLike

from sim.measure.statistics import CONFIDENCE, Estimates, Floats, mean_intervals


def joint_confidence(comparisons: int, confidence: float = CONFIDENCE) -> float:
    """Return the level of single intervals that all hold together with a confidence (Bonferroni).

    Parameters
    ----------
    comparisons : int
        At least 1.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If there is no comparison.
    """
    if comparisons < 1:
        raise ValueError("there is nothing to compare")
    return 1.0 - (1.0 - confidence) / comparisons


def joint_intervals(
    differences: ArrayLike, comparisons: int, confidence: float = CONFIDENCE
) -> Estimates:
    """Return paired t intervals that hold together for one quantity of so many scenarios.

    Parameters
    ----------
    differences : array_like of float, shape (rows, replications)
        As of `sim.measure.statistics.mean_intervals`.
    comparisons : int
        Scenarios that are compared with the same base.
    confidence : float
        That all intervals hold.
    """
    return mean_intervals(differences, joint_confidence(comparisons, confidence))


def p_values(differences: ArrayLike) -> Floats:
    """Return the two-sided p-value of a mean of zero for each row, by Student's t.

    Parameters
    ----------
    differences : array_like of float, shape (rows, replications)
        ``NaN`` is left out.

    Returns
    -------
    array of float, shape (rows,)
        ``NaN`` with fewer than two values, and where all are equal: then there is no chance in them.
    """
    table = np.asarray(differences, dtype=np.float64)
    found = mean_intervals(table)
    degrees = np.where(found.n > 1, found.n - 1.0, np.nan)
    half = (found.high - found.low) / 2.0
    error = half / scipy.special.stdtrit(degrees, 0.5 + CONFIDENCE / 2)
    t = np.full(found.mean.shape, np.nan)
    np.divide(np.abs(found.mean), error, out=t, where=error > 0.0)
    return np.asarray(2.0 * scipy.special.stdtr(degrees, -t))


def holm(p: ArrayLike) -> Floats:
    """Return p-values that allow for their number (Holm 1979); ``NaN`` is not counted.

    Parameters
    ----------
    p : array_like of float, shape (comparisons,)

    Returns
    -------
    array of float, shape (comparisons,)
        None below its own p-value, none above 1.
    """
    values = np.asarray(p, dtype=np.float64)
    adjusted = np.full(values.shape, np.nan)
    places = np.argsort(values, kind="stable")[: int((~np.isnan(values)).sum())]
    factors = np.arange(places.size, 0, -1)
    adjusted[places] = np.minimum(1.0, np.maximum.accumulate(factors * values[places]))
    return adjusted
