"""Hospitals of other counties and cities, and the places outside the province."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from counties import REGIONS
from skills import Skill

from sim.glossary import TIERS
from sim.region import load_region, select_counties
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.nests import nest_scales
from sim.world.care.build.people import Catchment
from sim.world.care.build.reach import Reach, build_reach, distance_km
from sim.world.care.build.resources import GROUPS, build_resources
from sim.world.care.world import NONE

YOUXI, FUDING = 350426, 350982
DATIAN = 350425


@cache
def inputs_of(area: str) -> Inputs:
    inputs = Inputs.of(load_region(REGIONS / "fujian"))
    inputs.cut_to([area])
    return inputs


def reach_of(area: str, **behaviour: float) -> tuple[Reach, Inputs]:
    inputs = inputs_of(area)
    before = dict(inputs.behaviour)
    inputs.behaviour.update(behaviour)
    reach = build_reach(inputs, Catchment.of(inputs))
    inputs.behaviour.update(before)
    return reach, inputs


def owner_of(reach: Reach) -> np.ndarray:
    starts = np.asarray(reach.fields["reach_start"])[::6]
    return np.repeat(np.arange(starts.size - 1), np.diff(starts))


def test_the_nearest_of_each_kind_next_door_is_within_reach() -> None:
    reach, inputs = reach_of("youxi")
    item = np.asarray(reach.fields["reach_facility"])
    facilities = reach.facilities.iloc[item]
    other = ((facilities["tier"] == "county") & (facilities["county"] != YOUXI)).to_numpy()
    assert 0 < other.mean() < 0.3
    beside = inputs.neighbours[inputs.neighbours["kind"] == "county_general"]
    values = inputs.behaviour
    for place in (0, 100, 200):
        spot = inputs.places.iloc[place]
        km = distance_km(spot.lon, spot.lat, beside["lon"], beside["lat"])
        road = km.min() * values["travel_detour_factor"] / values["travel_speed_county_kmh"]
        nearest = beside["facility"].iloc[int(np.argmin(km))]
        here = (owner_of(reach) == place) & other
        kinds = facilities[here].set_index("kind")["facility"]
        assert not kinds.index.has_duplicates
        far = values["travel_fixed_min"] + 60.0 * road > values["neighbour_minutes"]
        assert kinds.get("county_general") == (None if far else nearest)


def test_nobody_thinks_of_neighbours_who_are_too_far() -> None:
    reach, _ = reach_of("youxi", neighbour_minutes=0.0, neighbour_city_minutes=0.0)
    assert set(reach.facilities["county"]) == {0, YOUXI}
    assert set(reach.facilities.loc[reach.facilities["tier"] == "city", "prefecture"]) == {350400}
    assert reach.shortest_sideways == np.inf


def test_no_way_to_another_county_is_shorter_than_the_least() -> None:
    reach, _ = reach_of("youxi", cross_county_least_min=70.0)
    item = np.asarray(reach.fields["reach_facility"])
    facilities = reach.facilities.iloc[item]
    sideways = (facilities["tier"] == "county") & (facilities["county"] != YOUXI)
    minutes = np.asarray(reach.fields["reach_minutes"])
    assert minutes[sideways].min() == 70.0 == reach.shortest_sideways
    own = facilities["county"] == YOUXI
    assert minutes[own].min() < 45.0


def test_another_county_weighs_less_than_the_way_alone() -> None:
    reach, inputs = reach_of("youxi", other_county=-2.0)
    item = np.asarray(reach.fields["reach_facility"])
    facilities = reach.facilities.iloc[item]
    other = (facilities["tier"] == "county") & (facilities["county"] != YOUXI)
    other |= (facilities["tier"] == "city") & (facilities["prefecture"] != 350400)
    minutes = np.asarray(reach.fields["reach_minutes"])
    half = inputs.behaviour["travel_scale_min"]
    by_the_way = inputs.behaviour["travel_per_minute"] * half * np.log1p(minutes / half)
    utility = by_the_way + np.where(other, -2.0, 0.0)
    scale = nest_scales(inputs)[[TIERS.index(tier) for tier in facilities["tier"]]]
    assert np.log(reach.fields["reach_weight"]) * scale == pytest.approx(utility, rel=1e-12)


def test_ones_own_hospitals_come_first_in_their_tier() -> None:
    reach, _ = reach_of("youxi")
    item = np.asarray(reach.fields["reach_facility"])
    facilities = reach.facilities.iloc[item]
    other = (facilities["tier"] == "county") & (facilities["county"] != YOUXI)
    other |= (facilities["tier"] == "city") & (facilities["prefecture"] != 350400)
    owner, tier = owner_of(reach), facilities["tier"].to_numpy()
    for first, second in zip(range(item.size - 1), range(1, item.size), strict=True):
        if owner[first] == owner[second] and tier[first] == tier[second]:
            assert other.iloc[first] <= other.iloc[second]


def test_the_border_city_is_the_nearest_and_the_centres_are_all() -> None:
    for area, city in (("fuding", "Wenzhou"), ("youxi", "Shangrao")):
        reach, _ = reach_of(area)
        outside = reach.facilities[reach.facilities["tier"] == "outside"]
        assert f"Hospitals of {city}" in set(outside["name_en"])
        first = reach.facilities.iloc[
            np.asarray(reach.fields["reach_facility"])[owner_of(reach) == 0]
        ]
        kinds = first["kind"].value_counts()
        assert (kinds["out_of_province"], kinds["border_general"]) == (2, 1)


def test_the_border_is_nearer_for_those_who_live_there() -> None:
    def minutes(area: str) -> float:
        reach, _ = reach_of(area)
        item = np.asarray(reach.fields["reach_facility"])
        kind = reach.facilities["kind"].to_numpy()[item]
        return float(np.asarray(reach.fields["reach_minutes"])[kind == "border_general"].mean())

    assert minutes("fuding") < 0.75 * minutes("youxi")


def test_a_neighbour_that_is_not_simulated_is_never_full_and_no_part_of_its_tier() -> None:
    reach, inputs = reach_of("youxi")
    resources = build_resources([inputs], reach)[0]
    facilities = reach.facilities
    beside = ((facilities["tier"] == "county") & (facilities["county"] != YOUXI)).to_numpy()
    assert (reach.slice[beside] == 0.0).all()
    assert (reach.slice[~beside & (facilities["prefecture"] != 350400).to_numpy()] >= 0.0).all()
    pools = np.asarray(resources.facility_pool).reshape(len(facilities), -1)
    assert (pools[beside, Skill.DOCTOR] != NONE).all()
    assert (pools[beside, Skill.STEP_DOWN] == NONE).all()
    table = resources.table
    its = table[np.isin(table["facility"], np.flatnonzero(beside))]
    assert its["servers"].min() > 1e6
    rows = np.asarray(resources.pools.wait_row)[its.index]
    kind = rows // GROUPS // len(inputs.skills)
    assert (kind == len(inputs.kinds)).all()


def test_neighbours_that_are_simulated_are_shared() -> None:
    reach, inputs = reach_of("sanming")
    facilities = reach.facilities.reset_index(drop=True)
    datian = facilities.index[(facilities["county"] == DATIAN) & (facilities["tier"] == "county")]
    assert (reach.slice[datian] == 1.0).all()
    counties = inputs.counties["county"].tolist()
    assert {reach.homes[index] for index in datian} == {(counties.index(DATIAN),)}
    # Those of counties that are not in the run stand above all that are.
    out = facilities.index[(facilities["tier"] == "county") & ~facilities["county"].isin(counties)]
    assert len(out) > 0
    assert {reach.homes[index] for index in out} == {tuple(range(len(counties)))}


def test_destinations_name_counties_and_what_is_above_them() -> None:
    reach, _ = reach_of("fuding")
    number = np.asarray(reach.fields["facility_destination"])
    places = reach.destinations.iloc[number].reset_index(drop=True)
    facilities = reach.facilities
    local = facilities["county"].to_numpy() != 0
    assert (
        places["code"].to_numpy() == np.where(local, facilities["county"], facilities["facility"])
    ).all()
    own = places[facilities["county"] == FUDING]
    assert set(own["name_zh"]) == {"福鼎市"}
    assert "Hospitals of Wenzhou" in set(places["name_en"])
    assert len(set(number[local])) == facilities.loc[local, "county"].nunique()


def test_cutting_twice_keeps_the_neighbours() -> None:
    region = load_region(REGIONS / "fujian")
    once = select_counties(region, "youxi").neighbours
    twice = select_counties(select_counties(region, "sanming"), "youxi").neighbours
    assert once is not None
    assert twice is not None
    assert sorted(once["facility"]) == sorted(twice["facility"])


@pytest.mark.parametrize("area", ["youxi", "fuding"])
def test_few_enough_are_within_reach(area: str) -> None:
    reach, _ = reach_of(area)
    assert np.diff(np.asarray(reach.fields["reach_start"])[::6]).max() < 30


def test_primary_care_next_door_is_out_of_reach() -> None:
    reach, _ = reach_of("youxi")
    local = reach.facilities[reach.facilities["tier"].isin(["village", "township"])]
    assert set(local["county"]) == {YOUXI}
