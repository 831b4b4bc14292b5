"""Quantiles read from histograms, within the range of what was seen."""

from __future__ import annotations

import numpy as np

from sim.world.fields import Ints, Reals

_ROWS_AT_ONCE = 1024
"""Of which the running sums are made together; a histogram has a thousand bins."""


def histogram_quantiles(
    histograms: Ints, edges: Reals, levels: tuple[float, ...], least: Reals, most: Reals
) -> Reals:
    """Return quantiles read from histograms, straight within a bin.

    Parameters
    ----------
    histograms : Ints
        (rows, bins + 1) counts; the last bin is open.
    edges : Reals
        (bins,) upper edges, sorted; what lies up to the first one counts as equal to it.
    levels : tuple of float
        Between 0 and 1.
    least, most : Reals
        (rows,) the smallest and the largest of what was counted: no quantile lies outside.

    Returns
    -------
    Reals
        (rows, levels); NaN for an empty histogram; the last edge, or `least` if that is above it, when the
        quantile lies in the open bin.
    """
    found = np.full((len(histograms), len(levels)), np.nan)
    totals = histograms.sum(axis=1)
    filled = np.flatnonzero(totals)
    for begin in range(0, filled.size, _ROWS_AT_ONCE):
        rows = filled[begin : begin + _ROWS_AT_ONCE]
        below = histograms[rows].cumsum(axis=1)
        for column, level in enumerate(levels):
            values = _from_running_sums(below, edges, level * totals[rows])
            found[rows, column] = np.clip(values, least[rows], most[rows])
    return found


def _from_running_sums(below: Ints, edges: Reals, wanted: Reals) -> Reals:
    """Return where running sums of rows reach a number."""
    rows = np.arange(len(below))
    cell = (below < wanted[:, None]).sum(axis=1)
    inside = np.clip(cell, 1, edges.size - 1)
    before = below[rows, inside - 1]
    share = (wanted - before) / np.maximum(1, below[rows, inside] - before)
    straight = edges[inside - 1] + share * (edges[inside] - edges[inside - 1])
    at_an_end = (cell == 0) | (cell >= edges.size)
    values: Reals = np.where(at_an_end, edges[np.minimum(cell, edges.size - 1)], straight)
    return values


def histogram_quantile(
    histogram: Ints, edges: Reals, level: float, least: float = 0.0, most: float = np.inf
) -> float:
    """Return one quantile of one histogram; see `histogram_quantiles`."""
    ends = np.array([least]), np.array([most])
    return float(histogram_quantiles(histogram[None, :], edges, (level,), *ends)[0, 0])
