"""Stacked horizontal bars, one row per scenario: the common part of two figures."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from sim.report.spread import spread
from sim.report.style import GREY, darker, name_rows, text_colour

BAR = 0.6  # of a row
OVER = 0.026  # of the axis: room for a number over a bar
LEAST_NAMED = 0.05  # per cent: less would read 0.0


def stack(
    axis: Axes,
    shares: pd.DataFrame,
    names: Mapping[str, str],
    colours: Mapping[str, str],
    labels: Mapping[str, str],
    *,
    least: float,
    span: float,
    no_data: str,
) -> None:
    """Draw one bar per scenario, split into parts.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
        Where to draw; the x axis is in per cent.
    shares : pandas.DataFrame
        Fractions: one row per scenario, one column per part, drawn from the left in column order.
    names : mapping
        Row names by scenario, from the top.
    colours, labels : mapping
        Colour and legend entry by part.
    least : float
        Parts smaller than this fraction are too thin for their number, which stands over them.
    span : float
        Length of the axis, in per cent.
    no_data : str
        Words in the place of a bar whose parts are not defined.
    """
    rows = shares.reindex(list(names))
    for place, undefined in enumerate(rows.isna().all(axis=1)):
        if undefined:
            axis.text(0, place, f" {no_data}", va="center", color=GREY)
    rows = rows.fillna(0.0)
    start = pd.Series(0.0, index=rows.index)
    thin: dict[int, list[tuple[float, str, str]]] = {}
    for part in rows.columns:
        width = rows[part] * 100
        axis.barh(
            range(len(rows)),
            width,
            left=start,
            height=BAR,
            color=colours[part],
            edgecolor="white",
            linewidth=0.8,
            label=labels[part],
        )
        for place, name in enumerate(rows.index):
            share = float(rows.loc[name, part])
            middle = float(start[name] + width[name] / 2)
            if share >= least:
                axis.text(
                    middle, place, f"{width[name]:.1f}", ha="center", va="center", fontsize=9.5,
                    color=text_colour(colours[part]),
                )  # fmt: skip
            elif share * 100 >= LEAST_NAMED:
                thin.setdefault(place, []).append((middle, f"{width[name]:.1f}", colours[part]))
        start = start + width
    for place, numbers in thin.items():
        _over(axis, place, numbers, span * OVER)
    name_rows(axis, list(names.values()))


def _over(axis: Axes, place: int, numbers: list[tuple[float, str, str]], room: float) -> None:
    """Write the numbers of thin parts over their bar, beside each other where the parts are."""
    heights = spread([middle for middle, *_ in numbers], room)
    for at, (_, text, colour) in zip(heights, numbers, strict=True):
        axis.text(
            max(at, 0.0), place - BAR / 2 - 0.02, text, ha="center", va="bottom", fontsize=9,
            color=darker(colour),
        )  # fmt: skip
