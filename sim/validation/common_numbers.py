"""What common random numbers are worth: how many replications a comparison is spared."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.measure.statistics import Estimate, mean_interval

GAIN_COLUMNS = ["base", "scenario", "indicator", "difference", "gain", "low", "high", "n"]
"""Of `gains_of_common_numbers`."""


def gains_of_common_numbers(
    indicators: pd.DataFrame, pairs: list[tuple[str, str]], chosen: list[str]
) -> pd.DataFrame:
    """Return how many times fewer replications a comparison needs because it shares its luck.

    With independent seeds a difference has the sum of both variances; under common random numbers it has that
    of the paired differences. Replications for the same half-width are in proportion.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value`` under common random numbers.
    pairs : list of (base, scenario)
    chosen : list of str
        Indicators, of all tiers and counties together.

    Returns
    -------
    DataFrame
        Columns `GAIN_COLUMNS`; ``low`` and ``high`` are the 95 % interval of the gain by the jackknife of its
        logarithm (Miller 1974). A difference without any variance has no gain.
    """
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    values = whole.pivot(index="replication", columns=["scenario", "indicator"], values="value")
    rows = []
    for base, scenario in pairs:
        for indicator in chosen:
            one, other = (values[(name, indicator)].to_numpy(float) for name in (base, scenario))
            defined = ~(np.isnan(one) | np.isnan(other))
            one, other = one[defined], other[defined]
            gain = jackknife_of_gain(one, other)
            difference = float((other - one).mean())
            numbers = (difference, gain.mean, gain.low, gain.high, gain.n)
            rows.append((base, scenario, indicator, *numbers))
    return pd.DataFrame(rows, columns=GAIN_COLUMNS)


def jackknife_of_gain(one: np.ndarray, other: np.ndarray) -> Estimate:
    """Return (variance of one + variance of the other) / variance of the difference, with its interval.

    Parameters
    ----------
    one, other : array of float, shape (replications,)
        Paired; at least three.
    """

    def log_gain(keep: np.ndarray) -> float:
        apart = one[keep].var(ddof=1) + other[keep].var(ddof=1)
        together = (other - one)[keep].var(ddof=1)
        return math.log(apart / together) if apart > 0.0 and together > 0.0 else math.nan

    n, every = one.size, np.ones(one.size, dtype=bool)
    whole = log_gain(every)
    left_out = np.asarray([log_gain(np.arange(n) != i) for i in range(n)])
    pseudo = mean_interval(n * whole - (n - 1) * left_out)
    return replace(
        pseudo, mean=math.exp(whole), low=math.exp(pseudo.low), high=math.exp(pseudo.high)
    )
