"""What the compiled engine remembers: flat arrays, which `sim.engine.access` reads and writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np

from sim.engine.log import LOG_WIDTH
from sim.engine.tally import Amount, Count, Tally
from sim.memory import compact, with_twins
from sim.pathway.steps import PRIORITIES
from sim.world.fields import Ints, Reals
from sim.world.partitions import Partition

NOBODY = -1
LISTED = -2
"""The place of a node whose event lies in a bucket."""
LOG_ROWS = 1 << 13
LOG_MARGIN = 1 << 12
"""Rows that one patient may add to the log at one instant."""
SPARE_ROWS = 64
"""Rows kept free for servers that are given back; see `sim.engine.moves.give_back_last`."""
_FEWEST_BUCKETS, _MOST_BUCKETS = 1 << 8, 1 << 14


class Cell(IntEnum):
    """Cells of `EngineArrays.cells`."""

    STREAMS = 0
    POOLS = 1
    GROUPS = 2
    FIRST_STREAM = 3
    FIRST_POOL = 4
    COUNTING = 5
    START_MINUTE_OF_WEEK = 6
    ROWS = 7
    FREE_ROWS = 8
    BLOCKED = 9
    """Patients who wait for one server and keep another meanwhile."""
    WORK_HEAD = 10
    WORK_SIZE = 11
    SENT = 12
    """Rows that go to another partition and have not been received there yet."""
    ENTERED = 13
    LEFT = 14
    LOGGING = 15
    LOG_SIZE = 16
    BINS = 17
    FRONT = 18
    """Events in the front heap."""
    LISTED = 19
    """Events in the buckets."""
    BUCKET = 20
    """The last bucket that was moved to the front."""
    MASK = 21
    """Number of buckets less one."""
    EVENTS = 22
    TUNE_AT = 23
    """Number of events after which the width of the buckets is looked at again."""


class Moment(IntEnum):
    """Cells of `EngineArrays.moments`."""

    NOW = 0
    """minutes"""
    BUCKETS_PER_MINUTE = 1


class Node(IntEnum):
    """Columns of a node of the event list; those from NUMBER on are of patients."""

    KEY = 0
    """The tie key of its event."""
    TIME = 1
    """When it happens, a real number."""
    PLACE = 2
    """Place in the front heap, LISTED or NOBODY."""
    NEXT = 3
    BEFORE = 4
    NUMBER = 5
    HELD_POOL = 6
    HELD_GROUP = 7


class Wait(IntEnum):
    """Columns of a row's place in a queue."""

    POOL = 0
    """The pool asked for; of a row on its way to another partition, a pool of that one."""
    PRIORITY = 1
    GROUP = 2
    NEXT = 3
    PREVIOUS = 4
    JOINED = 5
    """When the patient joined, a real number."""


class PoolCell(IntEnum):
    """Columns of a pool; then follow the first and last rows of its queues, by priority."""

    SERVERS = 0
    RESERVED = 1
    BUSY = 2
    WAITING = 3
    HEAD = 4
    TAIL = HEAD + PRIORITIES


class Gauge(IntEnum):
    """Columns of a pool's group: numbers now; then follow the `Count`s since the last flush."""

    QUEUE = 0
    BUSY = 1
    COUNT = 2


class Meter(IntEnum):
    """Columns of a pool's group: when it was last counted; then follow the `Amount`s."""

    TOUCHED = 0
    AMOUNT = 1


NODE_WIDTH, WAIT_WIDTH, GAUGE_WIDTH, METER_WIDTH = len(Node), 8, 8, 8
POOL_WIDTH = PoolCell.TAIL + PRIORITIES
assert Gauge.COUNT + len(Count) <= GAUGE_WIDTH
assert Meter.AMOUNT + len(Amount) <= METER_WIDTH


@dataclass
class EngineArrays:
    """The compiled engine's memory of one partition.

    Streams and pools are numbered from the partition's first one. A *node* of the event list is a stream,
    a pool or a patient's row, in this order; each has at most one event to come.
    """

    moments: Reals
    """[Moment]"""
    cells: Ints
    """[Cell]"""
    node: Ints
    """[node, Node]"""
    front: Ints
    """[place] node, a heap of the events of the present bucket and before"""
    bucket: Ints
    """[bucket modulo their number] the first of its nodes, or NOBODY"""
    stream_number: Ints
    """[stream] patients begun so far"""
    wait: Ints
    """[row, Wait]"""
    free: Ints
    """[i] rows that nobody uses, a stack"""
    work: Ints
    """[i] rows that were granted a server and have not gone on yet, a ring"""
    sent: Ints
    """[i] rows that go to another partition"""
    pool: Ints
    """[pool, PoolCell]"""
    server_since: Reals
    """[pool]"""
    level_since: Reals
    """[pool]"""
    gauge: Ints
    """[pool, group, Gauge]"""
    meter: Reals
    """[pool, group, Meter]"""
    edges: Reals
    """[bin] upper edges of the wait histogram"""
    histogram: Ints
    """[row, bin]"""
    level_minutes: Reals
    """As in `Tally`."""
    log: Reals
    """[row, column]"""

    def __deepcopy__(self, memo: dict[int, Any]) -> EngineArrays:
        """Copy in one piece again; what lies elsewhere is copied there."""
        return compact(with_twins(self, memo, _APART), but=_APART)


_APART = ("edges", "level_minutes", "histogram", "log")
"""Fields that lie elsewhere: the first two are the tally's own, and a copy of the large empty ones would take
up memory that most of them never use."""


def _buckets(nodes: int) -> int:
    """Return how many buckets a partition's event list gets: a power of two, about one per node."""
    return min(max(_FEWEST_BUCKETS, 1 << (nodes - 1).bit_length()), _MOST_BUCKETS)


def new_arrays(tally: Tally, partition: Partition, rows: int, log: bool) -> EngineArrays:
    """Return a partition's memory at time 0.

    The tally's times by number present are shared, not copied: a pool belongs to one partition. The rows of the
    wait histogram are not, pools of several partitions have a part in them.
    """
    groups, pools, streams = tally.counts.shape[2], partition.pools, partition.streams
    nodes = streams + pools + rows
    cells = np.zeros(len(Cell), dtype=np.int64)
    cells[[Cell.STREAMS, Cell.POOLS, Cell.GROUPS, Cell.ROWS]] = streams, pools, groups, rows
    cells[[Cell.FIRST_STREAM, Cell.FIRST_POOL]] = partition.first_stream, partition.first_pool
    cells[Cell.FREE_ROWS] = rows
    cells[Cell.LOGGING] = int(log)
    cells[Cell.BINS] = tally.wait_edges.size
    cells[Cell.MASK] = _buckets(nodes) - 1
    cells[Cell.BUCKET] = NOBODY
    moments = np.zeros(len(Moment))
    moments[Moment.BUCKETS_PER_MINUTE] = 1.0
    pool = np.full((pools, POOL_WIDTH), NOBODY)
    pool[:, : PoolCell.HEAD] = 0
    arrays = EngineArrays(
        moments=moments,
        cells=cells,
        node=_new_nodes(nodes),
        front=_zeros(nodes),
        bucket=np.full(_buckets(nodes), NOBODY),
        stream_number=_zeros(max(streams, 1)),
        wait=_zeros(rows * WAIT_WIDTH),
        free=np.arange(rows - 1, -1, -1),
        work=_zeros(rows),
        sent=_zeros(rows),
        pool=pool.ravel(),
        server_since=np.zeros(pools),
        level_since=np.zeros(pools),
        gauge=_zeros(pools * groups * GAUGE_WIDTH),
        meter=np.zeros(pools * groups * METER_WIDTH),
        edges=tally.wait_edges,
        histogram=_zeros(tally.wait_histogram.size),
        level_minutes=tally.level_minutes,
        log=np.zeros(LOG_ROWS * LOG_WIDTH if log else 1),
    )
    return compact(arrays, but=_APART)


def _zeros(size: int) -> Ints:
    return np.zeros(size, dtype=np.int64)


def _new_nodes(count: int) -> Ints:
    nodes = np.zeros((count, NODE_WIDTH), dtype=np.int64)
    nodes[:, Node.PLACE] = NOBODY
    return nodes.ravel()


def with_rows(arrays: EngineArrays, rows: int) -> EngineArrays:
    """Return the memory with room for `rows` patients; nobody may be in the ring of work."""
    more = rows - int(arrays.cells[Cell.ROWS])
    free = arrays.free[: int(arrays.cells[Cell.FREE_ROWS])]
    stack = np.concatenate([free, np.arange(rows - 1, rows - more - 1, -1)])
    cells = arrays.cells.copy()
    cells[[Cell.ROWS, Cell.FREE_ROWS]] = rows, stack.size
    larger = replace(
        arrays,
        cells=cells,
        node=np.concatenate([arrays.node, _new_nodes(more)]),
        front=np.concatenate([arrays.front, _zeros(more)]),
        wait=np.concatenate([arrays.wait, _zeros(more * WAIT_WIDTH)]),
        free=np.concatenate([stack, _zeros(rows - stack.size)]),
        work=_zeros(rows),
        sent=np.concatenate([arrays.sent, _zeros(more)]),
    )
    return compact(larger, but=_APART)
