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

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Independent, such as one per replication; ``NaN`` is left out.
    share : float
        Between 0 and 1.
    confidence : float

    Returns
    -------
    Estimate
        ``mean`` is the quantile (Hyndman and Fan's type 7, numpy's default). An end is ``NaN`` where no value
        is far enough out: the 90th percentile has an upper end from 36 values on.

    Raises
    ------
    ValueError
        If the share or the confidence is not between 0 and 1.
    """
    if not (0.0 < share < 1.0 and 0.0 < confidence < 1.0):
        raise ValueError("share and confidence must lie between 0 and 1")
    value = np.asarray(values, dtype=np.float64)
    ordered = np.sort(value[~np.isnan(value)])
    n, tail = ordered.size, (1.0 - confidence) / 2.0
    if n == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    below = scipy.special.bdtr(np.arange(n + 1), n, share)
    # The r-th smallest value exceeds the quantile with the probability that fewer than r lie below it.
    low = int(np.searchsorted(below, tail, side="right"))
    high = int(np.searchsorted(below, 1.0 - tail)) + 1
    return Estimate(
        float(np.quantile(ordered, share)),
        float(ordered[low - 1]) if low >= 1 else float("nan"),
        float(ordered[high - 1]) if high <= n else float("nan"),
        n,
    )
