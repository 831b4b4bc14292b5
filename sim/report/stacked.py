"""Stacked horizontal bars, one row per scenario: the common part of two figures."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from sim.report.style import GREY, bare, text_colour


def stack(
    axis: Axes,
    shares: pd.DataFrame,
    names: Mapping[str, str],
    colours: Mapping[str, str],
    labels: Mapping[str, str],
    *,
    least: float,
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
        Parts smaller than this fraction carry no number, which would not fit.
    no_data : str
        Words in the place of a bar whose parts are not defined.
    """
    rows = shares.reindex(list(names))
    for place, undefined in enumerate(rows.isna().all(axis=1)):
        if undefined:
            axis.text(0, place, f" {no_data}", va="center", color=GREY)
    rows = rows.fillna(0.0)
    start = pd.Series(0.0, index=rows.index)
    for part in rows.columns:
        width = rows[part] * 100
        axis.barh(
            range(len(rows)),
            width,
            left=start,
            height=0.62,
            color=colours[part],
            edgecolor="white",
            linewidth=0.8,
            label=labels[part],
        )
        for place, name in enumerate(rows.index):
            if rows.loc[name, part] >= least:
                axis.text(
                    start[name] + width[name] / 2,
                    place,
                    f"{width[name]:.1f}",
                    ha="center",
                    va="center",
                    fontsize=9.5,
                    color=text_colour(colours[part]),
                )
        start = start + width
    axis.set_yticks(range(len(rows)), list(names.values()))
    axis.set_ylim(len(rows) - 0.5, -0.5)
    bare(axis)
