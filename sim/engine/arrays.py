"""What the compiled engine remembers: flat arrays, seen by kernels as the address ``e``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.engine.tally import Amount, Count, Tally
from sim.kernel import adder, column_reader, column_writer, reader, writer
from sim.world.fields import Ints, Reals

PRIORITIES = 4
"""Priority classes of a pool."""
NOBODY = -1
LOG_WIDTH = 13
"""Columns of a log row."""
LOG_ROWS = 1 << 16
LOG_MARGIN = 1 << 15
"""Rows that one event and all it causes may add to the log."""


class Cell(IntEnum):
    """Cells of `EngineArrays.cells`."""

    STREAMS = 0
    POOLS = 1
    GROUPS = 2
    PERIOD = 3
    COUNTING = 4
    START_MINUTE_OF_WEEK = 5
    HEAP_SIZE = 6
    FREE_ROWS = 7
    WORK_HEAD = 8
    WORK_SIZE = 9
    ROWS = 10
    ENTERED = 11
    LEFT = 12
    LOGGING = 13
    LOG_SIZE = 14
    BINS = 15


class Slot(IntEnum):
    """Columns of a patient's row."""

    NUMBER = 0
    HELD_POOL = 1
    HELD_GROUP = 2
    WAIT_POOL = 3
    WAIT_PRIORITY = 4
    WAIT_GROUP = 5
    NEXT = 6
    PREVIOUS = 7


class PoolCell(IntEnum):
    """Columns of a pool."""

    SERVERS = 0
    RESERVED = 1
    BUSY = 2
    WAITING = 3


SLOT_WIDTH, POOL_WIDTH = len(Slot), len(PoolCell)


@dataclass
class EngineArrays:
    """The compiled engine's memory.

    A *node* of the event list is a stream, a pool or a patient's row, in this order; each has at most
    one event to come.
    """

    now: Reals
    """(1,) the time, minutes"""
    cells: Ints
    """[Cell]"""
    node_time: Reals
    """[node] when its event happens"""
    node_key: Ints
    """[node] the tie key of its event"""
    node_place: Ints
    """[node] place in the heap, or NOBODY"""
    heap: Ints
    """[place] node"""
    stream_number: Ints
    """[stream] patients begun so far"""
    slot: Ints
    """[row, Slot]"""
    joined: Reals
    """[row] when the patient joined the queue"""
    free: Ints
    """[i] rows that nobody uses, a stack"""
    work: Ints
    """[i] rows that were granted a server and have not gone on yet, a ring"""
    pool: Ints
    """[pool, PoolCell]"""
    head: Ints
    """[pool, priority] first row of the queue, or NOBODY"""
    tail: Ints
    """[pool, priority] last row"""
    queue_of: Ints
    """[pool, group] number waiting"""
    busy_of: Ints
    """[pool, group] number in service"""
    touched: Reals
    """[pool, group] when these numbers were last counted"""
    server_since: Reals
    """[pool]"""
    level_since: Reals
    """[pool]"""
    counts: Ints
    """[period, pool, group, Count]"""
    amounts: Reals
    """[period, pool, group, Amount]"""
    edges: Reals
    """[bin] upper edges of the wait histogram"""
    histogram: Ints
    """[row, bin]"""
    level_minutes: Reals
    """As in `Tally`."""
    log: Reals
    """[row, column]"""


def new_arrays(tally: Tally, streams: int, pools: int, rows: int, log: bool) -> EngineArrays:
    """Return the memory at time 0; the tally's arrays are shared, not copied."""
    groups, nodes = tally.counts.shape[2], streams + pools + rows
    cells = np.zeros(len(Cell), dtype=np.int64)
    cells[[Cell.STREAMS, Cell.POOLS, Cell.GROUPS, Cell.ROWS]] = streams, pools, groups, rows
    cells[Cell.FREE_ROWS] = rows
    cells[Cell.LOGGING] = int(log)
    cells[Cell.BINS] = tally.wait_edges.size

    def zeros(size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    return EngineArrays(
        now=np.zeros(1),
        cells=cells,
        node_time=np.zeros(nodes),
        node_key=zeros(nodes),
        node_place=np.full(nodes, NOBODY),
        heap=zeros(nodes),
        stream_number=zeros(max(streams, 1)),
        slot=zeros(rows * SLOT_WIDTH),
        joined=np.zeros(rows),
        free=np.arange(rows - 1, -1, -1),
        work=zeros(rows),
        pool=zeros(pools * POOL_WIDTH),
        head=np.full(pools * PRIORITIES, NOBODY),
        tail=np.full(pools * PRIORITIES, NOBODY),
        queue_of=zeros(pools * groups),
        busy_of=zeros(pools * groups),
        touched=np.zeros(pools * groups),
        server_since=np.zeros(pools),
        level_since=np.zeros(pools),
        counts=tally.counts.ravel(),
        amounts=tally.amounts.ravel(),
        edges=tally.wait_edges,
        histogram=tally.wait_histogram.ravel(),
        level_minutes=tally.level_minutes,
        log=np.zeros(LOG_ROWS * LOG_WIDTH if log else 1),
    )


def grow_rows(arrays: EngineArrays, rows: int) -> None:
    """Make room for `rows` patients; nobody may be in the ring of work."""
    old = int(arrays.cells[Cell.ROWS])
    more = rows - old
    zeros = np.zeros(more, dtype=np.int64)
    arrays.node_time = np.concatenate([arrays.node_time, np.zeros(more)])
    arrays.node_key = np.concatenate([arrays.node_key, zeros])
    arrays.node_place = np.concatenate([arrays.node_place, np.full(more, NOBODY)])
    arrays.heap = np.concatenate([arrays.heap, zeros])
    arrays.slot = np.concatenate([arrays.slot, np.zeros(more * SLOT_WIDTH, dtype=np.int64)])
    arrays.joined = np.concatenate([arrays.joined, np.zeros(more)])
    free = int(arrays.cells[Cell.FREE_ROWS])
    stack = np.concatenate([arrays.free[:free], np.arange(rows - 1, old - 1, -1)])
    arrays.free = np.concatenate([stack, np.zeros(rows - stack.size, dtype=np.int64)])
    arrays.work = np.zeros(rows, dtype=np.int64)
    arrays.cells[[Cell.ROWS, Cell.FREE_ROWS]] = rows, stack.size


clock = reader(EngineArrays, "now")
set_clock = writer(EngineArrays, "now")
cell = reader(EngineArrays, "cells")
set_cell = writer(EngineArrays, "cells")
add_cell = adder(EngineArrays, "cells")
node_time = reader(EngineArrays, "node_time")
set_node_time = writer(EngineArrays, "node_time")
node_key = reader(EngineArrays, "node_key")
set_node_key = writer(EngineArrays, "node_key")
node_place = reader(EngineArrays, "node_place")
set_node_place = writer(EngineArrays, "node_place")
heap = reader(EngineArrays, "heap")
set_heap = writer(EngineArrays, "heap")
stream_number = reader(EngineArrays, "stream_number")
set_stream_number = writer(EngineArrays, "stream_number")
joined = reader(EngineArrays, "joined")
set_joined = writer(EngineArrays, "joined")
free = reader(EngineArrays, "free")
set_free = writer(EngineArrays, "free")
work = reader(EngineArrays, "work")
set_work = writer(EngineArrays, "work")
head = reader(EngineArrays, "head")
set_head = writer(EngineArrays, "head")
tail = reader(EngineArrays, "tail")
set_tail = writer(EngineArrays, "tail")
queue_of = reader(EngineArrays, "queue_of")
add_queue_of = adder(EngineArrays, "queue_of")
busy_of = reader(EngineArrays, "busy_of")
add_busy_of = adder(EngineArrays, "busy_of")
touched = reader(EngineArrays, "touched")
set_touched = writer(EngineArrays, "touched")
server_since = reader(EngineArrays, "server_since")
set_server_since = writer(EngineArrays, "server_since")
level_since = reader(EngineArrays, "level_since")
set_level_since = writer(EngineArrays, "level_since")
add_count = adder(EngineArrays, "counts")
add_amount = adder(EngineArrays, "amounts")
edge = reader(EngineArrays, "edges")
add_histogram = adder(EngineArrays, "histogram")
add_level_minutes = adder(EngineArrays, "level_minutes")
set_log = writer(EngineArrays, "log")

number_of = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.NUMBER)
set_number = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.NUMBER)
held_pool = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.HELD_POOL)
set_held_pool = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.HELD_POOL)
held_group = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.HELD_GROUP)
set_held_group = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.HELD_GROUP)
wait_pool = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.WAIT_POOL)
set_wait_pool = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.WAIT_POOL)
wait_priority = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.WAIT_PRIORITY)
set_wait_priority = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.WAIT_PRIORITY)
wait_group = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.WAIT_GROUP)
set_wait_group = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.WAIT_GROUP)
next_row = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.NEXT)
set_next_row = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.NEXT)
previous_row = column_reader(EngineArrays, "slot", SLOT_WIDTH, Slot.PREVIOUS)
set_previous_row = column_writer(EngineArrays, "slot", SLOT_WIDTH, Slot.PREVIOUS)
servers = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.SERVERS)
set_pool_servers = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.SERVERS)
reserved = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.RESERVED)
set_reserved = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.RESERVED)
busy = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.BUSY)
set_busy = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.BUSY)
waiting = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.WAITING)
set_waiting = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.WAITING)

COUNTS, AMOUNTS = len(Count), len(Amount)
