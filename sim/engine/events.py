"""The compiled engine's event list: a heap of nodes with at most one event each, ordered by the tie rule."""

from __future__ import annotations

from sim.engine.arrays import (
    NOBODY,
    Cell,
    add_cell,
    cell,
    heap,
    node_key,
    node_place,
    node_time,
    set_heap,
    set_node_key,
    set_node_place,
    set_node_time,
)
from sim.kernel import kernel

_NUMBER_BITS = 56
"""Patient, pool and stream numbers are below 2 ** 56; the rank stands above them."""
_CHILDREN = 4


@kernel
def key_of(rank: int, number: int) -> int:
    """Return the tie key, which orders as `sim.engine.ties.tie_key` does."""
    return (rank << _NUMBER_BITS) + number


@kernel
def rank_of(key: int) -> int:
    """Return the rank of a tie key."""
    return key >> _NUMBER_BITS


@kernel
def _before(e: int, a: int, b: int) -> bool:
    time_a, time_b = node_time(e, a), node_time(e, b)
    if time_a != time_b:
        return time_a < time_b
    return node_key(e, a) < node_key(e, b)


@kernel
def _put(e: int, place: int, node: int) -> None:
    set_heap(e, place, node)
    set_node_place(e, node, place)


@kernel
def _rise(e: int, place: int, node: int) -> int:
    while place > 0:
        parent_place = (place - 1) // _CHILDREN
        parent = heap(e, parent_place)
        if not _before(e, node, parent):
            break
        _put(e, place, parent)
        place = parent_place
    _put(e, place, node)
    return place


@kernel
def _sink(e: int, place: int, node: int) -> None:
    size = cell(e, Cell.HEAP_SIZE)
    while True:
        child_place = place * _CHILDREN + 1
        if child_place >= size:
            break
        best_place, best = child_place, heap(e, child_place)
        for other_place in range(child_place + 1, min(child_place + _CHILDREN, size)):
            other = heap(e, other_place)
            if _before(e, other, best):
                best_place, best = other_place, other
        if not _before(e, best, node):
            break
        _put(e, place, best)
        place = best_place
    _put(e, place, node)


@kernel
def schedule(e: int, node: int, time: float, key: int) -> None:
    """Let a node's event happen at a time, instead of the one it may have had."""
    set_node_time(e, node, time)
    set_node_key(e, node, key)
    place = node_place(e, node)
    if place == NOBODY:
        place = cell(e, Cell.HEAP_SIZE)
        add_cell(e, Cell.HEAP_SIZE, 1)
        _rise(e, place, node)
    elif _rise(e, place, node) == place:
        _sink(e, place, node)


@kernel
def cancel(e: int, node: int) -> None:
    """Let a node have no event."""
    place = node_place(e, node)
    if place == NOBODY:
        return
    set_node_place(e, node, NOBODY)
    add_cell(e, Cell.HEAP_SIZE, -1)
    size = cell(e, Cell.HEAP_SIZE)
    if place < size:
        last = heap(e, size)
        if _rise(e, place, last) == place:
            _sink(e, place, last)
