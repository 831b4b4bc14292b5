"""Where patients go: choice of first contact, and the next facility able to treat them.

A multinomial logit, drawn as an exponential race: each facility within reach gets an exponential
time divided by its weight exp(utility), and the first one wins. So a change in one facility's weight moves only
patients who now prefer it (or no longer do), never between two others.
"""

from __future__ import annotations

import math

from sim.chance import Purpose, draw
from sim.glossary import TIERS
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.record import is_inside
from sim.pathway.care.state import Reason
from sim.world.care.world import (
    BANDS,
    COUNTY,
    MOST_WITHIN_REACH,
    NONE,
    OUTSIDE,
    TOWNSHIP,
    Behaviour,
    PoolKind,
    Setting,
)

_BANDS, _POOL_KINDS, _TIERS = len(BANDS), len(PoolKind), len(TIERS)
_NEVER = 1e300
"""Later than any choice; times a weight of 0 it is 0, which inf is not."""
_ADULT_FROM = 2
"""Age bands below this one are children (0-14)."""


@kernel
def can_treat(w: int, s: int, row: int, facility: int) -> bool:
    """Tell whether a facility can finish the patient's episode."""
    conditions = view.settings(w, Setting.CONDITIONS)
    profile = view.facility_profile(w, facility)
    condition = state.get_condition(s, row)
    return state.get_complexity(s, row) <= view.capability(w, profile * conditions + condition)


@kernel
def pool_of(w: int, facility: int, kind: int) -> int:
    """Return a facility's pool of a `PoolKind`, or NONE."""
    return view.facility_pool(w, facility * _POOL_KINDS + kind)


@kernel
def ward_of(w: int, s: int, row: int, facility: int) -> int:
    """Return the pool of beds for the patient's condition at a facility, or NONE."""
    ward = pool_of(w, facility, view.condition_ward(w, state.get_condition(s, row)))
    if ward == NONE:
        return pool_of(w, facility, PoolKind.WARD_GENERAL)
    return ward


@kernel
def needs_stay(w: int, s: int, row: int) -> bool:
    """Tell whether the episode needs a stay: more likely the more complex it is."""
    condition = state.get_condition(s, row)
    gradient = view.admission_gradient(w, condition)
    most = view.admission_share(w, condition) * (1.0 + gradient)
    u = draw(state.get_key(s, row), Purpose.ADMISSION, 0)
    # Complexity is at most 1: above the share of the most complex no power is needed.
    return u < most and u < most * state.get_complexity(s, row) ** gradient


@kernel
def county_can_treat(w: int, s: int, row: int) -> bool:
    """Tell whether some facility of the patient's own county could have finished the episode."""
    cell = state.get_county(s, row) * view.settings(w, Setting.CONDITIONS)
    cell += state.get_condition(s, row)
    complexity = state.get_complexity(s, row)
    if needs_stay(w, s, row):
        return complexity <= view.county_ward_capability(w, cell)
    return complexity <= view.county_capability(w, cell)


@kernel
def _is_bound(w: int, s: int, row: int) -> bool:
    """Tell whether the first contact must be a primary institution."""
    share = view.behaviour(w, Behaviour.BOUND)
    if share <= 0.0 or draw(state.get_key(s, row), Purpose.BOUND, 0) >= share:
        return False
    spared = view.behaviour(w, Behaviour.BOUND_EXCEPT_CHILDREN) > 0.0
    return not (spared and state.get_age(s, row) < _ADULT_FROM)


@kernel
def first_item(w: int, place: int, tier: int) -> int:
    """Return the first item within reach of a place from a tier up; of one tier too many: the end."""
    return view.reach_start(w, place * _TIERS + tier)


@kernel
def _appeal_row(w: int, s: int, row: int) -> int:
    """Return the first cell of the appeal of all profiles to the patient."""
    cell = state.get_condition(s, row) * _BANDS + state.get_band(s, row)
    cell = cell * view.settings(w, Setting.SCHEMES) + state.get_scheme(s, row)
    return cell * view.settings(w, Setting.FACILITY_PROFILES)


@kernel
def choose(w: int, s: int, row: int, lowest_tier: int, highest_tier: int) -> int:
    """Return the position within reach of the facility chosen between two tiers, or NONE."""
    place, key = state.get_place(s, row), state.get_key(s, row)
    origin, above_primary = first_item(w, place, 0), first_item(w, place, COUNTY)
    primary = 1.0
    if state.get_contract(s, row) == 1:
        primary = view.contract_weight(w, state.get_condition(s, row))
    appeals = _appeal_row(w, s, row)
    occasion = state.get_visits(s, row) * MOST_WITHIN_REACH
    best, best_time = NONE, _NEVER
    end = first_item(w, place, highest_tier + 1)
    for item in range(first_item(w, place, lowest_tier), end):
        weight = view.appeal(w, appeals + view.reach_profile(w, item)) * state.item_weight(s, item)
        weight *= primary if item < above_primary else 1.0
        u = draw(key, Purpose.CHOICE, occasion + item - origin)
        # -log(1 - z) is above z + z * z / 2: most cannot win, and need no logarithm.
        z = 1.0 - u
        if z + 0.5 * z * z < best_time * weight:
            time = -math.log(u) / weight
            if time < best_time:
                best, best_time = item - origin, time
    return best


@kernel
def choose_first_contact(w: int, s: int, row: int) -> int:
    """Return the position of the first contact: emergencies the nearest able, others by choice."""
    if state.get_emergency(s, row) == 1:
        return nearest_able(w, s, row)
    if _is_bound(w, s, row):
        position = choose(w, s, row, 0, TOWNSHIP)
        if position != NONE:
            return position
    return choose(w, s, row, 0, OUTSIDE)


@kernel
def nearest_able(w: int, s: int, row: int) -> int:
    """Return the position of the nearest facility that takes and can treat the emergency.

    To be able it needs a ward, too, if the patient will need a bed.
    """
    place = state.get_place(s, row)
    stay = needs_stay(w, s, row)
    first = first_item(w, place, 0)
    best, best_minutes = NONE, math.inf
    for item in range(first, first_item(w, place, _TIERS)):
        facility = view.reach_facility(w, item)
        if view.takes_emergencies(w, facility) == 1 and can_treat(w, s, row, facility):
            minutes = view.reach_minutes(w, item)
            has_bed = not stay or ward_of(w, s, row, facility) != NONE
            if has_bed and minutes < best_minutes:
                best, best_minutes = item - first, minutes
    return best


@kernel
def next_able(w: int, s: int, row: int, lowest_tier: int, with_ward: bool, start: int) -> int:
    """Return the position of the first other facility, from `start` on, that can treat the patient.

    Facilities within reach are sorted by tier, so the lowest able tier comes first. NONE when there is
    none from `lowest_tier` up.
    """
    place, present = state.get_place(s, row), state.get_position(s, row)
    origin = first_item(w, place, 0)
    first = max(origin + start, first_item(w, place, lowest_tier))
    for item in range(first, first_item(w, place, _TIERS)):
        facility = view.reach_facility(w, item)
        able = item - origin != present and can_treat(w, s, row, facility)
        if able and (not with_ward or ward_of(w, s, row, facility) != NONE):
            return item - origin
    return NONE


@kernel
def set_target(w: int, s: int, row: int, position: int, reason: int) -> float:
    """Send the patient to a facility within reach; return the travel time in minutes.

    `reason` is what is written down when this takes the patient out of the county; if nobody in
    the county could treat the episode, the reason is capability, whoever decided.
    """
    item = first_item(w, state.get_place(s, row), 0) + position
    facility = view.reach_facility(w, item)
    state.set_position(s, row, position)
    state.set_facility(s, row, facility)
    if is_inside(w, state.get_county(s, row), facility):
        state.set_reason(s, row, 0)
    elif state.get_reason(s, row) == 0:
        able = county_can_treat(w, s, row)
        state.set_reason(s, row, reason if able else Reason.CAPABILITY)
    return view.reach_minutes(w, item)
