"""Figure: does in-county care reach the plan's targets?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from sim.frames import number
from sim.report.style import (
    GREY,
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

DOT = "#0072B2"
HOLLOW = "#D55E00"
TARGET = "#009E73"
# Left free beyond the outermost mark, for its number: at least so many points, or this share of all.
ROOM, ROOM_SHARE = 6.0, 0.12


def draw_in_county(
    scorecard: pd.DataFrame, scenarios: pd.DataFrame, words: Words, caption: str = ""
) -> Figure:
    """Draw in-county rate and in-county share of admissions by scenario against their targets.

    Parameters
    ----------
    scorecard, scenarios : pandas.DataFrame
        As in ``StudyTables``.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Dots with 95 % intervals, one row per scenario in the given order, two panels.
    """
    titles = words.titles(scenarios)
    with figure_style():
        names = [wrapped(title) for title in titles.values()]
        figure = new_figure(11, 2.6 + rows_height(names, 0.55))
        headline(figure, words["text.in_county_title"], words["text.interval_note"], caption)
        left, right = figure.subplots(1, 2, sharey=True)
        common = _common_conditions(left, scorecard, list(titles), words)
        _panel(left, scorecard, "in_county_rate", list(titles), words, also=common)
        _panel(right, scorecard, "in_county_admission_share", list(titles), words)
        if common:
            figure.legend(loc="outside lower right", handletextpad=0.2, borderpad=0)
        left.set_yticks(range(len(titles)), names)
        left.set_ylim(len(titles) - 0.4, -0.6)
        for axis in (left, right):
            bare(axis)
        return finished(figure)


def _panel(
    axis: Axes,
    scorecard: pd.DataFrame,
    indicator: str,
    names: list[str],
    words: Words,
    also: Sequence[float] = (),
) -> None:
    """Draw one indicator: dots, intervals, numbers, the target and the value of 2020.

    The axis also reaches the points in ``also``, in per cent.
    """
    rows = _valued(scorecard, indicator, names)
    axis.set_title(words[indicator], loc="left", pad=22)
    axis.set_xlabel(words["unit.percent"])
    axis.grid(axis="x")
    if rows.empty:
        mark_no_data(axis, words)
    reach = [*also]
    if len(rows):
        reach += _reference_lines(axis, rows.iloc[0], indicator, words)
    for name in rows.index:
        place = names.index(str(name))
        mean, low, high = (number(rows, name, column) for column in ("mean", "low", "high"))
        if has_interval(low, high):
            ends = [end * 100 for end in possible(indicator, low, high)]
            axis.plot(ends, [place, place], color=DOT, linewidth=2.2)
            reach += ends
        axis.plot(mean * 100, place, "o", color=DOT, markersize=8)
        axis.annotate(
            words.value(indicator, mean),
            (mean * 100, place),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=9.5,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )
        reach.append(mean * 100)
    if reach:
        room = max(ROOM, (max(reach) - min(reach)) * ROOM_SHARE)
        axis.set_xlim(max(min(reach) - room, 0), min(max(reach) + room, 103))


def _valued(scorecard: pd.DataFrame, indicator: str, names: list[str]) -> pd.DataFrame:
    """Return the rows of an indicator that have a value, by scenario, in the order of showing."""
    rows = scorecard[(scorecard["indicator"] == indicator) & scorecard["mean"].notna()]
    rows = rows.set_index("scenario")
    return rows.loc[[name for name in names if name in rows.index]]


def _reference_lines(
    axis: Axes, row: pd.Series[float], indicator: str, words: Words
) -> list[float]:
    """Draw the target and the value of 2020 as named lines; return where they stand, in %."""
    lines = []
    target = words.target(indicator, str(row["operator"]), float(row["target"]))
    if row["operator"]:
        text = words["text.target_line"].format(target=target)
        lines.append((float(row["target"]) * 100, text, TARGET, "-"))
    if not math.isnan(row["value_2020"]):
        before = words.published(indicator, float(row["value_2020"]))
        text = words["text.value_2020_line"].format(value=before)
        lines.append((float(row["value_2020"]) * 100, text, GREY, "--"))
    # Two lines may stand close together: the left one's name ends at it, the right one's begins at it.
    sides = ["center"] if len(lines) == 1 else ["right", "left"]
    for (place, text, colour, dash), side in zip(sorted(lines), sides, strict=False):
        axis.axvline(place, color=colour, linestyle=dash, linewidth=1.6, zorder=1)
        axis.annotate(
            text,
            (place, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha=side,
            color=colour,
            fontsize=9.5,
        )
    return [place for place, *_ in lines]


def _common_conditions(
    axis: Axes, scorecard: pd.DataFrame, names: list[str], words: Words
) -> list[float]:
    """Add the rate for common conditions alone, which is how the plan's text words the target.

    Returns the rates in per cent.
    """
    rows = _valued(scorecard, "in_county_rate_common", names)
    rates = [rate * 100 for rate in rows["mean"]]
    if rates:
        axis.plot(
            rates,
            [names.index(str(name)) for name in rows.index],
            "D",
            markerfacecolor="none",
            markeredgecolor=HOLLOW,
            markersize=6.5,
            linestyle="none",
            label=words["in_county_rate_common"],
        )
    return rates
