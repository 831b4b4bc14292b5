"""The pools of the compiled engine: the rules and counters of `sim.engine.pool`, as kernels."""

from __future__ import annotations

import math

from sim.engine import arrays as a
from sim.engine.arrays import AMOUNTS, COUNTS, NOBODY, PRIORITIES, Cell
from sim.engine.events import cancel, key_of, schedule
from sim.engine.tally import Amount, Count
from sim.engine.ties import PATIENCE_ENDS
from sim.kernel import kernel, reader
from sim.pathway.steps import GRANTED, REFUSED, RENEGED
from sim.world.pools import NO_LIMIT, Pools

_RENEGE_RANK = PATIENCE_ENDS
QUEUED = -1
"""The outcome of a request is not known yet."""
_reserved_for = reader(Pools, "reserved_for")
_room = reader(Pools, "room")
_wait_row = reader(Pools, "wait_row")
_level_start = reader(Pools, "level_start")


@kernel
def node_of_pool(e: int, pool: int) -> int:
    """Return the event-list node of a pool."""
    return a.cell(e, Cell.STREAMS) + pool


@kernel
def node_of_row(e: int, row: int) -> int:
    """Return the event-list node of a patient's row."""
    return a.cell(e, Cell.STREAMS) + a.cell(e, Cell.POOLS) + row


@kernel
def _tally_cell(e: int, pool: int, group: int) -> int:
    cell = a.cell(e, Cell.PERIOD) * a.cell(e, Cell.POOLS) + pool
    return cell * a.cell(e, Cell.GROUPS) + group


@kernel
def _count(e: int, pool: int, group: int, column: int) -> None:
    a.add_count(e, _tally_cell(e, pool, group) * COUNTS + column, 1)


@kernel
def change(e: int, q: int, pool: int, group: int, queue: int, busy: int) -> None:
    """Move the numbers waiting and in service, after counting the time they stood."""
    now = a.clock(e, 0)
    cell = pool * a.cell(e, Cell.GROUPS) + group
    since = now - a.touched(e, cell)
    a.set_touched(e, cell, now)
    amounts = _tally_cell(e, pool, group) * AMOUNTS
    a.add_amount(e, amounts + Amount.QUEUE_AREA, a.queue_of(e, cell) * since)
    a.add_amount(e, amounts + Amount.BUSY_AREA, a.busy_of(e, cell) * since)
    first, end = _level_start(q, pool), _level_start(q, pool + 1)
    if end > first:
        if a.cell(e, Cell.COUNTING) == 1:
            level = min(first + a.waiting(e, pool) + a.busy(e, pool), end - 1)
            a.add_level_minutes(e, level, now - a.level_since(e, pool))
        a.set_level_since(e, pool, now)
    a.add_queue_of(e, cell, queue)
    a.add_busy_of(e, cell, busy)
    a.set_waiting(e, pool, a.waiting(e, pool) + queue)
    a.set_busy(e, pool, a.busy(e, pool) + busy)


@kernel
def count_servers(e: int, pool: int) -> None:
    """Count the time that the present servers have been on duty."""
    now = a.clock(e, 0)
    area = a.servers(e, pool) * (now - a.server_since(e, pool))
    a.add_amount(e, _tally_cell(e, pool, 0) * AMOUNTS + Amount.SERVER_AREA, area)
    a.set_server_since(e, pool, now)


@kernel
def _may_start(e: int, q: int, pool: int, priority: int) -> bool:
    free = a.servers(e, pool) - a.busy(e, pool)
    return free > (0 if priority <= _reserved_for(q, pool) else a.reserved(e, pool))


@kernel
def _bin_of(e: int, bins: int, wait: float) -> int:
    """Return the first bin whose upper edge is not below the wait."""
    if wait <= 0.0:
        return 0
    low, high = 0, bins
    while low < high:
        middle = (low + high) // 2
        if a.edge(e, middle) < wait:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _start(e: int, q: int, pool: int, group: int, wait: float, queue: int) -> None:
    change(e, q, pool, group, queue, 1)
    _count(e, pool, group, Count.GRANTED)
    amounts = _tally_cell(e, pool, group) * AMOUNTS
    a.add_amount(e, amounts + Amount.WAIT, wait)
    a.add_amount(e, amounts + Amount.WAIT_SQUARED, wait * wait)
    if a.cell(e, Cell.COUNTING) == 1:
        bins = a.cell(e, Cell.BINS)
        row = _wait_row(q, pool) + group
        a.add_histogram(e, row * (bins + 1) + _bin_of(e, bins, wait), 1)


@kernel
def _join(e: int, pool: int, row: int, priority: int) -> None:
    line = pool * PRIORITIES + priority
    last = a.tail(e, line)
    a.set_next_row(e, row, NOBODY)
    a.set_previous_row(e, row, last)
    if last == NOBODY:
        a.set_head(e, line, row)
    else:
        a.set_next_row(e, last, row)
    a.set_tail(e, line, row)


@kernel
def _unlink(e: int, pool: int, row: int, priority: int) -> None:
    line = pool * PRIORITIES + priority
    before, after = a.previous_row(e, row), a.next_row(e, row)
    if before == NOBODY:
        a.set_head(e, line, after)
    else:
        a.set_next_row(e, before, after)
    if after == NOBODY:
        a.set_tail(e, line, before)
    else:
        a.set_previous_row(e, after, before)


@kernel
def seize(e: int, q: int, row: int, pool: int, priority: int, group: int, patience: float) -> int:
    """Ask for a server: GRANTED, REFUSED or RENEGED at once, or QUEUED."""
    _count(e, pool, group, Count.JOINED)
    if _may_start(e, q, pool, priority):
        _start(e, q, pool, group, 0.0, 0)
        return GRANTED
    room = _room(q, pool)
    if room != NO_LIMIT and a.waiting(e, pool) >= room:
        _count(e, pool, group, Count.REFUSED)
        return REFUSED
    if patience <= 0.0:
        _count(e, pool, group, Count.RENEGED)
        return RENEGED
    now = a.clock(e, 0)
    a.set_joined(e, row, now)
    a.set_wait_pool(e, row, pool)
    a.set_wait_priority(e, row, priority)
    a.set_wait_group(e, row, group)
    change(e, q, pool, group, 1, 0)
    _join(e, pool, row, priority)
    if patience < math.inf:
        key = key_of(_RENEGE_RANK, a.number_of(e, row))
        schedule(e, node_of_row(e, row), now + patience, key)
    return QUEUED


@kernel
def serve(e: int, q: int, pool: int) -> None:
    """Give free servers to those waiting: by priority, then in order of arrival."""
    while a.waiting(e, pool) > 0:
        row = NOBODY
        for priority in range(PRIORITIES):
            first = a.head(e, pool * PRIORITIES + priority)
            if first != NOBODY and _may_start(e, q, pool, priority):
                row = first
                _unlink(e, pool, row, priority)
                break
        if row == NOBODY:
            return
        group = a.wait_group(e, row)
        _start(e, q, pool, group, a.clock(e, 0) - a.joined(e, row), -1)
        _count(e, pool, group, Count.WAITED)
        cancel(e, node_of_row(e, row))
        size = a.cell(e, Cell.WORK_SIZE)
        place = (a.cell(e, Cell.WORK_HEAD) + size) % a.cell(e, Cell.ROWS)
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
    _count(e, pool, group, Count.RENEGED)
    waited = a.clock(e, 0) - a.joined(e, row)
    a.add_amount(e, _tally_cell(e, pool, group) * AMOUNTS + Amount.LOST_WAIT, waited)
    return waited


@kernel
def set_servers(e: int, q: int, pool: int, servers: int, reserved: int) -> None:
    """Change the servers on duty. Those in service finish, also above the new number."""
    count_servers(e, pool)
    a.set_pool_servers(e, pool, servers)
    a.set_reserved(e, pool, reserved)
    serve(e, q, pool)
