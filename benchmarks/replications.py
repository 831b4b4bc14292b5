"""Replications of the county on threads and in processes, as a study runs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from benchmarks.care import COUNTY, built
from benchmarks.timing import Timing, timed
from sim.engine.compiled import simulate
from sim.measure.care import run_frames
from sim.runs.executor import WorkerKind, run_tasks
from sim.subjects.care.model import care_model
from sim.world.care.build.assemble import CareWorlds

# Once per process, as in a study.
_worlds: Callable[[int], CareWorlds] = lru_cache(maxsize=1)(partial(built, COUNTY))


def run_replications(
    number: int, workers: int, kind: WorkerKind, weeks: int
) -> tuple[Timing, dict[str, Any]]:
    """Run replications of the county.

    Returns
    -------
    Timing
        Only the wall time says something: workers may be other processes.
    dict
        ``entered`` patients of all replications, ``finished`` replications, and the ``people``.
    """
    _one(0, weeks=1)
    entered, timing = timed(lambda: partial(_all, number, workers, kind, weeks))
    people = float(_worlds(weeks).worlds[0].place_people.sum())
    return timing, {"entered": sum(entered), "finished": len(entered), "people": people}


def _all(number: int, workers: int, kind: WorkerKind, weeks: int) -> list[int]:
    entered: list[int] = []
    run: Callable[[int], int] = partial(_one, weeks=weeks)
    # Before the workers begin, as a study does to check its cases.
    _worlds(weeks)
    run_tasks(run, range(number), workers, entered.append, _lost, kind)
    return entered


def _one(replication: int, weeks: int) -> int:
    worlds = _worlds(weeks)
    tally = simulate(care_model(worlds), 1, replication)
    run_frames(worlds, tally)
    return tally.entered


def _lost(replication: int, error: BaseException) -> None:
    raise RuntimeError(f"replication {replication} was lost") from error
