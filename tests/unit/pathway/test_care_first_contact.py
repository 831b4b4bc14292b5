"""Who goes where first: emergencies, free choice, bound patients, contracts, expected waits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from skills import Skill
from worlds import (
    CENTRE,
    CLINIC,
    FACILITY_TIER,
    HOSPITAL,
    MINUTES,
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

from sim.pathway.care.path import new_period
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import TICKS_PER_MINUTE, Event, Reason
from sim.pathway.steps import ARRIVED, DONE, GRANTED, HOLD, LEAVE, SEIZE
from sim.world.care.world import COUNTY, NONE, TOWNSHIP, Behaviour
from sim.world.fields import Reals

_MANY = 20_000
_LEVEL = 1e-4
"""Significance of one chi-square test; seeds are fixed, so a test that passes always passes."""


def first_contacts(visitors: Visitors) -> np.ndarray:
    """Return the facility each patient goes to first, NONE for those who give up."""
    return np.array(
        [
            visitors.facility(row) if visitors.next(ARRIVED, row=row).action == HOLD else NONE
            for row in range(visitors.state.capacity)
        ]
    )


def many(world: Any, **cells: float) -> Visitors:
    visitors = Visitors(world, _MANY)
    visitors.start(**{"complexity": 0.2, **cells})
    return visitors


def assert_shares(chosen: np.ndarray, weights: Reals) -> None:
    """Hold the facilities chosen against the shares that the weights give."""
    expected = _MANY * weights / weights.sum()
    counts = np.bincount(chosen, minlength=len(weights))
    possible = weights > 0.0
    assert counts[~possible].sum() == 0
    assert stats.chisquare(counts[possible], expected[possible]).pvalue > _LEVEL


def logit_weights() -> Reals:
    world = make_world()
    return world.able.reshape(3, -1)[0] * world.reach_weight


def _doctors(facility: int) -> int:
    """Return the cell of a facility's general doctors."""
    return facility * len(Skill) + Skill.DOCTOR


# --- emergencies -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("complexity", "facility"),
    [
        (0.4, CENTRE),
        (0.5, CENTRE),
        (0.55, NEAR_HOSPITAL),
        (0.75, HOSPITAL),
        (0.95, PROVINCIAL),
    ],
)
def test_an_emergency_goes_to_the_nearest_able_that_takes_them(
    complexity: float, facility: int
) -> None:
    patient = Visitors(make_world())
    patient.start(emergency=1, ambulance=1, complexity=complexity)
    step = patient.next(ARRIVED)
    assert patient.facility() == facility
    # Ambulances drive twice as fast here.
    doctor = patient.pool(facility, Skill.DOCTOR)
    assert step == (HOLD, doctor, 0, 0, MINUTES[facility] / 2.0, 0)


def test_nearest_means_travel_time_not_tier() -> None:
    minutes = list(MINUTES)
    minutes[PROVINCIAL] = 15.0
    patient = Visitors(make_world(reach_minutes=minutes))
    patient.start(emergency=1, complexity=0.4)
    patient.next(ARRIVED)
    assert patient.facility() == PROVINCIAL


def test_an_emergency_that_needs_a_bed_passes_by_those_without_one() -> None:
    _, numbers = pools_of({HOSPITAL: 5}, {})
    patient = Visitors(make_world(numbers, admission_share=[1.0]))
    patient.start(emergency=1, complexity=0.4)
    patient.next(ARRIVED)
    assert patient.facility() == HOSPITAL
    walking = Visitors(make_world(numbers, admission_share=[0.0]))
    walking.start(emergency=1, complexity=0.4)
    walking.next(ARRIVED)
    assert walking.facility() == CENTRE


def test_an_emergency_that_nobody_can_treat_is_unmet_need() -> None:
    patient = Visitors(make_world())
    patient.start(emergency=1, complexity=0.99)
    assert patient.next(ARRIVED).action == LEAVE
    assert patient.happened(Event.UNMET) == 1


# --- free choice -------------------------------------------------------------------------------


def test_choice_probabilities_are_those_of_the_logit() -> None:
    assert_shares(first_contacts(many(make_world())), logit_weights())


def test_choice_depends_on_severity_as_patients_see_it() -> None:
    able = np.ones((3, 7))
    able[1] = [1.0, 2.0, 4.0, 1.0, 0.5, 0.25, 0.0]
    chosen = first_contacts(many(make_world(able=able.ravel()), complexity=0.7, band=1))
    assert_shares(chosen, able[1] * make_world().reach_weight)


def test_a_facility_that_does_not_treat_the_condition_is_never_chosen() -> None:
    able = make_world().able.reshape(3, 7).copy()
    able[:, HOSPITAL] = 0.0
    weights = logit_weights()
    weights[HOSPITAL] = 0.0
    assert_shares(first_contacts(many(make_world(able=able.ravel()))), weights)


def test_a_contract_favours_the_own_primary_institutions() -> None:
    weights = logit_weights()
    weights[[CLINIC, CENTRE]] *= 2.0
    assert_shares(first_contacts(many(make_world(), contract=1)), weights)


def test_expected_waits_repel_by_their_weight() -> None:
    visitors = many(make_world())
    visitors.state.arrays.wait_appeal[_doctors(HOSPITAL)] *= 0.25
    weights = logit_weights()
    weights[HOSPITAL] *= 0.25
    assert_shares(first_contacts(visitors), weights)


def test_a_change_in_one_facility_moves_nobody_between_two_others() -> None:
    before = first_contacts(many(make_world()))
    visitors = many(make_world())
    visitors.state.arrays.wait_appeal[_doctors(HOSPITAL)] *= 0.25
    after = first_contacts(visitors)
    moved = before != after
    assert moved.any()
    assert (before[moved] == HOSPITAL).all()


def test_patients_outside_their_county_by_choice_have_that_reason() -> None:
    visitors = many(make_world())
    chosen = first_contacts(visitors)
    reasons = visitors.rows["reason"]
    outside = np.asarray(FACILITY_TIER)[chosen] > COUNTY
    assert outside.any()
    assert (reasons[outside] == Reason.PREFERENCE).all()
    assert (reasons[~outside] == Reason.INSIDE).all()


# --- bound first contact -------------------------------------------------------------------------


def test_bound_patients_choose_among_primary_institutions() -> None:
    world = make_world(behaviour=behaviour({Behaviour.BOUND: 1.0}))
    weights = logit_weights()
    weights[np.asarray(FACILITY_TIER) > TOWNSHIP] = 0.0
    assert_shares(first_contacts(many(world)), weights)


def test_the_bound_share_is_bound_and_the_rest_chooses_freely() -> None:
    world = make_world(behaviour=behaviour({Behaviour.BOUND: 0.7}))
    weights = logit_weights()
    bound = np.where(np.asarray(FACILITY_TIER) <= TOWNSHIP, weights, 0.0)
    mixed = 0.7 * bound / bound.sum() + 0.3 * weights / weights.sum()
    assert_shares(first_contacts(many(world)), mixed)


@pytest.mark.parametrize(("age", "spared"), [(0, True), (1, True), (2, False), (4, False)])
def test_children_may_be_spared(age: int, spared: bool) -> None:
    rule = {Behaviour.BOUND: 1.0, Behaviour.BOUND_EXCEPT_CHILDREN: 1.0}
    chosen = first_contacts(many(make_world(behaviour=behaviour(rule)), age=age))
    assert (np.asarray(FACILITY_TIER)[chosen] > TOWNSHIP).any() == spared


def test_emergencies_are_never_bound() -> None:
    world = make_world(behaviour=behaviour({Behaviour.BOUND: 1.0}))
    patient = Visitors(world)
    patient.start(emergency=1, complexity=0.75)
    patient.next(ARRIVED)
    assert patient.facility() == HOSPITAL


def test_the_bound_choose_freely_where_no_primary_institution_treats_them() -> None:
    able = make_world().able.reshape(3, 7).copy()
    able[:, [CLINIC, CENTRE]] = 0.0
    rule = behaviour({Behaviour.BOUND: 1.0})
    weights = logit_weights()
    weights[[CLINIC, CENTRE]] = 0.0
    world = make_world(able=able.ravel(), behaviour=rule)
    assert_shares(first_contacts(many(world)), weights)


def test_the_appeal_is_that_of_the_facility_s_profile() -> None:
    profile = np.array([3, 0, 6, 1, 5, 2, 4])
    able = np.tile([1.0, 0.2, 0.7, 0.1, 0.5, 0.9, 0.3], (3, 1))
    world = make_world(able=able.ravel(), facility_profile=profile, reach_profile=profile)
    assert_shares(first_contacts(many(world)), able[0][profile] * world.reach_weight)


# --- expected waits ------------------------------------------------------------------------------


def test_expected_waits_are_halfway_between_the_old_and_last_weeks() -> None:
    visitors = Visitors(make_world())
    arrays = visitors.state.arrays
    hospital, clinic = _doctors(HOSPITAL), _doctors(CLINIC)
    arrays.expected_wait[hospital] = 30.0
    arrays.expected_wait[clinic] = 8.0
    arrays.wait_ticks[hospital] = 4 * 50 * TICKS_PER_MINUTE
    arrays.wait_count[hospital] = 4
    new_period(visitors.w, visitors.s, 0)
    assert arrays.expected_wait[hospital] == 40.0
    # Nobody came to the clinic: what people expect there stays.
    assert arrays.expected_wait[clinic] == 8.0
    weights = arrays.wait_appeal
    assert weights[hospital] == pytest.approx(np.exp(-0.01 * 40.0), rel=1e-15)
    assert weights[clinic] == pytest.approx(np.exp(-0.08), rel=1e-15)
    assert arrays.wait_count[hospital] == arrays.wait_ticks[hospital] == 0


def test_each_department_has_a_wait_of_its_own_and_one_that_is_not_there_the_general_one() -> None:
    numbers = pools_of(WARD_SERVERS, {})[1].copy()
    surgeons = HOSPITAL * len(Skill) + Skill.SURGEONS
    numbers[surgeons] = numbers.max() + 1
    visitors = Visitors(make_world(numbers))
    arrays = visitors.state.arrays
    arrays.expected_wait[_doctors(HOSPITAL)] = 10.0
    arrays.expected_wait[surgeons] = 50.0
    arrays.expected_wait[_doctors(CENTRE)] = 20.0
    new_period(visitors.w, visitors.s, 0)
    missing = CENTRE * len(Skill) + Skill.SURGEONS
    for cell, minutes in ((_doctors(HOSPITAL), 10.0), (surgeons, 50.0), (missing, 20.0)):
        assert arrays.wait_appeal[cell] == pytest.approx(np.exp(-0.01 * minutes), rel=1e-15)


def test_patients_look_at_the_wait_of_the_department_that_they_would_see() -> None:
    numbers = pools_of(WARD_SERVERS, {})[1].copy()
    surgeons = HOSPITAL * len(Skill) + Skill.SURGEONS
    numbers[surgeons] = numbers.max() + 1
    for department, factor in ((Skill.SURGEONS, 0.25), (Skill.DOCTOR, 1.0)):
        visitors = many(make_world(numbers, department=[department, Skill.DOCTOR]))
        visitors.state.arrays.wait_appeal[surgeons] *= 0.25
        weights = logit_weights()
        weights[HOSPITAL] *= factor
        assert_shares(first_contacts(visitors), weights)


def test_the_wait_for_an_exam_counts_as_the_department_s_without_a_visit_more() -> None:
    visitors = Visitors(make_world(**one_recipe([Served(Skill.EXAM, 1.0)])))
    visitors.start(stage=Stage.WAITING_FOR_DOCTOR, facility=HOSPITAL, position=HOSPITAL, visits=1)
    arrays, cell = visitors.state.arrays, _doctors(HOSPITAL)
    visitors.next(GRANTED, 10.0)
    assert visitors.next(DONE).action == SEIZE
    visitors.next(GRANTED, 30.0)
    assert arrays.wait_ticks[cell] == 40 * TICKS_PER_MINUTE
    assert arrays.wait_count[cell] == 1
    assert arrays.wait_ticks.sum() == 40 * TICKS_PER_MINUTE


def test_expected_waits_stay_within_the_period() -> None:
    visitors = Visitors(make_world())
    visitors.start(complexity=0.2)
    visitors.through(1)  # onset, arrival
    facility = visitors.facility()
    visitors.next(1, waited=120.0)  # granted after two hours
    arrays = visitors.state.arrays
    cell = _doctors(facility)
    assert (arrays.wait_appeal == 1.0).all()
    assert arrays.wait_ticks[cell] == 120 * TICKS_PER_MINUTE
    new_period(visitors.w, visitors.s, 0)
    assert arrays.expected_wait[cell] == 60.0
