"""The patient's path, in the order of MODEL: what happens next, given what just happened."""

from __future__ import annotations

import math

from sim.kernel import entry_kernel, kernel
from sim.pathway.care import state, view
from sim.pathway.care.account import begin_year
from sim.pathway.care.choice import choose_first_contact, nest_scale, why_no_first_contact
from sim.pathway.care.record import count_bed_wait
from sim.pathway.care.referral import divert, give_up, leave_queue, travel_to
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import ROW_WIDTH, TICKS_PER_MINUTE, Reason
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
        return go_on_with_exams(w, s, row, stage, event)
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

    The expectation is half the old one and half the mean wait just seen; a facility that nobody
    visited keeps its old one.
    """
    counted = period >= view.settings(w, Setting.COUNTED_FROM)
    state.set_clock(s, 0, period)
    state.set_clock(s, 1, 1 if counted else 0)
    begin_year(w, s, period)
    for facility in range(view.settings(w, Setting.FACILITIES)):
        count = state.wait_count(s, facility)
        expected = state.expected_wait(s, facility)
        if count > 0:
            mean = state.wait_ticks(s, facility) / (count * TICKS_PER_MINUTE)
            expected = 0.5 * (expected + mean)
            state.set_expected_wait(s, facility, expected)
            state.set_wait_ticks(s, facility, 0)
            state.set_wait_count(s, facility, 0)
    _expect_bed_waits(w, s)
    slope = view.behaviour(w, Behaviour.WAIT_WEIGHT_PER_MIN)
    for item in range(view.settings(w, Setting.ITEMS)):
        facility = view.reach_facility(w, item)
        expected = slope * state.expected_wait(s, facility) / nest_scale(w, facility)
        state.set_item_weight(s, item, view.reach_weight(w, item) * math.exp(expected))


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
def describe(_w: int, s: int, row: int) -> tuple[int, int, int, int, int, int]:
    """Return what a log shows of a patient: place, condition, facility, stage and both reasons."""
    return (
        state.get_place(s, row),
        state.get_condition(s, row),
        state.get_facility(s, row),
        state.get_stage(s, row),
        state.get_reason(s, row),
        state.get_why_far(s, row),
    )


DESCRIBES = ("place", "condition", "facility", "stage", "reason", "why_far")
