"""One long run of a network, cut into batches after its warm-up."""

from __future__ import annotations

import pandas as pd

from sim.measure.network.measures import COUNTS
from sim.measure.output_analysis.batch_means import batch_means
from sim.time_units import MINUTES_PER_DAY

BATCH_COLUMNS = ["quantity", "mean", "low", "high", "batches", "correlation", "independent"]


def batch_means_frame(series: pd.DataFrame, batches: int, step: float) -> pd.DataFrame:
    """Return mean, interval and dependence of every quantity that was ever measured.

    Parameters
    ----------
    series : DataFrame
        Of one run in `batches` slices.
    batches : int
    step : float
        Minutes of a slice.

    Returns
    -------
    DataFrame
        Columns `BATCH_COLUMNS`. Counts are shown by the day, ``arrivals:desk`` as ``arrivals_per_day:desk``:
        those of a batch say nothing to somebody who does not know how long a batch is.
    """
    found = []
    for quantity, rows in _counts_per_day(series, step).groupby("quantity", sort=False):
        values = rows.sort_values("step")["value"].to_numpy(float)
        means = batch_means(values, batches)
        estimate = means.estimate
        if estimate.n > 0:
            numbers = (estimate.mean, estimate.low, estimate.high, estimate.n)
            found.append((quantity, *numbers, means.correlation, means.independent))
    return pd.DataFrame(found, columns=BATCH_COLUMNS)


def _counts_per_day(series: pd.DataFrame, step: float) -> pd.DataFrame:
    """Return a series whose counts are rates, named so."""
    parts = series["quantity"].str.partition(":")
    is_count = parts[0].isin(COUNTS)
    named = parts[0].where(~is_count, parts[0] + "_per_day") + parts[1] + parts[2]
    days = step / MINUTES_PER_DAY
    return series.assign(
        quantity=named, value=series["value"].where(~is_count, series["value"] / days)
    )
