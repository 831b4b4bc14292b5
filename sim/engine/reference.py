"""The reference engine, on SimPy: the specification, which other engines must reproduce to the bit.

One SimPy process per patient and one per onset stream. The engine knows the clock and the pools only; the
pathway says what a patient does next.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import numpy as np
import simpy

from sim.chance import run_key
from sim.engine.environment import Environment
from sim.engine.invariants import require_if_tested
from sim.engine.log import Log
from sim.engine.model import Model
from sim.engine.pool import Due, Pool
from sim.engine.tally import Tally, empty_tally
from sim.engine.ties import (
    CALENDAR,
    GIVEN_BACK,
    HOLD_ENDS,
    ONSET,
    SERVERS_CHANGE,
    patient_number,
    tie_key,
)
from sim.lookup import AddressTable
from sim.pathway.steps import (
    ARRIVED,
    DONE,
    GRANTED,
    HOLD,
    LEAVE,
    PRIORITIES,
    SEIZE,
    step_action,
    step_group,
    step_keep,
    step_pool,
    step_priority,
)
from sim.time_units import MINUTES_PER_WEEK
from sim.world.pools import minutes_to_next_segment, segment_at

_EPOCH, _PERIOD = 0, 1
_LOG_ROWS = 4096


def simulate(
    model: Model, seed: int, replication: int, log: Log | None = None, threads: int = 1
) -> Tally:
    """Run one replication from time 0 to the end of the model's last period.

    Parameters
    ----------
    model : Model
    seed, replication : int
        Address of all draws.
    log : callable, optional
        Called with the steps of all patients, a block of rows at a time.
    threads : int
        Without effect: there is one event list, whatever partitions the model has.
    """
    return require_if_tested(model, _Run(model, seed, replication, log).run())


class _Run:
    def __init__(self, model: Model, seed: int, replication: int, log: Log | None) -> None:
        self.model = model
        self.pathway = model.pathway
        self.log = log
        self.log_rows: list[tuple[float, ...]] = []
        self.env = Environment(model.on_grid)
        epoch = model.epochs[0]
        state = self.pathway.new_state(
            epoch.world, run_key(seed, replication), model.period_starts.size - 1
        )
        self.state = state
        self.state_table = AddressTable(state.arrays)
        self.s = self.state_table.address
        self.world_tables = [AddressTable(e.world) for e in model.epochs]
        self.pool_tables = [AddressTable(e.pools) for e in model.epochs]
        self.tally = empty_tally(model, state)
        self.pools = [
            Pool(self.env, number, self.tally, PRIORITIES) for number in range(epoch.pools.count)
        ]
        self.free_rows = list(range(state.capacity - 1, -1, -1))
        self.rows = model.tally_rows.tolist()
        self.period = -1
        self.epoch = -1
        self.w = 0

    def run(self) -> Tally:
        for index, epoch in enumerate(self.model.epochs[1:], start=1):
            self._at(epoch.start, _EPOCH, partial(self._begin_epoch, index))
        starts = self.model.period_starts
        for index, start in enumerate(starts[1:-1], start=1):
            self._at(float(start), _PERIOD, partial(self._begin_period, index))
        self._begin_epoch(0)
        self._begin_period(0)
        for stream in range(self.model.streams):
            self.env.process(self._onsets(stream))
        self.env.run(until=float(starts[-1]))
        self._flush()
        self._settle()
        self._hand_over_log()
        # Counted from the rows in use, so that entered = left + inside is a check.
        self.tally.inside = self.state.capacity - len(self.free_rows)
        return self.tally

    # --- patients -------------------------------------------------------------------------

    def _onsets(self, stream: int) -> Generator[simpy.Event, Any, None]:
        """Generate the onsets of one stream."""
        number = 0
        while True:
            gap = self.pathway.next_gap(self.w, self.s, stream, self.env.now)
            if gap == float("inf"):
                return
            yield Due(self.env, gap, tie_key(ONSET, stream))
            row = self._take_row()
            if self.pathway.begin(self.w, self.s, row, stream, number):
                self.tally.entered += 1
                self.env.process(self._life(row, patient_number(stream, number)))
            else:
                self.free_rows.append(row)
            number += 1

    def _life(self, row: int, number: int) -> Generator[simpy.Event, Any, None]:
        """Execute one patient's steps until they leave."""
        env, next_step = self.env, self.pathway.next_step
        held: tuple[Pool, int] | None = None
        event, waited = ARRIVED, 0.0
        while True:
            if self.pathway.is_full is not None and self.pathway.is_full(self.s):
                self.state.make_room()
                self.state_table.refresh()
            code, minutes = next_step(self.w, self.s, row, event, waited)
            action = step_action(code)
            if self.log is not None:
                self._write_log(row, number, event, waited, code, minutes)
            if held is not None and not step_keep(code):
                held[0].release(held[1])
                held = None
            if action == SEIZE:
                pool_number, group, joined = step_pool(code), step_group(code), env.now
                if pool_number < 0:
                    raise ValueError("a pathway asked for a pool that does not exist")
                pool = self.pools[pool_number]
                outcome = pool.seize(number, step_priority(code), group, minutes)
                if isinstance(outcome, simpy.Event):
                    outcome = yield outcome
                event, waited = outcome, env.since(joined)
                if event == GRANTED:
                    if held is not None:
                        self._give_back_last(number, *held)
                    held = (pool, group)
            elif action == HOLD:
                yield Due(env, minutes, tie_key(HOLD_ENDS, number))
                event, waited = DONE, 0.0
            elif action == LEAVE:
                self.tally.left += 1
                self.free_rows.append(row)
                return

    def _give_back_last(self, number: int, pool: Pool, group: int) -> None:
        """Schedule the release of a server kept during a wait, after all other events of this instant."""
        due = Due(self.env, 0.0, tie_key(GIVEN_BACK, number))
        due.callbacks.append(lambda _event: pool.release(group))

    def _take_row(self) -> int:
        if not self.free_rows:
            old = self.state.capacity
            self.state.grow()
            self.state_table.refresh()
            self.free_rows = list(range(self.state.capacity - 1, old - 1, -1))
        return self.free_rows.pop()

    def _write_log(
        self, row: int, number: int, event: int, waited: float, code: int, minutes: float
    ) -> None:
        action, pool, keep = step_action(code), step_pool(code), step_keep(code)
        described = self.pathway.describe(self.w, self.s, row)
        self.log_rows.append(
            (self.env.now, number, event, waited, action, pool, minutes, keep, *described)
        )
        if len(self.log_rows) == _LOG_ROWS:
            self._hand_over_log()

    def _hand_over_log(self) -> None:
        if self.log is not None and self.log_rows:
            self.log(np.array(self.log_rows))
            self.log_rows.clear()

    # --- calendar -------------------------------------------------------------------------

    def _at(self, time: float, number: int, action: Callable[[], None]) -> None:
        due = Due(self.env, time, tie_key(CALENDAR, number))
        due.callbacks.append(lambda _event: action())

    def _begin_epoch(self, index: int) -> None:
        """Switch to the next world: its parameters, and its servers from now on."""
        self.epoch = index
        self.w = self.world_tables[index].address
        pools = self.model.epochs[index].pools
        for number, pool in enumerate(self.pools):
            pool.room = int(pools.room[number])
            pool.reserved_for = int(pools.reserved_for[number])
            pool.wait_row = int(pools.wait_row[number])
            pool.served_every = int(pools.served_every[number])
            pool.levels = (int(pools.level_start[number]), int(pools.level_start[number + 1]))
            self._begin_segment(number, index)

    def _begin_segment(self, number: int, epoch: int) -> None:
        """Set a pool's servers for the current segment of its week and schedule the next change."""
        if epoch != self.epoch:
            return
        table = self.pool_tables[epoch].address
        minute = (self.model.start_minute_of_week + self.env.now) % MINUTES_PER_WEEK
        segment = segment_at(table, number, minute)
        pools = self.model.epochs[epoch].pools
        self.pools[number].set_servers(
            int(pools.segment_servers[segment]), int(pools.segment_reserved[segment])
        )
        wait = minutes_to_next_segment(table, number, minute)
        if wait < float("inf"):
            due = Due(self.env, wait, tie_key(SERVERS_CHANGE, number))
            due.callbacks.append(lambda _event: self._begin_segment(number, epoch))

    def _begin_period(self, index: int) -> None:
        rows = self.rows
        # On the grid, pooled periods are accumulated in one go, so that a census changes no sum.
        if index > 0 and not (self.model.on_grid and rows[index] == rows[index - 1]):
            self._flush()
        self.period = index
        self._settle()
        self.pathway.new_period(self.w, self.s, index)
        for pool in self.pools:
            pool.counting = index >= self.model.counted_from

    def _settle(self) -> None:
        if self.pathway.settle is not None:
            self.pathway.settle(self.s)

    def _flush(self) -> None:
        if self.period >= 0:
            for pool in self.pools:
                pool.flush(self.rows[self.period])
