"""Recipes: which exams follow a consultation, what stands in for them, and when they are done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from skills import Skill
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    HOSPITAL,
    NEAR_HOSPITAL,
    PROVINCIAL,
    WARD_SERVERS,
    Served,
    Visitors,
    behaviour,
    make_world,
    one_recipe,
    pools_of,
)

from sim.chance import Purpose, draw, lognormal
from sim.lookup import AddressTable
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Event, Reason
from sim.pathway.steps import ARRIVED, DONE, GRANTED, HOLD, LEAVE, REFUSED, RENEGED, SEIZE
from sim.world.care.build.doors import door_fields
from sim.world.care.world import MOST_STEPS, NONE, REFER, SKIP, Behaviour

_THREE = [Served(Skill.EXAM), Served(Skill.IMAGING, factor=2.0), Served(Skill.SURGEONS)]
_HOURS = [(0, 0.0), (480, 1.0), (720, 0.0), (870, 0.8), (1050, 0.0)]
"""Monday from 8 to 12 and from 14:30 to 17:30, and closed for the rest of the week."""


def with_rooms(rooms: dict[int, Sequence[Skill]]) -> Any:
    """Return pools by facility and skill with exactly these exam rooms, each with a number of its own."""
    numbers = pools_of(WARD_SERVERS, {})[1].copy().reshape(-1, len(Skill))
    numbers[:, [Skill.EXAM, Skill.IMAGING, Skill.SURGEONS]] = NONE
    for facility, skills in rooms.items():
        for skill in skills:
            numbers[facility, skill] = numbers.max() + 1
    return numbers.ravel()


def after_the_doctor(world: Any, facility: int = HOSPITAL, **cells: float) -> Visitors:
    """Return a patient in consultation, whom the facility could treat."""
    patient = Visitors(world)
    fixed = {"complexity": 0.1, "stay_needed": 0, "visits": 1} | cells
    patient.start(stage=Stage.CONSULTATION, facility=facility, position=facility, **fixed)
    return patient


def test_three_steps_are_taken_in_their_order_each_with_the_time_of_its_skill() -> None:
    rooms = with_rooms({HOSPITAL: [Skill.EXAM, Skill.IMAGING, Skill.SURGEONS]})
    world = make_world(rooms, **one_recipe(_THREE))
    patient = after_the_doctor(world)
    key, sigma = patient.cell("key"), float(world.service_sigma[0])
    step = patient.next(DONE)
    for number, (served, mean) in enumerate(zip(_THREE, (15.0, 20.0, 9.0), strict=True), start=1):
        assert (step.action, step.pool) == (SEIZE, patient.pool(HOSPITAL, served.skill))
        assert (step.keep, patient.stage()) == (0, Stage.WAITING_FOR_EXAM)
        assert patient.cell("recipe") == number
        exam = patient.next(GRANTED, 3.0)
        u = draw(key, Purpose.EXAM, 1 * (MOST_STEPS + 1) + number)
        expected = lognormal(u, mean * served.factor, sigma)
        assert (exam.action, exam.keep, exam.minutes) == (HOLD, 1, expected)
        step = patient.next(DONE)
    assert step.action == LEAVE


_CHAIN = (
    [Served(Skill.EXAM, otherwise=0), Served(Skill.SURGEONS)],
    [Served(Skill.IMAGING, otherwise=1), Served(Skill.SURGEONS)],
)
"""Imaging stands in for the exam, surgeons for imaging."""


@pytest.mark.parametrize(
    ("has", "asked"),
    [
        ([Skill.EXAM, Skill.IMAGING, Skill.SURGEONS], [Skill.EXAM, Skill.SURGEONS]),
        ([Skill.IMAGING, Skill.SURGEONS], [Skill.IMAGING, Skill.SURGEONS]),
        ([Skill.SURGEONS], [Skill.SURGEONS, Skill.SURGEONS]),
        ([Skill.EXAM], [Skill.EXAM]),
        ([], []),
    ],
)
def test_what_stands_in_is_taken_where_the_skill_is_missing(
    has: list[Skill], asked: list[Skill]
) -> None:
    world = make_world(with_rooms({HOSPITAL: has}), **one_recipe(*_CHAIN))
    patient = after_the_doctor(world)
    found = []
    step = patient.next(DONE)
    while step.action == SEIZE:
        found.append(step.pool)
        patient.next(GRANTED)
        step = patient.next(DONE)
    assert step.action == LEAVE
    assert found == [patient.pool(HOSPITAL, skill) for skill in asked]


_MUST = [Served(Skill.EXAM), Served(Skill.IMAGING, otherwise=REFER)]


def test_for_want_of_an_exam_patients_are_referred_to_the_first_that_has_it() -> None:
    """The hospital of the county could treat the episode, and so could the city's."""
    rooms = with_rooms({CENTRE: [Skill.EXAM], PROVINCIAL: [Skill.IMAGING]})
    patient = after_the_doctor(make_world(rooms, **one_recipe(_MUST)), CENTRE)
    # What is offered comes first.
    assert patient.next(DONE).pool == patient.pool(CENTRE, Skill.EXAM)
    patient.next(GRANTED)
    assert patient.next(DONE).action == HOLD
    assert patient.facility() == PROVINCIAL
    assert patient.happened(Event.REFERRED_UP) == 1
    assert patient.cell("reason") == patient.cell("why_far") == Reason.CAPABILITY


def test_who_need_not_have_it_stays() -> None:
    rooms = with_rooms({PROVINCIAL: [Skill.IMAGING]})
    never = [replace_share(each, 0.0) for each in _MUST]
    patient = after_the_doctor(make_world(rooms, **one_recipe(never)), CENTRE)
    assert patient.next(DONE).action == LEAVE


def replace_share(served: Served, share: float) -> Served:
    return served._replace(share=share)


def test_an_emergency_goes_to_the_nearest_with_the_exam_it_cannot_do_without() -> None:
    rooms = with_rooms({CITY_HOSPITAL: [Skill.IMAGING], PROVINCIAL: [Skill.IMAGING]})
    for steps, nearest in ((_MUST, CITY_HOSPITAL), (_MUST[:1], CENTRE)):
        patient = Visitors(make_world(rooms, **one_recipe(steps)))
        patient.start(emergency=1, complexity=0.1, stay_needed=0)
        patient.next(ARRIVED)
        assert patient.facility() == nearest


def test_who_goes_out_for_an_exam_that_nobody_inside_has_leaves_for_capability() -> None:
    """By their own choice: they would have left as well if the county had it, for preference."""
    for rooms, reason in (
        ({CITY_HOSPITAL: [Skill.IMAGING]}, Reason.CAPABILITY),
        ({HOSPITAL: [Skill.IMAGING]}, Reason.PREFERENCE),
    ):
        only_the_city = np.zeros(3 * 7)
        only_the_city[CITY_HOSPITAL::7] = 1.0
        world = make_world(with_rooms(rooms), able=only_the_city, **one_recipe(_MUST))
        patient = Visitors(world)
        patient.start(complexity=0.1, stay_needed=0)
        patient.next(ARRIVED)
        assert patient.facility() == CITY_HOSPITAL
        assert patient.cell("reason") == reason
        assert patient.cell("why_far") == Reason.PREFERENCE


def test_what_one_hospital_finds_needed_the_next_finds_needed_too() -> None:
    rooms = with_rooms({f: [Skill.EXAM, Skill.IMAGING] for f in (NEAR_HOSPITAL, HOSPITAL)})
    world = make_world(rooms, **one_recipe([Served(Skill.EXAM, 0.5), Served(Skill.IMAGING, 0.5)]))
    count = 200
    asked: list[list[list[int]]] = []
    for facility, visits in ((NEAR_HOSPITAL, 1), (HOSPITAL, 7)):
        patients = Visitors(world, count)
        patients.start(
            stage=Stage.CONSULTATION, facility=facility, position=facility, visits=visits
        )
        patients.start(complexity=0.1, stay_needed=0, stage=Stage.CONSULTATION)
        patients.rows["facility"][:count] = patients.rows["position"][:count] = facility
        asked.append([])
        for row in range(count):
            steps, step = [], patients.next(DONE, row=row)
            while step.action == SEIZE:
                steps.append(patients.cell("recipe", row))
                patients.next(GRANTED, row=row)
                step = patients.next(DONE, row=row)
            asked[-1].append(steps)
    assert asked[0] == asked[1]
    kinds = [sum(steps == wanted for steps in asked[0]) for wanted in ([], [1], [2], [1, 2])]
    # Independent halves: chi-square on three degrees stays below 16.3 in 999 of 1,000.
    expected = count / 4
    assert sum((kind - expected) ** 2 / expected for kind in kinds) < 16.3


# --- when they are done --------------------------------------------------------------------------


def at_minute(minute: float, **cells: float) -> Visitors:
    rooms = with_rooms({HOSPITAL: [Skill.EXAM, Skill.IMAGING]})
    steps = [Served(Skill.EXAM), Served(Skill.IMAGING)]
    changes = {Behaviour.MOST_ATTEMPTS: 3.0, Behaviour.SET_OUT_SPREAD_MIN: 60.0}
    world = make_world(
        rooms, **door_fields([_HOURS]), **one_recipe(steps), behaviour=behaviour(changes)
    )
    return after_the_doctor(world, time=minute, **cells)


def test_nobody_waits_for_an_exam_beyond_closing_time() -> None:
    patient = at_minute(700.0)
    wait = patient.next(DONE)
    assert (wait.action, wait.minutes) == (SEIZE, 20.0)
    home = patient.next(RENEGED, 20.0)
    assert (home.action, home.keep, home.pool) == (HOLD, 0, wait.pool)
    assert patient.stage() == Stage.EXAM_PUT_OFF
    # Within an hour after it opens at 870.
    assert 150.0 < home.minutes <= 210.0
    again = patient.next(DONE)
    assert (again.action, again.pool) == (SEIZE, wait.pool)
    assert patient.happened(Event.EXAM_PUT_OFF) == 1


def test_whose_consultation_ends_after_closing_comes_when_it_opens_next() -> None:
    patient = at_minute(1060.0)
    week = 7 * 1440.0
    step = patient.next(DONE)
    assert step.action == HOLD
    assert patient.stage() == Stage.EXAM_PUT_OFF
    assert week + 480.0 - 1060.0 <= step.minutes <= week + 540.0 - 1060.0


def test_emergencies_are_examined_by_the_night_duty() -> None:
    step = at_minute(1060.0, emergency=1).next(DONE)
    assert (step.action, step.minutes) == (SEIZE, np.inf)


def test_after_too_many_closings_the_doctor_decides_without() -> None:
    patient = at_minute(700.0)
    patient.next(DONE)
    delays = set()
    for _ in range(2):
        home = patient.next(RENEGED, 20.0)
        assert home.action == HOLD
        delays.add(home.minutes % 1440.0)
        assert patient.next(DONE).action == SEIZE
    # Each return has a draw of its own.
    assert len(delays) == 2
    assert patient.next(RENEGED, 20.0).action == LEAVE
    assert (patient.happened(Event.EXAM_PUT_OFF), patient.happened(Event.EXAM_MISSED)) == (2, 1)
    assert patient.happened(Event.TREATED) == 1


def test_closings_of_one_exam_do_not_count_for_the_next_nor_for_the_next_doctor() -> None:
    patient = at_minute(700.0)
    patient.next(DONE)
    patient.next(RENEGED, 20.0)
    patient.next(DONE)
    patient.next(GRANTED)
    assert patient.cell("attempts") == 1
    patient.next(DONE)
    assert (patient.cell("recipe"), patient.cell("attempts")) == (2, 0)


def test_without_room_to_wait_the_next_exam_follows() -> None:
    patient = at_minute(700.0)
    patient.next(DONE)
    step = patient.next(REFUSED)
    assert (step.action, step.pool) == (SEIZE, patient.pool(HOSPITAL, Skill.IMAGING))
    assert patient.happened(Event.EXAM_MISSED) == 1


def test_rooms_that_a_policy_closes_meanwhile_are_done_without() -> None:
    for event, missed in ((GRANTED, 0), (RENEGED, 1)):
        patient = at_minute(700.0)
        patient.next(DONE)
        closed = patient.world.facility_pool.copy().reshape(-1, len(Skill))
        closed[:, [Skill.EXAM, Skill.IMAGING]] = NONE
        later = replace(patient.world, facility_pool=closed.ravel())
        table = AddressTable(later)
        patient.w = table.address
        assert patient.next(event, 1.0).action == LEAVE
        assert patient.happened(Event.EXAM_MISSED) == missed


def test_an_exam_to_skip_is_skipped_everywhere_else_none_is() -> None:
    world = make_world(with_rooms({}), **one_recipe([Served(Skill.EXAM, otherwise=SKIP)]))
    assert after_the_doctor(world).next(DONE).action == LEAVE
