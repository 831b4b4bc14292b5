"""The patient's path, in the order of MODEL: what happens next, given what just happened."""

from __future__ import annotations

import math

from sim.kernel import entry_kernel, kernel
from sim.pathway.care import state, view
from sim.pathway.care.account import are_kept, begin_year
from sim.pathway.care.choice import choose_first_contact, nest_scale, why_no_first_contact
from sim.pathway.care.payment import forget_bill
from sim.pathway.care.record import count_bed_wait
from sim.pathway.care.referral import divert, give_up, leave_queue, travel_to
from sim.pathway.care.services import pool_of, service_of
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import BILLED_BY, ROW_WIDTH, TICKS_PER_MINUTE, Money, Reason
from sim.pathway.care.stay import (
    admit,
    after_acute,
    discharge,
    end_step_down,
    return_to_hospital,
    stay_on,
    step_down,
    wait_for_step_down,
)
from sim.pathway.care.visit import after_consultation, arrive, consult, go_on_with_exams
from sim.pathway.steps import GRANTED, RENEGED, Step
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.world import NONE, Behaviour, Setting


@entry_kernel
def next_step(w: int, s: int, row: int, event: int, waited: float) -> Step:
    """Return the patient's next step.

    Parameters
    ----------
    w, s : int
        Addresses of `CareWorld` and `CareArrays`.
    row : int
        The patient's row.
    event : int
        What just happened, see `sim.pathway.steps`.
    waited : float
        Minutes spent in the queue that the event ended.
    """
    state.set_time(s, row, state.get_time(s, row) + waited)
    forget_bill(s)
    stage = state.get_stage(s, row)
    granted = event == GRANTED
    if stage == Stage.NEW:
        position = choose_first_contact(w, s, row)
        if position == NONE:
            return give_up(w, s, row, why_no_first_contact(w, s, row))
        emergency = state.get_emergency(s, row) == 1
        reason = Reason.EMERGENCY + 0 if emergency else Reason.PREFERENCE + 0
        return travel_to(w, s, row, position, reason, 0.0)
    if stage == Stage.TRAVELLING:
        return arrive(w, s, row)
    if stage == Stage.WAITING_FOR_DOCTOR:
        if granted:
            return consult(w, s, row, waited)
        return leave_queue(w, s, row, waited, event == RENEGED)
    if stage == Stage.CONSULTATION:
        return after_consultation(w, s, row)
    if stage == Stage.WAITING_FOR_EXAM or stage == Stage.EXAM or stage == Stage.EXAM_PUT_OFF:
        return go_on_with_exams(w, s, row, stage, event, waited)
    if stage == Stage.WAITING_FOR_BED:
        count_bed_wait(w, s, row, waited, granted)
        return admit(w, s, row) if granted else divert(w, s, row)
    if stage == Stage.ACUTE_STAY:
        return after_acute(w, s, row)
    if stage == Stage.ARRANGING_STEP_DOWN:
        return wait_for_step_down(w, s, row)
    if stage == Stage.WAITING_FOR_STEP_DOWN:
        return step_down(w, s, row, waited) if granted else stay_on(w, s, row, waited)
    if stage == Stage.STEP_DOWN_STAY:
        return end_step_down(w, s, row)
    if stage == Stage.LONG_STAY:
        return discharge(w, s, row, state.get_acute(s, row) + state.get_rehabilitation(s, row))
    return_to_hospital(w, s, row)
    return arrive(w, s, row)


@entry_kernel
def new_period(w: int, s: int, period: int) -> None:
    """Begin a period: patients now expect the waits of the one before.

    The expectation is half the old one and half the mean wait just seen; a department that nobody
    visited keeps its old one.
    """
    counted = period >= view.settings(w, Setting.COUNTED_FROM)
    state.set_clock(s, 0, period)
    state.set_clock(s, 1, 1 if counted else 0)
    begin_year(w, s, period)
    _expect_waits(w, s)
    _expect_bed_waits(w, s)


@kernel
def _expect_waits(w: int, s: int) -> None:
    """Expect of a department the waits of its patients; of one that is not there, of the general one."""
    slope = view.behaviour(w, Behaviour.WAIT_WEIGHT_PER_MIN)
    skills = view.settings(w, Setting.SKILLS)
    for facility in range(view.settings(w, Setting.FACILITIES)):
        scale = slope / nest_scale(w, facility)
        for skill in range(skills):
            cell = service_of(w, facility, skill)
            count, expected = state.wait_count(s, cell), state.expected_wait(s, cell)
            if count > 0:
                mean = state.wait_ticks(s, cell) / (count * TICKS_PER_MINUTE)
                expected = 0.5 * (expected + mean)
                state.set_expected_wait(s, cell, expected)
                state.set_wait_ticks(s, cell, 0)
                state.set_wait_count(s, cell, 0)
            state.set_wait_appeal(s, cell, math.exp(scale * expected))
        general = state.wait_appeal(s, service_of(w, facility, view.settings(w, Setting.DOCTOR)))
        for skill in range(skills):
            if pool_of(w, facility, skill) == NONE:
                state.set_wait_appeal(s, service_of(w, facility, skill), general)


@kernel
def _expect_bed_waits(w: int, s: int) -> None:
    """Expect for a bed half of what was expected, and half of last period's waits per bed given.

    Of a ward that nobody asked for these are 0, so that one avoided as full is not avoided for good.
    """
    slope = view.behaviour(w, Behaviour.BED_WAIT_WEIGHT_PER_DAY) / MINUTES_PER_DAY
    skills = view.settings(w, Setting.SKILLS)
    for ward in range(view.settings(w, Setting.FACILITIES) * skills):
        given = max(state.beds_given(s, ward), 1)
        mean = state.bed_wait_ticks(s, ward) / (given * TICKS_PER_MINUTE)
        expected = 0.5 * (state.expected_bed_wait(s, ward) + mean)
        state.set_expected_bed_wait(s, ward, expected)
        facility = ward // skills
        repels = math.exp(slope * expected / nest_scale(w, facility))
        state.set_bed_appeal(s, ward, view.stay_appeal(w, facility) * repels)
        state.set_bed_wait_ticks(s, ward, 0)
        state.set_beds_given(s, ward, 0)


@entry_kernel
def carry(s: int, row: int, other: int, other_row: int) -> None:
    """Copy a patient's row to another memory."""
    for column in range(ROW_WIDTH):
        value = state.patient_cell(s, row * ROW_WIDTH + column)
        state.set_patient_cell(other, other_row * ROW_WIDTH + column, value)


@entry_kernel
def describe(w: int, s: int, row: int) -> tuple[float, ...]:
    """Return what a log shows of a patient, in the order of `DESCRIBES`."""
    return (
        float(state.get_place(s, row)),
        float(state.get_person(s, row)) if are_kept(w) else float(NONE),
        float(state.get_age(s, row)),
        float(state.get_scheme(s, row)),
        float(state.get_contract(s, row)),
        float(state.get_condition(s, row)),
        float(state.get_band(s, row)),
        state.get_complexity(s, row),
        float(state.get_stay_needed(s, row)),
        float(state.get_emergency(s, row)),
        float(state.get_ambulance(s, row)),
        float(state.get_referred(s, row)),
        float(state.get_facility(s, row)),
        float(state.get_stage(s, row)),
        float(state.get_reason(s, row)),
        float(state.get_why_far(s, row)),
        float(state.patient_bill(s, BILLED_BY)),
        float(state.patient_bill(s, Money.PRICE)),
        float(state.patient_bill(s, Money.IN_SCOPE)),
        float(state.patient_bill(s, Money.FUND)),
        float(state.patient_bill(s, Money.TOP_UP)),
    )


DESCRIBES = (
    "place", "person", "age", "scheme", "contract",
    "condition", "band", "complexity", "stay_needed", "emergency", "ambulance", "referred",
    "facility", "stage", "reason", "why_far",
    "billed_by", "price", "in_scope", "fund", "top_up",
)  # fmt: skip
DESCRIBES_REAL = ("complexity",)
