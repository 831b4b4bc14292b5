"""What makes the worlds of a run valid: shapes, ranges and orders that the pathway relies on.

Kernels look up without asking, so a world that breaks one of these rules gives wrong results, or
none. Worlds built from a region keep them; `broken_in_worlds` tells for worlds made by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import pairwise

import numpy as np
from skills import DEPARTMENTS, WARDS

from sim.glossary import AGE_BANDS, TIERS
from sim.time_units import MINUTES_PER_WEEK
from sim.world.care.build.definitions import inside_of
from sim.world.care.world import (
    BANDS,
    COUNTY,
    HOURS,
    LAYERS,
    MIX_STEPS,
    MOST_STEPS,
    MOST_WITHIN_REACH,
    NEST_CELLS,
    NESTS,
    NONE,
    PROFILES,
    QUARTER_MIN,
    QUARTERS,
    REFER,
    SETTINGS,
    Behaviour,
    CareWorld,
    Priority,
    Setting,
)
from sim.world.fields import Ints, Reals
from sim.world.pools import NO_LIMIT, Pools

SHARED = (
    "settings", "stream_name", "stream_place", "stream_profile", "stream_layer",
    "stream_onset_group", "onset_rate", "onset_mix", "mix", "mix_guide", "hours_before", "place_people",
    "place_group", "place_county", "place_name", "person_first", "reach_start", "reach_facility",
    "reach_minutes", "reach_weight", "reach_name", "facility_tier", "facility_county",
    "facility_destination", "county_home", "facility_city", "common_until",
)  # fmt: skip
"""Fields that are the same in every epoch."""

_SHAPES = {
    "settings": "settings", "behaviour": "behaviour",
    "stream_name": "stream", "stream_place": "stream", "stream_profile": "stream",
    "stream_layer": "stream", "stream_onset_group": "stream",
    "onset_rate": "onset_group day", "onset_mix": "onset_group day",
    "mix": "mix_row age condition", "mix_guide": "mix_row mix_step",
    "hours_before": "profile weekday hour_end",
    "keep_share": "place_group age condition",
    "place_people": "place", "place_group": "place", "place_county": "place",
    "place_name": "place", "prevalence": "age condition",
    "reach_facility": "reach", "reach_minutes": "reach", "reach_weight": "reach",
    "reach_profile": "reach", "reach_name": "reach",
    "scheme_share": "place_group scheme", "contract_share": "age",
    "seek_share": "condition", "admission_share": "condition", "admission_gradient": "condition",
    "ambulance_share": "condition", "ambulance_admission": "condition",
    "ambulance_gradient": "condition",
    "acute_minutes": "condition", "acute_sigma": "condition", "rehabilitation_share": "condition",
    "rehabilitation_minutes": "condition", "consultation_factor": "condition",
    "visit_weight": "condition", "stay_weight": "condition",
    "readmission_share": "condition", "department": "profile condition",
    "condition_ward": "band condition", "surgical": "condition",
    "step_down_odds": "condition", "contract_weight": "condition",
    "facility_tier": "facility", "facility_county": "facility", "facility_profile": "facility",
    "facility_destination": "facility",
    "facility_pool": "facility skill", "takes_emergencies": "facility",
    "service_minutes": "facility skill", "service_sigma": "facility skill",
    "over_referral": "facility", "formal_referral": "facility", "doctor_patience": "priority",
    "capability": "facility_profile condition", "county_capability": "county condition",
    "county_ward_capability": "county band condition",
    "pay": "setting spared scheme condition facility_profile", "able": "condition band facility_profile",
    "stay_appeal": "facility", "log_stable": "nest nest_part nest_cell",
    "price_visit": "facility", "price_stay": "facility", "daily_share": "facility",
    "service_share": "facility", "in_scope_share": "scheme tier setting",
    "rate": "scheme tier setting", "deductible": "scheme tier setting",
    "ceiling": "scheme tier setting",
    "facility_calendar": "facility", "night_duty": "facility", "door_guide": "calendar quarter",
    "door_end": "stretch", "door_open": "stretch",
    "yearly_deductible": "scheme setting", "yearly_ceiling": "scheme setting",
    "catastrophic_from": "scheme", "catastrophic_rate": "scheme",
    "assisted_share": "scheme", "assistance_rate": "scheme",
    "county_home": "county", "facility_city": "facility", "common_until": "condition",
    "recipe_step": "recipe_row", "recipe_skill": "recipe_row", "recipe_share": "recipe_row",
    "recipe_factor": "recipe_row", "recipe_otherwise": "recipe_row", "recipe_refers": "condition band",
}  # fmt: skip
"""Dimensions of each field; `reach_start` and `recipe_start` have one cell more."""

_NUMBERS = {
    "stream_place": "place", "stream_profile": "profile", "stream_layer": "layer",
    "stream_onset_group": "onset_group", "onset_mix": "mix_row", "place_group": "place_group",
    "place_county": "county", "reach_facility": "facility", "facility_tier": "tier",
    "facility_destination": "destination",
    "facility_profile": "facility_profile", "reach_profile": "facility_profile",
    "facility_calendar": "calendar", "door_guide": "stretch",
    "recipe_skill": "skill",
}  # fmt: skip
"""Fields that hold numbers of something, all from 0 up."""

_SHARES = (
    "keep_share", "scheme_share", "contract_share", "seek_share", "admission_share",
    "ambulance_share", "ambulance_admission",
    "rehabilitation_share", "recipe_share", "recipe_refers", "readmission_share",
    "over_referral", "formal_referral", "capability", "daily_share", "service_share", "in_scope_share", "rate",
    "mix", "takes_emergencies", "surgical", "prevalence",
    "catastrophic_rate", "assisted_share", "assistance_rate", "night_duty", "door_open",
)  # fmt: skip
_ABOVE_ZERO = ("acute_minutes", "place_people")
_SHARE_BEHAVIOUR = (
    Behaviour.MODERATE_FROM, Behaviour.SEVERE_FROM, Behaviour.BOUND,
    Behaviour.BOUND_EXCEPT_CHILDREN, Behaviour.COMPLY,
    Behaviour.REVIEW_RETURNED, Behaviour.UNREFERRED_RATE_LOSS,
)  # fmt: skip
_ROUNDING = 1e-9


def broken_in_worlds(
    worlds: Sequence[CareWorld],
    pools: Sequence[Pools],
    departments: Sequence[int] = DEPARTMENTS,
    wards: Sequence[int] = WARDS,
) -> list[str]:
    """Return the rules that the worlds of a run break.

    Parameters
    ----------
    worlds : sequence of CareWorld
        One per epoch.
    pools : sequence of Pools
        Those of the same epochs.
    departments, wards : sequence of int
        The skills of doctors and of wards; those of random worlds unless stated.

    Returns
    -------
    list of str
        One sentence per rule and epoch.
    """
    found = list(_changed(worlds, pools))
    for epoch, (world, its_pools) in enumerate(zip(worlds, pools, strict=True)):
        # The later rules look up what the earlier ones hold to exist.
        broken = (
            list(_shapes(world))
            or list(_ranges(world))
            or [
                *_behaviour(world),
                *_onsets(world),
                *_reach(world),
                *_facilities(world, its_pools.count, departments, wards),
                *_recipes(world),
                *_doors(world),
                *_patterns(its_pools),
            ]
        )
        found += [f"epoch {epoch}: {what}" for what in broken]
    return found


def sizes_of(world: CareWorld) -> dict[str, int]:
    """Return how many there are of each thing that fields are indexed by."""
    s = world.settings
    return {
        "settings": len(Setting), "behaviour": len(Behaviour), "weekday": 7,
        "hour_end": HOURS + 1, "spared": 2, "nest": len(NESTS), "nest_part": 3,
        "nest_cell": NEST_CELLS + 2, "mix_step": MIX_STEPS,
        "age": len(AGE_BANDS), "band": len(BANDS), "tier": len(TIERS), "layer": LAYERS,
        "profile": len(PROFILES), "setting": len(SETTINGS), "skill": int(s[Setting.SKILLS]),
        "priority": len(Priority), "day": int(s[Setting.DAYS]),
        "condition": int(s[Setting.CONDITIONS]), "scheme": int(s[Setting.SCHEMES]),
        "facility": int(s[Setting.FACILITIES]), "county": int(s[Setting.COUNTIES]),
        "stream": world.stream_name.size, "place": world.place_people.size,
        "reach": int(world.reach_start[-1]),
        "place_group": world.scheme_share.size // int(s[Setting.SCHEMES]),
        "onset_group": world.onset_rate.size // int(s[Setting.DAYS]),
        "mix_row": world.mix.size // (len(AGE_BANDS) * int(s[Setting.CONDITIONS])),
        "facility_profile": int(s[Setting.FACILITY_PROFILES]),
        "destination": int(s[Setting.DESTINATIONS]),
        "quarter": QUARTERS, "calendar": world.door_guide.size // QUARTERS,
        "stretch": world.door_end.size, "recipe_row": world.recipe_skill.size,
    }  # fmt: skip


def _changed(worlds: Sequence[CareWorld], pools: Sequence[Pools]) -> Iterator[str]:
    """Find what may not differ between epochs."""
    for epoch, (world, its_pools) in enumerate(zip(worlds, pools, strict=True)):
        for name in SHARED:
            if not np.array_equal(getattr(world, name), getattr(worlds[0], name)):
                yield f"epoch {epoch}: {name} differs from the first epoch's"
        if not np.array_equal(its_pools.level_start, pools[0].level_start):
            yield f"epoch {epoch}: level_start differs from the first epoch's"
        if its_pools.count != pools[0].count:
            yield f"epoch {epoch}: there are not as many pools as in the first epoch"


def _shapes(world: CareWorld) -> Iterator[str]:
    sizes = sizes_of(world)
    for field in fields(CareWorld):
        if field.name in ("reach_start", "person_first", "recipe_start"):
            continue
        wanted = 1
        for dimension in _SHAPES[field.name].split():
            wanted *= sizes[dimension]
        array: Ints | Reals = getattr(world, field.name)
        if array.size != wanted:
            yield f"{field.name} has {array.size} cells, not {wanted}"
    if world.reach_start.size != sizes["place"] * sizes["tier"] + 1:
        yield "reach_start has not one cell more than there are places and tiers"
    if world.person_first.size != sizes["place"] * sizes["age"] + 1:
        yield "person_first has not one cell more than there are places and age bands"
    if world.recipe_start.size != sizes["condition"] * sizes["band"] + 1:
        yield "recipe_start has not one cell more than there are conditions and bands"


def _ranges(world: CareWorld) -> Iterator[str]:
    sizes = sizes_of(world)
    for field in fields(CareWorld):
        array: Ints | Reals = getattr(world, field.name)
        low, high = array.min(), array.max()
        if np.isnan(low):
            yield f"{field.name} has a cell that is not a number"
        if field.name in _NUMBERS and not 0 <= low <= high < sizes[_NUMBERS[field.name]]:
            yield f"{field.name} has numbers that do not exist"
        if field.name in _SHARES and not -_ROUNDING <= low <= high <= 1.0 + _ROUNDING:
            yield f"{field.name} is not between 0 and 1"
        if field.name in _ABOVE_ZERO and low <= 0.0:
            yield f"{field.name} is not above 0"
        may_be_below = (
            *("behaviour", "facility_pool", "facility_county", "reach_name", "log_stable"),
            *("county_home", "facility_city", "common_until", "recipe_otherwise"),
        )
        if low < 0 and field.name not in may_be_below:
            yield f"{field.name} is below 0"


def _behaviour(world: CareWorld) -> Iterator[str]:
    value = world.behaviour
    for cell in _SHARE_BEHAVIOUR:
        if not 0.0 <= value[cell] <= 1.0:
            yield f"behaviour {cell.name} is not between 0 and 1"
    if value[Behaviour.SEVERE_FROM] < value[Behaviour.MODERATE_FROM]:
        yield "severe begins below moderate"
    for cell in (Behaviour.AMBULANCE_SPEED_FACTOR, Behaviour.READMISSION_DELAY_MIN):
        if value[cell] <= 0.0:
            yield f"behaviour {cell.name} is not above 0"
    if value[Behaviour.WAIT_WEIGHT_PER_MIN] > 0.0:
        yield "patients prefer to wait"


def _onsets(world: CareWorld) -> Iterator[str]:
    sizes = sizes_of(world)
    mix = world.mix.reshape(sizes["mix_row"], -1)
    scheme = world.scheme_share.reshape(sizes["place_group"], -1)
    if (np.diff(mix) < 0.0).any() or (np.diff(scheme) < 0.0).any():
        yield "a cumulative share falls"
    if int(world.settings[Setting.START_MINUTE_OF_WEEK]) not in range(MINUTES_PER_WEEK):
        yield "the run does not begin within a week"
    if world.person_first[0] != 0 or (np.diff(world.person_first) < 1).any():
        yield "people are not numbered from 0, or nobody lives in an age band of a place"


def _reach(world: CareWorld) -> Iterator[str]:
    if int(world.settings[Setting.ITEMS]) != world.reach_start[-1]:
        yield "the number of facilities within reach is not the settings' one"
    starts = world.reach_start[:: len(TIERS)]
    counts = np.diff(starts)
    falls = starts[0] != 0 or (np.diff(world.reach_start) < 0).any()
    if falls or (counts < 1).any() or (counts > MOST_WITHIN_REACH).any():
        yield f"a place reaches no facility, or more than {MOST_WITHIN_REACH}"
        return
    for place, (first, end) in enumerate(pairwise(starts)):
        within = world.reach_facility[first:end]
        tiers = np.repeat(
            np.arange(len(TIERS)),
            np.diff(world.reach_start[place * len(TIERS) : (place + 1) * len(TIERS) + 1]),
        )
        if not np.array_equal(world.facility_tier[within], tiers):
            yield f"what place {place} reaches is not sorted by tier"
        if np.unique(within).size < within.size:
            yield f"place {place} reaches a facility twice"
        primary = world.facility_tier[within] < COUNTY
        if (world.facility_county[within] != world.place_county[place])[primary].any():
            yield f"place {place} reaches a primary institution of another county"
    if not np.array_equal(world.reach_profile, world.facility_profile[world.reach_facility]):
        yield "reach_profile is not the facilities' one"


def _facilities(
    world: CareWorld, pools: int, departments: Sequence[int], wards: Sequence[int]
) -> Iterator[str]:
    sizes = sizes_of(world)
    pool = world.facility_pool.reshape(sizes["facility"], -1)
    if (pool[:, world.settings[Setting.DOCTOR]] == NONE).any():
        yield "a facility has no doctors' pool"
    used = pool[pool != NONE]
    if (used < 0).any() or (used >= pools).any() or np.unique(used).size < used.size:
        yield "a pool does not exist, or belongs to two facilities"
    home = world.facility_county
    if (home < NONE).any() or (home >= sizes["county"]).any():
        yield "facility_county has numbers that do not exist"
    if not set(world.department.tolist()) <= set(departments):
        yield "department is not one of doctors"
    if not set(world.condition_ward.tolist()) <= set(wards):
        yield "condition_ward is not a ward"
        return
    capability = world.capability.reshape(sizes["facility_profile"], -1)[world.facility_profile]
    needed = world.condition_ward.reshape(len(BANDS), -1)
    stands_in = (pool[:, needed[0]] != NONE) | (pool[:, [world.settings[Setting.WARD]]] != NONE)
    has_ward = (pool[:, needed] != NONE) | stands_in[:, None]
    if (world.common_until < NONE).any() or (world.common_until >= len(BANDS)).any():
        yield "common_until has numbers that do not exist"
    inside = inside_of(vars(world))
    for county in range(sizes["county"]):
        here = inside[county]
        for name, able in (
            ("county_capability", capability[here]),
            ("county_ward_capability", np.where(has_ward, capability[:, None], 0.0)[here]),
        ):
            best = getattr(world, name).reshape(sizes["county"], -1)[county]
            if not np.array_equal(best, able.max(axis=0, initial=0.0).ravel()):
                yield f"{name} is not the best of county {county}'s own facilities"


def _recipes(world: CareWorld) -> Iterator[str]:
    """Find recipes whose steps are not in order, and what stands in that is no exam, or never ends."""
    start, step, otherwise = world.recipe_start, world.recipe_step, world.recipe_otherwise
    if start[0] != 0 or (np.diff(start) < 0).any() or start[-1] > step.size:
        yield "recipes do not follow each other"
        return
    others = {
        int(world.settings[cell]) for cell in (Setting.DOCTOR, Setting.WARD, Setting.STEP_DOWN)
    }
    others |= {*world.department.tolist(), *world.condition_ward.tolist()}
    if others & set(world.recipe_skill.tolist()):
        yield "recipe_skill is not an exam"
    if (step < 1).any() or (step > MOST_STEPS).any():
        yield "recipe_step is not between 1 and MOST_STEPS"
    if (otherwise < REFER).any() or (otherwise >= step.size).any():
        yield "recipe_otherwise has rows that do not exist"
        return
    ends = otherwise.copy()
    for _ in range(step.size):
        ends = np.where(ends >= 0, otherwise[ends], ends)
    if (ends >= 0).any():
        yield "what stands in for an exam never ends"
    for recipe, (first, end) in enumerate(pairwise(start)):
        if (np.diff(step[first:end]) <= 0).any():
            yield f"the steps of recipe {recipe} are not in order"
        if world.recipe_refers[recipe] != int((ends[first:end] == REFER).any()):
            yield f"recipe_refers does not tell whether patients of recipe {recipe} must move on"


def _doors(world: CareWorld) -> Iterator[str]:
    """Find calendars whose stretches do not follow each other from Monday on to two beyond the week."""
    guide = world.door_guide.reshape(-1, QUARTERS)
    firsts = [*guide[:, 0].tolist(), world.door_end.size]
    for calendar, (first, end) in enumerate(pairwise(firsts)):
        ends, is_open = world.door_end[first:end], world.door_open[first:end]
        quarters = np.arange(QUARTERS) * QUARTER_MIN
        if not np.array_equal(guide[calendar], first + np.searchsorted(ends, quarters, "right")):
            yield f"the guide of calendar {calendar} does not point to the present stretch"
        if ends.size == 1 and ends[0] < np.inf:
            yield f"calendar {calendar} ends"
        if ends.size > 1 and (ends[-3] < MINUTES_PER_WEEK or (np.diff(is_open) == 0).any()):
            yield f"calendar {calendar} does not go on after the week, or does not change"


def _patterns(pools: Pools) -> Iterator[str]:
    for first, end in zip(pools.pattern_start[:-1], pools.pattern_start[1:], strict=True):
        minutes = pools.segment_minute[first:end]
        if minutes.size == 0 or minutes[0] != 0 or (np.diff(minutes) <= 0).any():
            yield "a weekly pattern does not begin on Monday 00:00, or is not sorted"
        elif minutes[-1] >= MINUTES_PER_WEEK:
            yield "a weekly pattern goes on after the end of the week"
    reserved, servers = pools.segment_reserved, pools.segment_servers
    if (reserved < 0).any() or (reserved > servers).any():
        yield "more servers are reserved than there are"
    if (pools.room < NO_LIMIT).any() or (np.diff(pools.level_start) < 0).any():
        yield "a waiting room or a number of levels is below 0"
