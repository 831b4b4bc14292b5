"""Who is sent where after a consultation, and what happens when nobody comes in time."""

from __future__ import annotations

import numpy as np
import pytest
from skills import Skill
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    CLINIC,
    ELSEWHERE,
    HOSPITAL,
    MINUTES,
    NEAR_HOSPITAL,
    PROVINCIAL,
    Visitors,
    behaviour,
    make_world,
    pools_of,
)

from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Event, Reason, Work
from sim.pathway.steps import DONE, GRANTED, HOLD, LEAVE, RENEGED, SEIZE
from sim.world.care.world import (
    NONE,
    Behaviour,
    CareWorld,
    Priority,
)

_MANY = 4000


def at_doctor(world: CareWorld, facility: int, count: int = 1, **cells: float) -> Visitors:
    """Return patients whose consultation at a facility is about to end."""
    visitors = Visitors(world, count)
    visitors.start(
        stage=Stage.CONSULTATION,
        facility=facility,
        position=facility,
        visits=1,
        first_tier=int(world.facility_tier[facility]),
        **cells,
    )
    return visitors


def only(**cells: float) -> CareWorld:
    """Return the hand-made county with some behaviour changed (names in lower case)."""
    return make_world(
        behaviour=behaviour({Behaviour[name.upper()]: value for name, value in cells.items()})
    )


# --- the way through a visit ---------------------------------------------------------------------


def test_a_treated_patient_waits_is_seen_examined_and_goes_home() -> None:
    patient = Visitors(make_world(recipe_share=[1.0] * 3))
    patient.start(complexity=0.1)
    trip = patient.through()
    facility = patient.facility()
    assert trip[:4] == (HOLD, patient.pool(facility, Skill.DOCTOR), 0, 0)
    assert trip.minutes == MINUTES[facility]
    wait = patient.next(DONE)
    assert wait.action == SEIZE
    assert wait.pool == patient.pool(facility, Skill.DOCTOR)
    assert wait.priority == wait.group == Priority.ROUTINE
    assert 0.0 < wait.minutes < np.inf
    seen = patient.next(GRANTED, 12.5)
    assert (seen.action, seen.keep) == (HOLD, 1)
    exam = patient.next(DONE)
    if patient.pool(facility, Skill.EXAM) != NONE:
        # The doctor is free meanwhile, and nobody leaves the queue for an exam.
        assert (exam.action, exam.keep, exam.minutes) == (SEIZE, 0, np.inf)
        assert patient.next(GRANTED).action == HOLD
        exam = patient.next(DONE)
    assert exam.action == LEAVE


@pytest.mark.parametrize(
    ("cells", "priority"),
    [
        ({}, Priority.ROUTINE),
        ({"referred": 1}, Priority.REFERRED),
        ({"emergency": 1}, Priority.EMERGENCY),
        ({"emergency": 1, "referred": 1}, Priority.EMERGENCY),
    ],
)
def test_emergencies_come_first_then_the_referred(
    cells: dict[str, float], priority: Priority
) -> None:
    patient = Visitors(make_world())
    patient.start(stage=Stage.TRAVELLING, facility=HOSPITAL, position=HOSPITAL, **cells)
    assert patient.next(DONE).priority == priority


def test_the_time_from_onset_counts_the_way_and_the_waits() -> None:
    patient = Visitors(make_world(reach_minutes=[30.0] * 7))
    patient.start(complexity=0.1)
    patient.through(DONE)
    patient.next(GRANTED, 45.0)
    assert patient.happened(Event.FIRST_SEEN) == 1
    assert patient.happened(Event.FIRST_TICKS) == 75 << 16


# --- referral up ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "complexity", "to"),
    [
        (CLINIC, 0.45, CENTRE),
        (CLINIC, 0.85, CITY_HOSPITAL),
        (CENTRE, 0.7, HOSPITAL),
        (NEAR_HOSPITAL, 0.7, HOSPITAL),
        (HOSPITAL, 0.95, PROVINCIAL),
        (PROVINCIAL, 0.99, ELSEWHERE),
    ],
)
def test_referral_goes_to_the_first_able_tier(start: int, complexity: float, to: int) -> None:
    patient = at_doctor(make_world(), start, complexity=complexity)
    step = patient.next(DONE)
    assert patient.facility() == to
    assert patient.cell("referred") == 1
    assert patient.happened(Event.REFERRED_UP) == patient.worked(start, Work.REFERRED_UP) == 1
    # It takes some time to arrange.
    assert step.minutes > MINUTES[to]


@pytest.mark.parametrize("start", [CLINIC, CENTRE, HOSPITAL, CITY_HOSPITAL])
def test_complexity_equal_to_capability_is_still_treated(start: int) -> None:
    world = make_world()
    patient = at_doctor(world, start, complexity=float(world.capability[start]))
    assert patient.next(DONE).action == LEAVE
    beyond = at_doctor(world, start, complexity=float(np.nextafter(world.capability[start], 1.0)))
    assert beyond.next(DONE).action == HOLD


def test_an_emergency_is_transferred_at_once() -> None:
    patient = at_doctor(make_world(), CENTRE, complexity=0.7, emergency=1, ambulance=1)
    assert patient.next(DONE).minutes == MINUTES[HOSPITAL] / 2.0
    # Nor does it ask for consent.
    unwilling = at_doctor(only(comply=0.0), CENTRE, complexity=0.7, emergency=1)
    unwilling.next(DONE)
    assert unwilling.facility() == HOSPITAL


@pytest.mark.parametrize(
    ("complexity", "emergency", "arranging"),
    [
        # Another hospital of the county is asked first, the city's takes whoever comes.
        (0.7, 1, 60.0),
        (0.85, 1, 0.0),
        (0.7, 0, 60.0),
        (0.85, 0, 0.0),
    ],
)
def test_a_transfer_that_is_not_up_is_arranged(
    complexity: float, emergency: int, arranging: float
) -> None:
    patient = at_doctor(
        only(referral_delay_min=0.0), NEAR_HOSPITAL, complexity=complexity, emergency=emergency
    )
    step = patient.next(DONE)
    assert step.minutes == pytest.approx(arranging + MINUTES[patient.facility()])


def test_a_long_delay_covers_the_arranging() -> None:
    delays = {}
    for arranging in (0.0, 60.0):
        world = only(transfer_arranging_min=arranging)
        visitors = at_doctor(world, NEAR_HOSPITAL, 200, complexity=0.7)
        delays[arranging] = [visitors.next(DONE, row=row).minutes for row in range(200)]
    way = MINUTES[HOSPITAL]
    assert delays[60.0] == [max(60.0, minutes - way) + way for minutes in delays[0.0]]


def test_who_needs_a_bed_is_referred_where_there_is_one() -> None:
    _, numbers = pools_of({HOSPITAL: 5, PROVINCIAL: 5}, {})
    world = make_world(numbers, admission_share=[1.0])
    patient = at_doctor(world, CLINIC, complexity=0.45)
    patient.next(DONE)
    assert patient.facility() == HOSPITAL
    treatable = at_doctor(world, CENTRE, complexity=0.45)
    treatable.next(DONE)
    assert treatable.facility() == HOSPITAL


def test_nobody_above_can_treat() -> None:
    capability = [0.3, 0.5, 0.6, 0.8, 0.9, 0.9, 0.9]
    patient = at_doctor(make_world(capability=capability), CENTRE, complexity=0.95)
    assert patient.next(DONE).action == LEAVE
    assert patient.happened(Event.UNMET) == 1


# --- over-referral and review --------------------------------------------------------------------


def test_some_treatable_patients_are_referred_all_the_same() -> None:
    world = make_world(over_referral=[0.0, 0.0, 0.0, 0.4, 0.0, 0.0, 0.0])
    visitors = at_doctor(world, HOSPITAL, _MANY, complexity=0.5)
    for row in range(_MANY):
        visitors.next(DONE, row=row)
    share = visitors.happened(Event.REFERRED_UP) / _MANY
    assert abs(share - 0.4) < 4.0 * np.sqrt(0.4 * 0.6 / _MANY)
    gone = visitors.rows["facility"] != HOSPITAL
    assert (visitors.rows["facility"][gone] == CITY_HOSPITAL).all()
    assert (visitors.rows["reason"][gone] == Reason.REFERRED_TREATABLE).all()


def test_review_returns_its_share_of_them() -> None:
    world = make_world(
        over_referral=[1.0] * 7, behaviour=behaviour({Behaviour.REVIEW_RETURNED: 0.75})
    )
    visitors = at_doctor(world, HOSPITAL, _MANY, complexity=0.5)
    steps = [visitors.next(DONE, row=row) for row in range(_MANY)]
    returned = visitors.happened(Event.RETURNED)
    assert abs(returned / _MANY - 0.75) < 4.0 * np.sqrt(0.75 * 0.25 / _MANY)
    assert sum(step.action == LEAVE for step in steps) == returned
    assert visitors.happened(Event.REFERRED_UP) == _MANY - returned


def test_review_does_not_hold_back_those_who_cannot_be_treated() -> None:
    patient = at_doctor(only(review_returned=1.0), HOSPITAL, complexity=0.85)
    patient.next(DONE)
    assert patient.facility() == CITY_HOSPITAL
    assert patient.happened(Event.RETURNED) == 0


def test_an_over_referral_skips_the_own_tier() -> None:
    patient = at_doctor(make_world(over_referral=[1.0] * 7), NEAR_HOSPITAL, complexity=0.5)
    patient.next(DONE)
    assert patient.facility() == CITY_HOSPITAL


# --- a wait that is too long ---------------------------------------------------------------------


def waiting(
    world: CareWorld, facility: int, stage: Stage, count: int = 1, **cells: float
) -> Visitors:
    visitors = Visitors(world, count)
    visitors.start(stage=stage, facility=facility, position=facility, visits=1, **cells)
    return visitors


def test_there_is_nowhere_to_go_for_whom_nobody_else_takes() -> None:
    able = np.zeros((3, 7))
    able[:, ELSEWHERE] = 1.0
    world = make_world(able=able.ravel(), behaviour=behaviour({Behaviour.NONE_AFTER_QUEUE: 0.0}))
    patient = waiting(world, ELSEWHERE, Stage.WAITING_FOR_DOCTOR)
    assert patient.next(RENEGED, 90.0).action == LEAVE
    assert patient.happened(Event.UNMET) == 1


# --- why patients are outside --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stay", "complexity", "reason"),
    [
        (0.0, 0.7, Reason.PREFERENCE),
        (0.0, 0.85, Reason.CAPABILITY),
        # Only the nearer, weaker hospital has beds here.
        (1.0, 0.7, Reason.CAPABILITY),
        (1.0, 0.55, Reason.PREFERENCE),
    ],
)
def test_capability_comes_before_any_other_reason(
    stay: float, complexity: float, reason: Reason
) -> None:
    _, numbers = pools_of({NEAR_HOSPITAL: 5, CITY_HOSPITAL: 5, PROVINCIAL: 5}, {})
    able = np.zeros((3, 7))
    able[:, PROVINCIAL] = 1.0
    world = make_world(numbers, admission_share=[stay], able=able.ravel())
    patient = Visitors(world)
    patient.start(complexity=complexity)
    patient.through()
    assert patient.facility() == PROVINCIAL
    assert patient.cell("reason") == reason


def test_the_ambulance_that_leaves_the_county_has_a_reason() -> None:
    minutes = list(MINUTES)
    minutes[CITY_HOSPITAL] = 5.0
    patient = Visitors(make_world(reach_minutes=minutes))
    patient.start(complexity=0.4, emergency=1)
    patient.through()
    assert (patient.facility(), patient.cell("reason")) == (CITY_HOSPITAL, Reason.EMERGENCY)
    beyond = Visitors(make_world(reach_minutes=minutes))
    beyond.start(complexity=0.85, emergency=1)
    beyond.through()
    assert beyond.cell("reason") == Reason.CAPABILITY


def test_the_first_reason_stays_while_the_patient_is_outside() -> None:
    world = make_world(over_referral=[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    patient = at_doctor(world, CITY_HOSPITAL, complexity=0.5, reason=Reason.PREFERENCE)
    patient.next(DONE)
    assert patient.facility() == PROVINCIAL
    assert patient.cell("reason") == Reason.PREFERENCE


def test_who_comes_back_into_the_county_has_no_reason_any_more() -> None:
    world = make_world()
    patient = at_doctor(world, NEAR_HOSPITAL, complexity=0.7, reason=Reason.PREFERENCE)
    patient.next(DONE)
    assert (patient.facility(), patient.cell("reason")) == (HOSPITAL, Reason.INSIDE)
