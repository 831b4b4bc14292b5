"""A run's patient log as plain rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.choose import Simulate
from sim.engine.log import log_columns
from sim.engine.model import Model
from sim.engine.tally import Tally
from sim.world.fields import Reals

LogRow = tuple[Any, ...]
"""Time, patient, event, waited, action, pool, minutes, keep, and what the pathway describes."""


def run_with_log(
    simulate: Simulate, model: Model, seed: int, replication: int = 0
) -> tuple[Tally, list[LogRow]]:
    """Run once and return the tally and the log."""
    chunks: list[Reals] = []
    tally = simulate(model, seed, replication, chunks.append)
    if not chunks:
        return tally, []
    columns = log_columns(np.concatenate(chunks), model.pathway)
    return tally, list(zip(*(column.tolist() for column in columns.values()), strict=True))
