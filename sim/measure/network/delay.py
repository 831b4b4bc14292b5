"""How likely a ward would be full with any number of beds, told from how many were in it without a limit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.errors import ARGUMENT, InputError, Problem, nearest
from sim.measure.statistics import CONFIDENCE, mean_intervals

COLUMNS = ("replication", "station", "present", "share")


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
        With everything that is wrong: a table without these columns, of several networks or without such a
        station, a level that is no share.
    """
    if problems := [*_problems(present, station, confidence)]:
        raise InputError(*problems)
    of_station = present[present["station"] == station]
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


def _problems(present: object, station: object, confidence: object) -> Iterator[Problem]:
    """Yield everything that is wrong with the arguments."""
    yield from _wrong_table(present)
    if not isinstance(station, str):
        what = f"must be a name, not a value of type {type(station).__name__}"
        yield Problem(what, ARGUMENT, key="station")
    elif isinstance(present, pd.DataFrame) and "station" in present:
        known = [str(name) for name in present["station"].unique()]
        if station not in known:
            what = f"there is no station '{station}'{nearest(station, known)}"
            yield Problem(what, ARGUMENT, key="station")
    if not isinstance(confidence, int | float) or not 0.0 < confidence < 1.0:
        what = f"must be a number between 0 and 1, not {confidence}"
        yield Problem(what, ARGUMENT, key="confidence")


def _wrong_table(present: object) -> Iterator[Problem]:
    """Yield why a value is no frame ``present`` of one network."""
    if not isinstance(present, pd.DataFrame):
        given = type(present).__name__
        what = f"must be a table, the frame 'present' of an answer, not a value of type {given}"
        yield Problem(what, ARGUMENT, key="present")
        return
    missing = [name for name in COLUMNS if name not in present]
    if missing:
        what = f"has no column {', '.join(missing)}; needed: {', '.join(COLUMNS)}"
        yield Problem(what, ARGUMENT, key="present")
    elif present.duplicated(list(COLUMNS[:3])).any():
        what = "holds a number of patients at a station twice in one replication; give the rows of one network"
        yield Problem(what, ARGUMENT, key="present")
