"""Where emergencies go who found no bed: the nearest able ward at any tier, those known as full last."""

from __future__ import annotations

import numpy as np
import pytest
from skills import Skill
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    ELSEWHERE,
    HOSPITAL,
    MINUTES,
    NEAR_HOSPITAL,
    PROVINCIAL,
    WARD_SERVERS,
    Visitors,
    behaviour,
    make_world,
    pools_of,
)

from sim.pathway.care.path import new_period
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import TICKS_PER_MINUTE, End, Event, Reason, Work
from sim.pathway.steps import DONE, GRANTED, HOLD, LEAVE, REFUSED, RENEGED, SEIZE
from sim.world.care.world import MOST_WITHIN_REACH, NONE, Behaviour, CareWorld, Priority

_DAY = 1440.0
_EVERYWHERE = -1
"""Of `tried`: every bit."""


def waiting(facility: int, world: CareWorld | None = None, **cells: float) -> Visitors:
    """Return an emergency of the hand-made county who waits for a bed; others choose where to go."""
    patient = Visitors(world or make_world(admission_share=[1.0]))
    cells = {"emergency": 1, "visits": 1, "stay_needed": 1, **cells}
    patient.start(stage=Stage.WAITING_FOR_BED, facility=facility, position=facility, **cells)
    return patient


def ward(facility: int) -> int:
    """Return the cell of a facility's general ward."""
    return facility * len(Skill) + Skill.WARD_GENERAL


def sent_on(patient: Visitors) -> int:
    """Let the patience for a bed end, and return where the patient asks for the next one; NONE for nowhere."""
    if patient.next(RENEGED, 500.0).action == LEAVE:
        return NONE
    assert patient.next(DONE).pool == patient.pool(patient.facility(), Skill.WARD_GENERAL)
    return patient.facility()


# --- the nearest able ward -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full", "complexity", "to", "arranging", "reason"),
    [
        # Up.
        (CENTRE, 0.4, NEAR_HOSPITAL, 0.0, Reason.INSIDE),
        (HOSPITAL, 0.75, CITY_HOSPITAL, 0.0, Reason.CAPACITY),
        (CITY_HOSPITAL, 0.85, PROVINCIAL, 0.0, Reason.CAPABILITY),
        (PROVINCIAL, 0.95, ELSEWHERE, 0.0, Reason.CAPABILITY),
        # Sideways and down, where the transfer is arranged first.
        (HOSPITAL, 0.55, NEAR_HOSPITAL, 60.0, Reason.INSIDE),
        (HOSPITAL, 0.4, CENTRE, 60.0, Reason.INSIDE),
        (PROVINCIAL, 0.85, CITY_HOSPITAL, 60.0, Reason.CAPABILITY),
        (ELSEWHERE, 0.95, PROVINCIAL, 60.0, Reason.CAPABILITY),
        # Back into the county, as far down as somebody is able.
        (CITY_HOSPITAL, 0.4, CENTRE, 60.0, Reason.INSIDE),
        (CITY_HOSPITAL, 0.75, HOSPITAL, 60.0, Reason.INSIDE),
        (PROVINCIAL, 0.75, HOSPITAL, 60.0, Reason.INSIDE),
    ],
)
def test_a_full_ward_diverts_straight_to_the_nearest_able_ward_at_any_tier(
    full: int, complexity: float, to: int, arranging: float, reason: Reason
) -> None:
    patient = waiting(full, complexity=complexity)
    doctor = patient.pool(to, Skill.DOCTOR)
    assert patient.next(RENEGED, 500.0) == (HOLD, doctor, 0, 0, arranging + MINUTES[to], 0)
    assert patient.facility() == to
    assert patient.cell("reason") == reason
    assert patient.happened(Event.DIVERTED) == patient.worked(full, Work.DIVERTED) == 1
    bed = patient.next(DONE)
    assert (bed.action, bed.priority) == (SEIZE, Priority.EMERGENCY)
    assert bed.pool == patient.pool(to, Skill.WARD_GENERAL)


def test_nearest_means_the_way_not_the_tier() -> None:
    minutes = list(MINUTES)
    minutes[PROVINCIAL] = 15.0
    far = make_world(admission_share=[1.0], reach_minutes=minutes)
    assert sent_on(waiting(HOSPITAL, far, complexity=0.4)) == PROVINCIAL
    # Equally near ones: the lowest tier.
    minutes[PROVINCIAL] = MINUTES[CENTRE]
    tied = make_world(admission_share=[1.0], reach_minutes=minutes)
    assert sent_on(waiting(HOSPITAL, tied, complexity=0.4)) == CENTRE


def test_who_has_the_ward_is_asked_not_who_has_a_doctor() -> None:
    _, numbers = pools_of({HOSPITAL: 5, PROVINCIAL: 5}, {})
    world = make_world(numbers, admission_share=[1.0])
    assert sent_on(waiting(HOSPITAL, world, complexity=0.4)) == PROVINCIAL


@pytest.mark.parametrize(
    ("start", "complexity", "then"),
    [
        (HOSPITAL, 0.4, [CENTRE, NEAR_HOSPITAL, CITY_HOSPITAL, PROVINCIAL, ELSEWHERE]),
        (PROVINCIAL, 0.55, [NEAR_HOSPITAL, HOSPITAL, CITY_HOSPITAL, ELSEWHERE]),
        (CITY_HOSPITAL, 0.85, [PROVINCIAL, ELSEWHERE]),
        (ELSEWHERE, 0.99, []),
    ],
)
def test_every_able_ward_is_tried_once_then_the_need_is_unmet(
    start: int, complexity: float, then: list[int]
) -> None:
    patient = waiting(start, complexity=complexity, stay_needed=1)
    assert [sent_on(patient) for _ in range(len(then) + 1)] == [*then, NONE]
    assert patient.happened(Event.UNMET) == patient.happened(Event.STAYS_UNMET) == 1
    assert patient.happened(Event.DIVERTED) == len(then) + 1
    assert patient.state.table("ends")[..., End.NO_BED].sum() == 1


def test_no_room_to_wait_and_a_ward_that_closed_send_on_as_well() -> None:
    refused = waiting(HOSPITAL, complexity=0.75)
    refused.next(REFUSED)
    assert refused.facility() == CITY_HOSPITAL
    _, numbers = pools_of({k: v for k, v in WARD_SERVERS.items() if k != CITY_HOSPITAL}, {})
    patient = Visitors(make_world(numbers, admission_share=[1.0]))
    cells = {"facility": CITY_HOSPITAL, "position": CITY_HOSPITAL, "direct": 1, "emergency": 1}
    patient.start(stage=Stage.TRAVELLING, complexity=0.75, **cells)
    patient.next(DONE)
    assert patient.facility() == HOSPITAL


def test_a_search_for_a_bed_begins_with_nothing_tried() -> None:
    world = make_world(admission_share=[1.0])
    # A row that somebody else had before.
    consulted = Visitors(world)
    cells = {"facility": HOSPITAL, "position": HOSPITAL, "complexity": 0.4, "emergency": 1}
    consulted.start(stage=Stage.CONSULTATION, tried=_EVERYWHERE, **cells)
    consulted.next(DONE)
    assert sent_on(consulted) == CENTRE
    # A readmission, weeks after the stay that took long to find.
    readmitted = Visitors(world)
    readmitted.start(stage=Stage.AT_HOME, tried=_EVERYWHERE, **cells)
    readmitted.next(DONE)
    assert sent_on(readmitted) == CENTRE


@pytest.mark.parametrize("position", [0, 31, 62, MOST_WITHIN_REACH - 1])
def test_every_position_within_reach_can_be_tried(position: int) -> None:
    patient = waiting(HOSPITAL)
    patient.start(stage=Stage.WAITING_FOR_BED, facility=HOSPITAL, position=position)
    patient.next(RENEGED, 500.0)
    tried = int(patient.rows["tried"][0])
    assert [k for k in range(MOST_WITHIN_REACH) if (tried >> k) & 1] == [position]


# --- wards that are known as full ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "then"),
    [
        ({}, [CENTRE, NEAR_HOSPITAL, CITY_HOSPITAL]),
        # A day is the limit of the hand-made county, and not above it.
        ({CENTRE: 1.0}, [CENTRE, NEAR_HOSPITAL, CITY_HOSPITAL]),
        ({CENTRE: 1.1}, [NEAR_HOSPITAL, CITY_HOSPITAL, PROVINCIAL, ELSEWHERE, CENTRE]),
        # Among full ones the nearest is first, too, however long it takes.
        (
            {CENTRE: 9.0, NEAR_HOSPITAL: 2.0, PROVINCIAL: 3.0},
            [CITY_HOSPITAL, ELSEWHERE, CENTRE, NEAR_HOSPITAL, PROVINCIAL],
        ),
    ],
)
def test_where_a_bed_takes_long_is_asked_after_the_others(
    days: dict[int, float], then: list[int]
) -> None:
    patient = waiting(HOSPITAL, complexity=0.4)
    for facility, expected in days.items():
        patient.state.arrays.expected_bed_wait[ward(facility)] = expected * _DAY
    assert [sent_on(patient) for _ in then] == then


def test_without_a_limit_the_nearest_is_the_nearest() -> None:
    endless = behaviour({Behaviour.OVERFLOW_WAIT_MIN: np.inf})
    patient = waiting(HOSPITAL, make_world(admission_share=[1.0], behaviour=endless))
    patient.state.arrays.expected_bed_wait[:] = 100 * _DAY
    assert sent_on(patient) == CENTRE


def test_the_wait_for_a_bed_is_learned_from_those_who_left_too() -> None:
    patient = waiting(HOSPITAL, complexity=0.4)
    arrays, cell = patient.state.arrays, ward(HOSPITAL)
    arrays.expected_bed_wait[cell] = 400.0
    arrays.expected_bed_wait[ward(CENTRE)] = 80.0
    # Two get a bed after 300 and 600 minutes, one leaves after 1,500.
    for event, waited in ((GRANTED, 300.0), (GRANTED, 600.0), (RENEGED, 1500.0)):
        patient.start(stage=Stage.WAITING_FOR_BED, facility=HOSPITAL, position=HOSPITAL)
        patient.next(event, waited)
    assert arrays.bed_wait_ticks[cell] == 2400 * TICKS_PER_MINUTE
    assert arrays.beds_given[cell] == 2
    new_period(patient.w, patient.s, 0)
    # Half of what was expected, and half of 2,400 minutes for two beds.
    assert arrays.expected_bed_wait[cell] == 0.5 * (400.0 + 1200.0)
    assert arrays.bed_wait_ticks[cell] == arrays.beds_given[cell] == 0
    # Nobody asked the centre.
    assert arrays.expected_bed_wait[ward(CENTRE)] == 40.0
    new_period(patient.w, patient.s, 0)
    assert arrays.expected_bed_wait[cell] == 400.0


def test_a_ward_that_gave_no_bed_is_expected_to_take_all_that_was_waited() -> None:
    patient = waiting(HOSPITAL, complexity=0.4)
    patient.next(RENEGED, 700.0)
    new_period(patient.w, patient.s, 0)
    assert patient.state.arrays.expected_bed_wait[ward(HOSPITAL)] == 350.0


def test_a_ward_of_its_own_has_its_own_wait() -> None:
    numbers = pools_of(WARD_SERVERS, {})[1].copy()
    own = CENTRE * len(Skill) + Skill.WARD_MATERNAL_CHILD
    numbers[own] = numbers.size
    patient = waiting(HOSPITAL, make_world(numbers, admission_share=[1.0]), complexity=0.4)
    patient.state.arrays.expected_bed_wait[ward(CENTRE)] = 9 * _DAY
    patient.next(RENEGED, 500.0)
    assert patient.facility() == CENTRE
    assert patient.next(DONE).pool == numbers[own]
    patient.next(GRANTED, 30.0)
    assert patient.state.arrays.beds_given[own] == 1
