"""The compiled engine's loop, written once and compiled for each pathway.

The functions here call a pathway's functions (`next_gap`, `begin`, `next_step`, `describe`) and each
other by global names; `specialise` makes copies of them whose globals are one pathway's compiled
functions. A call through a function pointer would cost more than the step itself, and could not be
cached on disk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sim.engine import access as a
from sim.engine.arrays import LOG_MARGIN, LOG_ROWS, NOBODY, SPARE_ROWS, Cell, Fixed, Moment
from sim.engine.clock import time_in, time_since
from sim.engine.events import next_node, schedule, set_bucket_width, take_next
from sim.engine.keys import key_of, rank_of
from sim.engine.log import LOG_HEAD
from sim.engine.model import Pathway
from sim.engine.moves import (
    count_blocked,
    expect,
    free_row,
    hold_server,
    let_go,
    take_back,
    take_row,
)
from sim.engine.queues import (
    QUEUED,
    adopt,
    begin_segment,
    change,
    count_servers,
    is_here,
    renege,
    seize,
)
from sim.engine.ties import HOLD_ENDS, ONSET, PATIENCE_ENDS, PATIENTS_PER_STREAM
from sim.kernel import compile_now, entry_kernel, kernel
from sim.pathway.steps import (
    ARRIVED,
    DONE,
    GRANTED,
    HOLD,
    RENEGED,
    SEIZE,
    step_action,
    step_group,
    step_keep,
    step_pool,
    step_priority,
)


def _unbound(*_arguments: Any) -> Any:
    raise RuntimeError("a template runs only after `specialise`")


# A pathway's own functions take the place of these.
next_gap = begin = next_step = describe = carry = is_full = _unbound

FINISHED = 0
NEEDS_ROWS = 1
LOG_FULL = 2
NEEDS_TUNING = 3
NEEDS_ROOM = 4
"""What `run` returns: all events before the given time are done, or what it needs to continue."""


@kernel
def _never_full(_s: int) -> int:
    """Tell of a memory that has nothing but rows of patients."""
    return 0


def write_log(
    w: int, s: int, e: int, row: int, event: int, waited: float, code: int, minutes: float
) -> None:
    """Add a row to the log."""
    if a.cell(e, Cell.LOG_SIZE) >= LOG_ROWS:
        raise RuntimeError(
            "a patient takes thousands of steps at one instant, which a log cannot hold"
        )
    described = describe(w, s, row)
    place = a.cell(e, Cell.LOG_SIZE) * (LOG_HEAD + len(described))
    a.add_cell(e, Cell.LOG_SIZE, 1)
    a.set_log(e, place, a.moment(e, Moment.NOW))
    a.set_log(e, place + 1, a.number_of(e, row))
    a.set_log(e, place + 2, event)
    a.set_log(e, place + 3, waited)
    a.set_log(e, place + 4, step_action(code))
    a.set_log(e, place + 5, step_pool(code))
    a.set_log(e, place + 6, minutes)
    a.set_log(e, place + 7, step_keep(code))
    for column in range(len(described)):
        a.set_log(e, place + LOG_HEAD + column, described[column])


def execute(w: int, s: int, e: int, row: int, event: int, waited: float) -> None:
    """Execute a patient's steps until they wait, are delayed, or leave.

    Callers add 0 to an event that they name: of a plain constant's value Numba makes a type, and would compile
    the whole pathway once for each.
    """
    while True:
        code, minutes = next_step(w, s, row, event, waited)
        action, pool = step_action(code), step_pool(code)
        if a.fixed(e, Fixed.LOGGING) == 1:
            write_log(w, s, e, row, event, waited, code, minutes)
        if step_keep(code) == 0:
            let_go(e, row)
        if action == SEIZE:
            if not is_here(e, pool):
                raise ValueError("a patient can only ask for a pool of the partition they are in")
            group = step_group(code)
            outcome = seize(e, row, pool, step_priority(code), group, minutes)
            if outcome == QUEUED:
                count_blocked(e, row, 1)
                return
            if outcome == GRANTED:
                hold_server(e, row, pool, group)
            event, waited = outcome, 0.0
        elif action == HOLD:
            key = key_of(HOLD_ENDS, a.number_of(e, row))
            expect(e, row, pool, time_in(e, minutes), key)
            return
        else:
            a.add_cell(e, Cell.LEFT, 1)
            free_row(e, row)
            return


def drain(w: int, s: int, e: int) -> None:
    """Continue with those who were granted a server, in that order; stop when the log is full."""
    while a.cell(e, Cell.WORK_SIZE) > 0 and a.cell(e, Cell.LOG_SIZE) <= LOG_ROWS - LOG_MARGIN:
        place = a.cell(e, Cell.WORK_HEAD)
        row = a.work(e, place)
        a.set_cell(e, Cell.WORK_HEAD, (place + 1) % a.fixed(e, Fixed.ROWS))
        a.add_cell(e, Cell.WORK_SIZE, -1)
        count_blocked(e, row, -1)
        hold_server(e, row, a.wait_pool(e, row), a.wait_group(e, row))
        execute(w, s, e, row, GRANTED + 0, time_since(e, a.joined(e, row)))


def schedule_onset(w: int, s: int, e: int, node: int) -> None:
    """Schedule a stream's next onset."""
    now, stream = a.moment(e, Moment.NOW), a.fixed(e, Fixed.FIRST_STREAM) + node
    gap = next_gap(w, s, stream, now)
    if gap < math.inf:
        schedule(e, node, time_in(e, gap), key_of(ONSET, stream))


def onset(w: int, s: int, e: int, node: int) -> None:
    """Start the next patient of a stream."""
    number, stream = a.stream_number(e, node), a.fixed(e, Fixed.FIRST_STREAM) + node
    a.set_stream_number(e, node, number + 1)
    row = take_row(e)
    enters = begin(w, s, row, stream, number) == 1
    schedule_onset(w, s, e, node)
    if enters:
        a.add_cell(e, Cell.ENTERED, 1)
        a.set_number(e, row, stream * PATIENTS_PER_STREAM + number)
        a.set_held(e, row, NOBODY, 0)
        execute(w, s, e, row, ARRIVED + 0, 0.0)
    else:
        free_row(e, row)


def happen(w: int, s: int, e: int, q: int, node: int) -> None:
    """Execute a node's event; those who are granted a server by it continue afterwards, in `drain`."""
    streams = a.fixed(e, Fixed.STREAMS)
    if node < streams:
        onset(w, s, e, node)
    elif node < a.fixed(e, Fixed.FIRST_ROW):
        begin_segment(e, q, a.fixed(e, Fixed.FIRST_POOL) + node - streams)
    else:
        row, rank = node - a.fixed(e, Fixed.FIRST_ROW), rank_of(a.node_key(e, node))
        if rank == HOLD_ENDS:
            execute(w, s, e, row, DONE + 0, 0.0)
        elif rank == PATIENCE_ENDS:
            count_blocked(e, row, -1)
            execute(w, s, e, row, RENEGED + 0, renege(e, row))
        else:
            take_back(e, row)


def run(w: int, s: int, e: int, q: int, until: float) -> int:
    """Execute all events before a time."""
    while True:
        if a.cell(e, Cell.LOG_SIZE) > LOG_ROWS - LOG_MARGIN:
            return LOG_FULL
        if is_full(s) == 1:
            return NEEDS_ROOM
        if a.cell(e, Cell.WORK_SIZE) > 0:
            drain(w, s, e)
            continue
        if a.cell(e, Cell.FREE_ROWS) < a.cell(e, Cell.BLOCKED) + SPARE_ROWS:
            return NEEDS_ROWS
        if a.cell(e, Cell.EVENTS) >= a.cell(e, Cell.TUNE_AT):
            return NEEDS_TUNING
        node = next_node(e, until)
        if node == NOBODY:
            return FINISHED
        a.set_moment(e, Moment.NOW, a.node_time(e, node))
        a.add_cell(e, Cell.EVENTS, 1)
        take_next(e)
        happen(w, s, e, q, node)


def begin_streams(w: int, s: int, e: int) -> None:
    """Schedule the first onset of every stream."""
    for node in range(a.fixed(e, Fixed.STREAMS)):
        schedule_onset(w, s, e, node)


def receive(s: int, e: int, other_s: int, other: int) -> int:
    """Receive the rows that another partition has sent here; return their number."""
    received = 0
    for i in range(a.cell(other, Cell.SENT)):
        sent = a.sent(other, i)
        if not is_here(e, a.wait_pool(other, sent)):
            continue
        node = a.node_of_row(other, sent)
        time, row = a.node_time(other, node), take_row(e)
        if time < a.moment(e, Moment.NOW):
            raise ValueError("a patient came to a partition sooner than a window after setting out")
        a.set_held(e, row, a.held_pool(other, sent), a.held_group(other, sent))
        carry(other_s, sent, s, row)
        schedule(e, a.node_of_row(e, row), time, a.node_key(other, node))
        received += 1
    return received


@entry_kernel
def begin_epoch(e: int, q: int) -> None:
    """Switch to the servers of the current world; `run` continues with those who are granted one."""
    first = a.fixed(e, Fixed.FIRST_POOL)
    for pool in range(first, first + a.fixed(e, Fixed.POOLS)):
        adopt(e, q, pool)
        begin_segment(e, q, pool)


@entry_kernel
def flush(e: int) -> None:
    """Accumulate all areas up to now, at the end of a period."""
    first = a.fixed(e, Fixed.FIRST_POOL)
    for pool in range(first, first + a.fixed(e, Fixed.POOLS)):
        for group in range(a.fixed(e, Fixed.GROUPS)):
            change(e, pool, group, 0, 0)
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
    begin_streams : (w, s, e) -> None
    receive : (s, e, other s, other e) -> int, or None
        None where the pathway cannot carry.
    """

    run: Callable[[int, int, int, int, float], int]
    begin_streams: Callable[[int, int, int], None]
    receive: Callable[[int, int, int, int], int] | None

    def compile(self) -> None:
        """Compile, or take from the cache."""
        compile_now(self.run, "iiiif")
        compile_now(self.begin_streams, "iii")
        if self.receive is not None:
            compile_now(self.receive, "iiii")
        compile_now(begin_epoch, "ii")
        compile_now(flush, "i")
        compile_now(set_bucket_width, "if")


def specialise(pathway: Pathway) -> Loop:
    """Return the loop for a pathway."""
    known: dict[str, Any] = {
        "next_gap": pathway.next_gap,
        "begin": pathway.begin,
        "next_step": pathway.next_step,
        "describe": pathway.describe,
        "carry": pathway.carry,
        "is_full": pathway.is_full or _never_full,
    }
    for template in (
        write_log, execute, drain, schedule_onset, onset, happen,
    ):  # fmt: skip
        name = template.__name__
        known[name] = kernel(_bound(template, f"{name}_{pathway.name}", known))

    def entry(template: Callable[..., Any]) -> Any:
        return entry_kernel(_bound(template, f"{template.__name__}_{pathway.name}", known))

    return Loop(
        run=entry(run),
        begin_streams=entry(begin_streams),
        receive=entry(receive) if pathway.carry is not None else None,
    )
