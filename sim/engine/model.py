"""What an engine runs: worlds, pools and the functions of one pathway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sim.kernel import compile_now
from sim.pathway.steps import Step
from sim.world.fields import Reals
from sim.world.pools import Pools


class State(Protocol):
    """A pathway's memory: one row per patient inside, and its own counters."""

    @property
    def capacity(self) -> int:
        """Rows for patients."""

    def grow(self) -> None:
        """Double the rows, keeping their contents."""


@dataclass(frozen=True)
class Pathway:
    """The functions of a pathway; all are kernels and see the world and state as addresses.

    Attributes
    ----------
    name : str
        A word; compiled code is kept under it.
    next_gap : (w, s, stream, now) -> minutes
        Time to the next onset of a stream, inf when there is none.
    begin : (w, s, row, stream, number) -> 0 or 1
        Fill the row of patient `number` of a stream; 0 when they do not enter.
    next_step : (w, s, row, event, waited) -> Step
        What the patient does next.
    new_period : (w, s, period) -> None
        Called at the start of every period.
    describe : (w, s, row) -> tuple of five ints
        What a log shows beside times and pools.
    new_state : (world, run key, periods) -> State
        Fresh memory.
    """

    name: str
    next_gap: Callable[[int, int, int, float], float]
    begin: Callable[[int, int, int, int, int], int]
    next_step: Callable[[int, int, int, int, float], Step]
    new_period: Callable[[int, int, int], None]
    describe: Callable[[int, int, int], tuple[int, int, int, int, int]]
    new_state: Callable[[Any, Any, int], Any]
    describes: tuple[str, str, str, str, str]
    """Names of what `describe` returns: the columns of a log."""

    def compile(self) -> None:
        """Compile everything that an engine calls, or take it from the cache."""
        compile_now(self.next_gap, "iiif")
        compile_now(self.begin, "iiiii")
        compile_now(self.next_step, "iiiif")
        compile_now(self.new_period, "iii")
        compile_now(self.describe, "iii")


@dataclass(frozen=True)
class Epoch:
    """What holds from a minute on: until then the world of the epoch before."""

    start: float
    world: Any
    pools: Pools


@dataclass(frozen=True)
class Model:
    """All that a run needs besides seed, replication and length.

    Attributes
    ----------
    pathway : Pathway
    epochs : tuple of Epoch
        Sorted by start, the first at 0; every epoch has the same pools and streams.
    streams : int
        Onset streams.
    groups : int
        Classes that waits are counted by.
    wait_rows : int
        Rows of the wait histogram.
    start_minute_of_week : int
        The minute of the week, 0 = Monday 00:00, at time 0.
    period_starts : Reals
        Minutes at which counting periods begin, the first 0.
    counted_from : int
        The first period after the warm-up.
    thresholds : tuple of float
        Waits in minutes that reports compare with.
    """

    pathway: Pathway
    epochs: tuple[Epoch, ...]
    streams: int
    groups: int
    wait_rows: int
    start_minute_of_week: int
    period_starts: Reals
    counted_from: int
    thresholds: tuple[float, ...] = ()
