"""The patient log: one row for every step of every patient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.engine.model import Pathway
from sim.world.fields import Ints, Reals

LOG_COLUMNS = ("time", "patient", "event", "waited", "action", "pool", "minutes", "keep")
"""The engine's columns; after them come those that the pathway describes. Minutes; `sim.pathway.steps`."""

LOG_HEAD = len(LOG_COLUMNS)
_REAL = ("time", "waited", "minutes")

Log = Callable[[Reals], None]
"""Called with a block of rows at a time, in order of time: (rows, columns)."""


def log_columns(rows: Reals, pathway: Pathway) -> dict[str, Ints | Reals]:
    """Return the columns of some rows by name, whole numbers as such.

    Parameters
    ----------
    rows : Reals
        (rows, columns)
    pathway : Pathway
        Whose columns follow the engine's.
    """
    names = (*LOG_COLUMNS, *pathway.describes)
    return {
        name: column if name in (*_REAL, *pathway.describes_real) else column.astype(np.int64)
        for name, column in zip(names, rows.T, strict=True)
    }
