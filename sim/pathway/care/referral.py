"""Who moves on to another facility: referral up, own choice, diversion, bypass after a long wait."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, exponential
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.capability import can_treat, doctors_of
from sim.pathway.care.choice import Fork, choose
from sim.pathway.care.doors import AFTER_CLOSING_MIN, closes_in, opens_in, set_out_later
from sim.pathway.care.reach import (
    facility_at,
    lead,
    nearest_with_ward,
    next_able,
    set_target,
    try_no_more,
)
from sim.pathway.care.record import count_end, count_event, count_trip, count_work
from sim.pathway.care.stages import Stage, go, leave
from sim.pathway.care.state import End, Event, Reason, Work
from sim.pathway.steps import Step
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.world import NONE, OUTSIDE, Behaviour


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
        if here or next_able(w, s, row, lowest_tier, False) != NONE:
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
def _referred_to(w: int, s: int, row: int, lowest_tier: int, with_ward: bool) -> int:
    """Return the position of the facility that a patient is referred to, or NONE.

    For a visit the first that is able. For a stay emergencies go to the nearest ward, and others choose the
    place among all that are able, with the referral's rate.
    """
    if not with_ward:
        return next_able(w, s, row, lowest_tier, False)
    state.set_tried(s, row, 0)
    if state.get_emergency(s, row) == 1:
        return nearest_with_ward(w, s, row, lowest_tier)
    return choose(w, s, row, Fork.PLACE_OF_STAY + 0, 1, lowest_tier, OUTSIDE)


@kernel
def refer(w: int, s: int, row: int, lowest_tier: int, with_ward: bool, reason: int) -> Step:
    """Refer to a facility from `lowest_tier` up that can treat the patient, in a ward if need be.

    Emergencies are transferred at once. Others comply, choose a hospital above for themselves, or give
    up.
    """
    position = _referred_to(w, s, row, lowest_tier, with_ward)
    if position == NONE:
        return give_up(w, s, row, _why_nobody_takes(w, s, row, lowest_tier, with_ward, reason))
    key, visits = state.get_key(s, row), state.get_visits(s, row)
    facility = state.get_facility(s, row)
    comply = view.behaviour(w, Behaviour.COMPLY)
    u = draw(key, Purpose.COMPLIANCE, visits)
    delay = 0.0
    state.set_placed(s, row, 1 if with_ward else 0)
    if state.get_emergency(s, row) == 0:
        delay = referral_delay(w, s, row)
        if u >= comply + view.behaviour(w, Behaviour.OWN_CHOICE):
            return give_up(w, s, row, End.REFERRAL_NOT_FOLLOWED + 0)
        if u >= comply:
            above = view.facility_tier(w, facility) + 1
            fork = Fork.PLACE_OF_STAY + 0 if with_ward else Fork.REFERRED + 0
            own = choose(w, s, row, fork, 0, above, OUTSIDE)
            if own != NONE:
                state.set_referred(s, row, 0)
                count_event(s, w, state.get_county(s, row), Event.WENT_UP_THEMSELVES)
                return travel_to(w, s, row, own, Reason.PREFERENCE + 0, delay)
    state.set_referred(s, row, 1)
    count_event(s, w, state.get_county(s, row), Event.REFERRED_UP)
    count_work(s, facility, Work.REFERRED_UP, 1)
    return travel_to(w, s, row, position, reason, delay)


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
def leave_queue(w: int, s: int, row: int, waited: float, reneged: bool) -> Step:
    """After a wait for a doctor that was too long, or that the door closed on.

    Come again, go to a higher tier, or give up. Emergencies do not come again.
    """
    state.set_since_onset(s, row, state.get_since_onset(s, row) + waited)
    facility, county, key = (
        state.get_facility(s, row),
        state.get_county(s, row),
        state.get_key(s, row),
    )
    sent_home = reneged and state.get_closing(s, row) == 1
    if sent_home:
        count_event(s, w, county, Event.LEFT_CLOSED)
    else:
        count_event(s, w, county, Event.ABANDONED)
        count_work(s, facility, Work.ABANDONED, 1)
    attempts, visits = state.get_attempts(s, row) + 1, state.get_visits(s, row)
    state.set_attempts(s, row, attempts)
    if attempts >= view.behaviour(w, Behaviour.MOST_ATTEMPTS):
        return give_up(w, s, row, End.LEFT_UNSEEN + 0)
    again = draw(key, Purpose.RETRY, visits) < view.behaviour(w, Behaviour.RETRY_SHARE)
    if again and state.get_emergency(s, row) == 0:
        return _come_again(w, s, row, sent_home)
    if draw(key, Purpose.AFTER_RENEGE, visits) < view.behaviour(w, Behaviour.BYPASS_AFTER_RENEGE):
        tier = view.facility_tier(w, facility) + 1
        above = choose(w, s, row, Fork.AFTER_QUEUE + 0, 0, tier, OUTSIDE)
        if above != NONE:
            state.set_referred(s, row, 0)
            state.set_placed(s, row, 0)
            count_event(s, w, county, Event.WENT_UP_THEMSELVES)
            return travel_to(w, s, row, above, Reason.CAPACITY + 0, 0.0)
    return give_up(w, s, row, End.LEFT_UNSEEN + 0)


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
