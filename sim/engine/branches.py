"""Branched runs: the common beginning of several models is simulated once, then each continues from a copy.

Until when models agree follows from their *outlines*, hashes that are small enough to be kept for many
models and to be sent to other processes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import zip_longest
from typing import Any

from sim.engine.compiled import Run
from sim.engine.model import Model
from sim.engine.tally import Tally
from sim.engine.team import Team
from sim.lookup import field_names


@dataclass(frozen=True)
class Outline:
    """What decides until when a model runs exactly as another one.

    Attributes
    ----------
    frame : str
        Hash of everything but the epochs.
    epochs : tuple of (start, hash of world and pools)
    end : float
        Of the run, in minutes.
    """

    frame: str
    epochs: tuple[tuple[float, str], ...]
    end: float

    @classmethod
    def of(cls, model: Model) -> Outline:
        """Return the outline of a model."""
        # Without the window: results do not depend on it.
        frame = (
            model.pathway.name,
            model.streams,
            model.groups,
            model.wait_rows,
            model.start_minute_of_week,
            model.period_starts.tolist(),
            model.counted_from,
            model.thresholds,
            model.partitions,
            model.pooled_periods,
        )
        epochs = tuple((epoch.start, _hash(epoch.world, epoch.pools)) for epoch in model.epochs)
        text = repr(frame).encode()
        return cls(blake2b(text).hexdigest(), epochs, float(model.period_starts[-1]))

    def way_from(self, time: float) -> tuple[str, ...]:
        """Return what models have in common that still agree after a time until which all did."""
        return self.frame, *(content for start, content in self.epochs if start == time)


def _hash(*layouts: Any) -> str:
    """Return a hash of the contents of some dataclasses of arrays."""
    digest = blake2b()
    for layout in layouts:
        for name in field_names(type(layout)):
            array = getattr(layout, name)
            digest.update(f"{name} {array.dtype} {array.size};".encode())
            digest.update(array.data)
    return digest.hexdigest()


def shared_until(outlines: Sequence[Outline]) -> float:
    """Return the time in minutes until which all models agree.

    This is the start of the first epoch that differs, or that some of them do not have: 0 if they differ
    from the beginning, inf if they are the same.
    """
    first, *others = outlines
    if any(other.frame != first.frame for other in others):
        return 0.0
    return min((_parting(first, other) for other in others), default=math.inf)


def _parting(one: Outline, other: Outline) -> float:
    for epochs in zip_longest(one.epochs, other.epochs):
        if epochs[0] != epochs[1]:
            return min(epoch[0] for epoch in epochs if epoch is not None)
    return math.inf


@dataclass(frozen=True)
class Branch:
    """One of several models that are run together.

    Attributes
    ----------
    outline : Outline
    model : callable
        Makes the model when it is needed, so that not all of them are in memory at once.
    """

    outline: Outline
    model: Callable[[], Model]


_Member = tuple[int, Branch]


def simulate_branches(
    branches: Sequence[Branch], seed: int, replication: int, threads: int = 1
) -> Iterator[tuple[int, Tally]]:
    """Run one replication of several models, their common beginning only once.

    Parameters
    ----------
    branches : sequence of Branch
    seed, replication, threads : int
        As of `sim.engine.compiled.simulate`.

    Yields
    ------
    index, tally
        The number of the branch and what `simulate` returns for its model, each as soon as it is there.
        Models that are alike to the end have one tally between them.
    """
    with Team(threads) as team:
        for group in _groups(list(enumerate(branches)), 0.0):
            run = Run(group[0][1].model(), seed, replication, None, team)
            yield from _follow(run, group)


def _follow(run: Run, members: list[_Member]) -> Iterator[tuple[int, Tally]]:
    """Run to where the members diverge, then each group of those that still agree."""
    time = shared_until([branch.outline for _, branch in members])
    if time == math.inf:
        tally = run.finish()
        for index, _ in members:
            yield index, tally
        return
    run.advance(time)
    *groups, last = _groups(members, time)
    for group in groups:
        copy = run.branch()
        copy.go_on_with(group[0][1].model())
        yield from _follow(copy, group)
    run.go_on_with(last[0][1].model())
    yield from _follow(run, last)


def _groups(members: list[_Member], time: float) -> list[list[_Member]]:
    """Group the members by what they are after a time until which all agreed."""
    groups: dict[tuple[str, ...], list[_Member]] = {}
    for member in members:
        groups.setdefault(member[1].outline.way_from(time), []).append(member)
    return list(groups.values())
