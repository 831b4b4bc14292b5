"""Reading and writing the compiled engine's memory, which kernels know by its address ``e``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sim.engine.arrays import GROUP, NODE, POOL, EngineArrays, Fixed
from sim.engine.keys import key_of, number_in
from sim.kernel import kernel
from sim.lookup import adder, column_adder, columns, reader, writer

_Get: TypeAlias = Callable[[int, int], Any]
_Set: TypeAlias = Callable[[int, int, Any], None]

fixed = reader(EngineArrays, "fixed")
moment = reader(EngineArrays, "moments")
set_moment = writer(EngineArrays, "moments")
cell = reader(EngineArrays, "cells")
set_cell = writer(EngineArrays, "cells")
add_cell = adder(EngineArrays, "cells")
end_of_queue = reader(EngineArrays, "queue")
set_end_of_queue = writer(EngineArrays, "queue")
front = reader(EngineArrays, "front")
set_front = writer(EngineArrays, "front")
bucket = reader(EngineArrays, "bucket")
set_bucket = writer(EngineArrays, "bucket")
stream_number = reader(EngineArrays, "stream_number")
set_stream_number = writer(EngineArrays, "stream_number")
free = reader(EngineArrays, "free")
set_free = writer(EngineArrays, "free")
work = reader(EngineArrays, "work")
set_work = writer(EngineArrays, "work")
sent = reader(EngineArrays, "sent")
set_sent = writer(EngineArrays, "sent")
edge = reader(EngineArrays, "edges")
add_histogram = adder(EngineArrays, "histogram")
wait_extreme = reader(EngineArrays, "wait_range")
set_wait_extreme = writer(EngineArrays, "wait_range")
add_level_minutes = adder(EngineArrays, "level_minutes")
set_log = writer(EngineArrays, "log")


@kernel
def node_of_row(e: int, row: int) -> int:
    """Return the event-list node of a patient's row."""
    return fixed(e, Fixed.FIRST_ROW) + row


_node = columns(EngineArrays, "node", NODE)
_pool = columns(EngineArrays, "pool", POOL)
_group = columns(EngineArrays, "group", GROUP)


def _patient(column: str) -> tuple[_Get, _Set]:
    """Return how a column of a patient's node is read and written, by the patient's row."""
    read, write = _node(column)

    @kernel
    def get(e: int, row: int) -> Any:
        return read(e, node_of_row(e, row))

    @kernel
    def put(e: int, row: int, value: Any) -> None:
        write(e, node_of_row(e, row), value)

    return get, put


def _group_adder(column: str) -> _Set:
    """Return how a column of a group is added to, by the group's cell."""
    return column_adder(EngineArrays, "group", GROUP, column)


node_key, set_node_key = _node("key")
node_time, set_node_time = _node("time")
node_place, set_node_place = _node("place")
node_next, set_node_next = _node("next")
node_before, set_node_before = _node("before")

held_pool, _set_held_pool = _patient("held_pool")
held_group, _set_held_group = _patient("held_group")
wait_pool, set_wait_pool = _patient("wait_pool")
wait_group, set_wait_group = _patient("wait_group")
wait_priority, set_wait_priority = _patient("wait_priority")
wait_next, set_wait_next = _patient("wait_next")
wait_previous, set_wait_previous = _patient("wait_previous")
joined, set_joined = _patient("joined")

servers, set_servers = _pool("servers")
reserved, set_reserved = _pool("reserved")
busy, set_busy = _pool("busy")
waiting, set_waiting = _pool("waiting")
server_since, set_server_since = _pool("server_since")
level_since, set_level_since = _pool("level_since")
room, set_room = _pool("room")
reserved_for, set_reserved_for = _pool("reserved_for")
wait_row, set_wait_row = _pool("wait_row")
first_level, set_first_level = _pool("first_level")
level_end, set_level_end = _pool("level_end")
served_every, set_served_every = _pool("served_every")
turn, set_turn = _pool("turn")

queue_of, _ = _group("queue")
busy_of, _ = _group("busy")
touched, set_touched = _group("touched")
add_queue, add_busy = _group_adder("queue"), _group_adder("busy")
add_joined, add_granted, add_waited = map(_group_adder, ("joined", "granted", "waited"))
add_reneged, add_refused = _group_adder("reneged"), _group_adder("refused")
add_wait, add_wait_squared = _group_adder("wait"), _group_adder("wait_squared")
add_queue_area, add_busy_area = _group_adder("queue_area"), _group_adder("busy_area")
add_server_area, add_lost_wait = _group_adder("server_area"), _group_adder("lost_wait")


@kernel
def number_of(e: int, row: int) -> int:
    """Return the number of the patient in a row."""
    return number_in(node_key(e, node_of_row(e, row)))


@kernel
def set_number(e: int, row: int, number: int) -> None:
    """Set the number of the patient in a row, who has no event scheduled."""
    set_node_key(e, node_of_row(e, row), key_of(0, number))


@kernel
def set_held(e: int, row: int, pool: int, group: int) -> None:
    """Set what a patient holds."""
    _set_held_pool(e, row, pool)
    _set_held_group(e, row, group)
