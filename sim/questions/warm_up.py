"""How long the warm-up of a scenario has to be, quantity by quantity."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.measure.output_analysis.warm_up import means_of_defined, moving_average, mser
from sim.measure.statistics import mean_interval
from sim.subjects.series import EARLIER, SeriesRequest

WARM_UP_COLUMNS = [
    *("quantity", "warm_up", "needed", "verdict"),
    *("left_over", "left_over_low", "left_over_high", "n"),
]
"""Of `judge_warm_up`."""
WELCH_COLUMNS = ["quantity", "minutes", "value", "moving_average"]
"""Of `welch_frame`."""


def series_table(series: pd.DataFrame, request: SeriesRequest, quantity: str) -> pd.DataFrame:
    """Return what of a quantity is due to the run's beginning, by replication and slice.

    Parameters
    ----------
    series : DataFrame
        The ``series`` of a study of the request's cases.
    request : SeriesRequest
    quantity : str

    Returns
    -------
    DataFrame
        A row per slice, a column per replication: the values, less those of the same days in the
        run that began earlier where there is one.
    """
    rows = series[series["quantity"] == quantity]
    tables = [
        rows[rows["scenario"] == case.name].pivot(
            index="step", columns="replication", values="value"
        )
        for case in request.cases
    ]
    return tables[0] - tables[1] if len(tables) > 1 else tables[0]


def judge_warm_up(
    series: pd.DataFrame, request: SeriesRequest, quantities: list[str]
) -> pd.DataFrame:
    """Return what MSER-5 says of each quantity's mean over replications.

    Parameters
    ----------
    series, request
        As of `series_table`.
    quantities : list of str

    Returns
    -------
    DataFrame
        Columns `WARM_UP_COLUMNS`; times in minutes. ``needed`` is ``NaN`` where the series is too short to
        tell, ``verdict`` one of ``enough``, ``too_short``, ``not_determined``. ``left_over`` is the mean
        difference to the run that began earlier after the file's warm-up, with its interval over replications:
        how much the beginning still moves the counted mean.
    """
    found = []
    for quantity in quantities:
        table = series_table(series, request, quantity)
        cut = mser(means_of_defined(table.to_numpy(float))).cut
        needed = math.nan if cut is None else cut * request.step
        verdict = (
            "not_determined"
            if cut is None
            else "enough"
            if needed <= request.warm_up
            else "too_short"
        )
        after = table[table.index * request.step >= request.warm_up].to_numpy(float)
        rest = np.full(table.shape[1], math.nan)
        if has_reference(request):
            rest = means_of_defined(after.T)
        left = mean_interval(rest)
        found.append(
            (quantity, request.warm_up, needed, verdict, left.mean, left.low, left.high, left.n)
        )
    return pd.DataFrame(found, columns=WARM_UP_COLUMNS)


def has_reference(request: SeriesRequest) -> bool:
    """Tell whether the series is a difference to a run that began earlier."""
    return any(case.name.endswith(EARLIER) for case in request.cases[1:])


def welch_frame(
    series: pd.DataFrame, request: SeriesRequest, quantities: list[str], window: int
) -> pd.DataFrame:
    """Return the mean over replications slice by slice, and Welch's moving average of it.

    Parameters
    ----------
    window : int
        Slices on either side.

    Returns
    -------
    DataFrame
        Columns `WELCH_COLUMNS`; ``minutes`` from the start of the run to the middle of the slice.
    """
    frames = []
    for quantity in quantities:
        table = series_table(series, request, quantity)
        mean = means_of_defined(table.to_numpy(float))
        frames.append(
            pd.DataFrame(
                {
                    "quantity": quantity,
                    "minutes": (table.index.to_numpy(float) + 0.5) * request.step,
                    "value": mean,
                    "moving_average": moving_average(mean, window),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)[WELCH_COLUMNS]
