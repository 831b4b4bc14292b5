"""A pathway whose every step is written by hand, to test an engine's event sequences exactly.

Each stream brings one patient at a written time, who takes written steps one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.engine import compiled, reference
from sim.engine.choose import Simulate
from sim.engine.model import Epoch, Model, Pathway
from sim.engine.tally import Tally
from sim.engine.ties import PATIENTS_PER_STREAM
from sim.kernel import entry_kernel
from sim.lookup import reader, writer
from sim.pathway.steps import ARRIVED, HOLD, LEAVE, REFUSED, RENEGED, SEIZE, Step, make_step
from sim.world.fields import Ints, Reals, ints, reals
from sim.world.partitions import Partition
from sim.world.pools import NO_LIMIT, PoolsBuilder

EVENT_NAMES = ("arrived", "granted", "reneged", "refused", "done")
END = -1


class Line(NamedTuple):
    """One written step; `otherwise` is the line to go to after a renege or refusal."""

    action: int
    pool: int = 0
    priority: int = 0
    group: int = 0
    minutes: float = 0.0
    keep: int = 0
    otherwise: int = END


def seize(
    pool: int = 0,
    *,
    priority: int = 0,
    group: int = 0,
    patience: float = math.inf,
    keep: int = 0,
    otherwise: int = END,
) -> Line:
    return Line(SEIZE, pool, priority, group, patience, keep, otherwise)


def hold(minutes: float, *, keep: int = 1, pool: int = -1) -> Line:
    """Stay, and be where a pool is when the time is over."""
    return Line(HOLD, pool, minutes=minutes, keep=keep)


@dataclass(frozen=True)
class ScriptWorld:
    arrival: Reals
    first_line: Ints
    action: Ints
    pool: Ints
    priority: Ints
    group: Ints
    minutes: Reals
    keep: Ints
    otherwise: Ints


@dataclass
class ScriptArrays:
    patient: Ints
    line: Ints
    begun: Ints


class ScriptState:
    def __init__(self, streams: int) -> None:
        self.arrays = ScriptArrays(ints([0]), ints([0]), ints([0] * streams))

    @property
    def capacity(self) -> int:
        return int(self.arrays.patient.size)

    def grow(self) -> None:
        for name in ("patient", "line"):
            old = getattr(self.arrays, name)
            setattr(self.arrays, name, np.concatenate([old, np.zeros_like(old)]))

    def part(self) -> ScriptState:
        made = ScriptState(1)
        made.arrays.begun = self.arrays.begun
        return made

    def absorb(self, part: ScriptState) -> None:
        """Nothing is counted here."""


_arrival = reader(ScriptWorld, "arrival")
_first_line = reader(ScriptWorld, "first_line")
_action = reader(ScriptWorld, "action")
_pool = reader(ScriptWorld, "pool")
_priority = reader(ScriptWorld, "priority")
_group = reader(ScriptWorld, "group")
_minutes = reader(ScriptWorld, "minutes")
_keep = reader(ScriptWorld, "keep")
_otherwise = reader(ScriptWorld, "otherwise")
_patient, _set_patient = reader(ScriptArrays, "patient"), writer(ScriptArrays, "patient")
_line, _set_line = reader(ScriptArrays, "line"), writer(ScriptArrays, "line")
_begun, _set_begun = reader(ScriptArrays, "begun"), writer(ScriptArrays, "begun")


@entry_kernel
def _next_gap(w: int, s: int, stream: int, now: float) -> float:
    if _begun(s, stream):
        return math.inf
    _set_begun(s, stream, 1)
    return _arrival(w, stream) - now


@entry_kernel
def _begin(w: int, s: int, row: int, stream: int, _number: int) -> int:
    _set_patient(s, row, stream)
    _set_line(s, row, 0)
    return 1


@entry_kernel
def _next_step(w: int, s: int, row: int, event: int, _waited: float) -> Step:
    first = _first_line(w, _patient(s, row))
    line = _line(s, row)
    if event == ARRIVED:
        line = 0
    elif event in (RENEGED, REFUSED):
        line = _otherwise(w, first + line)
    else:
        line += 1
    if line == END:
        return make_step(LEAVE, 0, 0, 0, 0.0, 0)
    _set_line(s, row, line)
    at = first + line
    return make_step(
        _action(w, at),
        _pool(w, at),
        _priority(w, at),
        _group(w, at),
        _minutes(w, at),
        _keep(w, at),
    )


@entry_kernel
def _new_period(_w: int, _s: int, _period: int) -> None:
    pass


@entry_kernel
def _describe(_w: int, s: int, row: int) -> tuple[int, int, int, int, int]:
    return _patient(s, row), _line(s, row), 0, 0, 0


@entry_kernel
def _carry(s: int, row: int, other: int, other_row: int) -> None:
    _set_patient(other, other_row, _patient(s, row))
    _set_line(other, other_row, _line(s, row))


SCRIPT = Pathway(
    name="script",
    next_gap=_next_gap,
    begin=_begin,
    next_step=_next_step,
    new_period=_new_period,
    describe=_describe,
    carry=_carry,
    new_state=lambda world, _run, _periods: ScriptState(world.arrival.size),
    describes=("script", "line", "none_1", "none_2", "none_3"),
)

Patient = tuple[float, Sequence[Line]]
"""Arrival time and steps; leaving is added."""


class PoolSpec(NamedTuple):
    segments: Sequence[tuple[int, int, int]] = ((0, 1, 0),)
    room: int = NO_LIMIT
    reserved_for: int = 0
    levels: int = 0
    served_every: int = 0


class Result(NamedTuple):
    tally: Tally
    events: list[tuple[float, int, str]]
    """(time, patient, what happened), in the order in which it happened."""
    waits: dict[int, list[float]]
    """Waits of each patient, granted or not."""


def servers(count: int, reserved: int = 0, **more: int) -> PoolSpec:
    return PoolSpec(((0, count, reserved),), **more)


def model(
    patients: Sequence[Patient],
    pools: Sequence[PoolSpec],
    *,
    periods: Sequence[float] = (0.0, 1000.0),
    counted_from: int = 0,
    groups: int = 1,
    more_epochs: Sequence[tuple[float, Sequence[PoolSpec]]] = (),
    partitions: Sequence[Partition] = (),
    window: float = math.inf,
) -> Model:
    lines: list[Line] = []
    first = []
    for _, steps in patients:
        first.append(len(lines))
        lines += [*steps, Line(LEAVE)]
    world = ScriptWorld(
        arrival=reals([time for time, _ in patients]),
        first_line=ints(first),
        **{
            name: (reals if name == "minutes" else ints)([getattr(line, name) for line in lines])
            for name in Line._fields
        },
    )
    epochs = [Epoch(0.0, world, _build(pools, groups))]
    epochs += [Epoch(start, world, _build(changed, groups)) for start, changed in more_epochs]
    return Model(
        pathway=SCRIPT,
        epochs=tuple(epochs),
        streams=len(patients),
        groups=groups,
        wait_rows=len(pools) * groups,
        start_minute_of_week=0,
        period_starts=reals(periods),
        counted_from=counted_from,
        partitions=tuple(partitions),
        window=window,
    )


def _build(pools: Sequence[PoolSpec], groups: int):
    builder = PoolsBuilder()
    for number, pool in enumerate(pools):
        builder.add(
            pool.segments,
            wait_row=number * groups,
            room=pool.room,
            reserved_for=pool.reserved_for,
            levels=pool.levels,
            served_every=pool.served_every,
        )
    return builder.build()


def run_logged(simulate: Simulate, written: Model) -> tuple[Tally, Reals]:
    """Run once and return the tally and all rows of the log."""
    chunks: list[Reals] = []
    tally = simulate(written, 1, 0, chunks.append)
    return tally, np.concatenate(chunks)


def run(written: Model) -> Result:
    """Run on both engines, which must agree to the bit, and return what happened."""
    tally, rows = run_logged(reference.simulate, written)
    other, compiled_rows = run_logged(compiled.simulate, written)
    np.testing.assert_array_equal(compiled_rows, rows)
    for name in ("counts", "amounts", "wait_histogram", "level_minutes"):
        np.testing.assert_array_equal(getattr(other, name), getattr(tally, name))
    assert (other.entered, other.left, other.inside) == (tally.entered, tally.left, tally.inside)
    events, waits = [], {}
    for time, patient, event, waited, *_ in rows:
        name, happened = int(patient) // PATIENTS_PER_STREAM, EVENT_NAMES[int(event)]
        events.append((time, name, happened))
        if happened in ("granted", "reneged", "refused"):
            waits.setdefault(name, []).append(waited)
    return Result(tally, events, waits)
