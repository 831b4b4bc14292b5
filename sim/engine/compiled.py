"""The compiled engine: the reference engine's rules in machine code, the same results to the bit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import Any

from sim.chance import run_key
from sim.engine.arrays import LOG_WIDTH, Cell, grow_rows, new_arrays
from sim.engine.model import Model, Pathway
from sim.engine.reference import LogRow
from sim.engine.tally import Tally, empty_tally
from sim.engine.templates import FINISHED, LOG_FULL, NEEDS_ROWS, Loop, flush, specialise
from sim.kernel import AddressTable

_EPOCH, _PERIOD = 0, 1
_INTEGERS = (1, 2, 4, 5, 7, 8, 9, 10, 11, 12)
"""Columns of a log row that are whole numbers."""


@cache
def loop_of(pathway: Pathway) -> Loop:
    """Return the loop for a pathway, made once per process."""
    return specialise(pathway)


def simulate(
    model: Model, seed: int, replication: int, log: Callable[[LogRow], None] | None = None
) -> Tally:
    """Run one replication from time 0 to the end of the model's last period.

    The same arguments and the same result as `sim.engine.reference.simulate`.
    """
    return _Run(model, seed, replication, log).run()


class _Run:
    def __init__(
        self, model: Model, seed: int, replication: int, log: Callable[[LogRow], None] | None
    ) -> None:
        self.model = model
        self.pathway = model.pathway
        self.loop = loop_of(model.pathway)
        self.log = log
        first = model.epochs[0]
        self.state = self.pathway.new_state(
            first.world, run_key(seed, replication), model.period_starts.size - 1
        )
        self.tally = empty_tally(
            first.pools,
            model.groups,
            model.wait_rows,
            model.period_starts,
            model.counted_from,
            model.thresholds,
            self.state,
        )
        self.arrays = new_arrays(
            self.tally, model.streams, first.pools.count, self.state.capacity, log is not None
        )
        self.arrays.cells[Cell.START_MINUTE_OF_WEEK] = model.start_minute_of_week
        self.state_table = AddressTable(self.state.arrays)
        self.engine_table = AddressTable(self.arrays)
        self.world_tables = [AddressTable(epoch.world) for epoch in model.epochs]
        self.pool_tables = [AddressTable(epoch.pools) for epoch in model.epochs]
        self.epoch = 0

    @property
    def addresses(self) -> tuple[int, int, int, int]:
        """World, state, engine and pools, as kernels see them."""
        return (
            self.world_tables[self.epoch].address,
            self.state_table.address,
            self.engine_table.address,
            self.pool_tables[self.epoch].address,
        )

    def run(self) -> Tally:
        starts = self.model.period_starts
        self._begin_epoch(0)
        self._begin_period(0)
        self.loop.begin_streams(*self.addresses)
        epochs = ((epoch.start, _EPOCH, i) for i, epoch in enumerate(self.model.epochs) if i)
        periods = ((float(start), _PERIOD, i) for i, start in enumerate(starts[1:-1], start=1))
        for time, kind, index in sorted(chain(epochs, periods)):
            self._advance(time)
            (self._begin_epoch if kind == _EPOCH else self._begin_period)(index)
        self._advance(float(starts[-1]))
        self._flush()
        return self._result()

    def _advance(self, until: float) -> None:
        """Run to a time, with more rows and an emptied log whenever the loop asks for them."""
        while True:
            status = self.loop.run(*self.addresses, until)
            if status == NEEDS_ROWS:
                self.state.grow()
                self.state_table.refresh()
                grow_rows(self.arrays, self.state.capacity)
                self.engine_table.refresh()
            elif status == LOG_FULL:
                self._hand_over_log()
            elif status == FINISHED:
                break
        self.arrays.now[0] = until

    def _begin_epoch(self, index: int) -> None:
        self.epoch = index
        self.loop.begin_epoch(*self.addresses)

    def _begin_period(self, index: int) -> None:
        w, s, _, _ = self.addresses
        if index > 0:
            self._flush()
        self.arrays.cells[Cell.PERIOD] = index
        self.pathway.new_period(w, s, index)
        self.arrays.cells[Cell.COUNTING] = int(index >= self.model.counted_from)

    def _flush(self) -> None:
        _, _, e, q = self.addresses
        flush(e, q)

    def _hand_over_log(self) -> None:
        """Pass the rows of the log on, and empty it."""
        size = int(self.arrays.cells[Cell.LOG_SIZE])
        if self.log is not None:
            for values in self.arrays.log[: size * LOG_WIDTH].reshape(size, LOG_WIDTH).tolist():
                row: Any = [int(x) if i in _INTEGERS else x for i, x in enumerate(values)]
                self.log(tuple(row))
        self.arrays.cells[Cell.LOG_SIZE] = 0

    def _result(self) -> Tally:
        self._hand_over_log()
        cells = self.arrays.cells
        self.tally.entered = int(cells[Cell.ENTERED])
        self.tally.left = int(cells[Cell.LEFT])
        self.tally.inside = int(cells[Cell.ROWS] - cells[Cell.FREE_ROWS])
        return self.tally
