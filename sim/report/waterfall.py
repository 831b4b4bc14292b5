"""Figure: which levers make the difference between two scenarios?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.frames import number
from sim.glossary import term
from sim.report.style import (
    GREY,
    bare,
    figure_style,
    finished,
    headline,
    new_figure,
    rows_height,
)
from sim.report.wording import has_interval, wrapped
from sim.report.words import Words

UP, DOWN, VALUE = "#0072B2", "#E69F00", "#000000"
_BAR = 0.56
_STANDS_OUT = 0.5  # of the whole change


def draw_waterfall(
    table: pd.DataFrame,
    parts: Mapping[str, str],
    titles: tuple[str, str],
    indicators: Sequence[str],
    words: Words,
    caption: str = "",
) -> Figure:
    """Draw the way from one scenario to another, part by part.

    Parameters
    ----------
    table : DataFrame
        As `sim.questions.waterfall.waterfall_table` returns it.
    parts : mapping of str to str
        Names of the parts for people.
    titles : tuple of str
        Of the base and of the goal.
    indicators : sequence of str
        One panel each.
    words : Words
    caption : str
        What the figure is of, under it.

    Returns
    -------
    matplotlib.figure.Figure
        Bars are Shapley values, which add up to the difference, with their intervals; a circle marks the
        effect of the part alone, a diamond its effect last.
    """
    names = [titles[0], *parts.values(), titles[1]]
    with figure_style():
        lines = [wrapped(name) for name in names]
        figure = new_figure(3.0 + 3.6 * len(indicators), 2.8 + rows_height(lines, 0.5))
        title = words.filled("text.waterfall_title", base=titles[0], goal=titles[1])
        said = words.joined(
            _largest(table, parts, indicators[0], words), words["text.waterfall_note"]
        )
        headline(figure, title, said, caption)
        axes = figure.subplots(1, len(indicators), sharey=True, squeeze=False)[0]
        for axis, indicator in zip(axes, indicators, strict=True):
            _panel(axis, table[table["indicator"] == indicator], indicator, list(parts), words)
        axes[0].set_yticks(range(len(names)), lines)
        axes[0].set_ylim(len(names) - 0.4, -0.6)
        for axis in axes:
            bare(axis)
        return finished(figure)


def _largest(table: pd.DataFrame, parts: Mapping[str, str], indicator: str, words: Words) -> str:
    """Return which part most of the change in an indicator comes from; nothing if none stands out."""
    of_one = table[table["indicator"] == indicator].set_index(["way", "part"])["mean"]
    total = float(of_one.get(("goal", ""), 0.0)) - float(of_one.get(("base", ""), 0.0))
    means = {part: float(of_one[("shapley", part)]) for part in parts}
    largest = max(means, key=lambda part: means[part] * (1 if total > 0 else -1))
    if total == 0.0 or not _STANDS_OUT <= means[largest] / total <= 1.0:
        return ""
    return words.filled(
        "text.waterfall_most",
        indicator=words[indicator],
        share=f"{means[largest] / total:.0%}",
        part=parts[largest],
    )


def _panel(
    axis: Axes, table: pd.DataFrame, indicator: str, parts: Sequence[str], words: Words
) -> None:
    scale, found = term(indicator).scale, table.set_index(["way", "part"])
    axis.set_title(wrapped(words.with_unit(indicator), 26), loc="left")
    axis.grid(axis="x")
    at = base = number(found, ("base", ""), "mean")
    for place, part in enumerate(parts, start=1):
        mean, low, high = (number(found, ("shapley", part), c) for c in ("mean", "low", "high"))
        axis.plot([at * scale] * 2, [place - 1, place], color=GREY, linewidth=0.8, zorder=1)
        colour = UP if mean > 0 else DOWN
        axis.barh(place, mean * scale, left=at * scale, height=_BAR, color=colour)
        reach = [at * scale, (at + mean) * scale, *_marks(axis, found, part, at, scale, place)]
        if has_interval(low, high):
            interval = [(at + end) * scale for end in (low, high)]
            axis.plot(interval, [place, place], color="black", linewidth=1.4)
            reach += interval
        text = words.difference(indicator, mean, with_unit=False)
        if mean == 0.0 and not has_interval(low, high):
            text = words["text.no_effect"]
        _number(axis, text, max(reach) if mean >= 0 else min(reach), place, mean)
        at += mean
    goal = number(found, ("goal", ""), "mean")
    last = len(parts) + 1
    axis.plot([at * scale] * 2, [last - 1, last], color=GREY, linewidth=0.8, zorder=1)
    for place, value in ((0, base), (last, goal)):
        axis.plot(value * scale, place, "o", color=VALUE, markersize=8)
        text = words.value(indicator, value)
        _number(axis, text, value * scale, place, 1.0 if value <= (base + goal) / 2 else -1.0)
    axis.margins(x=0.22)
    axis.set_xlabel(words["unit.percent"] if term(indicator).is_share else "")


def _marks(
    axis: Axes, found: pd.DataFrame, part: str, at: float, scale: float, place: int
) -> list[float]:
    """Mark where the part would lead alone and last, from where its bar begins; return the places."""
    marked = []
    for way, marker in (("first", "o"), ("last", "D")):
        value = (at + number(found, (way, part), "mean")) * scale
        axis.plot(
            value, place, marker, markersize=5, markerfacecolor="white", markeredgecolor="black",
            linestyle="none", zorder=4,
        )  # fmt: skip
        marked.append(value)
    return marked


def _number(axis: Axes, text: str, x: float, place: int, direction: float) -> None:
    """Write a number beside a mark, on the side that it points to."""
    right = direction >= 0
    axis.annotate(
        text,
        (x, place),
        xytext=(9 if right else -9, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=9.5,
    )
