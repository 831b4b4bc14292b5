"""A table of coloured cells with numbers in them, drawn: exact, without a legend, for few rows or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from sim.report.fonts import drawable
from sim.report.style import name_rows, text_colour

ROW_HEIGHT = 0.3
"""Inches of a row of cells with one line."""
_EMPTY = "#F4F4F4"


@dataclass(frozen=True)
class Cells:
    """What stands in the cells.

    Attributes
    ----------
    texts, colours : DataFrame of str
        Of the same shape: a row per row, a column per column; an empty text is an empty cell.
    rows, columns : mapping of str to str
        Names for people, by the frames' row and column names.
    """

    texts: pd.DataFrame
    colours: pd.DataFrame
    rows: Mapping[str, str]
    columns: Mapping[str, str]


def draw_cells(axis: Axes, cells: Cells, size: float = 9.5) -> None:
    """Draw cells, with names at the left and headings above.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    cells : Cells
    size : float
        Of the numbers, in points.
    """
    boxes, colours = [], []
    for row, name in enumerate(cells.texts.index):
        for column, key in enumerate(cells.texts.columns):
            text = str(cells.texts.loc[name, key])
            colour = str(cells.colours.loc[name, key]) if text else _EMPTY
            boxes.append(Rectangle((column - 0.5, row - 0.5), 1, 1))
            colours.append(colour)
            if text:
                axis.text(
                    column, row, text, ha="center", va="center", fontsize=size,
                    color=text_colour(colour), clip_on=True,
                )  # fmt: skip
    axis.add_collection(
        PatchCollection(boxes, facecolors=colours, edgecolors="white", linewidths=1.0, zorder=0)
    )
    axis.set_xlim(-0.5, max(len(cells.texts.columns), 1) - 0.5)
    name_rows(axis, [cells.rows[str(name)] for name in cells.texts.index])
    headings = [drawable(cells.columns[str(key)]) for key in cells.texts.columns]
    axis.set_xticks(range(len(headings)), headings)
    axis.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axis.spines["bottom"].set_visible(False)


def shades(values: pd.DataFrame, full: str, low: float, high: float) -> pd.DataFrame:
    """Return a colour for each value: white at the low end, darker towards the high one.

    Parameters
    ----------
    values : DataFrame of float
    full : str
        Colour of the high end.
    low, high : float
        What lies beyond is coloured as the ends are.
    """
    scale = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", full])
    width = max(high - low, np.finfo(float).tiny)
    parts = ((values.astype(float) - low) / width).clip(0.06, 0.94).fillna(0.0)
    return parts.map(lambda part: to_hex(scale(float(part))))


def column_width(headings: Sequence[str], least: float = 0.62) -> float:
    """Return how wide a column must be, in inches, so that headings broken into lines do not touch."""
    widest = max(
        (
            sum(2 if ord(sign) > 0x2E80 else 1 for sign in line)
            for heading in headings
            for line in heading.split("\n")
        ),
        default=0,
    )
    return max(least, 0.078 * widest + 0.1)
