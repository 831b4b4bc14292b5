"""The pools of the compiled engine: the rules and counters of `sim.engine.pool`, as kernels.

Pools are named by their numbers in the model; a partition's memory begins with its first one.
"""

from __future__ import annotations

import math

from sim.engine import access as a
from sim.engine.arrays import NOBODY, Cell, Fixed, Moment, QueueEnd
from sim.engine.clock import time_in, time_since
from sim.engine.events import cancel, schedule
from sim.engine.keys import key_of
from sim.engine.tally import Extreme
from sim.engine.ties import PATIENCE_ENDS, SERVERS_CHANGE
from sim.kernel import kernel
from sim.lookup import first_not_below, reader
from sim.pathway.steps import GRANTED, PRIORITIES, REFUSED, RENEGED
from sim.time_units import MINUTES_PER_WEEK
from sim.world.pools import (
    NO_LIMIT,
    Pools,
    minutes_to_next_segment,
    segment_at,
    segment_reserved,
    segment_servers,
)

QUEUED = -1
"""The outcome of a request is not known yet."""
_reserved_for = reader(Pools, "reserved_for")
_room = reader(Pools, "room")
_wait_row = reader(Pools, "wait_row")
_served_every = reader(Pools, "served_every")
_level_start = reader(Pools, "level_start")
_first_edge = first_not_below(a.edge)
_ENDS = len(QueueEnd)
_EXTREMES = len(Extreme)


@kernel
def here(e: int, pool: int) -> int:
    """Return a pool's place in the partition's memory."""
    return pool - a.fixed(e, Fixed.FIRST_POOL)


@kernel
def is_here(e: int, pool: int) -> bool:
    """Tell whether a pool belongs to the partition."""
    place = here(e, pool)
    return 0 <= place < a.fixed(e, Fixed.POOLS)


@kernel
def node_of_pool(e: int, pool: int) -> int:
    """Return the event-list node of a pool."""
    return a.fixed(e, Fixed.STREAMS) + here(e, pool)


@kernel
def _group_cell(e: int, pool: int, group: int) -> int:
    return here(e, pool) * a.fixed(e, Fixed.GROUPS) + group


@kernel
def _count_level(e: int, place: int, now: float) -> None:
    first, end = a.first_level(e, place), a.level_end(e, place)
    if end > first:
        if a.fixed(e, Fixed.COUNTING) == 1:
            level = min(first + a.waiting(e, place) + a.busy(e, place), end - 1)
            a.add_level_minutes(e, level, now - a.level_since(e, place))
        a.set_level_since(e, place, now)


@kernel
def change(e: int, pool: int, group: int, queue: int, busy: int) -> None:
    """Change the numbers waiting and in service, after accumulating their areas."""
    now, place, cell = a.moment(e, Moment.NOW), here(e, pool), _group_cell(e, pool, group)
    since = now - a.touched(e, cell)
    a.set_touched(e, cell, now)
    a.add_queue_area(e, cell, a.queue_of(e, cell) * since)
    a.add_busy_area(e, cell, a.busy_of(e, cell) * since)
    _count_level(e, place, now)
    a.add_queue(e, cell, queue)
    a.add_busy(e, cell, busy)
    a.set_waiting(e, place, a.waiting(e, place) + queue)
    a.set_busy(e, place, a.busy(e, place) + busy)


@kernel
def count_servers(e: int, pool: int) -> None:
    """Accumulate the time on duty of the current servers."""
    now, place = a.moment(e, Moment.NOW), here(e, pool)
    area = a.servers(e, place) * (now - a.server_since(e, place))
    a.add_server_area(e, _group_cell(e, pool, 0), area)
    a.set_server_since(e, place, now)


@kernel
def _may_start(e: int, pool: int, priority: int) -> bool:
    place = here(e, pool)
    free = a.servers(e, place) - a.busy(e, place)
    return free > (0 if priority <= a.reserved_for(e, place) else a.reserved(e, place))


@kernel
def _bin_of(e: int, bins: int, wait: float) -> int:
    """Return the first bin whose upper edge is not below the wait."""
    return 0 if wait <= 0.0 else _first_edge(e, 0, bins, wait)


@kernel
def _start(e: int, pool: int, group: int, wait: float, queue: int) -> None:
    change(e, pool, group, queue, 1)
    cell = _group_cell(e, pool, group)
    a.add_granted(e, cell, 1)
    a.add_wait(e, cell, wait)
    a.add_wait_squared(e, cell, wait * wait)
    if a.fixed(e, Fixed.COUNTING) == 1:
        bins = a.fixed(e, Fixed.BINS)
        row = a.wait_row(e, here(e, pool)) + group
        a.add_histogram(e, row * (bins + 1) + _bin_of(e, bins, wait), 1)
        least = row * _EXTREMES + Extreme.LEAST
        if wait < a.wait_extreme(e, least):
            a.set_wait_extreme(e, least, wait)
        most = row * _EXTREMES + Extreme.MOST
        if wait > a.wait_extreme(e, most):
            a.set_wait_extreme(e, most, wait)


@kernel
def _first(e: int, pool: int, priority: int) -> int:
    return (here(e, pool) * PRIORITIES + priority) * _ENDS + QueueEnd.FIRST


@kernel
def _last(e: int, pool: int, priority: int) -> int:
    return (here(e, pool) * PRIORITIES + priority) * _ENDS + QueueEnd.LAST


@kernel
def _join(e: int, pool: int, row: int, priority: int) -> None:
    end = _last(e, pool, priority)
    last = a.end_of_queue(e, end)
    a.set_wait_next(e, row, NOBODY)
    a.set_wait_previous(e, row, last)
    if last == NOBODY:
        a.set_end_of_queue(e, _first(e, pool, priority), row)
    else:
        a.set_wait_next(e, last, row)
    a.set_end_of_queue(e, end, row)


@kernel
def _unlink(e: int, pool: int, row: int, priority: int) -> None:
    before, after = a.wait_previous(e, row), a.wait_next(e, row)
    if before == NOBODY:
        a.set_end_of_queue(e, _first(e, pool, priority), after)
    else:
        a.set_wait_next(e, before, after)
    if after == NOBODY:
        a.set_end_of_queue(e, _last(e, pool, priority), before)
    else:
        a.set_wait_previous(e, after, before)


@kernel
def seize(e: int, row: int, pool: int, priority: int, group: int, patience: float) -> int:
    """Ask for a server: GRANTED, REFUSED or RENEGED at once, or QUEUED."""
    place, cell = here(e, pool), _group_cell(e, pool, group)
    a.add_joined(e, cell, 1)
    if _may_start(e, pool, priority):
        _start(e, pool, group, 0.0, 0)
        return GRANTED
    room = a.room(e, place)
    if room != NO_LIMIT and a.waiting(e, place) >= room:
        a.add_refused(e, cell, 1)
        return REFUSED
    if patience <= 0.0:
        a.add_reneged(e, cell, 1)
        return RENEGED
    a.set_joined(e, row, a.moment(e, Moment.NOW))
    a.set_wait_pool(e, row, pool)
    a.set_wait_priority(e, row, priority)
    a.set_wait_group(e, row, group)
    change(e, pool, group, 1, 0)
    _join(e, pool, row, priority)
    if patience < math.inf:
        key = key_of(PATIENCE_ENDS, a.number_of(e, row))
        schedule(e, a.node_of_row(e, row), time_in(e, patience), key)
    return QUEUED


@kernel
def _first_to_start(e: int, pool: int, classes_from: int) -> int:
    """Return the row of the first class, from one on, that may have the next server, or NOBODY."""
    for priority in range(classes_from, PRIORITIES):
        row = a.end_of_queue(e, _first(e, pool, priority))
        if row != NOBODY and _may_start(e, pool, priority):
            return row
    return NOBODY


@kernel
def _served_in_turn(e: int, pool: int, first: int) -> int:
    """Return the row that gets the next server: `first`, or the one that joined first if it is their turn.

    The first priority class is never passed over; the others are served in the order in which they joined once
    in `served_every` grants that pass over a later class.
    """
    place, priority = here(e, pool), a.wait_priority(e, first)
    later = _first_to_start(e, pool, priority + 1)
    if later == NOBODY:
        return first
    turn = min(a.turn(e, place) + 1, a.served_every(e, place))
    if priority == 0 or turn < a.served_every(e, place):
        a.set_turn(e, place, turn)
        return first
    a.set_turn(e, place, 0)
    longest = first
    while later != NOBODY:
        if a.joined(e, later) < a.joined(e, longest):
            longest = later
        later = _first_to_start(e, pool, a.wait_priority(e, later) + 1)
    return longest


@kernel
def serve(e: int, pool: int) -> None:
    """Give free servers to those waiting."""
    while a.waiting(e, here(e, pool)) > 0:
        row = _first_to_start(e, pool, 0)
        if row == NOBODY:
            return
        if a.served_every(e, here(e, pool)) > 0:
            row = _served_in_turn(e, pool, row)
        _unlink(e, pool, row, a.wait_priority(e, row))
        group = a.wait_group(e, row)
        _start(e, pool, group, time_since(e, a.joined(e, row)), -1)
        a.add_waited(e, _group_cell(e, pool, group), 1)
        cancel(e, a.node_of_row(e, row))
        size = a.cell(e, Cell.WORK_SIZE)
        place = (a.cell(e, Cell.WORK_HEAD) + size) % a.fixed(e, Fixed.ROWS)
        a.set_work(e, place, row)
        a.set_cell(e, Cell.WORK_SIZE, size + 1)


@kernel
def release(e: int, pool: int, group: int) -> None:
    """Release one server, which the head of the queue gets at once."""
    change(e, pool, group, 0, -1)
    serve(e, pool)


@kernel
def renege(e: int, row: int) -> float:
    """Remove a patient whose patience has ended from the queue; return the time waited."""
    pool, group = a.wait_pool(e, row), a.wait_group(e, row)
    _unlink(e, pool, row, a.wait_priority(e, row))
    change(e, pool, group, -1, 0)
    waited, cell = time_since(e, a.joined(e, row)), _group_cell(e, pool, group)
    a.add_reneged(e, cell, 1)
    a.add_lost_wait(e, cell, waited)
    return waited


@kernel
def set_servers(e: int, pool: int, servers: int, reserved: int) -> None:
    """Change the servers on duty. Services in progress are completed, even above the new number."""
    count_servers(e, pool)
    a.set_servers(e, here(e, pool), servers)
    a.set_reserved(e, here(e, pool), reserved)
    serve(e, pool)


@kernel
def adopt(e: int, q: int, pool: int) -> None:
    """Take over a pool's settings from the current epoch, apart from its servers."""
    place = here(e, pool)
    a.set_room(e, place, _room(q, pool))
    a.set_reserved_for(e, place, _reserved_for(q, pool))
    a.set_wait_row(e, place, _wait_row(q, pool))
    a.set_served_every(e, place, _served_every(q, pool))
    a.set_first_level(e, place, _level_start(q, pool))
    a.set_level_end(e, place, _level_start(q, pool + 1))


@kernel
def begin_segment(e: int, q: int, pool: int) -> None:
    """Set a pool's servers for the current segment of its week and schedule the next change."""
    now = a.moment(e, Moment.NOW)
    minute = (a.fixed(e, Fixed.START_MINUTE_OF_WEEK) + now) % MINUTES_PER_WEEK
    segment = segment_at(q, pool, minute)
    set_servers(e, pool, segment_servers(q, segment), segment_reserved(q, segment))
    wait = minutes_to_next_segment(q, pool, minute)
    if wait < math.inf:
        schedule(e, node_of_pool(e, pool), time_in(e, wait), key_of(SERVERS_CHANGE, pool))
    else:
        cancel(e, node_of_pool(e, pool))
