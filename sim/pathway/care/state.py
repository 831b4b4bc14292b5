"""The care pathway's memory: one row per patient inside, and what it counts."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np

from sim.chance import place_key as key_of_place
from sim.chance import stream_key
from sim.glossary import TIERS
from sim.lookup import adder, columns, reader, writer
from sim.memory import aligned, doubled, packed, record, with_twins
from sim.world.care.world import NONE, SETTINGS, CareWorld, Setting
from sim.world.fields import Ints, Reals

TICKS_PER_MINUTE = 1 << 16
"""Sums of minutes are kept in whole ticks, so that they do not depend on the order of addition."""


PATIENT = record(
    key="i8",
    complexity="f8",
    since_onset="f8",
    time="f8",
    facility="i4",
    place="i4",
    county="i2",
    visits="i2",
    condition="i2",
    position="i1",
    scheme="i1",
    age="i1",
    stage="i1",
    emergency="i1",
    referred="i1",
    first_tier="i1",
    reason="i1",
    why_far="i1",
    direct="i1",
    band="i1",
    contract="i1",
    readmitted="i1",
    stay_needed="i1",
    ambulance="i1",
    placed="i1",
    attempts="i1",
    closing="i1",
    acute="f8",
    rehabilitation="f8",
    tried="i8",
    step_down="i4",
    person="i4",
    recipe="i1",
)
"""A patient's row: a line of memory with what every step asks for, and one with what only stays need.

key
    Address of the draws.
complexity
    Rank among all episodes of the condition, 0 to 1.
since_onset
    Minutes from onset until a doctor is seen first.
time
    Minute of the run; once a step is taken that holds the patient, the minute at which that ends.
county
    Of residence.
visits
    Occasions so far; addresses draws.
position
    Of the facility among those within reach of the place.
scheme, age
    Numbers of the insurance scheme and the age band.
stage
    A `sim.pathway.care.stages.Stage`.
referred
    Came by referral: keeps the full reimbursement rate, and comes before routine patients.
first_tier
    Tier of first contact, NONE before it.
reason
    Why the patient left the county, a `Reason`: of the step that first led outside.
why_far
    Why the patient went as far as that, a `Reason`: of the last step that raised the tier outside.
direct
    Goes straight to a bed (diverted or readmitted).
band
    Severity as patients see it: 0 mild, 1 moderate, 2 severe.
contract
    1 with a family doctor's contract.
stay_needed
    1 if the episode needs a stay: decided once, when it begins.
ambulance
    1 if the patient came by ambulance, always an emergency.
placed
    1 if the patient comes to stay: the place was chosen before the way here.
attempts
    Queues for a doctor left since one was seen last; after the consultation, how often the present exam was put
    off.
closing
    1 if patience lasts until the door closes.
acute, rehabilitation
    Minutes of the stay, once it has begun; no rehabilitation is 0.
tried
    Where no bed was found, once one was asked for: the bit of a facility's position.
step_down
    Facility of the step-down bed, once it was asked for.
person
    Number of the person's account; set only where there are accounts.
recipe
    Step of the recipe that the patient waits for or is in; set only from the first one on.
"""
ROW_WIDTH = PATIENT.itemsize // 8
"""Numbers in a row."""
ACCOUNT = packed(own="u4", fund_out="u2", fund_in="u2")
"""What a person and the fund have paid for care within scope this year; each stays at its largest number.

own
    The person's own payments, in fen.
fund_out, fund_in
    The fund's payments for visits, in CNY, and for stays, in tens of CNY, without what catastrophic cover
    and medical assistance paid.
"""
BILL = packed(person="i8", own="u4", fund_out="u2", fund_in="u2")
"""What one bill adds to the account of a person, from the end of the week on."""
MOST_OWN, MOST_FUND = (1 << 32) - 1, (1 << 16) - 1
FEN_PER_FUND_OUT, FEN_PER_FUND_IN = 100, 1000
_BILL_CELLS = BILL.itemsize // 8
_BILLS_PER_ROW = 4
MOST_NUMBERED, MOST_SCHEMES = 1 << 15, 1 << 7
"""Conditions, or counties, and insurance schemes whose numbers fit into a row."""
STREAM = packed(key="i8", number="i8", mix="i8", onset="f8")
"""A stream of patients.

key, number
    Address of the draws, and onsets so far.
mix
    Row of the mix that tells who falls ill next.
onset
    Minute of the run of that onset.
"""


class AccountClass(IntEnum):
    """How far a person is in the year's account: what the next bill will be like."""

    FRESH = 0
    """Below a deductible of the year."""
    DEDUCTIBLE_MET = 1
    """Or there is none."""
    ABOVE_THRESHOLD = 2
    """Catastrophic cover pays of the next bill."""
    CEILING_REACHED = 3
    """The fund pays nothing more this year, for visits or for stays."""


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
    """The nearest able hospital for an emergency was outside."""
    REFERRED_TREATABLE = 5
    """Referred up though the county could treat it."""


class Visit(IntEnum):
    """Kinds of visit that flows are counted by."""

    OUTPATIENT = 0
    EMERGENCY = 1
    ADMISSION = 2


class Need(IntEnum):
    """What an episode needs."""

    VISIT = 0
    STAY = 1


class End(IntEnum):
    """How an episode ended: treated, or unmet and why. The last needs no care to be sought at all."""

    TREATED = 0
    NOBODY_ABLE = 1
    """Nobody within reach, from the tier that refers up, can treat it."""
    NO_WARD = 2
    """It needs a stay, and none of those who can treat it has a ward for it."""
    NO_BED = 3
    """No bed in time, and every other able hospital was tried."""
    LEFT_UNSEEN = 4
    """Waited too long for a doctor, and went nowhere else."""
    REFERRAL_NOT_FOLLOWED = 5
    """Was referred up, and did not go."""
    NOBODY_ABOVE = 6
    """Was referred up though treatable, and nobody above takes the patient."""
    NOT_SOUGHT = 7
    """Sought no care: never an episode of the pathway, and not among the needs."""


class Ambulance(IntEnum):
    """Columns of `CareArrays.ambulance`, patients who called an ambulance."""

    CALLS = 0
    ADMITTED = 1
    """Of these, those admitted; counted once, when the first stay begins."""


class Money(IntEnum):
    """Columns of `CareArrays.money`, in fen."""

    PRICE = 0
    IN_SCOPE = 1
    FUND = 2
    """All that the patient does not pay: the fund, catastrophic cover and medical assistance."""
    TOP_UP = 3
    """Of this, catastrophic cover and medical assistance."""


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
    """Left a doctor's queue, not because it closed."""
    UNMET = 8
    """Episodes that ended without the care they needed."""
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
    TREATED = 17
    """Episodes that ended treated."""
    STAYS_BEGUN = 18
    """Episodes begun that need a stay."""
    STAYS_TREATED = 19
    """Of these, those that ended treated."""
    STAYS_UNMET = 20
    """Of these, those that ended without the care they needed."""
    AMBULANCE_CALLS = 21
    AMBULANCE_ADMITTED = 22
    """Of those who called, those admitted."""
    BEGUN_PROTECTED = 23
    """Episodes begun by people above the threshold of catastrophic cover, or at a ceiling of the year."""
    STAYED_ELSEWHERE = 24
    """Chose another hospital for the stay than the one that would have admitted them."""
    TREATED_INSIDE = 25
    """Of those treated, those whose episode was finished inside."""
    COMMON_TREATED = 26
    """Of those treated, those of common conditions."""
    COMMON_TREATED_INSIDE = 27
    WENT_UP_THEMSELVES = 28
    """Went on to a higher tier by their own choice: told to go, not where referred, or after a wait."""
    LEFT_CLOSED = 29
    """Were sent home from a doctor's queue at closing time."""
    CAME_AGAIN = 30
    """Went to the same place again after they had left its queue."""
    EXAM_PUT_OFF = 31
    """Exams put off until the door opens next."""
    EXAM_MISSED = 32
    """Exams that were needed and not done: put off too often, no room to wait, or closed for good meanwhile."""
    WENT_ELSEWHERE = 33
    """Went to another place after they had left a queue."""


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
    """[stream] a `STREAM`"""
    place_key: Ints
    """[p] key of the place's people"""
    patient: Ints
    """[row] a `PATIENT`"""
    patient_bill: Ints
    """(Money ..., BILLED_BY) the bill of the step just taken, in fen, and whose; 0 and NONE if it has none"""
    clock: Ints
    """(period, 1 when it is counted)"""
    expected_wait: Reals
    """[f, k] minutes for a department's doctors, and for the exams they ask for, as patients expect it"""
    wait_appeal: Reals
    """[f, k] choice weight of the expected wait; of a department that a facility lacks, the general one's"""
    wait_ticks: Ints
    """[f, k] sum of this period's waits of a department's patients, for a doctor and for exams"""
    wait_count: Ints
    """[f, k] how many saw its doctors"""
    expected_bed_wait: Reals
    """[f, k] minutes for a bed of a ward, as hospitals expect it of each other"""
    bed_wait_ticks: Ints
    """[f, k] sum of this period's waits for a bed, of those who left without one, too"""
    bed_appeal: Reals
    """[f, k] choice weight of a ward: the place of stay, and the expected wait for a bed there"""
    beds_given: Ints
    """[f, k] how many were given one"""
    flow: Ints
    """[c, first tier, tier, visit kind, d, reason] counted visits"""
    weekly: Ints
    """[period, c, tier, visit kind, reason] visits"""
    money: Ints
    """[c, m, tier, setting, 0 outside or 1 inside, Money] counted, fen"""
    events: Ints
    """[period, c, Event]"""
    work: Ints
    """[f, Work] counted"""
    ends: Ints
    """[c, tier where it ended or NOWHERE, Need, d, End] counted ends of episodes"""
    ambulance: Ints
    """[c, d, Ambulance] counted patients who called an ambulance"""
    account: Ints
    """[person] an `ACCOUNT`; as of the end of last week"""
    ledger: Ints
    """[entry] a `BILL` of this week"""
    ledger_cells: Ints
    """(entries, most entries with which all patients inside may have one more bill each)"""
    common: Ints
    """[c, visit kind, 0 outside or 1 inside] counted visits for common conditions"""
    far: Ints
    """[c, tier, visit kind, why left, why so far] counted visits outside"""
    destinations: Ints
    """[c, destination, visit kind] counted visits, by where they took place"""

    def __deepcopy__(self, memo: dict[int, Any]) -> CareArrays:
        """Copy; partitions' copies share what the partitions share."""
        return with_twins(self, memo)


REASONS, VISITS, MONEYS, EVENTS, WORKS = len(Reason), len(Visit), len(Money), len(Event), len(Work)
NEEDS, ENDS, AMBULANCES = len(Need), len(End), len(Ambulance)
BILLED_BY = MONEYS
"""In the bill of a step, after its amounts: whose it is."""
NOWHERE = len(TIERS)
"""In place of a tier: the episode ended before any facility was reached."""
END_PLACES = NOWHERE + 1


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
        tiers, settings, places = len(TIERS), len(SETTINGS), int(s[Setting.DESTINATIONS])
        skills = int(s[Setting.SKILLS])
        if max(conditions, counties) > MOST_NUMBERED:
            raise ValueError(f"more than {MOST_NUMBERED:,} conditions or counties")
        if schemes > MOST_SCHEMES:
            raise ValueError(f"more than {MOST_SCHEMES:,} schemes")
        stream = np.zeros(world.stream_name.size, dtype=STREAM)
        stream["key"] = [stream_key(run, int(name)) for name in world.stream_name]

        persons = int(s[Setting.PERSONS])
        self.capacity = capacity
        self._bills = _BILLS_PER_ROW * capacity if persons else 0
        self.arrays = CareArrays(
            stream=stream.view(np.int64),
            place_key=np.array(
                [key_of_place(run, int(name)) for name in world.place_name], dtype=np.int64
            ),
            patient=aligned(zeros(capacity, ROW_WIDTH)),
            patient_bill=self._no_bill(),
            clock=zeros(2),
            expected_wait=np.zeros(facilities * skills),
            wait_appeal=np.ones(facilities * skills),
            wait_ticks=zeros(facilities, skills),
            wait_count=zeros(facilities, skills),
            expected_bed_wait=np.zeros(facilities * skills),
            bed_wait_ticks=zeros(facilities, skills),
            bed_appeal=np.ones(facilities * skills),
            beds_given=zeros(facilities, skills),
            flow=zeros(counties, tiers, tiers, VISITS, conditions, REASONS),
            weekly=zeros(periods, counties, tiers, VISITS, REASONS),
            money=zeros(counties, schemes, tiers, settings, 2, MONEYS),
            events=zeros(periods, counties, EVENTS),
            work=zeros(facilities, WORKS),
            ends=zeros(counties, END_PLACES, NEEDS, conditions, ENDS),
            ambulance=zeros(counties, conditions, AMBULANCES),
            account=aligned(zeros(max(persons, 1))),
            **self._ledger(),
            common=zeros(counties, VISITS, 2),
            far=zeros(counties, tiers, VISITS, REASONS, REASONS),
            destinations=zeros(counties, places, VISITS),
        )
        self.shapes = {
            "flow": (counties, tiers, tiers, VISITS, conditions, REASONS),
            "weekly": (periods, counties, tiers, VISITS, REASONS),
            "money": (counties, schemes, tiers, settings, 2, MONEYS),
            "events": (periods, counties, EVENTS),
            "work": (facilities, WORKS),
            "ends": (counties, END_PLACES, NEEDS, conditions, ENDS),
            "ambulance": (counties, conditions, AMBULANCES),
            "common": (counties, VISITS, 2),
            "far": (counties, tiers, VISITS, REASONS, REASONS),
            "destinations": (counties, places, VISITS),
        }

    @property
    def counters(self) -> tuple[str, ...]:
        """The arrays that a stretch of a run has differences of."""
        return tuple(self.shapes)

    def grow(self) -> None:
        """Double the rows for patients, keeping their contents."""
        self.capacity *= 2
        self.arrays.patient = doubled(self.arrays.patient)
        self._mark_full()

    def make_room(self) -> None:
        """Double the ledger, keeping its bills, until it has room for a bill of every patient."""
        while self.arrays.ledger_cells[0] > self.arrays.ledger_cells[1]:
            self._bills *= 2
            self.arrays.ledger = doubled(self.arrays.ledger)
            self._mark_full()

    def _mark_full(self) -> None:
        if self._bills:
            self.arrays.ledger_cells[1] = self._bills - self.capacity

    def _ledger(self) -> dict[str, Any]:
        """Return an empty ledger; one that is never used, and never full, if there are no accounts."""
        return {
            "ledger": aligned(zeros(max(self._bills, 1), _BILL_CELLS)),
            "ledger_cells": aligned(
                np.array([0, self._bills - self.capacity if self._bills else 0])
            ),
        }

    def _no_bill(self) -> Any:
        bill = zeros(MONEYS + 1)
        bill[BILLED_BY] = NONE
        return aligned(bill)

    def part(self) -> CareState:
        """Return the memory of one partition: patients and counters of its own.

        Streams belong to one partition, and so do the waits at a facility; expectations of them, the
        clock and persons' accounts change only between periods.
        """
        made = copy(self)
        arrays = self.arrays
        own: dict[str, Any] = {name: zeros(*shape) for name, shape in self.shapes.items()}
        own |= self._ledger()
        own["patient_bill"] = self._no_bill()
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


_column = columns(CareArrays, "patient", PATIENT)
get_key, set_key = _column("key")
get_stage, set_stage = _column("stage")
get_facility, set_facility = _column("facility")
get_visits, set_visits = _column("visits")
get_condition, set_condition = _column("condition")
get_complexity, set_complexity = _column("complexity")
get_emergency, set_emergency = _column("emergency")
get_referred, set_referred = _column("referred")
get_place, set_place = _column("place")
get_county, set_county = _column("county")
get_scheme, set_scheme = _column("scheme")
get_first_tier, set_first_tier = _column("first_tier")
get_reason, set_reason = _column("reason")
get_why_far, set_why_far = _column("why_far")
get_since_onset, set_since_onset = _column("since_onset")
get_time, set_time = _column("time")
get_direct, set_direct = _column("direct")
get_position, set_position = _column("position")
get_band, set_band = _column("band")
get_contract, set_contract = _column("contract")
get_age, set_age = _column("age")
get_readmitted, set_readmitted = _column("readmitted")
get_stay_needed, set_stay_needed = _column("stay_needed")
get_ambulance, set_ambulance = _column("ambulance")
get_placed, set_placed = _column("placed")
get_attempts, set_attempts = _column("attempts")
get_closing, set_closing = _column("closing")
get_step_down, set_step_down = _column("step_down")
get_tried, set_tried = _column("tried")
get_person, set_person = _column("person")
get_recipe, set_recipe = _column("recipe")
get_acute, set_acute = _column("acute")
get_rehabilitation, set_rehabilitation = _column("rehabilitation")


def _cells(name: str) -> Any:
    """Return how cells of an array are read and written."""
    return reader(CareArrays, name), writer(CareArrays, name)


patient_cell, set_patient_cell = _cells("patient")
patient_bill, set_patient_bill = _cells("patient_bill")
_in_stream = columns(CareArrays, "stream", STREAM)
stream_key_of, _ = _in_stream("key")
stream_number, set_stream_number = _in_stream("number")
stream_mix, set_stream_mix = _in_stream("mix")
stream_onset, set_stream_onset = _in_stream("onset")
place_key = reader(CareArrays, "place_key")
clock, set_clock = _cells("clock")
expected_wait, set_expected_wait = _cells("expected_wait")
wait_appeal, set_wait_appeal = _cells("wait_appeal")
wait_ticks, set_wait_ticks = _cells("wait_ticks")
wait_count, set_wait_count = _cells("wait_count")
expected_bed_wait, set_expected_bed_wait = _cells("expected_bed_wait")
bed_wait_ticks, set_bed_wait_ticks = _cells("bed_wait_ticks")
bed_appeal, set_bed_appeal = _cells("bed_appeal")
beds_given, set_beds_given = _cells("beds_given")
ledger_cell, set_ledger_cell = _cells("ledger_cells")
_in_account = columns(CareArrays, "account", ACCOUNT)
account_own, set_account_own = _in_account("own")
account_fund_out, set_account_fund_out = _in_account("fund_out")
account_fund_in, set_account_fund_in = _in_account("fund_in")
_in_bill = columns(CareArrays, "ledger", BILL)
bill_person, set_bill_person = _in_bill("person")
bill_own, set_bill_own = _in_bill("own")
bill_fund_out, set_bill_fund_out = _in_bill("fund_out")
bill_fund_in, set_bill_fund_in = _in_bill("fund_in")
add_flow = adder(CareArrays, "flow")
add_destinations = adder(CareArrays, "destinations")
add_weekly = adder(CareArrays, "weekly")
add_money = adder(CareArrays, "money")
add_events = adder(CareArrays, "events")
add_work = adder(CareArrays, "work")
add_ends = adder(CareArrays, "ends")
add_ambulance = adder(CareArrays, "ambulance")
add_common = adder(CareArrays, "common")
add_far = adder(CareArrays, "far")
