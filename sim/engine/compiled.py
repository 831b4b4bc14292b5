"""The compiled engine: the reference engine's rules in machine code, the same results to the bit."""

from __future__ import annotations

import math
from copy import deepcopy
from functools import cache, partial
from itertools import chain

import numpy as np

from sim.chance import run_key
from sim.engine.invariants import require_if_tested
from sim.engine.log import Log
from sim.engine.model import Model, Pathway
from sim.engine.part import Part
from sim.engine.stop import end_if_stopped
from sim.engine.tally import Tally, empty_tally
from sim.engine.team import Team
from sim.engine.templates import Loop, specialise
from sim.lookup import AddressTable
from sim.memory import compact

_EPOCH, _PERIOD = 0, 1


@cache
def loop_of(pathway: Pathway) -> Loop:
    """Return the loop for a pathway, made once per process."""
    return specialise(pathway)


def simulate(
    model: Model, seed: int, replication: int, log: Log | None = None, threads: int = 1
) -> Tally:
    """Run one replication from time 0 to the end of the model's last period.

    The same result as `sim.engine.reference.simulate`, on any number of threads.

    Parameters
    ----------
    model : Model
    seed, replication : int
        Address of all draws.
    log : callable, optional
        Called with the steps of all patients, a block of rows at a time. With several partitions, the rows are
        ordered by time, then patient.
    threads : int
        How many partitions run in parallel, at least 1.
    """
    with Team(threads) as team:
        return Run(model, seed, replication, log, team).finish()


class Run:
    """One replication in progress.

    Parameters
    ----------
    model : Model
    seed, replication : int
    log : callable or None
    team : Team
        Its threads.
    """

    def __init__(
        self, model: Model, seed: int, replication: int, log: Log | None, team: Team
    ) -> None:
        self._model = model
        self._log = log
        self._team = team
        state = model.pathway.new_state(
            model.epochs[0].world, run_key(seed, replication), model.period_starts.size - 1
        )
        self._tally = empty_tally(model, state)
        self._state_table = AddressTable(state.arrays)
        loop, alone = loop_of(model.pathway), len(model.partitions) == 1
        self._parts = [
            Part(model, partition, loop, self._tally, state if alone else state.part(), log)
            for partition in model.partitions
        ]
        by_pool = sorted(
            (partition.first_pool, partition.pools, index)
            for index, partition in enumerate(model.partitions)
        )
        # Partition of every pool.
        self._home = [index for _, pools, index in by_pool for _ in range(pools)]
        self._levels = [
            [part for part in self._parts if part.level == level]
            for level in sorted({part.level for part in self._parts})
        ]
        self._rows = model.tally_rows.tolist()
        self._now, self._period = 0.0, 0
        self._begin_epoch(0)
        self._begin_period(0)
        for part in self._parts:
            part.begin_streams()

    def advance(self, until: float) -> None:
        """Run to a time after that of the last call; what begins at that very time has not begun yet."""
        for time, kind, index in self._changes():
            if self._now <= time < until:
                self._move(time)
                (self._begin_epoch if kind == _EPOCH else self._begin_period)(index)
        self._move(until)

    def finish(self) -> Tally:
        """Run to the end and return what was counted."""
        self.advance(float(self._model.period_starts[-1]))
        return require_if_tested(self._model, self._ended())

    def so_far(self) -> Tally:
        """Return the tally as if the run ended now; the run itself goes on unaffected.

        Its ``starts`` are those of the whole run. Not possible for a run with a log.
        """
        return self.branch()._ended()

    def go_on_with(self, model: Model) -> None:
        """Continue with another model, which was the same until now."""
        self._model = model

    def branch(self) -> Run:
        """Return an exact copy, which can continue with another model; not possible for a run with a log."""
        if self._log is not None:
            raise ValueError("a run with a log cannot be branched")
        # The copy shares the threads, and what does not change.
        kept = (
            self._model,
            self._team,
            self._world_table,
            self._pools_table,
            loop_of(self._model.pathway),
        )
        return deepcopy(self, {id(each): each for each in kept})

    def _changes(self) -> list[tuple[float, int, int]]:
        """Return the starts of epochs and periods after time 0, in order."""
        epochs = ((epoch.start, _EPOCH, i) for i, epoch in enumerate(self._model.epochs) if i)
        starts = self._model.period_starts[1:-1]
        periods = ((float(start), _PERIOD, i) for i, start in enumerate(starts, start=1))
        return sorted(chain(epochs, periods))

    def _move(self, until: float) -> None:
        """Run to a time, window by window; no epoch or period begins before it."""
        # A single partition needs no windows.
        window = self._model.window if len(self._parts) > 1 else math.inf
        while self._now < until:
            end_if_stopped()
            end = min(self._now + window, until)
            for level in self._levels:
                self._team.each(level, partial(Part.advance, until=end))
                self._post(level)
            self._hand_over_log()
            self._now = end

    def _post(self, senders: list[Part]) -> None:
        """Transfer the patients whom these partitions have sent to others."""
        for sender in senders:
            for index in sorted({self._home[pool] for pool in sender.bound_for()}):
                self._parts[index].receive(sender)
            sender.forget()

    def _begin_epoch(self, index: int) -> None:
        epoch = self._model.epochs[index]
        world, pools = AddressTable(compact(epoch.world)), AddressTable(compact(epoch.pools))
        for part in self._parts:
            part.begin_epoch(world.address, pools.address)
        # Kept alive as long as the parts use their addresses.
        self._world_table, self._pools_table = world, pools
        for level in self._levels:
            self._post(level)

    def _begin_period(self, index: int) -> None:
        rows = self._rows
        # On the grid, pooled periods are accumulated in one go, so that a census changes no sum.
        if index > 0 and not (self._model.on_grid and rows[index] == rows[index - 1]):
            self._flush(index - 1)
        self._period = index
        self._settle()
        counted = index >= self._model.counted_from
        # A single part has the whole memory, which may have grown; several parts have rows of their own.
        alone = len(self._parts) == 1
        state = self._parts[0].state_address if alone else self._state_table.address
        self._model.pathway.new_period(self._world_table.address, state, index)
        for part in self._parts:
            part.counting = counted

    def _ended(self) -> Tally:
        """Complete the counters of the current period and of the whole run."""
        self._settle()
        self._flush(self._period)
        for part in self._parts:
            part.end(self._tally)
        return self._tally

    def _settle(self) -> None:
        """Let the pathway settle what one partition may not see of another before all have stopped."""
        if self._model.pathway.settle is not None:
            for part in self._parts:
                self._model.pathway.settle(part.state_address)

    def _flush(self, period: int) -> None:
        row = self._rows[period]
        for part in self._parts:
            part.flush(row)

    def _hand_over_log(self) -> None:
        """Pass on the rows of several partitions' logs in order of time; a single one passes on its own."""
        if self._log is None or len(self._parts) == 1:
            return
        rows = np.concatenate([part.take_log() for part in self._parts])
        self._log(rows[np.lexsort((rows[:, 1], rows[:, 0]))])
