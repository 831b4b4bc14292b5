"""What happens next in a queueing network: arrive, queue, be served, move on, leave.

The time in system is the sum of a patient's waits, stays and travels, counted when they leave.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from sim.chance import Purpose, draw, patient_key, stream_key
from sim.kernel import entry_kernel, kernel
from sim.lookup import adder, columns, first_not_below, reader, writer
from sim.memory import aligned, doubled, record
from sim.pathway.steps import (
    ARRIVED,
    DONE,
    GRANTED,
    HOLD,
    LEAVE,
    RENEGED,
    SEIZE,
    Step,
    make_step,
)
from sim.world import network as world
from sim.world.distributions import sample
from sim.world.fields import Ints, Reals
from sim.world.network import NOWHERE, ArrivalKind, NetworkWorld
from sim.world.pools import MINUTES_PER_WEEK


class Fate(IntEnum):
    """How a patient left the network."""

    FINISHED = 0
    RENEGED = 1
    """Patience ran out, and there was no other station to go to."""
    REFUSED = 2
    """No room to wait, and no other station to go to."""


FATES = len(Fate)
TIME_BINS = 1050
"""Cells of the histogram of time in system."""
_TIME_FLOOR, _TIME_WIDTH = 1e-3, 0.02


def time_edges() -> Reals:
    """Return the upper edges of the time-in-system histogram in minutes; the last bin is open.

    The first bin is everything up to a thousandth of a minute; the others are 2 % wide.
    """
    edges: Reals = _TIME_FLOOR * np.exp(_TIME_WIDTH * np.arange(TIME_BINS - 1))
    return edges


PATIENT = record(
    key="i8", time="f8", station="i4", steps="i4", patient_class="i4", stage="i1", keeps="i1"
)
"""A patient's row.

key
    Address of the draws.
time
    Minutes in the system so far, up to the end of the present stage.
station
    The one asked for, travelled to or served in.
steps
    So far: the occasion of the next draws.
patient_class
    Class, the stream of its arrivals.
stage
    0 = before or in a queue, 1 = in service, 2 = travelling.
keeps
    1 = still holds the server of the station before.
"""


@dataclass
class NetworkArrays:
    """Memory of the network pathway: a row per patient inside, and counters."""

    patient: Ints
    """(rows,) a `PATIENT` each."""

    stream: Ints
    """(classes,) key of the class's random stream."""
    onsets: Ints
    """(classes,) onsets so far, with the one that is due next."""
    period: Ints
    """(1,) the present period."""

    entered_count: Ints
    """(classes,) patients who entered in counted periods."""
    left_count: Ints
    """(classes * fates,) patients who left in counted periods."""
    time_sum: Reals
    """(classes * fates,) sum of their times in system, in minutes."""
    time_squares: Reals
    """(classes * fates,) sum of the squares, in minutes squared."""
    time_histogram: Ints
    """(classes * fates * TIME_BINS,) see `time_edges`."""


_FIRST_CAPACITY = 256


class NetworkState:
    """The network pathway's memory.

    Parameters
    ----------
    network : NetworkWorld
    run : int
        Key of the replication, from `sim.chance.run_key`.
    """

    def __init__(self, network: NetworkWorld, run: int) -> None:
        classes = network.class_name.size
        cells = classes * FATES
        self.arrays = NetworkArrays(
            patient=aligned(np.zeros(_FIRST_CAPACITY, PATIENT).view(np.int64)),
            stream=np.array([stream_key(run, int(n)) for n in network.class_name], dtype=np.int64),
            onsets=np.zeros(classes, dtype=np.int64),
            period=np.zeros(1, dtype=np.int64),
            entered_count=np.zeros(classes, dtype=np.int64),
            left_count=np.zeros(cells, dtype=np.int64),
            time_sum=np.zeros(cells),
            time_squares=np.zeros(cells),
            time_histogram=np.zeros(cells * TIME_BINS, dtype=np.int64),
        )

    @property
    def capacity(self) -> int:
        """Rows for patients."""
        return int(self.arrays.patient.view(PATIENT).size)

    def grow(self) -> None:
        """Double the rows, keeping their contents."""
        self.arrays.patient = doubled(self.arrays.patient)


def new_state(network: NetworkWorld, run: int, _periods: int) -> NetworkState:
    """Return fresh memory for one replication."""
    return NetworkState(network, run)


def _memory(name: str) -> tuple[Callable[..., Any], Callable[..., None]]:
    return reader(NetworkArrays, name), writer(NetworkArrays, name)


_column = columns(NetworkArrays, "patient", PATIENT)
_key, _set_key = _column("key")
_class, _set_class = _column("patient_class")
_station, _set_station = _column("station")
_stage, _set_stage = _column("stage")
_keeps, _set_keeps = _column("keeps")
_steps, _set_steps = _column("steps")
_time, _set_time = _column("time")
_onsets, _set_onsets = _memory("onsets")
_period, _set_period = _memory("period")
_stream = reader(NetworkArrays, "stream")
_count_entered = adder(NetworkArrays, "entered_count")
_count_left = adder(NetworkArrays, "left_count")
_add_time = adder(NetworkArrays, "time_sum")
_add_square = adder(NetworkArrays, "time_squares")
_count_time = adder(NetworkArrays, "time_histogram")

_first_link = first_not_below(world.link_share)
_QUEUEING, _SERVED, _TRAVELLING = 0, 1, 2
_FINISHED, _RENEGED, _REFUSED = int(Fate.FINISHED), int(Fate.RENEGED), int(Fate.REFUSED)
_REGULAR, _SCRIPTED = int(ArrivalKind.REGULAR), int(ArrivalKind.SCRIPTED)
_ONSET, _SERVICE, _PATIENCE = int(Purpose.ONSET), int(Purpose.SERVICE), int(Purpose.PATIENCE)
_ROUTE, _TRAVEL = int(Purpose.ROUTE), int(Purpose.TRAVEL)
_WEEK = float(MINUTES_PER_WEEK)


# --- arrivals -----------------------------------------------------------------------------


@kernel
def _minutes_until(w: int, first: int, end: int, now: float, amount: float) -> float:
    """Return how long the rates of a week take to add up to `amount`, from `now` on.

    This turns a Poisson process of rate 1 into one whose rate follows the week.
    """
    weekly = 0.0
    for row in range(first, end):
        until = world.arrival_minute(w, row + 1) if row + 1 < end else _WEEK
        weekly += (until - world.arrival_minute(w, row)) * world.arrival_rate(w, row)
    if weekly <= 0.0:
        return math.inf
    weeks = math.floor(amount / weekly)
    left = amount - weeks * weekly
    minute = (world.start_minute_of_week(w, 0) + now) % _WEEK
    row = end - 1
    while world.arrival_minute(w, row) > minute:
        row -= 1
    gap: float = weeks * _WEEK
    while True:
        until = world.arrival_minute(w, row + 1) if row + 1 < end else _WEEK
        rate = world.arrival_rate(w, row)
        if rate > 0.0 and left <= (until - minute) * rate:
            gap += left / rate
            return gap
        left -= (until - minute) * rate
        gap += until - minute
        row = row + 1 if row + 1 < end else first
        minute = world.arrival_minute(w, row)


@entry_kernel
def next_gap(w: int, s: int, stream: int, now: float) -> float:
    """Return the minutes to the next arrival of a class (a stream); inf when there is none.

    The gap is part of the luck of the patient who ends it.
    """
    number = _onsets(s, stream)
    _set_onsets(s, stream, number + 1)
    kind = world.arrival_kind(w, stream)
    first, end = world.arrival_start(w, stream), world.arrival_start(w, stream + 1)
    if kind == _REGULAR:
        due: float = world.arrival_minute(w, first) + number * world.arrival_rate(w, first)
        return due - now
    if kind == _SCRIPTED:
        due = world.arrival_minute(w, first + number) if first + number < end else math.inf
        return due - now
    amount = -math.log(draw(patient_key(_stream(s, stream), number), _ONSET, 0))
    if end == first + 1:
        rate: float = world.arrival_rate(w, first)
        return amount / rate if rate > 0.0 else math.inf
    return _minutes_until(w, first, end, now, amount)


@entry_kernel
def begin(w: int, s: int, row: int, stream: int, number: int) -> int:
    """Fill the row of patient `number` of a class; all enter."""
    _set_key(s, row, patient_key(_stream(s, stream), number))
    _set_class(s, row, stream)
    _set_station(s, row, NOWHERE)
    _set_stage(s, row, _QUEUEING)
    _set_keeps(s, row, 0)
    _set_steps(s, row, 0)
    _set_time(s, row, 0.0)
    if _period(s, 0) >= world.world_counted_from(w, 0):
        _count_entered(s, stream, 1)
    return 1


# --- steps --------------------------------------------------------------------------------


@kernel
def _cell(w: int, s: int, row: int) -> int:
    cell: int = _class(s, row) * world.world_stations(w, 0) + _station(s, row)
    return cell


@kernel
def _draw(s: int, row: int, purpose: int) -> float:
    return draw(_key(s, row), purpose, _steps(s, row))


@kernel
def _spend(s: int, row: int, minutes: float) -> None:
    _set_time(s, row, _time(s, row) + minutes)


@kernel
def _leave(w: int, s: int, row: int, fate: int) -> Step:
    """Count the patient out."""
    if _period(s, 0) >= world.world_counted_from(w, 0):
        cell = _class(s, row) * FATES + fate
        minutes = _time(s, row)
        _count_left(s, cell, 1)
        _add_time(s, cell, minutes)
        _add_square(s, cell, minutes * minutes)
        bin_number = 0
        if minutes > _TIME_FLOOR:
            bin_number = math.ceil(math.log(minutes / _TIME_FLOOR) / _TIME_WIDTH)
        _count_time(s, cell * TIME_BINS + min(bin_number, TIME_BINS - 1), 1)
    return make_step(LEAVE, NOWHERE, 0, 0, 0.0, 0)


@kernel
def _queue(w: int, s: int, row: int, station: int, keep: int) -> Step:
    """Ask for a server of a station."""
    _set_station(s, row, station)
    _set_stage(s, row, _QUEUEING)
    _set_keeps(s, row, keep)
    cell = _cell(w, s, row)
    patience = math.inf
    if world.patience(w, cell) != NOWHERE:
        patience = sample(w, world.patience(w, cell), _draw(s, row, _PATIENCE))
    return make_step(SEIZE, station, world.priority(w, cell), _class(s, row), patience, keep)


@kernel
def _follow(w: int, s: int, row: int, links: int, keep: int) -> Step:
    """Choose one of a set of links and set out along it."""
    end = world.link_start(w, links + 1)
    link = _first_link(w, world.link_start(w, links), end, _draw(s, row, _ROUTE))
    if link == end:
        return _leave(w, s, row, _FINISHED)
    station, travel = world.link_station(w, link), world.link_travel(w, link)
    if travel == NOWHERE:
        return _queue(w, s, row, station, keep)
    minutes = sample(w, travel, _draw(s, row, _TRAVEL))
    _set_station(s, row, station)
    _set_stage(s, row, _TRAVELLING)
    _spend(s, row, minutes)
    return make_step(HOLD, station, 0, _class(s, row), minutes, 0)


@kernel
def _serve(w: int, s: int, row: int) -> Step:
    minutes = sample(w, world.service(w, _cell(w, s, row)), _draw(s, row, _SERVICE))
    _set_stage(s, row, _SERVED)
    _set_keeps(s, row, 0)
    _spend(s, row, minutes)
    return make_step(HOLD, _station(s, row), 0, _class(s, row), minutes, 1)


@kernel
def _turned_away(w: int, s: int, row: int, station: int, fate: int) -> Step:
    """Go where a queue sends those whom it does not serve, still holding what was kept."""
    if station == NOWHERE:
        return _leave(w, s, row, fate)
    return _queue(w, s, row, station, _keeps(s, row))


@entry_kernel
def next_step(w: int, s: int, row: int, event: int, waited: float) -> Step:
    """Return what a patient does after an event; see `sim.pathway.steps`."""
    _spend(s, row, waited)
    if event == ARRIVED:
        step = _follow(w, s, row, world.class_links(w, _class(s, row)), 0)
    elif event == GRANTED:
        step = _serve(w, s, row)
    elif event == DONE:
        if _stage(s, row) == _TRAVELLING:
            step = _queue(w, s, row, _station(s, row), 0)
        else:
            cell = _cell(w, s, row)
            step = _follow(w, s, row, world.cell_links(w, cell), world.hold_until_next(w, cell))
    elif event == RENEGED:
        step = _turned_away(w, s, row, world.on_renege(w, _cell(w, s, row)), _RENEGED)
    else:
        step = _turned_away(w, s, row, world.on_full(w, _cell(w, s, row)), _REFUSED)
    _set_steps(s, row, _steps(s, row) + 1)
    return step


@entry_kernel
def new_period(_w: int, s: int, period: int) -> None:
    """Note that a period begins."""
    _set_period(s, 0, period)


@entry_kernel
def describe(_w: int, s: int, row: int) -> tuple[int, int, int, int, int]:
    """Return what a log shows of a patient; see `DESCRIBES`."""
    return (
        _class(s, row),
        _station(s, row),
        _stage(s, row),
        _keeps(s, row),
        _steps(s, row),
    )


DESCRIBES = ("class", "station", "stage", "keeps", "steps")
"""Columns of a log: what `describe` returns."""
