"""The pools of the compiled engine: the rules and counters of `sim.engine.pool`, as kernels.

Pools are named by their numbers in the model; a partition's memory begins with its first one.
"""

from __future__ import annotations

import math

from sim.engine import access as a
from sim.engine.arrays import (
    GAUGE_WIDTH,
    METER_WIDTH,
    NOBODY,
    Cell,
    Fixed,
    Gauge,
    Meter,
    Moment,
    QueueEnd,
)
from sim.engine.events import cancel, schedule
from sim.engine.keys import key_of
from sim.engine.tally import Amount, Count
from sim.engine.ties import PATIENCE_ENDS, SERVERS_CHANGE
from sim.kernel import kernel
from sim.lookup import first_not_below, reader
from sim.pathway.steps import GRANTED, PRIORITIES, REFUSED, RENEGED
from sim.world.pools import (
    MINUTES_PER_WEEK,
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
_level_start = reader(Pools, "level_start")
_first_edge = first_not_below(a.edge)
_ENDS = len(QueueEnd)


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
def _count(e: int, pool: int, group: int, column: int) -> None:
    a.add_gauge(e, _group_cell(e, pool, group) * GAUGE_WIDTH + Gauge.COUNT + column, 1)


@kernel
def _measure(e: int, pool: int, group: int, column: int, amount: float) -> None:
    a.add_meter(e, _group_cell(e, pool, group) * METER_WIDTH + Meter.AMOUNT + column, amount)


@kernel
def _count_level(e: int, q: int, pool: int, now: float) -> None:
    first, end = _level_start(q, pool), _level_start(q, pool + 1)
    if end > first:
        place = here(e, pool)
        if a.fixed(e, Fixed.COUNTING) == 1:
            level = min(first + a.waiting(e, place) + a.busy(e, place), end - 1)
            a.add_level_minutes(e, level, now - a.level_since(e, place))
        a.set_level_since(e, place, now)


@kernel
def change(e: int, q: int, pool: int, group: int, queue: int, busy: int) -> None:
    """Move the numbers waiting and in service, after counting the time they stood."""
    now, place, cell = a.moment(e, Moment.NOW), here(e, pool), _group_cell(e, pool, group)
    meter, gauge = cell * METER_WIDTH, cell * GAUGE_WIDTH
    since = now - a.meter(e, meter + Meter.TOUCHED)
    a.set_meter(e, meter + Meter.TOUCHED, now)
    amounts = meter + Meter.AMOUNT
    a.add_meter(e, amounts + Amount.QUEUE_AREA, a.gauge(e, gauge + Gauge.QUEUE) * since)
    a.add_meter(e, amounts + Amount.BUSY_AREA, a.gauge(e, gauge + Gauge.BUSY) * since)
    _count_level(e, q, pool, now)
    a.add_gauge(e, gauge + Gauge.QUEUE, queue)
    a.add_gauge(e, gauge + Gauge.BUSY, busy)
    a.set_waiting(e, place, a.waiting(e, place) + queue)
    a.set_busy(e, place, a.busy(e, place) + busy)


@kernel
def count_servers(e: int, pool: int) -> None:
    """Count the time that the present servers have been on duty."""
    now, place = a.moment(e, Moment.NOW), here(e, pool)
    area = a.servers(e, place) * (now - a.server_since(e, place))
    _measure(e, pool, 0, Amount.SERVER_AREA + 0, area)
    a.set_server_since(e, place, now)


@kernel
def _may_start(e: int, q: int, pool: int, priority: int) -> bool:
    place = here(e, pool)
    free = a.servers(e, place) - a.busy(e, place)
    return free > (0 if priority <= _reserved_for(q, pool) else a.reserved(e, place))


@kernel
def _bin_of(e: int, bins: int, wait: float) -> int:
    """Return the first bin whose upper edge is not below the wait."""
    return 0 if wait <= 0.0 else _first_edge(e, 0, bins, wait)


@kernel
def _start(e: int, q: int, pool: int, group: int, wait: float, queue: int) -> None:
    change(e, q, pool, group, queue, 1)
    _count(e, pool, group, Count.GRANTED + 0)
    _measure(e, pool, group, Amount.WAIT + 0, wait)
    _measure(e, pool, group, Amount.WAIT_SQUARED + 0, wait * wait)
    if a.fixed(e, Fixed.COUNTING) == 1:
        bins = a.fixed(e, Fixed.BINS)
        row = _wait_row(q, pool) + group
        a.add_histogram(e, row * (bins + 1) + _bin_of(e, bins, wait), 1)


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
def seize(e: int, q: int, row: int, pool: int, priority: int, group: int, patience: float) -> int:
    """Ask for a server: GRANTED, REFUSED or RENEGED at once, or QUEUED."""
    _count(e, pool, group, Count.JOINED + 0)
    if _may_start(e, q, pool, priority):
        _start(e, q, pool, group, 0.0, 0)
        return GRANTED
    room = _room(q, pool)
    if room != NO_LIMIT and a.waiting(e, here(e, pool)) >= room:
        _count(e, pool, group, Count.REFUSED + 0)
        return REFUSED
    if patience <= 0.0:
        _count(e, pool, group, Count.RENEGED + 0)
        return RENEGED
    now = a.moment(e, Moment.NOW)
    a.set_joined(e, row, now)
    a.set_wait_pool(e, row, pool)
    a.set_wait_priority(e, row, priority)
    a.set_wait_group(e, row, group)
    change(e, q, pool, group, 1, 0)
    _join(e, pool, row, priority)
    if patience < math.inf:
        key = key_of(PATIENCE_ENDS, a.number_of(e, row))
        schedule(e, a.node_of_row(e, row), now + patience, key)
    return QUEUED


@kernel
def _first_to_start(e: int, q: int, pool: int) -> int:
    """Return the row that gets the next free server, or NOBODY: by priority, then order of arrival."""
    for priority in range(PRIORITIES):
        row = a.end_of_queue(e, _first(e, pool, priority))
        if row != NOBODY and _may_start(e, q, pool, priority):
            return row
    return NOBODY


@kernel
def serve(e: int, q: int, pool: int) -> None:
    """Give free servers to those waiting."""
    while a.waiting(e, here(e, pool)) > 0:
        row = _first_to_start(e, q, pool)
        if row == NOBODY:
            return
        _unlink(e, pool, row, a.wait_priority(e, row))
        group = a.wait_group(e, row)
        _start(e, q, pool, group, a.moment(e, Moment.NOW) - a.joined(e, row), -1)
        _count(e, pool, group, Count.WAITED + 0)
        cancel(e, a.node_of_row(e, row))
        size = a.cell(e, Cell.WORK_SIZE)
        place = (a.cell(e, Cell.WORK_HEAD) + size) % a.fixed(e, Fixed.ROWS)
        a.set_work(e, place, row)
        a.set_cell(e, Cell.WORK_SIZE, size + 1)


@kernel
def release(e: int, q: int, pool: int, group: int) -> None:
    """Give back one server, which the head of the queue gets at once."""
    change(e, q, pool, group, 0, -1)
    serve(e, q, pool)


@kernel
def renege(e: int, q: int, row: int) -> float:
    """Take a patient whose patience has ended out of the queue; return how long they waited."""
    pool, group = a.wait_pool(e, row), a.wait_group(e, row)
    _unlink(e, pool, row, a.wait_priority(e, row))
    change(e, q, pool, group, -1, 0)
    _count(e, pool, group, Count.RENEGED + 0)
    waited = a.moment(e, Moment.NOW) - a.joined(e, row)
    _measure(e, pool, group, Amount.LOST_WAIT + 0, waited)
    return waited


@kernel
def set_servers(e: int, q: int, pool: int, servers: int, reserved: int) -> None:
    """Change the servers on duty. Those in service finish, also above the new number."""
    count_servers(e, pool)
    a.set_pool_servers(e, here(e, pool), servers)
    a.set_reserved(e, here(e, pool), reserved)
    serve(e, q, pool)


@kernel
def begin_segment(e: int, q: int, pool: int) -> None:
    """Set a pool's servers for the present segment of its week and come back at its end."""
    now = a.moment(e, Moment.NOW)
    minute = (a.fixed(e, Fixed.START_MINUTE_OF_WEEK) + now) % MINUTES_PER_WEEK
    segment = segment_at(q, pool, minute)
    set_servers(e, q, pool, segment_servers(q, segment), segment_reserved(q, segment))
    wait = minutes_to_next_segment(q, pool, minute)
    if wait < math.inf:
        schedule(e, node_of_pool(e, pool), now + wait, key_of(SERVERS_CHANGE, pool))
    else:
        cancel(e, node_of_pool(e, pool))
