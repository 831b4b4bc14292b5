"""Where patients go: choice of first contact, and the next facility able to treat them.

A multinomial logit, drawn as an exponential race: each facility within reach gets an exponential
time divided by its weight exp(utility), and the first one wins. So a change in one facility's weight moves only
patients who now prefer it (or no longer do), never between two others.
"""

from __future__ import annotations

import math

from sim.chance import Purpose, draw
from sim.kernel import kernel
from sim.pathway.care import state, view
from sim.pathway.care.record import is_inside, resident_county
from sim.pathway.care.state import Reason
from sim.world.care import (
    BANDS,
    MOST_WITHIN_REACH,
    NONE,
    OUTSIDE,
    TOWNSHIP,
    Behaviour,
    PoolKind,
    Setting,
)

_BANDS, _POOL_KINDS = len(BANDS), len(PoolKind)
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
    share = view.admission_share(w, condition) * (1.0 + gradient)
    share *= state.get_complexity(s, row) ** gradient
    return draw(state.get_key(s, row), Purpose.ADMISSION, 0) < share


@kernel
def county_can_treat(w: int, s: int, row: int) -> bool:
    """Tell whether some facility of the patient's own county could have finished the episode."""
    cell = resident_county(w, s, row) * view.settings(w, Setting.CONDITIONS)
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
def _weight(w: int, s: int, row: int, item: int) -> float:
    """Return the choice weight exp(utility) of one facility within reach."""
    facility = view.reach_facility(w, item)
    conditions = view.settings(w, Setting.CONDITIONS)
    condition = state.get_condition(s, row)
    cell = view.facility_profile(w, facility) * conditions + condition
    cell = cell * _BANDS + state.get_band(s, row)
    cell = cell * view.settings(w, Setting.SCHEMES) + state.get_scheme(s, row)
    weight = view.appeal(w, cell) * view.reach_weight(w, item) * state.wait_weight(s, facility)
    if state.get_contract(s, row) == 1 and view.facility_tier(w, facility) <= TOWNSHIP:
        weight *= view.contract_weight(w, condition)
    return weight


@kernel
def choose(w: int, s: int, row: int, lowest_tier: int, highest_tier: int) -> int:
    """Return the position within reach of the facility chosen between two tiers, or NONE."""
    place, key = state.get_place(s, row), state.get_key(s, row)
    first = view.reach_start(w, place)
    occasion = state.get_visits(s, row) * MOST_WITHIN_REACH
    best, best_time = NONE, math.inf
    for item in range(first, view.reach_start(w, place + 1)):
        tier = view.facility_tier(w, view.reach_facility(w, item))
        if lowest_tier <= tier <= highest_tier:
            weight = _weight(w, s, row, item)
            if weight > 0.0:
                u = draw(key, Purpose.CHOICE, occasion + item - first)
                time = -math.log(u) / weight
                if time < best_time:
                    best, best_time = item - first, time
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
    first = view.reach_start(w, place)
    best, best_minutes = NONE, math.inf
    for item in range(first, view.reach_start(w, place + 1)):
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
    first = view.reach_start(w, place)
    for item in range(first + start, view.reach_start(w, place + 1)):
        facility = view.reach_facility(w, item)
        able = view.facility_tier(w, facility) >= lowest_tier and item - first != present
        able = able and can_treat(w, s, row, facility)
        if able and (not with_ward or ward_of(w, s, row, facility) != NONE):
            return item - first
    return NONE


@kernel
def set_target(w: int, s: int, row: int, position: int, reason: int) -> float:
    """Send the patient to a facility within reach; return the travel time in minutes.

    `reason` is what is written down when this takes the patient out of the county; if nobody in
    the county could treat the episode, the reason is capability, whoever decided.
    """
    item = view.reach_start(w, state.get_place(s, row)) + position
    facility = view.reach_facility(w, item)
    state.set_position(s, row, position)
    state.set_facility(s, row, facility)
    if is_inside(w, resident_county(w, s, row), facility):
        state.set_reason(s, row, 0)
    elif state.get_reason(s, row) == 0:
        able = county_can_treat(w, s, row)
        state.set_reason(s, row, reason if able else Reason.CAPABILITY)
    return view.reach_minutes(w, item)
