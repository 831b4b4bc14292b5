"""The model that an engine runs: worlds, pools and the functions of one pathway."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from sim.engine.ties import MOST_STREAMS
from sim.kernel import compile_now
from sim.pathway.steps import MOST_GROUPS, Step
from sim.time_units import on_grid
from sim.world.fields import Ints, Reals
from sim.world.partitions import Partition
from sim.world.pools import Pools


class State(Protocol):
    """A pathway's memory: one row per patient inside, and its own counters."""

    @property
    def arrays(self) -> Any:
        """What kernels see, a dataclass of arrays."""

    @property
    def capacity(self) -> int:
        """Rows for patients."""

    def grow(self) -> None:
        """Double the rows, keeping their contents."""

    def make_room(self) -> None:
        """Make room for what else grows; called only when the pathway says that it `is_full`."""


class PartedState(State, Protocol):
    """A memory that can be divided among the partitions of a model."""

    def part(self) -> PartedState:
        """Return the memory of one partition: rows and counters of its own.

        What belongs to one stream or one place that only one partition changes may be shared.
        """

    def absorb(self, part: Any) -> None:
        """Add the counters of a partition."""


@dataclass(frozen=True)
class Pathway:
    """The functions of a pathway; all are kernels and see the world and state as addresses.

    Attributes
    ----------
    name : str
        A word; compiled code is kept under it.
    next_gap : (w, s, stream, now) -> minutes
        Interarrival time to the next onset of a stream, inf when there is none.
    begin : (w, s, row, stream, number) -> 0 or 1
        Fill the row of patient `number` of a stream; 0 when they do not enter.
    next_step : (w, s, row, event, waited) -> Step
        What the patient does next.
    new_period : (w, s, period) -> None
        Called at the start of every period.
    describe : (w, s, row) -> tuple of numbers
        What a log shows beside times and pools.
    new_state : (world, run key, periods) -> State
        Fresh memory; a `PartedState` if the pathway can carry.
    carry : (s, row, other s, other row) -> None, optional
        Copy a patient's row to the memory of another partition; needed by models with several partitions.
    settle : (s) -> None, optional
        Called for the memory of every partition at the end of each period, before `new_period`, and of the run.
    is_full : (s) -> 0 or 1, optional
        Whether the memory lacks room for one more step of every patient inside.
    """

    name: str
    next_gap: Callable[[int, int, int, float], float]
    begin: Callable[[int, int, int, int, int], int]
    next_step: Callable[[int, int, int, int, float], Step]
    new_period: Callable[[int, int, int], None]
    describe: Callable[[int, int, int], tuple[float, ...]]
    new_state: Callable[[Any, Any, int], Any]
    describes: tuple[str, ...]
    """Names of what `describe` returns: the columns of a log."""
    describes_real: tuple[str, ...] = ()
    """Those of them that are no whole numbers."""
    carry: Callable[[int, int, int, int], None] | None = None
    settle: Callable[[int], None] | None = None
    is_full: Callable[[int], int] | None = None

    def compile(self) -> None:
        """Compile everything that an engine calls, or take it from the cache."""
        compile_now(self.next_gap, "iiif")
        compile_now(self.begin, "iiiii")
        compile_now(self.next_step, "iiiif")
        compile_now(self.new_period, "iii")
        compile_now(self.describe, "iii")
        for optional in (self.settle, self.is_full):
            if optional is not None:
                compile_now(optional, "i")


@dataclass(frozen=True)
class Epoch:
    """A world and its pools, valid from a time until the next epoch begins."""

    start: float
    world: Any
    pools: Pools


def _tile(ranges: Iterable[tuple[int, int]], size: int) -> bool:
    """Tell whether ranges (first, length) cover the numbers below a size once."""
    end = 0
    for first, length in sorted(each for each in ranges if each[1] > 0):
        if first != end:
            return False
        end += length
    return end == size


@dataclass(frozen=True)
class Model:
    """All that a run needs besides seed, replication and length.

    Attributes
    ----------
    pathway : Pathway
    epochs : tuple of Epoch
        Sorted by start, the first at 0, all before the end of the last period; every epoch has the
        same pools and streams.
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
    partitions : tuple of Partition
        Parts that may run in parallel; together they have all streams and pools. By default there is one.
    window : float
        Lookahead in minutes: the shortest time of travel to a partition of the same level or a lower one.
    on_grid : bool
        Every time is a whole number of ticks (`sim.time_units.on_grid`); then every duration that the pathway
        returns must be one, too.
    pooled_periods : bool
        Whether queues have one counter for all periods before `counted_from`, and one for all others.

    Raises
    ------
    ValueError
        If the epochs are not in order, or one begins when the run is over; if there are more groups than a
        step can tell apart; if the pathway cannot be divided, or partitions have no window, overlap, or do
        not have every stream and pool; if periods of a model on the grid begin beside it; if a pool's numbers
        are too large for an engine.
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
    partitions: tuple[Partition, ...] = ()
    window: float = math.inf
    pooled_periods: bool = False
    on_grid: bool = False

    def __post_init__(self) -> None:
        starts = [epoch.start for epoch in self.epochs]
        if starts[0] != 0.0 or starts != sorted(starts):
            raise ValueError("epochs must be sorted by start, the first at 0")
        if starts[-1] >= self.period_starts[-1]:
            raise ValueError("an epoch must begin before the run ends")
        if self.on_grid and any(on_grid(time) != time for time in self.period_starts.tolist()):
            raise ValueError("periods of a model on the grid of times must begin on it")
        if not 0 < self.groups <= MOST_GROUPS:
            raise ValueError(
                f"waits can be counted by 1 to {MOST_GROUPS} groups, not {self.groups}"
            )
        if self.streams > MOST_STREAMS:
            raise ValueError(f"a model has at most {MOST_STREAMS:,} streams, not {self.streams:,}")
        if not self.partitions:
            object.__setattr__(self, "partitions", (self.whole,))
        for epoch in self.epochs:
            epoch.pools.check()
        streams = [(part.first_stream, part.streams) for part in self.partitions]
        pools = [(part.first_pool, part.pools) for part in self.partitions]
        if not (_tile(streams, self.streams) and _tile(pools, self.epochs[0].pools.count)):
            raise ValueError("partitions must have every stream and every pool once")
        if len(self.partitions) > 1 and not self.window > 0.0:
            raise ValueError(f"partitions need a window above 0 minutes, not {self.window}")
        if len(self.partitions) > 1 and self.pathway.carry is None:
            raise ValueError(f"the pathway '{self.pathway.name}' cannot be divided into partitions")

    @property
    def whole(self) -> Partition:
        """All streams and pools as one partition."""
        return Partition(0, 0, self.streams, 0, self.epochs[0].pools.count)

    def undivided(self) -> Model:
        """Return the model with a single event list; its results are the same."""
        return replace(self, partitions=(self.whole,))

    @property
    def tally_rows(self) -> Ints:
        """(periods,) row of the tally that each period is counted in."""
        periods = np.arange(self.period_starts.size - 1)
        return (periods >= self.counted_from).astype(np.int64) if self.pooled_periods else periods

    @property
    def tally_starts(self) -> Reals:
        """(rows + 1,) minutes at which the tally's rows begin, and the end of the run."""
        if not self.pooled_periods:
            return self.period_starts
        return self.period_starts[[0, self.counted_from, -1]]

    @property
    def tally_counted_from(self) -> int:
        """The first row of the tally after the warm-up."""
        return 1 if self.pooled_periods else self.counted_from
