"""Random small worlds of tiered care, made as arrays without any region.

What is promised of every world is what `care_check` states: reach sorted by tier and in the
own county or above it, a doctors' pool everywhere (perhaps with nobody on duty), cumulative shares
that end at 1, pools and onset streams that are the same in all epochs. Everything else is random,
far outside of what is sensible: conditions nobody can treat, wards that open for a week, waiting
rooms without a chair, patients with no or endless patience.

Two things make ties, which real-valued onsets alone never would: *twins* are places with the same
streams, whose patients fall ill, travel and wait at the same instants; and *exact* worlds have
consultations, stays and ways of whole minutes.

A new field of `CareWorld` is one line in one of the functions below that return fields.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st
from luck import Luck
from random_pools import Offer, epoch_pools, offered_pools
from skills import DEPARTMENTS, EXAMS, SKILL_SETTINGS, WARDS, Skill

from sim.engine.model import Epoch, Model
from sim.glossary import AGE_BANDS, TIERS
from sim.pathway.care.state import CareState
from sim.subjects.care.model import CARE
from sim.world.care.build.definitions import inside_of
from sim.world.care.build.doors import door_fields
from sim.world.care.build.nests import nest_table
from sim.world.care.build.partitions import build_partitions
from sim.world.care.build.people import mix_guide
from sim.world.care.build.reach import names_of, reach_starts
from sim.world.care.build.resources import GROUPS, wait_rows
from sim.world.care.world import (
    BANDS,
    CITY,
    COUNTY,
    HOURS,
    LAYERS,
    MOST_STEPS,
    NONE,
    OUTSIDE,
    PROFILES,
    REFER,
    SETTINGS,
    SKIP,
    Behaviour,
    CareWorld,
    Priority,
    Setting,
)
from sim.world.fields import Ints, ints, reals
from sim.world.partitions import Partition
from sim.world.pools import Pools

_DAY = 1440.0
FIRST_ROWS = 8
"""Rows for patients at the start: so few that engines must make room for more."""
TIGHT_CARE = replace(
    CARE, new_state=lambda world, run, periods: CareState(world, run, periods, FIRST_ROWS)
)
_SIDEWAYS = 120.0
"""Minutes to another county: twice the longest window, since an ambulance may be twice as fast."""
_PATIENCE = (0.0, 10.0, 60.0, 600.0, np.inf)
_NONE = [-100.0, -2.0, 0.0]
"""Utilities of going nowhere."""
_NEST = (0.2, 0.5, 1.0)
Fields = dict[str, Any]


@dataclass(frozen=True)
class CareRecipe:
    """What Hypothesis draws, and what it shows when a world fails."""

    counties: int
    places: int
    facilities: int
    conditions: int
    schemes: int
    yearly: bool
    weeks: int
    counted_from: int
    epochs: int
    episodes: int
    twins: bool
    exact: bool
    seed: int


care_recipes = st.builds(
    CareRecipe,
    counties=st.integers(1, 3),
    places=st.integers(2, 6),
    facilities=st.integers(3, 10),
    conditions=st.integers(2, 4),
    schemes=st.integers(1, 3),
    yearly=st.booleans(),
    weeks=st.integers(1, 3),
    counted_from=st.integers(0, 1),
    epochs=st.integers(1, 3),
    episodes=st.integers(100, 300),
    twins=st.booleans(),
    exact=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)


def random_care(recipe: CareRecipe) -> tuple[Model, tuple[CareWorld, ...], tuple[Pools, ...]]:
    """Return the model of a recipe, and its worlds and pools by epoch.

    It is divided if the ways of all epochs allow it.
    """
    luck = Luck(recipe.seed)
    shared = {**_settings(recipe, luck), **_facilities(recipe, luck), **_places(recipe, luck)}
    shared |= _streams(recipe, shared["place_group"])
    shared |= {**_rates(recipe, luck, shared), **_reach(recipe, luck, shared)}
    shared["settings"][Setting.ITEMS] = shared["reach_facility"].size
    shared["settings"][Setting.PERSONS] = shared["person_first"][-1] if recipe.yearly else 0
    days = 7 * recipe.weeks
    later = luck.random.choice(np.arange(1, days), recipe.epochs - 1, replace=False)
    starts = [0.0, *(_DAY * day for day in sorted(later))]
    offered = offered_pools(luck, shared["facility_tier"])
    worlds, pools = [], []
    for _ in starts:
        its_pools, numbers = epoch_pools(luck, recipe.facilities, offered)
        worlds.append(_world(recipe, luck, shared, numbers))
        pools.append(its_pools)
    # Ways to another county's hospital take `_SIDEWAYS` at least, by an ambulance of twice the speed, too.
    window = min(float(world.behaviour[Behaviour.TRANSFER_ARRANGING_MIN]) for world in worlds)
    up = shared["facility_county"][shared["reach_facility"]] == NONE
    divided = window > 0.0 and bool((shared["reach_minutes"][up] > 0.0).all())
    model = Model(
        pathway=TIGHT_CARE,
        epochs=tuple(map(Epoch, starts, worlds, pools)),
        streams=shared["stream_name"].size,
        groups=GROUPS,
        wait_rows=wait_rows(len(TIERS), len(Skill)),
        start_minute_of_week=int(shared["settings"][Setting.START_MINUTE_OF_WEEK]),
        period_starts=reals(np.arange(recipe.weeks + 1) * 7 * _DAY),
        counted_from=int(shared["settings"][Setting.COUNTED_FROM]),
        partitions=_partitions(recipe, shared, offered) if divided else (),
        window=window,
    )
    return model, tuple(worlds), tuple(pools)


def _partitions(recipe: CareRecipe, shared: Fields, offered: list[Offer]) -> tuple[Partition, ...]:
    """Return one partition per county, and one of all that is above them."""
    everywhere = tuple(range(recipe.counties))
    homes = [everywhere if home == NONE else (int(home),) for home in shared["facility_county"]]
    return build_partitions(
        homes, ints([offer.facility for offer in offered]), shared["place_county"]
    )


# --- the same in every epoch ---------------------------------------------------------------------


def _settings(recipe: CareRecipe, luck: Luck) -> Fields:
    values = {
        Setting.START_MINUTE_OF_WEEK: 1440 * luck.number(0, 6),
        Setting.COUNTED_FROM: min(recipe.counted_from, recipe.weeks - 1),
        Setting.DAYS: 7 * recipe.weeks,
        Setting.CONDITIONS: recipe.conditions,
        Setting.SCHEMES: recipe.schemes,
        Setting.FACILITIES: recipe.facilities,
        Setting.COUNTIES: recipe.counties,
        Setting.FACILITY_PROFILES: recipe.facilities,
        Setting.ITEMS: 0,
        Setting.PERSONS: 0,
        Setting.PLACES: recipe.places,
        Setting.DESTINATIONS: recipe.counties + recipe.facilities,
        **SKILL_SETTINGS,
        Setting.WARD: int(luck.one_of(WARDS)),
    }
    return {"settings": ints([values[cell] for cell in Setting])}


def _facilities(recipe: CareRecipe, luck: Luck) -> Fields:
    """Each county's stand together, then those above; there is one at least, so every place reaches one."""
    tier = luck.numbers(0, OUTSIDE, recipe.facilities)
    tier[-1] = max(tier[-1], CITY)
    home = luck.numbers(0, recipe.counties - 1, recipe.facilities)
    order = np.argsort(np.where(tier > COUNTY, recipe.counties, home), kind="stable")
    return {
        "facility_tier": ints(tier[order]),
        "facility_county": ints(np.where(tier > COUNTY, NONE, home)[order]),
        "facility_destination": ints(
            np.where(tier > COUNTY, recipe.counties + np.arange(recipe.facilities), home)[order]
        ),
        **_definitions(recipe, tier[order]),
    }


def _definitions(recipe: CareRecipe, tier: Ints) -> Fields:
    """Whole cities are inside for some counties; of other conditions some bands are common.

    Luck of its own, so that the rest of a recipe's world does not depend on it.
    """
    luck = Luck(recipe.seed + 1)
    cities = luck.numbers(0, 1, recipe.facilities)
    return {
        "county_home": ints(luck.numbers(NONE, 1, recipe.counties)),
        "facility_city": ints(np.where(tier == CITY, cities, NONE)),
        "common_until": ints(luck.numbers(NONE, len(BANDS) - 1, recipe.conditions)),
    }


def _like(recipe: CareRecipe) -> Ints:
    """Return of every place the one that it is like: itself, or its elder twin."""
    places = np.arange(recipe.places)
    return places // 2 * 2 if recipe.twins else places


def _places(recipe: CareRecipe, luck: Luck) -> Fields:
    like = _like(recipe)
    county = np.sort(luck.numbers(0, recipe.counties - 1, recipe.places))[like]
    urban = luck.numbers(0, 1, recipe.places)[like]
    return {
        "place_people": reals(luck.numbers(50, 500, recipe.places)[like]),
        "place_name": ints(like),
        "person_first": ints(np.concatenate([[0], np.cumsum(_numbers_of_people(recipe, luck))])),
        "place_county": ints(county),
        "place_group": ints(2 * county + urban),
    }


def _numbers_of_people(recipe: CareRecipe, luck: Luck) -> Ints:
    """Return people by place and age band; few, so that some fall ill often."""
    people = luck.some_of([1.0, 2.0, 5.0, 30.0], recipe.places * len(AGE_BANDS))
    return ints(people.reshape(recipe.places, -1)[_like(recipe)].ravel())


def _streams(recipe: CareRecipe, place_group: Ints) -> Fields:
    place, profile, layer = np.indices((recipe.places, len(PROFILES), LAYERS)).reshape(3, -1)
    group = (place_group[place] * len(PROFILES) + profile) * LAYERS + layer
    return {
        # Streams of one name have the same luck.
        "stream_name": ints(_like(recipe)[place] * 100 + profile * LAYERS + layer),
        "stream_place": ints(place),
        "stream_profile": ints(profile),
        "stream_layer": ints(layer),
        "stream_onset_group": ints(group),
    }


def _rates(recipe: CareRecipe, luck: Luck, shared: Fields) -> Fields:
    """Onset rates that bring as many onsets as the recipe says, most of them on a few days."""
    groups, days = 2 * recipe.counties * len(PROFILES) * LAYERS, 7 * recipe.weeks
    rate = luck.random.random((groups, days)) ** 3 * luck.shares(groups)[:, None]
    rate[:, luck.random.random(days) < 0.5] = 0.0
    rate[0] += 1e-3
    people = shared["place_people"][shared["stream_place"]]
    expected = _DAY * float(people @ rate[shared["stream_onset_group"]].sum(axis=1))
    hours = luck.shares(len(PROFILES) * 168).reshape(len(PROFILES), -1)
    by_day = (hours / hours.mean(axis=1, keepdims=True)).reshape(len(PROFILES), 7, HOURS)
    size, rows = len(AGE_BANDS) * recipe.conditions, 3
    mix = np.reshape(luck.cumulative(rows, size), (rows, size))
    return {
        "onset_rate": reals(rate * (recipe.episodes / max(expected, 1e-9))),
        "onset_mix": ints(luck.numbers(0, rows - 1, groups * days)),
        "mix": reals(mix),
        "mix_guide": mix_guide(mix),
        "hours_before": reals(np.pad(by_day.cumsum(axis=2), ((0, 0), (0, 0), (1, 0)))),
    }


def _reach(recipe: CareRecipe, luck: Luck, shared: Fields) -> Fields:
    """What each place reaches, lowest tier first: some of its own county's, some of those above."""
    tier, home = shared["facility_tier"], shared["facility_county"]
    within: list[Ints] = []
    minutes: list[Any] = []
    # Where the way up may take no time, the world cannot be divided.
    least = luck.number(0, 1)
    for place, like in enumerate(_like(recipe)):
        if like < place:
            within.append(within[like])
            minutes.append(minutes[like])
            continue
        own = shared["place_county"][place]
        near = (home == own) | (home == NONE) | (tier == COUNTY)
        near &= luck.random.random(recipe.facilities) < 0.85
        near[-1] = True
        found = luck.random.permutation(np.flatnonzero(near))
        found = found[np.argsort(tier[found], kind="stable")]
        within.append(found)
        up = tier[found] > COUNTY
        sideways = (tier[found] == COUNTY) & (home[found] != own)
        shortest = np.where(sideways, _SIDEWAYS, least * up)
        minutes.append(np.maximum(_ways(recipe, luck, found.size), shortest))
    way = np.concatenate(minutes)
    return {
        "reach_start": reach_starts(
            np.repeat(np.arange(recipe.places), [found.size for found in within]),
            np.asarray(TIERS)[tier[np.concatenate(within)]],
            recipe.places,
        ),
        "reach_facility": ints(np.concatenate(within)),
        "reach_minutes": reals(way),
        "reach_name": names_of(np.concatenate(within)),
        "reach_weight": reals(np.exp(-0.01 * way)),
    }


def _ways(recipe: CareRecipe, luck: Luck, size: int) -> Any:
    if recipe.exact:
        return luck.some_of([0.0, 15.0, 30.0, 60.0], size)
    return luck.between(0.0, 120.0, size)


# --- by epoch ------------------------------------------------------------------------------------


def _world(recipe: CareRecipe, luck: Luck, shared: Fields, facility_pool: Ints) -> CareWorld:
    conditions = _conditions(recipe, luck)
    return CareWorld(
        **shared,
        **conditions,
        **_people(recipe, luck),
        **_care(recipe, luck),
        **_abilities(recipe, luck, shared, facility_pool, conditions["condition_ward"]),
        **_money(recipe, luck),
        **_yearly(recipe, luck),
        facility_pool=ints(facility_pool),
        **_doors(recipe, luck),
        **_recipes(recipe, luck),
    )


def _recipes(recipe: CareRecipe, luck: Luck) -> Fields:
    """Recipes of no step to three, of which some are done elsewhere, by others, or not at all."""
    count = recipe.conditions * len(BANDS)
    steps = [
        sorted(luck.random.choice(np.arange(1, MOST_STEPS + 1), number, replace=False).tolist())
        for number in (1, *luck.numbers(0, 3, count - 1).tolist())
    ]
    start, stand_in = np.cumsum([0, *map(len, steps)]), 3
    first = int(start[-1])
    # Of those who stand in, each leads to the next, or to an end.
    chain = [luck.one_of([SKIP, REFER, first + 1 + number]) for number in range(stand_in - 1)]
    ends = [SKIP] * 6 + [REFER, *range(first, first + stand_in)]
    otherwise = ints([*luck.some_of(ends, first), *chain, luck.one_of([SKIP, REFER])])
    leads_to = otherwise.copy()
    for _ in range(stand_in):
        leads_to = np.where(leads_to >= 0, otherwise[leads_to], leads_to)
    refers = [bool((leads_to[a:b] == REFER).any()) for a, b in pairwise(start)]
    rows = first + stand_in
    return {
        "recipe_start": ints(start),
        "recipe_step": ints([*(step for its in steps for step in its), *([1] * stand_in)]),
        "recipe_skill": ints([int(luck.one_of(EXAMS)) for _ in range(rows)]),
        "recipe_share": reals(luck.some_of([0.0, 0.3, 0.6, 1.0], rows)),
        "recipe_factor": reals(luck.some_of([0.5, 1.0, 2.0], rows)),
        "recipe_otherwise": otherwise,
        "recipe_refers": ints(refers),
    }


def _doors(recipe: CareRecipe, luck: Luck) -> Fields:
    """Calendars of doors, which random pools keep to no more than doctors do: open, closed, by the hour."""
    by_the_hour = [[(minute, float(n)) for minute, n, _ in luck.week(most=1)] for _ in range(2)]
    calendars = [[(0, 1.0)], [(0, 0.0)], *by_the_hour]
    return {
        "facility_calendar": ints(luck.some_of([0, 0, 0, 0, 1, 2, 3, 3], recipe.facilities)),
        "night_duty": ints(luck.numbers(0, 1, recipe.facilities)),
        **door_fields(calendars),
    }


def _behaviour(luck: Luck) -> list[float]:
    moderate = luck.share()
    values = {
        Behaviour.MODERATE_FROM: moderate,
        Behaviour.SEVERE_FROM: luck.share(low=moderate),
        Behaviour.BOUND: luck.share(),
        Behaviour.BOUND_EXCEPT_CHILDREN: float(luck.number(0, 1)),
        Behaviour.COMPLY: luck.share(),
        Behaviour.REFERRAL_DELAY_MIN: luck.one_of([0.0, 60.0, 1440.0]),
        Behaviour.REVIEW_RETURNED: luck.share(),
        Behaviour.STEP_DOWN_DELAY_MIN: luck.one_of([0.0, 60.0, 480.0]),
        Behaviour.STEP_DOWN_PATIENCE_MIN: luck.one_of([0.0, 60.0, 1440.0, np.inf]),
        Behaviour.READMISSION_DELAY_MIN: luck.one_of([60.0, 1440.0, 14400.0]),
        Behaviour.UNREFERRED_RATE_LOSS: luck.share(),
        Behaviour.WAIT_WEIGHT_PER_MIN: luck.one_of([0.0, -0.01, -0.1]),
        Behaviour.EMERGENCY_BED_PATIENCE_MIN: luck.one_of(_PATIENCE),
        Behaviour.ROUTINE_BED_PATIENCE_MIN: luck.one_of(_PATIENCE),
        Behaviour.AMBULANCE_SPEED_FACTOR: luck.one_of([1.0, 2.0]),
        Behaviour.TRANSFER_ARRANGING_MIN: luck.one_of([0.0, 30.0, 60.0]),
        Behaviour.OVERFLOW_WAIT_MIN: luck.one_of([0.0, 60.0, 1440.0, np.inf]),
        Behaviour.NEST_PRIMARY: luck.one_of(_NEST),
        Behaviour.NEST_COUNTY: luck.one_of(_NEST),
        Behaviour.NEST_CITY: luck.one_of(_NEST),
        Behaviour.NEST_ABOVE: luck.one_of(_NEST),
        Behaviour.BED_WAIT_WEIGHT_PER_DAY: luck.one_of([0.0, -0.1, -5.0]),
        Behaviour.PRESENT_HOSPITAL: luck.one_of([0.0, 2.0]),
        Behaviour.SET_OUT_SPREAD_MIN: luck.one_of([0.0, 90.0, 1440.0]),
        Behaviour.MOST_ATTEMPTS: luck.one_of([1.0, 2.0, 3.0]),
        Behaviour.NONE_REFERRED: luck.one_of(_NONE),
        Behaviour.NONE_REFERRED_STAY: luck.one_of(_NONE),
        Behaviour.NONE_AFTER_QUEUE: luck.one_of(_NONE),
        Behaviour.NONE_MODERATE: luck.one_of([0.0, -1.0]),
        Behaviour.NONE_SEVERE: luck.one_of([0.0, -2.0]),
        Behaviour.NONE_STAY: luck.one_of([0.0, -2.0]),
        Behaviour.COME_AGAIN: luck.one_of([-2.0, 0.0, 2.0]),
    }
    return [values[cell] for cell in Behaviour]


def _people(recipe: CareRecipe, luck: Luck) -> Fields:
    groups, ages = 2 * recipe.counties, len(AGE_BANDS)
    behaviour = reals(_behaviour(luck))
    return {
        "behaviour": behaviour,
        "log_stable": nest_table(behaviour[Behaviour.NEST_PRIMARY : Behaviour.NEST_ABOVE + 1]),
        "keep_share": reals(np.sqrt(luck.shares(groups * ages * recipe.conditions))),
        "scheme_share": reals(luck.cumulative(groups, recipe.schemes)),
        "contract_share": reals(luck.shares(ages)),
    }


def _conditions(recipe: CareRecipe, luck: Luck) -> Fields:
    size, exact = recipe.conditions, recipe.exact
    hours = luck.numbers(2, 72, size) if exact else luck.between(2.0, 72.0, size)
    return {
        "seek_share": reals(luck.shares(size, low=0.7)),
        "admission_share": reals(luck.shares(size)),
        "admission_gradient": reals(luck.some_of([0.0, 0.5, 2.0], size)),
        "ambulance_share": reals(luck.shares(size)),
        "ambulance_admission": reals(luck.shares(size)),
        "ambulance_gradient": reals(luck.some_of([0.0, 0.5, 2.0], size)),
        "acute_minutes": reals(60.0 * hours),
        "acute_sigma": reals(np.zeros(size) if exact else luck.some_of([0.0, 0.5], size)),
        "rehabilitation_share": reals(luck.shares(size)),
        "rehabilitation_minutes": reals(luck.between(60.0, 6000.0, size)),
        "consultation_factor": reals(luck.some_of([1.0, 2.0], size)),
        "visit_weight": reals(luck.between(0.0, 3.0, size)),
        "stay_weight": reals(luck.between(0.0, 3.0, size)),
        "readmission_share": reals(luck.shares(size)),
        "department": ints([int(luck.one_of(DEPARTMENTS)) for _ in range(2 * size)]),
        "condition_ward": ints([int(luck.one_of(WARDS)) for _ in range(len(BANDS) * size)]),
        "surgical": ints(luck.numbers(0, 1, size)),
        "step_down_odds": reals(luck.some_of([0.0, 1.0, 10.0, 100.0], size)),
        "contract_weight": reals(luck.some_of([0.0, 1.0, 10.0], size)),
        "prevalence": reals(luck.some_of([0.0, 0.1, 0.5, 1.0], len(AGE_BANDS) * size)),
    }


def _care(recipe: CareRecipe, luck: Luck) -> Fields:
    size, exact = recipe.facilities, recipe.exact
    services = size * len(Skill)
    minutes = luck.some_of([0.0, 10.0, 20.0, 60.0], services)
    return {
        "takes_emergencies": ints(luck.numbers(0, 1, size)),
        "service_minutes": reals(minutes if exact else luck.between(2.0, 90.0, services)),
        "service_sigma": reals(np.zeros(services) if exact else luck.some_of([0.0, 0.5], services)),
        "over_referral": reals(luck.shares(size)),
        "formal_referral": reals(luck.shares(size)),
        "doctor_patience": reals(luck.some_of(_PATIENCE, len(Priority))),
    }


def _abilities(
    recipe: CareRecipe, luck: Luck, shared: Fields, facility_pool: Ints, ward: Ints
) -> Fields:
    """Who can treat and attract whom, and the best of each county as the region's builder has it."""
    size, conditions = recipe.facilities, recipe.conditions
    profile = luck.numbers(0, size - 1, size)
    capability = np.sqrt(luck.shares(size * conditions)).reshape(size, conditions)
    like = np.exp(luck.random.normal(size=(conditions, len(BANDS), size)))
    like[luck.random.random(like.shape) < 0.1] = 0.0
    pool = facility_pool.reshape(size, -1)
    wards = ward.reshape(len(BANDS), conditions)
    stands_in = (pool[:, wards[0]] != NONE) | (pool[:, [shared["settings"][Setting.WARD]]] != NONE)
    able = capability[profile]
    with_ward = np.where((pool[:, wards] != NONE) | stands_in[:, None], able[:, None], 0.0)
    homes = inside_of(shared)
    return {
        "facility_profile": ints(profile),
        "reach_profile": ints(profile[shared["reach_facility"]]),
        "capability": reals(capability),
        "pay": reals(np.exp(-luck.between(0.0, 2.0, 4 * recipe.schemes * conditions * size))),
        "able": reals(like),
        "stay_appeal": reals(np.exp(luck.random.normal(size=size))),
        "county_capability": reals([able[home].max(axis=0, initial=0.0) for home in homes]),
        "county_ward_capability": reals(
            [with_ward[home].max(axis=0, initial=0.0) for home in homes]
        ),
    }


def _yearly(recipe: CareRecipe, luck: Luck) -> Fields:
    """Rules of a year; none of them where there are no accounts."""
    schemes, cells = recipe.schemes, recipe.schemes * len(SETTINGS)
    ceiling = luck.some_of([np.inf, 0.0, 50_000.0, 5_000_000.0], cells)
    threshold = luck.some_of([np.inf, 0.0, 100_000.0, 1_000_000.0], schemes)
    return {
        "yearly_deductible": reals(luck.some_of([0.0, 100_000.0], cells) * recipe.yearly),
        "yearly_ceiling": reals(ceiling if recipe.yearly else np.full(cells, np.inf)),
        "catastrophic_from": reals(threshold if recipe.yearly else np.full(schemes, np.inf)),
        "catastrophic_rate": reals(luck.shares(schemes)),
        "assisted_share": reals(luck.shares(schemes) * recipe.yearly),
        "assistance_rate": reals(luck.shares(schemes)),
    }


def _money(recipe: CareRecipe, luck: Luck) -> Fields:
    size, cells = recipe.facilities, recipe.schemes * len(TIERS) * len(SETTINGS)
    return {
        "price_visit": reals(luck.between(0.0, 50_000.0, size)),
        "price_stay": reals(luck.between(0.0, 5_000_000.0, size)),
        "daily_share": reals(luck.shares(size)),
        "service_share": reals(luck.shares(size)),
        "in_scope_share": reals(luck.shares(cells)),
        "rate": reals(luck.shares(cells)),
        "deductible": reals(luck.some_of([0.0, 1_000.0, 50_000.0], cells)),
        "ceiling": reals(luck.some_of([0.0, 20_000.0, 10_000_000.0], cells)),
    }
