"""Who moves on to another facility: referral up, own choice, diversion, bypass after a long wait."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, exponential
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.capability import can_treat, doctors_of
from sim.pathway.care.choice import Fork, Seeks, choose, choose_from, none_time
from sim.pathway.care.doors import AFTER_CLOSING_MIN, closes_in, opens_in, set_out_later
from sim.pathway.care.reach import (
    facility_at,
    lead,
    lowest_able_tier,
    nearest_able,
    nearest_with_ward,
    set_target,
    try_no_more,
)
from sim.pathway.care.record import count_end, count_event, count_trip, count_work
from sim.pathway.care.stages import Stage, go, leave
from sim.pathway.care.state import End, Event, Reason, Work
from sim.pathway.steps import Step
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.world import NONE, OUTSIDE, Behaviour

_MODERATE, _SEVERE = 1, 2
"""Severity bands."""
_LEAST_COMPLIANCE = 1e-6
"""Nothing that a doctor says is certain to be followed, or not to be: odds are numbers."""


@kernel
def give_up(w: int, s: int, row: int, end: int) -> Step:
    """Leave without the care that was needed, for a reason that is an `End`."""
    count_end(w, s, row, end)
    return leave()


@kernel
def _why_nobody_takes(
    w: int, s: int, row: int, lowest_tier: int, with_ward: bool, reason: int
) -> int:
    """Return why a referral finds nobody, an `End`."""
    if reason == Reason.REFERRED_TREATABLE:
        return End.NOBODY_ABOVE + 0
    if with_ward:
        here = can_treat(w, s, row, state.get_facility(s, row))
        if here or lowest_able_tier(w, s, row, lowest_tier, False) != NONE:
            return End.NO_WARD + 0
    return End.NOBODY_ABLE + 0


@kernel
def travel_to(w: int, s: int, row: int, position: int, reason: int, delay: float) -> Step:
    """Go to a facility within reach, after a delay in minutes or the time to arrange it (`lead`).

    Who is neither an emergency nor on the way to a bed sets out so as to come when a doctor is there.
    """
    delay = lead(w, s, row, facility_at(w, s, row, position), delay)
    minutes = set_target(w, s, row, position, reason)
    count_trip(w, s, row, minutes)
    if state.get_emergency(s, row) == 0 and state.get_direct(s, row) == 0:
        delay += set_out_later(w, s, row, state.get_facility(s, row), delay + minutes)
    state.set_since_onset(s, row, state.get_since_onset(s, row) + delay + minutes)
    pool = doctors_of(w, s, row, state.get_facility(s, row))
    return go(s, row, Stage.TRAVELLING, delay + minutes, 0, pool)


@kernel
def is_referred_though_treatable(w: int, s: int, row: int) -> bool:
    """Tell whether a treatable patient is referred up all the same, and review lets it pass."""
    facility, key = state.get_facility(s, row), state.get_key(s, row)
    visits = state.get_visits(s, row)
    if draw(key, Purpose.OVER_REFERRAL, visits) >= view.over_referral(w, facility):
        return False
    if draw(key, Purpose.REVIEW, visits) < view.behaviour(w, Behaviour.REVIEW_RETURNED):
        count_event(s, w, state.get_county(s, row), Event.RETURNED)
        return False
    return True


@kernel
def none_utility(w: int, s: int, row: int, none: int) -> float:
    """Return the utility of going nowhere at a fork (a cell of `Behaviour`): less, the more severe it looks."""
    utility, band = view.behaviour(w, none), state.get_band(s, row)
    if band == _MODERATE:
        utility += view.behaviour(w, Behaviour.NONE_MODERATE)
    elif band == _SEVERE:
        utility += view.behaviour(w, Behaviour.NONE_SEVERE)
    return utility


@kernel
def _advice(w: int) -> float:
    """Return what a doctor's referral adds to the utility of the place: the log odds of compliance."""
    comply = view.behaviour(w, Behaviour.COMPLY)
    comply = min(max(comply, _LEAST_COMPLIANCE), 1.0 - _LEAST_COMPLIANCE)
    return math.log(comply / (1.0 - comply))


@kernel
def _transfer(w: int, s: int, row: int, lowest_tier: int, with_ward: bool, reason: int) -> Step:
    """Transfer an emergency at once, to the nearest that can treat the patient."""
    if with_ward:
        position = nearest_with_ward(w, s, row, lowest_tier)
    else:
        position = nearest_able(w, s, row, lowest_tier, False, True)
    return _follow(w, s, row, position, reason, 0.0)


@kernel
def _follow(w: int, s: int, row: int, position: int, reason: int, delay: float) -> Step:
    """Go where a doctor refers: with the full rate, and before routine patients."""
    state.set_referred(s, row, 1)
    count_event(s, w, state.get_county(s, row), Event.REFERRED_UP)
    count_work(s, state.get_facility(s, row), Work.REFERRED_UP, 1)
    return travel_to(w, s, row, position, reason, delay)


@kernel
def _go_themselves(w: int, s: int, row: int, position: int, reason: int, delay: float) -> Step:
    """Go to a place of one's own choice, without a referral."""
    state.set_referred(s, row, 0)
    above = view.facility_tier(w, facility_at(w, s, row, position))
    if above > view.facility_tier(w, state.get_facility(s, row)):
        count_event(s, w, state.get_county(s, row), Event.WENT_UP_THEMSELVES)
    return travel_to(w, s, row, position, reason, delay)


@kernel
def refer(w: int, s: int, row: int, lowest_tier: int, with_ward: bool, reason: int) -> Step:
    """Refer, or tell to go, to a facility from `lowest_tier` up that can treat the patient.

    In a ward if need be. Emergencies are transferred at once. Of the others the share `formal_referral` of
    the facility is referred, as is everybody who could have been treated: the doctor names a place of the
    lowest able tier. All choose among the able places, where more speaks for the one named, or go nowhere.
    """
    state.set_tried(s, row, 0)
    named_tier = lowest_able_tier(w, s, row, lowest_tier, with_ward)
    if named_tier == NONE:
        return give_up(w, s, row, _why_nobody_takes(w, s, row, lowest_tier, with_ward, reason))
    state.set_placed(s, row, 1 if with_ward else 0)
    if state.get_emergency(s, row) == 1:
        return _transfer(w, s, row, lowest_tier, with_ward, reason)
    fork, seeks, none = Fork.REFERRED + 0, Seeks.ABLE_DOCTOR + 0, Behaviour.NONE_REFERRED + 0
    if with_ward:
        fork, seeks, none = Fork.PLACE_OF_STAY + 0, Seeks.BED + 0, Behaviour.NONE_REFERRED_STAY + 0
    u = draw(state.get_key(s, row), Purpose.FORMAL, state.get_visits(s, row))
    named = NONE + 0
    # Who could have been treated would not have left without a referral.
    if reason == Reason.REFERRED_TREATABLE or u < view.formal_referral(
        w, state.get_facility(s, row)
    ):
        named = choose_from(
            w, s, row, Fork.NAMED + 0, seeks, 1, named_tier, named_tier, NONE, 0.0, math.inf
        )
    state.set_referred(s, row, 1)
    rival = none_time(w, s, row, fork, none_utility(w, s, row, none))
    position = choose_from(
        w, s, row, fork, seeks, 0, lowest_tier, OUTSIDE, named, _advice(w), rival
    )
    if position == NONE:
        return give_up(w, s, row, End.REFERRAL_NOT_FOLLOWED + 0)
    delay = referral_delay(w, s, row)
    if position == named:
        return _follow(w, s, row, position, reason, delay)
    return _go_themselves(w, s, row, position, Reason.PREFERENCE + 0, delay)


@kernel
def referral_delay(w: int, s: int, row: int) -> float:
    """Return the minutes from the decision to setting out of those who need not hurry."""
    u = draw(state.get_key(s, row), Purpose.REFERRAL_DELAY, state.get_visits(s, row))
    return exponential(u, view.behaviour(w, Behaviour.REFERRAL_DELAY_MIN))


@kernel
def _come_again(w: int, s: int, row: int, sent_home: bool) -> Step:
    """Go home, and come to the same place again when it opens next; where it never closes, a day later."""
    facility, time = state.get_facility(s, row), state.get_time(s, row)
    opens, closes = opens_in(w, facility, time), closes_in(w, facility, time)
    delay = AFTER_CLOSING_MIN
    if closes == math.inf:
        delay = MINUTES_PER_DAY + 0.0
    elif opens == 0.0 and not sent_home:
        delay += closes
    count_event(s, w, state.get_county(s, row), Event.CAME_AGAIN)
    return travel_to(w, s, row, state.get_position(s, row), Reason.CAPACITY + 0, delay)


@kernel
def _after_queue(w: int, s: int, row: int) -> int:
    """Return the position of where a patient goes who has left a queue, perhaps the same one, or NONE."""
    fork = Fork.AFTER_QUEUE + 0
    utility = none_utility(w, s, row, Behaviour.NONE_AFTER_QUEUE + 0)
    if state.get_stay_needed(s, row) == 1:
        utility += view.behaviour(w, Behaviour.NONE_STAY)
    rival = none_time(w, s, row, fork, utility)
    present, bonus = state.get_position(s, row), view.behaviour(w, Behaviour.COME_AGAIN)
    return choose_from(w, s, row, fork, Seeks.DOCTOR + 0, 0, 0, OUTSIDE, present, bonus, rival)


@kernel
def leave_queue(w: int, s: int, row: int, waited: float, reneged: bool) -> Step:
    """After a wait for a doctor that was too long, or that the door closed on.

    Come again, go elsewhere, or give up: by choice, but for emergencies, who go to the nearest other that
    takes them. Who has left `most_attempts` queues gives up.
    """
    state.set_since_onset(s, row, state.get_since_onset(s, row) + waited)
    facility, county = state.get_facility(s, row), state.get_county(s, row)
    sent_home = reneged and state.get_closing(s, row) == 1
    if sent_home:
        count_event(s, w, county, Event.LEFT_CLOSED)
    else:
        count_event(s, w, county, Event.ABANDONED)
        count_work(s, facility, Work.ABANDONED, 1)
    attempts = state.get_attempts(s, row) + 1
    state.set_attempts(s, row, attempts)
    if attempts >= view.behaviour(w, Behaviour.MOST_ATTEMPTS):
        return give_up(w, s, row, End.LEFT_UNSEEN + 0)
    if state.get_emergency(s, row) == 1:
        position = nearest_able(w, s, row, 0, state.get_stay_needed(s, row) == 1, False)
    else:
        position = _after_queue(w, s, row)
    if position == NONE:
        return give_up(w, s, row, End.LEFT_UNSEEN + 0)
    if position == state.get_position(s, row):
        return _come_again(w, s, row, sent_home)
    state.set_placed(s, row, 0)
    count_event(s, w, county, Event.WENT_ELSEWHERE)
    return _go_themselves(w, s, row, position, Reason.CAPACITY + 0, 0.0)


@kernel
def divert(w: int, s: int, row: int) -> Step:
    """No bed in time: straight to a bed elsewhere.

    In an emergency to the nearest, else to one of the patient's choice.
    """
    facility, county = state.get_facility(s, row), state.get_county(s, row)
    count_event(s, w, county, Event.DIVERTED)
    count_work(s, facility, Work.DIVERTED, 1)
    try_no_more(s, row, state.get_position(s, row))
    if state.get_emergency(s, row) == 1:
        position = nearest_with_ward(w, s, row, 0)
    else:
        position = choose(w, s, row, Fork.AFTER_BED + 0, 1, 0, OUTSIDE)
    if position == NONE:
        return give_up(w, s, row, End.NO_BED + 0)
    state.set_direct(s, row, 1)
    state.set_referred(s, row, 1)
    return travel_to(w, s, row, position, Reason.CAPACITY + 0, 0.0)
