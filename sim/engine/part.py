"""One partition in the compiled engine: its memory and the calls into the loop."""

from __future__ import annotations

import numpy as np

from sim.engine.arrays import (
    GROUP,
    NODE,
    SPARE_ROWS,
    Cell,
    Fixed,
    Moment,
    new_arrays,
    with_rows,
)
from sim.engine.events import set_bucket_width
from sim.engine.log import LOG_HEAD, Log
from sim.engine.model import Model, State
from sim.engine.tally import Amount, Count, Extreme, Tally
from sim.engine.templates import (
    FINISHED,
    LOG_FULL,
    NEEDS_ROOM,
    NEEDS_ROWS,
    Loop,
    begin_epoch,
    flush,
)
from sim.lookup import AddressTable
from sim.world.fields import Reals
from sim.world.partitions import Partition

_EVENTS_PER_BUCKET = 4.0
_FIRST_TUNING = 512
"""Events after which the buckets are tuned first; then each time the number has doubled."""


class Part:
    """A partition: its memory and its operations.

    Parameters
    ----------
    model : Model
    partition : Partition
    loop : Loop
    tally : Tally
        Where `flush` and `end` add what was counted.
    state : State
        The pathway's memory of this partition.
    log : callable or None
    """

    def __init__(
        self,
        model: Model,
        partition: Partition,
        loop: Loop,
        tally: Tally,
        state: State,
        log: Log | None,
    ) -> None:
        self.level = partition.level
        self._partition = partition
        self._loop = loop
        self._tally = tally
        self._state = state
        self._log = log if len(model.partitions) == 1 else None
        self._rows: list[Reals] = []
        self._log_width = LOG_HEAD + len(model.pathway.describes)
        width = self._log_width if log is not None else 0
        self._arrays = new_arrays(tally, partition, state.capacity, width)
        self._arrays.fixed[Fixed.START_MINUTE_OF_WEEK] = model.start_minute_of_week
        self._arrays.fixed[Fixed.ON_GRID] = int(model.on_grid)
        self._arrays.cells[Cell.TUNE_AT] = _FIRST_TUNING
        self._state_table = AddressTable(state.arrays)
        self._engine_table = AddressTable(self._arrays)
        self._w = self._q = 0
        self._tuned_at = (0, 0.0)
        self._received = 0

    @property
    def counting(self) -> bool:
        """Whether the present period is counted."""
        return bool(self._arrays.fixed[Fixed.COUNTING])

    @counting.setter
    def counting(self, counted: bool) -> None:
        self._arrays.fixed[Fixed.COUNTING] = int(counted)

    @property
    def state_address(self) -> int:
        """The pathway's memory of this partition, as kernels see it."""
        return self._state_table.address

    @property
    def _addresses(self) -> tuple[int, int, int, int]:
        """World, state, engine and pools, as kernels see them."""
        return self._w, self._state_table.address, self._engine_table.address, self._q

    def begin_epoch(self, w: int, q: int) -> None:
        """Switch to another world and other pools, given by their addresses."""
        self._w, self._q = w, q
        self._make_room(0)
        _, _, e, q = self._addresses
        begin_epoch(e, q)
        # Those who are granted a server take their next step at once.
        self.advance(float(self._arrays.moments[Moment.NOW]))

    def begin_streams(self) -> None:
        """Schedule the first onset of every stream."""
        w, s, e, _ = self._addresses
        self._loop.begin_streams(w, s, e)

    def advance(self, until: float) -> None:
        """Run to a time; grow, empty the log or adapt the buckets whenever the loop asks for it."""
        while True:
            status = self._loop.run(*self._addresses, until)
            if status == FINISHED:
                break
            if status == NEEDS_ROWS:
                self._grow()
            elif status == NEEDS_ROOM:
                self._state.make_room()
                self._state_table.refresh()
            elif status == LOG_FULL:
                self._empty_log()
            else:
                self._tune()
        self._arrays.moments[Moment.NOW] = until
        self._empty_log()

    def bound_for(self) -> list[int]:
        """Return where those are going whom this partition has sent away: a pool of each."""
        sent = self._arrays.sent[: int(self._arrays.cells[Cell.SENT])]
        pools: list[int] = self._arrays.node.view(NODE)["wait_pool"][
            sent + self._arrays.fixed[Fixed.FIRST_ROW]
        ].tolist()
        return pools

    def receive(self, sender: Part) -> None:
        """Receive the patients whom another partition has sent here."""
        coming = int(sender._arrays.cells[Cell.SENT])
        if coming == 0 or self._loop.receive is None:
            return
        self._make_room(coming)
        _, s, e, _ = self._addresses
        _, other_s, other_e, _ = sender._addresses
        sender._received += self._loop.receive(s, e, other_s, other_e)

    def forget(self) -> None:
        """Free the rows of patients whom other partitions have received."""
        cells, arrays = self._arrays.cells, self._arrays
        sent, free = int(cells[Cell.SENT]), int(cells[Cell.FREE_ROWS])
        if self._received != sent:
            raise RuntimeError(f"{sent - self._received} patients were sent and did not arrive")
        arrays.free[free : free + sent] = arrays.sent[:sent]
        cells[Cell.FREE_ROWS] = free + sent
        cells[Cell.SENT] = self._received = 0

    def flush(self, row: int) -> None:
        """Add what was counted since the last flush to a row of the tally."""
        flush(self._engine_table.address)
        first, pools = self._partition.first_pool, self._partition.pools
        groups = self._tally.counts.shape[2]
        counted = self._arrays.group.view(GROUP).reshape(pools, groups)
        for table, columns in ((self._tally.counts, Count), (self._tally.amounts, Amount)):
            for column in columns:
                cells = counted[column.name.lower()]
                table[row, first : first + pools, :, column] += cells
                cells[:] = 0

    def take_log(self) -> Reals:
        """Return the rows of the log since the last call."""
        rows, self._rows = self._rows, []
        return np.concatenate(rows) if rows else np.zeros((0, self._log_width))

    def end(self, tally: Tally) -> None:
        """Add to the tally what is counted over the whole run."""
        cells = self._arrays.cells
        tally.entered += int(cells[Cell.ENTERED])
        tally.left += int(cells[Cell.LEFT])
        # Counted from the rows in use, so that entered = left + inside is a check.
        tally.inside += int(self._arrays.fixed[Fixed.ROWS] - cells[Cell.FREE_ROWS])
        if self._arrays.histogram is not tally.wait_histogram:
            tally.wait_histogram += self._arrays.histogram
            here, least, most = self._arrays.wait_range, Extreme.LEAST, Extreme.MOST
            np.minimum(tally.wait_range[:, least], here[:, least], out=tally.wait_range[:, least])
            np.maximum(tally.wait_range[:, most], here[:, most], out=tally.wait_range[:, most])
        if tally.state is not self._state:
            tally.state.absorb(self._state)

    def _make_room(self, coming: int) -> None:
        blocked = self._arrays.cells[Cell.BLOCKED]
        while self._arrays.cells[Cell.FREE_ROWS] < coming + blocked + SPARE_ROWS:
            self._grow()

    def _grow(self) -> None:
        self._state.grow()
        self._state_table.refresh()
        self._arrays = with_rows(self._arrays, self._state.capacity)
        self._engine_table = AddressTable(self._arrays)

    def _empty_log(self) -> None:
        """Pass on the rows of the log, or keep them until all partitions have finished the window."""
        size = int(self._arrays.cells[Cell.LOG_SIZE])
        if size == 0:
            return
        rows = self._arrays.log[: size * self._log_width].reshape(size, -1).copy()
        self._arrays.cells[Cell.LOG_SIZE] = 0
        if self._log is not None:
            self._log(rows)
        else:
            self._rows.append(rows)

    def _tune(self) -> None:
        """Adapt the bucket width to the number of events since the last time."""
        cells, moments = self._arrays.cells, self._arrays.moments
        events, now = int(cells[Cell.EVENTS]), float(moments[Moment.NOW])
        events_before, before = self._tuned_at
        if now > before:
            wanted = (events - events_before) / (now - before) / _EVENTS_PER_BUCKET
            if not 0.5 < wanted / moments[Moment.BUCKETS_PER_MINUTE] < 2.0:
                set_bucket_width(self._engine_table.address, wanted)
        self._tuned_at = events, now
        cells[Cell.TUNE_AT] = 2 * events
