"""How kernels read and write the compiled engine's memory, of which they know the address ``e``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sim.engine.arrays import NODE, POOL, EngineArrays, Fixed
from sim.engine.keys import key_of, number_in
from sim.kernel import kernel
from sim.lookup import adder, column_reader, column_writer, reader, writer

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
gauge = reader(EngineArrays, "gauge")
add_gauge = adder(EngineArrays, "gauge")
meter = reader(EngineArrays, "meter")
set_meter = writer(EngineArrays, "meter")
add_meter = adder(EngineArrays, "meter")
edge = reader(EngineArrays, "edges")
add_histogram = adder(EngineArrays, "histogram")
add_level_minutes = adder(EngineArrays, "level_minutes")
set_log = writer(EngineArrays, "log")


@kernel
def node_of_row(e: int, row: int) -> int:
    """Return the event-list node of a patient's row."""
    return fixed(e, Fixed.FIRST_ROW) + row


def _node(column: str) -> tuple[_Get, _Set]:
    """Return how a column of a node is read and written, by the node."""
    return (
        column_reader(EngineArrays, "node", NODE, column),
        column_writer(EngineArrays, "node", NODE, column),
    )


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


def _pool(column: str) -> tuple[_Get, _Set]:
    return (
        column_reader(EngineArrays, "pool", POOL, column),
        column_writer(EngineArrays, "pool", POOL, column),
    )


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

servers, set_pool_servers = _pool("servers")
reserved, set_reserved = _pool("reserved")
busy, set_busy = _pool("busy")
waiting, set_waiting = _pool("waiting")
server_since, set_server_since = _pool("server_since")
level_since, set_level_since = _pool("level_since")


@kernel
def number_of(e: int, row: int) -> int:
    """Return the number of the patient in a row."""
    return number_in(node_key(e, node_of_row(e, row)))


@kernel
def set_number(e: int, row: int, number: int) -> None:
    """Set the number of the patient in a row, who has no event to come."""
    set_node_key(e, node_of_row(e, row), key_of(0, number))


@kernel
def set_held(e: int, row: int, pool: int, group: int) -> None:
    """Set what a patient holds."""
    _set_held_pool(e, row, pool)
    _set_held_group(e, row, group)
