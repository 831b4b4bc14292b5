"""The compiled engine's loop, written once and compiled for each pathway.

The functions here call a pathway's functions (`next_gap`, `begin`, `next_step`, `describe`) and each
other by global names; `specialise` makes copies of them whose globals are one pathway's compiled
functions. A call through a function pointer would cost more than the step it makes, and could not be
kept compiled on disk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sim.engine import arrays as a
from sim.engine.arrays import LOG_MARGIN, LOG_ROWS, LOG_WIDTH, NOBODY, Cell
from sim.engine.events import cancel, key_of, rank_of, schedule
from sim.engine.model import Pathway
from sim.engine.queues import (
    QUEUED,
    change,
    count_servers,
    node_of_pool,
    node_of_row,
    release,
    renege,
    seize,
    set_servers,
)
from sim.engine.ties import HOLD_ENDS, ONSET, PATIENTS_PER_STREAM, SERVERS_CHANGE
from sim.kernel import compile_now, entry_kernel, kernel
from sim.pathway.steps import ARRIVED, DONE, GRANTED, HOLD, RENEGED, SEIZE
from sim.world.pools import (
    MINUTES_PER_WEEK,
    minutes_to_next_segment,
    segment_at,
    segment_reserved,
    segment_servers,
)


def _unbound(*_arguments: Any) -> Any:
    raise RuntimeError("a template runs only after `specialise`")


# A pathway's own functions take the place of these.
next_gap = begin = next_step = describe = _unbound

FINISHED = 0
NEEDS_ROWS = 1
LOG_FULL = 2
"""What `run` returns: all events before the given time are done, or what it needs to go on."""


def write_log(
    w: int, s: int, e: int, row: int, event: int, waited: float, action: int, pool: int,
    minutes: float, keep: int,
) -> None:  # fmt: skip
    """Add a row to the log."""
    place = a.cell(e, Cell.LOG_SIZE) * LOG_WIDTH
    a.add_cell(e, Cell.LOG_SIZE, 1)
    a.set_log(e, place, a.clock(e, 0))
    a.set_log(e, place + 1, a.number_of(e, row))
    a.set_log(e, place + 2, event)
    a.set_log(e, place + 3, waited)
    a.set_log(e, place + 4, action)
    a.set_log(e, place + 5, pool)
    a.set_log(e, place + 6, minutes)
    a.set_log(e, place + 7, keep)
    one, two, three, four, five = describe(w, s, row)
    a.set_log(e, place + 8, one)
    a.set_log(e, place + 9, two)
    a.set_log(e, place + 10, three)
    a.set_log(e, place + 11, four)
    a.set_log(e, place + 12, five)


def let_go(e: int, q: int, row: int) -> None:
    """Release what a patient holds, if anything."""
    pool = a.held_pool(e, row)
    if pool != NOBODY:
        a.set_held_pool(e, row, NOBODY)
        release(e, q, pool, a.held_group(e, row))


def execute(w: int, s: int, e: int, q: int, row: int, event: int, waited: float) -> None:
    """Carry out a patient's steps until they have to wait, or leave."""
    while True:
        action, pool, priority, group, minutes, keep = next_step(w, s, row, event, waited)
        if a.cell(e, Cell.LOGGING) == 1:
            write_log(w, s, e, row, event, waited, action, pool, minutes, keep)
        if keep == 0:
            let_go(e, q, row)
        if action == SEIZE:
            if pool < 0 or pool >= a.cell(e, Cell.POOLS):
                raise ValueError("a pathway asked for a pool that does not exist")
            outcome = seize(e, q, row, pool, priority, group, minutes)
            if outcome == QUEUED:
                return
            if outcome == GRANTED:
                let_go(e, q, row)
                a.set_held_pool(e, row, pool)
                a.set_held_group(e, row, group)
            event, waited = outcome, 0.0
        elif action == HOLD:
            key = key_of(HOLD_ENDS, a.number_of(e, row))
            schedule(e, node_of_row(e, row), a.clock(e, 0) + minutes, key)
            return
        else:
            a.add_cell(e, Cell.LEFT, 1)
            a.set_free(e, a.cell(e, Cell.FREE_ROWS), row)
            a.add_cell(e, Cell.FREE_ROWS, 1)
            return


def drain(w: int, s: int, e: int, q: int) -> None:
    """Let those go on who were granted a server, in the order in which they were."""
    while a.cell(e, Cell.WORK_SIZE) > 0:
        place = a.cell(e, Cell.WORK_HEAD)
        row = a.work(e, place)
        a.set_cell(e, Cell.WORK_HEAD, (place + 1) % a.cell(e, Cell.ROWS))
        a.add_cell(e, Cell.WORK_SIZE, -1)
        let_go(e, q, row)
        a.set_held_pool(e, row, a.wait_pool(e, row))
        a.set_held_group(e, row, a.wait_group(e, row))
        execute(w, s, e, q, row, GRANTED, a.clock(e, 0) - a.joined(e, row))


def begin_segment(e: int, q: int, pool: int) -> None:
    """Set a pool's servers for the present segment of its week and come back at its end."""
    now = a.clock(e, 0)
    minute = (a.cell(e, Cell.START_MINUTE_OF_WEEK) + now) % MINUTES_PER_WEEK
    segment = segment_at(q, pool, minute)
    set_servers(e, q, pool, segment_servers(q, segment), segment_reserved(q, segment))
    wait = minutes_to_next_segment(q, pool, minute)
    if wait < math.inf:
        schedule(e, node_of_pool(e, pool), now + wait, key_of(SERVERS_CHANGE, pool))
    else:
        cancel(e, node_of_pool(e, pool))


def schedule_onset(w: int, s: int, e: int, stream: int) -> None:
    """Let a stream's next onset come when it comes."""
    gap = next_gap(w, s, stream, a.clock(e, 0))
    if gap < math.inf:
        schedule(e, stream, a.clock(e, 0) + gap, key_of(ONSET, stream))


def onset(w: int, s: int, e: int, q: int, stream: int) -> None:
    """Let the next patient of a stream begin."""
    number = a.stream_number(e, stream)
    a.set_stream_number(e, stream, number + 1)
    a.add_cell(e, Cell.FREE_ROWS, -1)
    row = a.free(e, a.cell(e, Cell.FREE_ROWS))
    enters = begin(w, s, row, stream, number) == 1
    schedule_onset(w, s, e, stream)
    if enters:
        a.add_cell(e, Cell.ENTERED, 1)
        a.set_number(e, row, stream * PATIENTS_PER_STREAM + number)
        a.set_held_pool(e, row, NOBODY)
        execute(w, s, e, q, row, ARRIVED, 0.0)
    else:
        a.add_cell(e, Cell.FREE_ROWS, 1)


def run(w: int, s: int, e: int, q: int, until: float) -> int:
    """Let everything happen that happens before a time."""
    streams, pools = a.cell(e, Cell.STREAMS), a.cell(e, Cell.POOLS)
    while a.cell(e, Cell.HEAP_SIZE) > 0:
        node = a.heap(e, 0)
        time = a.node_time(e, node)
        if time >= until:
            return FINISHED
        if node < streams and a.cell(e, Cell.FREE_ROWS) == 0:
            return NEEDS_ROWS
        if a.cell(e, Cell.LOG_SIZE) > LOG_ROWS - LOG_MARGIN:
            return LOG_FULL
        rank = rank_of(a.node_key(e, node))
        a.set_clock(e, 0, time)
        cancel(e, node)
        if node < streams:
            onset(w, s, e, q, node)
        elif node < streams + pools:
            begin_segment(e, q, node - streams)
        else:
            row = node - streams - pools
            if rank == HOLD_ENDS:
                execute(w, s, e, q, row, DONE, 0.0)
            else:
                execute(w, s, e, q, row, RENEGED, renege(e, q, row))
        drain(w, s, e, q)
    return FINISHED


def begin_epoch(w: int, s: int, e: int, q: int) -> None:
    """Let the servers of the present world hold from now on."""
    for pool in range(a.cell(e, Cell.POOLS)):
        begin_segment(e, q, pool)
    drain(w, s, e, q)


def begin_streams(w: int, s: int, e: int, _q: int) -> None:
    """Schedule the first onset of every stream."""
    for stream in range(a.cell(e, Cell.STREAMS)):
        schedule_onset(w, s, e, stream)


@entry_kernel
def flush(e: int, q: int) -> None:
    """Count the time up to now, before a period ends."""
    for pool in range(a.cell(e, Cell.POOLS)):
        for group in range(a.cell(e, Cell.GROUPS)):
            change(e, q, pool, group, 0, 0)
        count_servers(e, pool)


def _bound(template: Callable[..., Any], name: str, bindings: Mapping[str, Any]) -> FunctionType:
    """Return a template as a function of its own name with more globals."""
    assert isinstance(template, FunctionType)
    made = FunctionType(template.__code__, {**template.__globals__, **bindings}, name)
    # The cache on disk knows functions by this name.
    made.__qualname__ = name
    made.__module__ = template.__module__
    return made


@dataclass(frozen=True)
class Loop:
    """The engine's entries for one pathway; all are kernels.

    Attributes
    ----------
    run : (w, s, e, q, until) -> int
    begin_epoch, begin_streams : (w, s, e, q) -> None
    """

    run: Callable[[int, int, int, int, float], int]
    begin_epoch: Callable[[int, int, int, int], None]
    begin_streams: Callable[[int, int, int, int], None]

    def compile(self) -> None:
        """Compile, or take from the cache."""
        compile_now(self.run, "iiiif")
        compile_now(self.begin_epoch, "iiii")
        compile_now(self.begin_streams, "iiii")
        compile_now(flush, "ii")


def specialise(pathway: Pathway) -> Loop:
    """Return the loop for a pathway."""
    known: dict[str, Any] = {
        "next_gap": pathway.next_gap,
        "begin": pathway.begin,
        "next_step": pathway.next_step,
        "describe": pathway.describe,
    }
    for template in (
        write_log, let_go, execute, drain, begin_segment, schedule_onset, onset,
    ):  # fmt: skip
        name = template.__name__
        known[name] = kernel(_bound(template, f"{name}_{pathway.name}", known))
    entries = {
        template.__name__: entry_kernel(
            _bound(template, f"{template.__name__}_{pathway.name}", known)
        )
        for template in (run, begin_epoch, begin_streams)
    }
    return Loop(**entries)
