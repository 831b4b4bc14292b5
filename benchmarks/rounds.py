"""Measurements repeated in interleaved rounds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

from benchmarks.fresh import Outcome

Key = TypeVar("Key")


@dataclass(frozen=True)
class Rounds:
    """The outcomes of one measurement, one per round."""

    outcomes: tuple[Outcome, ...]

    @property
    def work(self) -> dict[str, float]:
        """What was done in the first round."""
        return dict(self.outcomes[0].work)

    @property
    def cpu(self) -> float:
        """Median seconds of processor time."""
        return median(outcome.timing.cpu for outcome in self.outcomes)

    @property
    def wall(self) -> float:
        """Median seconds on the clock."""
        return median(outcome.timing.wall for outcome in self.outcomes)

    @property
    def set_up(self) -> float:
        """Median seconds of building the model."""
        return median(outcome.timing.set_up for outcome in self.outcomes)

    @property
    def peak(self) -> float:
        """The most memory of all rounds, in MiB."""
        return max(outcome.timing.peak for outcome in self.outcomes)

    def per(self, unit: str) -> list[float]:
        """Return the seconds of processor time per unit of work, one value per round."""
        return [outcome.timing.cpu / outcome.work[unit] for outcome in self.outcomes]


@dataclass(frozen=True)
class Job(Generic[Key]):
    """One measurement.

    Attributes
    ----------
    key
        What the results are found under.
    title : str
        What is shown while it runs.
    run : callable
        Measures, given the number of the round, and raises unless the work was done.
    """

    key: Key
    title: str
    run: Callable[[int], Outcome]


def interleaved(jobs: Sequence[Job[Key]], rounds: int) -> dict[Key, Rounds]:
    """Run every job once per round, so that a slow minute of the machine falls on all of them."""
    found: dict[Key, list[Outcome]] = {job.key: [] for job in jobs}
    for number in range(rounds):
        for job in jobs:
            announce(f"round {number + 1} of {rounds}: {job.title}")
            found[job.key].append(job.run(number))
    return {key: Rounds(tuple(outcomes)) for key, outcomes in found.items()}


def announce(what: str) -> None:
    """Show what is being measured."""
    print(what, file=sys.stderr, flush=True)
