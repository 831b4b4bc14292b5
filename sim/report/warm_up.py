"""Figure: how long must the warm-up be? Welch's picture with what MSER-5 says."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.frames import rows
from sim.report.style import (
    GREY,
    TIER_COLOURS,
    figure_style,
    finished,
    headline,
    mark_no_data,
    new_figure,
)
from sim.report.wording import quantity_scale, wrapped
from sim.report.words import Words
from sim.time_units import MINUTES_PER_DAY

COLUMNS = 2
MOST_PANELS = 12
_TITLE_WIDTH = 44  # columns
_AVERAGE, _CUT = TIER_COLOURS["county"], TIER_COLOURS["city"]


def draw_warm_up(
    welch: pd.DataFrame,
    judged: pd.DataFrame,
    title: str,
    words: Words,
    caption: str = "",
    *,
    differences: bool,
) -> Figure:
    """Draw the series of every judged quantity, at most 12 of them.

    Parameters
    ----------
    welch, judged : pandas.DataFrame
        As of `sim.questions.warm_up.welch_frame` and `judge_warm_up`.
    title : str
        Of the scenario.
    words : Words
    caption : str
        What the figure is of, under it.
    differences : bool
        Whether the series are differences to a run that began earlier.

    Returns
    -------
    matplotlib.figure.Figure
        A panel per quantity, days since the run began to the right.
    """
    shown = judged.head(MOST_PANELS)
    height = math.ceil(len(shown) / COLUMNS)
    with figure_style():
        figure = new_figure(11.0, 1.4 + 2.3 * height)
        note = "text.warm_up_difference_note" if differences else "text.warm_up_level_note"
        headline(figure, words.filled("text.warm_up_title", scenario=title), words[note], caption)
        axes = list(figure.subplots(height, COLUMNS, sharex=True, squeeze=False).flat)
        for axis, row in zip(axes, rows(shown), strict=False):
            _panel(axis, welch[welch["quantity"] == row.quantity], row, words, differences)
        for axis in axes[len(shown) :]:
            axis.set_axis_off()
        for axis in axes[max(0, len(shown) - COLUMNS) : len(shown)]:
            axis.set_xlabel(words["text.warm_up_axis"])
            axis.tick_params(axis="x", labelbottom=True)
        return finished(figure)


def _panel(axis: Axes, series: pd.DataFrame, row: object, words: Words, zero: bool) -> None:
    """Draw one quantity."""
    quantity, needed, warm_up = (getattr(row, key) for key in ("quantity", "needed", "warm_up"))
    title = words.quantity(quantity, differences=zero)
    axis.set_title(wrapped(title, _TITLE_WIDTH), loc="left", fontsize=10.5)
    axis.grid(axis="y")
    if series["value"].isna().all():
        mark_no_data(axis, words)
        return
    scale, days = quantity_scale(quantity), series["minutes"] / MINUTES_PER_DAY
    axis.plot(days, series["value"] * scale, color=GREY, linewidth=0.7, alpha=0.6)
    axis.plot(days, series["moving_average"] * scale, color=_AVERAGE, linewidth=1.8)
    if zero:
        axis.axhline(0.0, color="black", linewidth=0.8)
    axis.axvline(warm_up / MINUTES_PER_DAY, color="black", linestyle="--", linewidth=1.2)
    if not math.isnan(needed):
        axis.axvline(needed / MINUTES_PER_DAY, color=_CUT, linewidth=2.0)
    axis.set_xlim(0.0, None)
