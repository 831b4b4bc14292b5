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
    general_pool,
    service_of,
    ward_of,
)
from sim.pathway.care.doors import closes_in
from sim.pathway.care.payment import pay_visit
from sim.pathway.care.record import count_end, count_first_seen, count_visit, count_wait
from sim.pathway.care.referral import is_referred_though_treatable, refer
from sim.pathway.care.stages import Stage, hold, leave, priority_of, seize
from sim.pathway.care.state import End, Reason, Visit
from sim.pathway.care.stay import choose_bed, seek_bed
from sim.pathway.steps import Step
from sim.world.care.world import NONE, Setting

"""Of a coefficient of variation of 0.5 (assumed, range 0.3-0.7)."""


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
    """Go for an exam where one is needed and offered, else decide."""
    facility = state.get_facility(s, row)
    pool = general_pool(w, facility, Setting.EXAM)
    u = draw(state.get_key(s, row), Purpose.EXAM_NEED, state.get_visits(s, row))
    if pool != NONE and u < view.exam_share(w, state.get_condition(s, row)):
        return seize(s, row, Stage.WAITING_FOR_EXAM, pool, math.inf, 0)
    return decide(w, s, row)


@kernel
def examine(w: int, s: int, row: int) -> Step:
    """Be examined."""
    u = draw(state.get_key(s, row), Purpose.EXAM, state.get_visits(s, row))
    service = service_of(w, state.get_facility(s, row), view.settings(w, Setting.EXAM))
    minutes = lognormal(u, view.service_minutes(w, service), view.service_sigma(w, service))
    return hold(s, row, Stage.EXAM, minutes, 1)


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
