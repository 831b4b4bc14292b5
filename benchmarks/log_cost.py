"""What the patient log costs, on the county."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.care import COUNTY, built
from benchmarks.timing import Timing, timed
from sim.engine.compiled import simulate
from sim.engine.log import LOG_COLUMNS
from sim.pathway.steps import GRANTED, REFUSED
from sim.questions.patient_log import write_log_of
from sim.subjects.care.log_names import care_log_names
from sim.subjects.care.model import care_model
from sim.world.fields import Reals

_EVENT = LOG_COLUMNS.index("event")
LOGS = ("off", "rows", "file")
"""No log; all rows handed to a Python function, thousands at a time; written to a Parquet file."""


def run_logged(weeks: int, log: str) -> tuple[Timing, dict[str, Any]]:
    """Run the county with one of `LOGS`.

    Returns
    -------
    Timing
    dict
        ``entered`` patients (0 when the log goes to a file), ``steps`` logged, and how many
        ``events`` with a time of their own these are.
    """
    simulate(care_model(built(COUNTY, 1)), 1, 0)
    if log == "file":
        with tempfile.TemporaryDirectory() as folder:
            steps, timing = timed(partial(_to_file, weeks, Path(folder) / "log.parquet"))
        return timing, {"entered": 0, "steps": steps, "events": 0}
    counted, timing = timed(lambda: _to_counters(weeks, log == "rows"))
    return timing, counted


def _to_file(weeks: int, file: Path) -> Callable[[], int]:
    worlds = built(COUNTY, weeks)
    model, names = care_model(worlds), care_log_names(worlds)
    return lambda: write_log_of(model, names, 1, 0, file)


def _to_counters(weeks: int, logged: bool) -> Callable[[], dict[str, int]]:
    model = care_model(built(COUNTY, weeks))
    steps = events = 0

    def note(rows: Reals) -> None:
        # A server granted or refused is part of the event that frees it or asks for it.
        nonlocal steps, events
        steps += len(rows)
        events += int(np.count_nonzero(~np.isin(rows[:, _EVENT], (GRANTED, REFUSED))))

    def run() -> dict[str, int]:
        tally = simulate(model, 1, 0, note if logged else None)
        return {"entered": tally.entered, "steps": steps, "events": events}

    return run
