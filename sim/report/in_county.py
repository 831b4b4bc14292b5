"""Figure: does in-county care reach the plan's targets?"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from sim.frames import number
from sim.glossary import Language, label
from sim.report.style import GREY, bare, figure_style, finished, headline, mark_no_data, new_figure
from sim.report.wording import (
    format_published,
    format_target,
    format_value,
    has_interval,
    scenario_titles,
    wrapped,
)

DOT = "#0072B2"
HOLLOW = "#D55E00"
TARGET = "#009E73"
ROOM = 6.0  # percentage points left free beyond the outermost mark, for its number


def draw_in_county(scorecard: pd.DataFrame, scenarios: pd.DataFrame, lang: Language) -> Figure:
    """Draw in-county rate and in-county share of admissions by scenario against their targets.

    Parameters
    ----------
    scorecard, scenarios : pandas.DataFrame
        As in ``StudyTables``.
    lang : Language
        ``zh`` or ``en``.

    Returns
    -------
    matplotlib.figure.Figure
        Dots with 95 % intervals, one row per scenario in the given order, two panels.

    Raises
    ------
    InputError
        If no font draws the language.
    """
    titles = scenario_titles(scenarios, lang)
    with figure_style(lang):
        figure = new_figure(11, 2.6 + 0.55 * len(titles))
        headline(figure, label("text.in_county_title", lang), label("text.interval_note", lang))
        left, right = figure.subplots(1, 2, sharey=True)
        _panel(left, scorecard, "in_county_rate", list(titles), lang)
        _common_conditions(left, scorecard, list(titles), lang)
        _panel(right, scorecard, "in_county_admission_share", list(titles), lang)
        left.set_yticks(range(len(titles)), [wrapped(title, lang) for title in titles.values()])
        left.set_ylim(len(titles) - 0.4, -0.6)
        for axis in (left, right):
            bare(axis)
        return finished(figure)


def _panel(
    axis: Axes, scorecard: pd.DataFrame, indicator: str, names: list[str], lang: Language
) -> None:
    """Draw one indicator: dots, intervals, numbers, the target and the value of 2020."""
    rows = scorecard[scorecard["indicator"] == indicator].set_index("scenario")
    axis.set_title(label(indicator, lang), loc="left", pad=22)
    axis.set_xlabel(label("unit.percent", lang))
    axis.grid(axis="x")
    if rows.empty:
        mark_no_data(axis, lang)
        return
    reach = _reference_lines(axis, rows.iloc[0], indicator, lang)
    for place, name in enumerate(names):
        if name not in rows.index or math.isnan(number(rows, name, "mean")):
            continue
        mean, low, high = (number(rows, name, column) for column in ("mean", "low", "high"))
        if has_interval(low, high):
            ends = [max(low, 0.0) * 100, min(high, 1.0) * 100]
            axis.plot(ends, [place, place], color=DOT, linewidth=2.2)
            reach += ends
        axis.plot(mean * 100, place, "o", color=DOT, markersize=8)
        axis.annotate(
            format_value(indicator, mean, lang),
            (mean * 100, place),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=9.5,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )
        reach.append(mean * 100)
    axis.set_xlim(max(min(reach) - ROOM, 0), min(max(reach) + ROOM, 103))


def _reference_lines(
    axis: Axes, row: pd.Series[float], indicator: str, lang: Language
) -> list[float]:
    """Draw the target and the value of 2020 as named lines; return where they stand, in %."""
    lines = []
    target = format_target(indicator, str(row["operator"]), float(row["target"]), lang)
    if row["operator"]:
        words = label("text.target_line", lang).format(target=target)
        lines.append((float(row["target"]) * 100, words, TARGET, "-"))
    if not math.isnan(row["value_2020"]):
        before = format_published(indicator, float(row["value_2020"]), lang)
        words = label("text.value_2020_line", lang).format(value=before)
        lines.append((float(row["value_2020"]) * 100, words, GREY, "--"))
    # Two lines may stand close together: the left one's name ends at it, the right one's begins at it.
    leftmost = min((place for place, *_ in lines), default=0.0)
    for place, words, colour, dash in lines:
        axis.axvline(place, color=colour, linestyle=dash, linewidth=1.6, zorder=1)
        axis.annotate(
            words,
            (place, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center" if len(lines) == 1 else "right" if place == leftmost else "left",
            color=colour,
            fontsize=9.5,
        )
    return [place for place, *_ in lines]


def _common_conditions(
    axis: Axes, scorecard: pd.DataFrame, names: list[str], lang: Language
) -> None:
    """Add the rate for common conditions alone, which is how the plan's text words the target."""
    rows = scorecard[scorecard["indicator"] == "in_county_rate_common"].set_index("scenario")
    shown = [(place, name) for place, name in enumerate(names) if name in rows.index]
    if not shown:
        return
    axis.plot(
        [number(rows, name, "mean") * 100 for _, name in shown],
        [place for place, _ in shown],
        "D",
        markerfacecolor="none",
        markeredgecolor=HOLLOW,
        markersize=6.5,
        linestyle="none",
        label=label("in_county_rate_common", lang),
    )
    axis.legend(loc="lower left", bbox_to_anchor=(0, -0.02), handletextpad=0.2)
    outermost = max(number(rows, name, "mean") for _, name in shown) * 100
    axis.set_xlim(right=max(axis.get_xlim()[1], min(outermost + 2, 103)))
