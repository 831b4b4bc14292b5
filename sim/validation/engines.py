"""Both engines, held to the same bits."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sim.engine.choose import ENGINES
from sim.engine.model import Model
from sim.engine.tally import Tally


def differing(model: Model, seed: int, replication: int = 0) -> list[str]:
    """Run a model on both engines and return the names of counters that are not equal to the bit.

    Compared are all counters of the engine, and all of the pathway's memory but the rows of patients,
    which an engine may give out as it likes.
    """
    one, other = (ENGINES[name](model, seed, replication) for name in ("compiled", "simpy"))
    names = [field.name for field in fields(Tally) if field.name != "state"]
    found = [name for name in names if not _same(getattr(one, name), getattr(other, name))]
    arrays, others = one.state.arrays, other.state.arrays
    memory = [f.name for f in fields(arrays) if not f.name.startswith("patient")]
    return found + [
        name for name in memory if not _same(getattr(arrays, name), getattr(others, name))
    ]


def _same(one: object, other: object) -> bool:
    first, second = np.asarray(one), np.asarray(other)
    alike = first.dtype == second.dtype and first.shape == second.shape
    return alike and first.tobytes() == second.tobytes()
