"""What is inside, what is common, and both reasons of care outside: cases by hand."""

from __future__ import annotations

import pytest
from test_care_referral import at_doctor, only
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    ELSEWHERE,
    HOSPITAL,
    PROVINCIAL,
    Visitors,
    make_world,
)

from sim.kernel import open_kernel
from sim.pathway.care.reach import set_target
from sim.pathway.care.record import count_end, count_payment, count_visit
from sim.pathway.care.state import End, Event, Money, Reason, Visit
from sim.world.care.world import CITY, COUNTY, NONE, OUTSIDE, PROVINCE

IN_THE_CITY = {"county_home": [1]}
BEYOND_THE_COUNTY = 0.85
WITHIN_THE_COUNTY = 0.4


@open_kernel
def step_to(w: int, s: int, row: int, position: int, reason: int) -> float:
    """Set out for a facility; a kernel of its own, since only these can be called from outside."""
    return set_target(w, s, row, position, reason)


@open_kernel
def be_seen(w: int, s: int, row: int) -> int:
    """Be counted as an outpatient, with a bill of 100 fen."""
    count_visit(w, s, row, Visit.OUTPATIENT + 0)
    count_payment(w, s, row, 0, 100, 90, 50, 0, 30)
    return 0


@open_kernel
def be_treated(w: int, s: int, row: int) -> int:
    """End treated."""
    count_end(w, s, row, End.TREATED + 0)
    return 0


INSIDE, PREFERENCE, CAPABILITY, CAPACITY, EMERGENCY, TREATABLE = Reason


@pytest.mark.parametrize(("home", "inside"), [(NONE, 0), (1, 1), (2, 0)])
def test_a_city_hospital_is_inside_where_the_definition_says_so(home: int, inside: int) -> None:
    patient = Visitors(make_world(county_home=[home], common_until=[2]))
    patient.start(complexity=WITHIN_THE_COUNTY)
    patient.state.arrays.clock[1] = 1
    step_to(patient.w, patient.s, 0, CITY_HOSPITAL, int(PREFERENCE))
    be_seen(patient.w, patient.s, 0)
    be_treated(patient.w, patient.s, 0)
    state = patient.state
    assert state.table("flow")[..., INSIDE].sum() == inside
    assert state.table("common")[0, Visit.OUTPATIENT].tolist() == [1 - inside, inside]
    assert state.table("money")[0, 0, CITY, 0, inside].tolist() == [100, 90, 50, 0]
    assert state.table("money")[0, 0, CITY, 0, :, Money.PRICE].sum() == 100
    assert state.table("far").sum() == 1 - inside
    assert patient.happened(Event.TREATED_INSIDE) == inside
    assert patient.happened(Event.COMMON_TREATED) == 1
    assert patient.happened(Event.COMMON_TREATED_INSIDE) == inside


def test_a_city_does_not_take_in_the_hospitals_of_the_province() -> None:
    patient = Visitors(make_world(**IN_THE_CITY))
    patient.start(complexity=WITHIN_THE_COUNTY)
    step_to(patient.w, patient.s, 0, PROVINCIAL, int(PREFERENCE))
    assert patient.rows["reason"][0] == PREFERENCE


@pytest.mark.parametrize(
    ("until", "band", "common"), [(NONE, 0, 0), (0, 0, 1), (0, 1, 0), (1, 1, 1), (1, 2, 0)]
)
def test_an_episode_is_common_up_to_its_highest_band(until: int, band: int, common: int) -> None:
    patient = Visitors(make_world(common_until=[until]))
    patient.start(facility=HOSPITAL, position=HOSPITAL, band=band)
    be_treated(patient.w, patient.s, 0)
    assert patient.happened(Event.COMMON_TREATED) == common


@pytest.mark.parametrize(
    ("complexity", "steps", "why_left", "why_far"),
    [
        # One step: by choice, by choice beyond the county, by emergency, by referral, by a full county.
        (WITHIN_THE_COUNTY, [(CITY_HOSPITAL, PREFERENCE)], PREFERENCE, PREFERENCE),
        (BEYOND_THE_COUNTY, [(PROVINCIAL, PREFERENCE)], CAPABILITY, PREFERENCE),
        (BEYOND_THE_COUNTY, [(CITY_HOSPITAL, EMERGENCY)], CAPABILITY, EMERGENCY),
        (BEYOND_THE_COUNTY, [(HOSPITAL, PREFERENCE), (CITY_HOSPITAL, CAPABILITY)], CAPABILITY, CAPABILITY),
        (WITHIN_THE_COUNTY, [(HOSPITAL, PREFERENCE), (CITY_HOSPITAL, CAPACITY)], CAPACITY, CAPACITY),
        # Farther: sent on, by choice, for want of a bed at the province, though treatable.
        (WITHIN_THE_COUNTY, [(CITY_HOSPITAL, PREFERENCE), (PROVINCIAL, CAPABILITY)], PREFERENCE, CAPABILITY),
        (WITHIN_THE_COUNTY, [(CITY_HOSPITAL, CAPACITY), (PROVINCIAL, PREFERENCE)], CAPACITY, PREFERENCE),
        (
            BEYOND_THE_COUNTY,
            [(CITY_HOSPITAL, CAPABILITY), (PROVINCIAL, CAPABILITY), (ELSEWHERE, CAPACITY)],
            CAPABILITY,
            CAPACITY,
        ),
        (WITHIN_THE_COUNTY, [(CITY_HOSPITAL, TREATABLE), (PROVINCIAL, TREATABLE)], TREATABLE, TREATABLE),
        # Down again outside changes nothing; home again clears both; then they are new.
        (WITHIN_THE_COUNTY, [(PROVINCIAL, PREFERENCE), (CITY_HOSPITAL, CAPACITY)], PREFERENCE, PREFERENCE),
        (WITHIN_THE_COUNTY, [(PROVINCIAL, PREFERENCE), (HOSPITAL, CAPACITY)], INSIDE, INSIDE),
    ],
)  # fmt: skip
def test_why_they_left_and_why_so_far(
    complexity: float, steps: list[tuple[int, Reason]], why_left: Reason, why_far: Reason
) -> None:
    patient = Visitors(make_world())
    patient.start(complexity=complexity, stay_needed=0)
    patient.state.arrays.clock[1] = 1
    for facility, reason in steps:
        step_to(patient.w, patient.s, 0, facility, int(reason))
    be_seen(patient.w, patient.s, 0)
    assert (patient.rows["reason"][0], patient.rows["why_far"][0]) == (why_left, why_far)
    far = patient.state.table("far")
    tier = {CITY_HOSPITAL: CITY, PROVINCIAL: PROVINCE, ELSEWHERE: OUTSIDE, HOSPITAL: COUNTY}[
        steps[-1][0]
    ]
    if why_left == INSIDE:
        assert far.sum() == 0
    else:
        assert far[0, tier, Visit.OUTPATIENT, why_left, why_far] == far.sum() == 1


def test_a_referral_inside_adds_a_visit_and_no_episode() -> None:
    patient = at_doctor(only(comply=1.0), CENTRE, complexity=0.55, stay_needed=0)
    patient.state.arrays.clock[1] = 1
    be_seen(patient.w, patient.s, 0)
    patient.next()
    assert patient.facility() != CENTRE
    be_seen(patient.w, patient.s, 0)
    be_treated(patient.w, patient.s, 0)
    assert patient.state.table("flow")[..., INSIDE].sum() == 2
    assert patient.happened(Event.TREATED_INSIDE) == patient.happened(Event.TREATED) == 1
    assert patient.happened(Event.REFERRED_UP) == 1
    assert patient.happened(Event.WENT_UP_THEMSELVES) == 0


def test_who_chooses_for_themselves_is_no_formal_referral() -> None:
    patient = at_doctor(only(comply=0.0), CENTRE, complexity=0.55, stay_needed=0)
    patient.next()
    assert patient.happened(Event.REFERRED_UP) == 0
    assert patient.happened(Event.WENT_UP_THEMSELVES) == 1
