"""One long run of a network, cut into batches after its warm-up."""

from __future__ import annotations

import math

import pandas as pd

from sim.errors import InputError
from sim.measure.network.measures import COUNTS
from sim.measure.output_analysis.batch_means import batch_means
from sim.questions.series import (
    SeriesPayload,
    SeriesRequest,
    is_steady,
    refuse_arrivals_that_end,
    series_case,
    without_census,
)
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.cases import network_case
from sim.time_units import MINUTES_PER_DAY, MINUTES_PER_WEEK

BATCH_COLUMNS = ["quantity", "mean", "low", "high", "batches", "correlation", "independent"]


def long_run_series(scenario: NetworkScenario, times: int, batches: int) -> SeriesRequest:
    """Return one run, so many times as long as the file's, in slices that are its batches.

    A network with a calendar is cut into whole weeks.

    Raises
    ------
    InputError
        If arrivals end or follow the months, or a calendar leaves a batch less than a week.
    """
    refuse_arrivals_that_end(scenario)
    step = times * scenario.run.length / batches
    if not is_steady(scenario):
        step = math.floor(step / MINUTES_PER_WEEK) * float(MINUTES_PER_WEEK)
        if step == 0.0:
            needed = math.ceil(batches * MINUTES_PER_WEEK / scenario.run.length)
            raise InputError(
                f"{batches} batches of whole weeks need a longer run; --times {needed} is enough"
            )
    warm_up = scenario.run.warm_up
    run = scenario.run.model_copy(
        update={"warm_up": 0.0, "length": warm_up + step * batches, "replications": 1}
    )
    changed = scenario.model_copy(update={"run": run, "report": without_census(scenario)})
    payload = SeriesPayload(changed, warm_up, step, batches)
    case = series_case(network_case(changed), payload, scenario.name)
    return SeriesRequest(scenario.name, (case,), step, warm_up)


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
