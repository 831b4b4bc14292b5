"""Rows and servers of the compiled engine: taken, released, and transferred to other partitions."""

from __future__ import annotations

from sim.engine import access as a
from sim.engine.arrays import NOBODY, Cell, Moment
from sim.engine.events import schedule
from sim.engine.keys import key_of, rank_of
from sim.engine.queues import is_here, release
from sim.engine.ties import GIVEN_BACK
from sim.kernel import kernel


@kernel
def take_row(e: int) -> int:
    """Return a free row."""
    left = a.cell(e, Cell.FREE_ROWS) - 1
    if left < 0:
        raise RuntimeError("no row is free; more servers were given back at once than expected")
    a.set_cell(e, Cell.FREE_ROWS, left)
    return a.free(e, left)


@kernel
def free_row(e: int, row: int) -> None:
    """Put a row back on the stack of free ones."""
    a.set_free(e, a.cell(e, Cell.FREE_ROWS), row)
    a.add_cell(e, Cell.FREE_ROWS, 1)


@kernel
def expect(e: int, row: int, pool: int, time: float, key: int) -> None:
    """Schedule a row's event in the partition that a pool belongs to: this one, or another."""
    node = a.node_of_row(e, row)
    if pool == NOBODY or is_here(e, pool):
        schedule(e, node, time, key)
        return
    if time <= a.moment(e, Moment.NOW) and rank_of(key) != GIVEN_BACK:
        raise ValueError("the way to another partition takes time")
    a.set_wait_pool(e, row, pool)
    a.set_node_time(e, node, time)
    a.set_node_key(e, node, key)
    a.set_sent(e, a.cell(e, Cell.SENT), row)
    a.add_cell(e, Cell.SENT, 1)


@kernel
def let_go(e: int, row: int) -> None:
    """Release the server that a patient holds, if any."""
    pool = a.held_pool(e, row)
    if pool != NOBODY:
        if not is_here(e, pool):
            raise ValueError("a server of another partition can only be exchanged for a new one")
        group = a.held_group(e, row)
        a.set_held(e, row, NOBODY, 0)
        release(e, pool, group)


@kernel
def give_back_last(e: int, row: int) -> None:
    """Schedule the release of a server kept during a wait, after all other events of this instant.

    Last, because the server may belong to another partition, which receives the release after it has done
    everything else.
    """
    pool, spare = a.held_pool(e, row), take_row(e)
    a.set_held(e, spare, pool, a.held_group(e, row))
    expect(e, spare, pool, a.moment(e, Moment.NOW), key_of(GIVEN_BACK, a.number_of(e, row)))


@kernel
def take_back(e: int, row: int) -> None:
    """Release a server whose release was scheduled by `give_back_last`."""
    release(e, a.held_pool(e, row), a.held_group(e, row))
    free_row(e, row)


@kernel
def hold_server(e: int, row: int, pool: int, group: int) -> None:
    """Let a patient hold a server that was granted, in place of the one held so far."""
    if a.held_pool(e, row) != NOBODY:
        give_back_last(e, row)
    a.set_held(e, row, pool, group)


@kernel
def count_blocked(e: int, row: int, change: int) -> None:
    """Count a patient as blocked, or no longer: one who holds a server while waiting for another."""
    if a.held_pool(e, row) != NOBODY:
        a.add_cell(e, Cell.BLOCKED, change)
