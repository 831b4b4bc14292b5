"""An interval for a quantile that assumes no distribution."""

from __future__ import annotations

import numpy as np
import scipy  # not its `special`, as in sim.measure.statistics
from numpy.typing import ArrayLike

from sim.measure.statistics import CONFIDENCE, Estimate


def quantile_interval(values: ArrayLike, share: float, confidence: float = CONFIDENCE) -> Estimate:
    """Return the value that a share of independent values does not exceed, with an interval.

    Order statistics (David and Nagaraja 2003, section 7.1): how many values lie below the quantile is
    binomial. The interval covers at least as often as stated, a little more because ranks are whole.

    Of values that come in groups, such as runs of one sample, the number below the quantile varies most
    if all of a group lie on one side; it is then that of as many values as groups (as in Woodruff 1952,
    with a bound for the variance of the share). Ranks are taken so that the interval is right even then: it
    is the exact one with one value in each group, and wider than it need be otherwise.

    Parameters
    ----------
    values : array_like of float, shape (n,) or (groups, values)
        Independent, such as one per replication; or groups that are independent of each other, as many
        values in each. ``NaN`` is left out, with its group.
    share : float
        Between 0 and 1.
    confidence : float

    Returns
    -------
    Estimate
        ``mean`` is the quantile (Hyndman and Fan's type 7, numpy's default), ``n`` the number of groups. An
        end is ``NaN`` where no value is far enough out: the 90th percentile has an upper end from 36 values
        (or groups) on.

    Raises
    ------
    ValueError
        If the share or the confidence is not between 0 and 1.
    """
    if not (0.0 < share < 1.0 and 0.0 < confidence < 1.0):
        raise ValueError("share and confidence must lie between 0 and 1")
    value = np.asarray(values, dtype=np.float64)
    groups = value[:, np.newaxis] if value.ndim == 1 else value
    groups = groups[~np.isnan(groups).any(axis=1)]
    n, each = groups.shape
    ordered, tail = np.sort(groups, axis=None), (1.0 - confidence) / 2.0
    if n == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    below = scipy.special.bdtr(np.arange(n + 1), n, share)
    # The r-th smallest value exceeds the quantile with the probability that fewer than r lie below it.
    low = int(np.searchsorted(below, tail, side="right"))
    high = int(np.searchsorted(below, 1.0 - tail)) + 1
    return Estimate(
        float(np.quantile(ordered, share)),
        # Fewer than r groups' worth of values, or at least r groups' worth.
        float(ordered[(low - 1) * each]) if low >= 1 else float("nan"),
        float(ordered[high * each - 1]) if high <= n else float("nan"),
        n,
    )
