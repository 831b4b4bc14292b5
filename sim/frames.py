"""Reading pandas frames row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a frame as named tuples; their cells are what the column's check let in."""
    return iter(frame.itertuples())


def number(frame: pd.DataFrame, row: Any, column: str) -> float:
    """Return one cell as a float."""
    cell: Any = frame.loc[row, column]
    return float(cell)
