"""The compiled engine's event list: nodes with at most one event each, ordered by the tie rule.

A calendar queue (Brown 1988): events lie unordered in buckets of equal width, bucket number `n` in list
``n modulo the number of lists``. Only the events of the current bucket and earlier ones are sorted, in a small
heap. The bucket width affects speed, never the order.
"""

from __future__ import annotations

from sim.engine import access as a
from sim.engine.arrays import LISTED, NOBODY, Cell, Fixed, Moment
from sim.kernel import entry_kernel, kernel

_CHILDREN = 4
_LAST_BUCKET = 2.0**62


# --- the front: a heap -------------------------------------------------------------------------


@kernel
def _before(e: int, a_node: int, b_node: int) -> bool:
    time_a, time_b = a.node_time(e, a_node), a.node_time(e, b_node)
    # Without a branch, which the processor could not predict.
    first = a.node_key(e, a_node) < a.node_key(e, b_node)
    return (time_a < time_b) | ((time_a == time_b) & first)


@kernel
def _put(e: int, place: int, node: int) -> None:
    a.set_front(e, place, node)
    a.set_node_place(e, node, place)


@kernel
def _rise(e: int, place: int, node: int) -> int:
    while place > 0:
        parent_place = (place - 1) // _CHILDREN
        parent = a.front(e, parent_place)
        if not _before(e, node, parent):
            break
        _put(e, place, parent)
        place = parent_place
    _put(e, place, node)
    return place


@kernel
def _sink(e: int, place: int, node: int) -> None:
    size = a.cell(e, Cell.FRONT)
    while True:
        child_place = place * _CHILDREN + 1
        if child_place >= size:
            break
        best_place, best = child_place, a.front(e, child_place)
        for other_place in range(child_place + 1, min(child_place + _CHILDREN, size)):
            other = a.front(e, other_place)
            if _before(e, other, best):
                best_place, best = other_place, other
        if not _before(e, best, node):
            break
        _put(e, place, best)
        place = best_place
    _put(e, place, node)


@kernel
def _enter_front(e: int, node: int) -> None:
    place = a.cell(e, Cell.FRONT)
    a.add_cell(e, Cell.FRONT, 1)
    _rise(e, place, node)


@kernel
def _leave_front(e: int, place: int) -> None:
    a.add_cell(e, Cell.FRONT, -1)
    size = a.cell(e, Cell.FRONT)
    if place < size:
        last = a.front(e, size)
        if _rise(e, place, last) == place:
            _sink(e, place, last)


# --- the buckets ---------------------------------------------------------------------------------


@kernel
def _bucket_of(e: int, time: float) -> int:
    """Return the number of a time's bucket; all times too far away for a number share the last one."""
    number = time * a.moment(e, Moment.BUCKETS_PER_MINUTE)
    return int(number) if number < _LAST_BUCKET else int(_LAST_BUCKET)


@kernel
def _enter_bucket(e: int, node: int, number: int) -> None:
    place = number & a.fixed(e, Fixed.MASK)
    first = a.bucket(e, place)
    a.set_node_place(e, node, LISTED)
    a.set_node_next(e, node, first)
    a.set_node_before(e, node, NOBODY)
    if first != NOBODY:
        a.set_node_before(e, first, node)
    a.set_bucket(e, place, node)
    a.add_cell(e, Cell.LISTED, 1)


@kernel
def _leave_bucket(e: int, node: int) -> None:
    before, after = a.node_before(e, node), a.node_next(e, node)
    if before == NOBODY:
        place = _bucket_of(e, a.node_time(e, node)) & a.fixed(e, Fixed.MASK)
        a.set_bucket(e, place, after)
    else:
        a.set_node_next(e, before, after)
    if after != NOBODY:
        a.set_node_before(e, after, before)
    a.add_cell(e, Cell.LISTED, -1)


@kernel
def _earliest_bucket(e: int) -> int:
    """Return the number of the first bucket with an event; some bucket has one."""
    earliest = NOBODY
    for place in range(a.fixed(e, Fixed.MASK) + 1):
        node = a.bucket(e, place)
        while node != NOBODY:
            number = _bucket_of(e, a.node_time(e, node))
            if earliest == NOBODY or number < earliest:
                earliest = number
            node = a.node_next(e, node)
    return earliest


@kernel
def _link(e: int, place: int, node: int, before: int) -> None:
    """Append a node to a list that ended with `before`."""
    a.set_node_before(e, node, before)
    a.set_node_next(e, node, NOBODY)
    if before == NOBODY:
        a.set_bucket(e, place, node)
    else:
        a.set_node_next(e, before, node)


@kernel
def _move_bucket(e: int, number: int) -> None:
    """Move the events of a bucket to the front; later ones in the same list stay."""
    place = number & a.fixed(e, Fixed.MASK)
    node, stays, moved = a.bucket(e, place), NOBODY, 0
    a.set_bucket(e, place, NOBODY)
    while node != NOBODY:
        after = a.node_next(e, node)
        if _bucket_of(e, a.node_time(e, node)) <= number:
            _enter_front(e, node)
            moved += 1
        else:
            _link(e, place, node, stays)
            stays = node
        node = after
    a.add_cell(e, Cell.LISTED, -moved)


@kernel
def _fill_front(e: int, until: float) -> None:
    """Move the next events to the front, if there are any before `until`."""
    last, lists = _bucket_of(e, until), a.fixed(e, Fixed.MASK) + 1
    number, passed = a.cell(e, Cell.BUCKET), 0
    while a.cell(e, Cell.LISTED) > 0 and a.cell(e, Cell.FRONT) == 0 and number < last:
        number += 1
        passed += 1
        if passed > lists:
            # A whole year of the calendar without an event: all are far away.
            number, passed = min(_earliest_bucket(e), last), 0
        _move_bucket(e, number)
    a.set_cell(e, Cell.BUCKET, number)


# --- both -------------------------------------------------------------------------------------------


@kernel
def _enter(e: int, node: int) -> None:
    number = _bucket_of(e, a.node_time(e, node))
    if number <= a.cell(e, Cell.BUCKET):
        _enter_front(e, node)
    else:
        _enter_bucket(e, node, number)


@kernel
def cancel(e: int, node: int) -> None:
    """Cancel a node's event, if it has one."""
    place = a.node_place(e, node)
    if place == NOBODY:
        return
    if place == LISTED:
        _leave_bucket(e, node)
    else:
        _leave_front(e, place)
    a.set_node_place(e, node, NOBODY)


@kernel
def schedule(e: int, node: int, time: float, key: int) -> None:
    """Schedule a node's event, in place of the one it may have."""
    if a.node_place(e, node) != NOBODY:
        cancel(e, node)
    a.set_node_time(e, node, time)
    a.set_node_key(e, node, key)
    _enter(e, node)


@kernel
def next_node(e: int, until: float) -> int:
    """Return the node whose event comes first, or NOBODY when none comes before `until`."""
    if a.cell(e, Cell.FRONT) == 0:
        _fill_front(e, until)
        if a.cell(e, Cell.FRONT) == 0:
            return NOBODY
    node = a.front(e, 0)
    return node if a.node_time(e, node) < until else NOBODY


@kernel
def take_next(e: int) -> None:
    """Remove the event that `next_node` returned."""
    a.set_node_place(e, a.front(e, 0), NOBODY)
    a.add_cell(e, Cell.FRONT, -1)
    size = a.cell(e, Cell.FRONT)
    if size > 0:
        _sink(e, 0, a.front(e, size))


@entry_kernel
def set_bucket_width(e: int, buckets_per_minute: float) -> None:
    """Sort all events into buckets of another width."""
    nodes = a.fixed(e, Fixed.FIRST_ROW) + a.fixed(e, Fixed.ROWS)
    for place in range(a.fixed(e, Fixed.MASK) + 1):
        a.set_bucket(e, place, NOBODY)
    a.set_cell(e, Cell.FRONT, 0)
    a.set_cell(e, Cell.LISTED, 0)
    a.set_moment(e, Moment.BUCKETS_PER_MINUTE, buckets_per_minute)
    a.set_cell(e, Cell.BUCKET, _bucket_of(e, a.moment(e, Moment.NOW)))
    for node in range(nodes):
        if a.node_place(e, node) != NOBODY:
            _enter(e, node)
