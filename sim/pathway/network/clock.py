"""What time it is for a patient of a network: which ways hold, and whether a station is open.

A patient's clock is the time of arrival and all that was spent since, in whole ticks
(`sim.time_units.on_grid`), so that it is the engine's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from sim.kernel import kernel
from sim.pathway.network import state as memory
from sim.time_units import MINUTES_PER_WEEK
from sim.world.network import world
from sim.world.time_grid import to_tick

WEEK = float(MINUTES_PER_WEEK)


@kernel
def week_minute_at(w: int, now: float) -> float:
    """Return the minute of the week, 0 = Monday 00:00, at a time of the run."""
    # What a remainder leaves of a long time is off by the rounding of that.
    return to_tick((world.start_minute_of_week(w, 0) + now) % WEEK)


@kernel
def minute_of_week(w: int, s: int, row: int) -> float:
    """Return a patient's minute of the week, 0 = Monday 00:00."""
    return week_minute_at(w, to_tick(memory.began(s, row) + memory.time(s, row)))


def row_that_holds(
    read: Callable[[int, int], Any],
) -> Callable[[int, int, int, float], int]:
    """Return a kernel ``(table, first, end, minute) -> row`` for rows that each hold from a minute on."""

    @kernel
    def find(table: int, first: int, end: int, minute: float) -> int:
        row = end - 1
        while row > first and read(table, row) > minute:
            row -= 1
        return row

    found: Callable[[int, int, int, float], int] = find
    return found


_way_row = row_that_holds(world.way_minute)
_session_row = row_that_holds(world.session_minute)


@kernel
def links_of(w: int, s: int, row: int, way: int) -> int:
    """Return the set of links that a way has at this time."""
    first, end = world.way_start(w, way), world.way_start(w, way + 1)
    if end == first + 1:
        links: int = world.way_links(w, first)
        return links
    return world.way_links(w, _way_row(w, first, end, minute_of_week(w, s, row)))


@kernel
def has_sessions(w: int, station: int) -> bool:
    """Tell whether a station is open at some times of the week and closed at others."""
    return world.session_start(w, station + 1) > world.session_start(w, station) + 1


@kernel
def session_at(w: int, station: int, minute: float) -> int:
    """Return the row of a station's sessions that holds at a minute of the week."""
    first, end = world.session_start(w, station), world.session_start(w, station + 1)
    return _session_row(w, first, end, minute)


@kernel
def until_change(w: int, station: int, row: int, minute: float) -> float:
    """Return how long a station with sessions stays open or closed, from a minute of the row on."""
    first, end = world.session_start(w, station), world.session_start(w, station + 1)
    is_open, gap = world.session_open(w, row), 0.0
    while world.session_open(w, row) == is_open:
        until = world.session_minute(w, row + 1) if row + 1 < end else WEEK
        gap += until - minute
        row = row + 1 if row + 1 < end else first
        minute = world.session_minute(w, row)
    return to_tick(gap)


@kernel
def minutes_open(w: int, s: int, row: int, station: int) -> float:
    """Return how long a station with sessions is still open; 0 if it is closed."""
    minute = minute_of_week(w, s, row)
    session = session_at(w, station, minute)
    if world.session_open(w, session) == 0:
        return 0.0
    return until_change(w, station, session, minute)


@kernel
def _minutes_closed(w: int, station: int, minute: float, minutes: float) -> float:
    """Return for how long a station is closed in a stretch of at most a week from a minute of the week on."""
    first, end = world.session_start(w, station), world.session_start(w, station + 1)
    session, left, closed = session_at(w, station, minute), minutes, 0.0
    while left > 0.0:
        until = world.session_minute(w, session + 1) if session + 1 < end else WEEK
        part = min(left, until - minute)
        if world.session_open(w, session) == 0:
            closed += part
        left = to_tick(left - part)
        session = session + 1 if session + 1 < end else first
        minute = world.session_minute(w, session)
    return to_tick(closed)


@kernel
def minutes_after_closing(w: int, s: int, row: int, minutes: float) -> float:
    """Return how much of a service that begins now lies between closings and the openings after them.

    However many closings it lasts. The patient's station has sessions.
    """
    station = memory.station(s, row)
    weeks = math.floor(minutes / WEEK)
    closed = _minutes_closed(w, station, minute_of_week(w, s, row), minutes - weeks * WEEK)
    if weeks > 0:
        closed += weeks * _minutes_closed(w, station, 0.0, WEEK)
    return closed
