"""What a queueing network remembers: a row per patient inside, and counters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.chance import stream_key
from sim.lookup import adder, columns, reader, writer
from sim.memory import aligned, doubled, record
from sim.world.fields import Ints, Reals
from sim.world.network.world import NetworkWorld


class Fate(IntEnum):
    """How a patient left the network."""

    FINISHED = 0
    RENEGED = 1
    """Patience ran out, and there was no other station to go to."""
    REFUSED = 2
    """No room to wait, and no other station to go to."""
    SENT_HOME = 3
    """The station closed, or was closed, and there was no other one to go to."""


class Unserved(IntEnum):
    """Why somebody who came to a station was not served there."""

    PATIENCE = 0
    """Patience ran out."""
    FULL = 1
    """No room to wait."""
    CLOSING = 2
    """The station closed while they waited."""
    CLOSED = 3
    """It was closed when they came: the engine never heard of them."""
    HOLD_LIMIT = 4
    """They kept a server elsewhere, as long as they were let."""
    NONE_FREE = 5
    """They only looked for a free server; one of several stations tried in order."""
    NONE_FREE_NOR_ROOM = 6
    """The same, where the queue was full as well."""


FATES = len(Fate)
REASONS = len(Unserved)
TIME_BINS = 1050
"""Cells of the histogram of time in system."""
TIME_FLOOR, TIME_WIDTH = 1e-3, 0.02


def time_edges() -> Reals:
    """Return the upper edges of the time-in-system histogram in minutes; the last bin is open.

    The first bin is everything up to a thousandth of a minute; the others are 2 % wide.
    """
    edges: Reals = TIME_FLOOR * np.exp(TIME_WIDTH * np.arange(TIME_BINS - 1))
    return edges


PATIENT = record(
    key="i8", time="f8", began="f8", held_until="f8", station="i4", steps="i4", patient_class="i4",
    first_class="i4", origin="i4", held_cell="i4", group="i2", tried="i2", stage="i1", keeps="i1",
    ends="i1",
)  # fmt: skip
"""A patient's row, which fills one line of memory.

key
    Address of the draws.
time
    Minutes in the system so far, up to the end of the present stage.
began
    When the patient came, in minutes.
held_until
    Of `time`: when the server that a patient keeps after its service must be given up.
station
    The one asked for, travelled to or served in.
steps
    So far: the occasion of the next draws.
patient_class, first_class
    The present class, and the one whose stream the patient came in.
origin
    The station asked for first.
held_cell
    Class and station of the server held, NOWHERE for none.
group, tried
    Stations to be tried in order, NOWHERE for one only, and how many of them were.
stage
    A `Stage`.
keeps
    1 = still holds the server of the station before.
ends
    An `Unserved`: what it means when the present patience runs out.
"""


class Stage(IntEnum):
    """What a patient is doing."""

    QUEUEING = 0
    """Or not begun yet."""
    SERVED = 1
    TRAVELLING = 2
    TRYING = 3
    """Looking for a free server, without waiting for one."""
    SHUT_OUT = 4
    """Before a closed station."""


@dataclass
class NetworkArrays:
    """Memory of the network pathway: a row per patient inside, and counters."""

    patient: Ints
    """(rows,) a `PATIENT` each."""

    stream: Ints
    """(classes,) key of the class's random stream."""
    onsets: Ints
    """(classes,) onsets so far, with the one that is due next."""
    arrivals: Ints
    """(classes,) the same of arrivals; a batch is one."""
    batch_left: Ints
    """(classes,) of the batch that is due next or came last, how many are still to begin."""
    due: Reals
    """(classes,) when the next one begins."""
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
    time_range: Reals
    """(classes * fates * 2,) the shortest and the longest of them, in minutes; infinite where nobody left."""
    unserved_count: Ints
    """(cells * reasons,) patients who were not served at a station in counted periods, by `Unserved`."""
    unserved_wait: Reals
    """(cells * reasons,) sum of their waits, in minutes."""
    overtime: Reals
    """(cells,) minutes of the services begun in counted periods in which the station is closed."""

    waiting_now: Ints
    """(cells,) patients in the queue."""
    held_now: Ints
    """(cells,) servers held by patients, of the class that they had when they got them."""
    inside_now: Ints
    """(first class * stations,) patients inside, by the station that they asked for first."""
    census_count: Ints
    """(census rows,) how often everybody was counted."""
    census_waiting: Ints
    """(census rows * cells,) sums of `waiting_now`."""
    census_held: Ints
    """(census rows * cells,) sums of `held_now`."""
    census_inside: Ints
    """(census rows * cells,) sums of `inside_now`."""


_FIRST_CAPACITY = 256


def _zeros(size: int) -> Ints:
    return np.zeros(size, dtype=np.int64)


class NetworkState:
    """The network pathway's memory.

    Parameters
    ----------
    network : NetworkWorld
    run : int
        Key of the replication, from `sim.chance.run_key`.

    Attributes
    ----------
    counters : tuple of str
        The arrays that a stretch of a run has differences of.
    """

    counters = (
        *("entered_count", "left_count", "time_sum", "time_squares", "time_histogram"),
        *("unserved_count", "unserved_wait", "overtime"),
    )

    def __init__(self, network: NetworkWorld, run: int) -> None:
        classes = network.class_name.size
        fates, cells = classes * FATES, classes * int(network.stations[0])
        census = int(network.census_rows[0])
        self.arrays = NetworkArrays(
            patient=aligned(np.zeros(_FIRST_CAPACITY, PATIENT).view(np.int64)),
            stream=np.array([stream_key(run, int(n)) for n in network.class_name], dtype=np.int64),
            onsets=_zeros(classes),
            arrivals=_zeros(classes),
            batch_left=_zeros(classes),
            due=np.zeros(classes),
            period=_zeros(1),
            entered_count=_zeros(classes),
            left_count=_zeros(fates),
            time_sum=np.zeros(fates),
            time_squares=np.zeros(fates),
            time_histogram=_zeros(fates * TIME_BINS),
            time_range=np.tile([np.inf, -np.inf], fates),
            unserved_count=_zeros(cells * REASONS),
            unserved_wait=np.zeros(cells * REASONS),
            overtime=np.zeros(cells),
            waiting_now=_zeros(cells),
            held_now=_zeros(cells),
            inside_now=_zeros(cells),
            census_count=_zeros(max(1, census)),
            census_waiting=_zeros(max(1, census * cells)),
            census_held=_zeros(max(1, census * cells)),
            census_inside=_zeros(max(1, census * cells)),
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


_column = columns(NetworkArrays, "patient", PATIENT)
key, set_key = _column("key")
patient_class, set_patient_class = _column("patient_class")
first_class, set_first_class = _column("first_class")
station, set_station = _column("station")
origin, set_origin = _column("origin")
held_cell, set_held_cell = _column("held_cell")
group, set_group = _column("group")
tried, set_tried = _column("tried")
stage, set_stage = _column("stage")
keeps, set_keeps = _column("keeps")
ends, set_ends = _column("ends")
steps, set_steps = _column("steps")
time, set_time = _column("time")
began, set_began = _column("began")
held_until, set_held_until = _column("held_until")

stream = reader(NetworkArrays, "stream")
onsets, set_onsets = reader(NetworkArrays, "onsets"), writer(NetworkArrays, "onsets")
arrivals, set_arrivals = reader(NetworkArrays, "arrivals"), writer(NetworkArrays, "arrivals")
batch_left, set_batch_left = (
    reader(NetworkArrays, "batch_left"),
    writer(NetworkArrays, "batch_left"),
)
due, set_due = reader(NetworkArrays, "due"), writer(NetworkArrays, "due")
period, set_period = reader(NetworkArrays, "period"), writer(NetworkArrays, "period")

count_entered = adder(NetworkArrays, "entered_count")
count_left = adder(NetworkArrays, "left_count")
add_time = adder(NetworkArrays, "time_sum")
add_square = adder(NetworkArrays, "time_squares")
count_time = adder(NetworkArrays, "time_histogram")
time_extreme = reader(NetworkArrays, "time_range")
set_time_extreme = writer(NetworkArrays, "time_range")
count_unserved = adder(NetworkArrays, "unserved_count")
add_unserved_wait = adder(NetworkArrays, "unserved_wait")
add_overtime = adder(NetworkArrays, "overtime")

waiting_now, add_waiting = reader(NetworkArrays, "waiting_now"), adder(NetworkArrays, "waiting_now")
held_now, add_held = reader(NetworkArrays, "held_now"), adder(NetworkArrays, "held_now")
inside_now, add_inside = reader(NetworkArrays, "inside_now"), adder(NetworkArrays, "inside_now")
add_census = adder(NetworkArrays, "census_count")
add_census_waiting = adder(NetworkArrays, "census_waiting")
add_census_held = adder(NetworkArrays, "census_held")
add_census_inside = adder(NetworkArrays, "census_inside")
