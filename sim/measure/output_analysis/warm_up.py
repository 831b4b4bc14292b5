"""How long a run is marked by its empty beginning: MSER and Welch's picture.

Both judge a series of equal stretches of time. MSER (White 1997; on means of five values, MSER-5: White,
Cobb and Spratt 2000) cuts off as many values as make the standard error of the mean of the rest smallest:
what the beginning distorts widens it, and so does having fewer values. Welch (1983) draws a moving average and
leaves the judgement to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.measure.statistics import Floats

BATCH = 5
"""Values per batch, as in MSER-5."""
LEAST_BATCHES = 10
"""Fewer tell nothing: half of them may be cut, and five must be left."""
_LEAST_LEFT = 5
"""Batches that must be left; the statistic of fewer is small by chance (Hoad, Robinson and Davies 2010)."""
_LEAST_PART_LEFT = 0.25
"""Of all batches. Ours: of 36 batches the last five alone would win in one case of twenty, by chance."""


@dataclass(frozen=True)
class Truncation:
    """What MSER says of a series.

    Attributes
    ----------
    cut : int or None
        Values to leave out at the beginning; None where that cannot be determined: the series has too few
        values, or its statistic is smallest in the second half, which means that it is too short.
    statistic : array of float, shape (batches,)
        MSER's statistic when as many batches are left out; ``NaN`` where too few are left.
    batch : int
        Values per batch.
    """

    cut: int | None
    statistic: Floats
    batch: int

    @property
    def determined(self) -> bool:
        """Whether the series was long enough."""
        return self.cut is not None


def mser(series: ArrayLike, batch: int = BATCH) -> Truncation:
    """Return how much of the beginning of a series to leave out.

    Parameters
    ----------
    series : array_like of float, shape (values,)
        In the order of time, each over a stretch of the same length; ``NaN`` where nothing was to be
        measured. Best the mean over replications, which have the same beginning and different luck.
    batch : int
        Values per batch, at least 1; a rest at the end is left out.

    Returns
    -------
    Truncation

    Raises
    ------
    ValueError
        If the batch is below 1, the series has not one dimension, or a value is infinite.
    """
    means = batch_averages(series, batch)
    defined = ~np.isnan(means)
    left = _from_here_on(defined.astype(np.float64))
    # Sums of squares about a value near all of them lose no digits.
    distance = np.where(defined, means - _middle(means), 0.0)
    sums, squares = _from_here_on(distance), _from_here_on(distance**2)
    statistic = np.full(means.size, np.nan)
    enough = left >= max(_LEAST_LEFT, _LEAST_PART_LEFT * means.size)
    n = left[enough]
    statistic[enough] = np.maximum(0.0, squares[enough] - sums[enough] ** 2 / n) / n**2
    if defined.sum() < LEAST_BATCHES:
        return Truncation(None, statistic, batch)
    best = int(np.nanargmin(statistic))
    return Truncation(best * batch if best <= means.size // 2 else None, statistic, batch)


def batch_averages(series: ArrayLike, batch: int) -> Floats:
    """Return the means of so many values each, of those that are defined.

    Parameters
    ----------
    series : array_like of float, shape (values,)
    batch : int
        At least 1.

    Returns
    -------
    array of float, shape (values // batch,)
        ``NaN`` where no value of a batch is defined.

    Raises
    ------
    ValueError
        As of `mser`.
    """
    values = np.asarray(series, dtype=np.float64)
    if batch < 1:
        raise ValueError(f"a batch has at least 1 value, not {batch}")
    if values.ndim != 1:
        raise ValueError(f"a series has one dimension, not {values.ndim}")
    if np.isinf(values).any():
        raise ValueError("a series has an infinite value")
    whole = values.size // batch
    return means_of_defined(values[: whole * batch].reshape(whole, batch))


def means_of_defined(table: Floats) -> Floats:
    """Return the mean of every row's defined values; ``NaN`` of a row without any."""
    defined = ~np.isnan(table)
    number = defined.sum(axis=1)
    sums = np.where(defined, table, 0.0).sum(axis=1)
    return np.where(number > 0, sums / np.maximum(number, 1), np.nan)


def moving_average(series: ArrayLike, window: int) -> Floats:
    """Return Welch's moving average, whose window is narrower at both ends.

    Parameters
    ----------
    series : array_like of float, shape (values,)
        ``NaN`` where nothing was to be measured.
    window : int
        Values on either side, not negative.

    Returns
    -------
    array of float, shape (values,)
        The mean of what is defined of each value and its neighbours: as many on both sides, no more than there
        are on the shorter one.

    Raises
    ------
    ValueError
        If the window is negative.
    """
    values = np.asarray(series, dtype=np.float64)
    if window < 0:
        raise ValueError(f"a window is not negative, as {window} is")
    reach = np.minimum(window, np.minimum(np.arange(values.size), np.arange(values.size)[::-1]))
    parts = [values[i - k : i + k + 1] for i, k in enumerate(reach)]
    return np.asarray([means_of_defined(part[None])[0] for part in parts], dtype=np.float64)


def _from_here_on(values: Floats) -> Floats:
    """Return the sums of each value and all after it."""
    return np.asarray(values[::-1].cumsum()[::-1])


def _middle(means: Floats) -> float:
    return float(np.nanmedian(means)) if not np.isnan(means).all() else 0.0
