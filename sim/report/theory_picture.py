"""Figure: how far is the simulation from queueing theory?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.report.style import GREY, bare, figure_style, finished, headline, legend_above, new_figure
from sim.report.words import Words

COLOURS: Mapping[str, str] = MappingProxyType(
    {"waits": "#0072B2", "present": "#009E73", "losses": "#D55E00"}
)
MARKERS: Mapping[str, str] = MappingProxyType({"waits": "o", "present": "s", "losses": "D"})
BAND = 0.74
"""Part of a system's row that its measures are spread over."""
LEAST_RANGE, SHOWN_WHOLE = 0.02, 0.9
"""The axis reaches so far from 1 at least, and far enough to show this share of the intervals whole."""


def draw_theory(table: pd.DataFrame, words: Words) -> Figure:
    """Draw simulated over theoretical values with 95 % intervals, a row per system.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``case``, ``system``, ``kind`` (waits, present, losses; controls are left out), ``theory``,
        ``simulated``, ``low``, ``high``.
    words : Words

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = table[table["kind"].isin(list(COLOURS))]
    names = _in_order(shown)
    with figure_style():
        figure = new_figure(9, 2.2 + 0.34 * len(names))
        headline(figure, words["validation.picture_title"], words["validation.picture_note"])
        axis = figure.subplots()
        _rows(axis, shown, names)
        for kind, colour in COLOURS.items():
            text = words[f"measure_kind.{kind}"]
            axis.plot([], [], MARKERS[kind], color=colour, markersize=5, label=text)
        legend_above(axis, columns=3)
        axis.set_yticks(range(len(names)), [words[f"theory.{name}"] for name in names])
        axis.set_ylim(len(names) - 0.4, -0.6)
        axis.set_xlabel(words["validation.picture_axis"])
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2f}"))
        bare(axis)
        return finished(figure)


def _in_order(shown: pd.DataFrame) -> list[str]:
    """Return the cases, those of a system together, by the numbers in their names."""
    systems = list(dict.fromkeys(shown["system"]))
    pairs = dict.fromkeys(zip(shown["system"], shown["case"], strict=True))
    numbers = {name: [int(digits) for digits in re.findall(r"\d+", name)] for _, name in pairs}
    ordered = sorted(pairs, key=lambda pair: (systems.index(pair[0]), numbers[pair[1]]))
    return [name for _, name in ordered]


def _rows(axis: Axes, shown: pd.DataFrame, names: list[str]) -> None:
    """Draw every measure: a dot, its interval, and an arrow where the interval goes on beyond."""
    ratios = shown[["simulated", "low", "high"]].div(shown["theory"], axis=0)
    reach = _reach(ratios)
    axis.set_xlim(1.0 - reach, 1.0 + reach)
    axis.axvline(1.0, color=GREY, linewidth=1.0, zorder=1)
    axis.grid(axis="x")
    for place, name in enumerate(names):
        if place % 2:
            axis.axhspan(place - 0.5, place + 0.5, color="#F5F5F5", zorder=0)
        here = ratios[shown["case"] == name].astype(float)
        kinds = shown.loc[here.index, "kind"]
        # Measures of one kind stand together.
        order = kinds.map({kind: row for row, kind in enumerate(COLOURS)}).sort_values(
            kind="stable"
        )
        offsets = (np.arange(len(order)) + 0.5) / len(order) - 0.5
        for offset, row in zip(offsets, order.index, strict=True):
            values = list(here.loc[row].to_numpy())
            _mark(axis, place + BAND * offset, values, str(kinds[row]), reach)


def _mark(axis: Axes, height: float, values: list[float], kind: str, reach: float) -> None:
    middle, low, high = values
    colour = COLOURS[kind]
    left, right = max(low, 1.0 - reach), min(high, 1.0 + reach)
    axis.plot([left, right], [height, height], color=colour, linewidth=0.9, alpha=0.8)
    if abs(middle - 1.0) <= reach:
        axis.plot(middle, height, MARKERS[kind], color=colour, markersize=3)
    for beyond, end, arrow in ((low < 1.0 - reach, left, "<"), (high > 1.0 + reach, right, ">")):
        if beyond:
            axis.plot(end, height, arrow, color=colour, markersize=4, clip_on=False)


def _reach(ratios: pd.DataFrame) -> float:
    """Return how far from 1 the axis goes on both sides."""
    farthest = (ratios[["low", "high"]] - 1.0).abs().max(axis=1)
    return max(LEAST_RANGE, 1.08 * float(farthest.quantile(SHOWN_WHOLE)))
