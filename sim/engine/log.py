"""The patient log: one row for every step of every patient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.world.fields import Ints, Reals

LOG_COLUMNS = ("time", "patient", "event", "waited", "action", "pool", "minutes", "keep")
"""The engine's columns; after them come those that the pathway describes. Minutes; `sim.pathway.steps`."""

LOG_HEAD = len(LOG_COLUMNS)
_REAL = frozenset({"time", "waited", "minutes"})

Log = Callable[[Reals], None]
"""Called with a block of rows at a time, in order of time: (rows, columns)."""


def log_columns(rows: Reals, describes: tuple[str, ...]) -> dict[str, Ints | Reals]:
    """Return the columns of some rows by name, whole numbers as such.

    Parameters
    ----------
    rows : Reals
        (rows, columns)
    describes : tuple of str
        Names of the pathway's columns, `Pathway.describes`.
    """
    names = (*LOG_COLUMNS, *describes)
    return {
        name: column if name in _REAL else column.astype(np.int64)
        for name, column in zip(names, rows.T, strict=True)
    }
