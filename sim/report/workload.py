"""Figure: how full are the beds, and how long do patients wait?"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.glossary import TIERS, term
from sim.measure.compare import summarise
from sim.report.style import (
    PALE,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    bare,
    figure_style,
    finished,
    headline,
    mark_no_data,
    new_figure,
    rows_height,
)
from sim.report.wording import has_interval, possible, wrapped
from sim.report.words import Words

PANELS = ("bed_occupancy", "doctor_wait_mean", "bed_wait_mean")
LEGEND_WIDTH = 28  # columns
BAND = 0.72  # part of a tier's row that its dots are spread over


def draw_load(
    indicators: pd.DataFrame, scenarios: pd.DataFrame, words: Words, caption: str = ""
) -> Figure:
    """Draw bed occupancy, wait for a doctor and wait for a bed by tier and scenario.

    Parameters
    ----------
    indicators, scenarios : pandas.DataFrame
        As in ``StudyTables``; of ``indicators`` the rows by tier for all counties are shown.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Three panels, one row per tier, one dot with a 95 % interval per scenario.
    """
    titles = words.titles(scenarios)
    rows = indicators[
        indicators["indicator"].isin(PANELS)
        & indicators["tier"].isin(TIERS)
        & (indicators["county"] == 0)
    ]
    summary = summarise(rows).dropna(subset=["mean"])
    tiers = [tier for tier in reversed(TIERS) if tier in set(summary["tier"])]
    with figure_style():
        names = [wrapped(title, LEGEND_WIDTH) for title in titles.values()]
        height = 2.0 + max(1, len(tiers)) * max(0.8, 0.17 * len(titles))
        figure = new_figure(12.5, max(height, 1.0 + rows_height(names, 0.3)))
        headline(figure, words["text.load_title"], words["text.interval_note"], caption)
        axes = figure.subplots(1, len(PANELS), sharey=True)
        for axis, indicator in zip(axes, PANELS, strict=True):
            rows = summary[summary["indicator"] == indicator]
            _panel(axis, indicator, rows, tiers, list(titles))
            if rows.empty:
                mark_no_data(axis, words)
            axis.set_title(words[indicator], loc="left")
            axis.set_xlabel(words.unit(indicator))
        axes[0].set_yticks(range(len(tiers)), [words[f"tier.{tier}"] for tier in tiers])
        axes[0].set_ylim(max(len(tiers), 1) - 0.5, -0.5)
        handles = [Line2D([], [], linestyle="none", **_look(place)) for place in range(len(titles))]
        figure.legend(handles, names, loc="outside right upper", labelspacing=0.9)
        return finished(figure)


def _panel(
    axis: Axes, indicator: str, summary: pd.DataFrame, tiers: list[str], scenarios: list[str]
) -> None:
    """Draw one indicator: a row per tier, in it a dot per scenario."""
    scale = term(indicator).scale
    for border in range(1, len(tiers)):
        axis.axhline(border - 0.5, color=PALE, linewidth=0.8)
    for place, name in enumerate(scenarios):
        look = _look(place)
        shift = BAND * ((place + 0.5) / len(scenarios) - 0.5)
        rows = summary[summary["scenario"] == name]
        if rows.empty:
            continue
        heights = [tiers.index(tier) + shift for tier in rows["tier"]]
        for height, low, high in zip(heights, rows["low"], rows["high"], strict=True):
            if has_interval(low, high):
                ends = [end * scale for end in possible(indicator, low, high)]
                axis.plot(ends, [height] * 2, color=look["color"], linewidth=1.8)
        # Not clipped: a wait of nothing is a whole dot on the axis.
        axis.plot(rows["mean"] * scale, heights, linestyle="none", clip_on=False, **look)
    axis.margins(x=0.08)
    axis.set_xlim(left=0)
    axis.grid(axis="x")
    bare(axis)


def _look(place: int) -> dict[str, Any]:
    """Return marker and colour of the scenario at a place in the order of showing."""
    return {
        "marker": SCENARIO_MARKERS[place % len(SCENARIO_MARKERS)],
        "color": SCENARIO_COLOURS[place % len(SCENARIO_COLOURS)],
        "markersize": 5.5,
    }
