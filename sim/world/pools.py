"""Pools: doctors, beds, exam rooms and stations of a network are all the same thing to an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.kernel import open_kernel
from sim.lookup import reader
from sim.time_units import MINUTES_PER_WEEK
from sim.world.fields import Ints, ints

UNLIMITED = 1 << 40
"""Servers of a pool that is never full."""
NO_LIMIT = -1
"""Waiting places of a pool where any number may wait."""
MOST_SERVED_EVERY = 1000
"""The largest `Pools.served_every`."""
MOST_KEPT = (1 << 31) - 1
"""The most reserved servers, and waiting places where they are limited: engines have four bytes for each."""


@dataclass(frozen=True)
class Pools:
    """The pools of one epoch.

    A pool's servers follow a *weekly pattern*: a list of segments, each from a minute of the week to
    the next one's. Pools with the same pattern share it. Time is in minutes.
    """

    pattern: Ints
    """(pools,) the weekly pattern of each pool."""
    pattern_start: Ints
    """(patterns + 1,) first segment of each pattern."""
    segment_minute: Ints
    """(segments,) minute of the week, 0 = Monday 00:00, at which the segment begins."""
    segment_servers: Ints
    """(segments,) servers on duty."""
    segment_reserved: Ints
    """(segments,) of these, servers kept for priorities up to `reserved_for`."""
    reserved_for: Ints
    """(pools,) the last priority that may use reserved servers."""
    room: Ints
    """(pools,) waiting places; `NO_LIMIT` where any number may wait."""
    wait_row: Ints
    """(pools,) first row of the pool in the wait histogram; its groups follow."""
    served_every: Ints
    """(pools,) every how many grants that pass over a later class the one that joined first is served, of all
    classes but the first; 0 = never, which is strict priority. At most `MOST_SERVED_EVERY`."""
    level_start: Ints
    """(pools + 1,) where the pool's time by number present is counted; equal = not counted."""

    @property
    def count(self) -> int:
        """Number of pools."""
        return int(self.pattern.size)

    def check(self) -> None:
        """Raise where a number is outside what an engine can hold.

        Raises
        ------
        ValueError
        """
        limits = (
            ("reserved servers", self.segment_reserved, 0, MOST_KEPT),
            ("waiting places", self.room, NO_LIMIT, MOST_KEPT),
            ("served_every", self.served_every, 0, MOST_SERVED_EVERY),
        )
        for what, numbers, least, most in limits:
            wrong = numbers[(numbers < least) | (numbers > most)]
            if wrong.size:
                raise ValueError(f"{what} of a pool: {wrong[0]:,}; allowed: {least} to {most:,}")


pool_pattern = reader(Pools, "pattern")
_pattern_start = reader(Pools, "pattern_start")
segment_minute = reader(Pools, "segment_minute")
segment_servers = reader(Pools, "segment_servers")
segment_reserved = reader(Pools, "segment_reserved")


@open_kernel
def segment_at(pools: int, pool: int, minute_of_week: float) -> int:
    """Return the segment of the pool's pattern that holds at a minute of the week."""
    pattern = pool_pattern(pools, pool)
    segment = _pattern_start(pools, pattern)
    last = _pattern_start(pools, pattern + 1) - 1
    while segment < last and segment_minute(pools, segment + 1) <= minute_of_week:
        segment += 1
    return segment


@open_kernel
def minutes_to_next_segment(pools: int, pool: int, minute_of_week: float) -> float:
    """Return how long the pool's present segment still lasts, in minutes; inf if for ever."""
    pattern = pool_pattern(pools, pool)
    first, end = _pattern_start(pools, pattern), _pattern_start(pools, pattern + 1)
    if end - first == 1:
        return float("inf")
    segment = segment_at(pools, pool, minute_of_week)
    if segment + 1 < end:
        return segment_minute(pools, segment + 1) - minute_of_week
    return MINUTES_PER_WEEK - minute_of_week


Segment = tuple[int, int, int]
"""``(minute of week, servers, reserved servers)``."""


@dataclass
class PoolsBuilder:
    """Collects pools one by one; patterns that are alike are stored once."""

    _patterns: dict[tuple[Segment, ...], int] = field(default_factory=dict)
    _pattern: list[int] = field(default_factory=list)
    _reserved_for: list[int] = field(default_factory=list)
    _room: list[int] = field(default_factory=list)
    _wait_row: list[int] = field(default_factory=list)
    _served_every: list[int] = field(default_factory=list)
    _levels: list[int] = field(default_factory=list)

    def add(
        self,
        segments: Sequence[Segment],
        *,
        wait_row: int,
        reserved_for: int = 0,
        room: int = NO_LIMIT,
        served_every: int = 0,
        levels: int = 0,
    ) -> int:
        """Add a pool and return its number.

        Parameters
        ----------
        segments : sequence of (minute of week, servers, reserved servers)
            Sorted, the first at minute 0; neighbours that are equal are joined.
        wait_row : int
            First row of the pool in the wait histogram.
        reserved_for : int
            The last priority that may use reserved servers.
        room : int
            Waiting places, or `NO_LIMIT`.
        served_every : int
            See `Pools.served_every`; 0 for strict priority.
        levels : int
            For how many numbers present (0, 1, ... levels - 1) time is counted; 0 for none.
        """
        joined: list[Segment] = []
        for segment in segments:
            if not joined or joined[-1][1:] != segment[1:]:
                joined.append(segment)
        self._pattern.append(self._patterns.setdefault(tuple(joined), len(self._patterns)))
        self._reserved_for.append(reserved_for)
        self._room.append(room)
        self._served_every.append(served_every)
        self._wait_row.append(wait_row)
        self._levels.append(levels)
        return len(self._pattern) - 1

    def build(self) -> Pools:
        """Return the pools as arrays."""
        starts: list[int] = [0]
        segments: list[Segment] = []
        for pattern in self._patterns:
            segments.extend(pattern)
            starts.append(len(segments))
        levels = [0]
        for count in self._levels:
            levels.append(levels[-1] + count)
        return Pools(
            pattern=ints(self._pattern),
            pattern_start=ints(starts),
            segment_minute=ints([s[0] for s in segments]),
            segment_servers=ints([s[1] for s in segments]),
            segment_reserved=ints([s[2] for s in segments]),
            reserved_for=ints(self._reserved_for),
            room=ints(self._room),
            wait_row=ints(self._wait_row),
            served_every=ints(self._served_every),
            level_start=ints(levels),
        )
