"""Figure: does in-county care reach the plan's targets?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.frames import number
from sim.report.style import (
    GREY,
    figure_style,
    finished,
    headline,
    legend_above,
    mark_no_data,
    name_rows,
    new_figure,
    rows_height,
)
from sim.report.wording import has_interval, possible, wrapped
from sim.report.words import Words

PANELS = ("in_county_rate", "in_county_rate_common", "in_county_admission_share")
MET, NOT_MET, OPEN = "#009E73", "#D55E00", "#666666"
VERDICT_COLOURS = {"met": MET, "not_met": NOT_MET}
_TARGET, _BASE, _PROVINCE = "#009E73", "#000000", "#999999"
_ROOM = 2.0  # per cent left free at the left of the lowest mark
_WIDEST = 8.0  # per cent below a mean that the axis reaches for its interval
_FULL = 100.0


def draw_in_county(
    scorecard: pd.DataFrame, scenarios: pd.DataFrame, words: Words, caption: str = ""
) -> Figure:
    """Draw the in-county rates and the in-county share of admissions by scenario against their targets.

    Parameters
    ----------
    scorecard, scenarios : pandas.DataFrame
        As in ``StudyTables``; the first scenario is the base.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Dots with 95 % intervals, one row per scenario in the given order, three panels on one axis.
    """
    titles = words.titles(scenarios)
    names = list(titles)
    shown = [wrapped(title) for title in titles.values()]
    with figure_style():
        figure = new_figure(13.5, 2.5 + rows_height(shown, 0.36))
        headline(figure, words["text.in_county_title"], words["text.interval_note"], caption)
        panels = figure.subplots(1, len(PANELS), sharey=True)
        reach = [
            value
            for axis, indicator in zip(panels, PANELS, strict=True)
            for value in _panel(axis, _valued(scorecard, indicator, names), indicator, names, words)
        ]
        name_rows(panels[0], shown)
        lowest = min(reach, default=0.0)
        for axis in panels:
            axis.tick_params(axis="y", length=0)
            axis.spines["left"].set_visible(False)
            # One axis for all panels, up to everything: equal steps are equal lengths.
            axis.set_xlim(max(10.0 * math.floor((lowest - _ROOM) / 10.0), 0.0), _FULL)
        for axis, indicator in zip(panels, PANELS, strict=True):
            _numbers(axis, _valued(scorecard, indicator, names), indicator, names, words)
        return finished(figure)


def _panel(
    axis: Axes, rows: pd.DataFrame, indicator: str, names: Sequence[str], words: Words
) -> list[float]:
    """Draw one indicator: dots, intervals, target, base and the province's value; return what it reaches."""
    axis.set_title(wrapped(words[indicator], 30), loc="left", pad=34)
    axis.set_xlabel(words["unit.percent"])
    axis.grid(axis="x")
    if rows.empty:
        mark_no_data(axis, words)
        return []
    reach = _reference_lines(axis, rows, indicator, names, words)
    for name in rows.index:
        place, row = names.index(str(name)), rows.loc[name]
        mean, low, high = (number(rows, name, column) for column in ("mean", "low", "high"))
        colour = VERDICT_COLOURS.get(str(row["verdict"]), OPEN)
        if has_interval(low, high):
            ends = [end * 100 for end in possible(indicator, low, high)]
            axis.plot(ends, [place, place], "|-", color=colour, linewidth=1.6, markersize=8)
            # The axis does not follow intervals of few replications to 0: such a bar leaves it.
            reach += [max(end, mean * 100 - _WIDEST) for end in ends]
        fill = colour if row["verdict"] == "met" else "white"
        axis.plot(
            mean * 100, place, "o", markeredgecolor=colour, markerfacecolor=fill, markersize=6,
            markeredgewidth=1.6, clip_on=False, zorder=4,
        )  # fmt: skip
        reach.append(mean * 100)
    return reach


def _numbers(
    axis: Axes, rows: pd.DataFrame, indicator: str, names: Sequence[str], words: Words
) -> None:
    """Write value and verdict beside every dot, on the side where there is more room."""
    low, high = axis.get_xlim()
    for name in rows.index:
        mean, start, end = (number(rows, name, column) * 100 for column in ("mean", "low", "high"))
        verdict = str(rows.loc[name, "verdict"])
        text = words.value(indicator, mean / 100)
        if verdict in ("met", "not_met", "undecided"):
            text += f" {words[f'verdict.{verdict}']}"
        if start < low:
            # The bar goes on beyond the axis.
            colour = VERDICT_COLOURS.get(verdict, OPEN)
            axis.plot(low, names.index(str(name)), "<", color=colour, markersize=7, clip_on=False)
        left = mean - low > high - mean
        edges = [edge for edge in (mean, start, end) if not math.isnan(edge)]
        axis.annotate(
            text,
            (max(min(edges), low) if left else min(max(edges), high), names.index(str(name))),
            xytext=(-7 if left else 7, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=9.5,
            color=VERDICT_COLOURS.get(verdict, OPEN),
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8},
        )


def _valued(scorecard: pd.DataFrame, indicator: str, names: Sequence[str]) -> pd.DataFrame:
    """Return the rows of an indicator that have a value, by scenario, in the order of showing."""
    rows = scorecard[(scorecard["indicator"] == indicator) & scorecard["mean"].notna()]
    rows = rows.set_index("scenario")
    return rows.loc[[name for name in names if name in rows.index]]


def _reference_lines(
    axis: Axes, rows: pd.DataFrame, indicator: str, names: Sequence[str], words: Words
) -> list[float]:
    """Draw target, base scenario and the province's value of 2020 as lines named above; return where, in %."""
    row = rows.iloc[0]
    lines: list[tuple[float, str, str, Literal["-", ":", "--"]]] = []
    if row["operator"]:
        target = words.target(indicator, str(row["operator"]), float(row["target"]))
        text = words.filled("text.target_line", target=target)
        lines.append((float(row["target"]), text, _TARGET, "-"))
    if len(rows) > 1 and str(rows.index[0]) == names[0]:
        base = float(row["mean"])
        text = words.filled("text.base_line", value=words.value(indicator, base))
        lines.append((base, text, _BASE, ":"))
    if not math.isnan(row["value_2020"]):
        before = float(row["value_2020"])
        text = words.filled("text.value_2020_line", value=words.published(indicator, before))
        lines.append((before, text, _PROVINCE, "--"))
    for place, _, colour, dash in lines:
        axis.axvline(place * 100, color=colour, linestyle=dash, linewidth=1.4, zorder=1)
    handles = [
        Line2D([], [], color=colour, linestyle=dash, linewidth=1.4) for *_, colour, dash in lines
    ]
    legend_above(axis, (handles, [text for _, text, *_ in lines]), columns=2, colour=GREY)
    return [place * 100 for place, *_ in lines]
