"""Rows of the compiled engine: taken, given back, and sent to other partitions."""

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
    """Return a row that nobody uses."""
    left = a.cell(e, Cell.FREE_ROWS) - 1
    if left < 0:
        raise RuntimeError("no row is free; more servers were given back at once than expected")
    a.set_cell(e, Cell.FREE_ROWS, left)
    return a.free(e, left)


@kernel
def free_row(e: int, row: int) -> None:
    """Let others use a row."""
    a.set_free(e, a.cell(e, Cell.FREE_ROWS), row)
    a.add_cell(e, Cell.FREE_ROWS, 1)


@kernel
def expect(e: int, row: int, pool: int, time: float, key: int) -> None:
    """Let a row's event happen where a pool is: here, or in another partition."""
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
    """Release what a patient holds, if anything."""
    pool = a.held_pool(e, row)
    if pool != NOBODY:
        if not is_here(e, pool):
            raise ValueError("a server of another partition can only be exchanged for a new one")
        group = a.held_group(e, row)
        a.set_held(e, row, NOBODY, 0)
        release(e, pool, group)


@kernel
def give_back_last(e: int, row: int) -> None:
    """Release the server kept during a wait after everything else that happens at this instant.

    Last, because the server may be in another partition, which hears of it when it has done all else.
    """
    pool, spare = a.held_pool(e, row), take_row(e)
    a.set_held(e, spare, pool, a.held_group(e, row))
    expect(e, spare, pool, a.moment(e, Moment.NOW), key_of(GIVEN_BACK, a.number_of(e, row)))


@kernel
def take_back(e: int, row: int) -> None:
    """Release a server that was to be given back last."""
    release(e, a.held_pool(e, row), a.held_group(e, row))
    free_row(e, row)


@kernel
def hold_server(e: int, row: int, pool: int, group: int) -> None:
    """Let a patient hold a server that was granted, instead of what they held."""
    if a.held_pool(e, row) != NOBODY:
        give_back_last(e, row)
    a.set_held(e, row, pool, group)


@kernel
def count_blocked(e: int, row: int, change: int) -> None:
    """Count a patient who begins or ends waiting, if they hold a server meanwhile."""
    if a.held_pool(e, row) != NOBODY:
        a.add_cell(e, Cell.BLOCKED, change)
