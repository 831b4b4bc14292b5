"""Which runs of a study are computed together: those of cases that begin alike, for one replication."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sim.runs.case import Payload
from sim.runs.perform import Task


def batches(tasks: Sequence[Task[Payload]], workers: int | None) -> list[list[Task[Payload]]]:
    """Return the runs to compute, those together that are best run together.

    The first replications of all cases come first, so that a study that is stopped early can still be
    compared pair by pair.

    Parameters
    ----------
    tasks : sequence of Task
        Every run that is missing, once.
    workers : int or None
        Runs side by side; None if nothing can be run together.
    """
    families: dict[str, list[Task[Payload]]] = {}
    for number, task in enumerate(tasks):
        alone = workers is None or not task.case.family
        families.setdefault(f"alone {number}" if alone else task.case.family, []).append(task)
    made = [batch for family in families.values() for batch in _cut(family, workers or 1)]
    place = {task.key: number for number, task in enumerate(tasks)}
    return sorted(made, key=lambda batch: (batch[0].replication, place[batch[0].key]))


def _cut(family: Sequence[Task[Payload]], workers: int) -> list[list[Task[Payload]]]:
    """Cut the runs of a family into pieces of one replication each."""
    ordered = sorted(family, key=lambda task: task.replication)
    sets = [list(runs) for _, runs in groupby(ordered, key=lambda task: task.replication)]
    most = max(len(runs) for runs in sets)
    shared = min(task.case.shared for task in family)
    pieces = pieces_of(most, len(sets), workers, shared)
    size = -(-most // pieces)
    return [runs[start : start + size] for runs in sets for start in range(0, len(runs), size)]


def pieces_of(cases: int, replications: int, workers: int, shared: float) -> int:
    """Return into how many pieces a family is cut, so that processors are not left without work.

    Chosen is the smallest estimated time until all are done; of several the one that costs the least
    computing, and then the one with more pieces.

    Parameters
    ----------
    cases, replications : int
        Of the family.
    workers : int
        Runs side by side.
    shared : float
        Share of a run that all its cases have in common.
    """

    def cost(pieces: int) -> tuple[float, float, int]:
        of_one_piece = shared + -(-cases // pieces) * (1.0 - shared)
        return (
            -(-replications * pieces // workers) * of_one_piece,
            pieces * of_one_piece,
            -pieces,
        )

    return min(range(1, cases + 1), key=cost)
