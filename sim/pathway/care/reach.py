"""Where there is care: the facilities within reach of a place, and the way to the next able one."""

from __future__ import annotations

import math

from sim.glossary import TIERS
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.capability import can_treat, county_can_treat, ward_cell, ward_of
from sim.pathway.care.doors import takes_at
from sim.pathway.care.recipe import recipe_of
from sim.pathway.care.record import is_inside
from sim.pathway.care.state import Reason
from sim.world.care.world import COUNTY, MOST_WITHIN_REACH, NONE, Behaviour

_TIERS = len(TIERS)


@kernel
def first_item(w: int, place: int, tier: int) -> int:
    """Return the first item within reach of a place from a tier up; of one tier too many: the end."""
    return view.reach_start(w, place * _TIERS + tier)


@kernel
def facility_at(w: int, s: int, row: int, position: int) -> int:
    """Return the facility at a position within reach of the patient's place."""
    return view.reach_facility(w, first_item(w, state.get_place(s, row), 0) + position)


@kernel
def way_to(w: int, s: int, row: int, item: int) -> float:
    """Return the patient's travel time to a facility within reach."""
    minutes = view.reach_minutes(w, item)
    if state.get_ambulance(s, row) == 1:
        minutes /= view.behaviour(w, Behaviour.AMBULANCE_SPEED_FACTOR)
    return minutes


@kernel
def finds_doctor(w: int, s: int, row: int, item: int) -> bool:
    """Tell whether an emergency that sets out now finds a doctor on duty at a facility within reach."""
    arrival = state.get_time(s, row) + way_to(w, s, row, item)
    return takes_at(w, view.reach_facility(w, item), arrival)


@kernel
def nearest_able(
    w: int, s: int, row: int, lowest_tier: int, with_ward: bool, transferred: bool
) -> int:
    """Return the position of the nearest other facility that takes and can treat the emergency, or NONE.

    From a tier up, and with a ward for it, too, if asked for. Who is transferred by a doctor is taken
    everywhere. Those without a doctor on duty on arrival come after all others.
    """
    place, present = state.get_place(s, row), state.get_position(s, row)
    first = first_item(w, place, 0)
    best, best_minutes, best_closed = NONE, math.inf, True
    for item in range(first_item(w, place, lowest_tier), first_item(w, place, _TIERS)):
        facility = view.reach_facility(w, item)
        takes = transferred or view.takes_emergencies(w, facility) == 1
        if takes and item - first != present and can_treat(w, s, row, facility):
            minutes = view.reach_minutes(w, item)
            has_bed = not with_ward or ward_of(w, s, row, facility) != NONE
            closed = not finds_doctor(w, s, row, item)
            nearer = minutes < best_minutes if closed == best_closed else best_closed
            if has_bed and nearer:
                best, best_minutes, best_closed = item - first, minutes, closed
    return best


@kernel
def try_no_more(s: int, row: int, position: int) -> None:
    """Remember that no bed was found at a position within reach."""
    # The last bit is the sign.
    bit = -1 << position if position == MOST_WITHIN_REACH - 1 else 1 << position
    state.set_tried(s, row, state.get_tried(s, row) | bit)


@kernel
def nearest_with_ward(w: int, s: int, row: int, lowest_tier: int) -> int:
    """Return the position of the nearest facility not tried yet that can treat the patient in a ward, or NONE.

    From a tier up. Those where a bed is expected to take long come after all others.
    """
    place, tried = state.get_place(s, row), state.get_tried(s, row)
    longest = view.behaviour(w, Behaviour.OVERFLOW_WAIT_MIN)
    first = first_item(w, place, 0)
    best, best_minutes, best_full = NONE, math.inf, True
    for item in range(first_item(w, place, lowest_tier), first_item(w, place, _TIERS)):
        facility, minutes = view.reach_facility(w, item), view.reach_minutes(w, item)
        ward = ward_cell(w, s, row, facility)
        if ward == NONE or (tried >> (item - first)) & 1 == 1:
            continue
        full = state.expected_bed_wait(s, ward) > longest
        nearer = minutes < best_minutes if full == best_full else best_full
        if nearer and can_treat(w, s, row, facility):
            best, best_minutes, best_full = item - first, minutes, full
    return best


@kernel
def lowest_able_tier(w: int, s: int, row: int, lowest_tier: int, with_ward: bool) -> int:
    """Return the lowest tier, from one up, in which another facility can treat the patient, or NONE.

    With a ward for it, if asked for. Facilities within reach are sorted by tier.
    """
    place, present = state.get_place(s, row), state.get_position(s, row)
    origin = first_item(w, place, 0)
    for item in range(first_item(w, place, lowest_tier), first_item(w, place, _TIERS)):
        facility = view.reach_facility(w, item)
        able = item - origin != present and can_treat(w, s, row, facility)
        if able and (not with_ward or ward_of(w, s, row, facility) != NONE):
            return view.facility_tier(w, facility)
    return NONE


@kernel
def is_next_door(w: int, s: int, row: int, facility: int) -> bool:
    """Tell whether a facility is a hospital of another county than the patient's."""
    own = view.facility_county(w, facility) == state.get_county(s, row)
    return view.facility_tier(w, facility) <= COUNTY and not own


@kernel
def lead(w: int, s: int, row: int, facility: int, delay: float) -> float:
    """Return the minutes from the decision to setting out for a facility: `delay`, or what arranging it takes.

    Whoever is on the way up, or comes from home, need not wait. Another hospital of the same tier or below
    must be asked first whether it takes the patient, so nobody leaves for it before a transfer is arranged;
    nor does a patient leave another county's hospital, which refers to its own city and not to the patient's.
    """
    present = state.get_facility(s, row)
    if present == NONE:
        return delay
    above = view.facility_tier(w, facility) > view.facility_tier(w, present)
    if above and not is_next_door(w, s, row, present):
        return delay
    return max(delay, view.behaviour(w, Behaviour.TRANSFER_ARRANGING_MIN))


@kernel
def _can_be_treated_inside(w: int, s: int, row: int) -> bool:
    """Tell whether some facility inside could have finished the episode, with what the recipe must have."""
    if not county_can_treat(w, s, row) or view.recipe_refers(w, recipe_of(s, row)) == 0:
        return county_can_treat(w, s, row)
    place, county = state.get_place(s, row), state.get_county(s, row)
    stays = state.get_stay_needed(s, row) == 1
    for item in range(first_item(w, place, 0), first_item(w, place, _TIERS)):
        facility = view.reach_facility(w, item)
        has_bed = not stays or ward_of(w, s, row, facility) != NONE
        if has_bed and is_inside(w, county, facility) and can_treat(w, s, row, facility):
            return True
    return False


@kernel
def set_target(w: int, s: int, row: int, position: int, reason: int) -> float:
    """Send the patient to a facility within reach; return the travel time in minutes.

    `reason` is what is written down when this takes the patient out of the county; if nobody in
    the county could treat the episode, the reason why they left is capability, whoever decided. Why they
    went as far as they did is the reason of the last step that led out, or to a higher tier outside.
    """
    present, was_outside = state.get_facility(s, row), state.get_reason(s, row) != 0
    item = first_item(w, state.get_place(s, row), 0) + position
    facility = view.reach_facility(w, item)
    state.set_position(s, row, position)
    state.set_facility(s, row, facility)
    if is_inside(w, state.get_county(s, row), facility):
        state.set_reason(s, row, 0)
        state.set_why_far(s, row, 0)
    elif not was_outside:
        able = _can_be_treated_inside(w, s, row)
        state.set_reason(s, row, reason if able else Reason.CAPABILITY)
        state.set_why_far(s, row, reason)
    elif view.facility_tier(w, facility) > view.facility_tier(w, present):
        state.set_why_far(s, row, reason)
    return way_to(w, s, row, item)
