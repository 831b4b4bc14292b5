"""The care pathway's memory: one row per patient inside, and what it counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np

from sim.chance import stream_key
from sim.glossary import TIERS
from sim.kernel import adder, column_reader, column_writer, reader, writer
from sim.memory import aligned, with_twins
from sim.world.care import SETTINGS, CareWorld, Setting
from sim.world.fields import Ints, Reals

TICKS_PER_MINUTE = 1 << 16
"""Sums of minutes are kept in whole ticks, so that they do not depend on the order of addition."""


class Row(IntEnum):
    """Columns of a patient: first what every step asks for, last what only stays need."""

    KEY = 0
    STAGE = 1
    FACILITY = 2
    VISITS = 3
    """Occasions so far; addresses draws."""
    CONDITION = 4
    COMPLEXITY = 5
    EMERGENCY = 6
    REFERRED = 7
    """Came by referral: keeps the full reimbursement rate, and comes before routine patients."""
    PLACE = 8
    COUNTY = 9
    """Of residence."""
    SCHEME = 10
    FIRST_TIER = 11
    """Tier of first contact, NONE before it."""
    REASON = 12
    """Why the patient is outside the county, a `Reason`."""
    SINCE_ONSET = 13
    """Minutes from onset until a doctor is seen first."""
    DIRECT = 14
    """Goes straight to a bed (diverted or readmitted)."""
    POSITION = 15
    """Of the facility among those within reach of the place."""
    BAND = 16
    CONTRACT = 17
    AGE = 18
    READMITTED = 19
    STEP_DOWN = 20
    """Facility of the step-down bed."""
    ACUTE = 21
    """Minutes of the acute stay."""
    REHABILITATION = 22
    """Minutes of rehabilitation, 0 for none."""


REALS = frozenset({Row.COMPLEXITY, Row.SINCE_ONSET, Row.ACUTE, Row.REHABILITATION})
"""Columns that hold real numbers in the same eight bytes."""
ROW_WIDTH = 24
"""Three cache lines."""


class Reason(IntEnum):
    """Why a visit takes place outside the county of residence."""

    INSIDE = 0
    PREFERENCE = 1
    """Chose to go though the county could treat it."""
    CAPABILITY = 2
    """Nobody in the county could treat it."""
    CAPACITY = 3
    """No doctor or bed in time."""
    EMERGENCY = 4
    """The ambulance went to the nearest able hospital, outside."""
    REFERRED_TREATABLE = 5
    """Referred up though the county could treat it."""


class Visit(IntEnum):
    """Kinds of visit that flows are counted by."""

    OUTPATIENT = 0
    EMERGENCY = 1
    ADMISSION = 2


class Money(IntEnum):
    """Columns of `CareArrays.money`, in fen."""

    PRICE = 0
    IN_SCOPE = 1
    FUND = 2


class Event(IntEnum):
    """Columns of `CareArrays.events`: what happened to residents of a county."""

    ONSETS = 0
    PREVENTED = 1
    NOT_SOUGHT = 2
    REFERRED_UP = 3
    REFERRED_DOWN = 4
    RETURNED = 5
    """Referrals that review sent back."""
    DIVERTED = 6
    ABANDONED = 7
    """Left a doctor's queue."""
    UNMET = 8
    """Gave up without care."""
    READMISSIONS = 9
    TRIPS = 10
    TRAVEL_TICKS = 11
    EMERGENCIES_SEEN = 12
    EMERGENCY_TICKS = 13
    """Onset to doctor, of emergencies."""
    FIRST_SEEN = 14
    FIRST_TICKS = 15
    """Onset to doctor, of everybody."""
    STEP_DOWN_LEFT = 16
    """Stayed in the acute bed because no step-down bed came free in time."""


class Work(IntEnum):
    """Columns of `CareArrays.work`: what a facility did in the counted time."""

    VISITS = 0
    EMERGENCIES = 1
    ADMISSIONS = 2
    DISCHARGES = 3
    STAY_TICKS = 4
    """Sum of finished stays, with any wait for a step-down bed."""
    SURGICAL_STAYS = 5
    GRADE_FOUR_STAYS = 6
    INCOME = 7
    """fen"""
    SERVICE_INCOME = 8
    """fen"""
    REFERRED_UP = 9
    DIVERTED = 10
    ABANDONED = 11
    STEP_DOWN_STAYS = 12


@dataclass
class CareArrays:
    """What kernels see as ``s``."""

    stream: Ints
    """[stream, (key, number of onsets so far, row of the mix)]"""
    patient: Ints
    """[row, Row]"""
    clock: Ints
    """(period, 1 when it is counted)"""
    expected_wait: Reals
    """[f] minutes for a doctor, as patients expect it"""
    wait_weight: Reals
    """[f] its choice weight"""
    wait_ticks: Ints
    """[f] sum of this period's waits"""
    wait_count: Ints
    """[f] their number"""
    flow: Ints
    """[c, first tier, tier, visit kind, d, reason] counted visits"""
    weekly: Ints
    """[period, c, tier, visit kind, reason] visits"""
    money: Ints
    """[c, m, tier, setting, Money] counted, fen"""
    events: Ints
    """[period, c, Event]"""
    work: Ints
    """[f, Work] counted"""

    def __deepcopy__(self, memo: dict[int, Any]) -> CareArrays:
        """Copy; partitions' copies share what the partitions share."""
        return with_twins(self, memo)


STREAM_WIDTH = 3
REASONS, VISITS, MONEYS, EVENTS, WORKS = len(Reason), len(Visit), len(Money), len(Event), len(Work)


def zeros(*shape: int) -> Ints:
    """Return a flat array of zeros; memory is taken only where it is written later."""
    return np.zeros(math.prod(shape), dtype=np.int64)


class CareState:
    """Fresh memory for one run.

    Parameters
    ----------
    world : CareWorld
    run : int
        Key of the replication.
    periods : int
        Counting periods.
    capacity : int
        Rows for patients at the start; `grow` doubles them.
    """

    def __init__(self, world: CareWorld, run: int, periods: int, capacity: int = 1024) -> None:
        s = world.settings
        conditions, schemes = int(s[Setting.CONDITIONS]), int(s[Setting.SCHEMES])
        facilities, counties = int(s[Setting.FACILITIES]), int(s[Setting.COUNTIES])
        tiers, settings = len(TIERS), len(SETTINGS)
        stream = np.zeros((world.stream_name.size, STREAM_WIDTH), dtype=np.int64)
        stream[:, 0] = [stream_key(run, int(name)) for name in world.stream_name]

        self.capacity = capacity
        self.arrays = CareArrays(
            stream=stream.ravel(),
            patient=aligned(zeros(capacity, ROW_WIDTH)),
            clock=zeros(2),
            expected_wait=np.zeros(facilities),
            wait_weight=np.ones(facilities),
            wait_ticks=zeros(facilities),
            wait_count=zeros(facilities),
            flow=zeros(counties, tiers, tiers, VISITS, conditions, REASONS),
            weekly=zeros(periods, counties, tiers, VISITS, REASONS),
            money=zeros(counties, schemes, tiers, settings, MONEYS),
            events=zeros(periods, counties, EVENTS),
            work=zeros(facilities, WORKS),
        )
        self.shapes = {
            "flow": (counties, tiers, tiers, VISITS, conditions, REASONS),
            "weekly": (periods, counties, tiers, VISITS, REASONS),
            "money": (counties, schemes, tiers, settings, MONEYS),
            "events": (periods, counties, EVENTS),
            "work": (facilities, WORKS),
        }

    def grow(self) -> None:
        """Double the rows for patients, keeping their contents."""
        self.capacity *= 2
        patient = self.arrays.patient
        self.arrays.patient = aligned(np.concatenate([patient, np.zeros_like(patient)]))

    def part(self) -> CareState:
        """Return the memory of one partition: patients and counters of its own.

        Streams belong to one partition, and so do the waits at a facility; expectations of them and the
        clock change only between periods.
        """
        made = copy(self)
        arrays = self.arrays
        own: dict[str, Any] = {name: zeros(*shape) for name, shape in self.shapes.items()}
        made.arrays = replace(arrays, patient=aligned(zeros(arrays.patient.size)), **own)
        return made

    def absorb(self, part: CareState) -> None:
        """Add the counters of a partition."""
        for name in self.shapes:
            getattr(self.arrays, name)[:] += getattr(part.arrays, name)

    def table(self, name: str) -> Ints:
        """Return a counter array in its shape (see `CareArrays`)."""
        array: Ints = getattr(self.arrays, name).reshape(self.shapes[name])
        return array


# --- how kernels see a patient -----------------------------------------------------------------


def _get(column: Row) -> Callable[[int, int], Any]:
    return column_reader(CareArrays, "patient", ROW_WIDTH, column, real=column in REALS)


def _set(column: Row) -> Callable[[int, int, Any], None]:
    return column_writer(CareArrays, "patient", ROW_WIDTH, column, real=column in REALS)


get_key, set_key = _get(Row.KEY), _set(Row.KEY)
get_stage, set_stage = _get(Row.STAGE), _set(Row.STAGE)
get_facility, set_facility = _get(Row.FACILITY), _set(Row.FACILITY)
get_visits, set_visits = _get(Row.VISITS), _set(Row.VISITS)
get_condition, set_condition = _get(Row.CONDITION), _set(Row.CONDITION)
get_complexity, set_complexity = _get(Row.COMPLEXITY), _set(Row.COMPLEXITY)
get_emergency, set_emergency = _get(Row.EMERGENCY), _set(Row.EMERGENCY)
get_referred, set_referred = _get(Row.REFERRED), _set(Row.REFERRED)
get_place, set_place = _get(Row.PLACE), _set(Row.PLACE)
get_county, set_county = _get(Row.COUNTY), _set(Row.COUNTY)
get_scheme, set_scheme = _get(Row.SCHEME), _set(Row.SCHEME)
get_first_tier, set_first_tier = _get(Row.FIRST_TIER), _set(Row.FIRST_TIER)
get_reason, set_reason = _get(Row.REASON), _set(Row.REASON)
get_since_onset, set_since_onset = _get(Row.SINCE_ONSET), _set(Row.SINCE_ONSET)
get_direct, set_direct = _get(Row.DIRECT), _set(Row.DIRECT)
get_position, set_position = _get(Row.POSITION), _set(Row.POSITION)
get_band, set_band = _get(Row.BAND), _set(Row.BAND)
get_contract, set_contract = _get(Row.CONTRACT), _set(Row.CONTRACT)
get_age, set_age = _get(Row.AGE), _set(Row.AGE)
get_readmitted, set_readmitted = _get(Row.READMITTED), _set(Row.READMITTED)
get_step_down, set_step_down = _get(Row.STEP_DOWN), _set(Row.STEP_DOWN)
get_acute, set_acute = _get(Row.ACUTE), _set(Row.ACUTE)
get_rehabilitation, set_rehabilitation = _get(Row.REHABILITATION), _set(Row.REHABILITATION)

patient_cell = reader(CareArrays, "patient")
set_patient_cell = writer(CareArrays, "patient")
stream_state = reader(CareArrays, "stream")
set_stream_state = writer(CareArrays, "stream")
clock = reader(CareArrays, "clock")
set_clock = writer(CareArrays, "clock")
expected_wait = reader(CareArrays, "expected_wait")
set_expected_wait = writer(CareArrays, "expected_wait")
wait_weight = reader(CareArrays, "wait_weight")
set_wait_weight = writer(CareArrays, "wait_weight")
wait_ticks = reader(CareArrays, "wait_ticks")
set_wait_ticks = writer(CareArrays, "wait_ticks")
wait_count = reader(CareArrays, "wait_count")
set_wait_count = writer(CareArrays, "wait_count")
add_flow = adder(CareArrays, "flow")
add_weekly = adder(CareArrays, "weekly")
add_money = adder(CareArrays, "money")
add_events = adder(CareArrays, "events")
add_work = adder(CareArrays, "work")
