"""How likely a ward would be full with any number of beds, told from how many were in it without a limit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.errors import ARGUMENT, InputError, Problem, nearest
from sim.measure.statistics import CONFIDENCE, mean_intervals


def delay_by_beds(
    present: pd.DataFrame, station: str, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return the probability that an arrival would have to wait, by number of beds.

    Of the time with at most n in a ward without limit, the share with exactly n, P(N = n) / P(N <= n), is the
    probability that a ward with n beds is full. It is exact where the number present follows a Poisson
    distribution (Erlang's loss formula), so with random arrivals and any stays.

    Parameters
    ----------
    present : DataFrame
        Frame ``present`` of an answer about one network: ``replication``, ``station``, ``present`` and the
        ``share`` of the time.
    station : str
        A station with unlimited servers.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns ``beds``, ``delayed`` (the probability, from the mean shares over replications), ``low`` and
        ``high`` (its t interval as that of a ratio of two means; NaN with one replication) and ``one_in`` (its
        reciprocal), one row for each number of beds from 0 to the highest number that occurred.

    Raises
    ------
    InputError
        If the table has no such station.
    """
    of_station = present[present["station"] == station]
    if of_station.empty:
        known = [str(name) for name in present["station"].unique()]
        what = f"there is no station '{station}'{nearest(station, known)}"
        raise InputError(Problem(what, ARGUMENT, key="station"))
    exactly = of_station.pivot(index="present", columns="replication", values="share").fillna(0.0)
    at_most = exactly.cumsum()
    delayed = exactly.mean(axis=1) / at_most.mean(axis=1)
    # Linear about the means (delta method); where nobody ever was, there is nothing to tell.
    apart = exactly.sub(at_most.mul(delayed, axis=0)).div(at_most.mean(axis=1), axis=0)
    found = mean_intervals(apart.add(delayed, axis=0).to_numpy(), confidence)
    table = pd.DataFrame(
        {
            "beds": exactly.index,
            "delayed": delayed.to_numpy(),
            "low": np.maximum(0.0, found.low),
            "high": np.minimum(1.0, found.high),
        }
    )
    table["one_in"] = 1.0 / table["delayed"]
    return table
