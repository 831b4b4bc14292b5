"""The compiled engine: the reference engine's rules in machine code, the same results to the bit."""

from __future__ import annotations

from functools import cache, partial
from itertools import chain

import numpy as np

from sim.chance import run_key
from sim.engine.log import Log
from sim.engine.model import Model, Pathway
from sim.engine.part import Part
from sim.engine.tally import Tally, empty_tally
from sim.engine.team import Team
from sim.engine.templates import Loop, specialise
from sim.kernel import AddressTable
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
        Called with the steps of all patients, some rows at a time. Of a model with several partitions these
        are ordered by time, then patient.
    threads : int
        How many partitions run side by side, at least 1.
    """
    with Team(threads) as team:
        return _Run(model, seed, replication, log, team).run()


class _Run:
    def __init__(
        self, model: Model, seed: int, replication: int, log: Log | None, team: Team
    ) -> None:
        self.model = model
        self.log = log
        self.team = team
        first = model.epochs[0]
        state = model.pathway.new_state(
            first.world, run_key(seed, replication), model.period_starts.size - 1
        )
        self.tally = empty_tally(model, state)
        self.state_table = AddressTable(state.arrays)
        self.worlds = [AddressTable(compact(epoch.world)) for epoch in model.epochs]
        self.pools = [AddressTable(compact(epoch.pools)) for epoch in model.epochs]
        loop, alone = loop_of(model.pathway), len(model.partitions) == 1
        self.parts = [
            Part(model, partition, loop, self.tally, state if alone else state.part(), log)
            for partition in model.partitions
        ]
        self.levels = [
            [part for part in self.parts if part.level == level]
            for level in sorted({part.level for part in self.parts})
        ]
        self.now = 0.0
        self.epoch = 0

    def run(self) -> Tally:
        starts = self.model.period_starts
        self._begin_epoch(0)
        self._begin_period(0)
        for part in self.parts:
            part.begin_streams()
        epochs = ((epoch.start, _EPOCH, i) for i, epoch in enumerate(self.model.epochs) if i)
        periods = ((float(start), _PERIOD, i) for i, start in enumerate(starts[1:-1], start=1))
        for time, kind, index in sorted(chain(epochs, periods)):
            self._advance(time)
            (self._begin_epoch if kind == _EPOCH else self._begin_period)(index)
        self._advance(float(starts[-1]))
        self._flush(self.model.period_starts.size - 2)
        return self._result()

    def _advance(self, until: float) -> None:
        """Run to a time, window by window."""
        while self.now < until:
            end = min(self.now + self.model.window, until)
            for level in self.levels:
                self.team.each(level, partial(Part.advance, until=end))
                self._post(level)
            self._hand_over_log()
            self.now = end

    def _post(self, senders: list[Part]) -> None:
        """Let everybody arrive whom some partitions have sent to others."""
        if len(self.parts) == 1:
            return
        for part in self.parts:
            if part.level != senders[0].level:
                for sender in senders:
                    part.receive(sender)
        for sender in senders:
            sender.forget()

    def _begin_epoch(self, index: int) -> None:
        for part in self.parts:
            part.begin_epoch(self.worlds[index].address, self.pools[index].address)
        for level in self.levels:
            self._post(level)
        self.epoch = index

    def _begin_period(self, index: int) -> None:
        if index > 0:
            self._flush(index - 1)
        counted = index >= self.model.counted_from
        self.model.pathway.new_period(
            self.worlds[self.epoch].address, self.state_table.address, index
        )
        for part in self.parts:
            part.counting = counted

    def _flush(self, period: int) -> None:
        row = int(self.model.tally_rows[period])
        for part in self.parts:
            part.flush(row)

    def _hand_over_log(self) -> None:
        """Pass the rows of the log on in the order of time, which one partition's already have."""
        if self.log is None or len(self.parts) == 1:
            return
        rows = np.concatenate([part.take_log() for part in self.parts])
        self.log(rows[np.lexsort((rows[:, 1], rows[:, 0]))])

    def _result(self) -> Tally:
        tally = self.tally
        for part in self.parts:
            part.end(tally)
        return tally
