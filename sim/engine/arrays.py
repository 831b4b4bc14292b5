"""The compiled engine's memory: flat arrays, which `sim.engine.access` reads and writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np

from sim.engine.tally import Amount, Count, Tally, no_range
from sim.memory import compact, record, with_twins
from sim.pathway.steps import PRIORITIES
from sim.world.fields import Ints, Reals
from sim.world.partitions import Partition

NOBODY = -1
LISTED = -2
"""The place of a node whose event lies in a bucket."""
LOG_ROWS = 1 << 13
LOG_MARGIN = 1 << 12
"""Rows that one patient may add to the log at one instant."""
MOST_NUMBERED = 1 << 31
"""Nodes, levels, rows of waits, reserved servers and waiting places: records number them in four bytes."""
SPARE_ROWS = 64
"""Rows kept free for servers whose release is scheduled; see `sim.engine.moves.give_back_last`."""
_FEWEST_BUCKETS, _MOST_BUCKETS = 1 << 8, 1 << 14


class Fixed(IntEnum):
    """Cells of `EngineArrays.fixed`: no kernel changes them, so that each call loads them once."""

    STREAMS = 0
    POOLS = 1
    GROUPS = 2
    FIRST_STREAM = 3
    FIRST_POOL = 4
    FIRST_ROW = 5
    """The node of the first patient's row."""
    START_MINUTE_OF_WEEK = 6
    COUNTING = 7
    LOGGING = 8
    ROWS = 9
    BINS = 10
    MASK = 11
    """Number of buckets less one."""
    ON_GRID = 12
    """1 = times are whole numbers of ticks."""


class Cell(IntEnum):
    """Cells of `EngineArrays.cells`."""

    FREE_ROWS = 0
    BLOCKED = 1
    """Patients who wait for one server while keeping another."""
    WORK_HEAD = 2
    WORK_SIZE = 3
    SENT = 4
    """Rows in transit to another partition, not received there yet."""
    ENTERED = 5
    LEFT = 6
    LOG_SIZE = 7
    FRONT = 8
    """Events in the front heap."""
    LISTED = 9
    """Events in the buckets."""
    BUCKET = 10
    """The last bucket that was moved to the front."""
    EVENTS = 11
    TUNE_AT = 12
    """Number of events after which the bucket width is adapted next."""


class Moment(IntEnum):
    """Cells of `EngineArrays.moments`."""

    NOW = 0
    """minutes"""
    BUCKETS_PER_MINUTE = 1


NODE = record(
    key="i8",
    time="f8",
    joined="f8",
    place="i4",
    next="i4",
    before="i4",
    held_pool="i4",
    wait_pool="i4",
    wait_next="i4",
    wait_previous="i4",
    held_group="u2",
    wait_group="u2",
    wait_priority="u1",
)
"""A node of the event list; all have `key`, `time`, `place`, `next` and `before`, patients the others too.

key
    The tie key of its event; a patient's always ends with the patient's number.
time
    When its event happens, in minutes.
place
    Place in the front heap, LISTED or NOBODY.
next, before
    Its neighbours in a bucket.
held_pool, held_group
    The pool of which the patient holds a server, NOBODY for none, and the group it is counted in.
wait_pool, wait_group, wait_priority
    The pool asked for; of a row in transit to another partition, a pool of that partition.
wait_next, wait_previous
    The rows beside it in the queue.
joined
    When the patient joined the queue, in minutes.
"""
POOL = record(
    servers="i8",
    reserved="i4",
    room="i4",
    busy="i4",
    waiting="i4",
    server_since="f8",
    level_since="f8",
    reserved_for="i4",
    wait_row="i4",
    first_level="i4",
    level_end="i4",
    served_every="i4",
    turn="i4",
)
"""A pool.

servers, reserved
    On duty, and of these reserved.
busy, waiting
    Patients in service and in the queue.
server_since, level_since
    Time, in minutes, up to which the server time, and the time at each number present, has been accumulated.
turn
    Grants that passed over a later class since the one that joined first was served.
room, reserved_for, wait_row, first_level, level_end, served_every
    As in `sim.world.pools.Pools`, of the present epoch.
"""
GROUP = record(
    queue="i4",
    busy="i4",
    touched="f8",
    **{count.name.lower(): "i8" for count in Count},
    **{amount.name.lower(): "f8" for amount in Amount},
)
"""A pool's group: numbers waiting and in service, the time up to which their areas have been accumulated, and
what was counted since the last flush."""


class QueueEnd(IntEnum):
    """Columns of `EngineArrays.queue`: a row, or NOBODY."""

    FIRST = 0
    LAST = 1


@dataclass
class EngineArrays:
    """The compiled engine's memory of one partition.

    Streams and pools are numbered from the partition's first one. A *node* of the event list is a stream,
    a pool or a patient's row, in this order; each has at most one event scheduled.
    """

    moments: Reals
    """[Moment]"""
    fixed: Ints
    """[Fixed]"""
    cells: Ints
    """[Cell]"""
    node: Ints
    """[node] a `NODE`"""
    front: Ints
    """[place] node, a heap of the events of the current bucket and earlier ones"""
    bucket: Ints
    """[bucket modulo number of lists] the first of its nodes, or NOBODY"""
    stream_number: Ints
    """[stream] onsets so far"""
    free: Ints
    """[i] free rows, a stack"""
    work: Ints
    """[i] rows that were granted a server and have not taken their next step yet, a ring"""
    sent: Ints
    """[i] rows in transit to another partition"""
    pool: Ints
    """[pool] a `POOL`"""
    queue: Ints
    """[pool, priority, QueueEnd]"""
    group: Ints
    """[pool, group] a `GROUP`"""
    edges: Reals
    """[bin] upper edges of the wait histogram"""
    histogram: Ints
    """[row, bin], the tally's own where all pools belong to the partition"""
    wait_range: Reals
    """[row, Extreme] the tally's own, like `histogram`"""
    level_minutes: Reals
    """As in `Tally`."""
    log: Reals
    """[row, column]"""

    def __deepcopy__(self, memo: dict[int, Any]) -> EngineArrays:
        """Copy into one block again; arrays that lie apart stay apart."""
        return compact(with_twins(self, memo, _APART), but=_APART)


_APART = ("edges", "level_minutes", "histogram", "wait_range", "log")
"""Fields that lie elsewhere: some are the tally's own, and a copy of the large empty ones would take up memory
that most of them never use."""


def _buckets(nodes: int) -> int:
    """Return how many buckets a partition's event list gets: a power of two, about one per node."""
    return min(max(_FEWEST_BUCKETS, 1 << (nodes - 1).bit_length()), _MOST_BUCKETS)


def new_arrays(tally: Tally, partition: Partition, rows: int, log_width: int) -> EngineArrays:
    """Return a partition's memory at time 0.

    The tally's times by number present are shared, not copied: a pool belongs to one partition. So are its
    waits where all pools belong to this partition; else those of several ones have a part in their rows.
    """
    groups, pools, streams = tally.counts.shape[2], partition.pools, partition.streams
    nodes, has_all_pools = streams + pools + rows, pools == tally.counts.shape[1]
    histogram = tally.wait_histogram
    _check_numbers(nodes=nodes, levels=tally.level_minutes.size, rows_of_waits=len(histogram))
    fixed = _zeros(len(Fixed))
    fixed[[Fixed.STREAMS, Fixed.POOLS, Fixed.GROUPS, Fixed.ROWS]] = streams, pools, groups, rows
    fixed[[Fixed.FIRST_STREAM, Fixed.FIRST_POOL]] = partition.first_stream, partition.first_pool
    fixed[Fixed.FIRST_ROW] = streams + pools
    fixed[Fixed.LOGGING] = int(log_width > 0)
    fixed[Fixed.BINS] = tally.wait_edges.size
    fixed[Fixed.MASK] = _buckets(nodes) - 1
    cells = _zeros(len(Cell))
    cells[Cell.FREE_ROWS] = rows
    cells[Cell.BUCKET] = NOBODY
    moments = np.zeros(len(Moment))
    moments[Moment.BUCKETS_PER_MINUTE] = 1.0
    arrays = EngineArrays(
        moments=moments,
        fixed=fixed,
        cells=cells,
        node=_new_nodes(nodes),
        front=_zeros(nodes),
        bucket=np.full(_buckets(nodes), NOBODY),
        stream_number=_zeros(max(streams, 1)),
        free=np.arange(rows - 1, -1, -1),
        work=_zeros(rows),
        sent=_zeros(rows),
        pool=np.zeros(pools, POOL).view(np.int64),
        queue=np.full(pools * PRIORITIES * len(QueueEnd), NOBODY),
        group=np.zeros(pools * groups, GROUP).view(np.int64),
        edges=tally.wait_edges,
        histogram=histogram if has_all_pools else np.zeros_like(histogram),
        wait_range=tally.wait_range if has_all_pools else no_range(len(histogram)),
        level_minutes=tally.level_minutes,
        log=np.zeros(LOG_ROWS * log_width or 1),
    )
    return compact(arrays, but=_APART)


def _check_numbers(**sizes: int) -> None:
    """Raise unless things, by name, can be numbered in the columns of records.

    Raises
    ------
    ValueError
    """
    for name, size in sizes.items():
        if size > MOST_NUMBERED:
            what = name.replace("_", " ")
            raise ValueError(f"a partition has {size:,} {what}; allowed: {MOST_NUMBERED:,}")


def _zeros(size: int) -> Ints:
    return np.zeros(size, dtype=np.int64)


def _new_nodes(count: int) -> Ints:
    nodes = np.zeros(count, NODE)
    nodes["place"] = NOBODY
    return nodes.view(np.int64)


def with_rows(arrays: EngineArrays, rows: int) -> EngineArrays:
    """Return the memory with room for `rows` patients; nobody may be in the ring of work."""
    more = rows - int(arrays.fixed[Fixed.ROWS])
    _check_numbers(nodes=arrays.node.view(NODE).size + more)
    free = arrays.free[: int(arrays.cells[Cell.FREE_ROWS])]
    stack = np.concatenate([free, np.arange(rows - 1, rows - more - 1, -1)])
    fixed, cells = arrays.fixed.copy(), arrays.cells.copy()
    fixed[Fixed.ROWS], cells[Cell.FREE_ROWS] = rows, stack.size
    larger = replace(
        arrays,
        fixed=fixed,
        cells=cells,
        node=np.concatenate([arrays.node, _new_nodes(more)]),
        front=np.concatenate([arrays.front, _zeros(more)]),
        free=np.concatenate([stack, _zeros(rows - stack.size)]),
        work=_zeros(rows),
        sent=np.concatenate([arrays.sent, _zeros(more)]),
    )
    return compact(larger, but=_APART)
