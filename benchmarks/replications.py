"""Replications of the county over worker processes, as a study runs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.care import COUNTY, built
from benchmarks.timing import Timing, timed
from sim.engine.compiled import simulate
from sim.study.care_model import care_model
from sim.study.executor import run_tasks


def run_replications(number: int, workers: int, weeks: int) -> tuple[Timing, dict[str, Any]]:
    """Run replications of the county.

    Returns
    -------
    Timing
        Only the wall time says something: workers are other processes.
    dict
        ``entered`` patients of all replications, ``finished`` replications, and the ``people``.
    """
    _one(0, 1)
    entered, timing = timed(lambda: partial(_all, number, workers, weeks))
    people = float(built(COUNTY, 1).worlds[0].place_people.sum())
    return timing, {"entered": sum(entered), "finished": len(entered), "people": people}


def _all(number: int, workers: int, weeks: int) -> list[int]:
    entered: list[int] = []
    run: Callable[[int], int] = partial(_one, weeks=weeks)
    run_tasks(run, range(number), workers, entered.append, _lost)
    return entered


def _one(replication: int, weeks: int) -> int:
    return simulate(care_model(built(COUNTY, weeks)), 1, replication).entered


def _lost(replication: int, error: BaseException) -> None:
    raise RuntimeError(f"replication {replication} was lost") from error
