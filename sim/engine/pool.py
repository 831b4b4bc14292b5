"""A pool of the reference engine: servers, queues by priority, and their counters."""

from __future__ import annotations

from collections import OrderedDict
from typing import NewType

import numpy as np
import simpy

from sim.engine.environment import Environment
from sim.engine.tally import Amount, Count, Extreme, Tally
from sim.engine.ties import PATIENCE_ENDS, tie_key
from sim.pathway.steps import GRANTED, REFUSED, RENEGED
from sim.world.pools import NO_LIMIT

_Priority = NewType("_Priority", int)

# Columns as plain integers: looking up an enumeration's member costs more than the addition.
_JOINS, _GRANTS, _RENEGES, _REFUSALS, _WAITERS = (int(column) for column in Count)
_WAIT, _WAIT_SQUARED, _QUEUE_AREA, _BUSY_AREA, _SERVER_AREA, _LOST_WAIT = (
    int(column) for column in Amount
)

_WAITS_AT_ONCE = 4096
"""Waits noted one by one before they are put into the histogram together."""


class Due(simpy.Event):
    """An event that happens after `delay` minutes, in the order of the tie rule."""

    def __init__(self, env: simpy.Environment, delay: float, key: int) -> None:
        # As in simpy.Timeout: the event is triggered from the beginning.
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        env.schedule(self, _Priority(key), delay)  # type: ignore[arg-type]


class Request(simpy.Event):
    """A patient in a queue; its value tells how the wait ended."""

    def __init__(self, env: simpy.Environment, number: int, priority: int, group: int) -> None:
        super().__init__(env)
        self.number = number
        self.priority = priority
        self.group = group
        self.joined = env.now


class Pool:
    """Servers with queues by priority, first come first served within one.

    Parameters
    ----------
    env : Environment
    number : int
        The pool's number.
    tally : Tally
        Where `flush` adds what was counted.
    priorities : int
        Number of priority classes; 0 is served first.
    """

    def __init__(self, env: Environment, number: int, tally: Tally, priorities: int) -> None:
        groups = tally.counts.shape[2]
        self.env = env
        self.number = number
        self.tally = tally
        self.servers = 0
        self.reserved = 0
        self.reserved_for = 0
        self.room = NO_LIMIT
        self.wait_row = 0
        self.served_every = 0
        self.levels = (0, 0)
        self.busy = 0
        self.waiting = 0
        self.counting = False
        self._turn = 0
        self._queues: list[OrderedDict[int, Request]] = [OrderedDict() for _ in range(priorities)]
        self._queue_of = [0] * groups
        self._busy_of = [0] * groups
        self._touched = [0.0] * groups
        self._server_since = 0.0
        self._level_since = 0.0
        self._counts = [[0] * len(Count) for _ in range(groups)]
        self._amounts = [[0.0] * len(Amount) for _ in range(groups)]
        self._waits: list[tuple[int, float]] = []

    # --- what patients do -----------------------------------------------------------------

    def seize(self, number: int, priority: int, group: int, patience: float) -> int | Request:
        """Ask for a server: an outcome at once, or a request to wait for."""
        self._counts[group][_JOINS] += 1
        if self._may_start(priority):
            self._start(group, 0.0)
            return GRANTED
        if self.room != NO_LIMIT and self.waiting >= self.room:
            self._counts[group][_REFUSALS] += 1
            return REFUSED
        if patience <= 0.0:
            self._counts[group][_RENEGES] += 1
            return RENEGED
        request = Request(self.env, number, priority, group)
        self._change(group, queue=1)
        self._queues[priority][number] = request
        if patience < float("inf"):
            expiry = Due(self.env, patience, tie_key(PATIENCE_ENDS, number))
            expiry.callbacks.append(lambda _event: self._renege(request))
        return request

    def release(self, group: int) -> None:
        """Release one server, which the head of the queue gets at once."""
        self._change(group, busy=-1)
        if self.waiting:
            self._serve()

    # --- what the calendar does ---------------------------------------------------------------

    def set_servers(self, servers: int, reserved: int) -> None:
        """Change the servers on duty. Services in progress are completed, even above the new number."""
        self._count_servers()
        self.servers, self.reserved = servers, reserved
        self._serve()

    def flush(self, row: int) -> None:
        """Add what was counted since the last flush to a row of the tally."""
        for group in range(len(self._counts)):
            self._change(group)
        self._count_servers()
        tally = self.tally
        for group, (counts, amounts) in enumerate(zip(self._counts, self._amounts, strict=True)):
            tally.counts[row, self.number, group] += counts
            tally.amounts[row, self.number, group] += amounts
            counts[:] = [0] * len(counts)
            amounts[:] = [0.0] * len(amounts)
        self._file_waits()

    # --- inside -------------------------------------------------------------------------------

    def _may_start(self, priority: int) -> bool:
        free = self.servers - self.busy
        return free > (0 if priority <= self.reserved_for else self.reserved)

    def _serve(self) -> None:
        """Give free servers to those waiting: by priority, then in order of arrival."""
        while self.waiting:
            request = self._first_to_start(0)
            if request is None:
                return
            if self.served_every > 0:
                request = self._served_in_turn(request)
            del self._queues[request.priority][request.number]
            self._start(request.group, self.env.since(request.joined), queue=-1)
            self._counts[request.group][_WAITERS] += 1
            request.succeed(GRANTED)

    def _first_to_start(self, classes_from: int) -> Request | None:
        """Return the head of the first class, from one on, that may have the next server."""
        for priority in range(classes_from, len(self._queues)):
            queue = self._queues[priority]
            if queue and self._may_start(priority):
                return next(iter(queue.values()))
        return None

    def _served_in_turn(self, first: Request) -> Request:
        """Return who gets the next server: `first`, or the one that joined first if it is their turn.

        The first priority class is never passed over; the others are served in the order in which they
        joined once in `served_every` grants that pass over a later class.
        """
        later = self._first_to_start(first.priority + 1)
        if later is None:
            return first
        self._turn = min(self._turn + 1, self.served_every)
        if first.priority == 0 or self._turn < self.served_every:
            return first
        self._turn = 0
        longest = first
        while later is not None:
            if later.joined < longest.joined:
                longest = later
            later = self._first_to_start(later.priority + 1)
        return longest

    def _start(self, group: int, wait: float, queue: int = 0) -> None:
        self._change(group, queue=queue, busy=1)
        self._counts[group][_GRANTS] += 1
        amounts = self._amounts[group]
        amounts[_WAIT] += wait
        amounts[_WAIT_SQUARED] += wait * wait
        self._waits.append((self.wait_row + group, wait))
        if len(self._waits) >= _WAITS_AT_ONCE:
            self._file_waits()

    def _file_waits(self) -> None:
        """Put the waits noted since the last call into the histogram, if the period is counted."""
        if self.counting and self._waits:
            rows, waits = zip(*self._waits, strict=True)
            cells = self.tally.wait_edges.searchsorted(waits)
            np.add.at(self.tally.wait_histogram, (rows, cells), 1)
            np.minimum.at(self.tally.wait_range, (rows, Extreme.LEAST), waits)
            np.maximum.at(self.tally.wait_range, (rows, Extreme.MOST), waits)
        self._waits.clear()

    def _renege(self, request: Request) -> None:
        if request.triggered:
            return
        del self._queues[request.priority][request.number]
        self._change(request.group, queue=-1)
        self._counts[request.group][_RENEGES] += 1
        self._amounts[request.group][_LOST_WAIT] += self.env.since(request.joined)
        request.succeed(RENEGED)

    def _change(self, group: int, queue: int = 0, busy: int = 0) -> None:
        """Change the numbers waiting and in service, after accumulating their areas."""
        now = self.env.now
        since = now - self._touched[group]
        self._touched[group] = now
        amounts = self._amounts[group]
        amounts[_QUEUE_AREA] += self._queue_of[group] * since
        amounts[_BUSY_AREA] += self._busy_of[group] * since
        if self.levels[1] > self.levels[0]:
            self._count_levels()
        self._queue_of[group] += queue
        self._busy_of[group] += busy
        self.waiting += queue
        self.busy += busy

    def _count_levels(self) -> None:
        now = self.env.now
        if self.counting:
            first, end = self.levels
            cell = min(first + self.waiting + self.busy, end - 1)
            self.tally.level_minutes[cell] += now - self._level_since
        self._level_since = now

    def _count_servers(self) -> None:
        now = self.env.now
        self._amounts[0][_SERVER_AREA] += self.servers * (now - self._server_since)
        self._server_since = now
