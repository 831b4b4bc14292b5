"""How kernels read and write the compiled engine's memory, of which they know the address ``e``."""

from __future__ import annotations

from sim.engine.arrays import (
    NODE_WIDTH,
    POOL_WIDTH,
    WAIT_WIDTH,
    Cell,
    EngineArrays,
    Node,
    PoolCell,
    Wait,
)
from sim.kernel import adder, column_reader, column_writer, kernel, reader, writer

moment = reader(EngineArrays, "moments")
set_moment = writer(EngineArrays, "moments")
cell = reader(EngineArrays, "cells")
set_cell = writer(EngineArrays, "cells")
add_cell = adder(EngineArrays, "cells")
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
pool_cell = reader(EngineArrays, "pool")
set_pool_cell = writer(EngineArrays, "pool")
server_since = reader(EngineArrays, "server_since")
set_server_since = writer(EngineArrays, "server_since")
level_since = reader(EngineArrays, "level_since")
set_level_since = writer(EngineArrays, "level_since")
gauge = reader(EngineArrays, "gauge")
add_gauge = adder(EngineArrays, "gauge")
meter = reader(EngineArrays, "meter")
set_meter = writer(EngineArrays, "meter")
add_meter = adder(EngineArrays, "meter")
edge = reader(EngineArrays, "edges")
add_histogram = adder(EngineArrays, "histogram")
add_level_minutes = adder(EngineArrays, "level_minutes")
set_log = writer(EngineArrays, "log")

node_key = column_reader(EngineArrays, "node", NODE_WIDTH, Node.KEY)
set_node_key = column_writer(EngineArrays, "node", NODE_WIDTH, Node.KEY)
node_place = column_reader(EngineArrays, "node", NODE_WIDTH, Node.PLACE)
set_node_place = column_writer(EngineArrays, "node", NODE_WIDTH, Node.PLACE)
node_next = column_reader(EngineArrays, "node", NODE_WIDTH, Node.NEXT)
set_node_next = column_writer(EngineArrays, "node", NODE_WIDTH, Node.NEXT)
node_before = column_reader(EngineArrays, "node", NODE_WIDTH, Node.BEFORE)
set_node_before = column_writer(EngineArrays, "node", NODE_WIDTH, Node.BEFORE)
node_time = column_reader(EngineArrays, "node", NODE_WIDTH, Node.TIME, real=True)
set_node_time = column_writer(EngineArrays, "node", NODE_WIDTH, Node.TIME, real=True)
node_number = column_reader(EngineArrays, "node", NODE_WIDTH, Node.NUMBER)
set_node_number = column_writer(EngineArrays, "node", NODE_WIDTH, Node.NUMBER)
node_held_pool = column_reader(EngineArrays, "node", NODE_WIDTH, Node.HELD_POOL)
set_node_held_pool = column_writer(EngineArrays, "node", NODE_WIDTH, Node.HELD_POOL)
node_held_group = column_reader(EngineArrays, "node", NODE_WIDTH, Node.HELD_GROUP)
set_node_held_group = column_writer(EngineArrays, "node", NODE_WIDTH, Node.HELD_GROUP)
wait_pool = column_reader(EngineArrays, "wait", WAIT_WIDTH, Wait.POOL)
set_wait_pool = column_writer(EngineArrays, "wait", WAIT_WIDTH, Wait.POOL)
wait_priority = column_reader(EngineArrays, "wait", WAIT_WIDTH, Wait.PRIORITY)
set_wait_priority = column_writer(EngineArrays, "wait", WAIT_WIDTH, Wait.PRIORITY)
wait_group = column_reader(EngineArrays, "wait", WAIT_WIDTH, Wait.GROUP)
set_wait_group = column_writer(EngineArrays, "wait", WAIT_WIDTH, Wait.GROUP)
next_row = column_reader(EngineArrays, "wait", WAIT_WIDTH, Wait.NEXT)
set_next_row = column_writer(EngineArrays, "wait", WAIT_WIDTH, Wait.NEXT)
previous_row = column_reader(EngineArrays, "wait", WAIT_WIDTH, Wait.PREVIOUS)
set_previous_row = column_writer(EngineArrays, "wait", WAIT_WIDTH, Wait.PREVIOUS)
joined = column_reader(EngineArrays, "wait", WAIT_WIDTH, Wait.JOINED, real=True)
set_joined = column_writer(EngineArrays, "wait", WAIT_WIDTH, Wait.JOINED, real=True)
servers = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.SERVERS)
set_pool_servers = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.SERVERS)
reserved = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.RESERVED)
set_reserved = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.RESERVED)
busy = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.BUSY)
set_busy = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.BUSY)
waiting = column_reader(EngineArrays, "pool", POOL_WIDTH, PoolCell.WAITING)
set_waiting = column_writer(EngineArrays, "pool", POOL_WIDTH, PoolCell.WAITING)


@kernel
def node_of_row(e: int, row: int) -> int:
    """Return the event-list node of a patient's row."""
    return cell(e, Cell.STREAMS) + cell(e, Cell.POOLS) + row


@kernel
def number_of(e: int, row: int) -> int:
    """Return the number of the patient in a row."""
    return node_number(e, node_of_row(e, row))


@kernel
def set_number(e: int, row: int, number: int) -> None:
    """Set the number of the patient in a row."""
    set_node_number(e, node_of_row(e, row), number)


@kernel
def held_pool(e: int, row: int) -> int:
    """Return the pool of which a patient holds a server, or NOBODY."""
    return node_held_pool(e, node_of_row(e, row))


@kernel
def held_group(e: int, row: int) -> int:
    """Return the group in which the held server is counted."""
    return node_held_group(e, node_of_row(e, row))


@kernel
def set_held(e: int, row: int, pool: int, group: int) -> None:
    """Set what a patient holds."""
    node = node_of_row(e, row)
    set_node_held_pool(e, node, pool)
    set_node_held_group(e, node, group)
