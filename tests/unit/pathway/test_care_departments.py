"""Whom patients see at a facility: the doctors of their department, or the general ones where it has none."""

from __future__ import annotations

import pytest
from skills import Skill
from worlds import CENTRE, HOSPITAL, WARD_SERVERS, Visitors, make_world, pools_of

from sim.pathway.care.stages import Stage
from sim.pathway.steps import DONE, GRANTED, HOLD, SEIZE

_FACILITY_CELLS = len(Skill)


def with_surgeons(department: list[Skill]) -> tuple[Visitors, int]:
    """Return patients of a county whose one hospital has surgeons, and the number of their pool."""
    numbers = pools_of(WARD_SERVERS, {})[1].copy()
    surgeons = numbers.max() + 1
    numbers[HOSPITAL * _FACILITY_CELLS + Skill.SURGEONS] = surgeons
    return Visitors(make_world(numbers, department=department)), int(surgeons)


@pytest.mark.parametrize(
    ("department", "emergency", "seen"),
    [
        ([Skill.SURGEONS, Skill.SURGEONS], 0, True),
        ([Skill.SURGEONS, Skill.DOCTOR], 0, True),
        ([Skill.DOCTOR, Skill.SURGEONS], 0, False),
        ([Skill.SURGEONS, Skill.DOCTOR], 1, False),
        ([Skill.DOCTOR, Skill.SURGEONS], 1, True),
    ],
)
def test_patients_and_emergencies_see_the_doctors_of_their_department(
    department: list[Skill], emergency: int, seen: bool
) -> None:
    patient, surgeons = with_surgeons(department)
    patient.start(
        stage=Stage.TRAVELLING,
        facility=HOSPITAL,
        position=HOSPITAL,
        visits=1,
        emergency=emergency,
    )
    wait = patient.next(DONE)
    assert wait.action == SEIZE
    assert wait.pool == (surgeons if seen else patient.pool(HOSPITAL, Skill.DOCTOR))


def test_where_there_is_no_such_department_the_general_one_stands_in() -> None:
    patient, _ = with_surgeons([Skill.SURGEONS, Skill.SURGEONS])
    patient.start(stage=Stage.TRAVELLING, facility=CENTRE, position=CENTRE, visits=1)
    assert patient.next(DONE).pool == patient.pool(CENTRE, Skill.DOCTOR)


def test_a_consultation_takes_the_time_of_its_department() -> None:
    minutes = []
    for department in (Skill.SURGEONS, Skill.DOCTOR):
        patient, _ = with_surgeons([department, department])
        patient.start(
            stage=Stage.WAITING_FOR_DOCTOR, facility=HOSPITAL, position=HOSPITAL, visits=1
        )
        step = patient.next(GRANTED, 1.0)
        assert step.action == HOLD
        minutes.append(step.minutes)
    # 9 and 6 minutes on average, with the same luck.
    assert minutes[0] / minutes[1] == pytest.approx(9.0 / 6.0)


def test_patients_on_their_way_are_on_the_way_to_the_doctors_who_will_see_them() -> None:
    patient, surgeons = with_surgeons([Skill.SURGEONS, Skill.SURGEONS])
    # Beyond all others of the county, and nobody refers beyond it.
    patient.start(
        stage=Stage.CONSULTATION, facility=CENTRE, position=CENTRE, visits=1, complexity=0.78
    )
    trip = patient.next(DONE)
    assert (trip.action, patient.facility()) == (HOLD, HOSPITAL)
    assert trip.pool == surgeons


@pytest.mark.parametrize(
    ("band", "wards", "lies_in"),
    [
        # The hospital has a ward of each kind.
        (0, (Skill.WARD_GENERAL, Skill.WARD_MATERNAL_CHILD), Skill.WARD_GENERAL),
        (2, (Skill.WARD_GENERAL, Skill.WARD_MATERNAL_CHILD), Skill.WARD_MATERNAL_CHILD),
        (2, (Skill.WARD_MATERNAL_CHILD, Skill.WARD_GENERAL), Skill.WARD_GENERAL),
        # None for the severe (surgeons have no beds): that of the condition.
        (2, (Skill.WARD_MATERNAL_CHILD, Skill.SURGEONS), Skill.WARD_MATERNAL_CHILD),
        (1, (Skill.WARD_MATERNAL_CHILD, Skill.WARD_GENERAL), Skill.WARD_MATERNAL_CHILD),
        # And none of that either: the general one.
        (2, (Skill.SURGEONS, Skill.SURGEONS), Skill.WARD_GENERAL),
    ],
)
def test_severe_cases_lie_in_their_own_ward_else_in_the_condition_s_else_in_the_general_one(
    band: int, wards: tuple[Skill, Skill], lies_in: Skill
) -> None:
    numbers = pools_of(WARD_SERVERS, {})[1].copy()
    numbers[HOSPITAL * _FACILITY_CELLS + Skill.WARD_MATERNAL_CHILD] = numbers.max() + 1
    mild, severe = wards
    patient = Visitors(make_world(numbers, condition_ward=[mild, mild, severe]))
    patient.start(
        stage=Stage.CONSULTATION,
        facility=HOSPITAL,
        position=HOSPITAL,
        visits=1,
        complexity=0.1,
        band=band,
        stay_needed=1,
        emergency=1,
    )
    wait = patient.next(DONE)
    assert (wait.action, patient.stage()) == (SEIZE, Stage.WAITING_FOR_BED)
    assert wait.pool == numbers[HOSPITAL * _FACILITY_CELLS + lies_in]
