"""The care pathway's memory: one row per patient inside, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.chance import stream_key
from sim.kernel import adder, column_reader, column_writer, reader, writer
from sim.world.care import SETTINGS, TIERS, CareWorld, Setting
from sim.world.fields import Ints, Reals

TICKS_PER_MINUTE = 1 << 16
"""Sums of minutes are kept in whole ticks, so that they do not depend on the order of addition."""


class Row(IntEnum):
    """Columns of a patient's whole numbers."""

    KEY = 0
    PLACE = 1
    AGE = 2
    CONDITION = 3
    SCHEME = 4
    CONTRACT = 5
    EMERGENCY = 6
    BAND = 7
    STAGE = 8
    FACILITY = 9
    POSITION = 10
    """Of the facility among those within reach of the place."""
    VISITS = 11
    """Occasions so far; addresses draws."""
    REFERRED = 12
    """Came by referral: keeps the full reimbursement rate, and comes before routine patients."""
    REASON = 13
    """Why the patient is outside the county, a `Reason`."""
    FIRST_TIER = 14
    """Tier of first contact, NONE before it."""
    DIRECT = 15
    """Goes straight to a bed (diverted or readmitted)."""
    READMITTED = 16
    STEP_DOWN = 17
    """Facility of the step-down bed."""


ROW_WIDTH = 24


class Real(IntEnum):
    """Columns of a patient's real numbers."""

    COMPLEXITY = 0
    SINCE_ONSET = 1
    """Minutes from onset until a doctor is seen first."""
    ACUTE = 2
    """Minutes of the acute stay."""
    REHABILITATION = 3
    """Minutes of rehabilitation, 0 for none."""


REAL_WIDTH = 4


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
    patient_real: Reals
    """[row, Real]"""
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


STREAM_WIDTH = 3
REASONS, VISITS, MONEYS, EVENTS, WORKS = len(Reason), len(Visit), len(Money), len(Event), len(Work)


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

        def zeros(*shape: int) -> Ints:
            return np.zeros(int(np.prod(shape)), dtype=np.int64)

        self.capacity = capacity
        self.arrays = CareArrays(
            stream=stream.ravel(),
            patient=zeros(capacity, ROW_WIDTH),
            patient_real=np.zeros(capacity * REAL_WIDTH),
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
        arrays = self.arrays
        arrays.patient = np.concatenate([arrays.patient, np.zeros_like(arrays.patient)])
        arrays.patient_real = np.concatenate(
            [arrays.patient_real, np.zeros_like(arrays.patient_real)]
        )

    def table(self, name: str) -> Ints:
        """Return a counter array in its shape (see `CareArrays`)."""
        array: Ints = getattr(self.arrays, name).reshape(self.shapes[name])
        return array


# --- how kernels see a patient -----------------------------------------------------------------

get_key = column_reader(CareArrays, "patient", ROW_WIDTH, Row.KEY)
set_key = column_writer(CareArrays, "patient", ROW_WIDTH, Row.KEY)
get_place = column_reader(CareArrays, "patient", ROW_WIDTH, Row.PLACE)
set_place = column_writer(CareArrays, "patient", ROW_WIDTH, Row.PLACE)
get_age = column_reader(CareArrays, "patient", ROW_WIDTH, Row.AGE)
set_age = column_writer(CareArrays, "patient", ROW_WIDTH, Row.AGE)
get_condition = column_reader(CareArrays, "patient", ROW_WIDTH, Row.CONDITION)
set_condition = column_writer(CareArrays, "patient", ROW_WIDTH, Row.CONDITION)
get_scheme = column_reader(CareArrays, "patient", ROW_WIDTH, Row.SCHEME)
set_scheme = column_writer(CareArrays, "patient", ROW_WIDTH, Row.SCHEME)
get_contract = column_reader(CareArrays, "patient", ROW_WIDTH, Row.CONTRACT)
set_contract = column_writer(CareArrays, "patient", ROW_WIDTH, Row.CONTRACT)
get_emergency = column_reader(CareArrays, "patient", ROW_WIDTH, Row.EMERGENCY)
set_emergency = column_writer(CareArrays, "patient", ROW_WIDTH, Row.EMERGENCY)
get_band = column_reader(CareArrays, "patient", ROW_WIDTH, Row.BAND)
set_band = column_writer(CareArrays, "patient", ROW_WIDTH, Row.BAND)
get_stage = column_reader(CareArrays, "patient", ROW_WIDTH, Row.STAGE)
set_stage = column_writer(CareArrays, "patient", ROW_WIDTH, Row.STAGE)
get_facility = column_reader(CareArrays, "patient", ROW_WIDTH, Row.FACILITY)
set_facility = column_writer(CareArrays, "patient", ROW_WIDTH, Row.FACILITY)
get_position = column_reader(CareArrays, "patient", ROW_WIDTH, Row.POSITION)
set_position = column_writer(CareArrays, "patient", ROW_WIDTH, Row.POSITION)
get_visits = column_reader(CareArrays, "patient", ROW_WIDTH, Row.VISITS)
set_visits = column_writer(CareArrays, "patient", ROW_WIDTH, Row.VISITS)
get_referred = column_reader(CareArrays, "patient", ROW_WIDTH, Row.REFERRED)
set_referred = column_writer(CareArrays, "patient", ROW_WIDTH, Row.REFERRED)
get_reason = column_reader(CareArrays, "patient", ROW_WIDTH, Row.REASON)
set_reason = column_writer(CareArrays, "patient", ROW_WIDTH, Row.REASON)
get_first_tier = column_reader(CareArrays, "patient", ROW_WIDTH, Row.FIRST_TIER)
set_first_tier = column_writer(CareArrays, "patient", ROW_WIDTH, Row.FIRST_TIER)
get_direct = column_reader(CareArrays, "patient", ROW_WIDTH, Row.DIRECT)
set_direct = column_writer(CareArrays, "patient", ROW_WIDTH, Row.DIRECT)
get_readmitted = column_reader(CareArrays, "patient", ROW_WIDTH, Row.READMITTED)
set_readmitted = column_writer(CareArrays, "patient", ROW_WIDTH, Row.READMITTED)
get_step_down = column_reader(CareArrays, "patient", ROW_WIDTH, Row.STEP_DOWN)
set_step_down = column_writer(CareArrays, "patient", ROW_WIDTH, Row.STEP_DOWN)
get_complexity = column_reader(CareArrays, "patient_real", REAL_WIDTH, Real.COMPLEXITY)
set_complexity = column_writer(CareArrays, "patient_real", REAL_WIDTH, Real.COMPLEXITY)
get_since_onset = column_reader(CareArrays, "patient_real", REAL_WIDTH, Real.SINCE_ONSET)
set_since_onset = column_writer(CareArrays, "patient_real", REAL_WIDTH, Real.SINCE_ONSET)
get_acute = column_reader(CareArrays, "patient_real", REAL_WIDTH, Real.ACUTE)
set_acute = column_writer(CareArrays, "patient_real", REAL_WIDTH, Real.ACUTE)
get_rehabilitation = column_reader(CareArrays, "patient_real", REAL_WIDTH, Real.REHABILITATION)
set_rehabilitation = column_writer(CareArrays, "patient_real", REAL_WIDTH, Real.REHABILITATION)

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
