"""How likely a ward would be full with any number of beds, told from how many were in it without a limit."""

from __future__ import annotations

import pandas as pd


def delay_by_beds(present: pd.DataFrame, station: str) -> pd.DataFrame:
    """Return the probability that an arrival would have to wait, by number of beds.

    Of the time with at most n in a ward without limit, the share with exactly n, P(N = n) / P(N <= n), is the
    probability that a ward with n beds is full. It is exact where the number present follows a Poisson
    distribution (Erlang's loss formula), so with random arrivals and any stays.

    Parameters
    ----------
    present : DataFrame
        Tables of `sim.measure.network.number_present`, one below the other.
    station : str
        A station with unlimited servers.

    Returns
    -------
    DataFrame
        Columns ``beds``, ``delayed`` (the probability, from the mean shares over replications) and ``one_in``
        (its reciprocal), one row for each number of beds from 0 to the highest number that occurred.
    """
    of_station = present[present["station"] == station]
    replications = of_station["replication"].nunique()
    shares = of_station.groupby("present")["share"].sum() / replications
    delayed = shares / shares.cumsum()
    table = pd.DataFrame({"beds": shares.index, "delayed": delayed.to_numpy()})
    table["one_in"] = 1.0 / table["delayed"]
    return table
