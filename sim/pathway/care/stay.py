"""From the bed queue to the way home: acute stay, step-down, readmission."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, exponential, log_deviation, lognormal
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.capability import doctors_of, general_pool, ward_of
from sim.pathway.care.choice import Fork, Seeks, choose, choose_from, none_time
from sim.pathway.care.payment import pay_stay
from sim.pathway.care.reach import facility_at, is_next_door, lead
from sim.pathway.care.record import (
    count_ambulance,
    count_end,
    count_event,
    count_visit,
    count_work,
    ticks,
)
from sim.pathway.care.referral import divert, referral_delay, travel_to
from sim.pathway.care.stages import Stage, go, hold, leave, seize
from sim.pathway.care.state import Ambulance, End, Event, Reason, Visit, Work
from sim.pathway.steps import Step
from sim.world.care.world import NONE, OUTSIDE, Behaviour, Setting

_READMISSION_WINDOW_MIN = 30.0 * 1440.0
_REHABILITATION_SIGMA = log_deviation(0.5)
"""Of a coefficient of variation of 0.5 (assumed, range 0.3-0.8)."""


@kernel
def seek_bed(w: int, s: int, row: int) -> Step:
    """Wait for a bed: emergencies for hours, others for days."""
    emergency = state.get_emergency(s, row) == 1
    mean = view.behaviour(
        w,
        Behaviour.EMERGENCY_BED_PATIENCE_MIN + 0
        if emergency
        else Behaviour.ROUTINE_BED_PATIENCE_MIN + 0,
    )
    u = draw(state.get_key(s, row), Purpose.BED_PATIENCE, state.get_visits(s, row))
    pool = ward_of(w, s, row, state.get_facility(s, row))
    if pool == NONE:
        # The ward closed while the patient was on the way.
        return divert(w, s, row)
    return seize(s, row, Stage.WAITING_FOR_BED, pool, exponential(u, mean), 0)


@kernel
def choose_bed(w: int, s: int, row: int) -> Step:
    """Be admitted where the need was found, or set out for another hospital of one's choice."""
    state.set_tried(s, row, 0)
    position = choose(w, s, row, Fork.PLACE_OF_STAY + 0, 0, 0, OUTSIDE)
    if position == state.get_position(s, row) or position == NONE:
        return seek_bed(w, s, row)
    state.set_placed(s, row, 1)
    state.set_referred(s, row, 0)
    count_event(s, w, state.get_county(s, row), Event.STAYED_ELSEWHERE)
    return travel_to(w, s, row, position, Reason.PREFERENCE + 0, referral_delay(w, s, row))


@kernel
def admit(w: int, s: int, row: int) -> Step:
    """Begin the acute stay; how long it and rehabilitation take is known from here on."""
    key, visits = state.get_key(s, row), state.get_visits(s, row)
    condition = state.get_condition(s, row)
    count_visit(w, s, row, Visit.ADMISSION + 0)
    if state.get_ambulance(s, row) == 1 and state.get_readmitted(s, row) == 0:
        count_ambulance(w, s, row, Ambulance.ADMITTED + 0, Event.AMBULANCE_ADMITTED + 0)
    acute = lognormal(
        draw(key, Purpose.STAY, visits),
        view.acute_minutes(w, condition),
        view.acute_sigma(w, condition),
    )
    rehabilitation = 0.0
    u = draw(key, Purpose.REHABILITATION, 2 * visits)
    if u < view.rehabilitation_share(w, condition):
        rehabilitation = lognormal(
            draw(key, Purpose.REHABILITATION, 2 * visits + 1),
            view.rehabilitation_minutes(w, condition),
            _REHABILITATION_SIGMA,
        )
    state.set_acute(s, row, acute)
    state.set_rehabilitation(s, row, rehabilitation)
    return hold(s, row, Stage.ACUTE_STAY, acute, 1)


@kernel
def _step_down_facility(w: int, s: int, row: int) -> int:
    """Return the facility of a lower tier whose step-down bed a patient prefers to the present bed, or NONE.

    A hospital of another county sends nobody down.
    """
    present = state.get_facility(s, row)
    highest = view.facility_tier(w, present) - 1
    if is_next_door(w, s, row, present):
        return NONE
    fork, seeks = Fork.STEP_DOWN + 0, Seeks.LOWER_BED + 0
    stays = none_time(w, s, row, fork, 0.0)
    position = choose_from(w, s, row, fork, seeks, 0, 0, highest, NONE, 0.0, stays)
    return NONE if position == NONE else facility_at(w, s, row, position)


@kernel
def _step_down_delay(w: int, s: int, row: int) -> float:
    """Return the minutes from the end of the acute stay until the patient asks for the step-down bed."""
    delay = view.behaviour(w, Behaviour.STEP_DOWN_DELAY_MIN)
    return lead(w, s, row, state.get_step_down(s, row), delay)


@kernel
def after_acute(w: int, s: int, row: int) -> Step:
    """Go home, or rehabilitate: in a step-down bed or in this one, by choice."""
    rehabilitation = state.get_rehabilitation(s, row)
    if rehabilitation <= 0.0:
        return discharge(w, s, row, state.get_acute(s, row))
    facility = _step_down_facility(w, s, row)
    if facility == NONE:
        return hold(s, row, Stage.LONG_STAY, rehabilitation, 1)
    state.set_step_down(s, row, facility)
    pool = general_pool(w, facility, Setting.STEP_DOWN)
    return go(s, row, Stage.ARRANGING_STEP_DOWN, _step_down_delay(w, s, row), 1, pool)


@kernel
def stay_on(w: int, s: int, row: int, waited: float) -> Step:
    """No step-down bed came free in time: rehabilitate in the hospital bed."""
    count_event(s, w, state.get_county(s, row), Event.STEP_DOWN_LEFT)
    facility = state.get_facility(s, row)
    blocked = waited + _step_down_delay(w, s, row)
    count_work(s, facility, Work.STAY_TICKS, ticks(blocked))
    pool = doctors_of(w, s, row, facility)
    return go(s, row, Stage.LONG_STAY, state.get_rehabilitation(s, row), 1, pool)


@kernel
def wait_for_step_down(w: int, s: int, row: int) -> Step:
    """Wait for the step-down bed in the present one, which nobody else can use meanwhile."""
    facility = state.get_step_down(s, row)
    pool = general_pool(w, facility, Setting.STEP_DOWN)
    if pool == NONE:
        # The step-down ward closed while the papers were made.
        return stay_on(w, s, row, 0.0)
    patience = view.behaviour(w, Behaviour.STEP_DOWN_PATIENCE_MIN)
    return seize(s, row, Stage.WAITING_FOR_STEP_DOWN, pool, patience, 1)


@kernel
def step_down(w: int, s: int, row: int, waited: float) -> Step:
    """Move to the step-down bed: the hospital's part is billed and its bed is free."""
    acute = state.get_acute(s, row)
    pay_stay(w, s, row, acute, False)
    in_bed = acute + _step_down_delay(w, s, row) + waited
    count_work(s, state.get_facility(s, row), Work.STAY_TICKS, ticks(in_bed))
    count_event(s, w, state.get_county(s, row), Event.REFERRED_DOWN)
    facility = state.get_step_down(s, row)
    state.set_facility(s, row, facility)
    count_work(s, facility, Work.STEP_DOWN_STAYS, 1)
    return hold(s, row, Stage.STEP_DOWN_STAY, state.get_rehabilitation(s, row), 1)


@kernel
def end_step_down(w: int, s: int, row: int) -> Step:
    """Leave the step-down bed."""
    pay_stay(w, s, row, state.get_rehabilitation(s, row), True)
    return go_home(w, s, row)


@kernel
def discharge(w: int, s: int, row: int, minutes: float) -> Step:
    """Bill a stay of `minutes` and go home."""
    pay_stay(w, s, row, minutes, False)
    count_work(s, state.get_facility(s, row), Work.STAY_TICKS, ticks(minutes))
    return go_home(w, s, row)


@kernel
def _hospital(w: int, s: int, row: int) -> int:
    """Return the hospital that treated the patient, also when they are in a step-down bed now."""
    return facility_at(w, s, row, state.get_position(s, row))


@kernel
def go_home(w: int, s: int, row: int) -> Step:
    """Go home; some come back to the same hospital within weeks, once."""
    key, condition = state.get_key(s, row), state.get_condition(s, row)
    once = state.get_readmitted(s, row) == 1
    if once or draw(key, Purpose.READMISSION, 0) >= view.readmission_share(w, condition):
        count_end(w, s, row, End.TREATED + 0)
        return leave()
    mean = view.behaviour(w, Behaviour.READMISSION_DELAY_MIN)
    u = draw(key, Purpose.READMISSION_DELAY, 0)
    # Exponential, cut at the end of the window that counts as a readmission.
    delay = -mean * math.log(1.0 - u * (1.0 - math.exp(-_READMISSION_WINDOW_MIN / mean)))
    pool = doctors_of(w, s, row, _hospital(w, s, row))
    return go(s, row, Stage.AT_HOME, delay, 0, pool)


@kernel
def return_to_hospital(w: int, s: int, row: int) -> None:
    """Be readmitted, straight to a bed of the hospital that treated the patient."""
    state.set_facility(s, row, _hospital(w, s, row))
    state.set_direct(s, row, 1)
    state.set_tried(s, row, 0)
    state.set_readmitted(s, row, 1)
    count_event(s, w, state.get_county(s, row), Event.READMISSIONS)
