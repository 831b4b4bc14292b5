"""Beds: the acute stay, the way down, the way home and back, and the bed that stays blocked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from skills import Skill
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    HOSPITAL,
    NEAR_HOSPITAL,
    WARD_SERVERS,
    Visitors,
    behaviour,
    make_model,
    make_world,
    pools_of,
)

from sim.engine.log import log_columns
from sim.engine.reference import simulate
from sim.measure.care.invariants import broken_in_log
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import TICKS_PER_MINUTE, Event, Work
from sim.pathway.steps import DONE, GRANTED, HOLD, LEAVE, RENEGED, SEIZE
from sim.world.care.world import NONE, Behaviour, CareWorld, Priority
from sim.world.fields import Reals

_MANY = 4000
_DAY = 1440.0
_WINDOW = 30 * _DAY


def rehabilitating(**fields: object) -> CareWorld:
    """Return the hand-made county where everybody rehabilitates and accepts a step-down bed."""
    return make_world(
        **{
            "admission_share": [1.0],
            "rehabilitation_share": [1.0],
            "step_down_odds": [1e9],
            **fields,
        }
    )


def arranged_in(minutes: float) -> Reals:
    """Return behaviour under which a transfer takes at least so long; step-down takes 480 minutes."""
    return behaviour({Behaviour.TRANSFER_ARRANGING_MIN: minutes})


def admitted(world: CareWorld, facility: int = HOSPITAL, count: int = 1) -> Visitors:
    """Return patients who have just been given a bed."""
    visitors = Visitors(world, count)
    visitors.start(
        stage=Stage.WAITING_FOR_BED, facility=facility, position=facility, visits=1, complexity=0.4
    )
    for row in range(count):
        visitors.next(GRANTED, row=row)
    return visitors


def test_a_patient_who_needs_a_stay_waits_for_a_bed_and_lies_in_it() -> None:
    world = make_world(admission_share=[1.0])
    patient = Visitors(world)
    patient.start(
        stage=Stage.CONSULTATION, facility=HOSPITAL, position=HOSPITAL, visits=1, complexity=0.4
    )
    wait = patient.next(DONE)
    assert (wait.action, wait.keep, wait.priority) == (SEIZE, 0, Priority.ROUTINE)
    assert wait.pool == patient.pool(HOSPITAL, Skill.WARD_GENERAL)
    stay = patient.next(GRANTED, 300.0)
    assert (stay.action, stay.keep) == (HOLD, 1)
    assert patient.worked(HOSPITAL, Work.ADMISSIONS) == 1
    assert patient.next(DONE).action == LEAVE
    assert patient.worked(HOSPITAL, Work.DISCHARGES) == 1
    assert patient.worked(HOSPITAL, Work.STAY_TICKS) == round(stay.minutes * TICKS_PER_MINUTE)


def test_a_ward_of_its_own_comes_before_the_general_one() -> None:
    numbers = pools_of(WARD_SERVERS, {})[1].copy()
    own = numbers.size
    numbers[HOSPITAL * len(Skill) + Skill.WARD_MATERNAL_CHILD] = own
    patient = Visitors(make_world(numbers, admission_share=[1.0]))
    patient.start(
        stage=Stage.CONSULTATION, facility=HOSPITAL, position=HOSPITAL, visits=1, complexity=0.4
    )
    assert patient.next(DONE).pool == own


def test_admission_is_likelier_the_more_complex() -> None:
    share, gradient = 0.3, 1.5
    world = make_world(admission_share=[share], admission_gradient=[gradient])
    visitors = Visitors(world, _MANY)
    for complexity in (0.2, 0.5, 0.75):
        visitors.start(
            stage=Stage.CONSULTATION, facility=HOSPITAL, position=HOSPITAL, complexity=complexity
        )
        steps = [visitors.next(DONE, row=row) for row in range(_MANY)]
        found = sum(step.action == SEIZE for step in steps) / _MANY
        expected = share * (1 + gradient) * complexity**gradient
        # Four standard deviations of a share of independent patients.
        assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / _MANY)


def test_stays_have_the_length_the_condition_says() -> None:
    visitors = admitted(make_world(admission_share=[1.0]), count=_MANY)
    acute = visitors.rows["acute"]
    # Mean 4 days, coefficient of variation 0.5.
    assert abs(acute.mean() / (4 * _DAY) - 1.0) < 4 * 0.5 / np.sqrt(_MANY)


# --- the way down --------------------------------------------------------------------------------


def test_the_step_down_bed_is_the_nearest_of_a_lower_tier() -> None:
    _, numbers = pools_of(WARD_SERVERS, {CENTRE: 1, NEAR_HOSPITAL: 1, CITY_HOSPITAL: 1})
    for start in (HOSPITAL, CITY_HOSPITAL):
        patient = admitted(rehabilitating(facility_pool=numbers), start)
        patient.next(DONE)
        assert patient.cell("step_down") == CENTRE
    without = pools_of(WARD_SERVERS, {NEAR_HOSPITAL: 1, CITY_HOSPITAL: 1})[1]
    same_tier = admitted(rehabilitating(facility_pool=without), HOSPITAL)
    assert same_tier.next(DONE) == (HOLD, NONE, 0, 0, same_tier.rows["rehabilitation"][0], 1)
    assert same_tier.stage() == Stage.LONG_STAY


@pytest.mark.parametrize(("arranging", "delay"), [(60.0, 480.0), (600.0, 600.0)])
def test_the_way_down_keeps_the_acute_bed_until_the_other_is_there(
    arranging: float, delay: float
) -> None:
    patient = admitted(rehabilitating(behaviour=arranged_in(arranging)))
    acute, rehabilitation = patient.rows[["acute", "rehabilitation"]][0]
    pool = patient.pool(CENTRE, Skill.STEP_DOWN)
    assert patient.next(DONE) == (HOLD, pool, 0, 0, delay, 1)
    assert patient.stage() == Stage.ARRANGING_STEP_DOWN
    wait = patient.next(DONE)
    assert wait == (SEIZE, pool, Priority.ROUTINE, Priority.ROUTINE, 3 * _DAY, 1)
    step_down = patient.next(GRANTED, 200.0)
    assert step_down == (HOLD, NONE, 0, 0, rehabilitation, 1)
    assert patient.facility() == CENTRE
    in_acute_bed = round((acute + delay + 200.0) * TICKS_PER_MINUTE)
    assert patient.worked(HOSPITAL, Work.STAY_TICKS) == in_acute_bed
    assert patient.worked(HOSPITAL, Work.DISCHARGES) == 1
    assert patient.worked(CENTRE, Work.STEP_DOWN_STAYS) == 1
    assert patient.happened(Event.REFERRED_DOWN) == 1
    assert patient.next(DONE).action == LEAVE


@pytest.mark.parametrize(("arranging", "delay"), [(60.0, 480.0), (600.0, 600.0)])
def test_without_a_step_down_bed_in_time_the_stay_goes_on(arranging: float, delay: float) -> None:
    patient = admitted(rehabilitating(behaviour=arranged_in(arranging)))
    acute, rehabilitation = patient.rows[["acute", "rehabilitation"]][0]
    patient.next(DONE)
    patient.next(DONE)
    back = patient.pool(HOSPITAL, Skill.DOCTOR)
    assert patient.next(RENEGED, 3 * _DAY) == (HOLD, back, 0, 0, rehabilitation, 1)
    assert patient.happened(Event.STEP_DOWN_LEFT) == 1
    assert patient.happened(Event.REFERRED_DOWN) == 0
    assert patient.next(DONE).action == LEAVE
    whole = acute + delay + 3 * _DAY + rehabilitation
    # The stay is counted in two parts, each rounded to a tick.
    found = patient.worked(HOSPITAL, Work.STAY_TICKS)
    assert abs(found - whole * TICKS_PER_MINUTE) <= 1.0
    assert patient.worked(HOSPITAL, Work.DISCHARGES) == 1


def test_who_does_not_accept_rehabilitates_in_the_hospital() -> None:
    patient = admitted(rehabilitating(step_down_odds=[0.0]))
    assert patient.next(DONE) == (HOLD, NONE, 0, 0, patient.rows["rehabilitation"][0], 1)
    assert patient.stage() == Stage.LONG_STAY


def test_without_rehabilitation_patients_go_home() -> None:
    assert admitted(rehabilitating(rehabilitation_share=[0.0])).next(DONE).action == LEAVE


def _run(step_down_beds: int) -> tuple[float, list[str]]:
    """Run four weeks; return the mean time in an acute bed in days, and what is broken."""
    pools, numbers = pools_of({**WARD_SERVERS, HOSPITAL: 40}, {CENTRE: step_down_beds})
    able = np.zeros((3, 7))
    able[:, HOSPITAL] = 1.0
    world = rehabilitating(
        facility_pool=numbers,
        able=able.ravel(),
        onsets_per_day=3.0,
        acute_minutes=[2 * _DAY],
        rehabilitation_minutes=[6 * _DAY],
        behaviour=behaviour({Behaviour.STEP_DOWN_PATIENCE_MIN: 28 * _DAY}),
    )
    model, rows = make_model(world, pools), list[Reals]()
    tally = simulate(model, 5, 0, rows.append)
    log = pd.DataFrame(log_columns(np.concatenate(rows), model.pathway))
    state = tally.state
    work = state.table("work")[HOSPITAL]
    days = work[Work.STAY_TICKS] / TICKS_PER_MINUTE / _DAY / work[Work.DISCHARGES]
    return float(days), broken_in_log(model, tally, log)


def test_too_few_step_down_beds_block_the_acute_ones() -> None:
    # With enough of them an acute bed is held for the acute stay (2 days) and the papers (1/3 day).
    enough, broken = _run(step_down_beds=100)
    assert broken == []
    # Some 80 patients come; their mean stay has a standard deviation of 1 day / sqrt(n).
    discharges = 60
    assert abs(enough - 2.0 - 1.0 / 3.0) < 4 * 2.0 * 0.5 / np.sqrt(discharges)
    blocked, broken = _run(step_down_beds=3)
    assert broken == []
    assert blocked > 1.5 * enough


# --- and back ------------------------------------------------------------------------------------


def test_readmission_comes_once_within_30_days_straight_to_a_bed() -> None:
    visitors = admitted(make_world(readmission_share=[1.0]), count=_MANY)
    delays = []
    for row in range(_MANY):
        home = visitors.next(DONE, row=row)
        assert (home.action, home.keep) == (HOLD, 0)
        delays.append(home.minutes)
    mean = 12 * _DAY
    assert min(delays) > 0.0
    assert max(delays) <= _WINDOW
    # Mean and spread of an exponential cut at the window.
    cut = np.exp(-_WINDOW / mean)
    expected = mean - _WINDOW * cut / (1.0 - cut)
    assert abs(np.mean(delays) - expected) < 4 * np.std(delays) / np.sqrt(_MANY)
    bed = visitors.next(DONE)
    assert bed.action == SEIZE
    assert bed.pool == visitors.pool(HOSPITAL, Skill.WARD_GENERAL)
    assert visitors.happened(Event.READMISSIONS) == 1
    visitors.next(GRANTED)
    assert visitors.next(DONE).action == LEAVE


def test_the_readmission_share_is_kept() -> None:
    visitors = admitted(make_world(readmission_share=[0.25]), count=_MANY)
    home = sum(visitors.next(DONE, row=row).action == LEAVE for row in range(_MANY))
    assert abs(home / _MANY - 0.75) < 4 * np.sqrt(0.25 * 0.75 / _MANY)


def test_after_a_step_down_bed_readmission_is_to_the_hospital() -> None:
    patient = admitted(rehabilitating(readmission_share=[1.0]))
    for event in (DONE, DONE, GRANTED, DONE):
        step = patient.next(event)
    assert (step.action, patient.stage()) == (HOLD, Stage.AT_HOME)
    bed = patient.next(DONE)
    assert patient.facility() == HOSPITAL
    assert bed.pool == patient.pool(HOSPITAL, Skill.WARD_GENERAL)


def test_a_second_stay_has_its_own_length() -> None:
    patient = admitted(make_world(readmission_share=[1.0]))
    first = patient.rows["acute"][0]
    for event in (DONE, DONE, GRANTED):
        patient.next(event)
    assert patient.rows["acute"][0] != pytest.approx(first)
