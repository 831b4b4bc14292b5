"""What patients choose: the first contact, where to go next of their own accord, and the place of stay.

A nested logit, drawn as an exponential race. Each facility within reach gets an exponential time divided by
its weight exp(utility / nest parameter), and the first of its nest wins there; between nests the winner is who
has the largest nest parameter * (ln S - ln time), S being the nest's own positive stable noise. With all
parameters 1 the noises are nothing, and the first of all wins: the multinomial logit.

Every noise has its own draw: that of a facility is addressed by its name, the patient's visit and the fork of
the way. So a change in one facility's weight moves only patients who now prefer it (or no longer do), never
between two others, and whoever comes into reach, or goes, leaves all other draws as they are.
"""

from __future__ import annotations

import math
from enum import IntEnum

from sim.chance import Purpose, draw
from sim.kernel import kernel, open_kernel
from sim.pathway.care import state, view
from sim.pathway.care.capability import can_treat, general_pool, wanted_department, ward_cell
from sim.pathway.care.reach import first_item, is_next_door, nearest_able
from sim.pathway.care.services import service_of
from sim.pathway.care.state import End
from sim.world.care.world import (
    BANDS,
    COUNTY,
    NEST_CELLS,
    NEST_OF_TIER,
    NEST_TIERS,
    NESTS,
    NONE,
    OUTSIDE,
    TOWNSHIP,
    Behaviour,
    Setting,
)


class Fork(IntEnum):
    """Where on the way a patient chooses; addresses the draws of the choice."""

    FIRST_CONTACT = 0
    REFERRED = 1
    PLACE_OF_STAY = 2
    AFTER_QUEUE = 3
    AFTER_BED = 4
    STEP_DOWN = 5
    NAMED = 6
    """Where a doctor refers: chosen by the doctor, as patients like this one do."""


class Seeks(IntEnum):
    """What a patient chooses among."""

    DOCTOR = 0
    """All facilities."""
    ABLE_DOCTOR = 1
    """The other facilities that can treat the patient: a doctor has said so."""
    BED = 2
    """Those that can treat the patient in a ward, and have not been tried."""
    LOWER_BED = 3
    """Those with a step-down bed."""


FORKS = 8
"""Room for forks in the address of a draw."""
_BANDS, _NESTS = len(BANDS), len(NESTS)
_NEVER = 1e300
"""Later than any choice; times a weight of 0 it is 0, which inf is not."""
_ADULT_FROM = 2
"""Age bands below this one are children (0-14)."""


@kernel
def _is_bound(w: int, s: int, row: int) -> bool:
    """Tell whether the first contact must be a primary institution."""
    share = view.behaviour(w, Behaviour.BOUND)
    if share <= 0.0 or draw(state.get_key(s, row), Purpose.BOUND, 0) >= share:
        return False
    spared = view.behaviour(w, Behaviour.BOUND_EXCEPT_CHILDREN) > 0.0
    return not (spared and state.get_age(s, row) < _ADULT_FROM)


_OUTPATIENT, _INPATIENT = 0, 1


@kernel
def _pay_row(w: int, s: int, row: int, setting: int, spared: int) -> int:
    """Return the first cell of the weight of what the patient expects to pay at all profiles.

    By the rule of the bill (`payment.rate_loss`): nobody loses points in an emergency, or if `spared` is 1.
    """
    exempt = 1 if state.get_emergency(s, row) == 1 else spared
    cell = (setting * 2 + exempt) * view.settings(w, Setting.SCHEMES) + state.get_scheme(s, row)
    cell = cell * view.settings(w, Setting.CONDITIONS) + state.get_condition(s, row)
    return cell * view.settings(w, Setting.FACILITY_PROFILES)


@kernel
def _able_row(w: int, s: int, row: int) -> int:
    """Return the first cell of the weight of what the patient thinks of all profiles."""
    cell = state.get_condition(s, row) * _BANDS + state.get_band(s, row)
    return cell * view.settings(w, Setting.FACILITY_PROFILES)


@kernel
def nest_scale(w: int, facility: int) -> float:
    """Return the parameter of the nest that a facility belongs to."""
    return view.behaviour(w, Behaviour.NEST_PRIMARY + NEST_OF_TIER[view.facility_tier(w, facility)])


@open_kernel
def nest_noise(w: int, nest: int, u: float) -> float:
    """Return ln S at the probability `u`, S positive stable with the nest's parameter: 0 where that is 1."""
    part, place = 0, u * NEST_CELLS
    cell = int(place)
    if cell == 0:
        part, place = 1, place * NEST_CELLS
    elif cell == NEST_CELLS - 1:
        part, place = 2, (1.0 - u) * (NEST_CELLS * NEST_CELLS)
    cell = int(place)
    first = (nest * 3 + part) * (NEST_CELLS + 2) + cell
    low = view.log_stable(w, first)
    return low + (place - cell) * (view.log_stable(w, first + 1) - low)


@kernel
def _visit_weight(
    w: int, s: int, item: int, pays: int, ables: int, department: int, contract: float
) -> float:
    """Return the weight of a facility within reach for a visit to its doctors of a department."""
    profile = view.reach_profile(w, item)
    weight = view.pay(w, pays + profile) * view.able(w, ables + profile)
    weight *= state.wait_appeal(s, service_of(w, view.reach_facility(w, item), department))
    return weight * view.reach_weight(w, item) * contract


@kernel
def _stay_weight(w: int, s: int, row: int, item: int, position: int, pays: int) -> float:
    """Return the weight of a facility within reach as a place of stay; 0: not able, no ward, or tried."""
    facility = view.reach_facility(w, item)
    ward = ward_cell(w, s, row, facility)
    tried = (state.get_tried(s, row) >> position) & 1 == 1
    if ward == NONE or tried or not can_treat(w, s, row, facility):
        return 0.0
    weight = view.pay(w, pays + view.reach_profile(w, item)) * view.reach_weight(w, item)
    weight *= state.bed_appeal(s, ward)
    if position == state.get_position(s, row):
        weight *= math.exp(view.behaviour(w, Behaviour.PRESENT_HOSPITAL) / nest_scale(w, facility))
    return weight


@kernel
def _step_down_weight(w: int, s: int, row: int, item: int) -> float:
    """Return the weight of a facility within reach for its step-down bed, beside a weight of 1 of staying.

    Beds below are shared within the patient's county and with what is above it: a hospital of another county
    does not take anybody into its own.
    """
    facility = view.reach_facility(w, item)
    if is_next_door(w, s, row, facility) or general_pool(w, facility, Setting.STEP_DOWN) == NONE:
        return 0.0
    odds = view.step_down_odds(w, state.get_condition(s, row))
    return view.reach_weight(w, item) * odds ** (1.0 / nest_scale(w, facility))


@kernel
def _weight(
    w: int,
    s: int,
    row: int,
    seeks: int,
    item: int,
    position: int,
    pays: int,
    ables: int,
    department: int,
    contract: float,
) -> float:
    """Return the weight of a facility within reach for what the patient seeks."""
    if seeks == Seeks.BED:
        return _stay_weight(w, s, row, item, position, pays)
    if seeks == Seeks.LOWER_BED:
        return _step_down_weight(w, s, row, item)
    if seeks == Seeks.ABLE_DOCTOR:
        able = can_treat(w, s, row, view.reach_facility(w, item))
        if not able or position == state.get_position(s, row):
            return 0.0
    return _visit_weight(w, s, item, pays, ables, department, contract)


@kernel
def _occasion(s: int, row: int, fork: int) -> int:
    """Return the occasion that addresses the draws of a choice."""
    return state.get_visits(s, row) * FORKS + fork


@open_kernel
def none_time(w: int, s: int, row: int, fork: int, utility: float) -> float:
    """Return the logarithm of the time at which who goes nowhere, or stays, would have won the race."""
    u = draw(state.get_key(s, row), Purpose.CHOICE_NONE, _occasion(s, row, fork))
    return math.log(-math.log(u)) - utility


@open_kernel
def choose_from(
    w: int,
    s: int,
    row: int,
    fork: int,
    seeks: int,
    spared: int,
    lowest_tier: int,
    highest_tier: int,
    favoured: int,
    bonus: float,
    rival: float,
) -> int:
    """Return the position within reach of the facility chosen between two tiers, or NONE.

    Parameters
    ----------
    w, s, row : int
        World, state and patient.
    fork : int
        A `Fork`.
    seeks : int
        A `Seeks`.
    spared : int
        1 for those who keep the full rate of reimbursement.
    lowest_tier, highest_tier : int
    favoured : int
        Position of the facility for which something speaks besides, or NONE. Its payment is that of
        a referred patient if the patient is referred.
    bonus : float
        What that is, in utility.
    rival : float
        `none_time` of going nowhere, or inf where that is no alternative; NONE is returned if it wins.
    """
    place, key = state.get_place(s, row), state.get_key(s, row)
    origin, above_primary = first_item(w, place, 0), first_item(w, place, COUNTY)
    primary = 1.0
    if state.get_contract(s, row) == 1:
        primary = view.contract_weight(w, state.get_condition(s, row))
    setting = _INPATIENT if seeks == Seeks.BED else _OUTPATIENT
    pays, ables = _pay_row(w, s, row, setting, spared), _able_row(w, s, row)
    department, occasion = wanted_department(w, s, row), _occasion(s, row, fork)
    best, log_best = NONE, rival
    for nest in range(_NESTS):
        first = first_item(w, place, max(lowest_tier, NEST_TIERS[nest][0]))
        end = first_item(w, place, min(highest_tier, NEST_TIERS[nest][1]) + 1)
        if first >= end:
            continue
        scale = view.behaviour(w, Behaviour.NEST_PRIMARY + nest)
        noise = nest_noise(w, nest, draw(key, Purpose.NEST, occasion * _NESTS + nest))
        # The time by which somebody of this nest must come to be ahead of what was before.
        best_time = _NEVER if log_best == math.inf else math.exp(noise + log_best / scale)
        winner = NONE
        for item in range(first, end):
            position = item - origin
            contract = primary if item < above_primary else 1.0
            if position == favoured:
                rate = _pay_row(w, s, row, setting, state.get_referred(s, row))
                weight = _weight(
                    w, s, row, seeks, item, position, rate, ables, department, contract
                )
                weight *= math.exp(bonus / scale)
            else:
                weight = _weight(
                    w, s, row, seeks, item, position, pays, ables, department, contract
                )
            u = draw(key ^ view.reach_name(w, item), Purpose.CHOICE, occasion)
            # -log(1 - z) is above z + z * z / 2: most cannot win, and need no logarithm.
            z = 1.0 - u
            if z + 0.5 * z * z < best_time * weight:
                time = -math.log(u) / weight
                if time < best_time:
                    winner, best_time = position, time
        if winner != NONE:
            best, log_best = winner, scale * (math.log(best_time) - noise)
    return best


@open_kernel
def choose(
    w: int, s: int, row: int, fork: int, spared: int, lowest_tier: int, highest_tier: int
) -> int:
    """Return the position within reach of the facility that all go to, somewhere between two tiers, or NONE."""
    staying = fork == Fork.PLACE_OF_STAY or fork == Fork.AFTER_BED
    seeks = Seeks.BED + 0 if staying else Seeks.DOCTOR + 0
    if fork == Fork.REFERRED:
        seeks = Seeks.ABLE_DOCTOR + 0
    elif fork == Fork.STEP_DOWN:
        seeks = Seeks.LOWER_BED + 0
    return choose_from(
        w, s, row, fork, seeks, spared, lowest_tier, highest_tier, NONE, 0.0, math.inf
    )


@kernel
def choose_first_contact(w: int, s: int, row: int) -> int:
    """Return the position of the first contact: emergencies the nearest able, others by choice."""
    if state.get_emergency(s, row) == 1:
        return nearest_able(w, s, row, 0, state.get_stay_needed(s, row) == 1, False)
    if _is_bound(w, s, row):
        position = choose(w, s, row, Fork.FIRST_CONTACT + 0, 0, 0, TOWNSHIP)
        if position != NONE:
            return position
    return choose(w, s, row, Fork.FIRST_CONTACT + 0, 0, 0, OUTSIDE)


@kernel
def why_no_first_contact(w: int, s: int, row: int) -> int:
    """Return why there is nobody to go to, an `End`."""
    if state.get_emergency(s, row) == 1 and nearest_able(w, s, row, 0, False, False) != NONE:
        return End.NO_WARD + 0
    return End.NOBODY_ABLE + 0
