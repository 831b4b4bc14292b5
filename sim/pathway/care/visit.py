"""From the waiting room to the decision: treated, referred up, or admitted."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, exponential, lognormal
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.capability import (
    can_treat,
    department_of,
    doctors_of,
    ward_of,
)
from sim.pathway.care.doors import AFTER_CLOSING_MIN, closes_in, comes_after_opening, opens_in
from sim.pathway.care.payment import pay_visit
from sim.pathway.care.recipe import first_needed, present_row, served_by
from sim.pathway.care.record import (
    count_end,
    count_event,
    count_first_seen,
    count_visit,
    count_wait,
)
from sim.pathway.care.referral import is_referred_though_treatable, refer
from sim.pathway.care.services import pool_of, service_of
from sim.pathway.care.stages import Stage, go, hold, leave, priority_of, seize
from sim.pathway.care.state import End, Event, Reason, Visit
from sim.pathway.care.stay import choose_bed, seek_bed
from sim.pathway.steps import GRANTED, RENEGED, Step
from sim.world.care.world import MOST_STEPS, NONE, REFER, Behaviour

_STEPS = MOST_STEPS + 1
_ATTEMPTS = 1 << 7
"""More than ever somebody comes again for one exam."""


@kernel
def arrive(w: int, s: int, row: int) -> Step:
    """Take a place in the waiting room, or go straight to a bed.

    Who is no emergency waits until the door closes at most.
    """
    visits = state.get_visits(s, row) + 1
    state.set_visits(s, row, visits)
    if state.get_direct(s, row) == 1:
        return seek_bed(w, s, row)
    facility = state.get_facility(s, row)
    pool = doctors_of(w, s, row, facility)
    mean = view.doctor_patience(w, priority_of(s, row))
    u = draw(state.get_key(s, row), Purpose.DOCTOR_PATIENCE, visits)
    patience, closing = exponential(u, mean), math.inf
    if state.get_emergency(s, row) == 0:
        closing = closes_in(w, facility, state.get_time(s, row))
    state.set_closing(s, row, 1 if closing < patience else 0)
    return seize(s, row, Stage.WAITING_FOR_DOCTOR, pool, min(patience, closing), 0)


@kernel
def consult(w: int, s: int, row: int, waited: float) -> Step:
    """See the doctor: count and bill the visit."""
    facility = state.get_facility(s, row)
    state.set_attempts(s, row, 0)
    count_wait(w, s, row, waited, True)
    if state.get_first_tier(s, row) == NONE:
        state.set_since_onset(s, row, state.get_since_onset(s, row) + waited)
        count_first_seen(w, s, row)
    emergency = state.get_emergency(s, row) == 1
    count_visit(w, s, row, Visit.EMERGENCY + 0 if emergency else Visit.OUTPATIENT + 0)
    pay_visit(w, s, row)
    service = service_of(w, facility, department_of(w, s, row, facility))
    mean = view.service_minutes(w, service)
    mean *= view.consultation_factor(w, state.get_condition(s, row))
    u = draw(state.get_key(s, row), Purpose.CONSULTATION, state.get_visits(s, row))
    minutes = lognormal(u, mean, view.service_sigma(w, service))
    return hold(s, row, Stage.CONSULTATION, minutes, 1)


@kernel
def after_consultation(w: int, s: int, row: int) -> Step:
    """Go for the first service of the recipe that is needed and offered, else decide."""
    return _serve(w, s, row, first_needed(w, s, row, 0))


@kernel
def _serve(w: int, s: int, row: int, at: int) -> Step:
    """Go for the service at a row of the recipe; where it is NONE, or must be had elsewhere, decide."""
    if at == NONE or served_by(w, state.get_facility(s, row), at) == REFER:
        return decide(w, s, row)
    state.set_recipe(s, row, view.recipe_step(w, at))
    return _wait_for_exam(w, s, row)


@kernel
def _next_service(w: int, s: int, row: int) -> Step:
    """Go on in the recipe after the present step."""
    state.set_attempts(s, row, 0)
    return _serve(w, s, row, first_needed(w, s, row, state.get_recipe(s, row)))


@kernel
def _exam_occasion(s: int, row: int) -> int:
    """Return the occasion of draws about the present step of the recipe."""
    return state.get_visits(s, row) * _STEPS + state.get_recipe(s, row)


@kernel
def _exam_pool(w: int, s: int, row: int) -> int:
    """Return the pool of the present step of the recipe, or NONE if it is no longer asked for or offered."""
    at = present_row(w, s, row)
    return NONE if at < 0 else pool_of(w, state.get_facility(s, row), view.recipe_skill(w, at))


@kernel
def _go_without(w: int, s: int, row: int) -> Step:
    """Let the doctor decide without the present exam, and what would have followed it."""
    state.set_attempts(s, row, 0)
    count_event(s, w, state.get_county(s, row), Event.EXAM_MISSED)
    return decide(w, s, row)


@kernel
def _put_off(w: int, s: int, row: int) -> Step:
    """Come for the exam when the door opens next; after too many times the doctor decides without it."""
    attempts, pool = state.get_attempts(s, row) + 1, _exam_pool(w, s, row)
    if attempts >= view.behaviour(w, Behaviour.MOST_ATTEMPTS) or pool == NONE:
        return _go_without(w, s, row)
    state.set_attempts(s, row, attempts)
    count_event(s, w, state.get_county(s, row), Event.EXAM_PUT_OFF)
    occasion = _exam_occasion(s, row) * _ATTEMPTS + attempts
    u = draw(state.get_key(s, row), Purpose.EXAM_RETURN, occasion)
    facility, time = state.get_facility(s, row), state.get_time(s, row) + AFTER_CLOSING_MIN
    delay = AFTER_CLOSING_MIN + comes_after_opening(w, facility, time, u)
    return go(s, row, Stage.EXAM_PUT_OFF, delay, 0, pool)


@kernel
def _wait_for_exam(w: int, s: int, row: int) -> Step:
    """Wait for the present step of the recipe, until the door closes; emergencies also after that."""
    facility, time = state.get_facility(s, row), state.get_time(s, row)
    pool = _exam_pool(w, s, row)
    if pool == NONE:
        return _go_without(w, s, row)
    patience = math.inf
    if state.get_emergency(s, row) == 0:
        if 0.0 < opens_in(w, facility, time) < math.inf:
            return _put_off(w, s, row)
        patience = closes_in(w, facility, time)
    return seize(s, row, Stage.WAITING_FOR_EXAM, pool, patience, 0)


@kernel
def _examine(w: int, s: int, row: int) -> Step:
    """Be examined."""
    at = present_row(w, s, row)
    if at < 0:
        # While the patient waited, a policy took the exam out of the recipe, or its rooms away.
        return _next_service(w, s, row)
    service = service_of(w, state.get_facility(s, row), view.recipe_skill(w, at))
    u = draw(state.get_key(s, row), Purpose.EXAM, _exam_occasion(s, row))
    mean = view.service_minutes(w, service) * view.recipe_factor(w, at)
    return hold(s, row, Stage.EXAM, lognormal(u, mean, view.service_sigma(w, service)), 1)


@kernel
def go_on_with_exams(w: int, s: int, row: int, stage: int, event: int, waited: float) -> Step:
    """Be examined, or go on after an exam; who could not be because the door closed comes again."""
    if stage == Stage.EXAM_PUT_OFF:
        return _wait_for_exam(w, s, row)
    if stage == Stage.WAITING_FOR_EXAM:
        count_wait(w, s, row, waited, False)
        if event == GRANTED:
            return _examine(w, s, row)
        if event == RENEGED:
            return _put_off(w, s, row)
        count_event(s, w, state.get_county(s, row), Event.EXAM_MISSED)
    return _next_service(w, s, row)


@kernel
def decide(w: int, s: int, row: int) -> Step:
    """Treat, refer up or admit."""
    facility = state.get_facility(s, row)
    tier = view.facility_tier(w, facility)
    stay = state.get_stay_needed(s, row) == 1
    if not can_treat(w, s, row, facility):
        return refer(w, s, row, tier, stay, Reason.CAPABILITY + 0)
    if is_referred_though_treatable(w, s, row):
        return refer(w, s, row, tier + 1, stay, Reason.REFERRED_TREATABLE + 0)
    if not stay:
        count_end(w, s, row, End.TREATED + 0)
        return leave()
    if ward_of(w, s, row, facility) == NONE:
        return refer(w, s, row, tier, True, Reason.CAPABILITY + 0)
    if state.get_placed(s, row) == 0 and state.get_emergency(s, row) == 0:
        return choose_bed(w, s, row)
    state.set_tried(s, row, 0)
    return seek_bed(w, s, row)
