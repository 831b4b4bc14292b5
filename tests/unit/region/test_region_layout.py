"""Sharing out whole numbers, and laying out units on the map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.region.apportion import apportion, apportion_groups
from sim.region.geography import distance_km, lay_out_places, lay_out_townships

weights = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=40)


@given(total=st.integers(0, 10**7), weights=weights)
def test_shares_add_up_and_stay_within_one_of_their_quota(total, weights):
    weights = np.array(weights)
    shares = apportion(total, weights)
    assert shares.sum() == total
    assert np.all(np.abs(shares - total * weights / weights.sum()) <= 1)


@given(total=st.integers(0, 500), weights=weights)
def test_the_minimum_is_given_first_or_to_the_heaviest(total, weights):
    weights = np.array(weights)
    shares = apportion(total, weights, minimum=2)
    assert shares.sum() == total
    if total >= 2 * len(weights):
        assert shares.min() >= 2
    elif (shares == 0).any() and (shares > 0).any():
        assert weights[shares > 0].min() >= weights[shares == 0].max()


def test_a_weight_of_zero_receives_nothing():
    assert apportion(7, np.array([0.0, 1.0, 0.0]), minimum=1).tolist() == [0, 7, 0]


def test_nothing_to_weigh_by_is_an_error():
    with pytest.raises(ValueError, match="no weight is positive"):
        apportion(3, np.zeros(2))


def test_ties_go_to_the_earlier():
    assert apportion(2, np.ones(3)).tolist() == [1, 1, 0]


def test_groups_are_shared_out_apart():
    shares = apportion_groups(
        np.array([10, 0, 3]), np.array([1.0, 2.0, 1.0, 3.0, 5.0]), np.array([0, 2, 0, 0, 1])
    )
    assert shares.tolist() == [2, 3, 2, 6, 0]


def test_distance_between_fuzhou_and_xiamen():
    # 218 km between the two seats of government.
    assert distance_km(119.2945, 26.0854, 118.0829, 24.4647) == pytest.approx(217.5, abs=1.5)
    assert distance_km(118, 26, 118, 26) == 0
    assert distance_km(0, 0, 180, 0) == pytest.approx(np.pi * 6371.0088)


def test_distance_goes_by_position_not_by_label():
    east = pd.Series([118.0, 119.0], index=[1, 2])
    west = pd.Series([118.0, 119.0], index=[2, 1])
    assert distance_km(east, 26, west, 26).tolist() == [0, 0]


LAYOUT = {
    "subdistrict_urban_weight": 3.0,
    "township_urban_weight": 0.25,
    "seat_town_urban_weight": 9.0,
    "subdistrict_rural_weight": 0.2,
    "township_rural_weight": 0.65,
    "size_spread": 0.5,
    "subdistrict_area_weight": 0.15,
    "urban_people_per_km2": 6000.0,
}


def county(**changes: object) -> pd.DataFrame:
    row: dict[str, object] = {
        "county": 350001,
        "name_zh": "甲县",
        "name_en": "First",
        "population": 1001,
        "rural_share": 0.5,
        "area_km2": 314.16,
        "lon": 118.0,
        "lat": 26.0,
        "centre_lon": 118.0,
        "centre_lat": 26.0,
        "subdistricts": 1,
        "towns": 2,
        "townships": 1,
    }
    return pd.DataFrame([{**row, **changes}])


def test_units_of_a_county():
    townships = lay_out_townships(county(), LAYOUT)
    assert townships["kind"].tolist() == ["subdistrict", "town", "town", "township"]
    assert townships["township"].tolist() == [350001001, 350001002, 350001003, 350001004]
    assert townships["population"].sum() == 1001
    assert townships["rural_population"].sum() == 500
    away = distance_km(townships["lon"], townships["lat"], 118.0, 26.0)
    assert away[0] == 0
    assert np.all(np.diff(away) > 0)
    assert away.max() <= 10.0


@pytest.mark.parametrize("rural_share", [0.0, 1.0])
def test_purely_urban_and_purely_rural_counties(rural_share):
    counties = county(rural_share=rural_share)
    townships = lay_out_townships(counties, LAYOUT)
    places = lay_out_places(townships, counties, LAYOUT, rural_places=20, urban_places=20)
    assert set(places["urban"]) == {rural_share == 0.0}
    assert len(places) == 20
    assert places["population"].sum() == 1001
    assert places["population"].min() >= 1


def test_every_unit_with_people_has_a_place_even_if_clinics_are_few():
    counties = county()
    townships = lay_out_townships(counties, LAYOUT)
    places = lay_out_places(townships, counties, LAYOUT, rural_places=1, urban_places=1)
    assert places.groupby("township")["urban"].nunique().tolist() == [2, 2, 2, 2]
    assert places["place"].is_unique
    assert places["population"].sum() == 1001
