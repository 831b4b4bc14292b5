"""Counties are found by code, English or Chinese name, and cut out with what serves them."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.region import catchment_share, select_counties

SANMING = 12


@pytest.mark.parametrize(
    "area", ["youxi", "Youxi", "350426", "尤溪县", "尤溪", ["youxi", "尤溪县"]]
)
def test_one_county_by_any_of_its_names(fujian, area):
    youxi = select_counties(fujian, area)
    assert youxi.counties["county"].to_list() == [350426]
    assert set(youxi.townships["county"]) == set(youxi.places["county"]) == {350426}


@pytest.mark.parametrize("area", ["sanming", "350400", "三明市", "三明"])
def test_a_prefecture(fujian, area):
    assert len(select_counties(fujian, area).counties) == SANMING


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ("jinan", 350111),
        ("licheng-putian", 350304),
        ("licheng-quanzhou", 350502),
        ("荔城区", 350304),
    ],
)
def test_names_that_need_care(fujian, area, code):
    assert select_counties(fujian, area).counties["county"].to_list() == [code]


def test_all_and_lists(fujian):
    assert select_counties(fujian, "all").population == fujian.population
    several = select_counties(fujian, ["sanming", "350426", "pingtan"])
    assert len(several.counties) == SANMING + 1


def test_an_ambiguous_name_is_refused_with_the_full_names(fujian):
    with pytest.raises(InputError) as error:
        select_counties(fujian, "licheng")
    assert "licheng-putian, licheng-quanzhou" in str(error.value)


def test_all_unknown_names_are_reported_with_the_nearest_right_one(fujian):
    with pytest.raises(InputError) as error:
        select_counties(fujian, ["youxy", "sanmin", "dehua"])
    assert len(error.value.problems) == 2
    assert "did you mean 'youxi'?" in str(error.value)
    assert "did you mean 'sanming'?" in str(error.value)


def test_an_empty_list_is_refused(fujian):
    with pytest.raises(InputError, match="names no county"):
        select_counties(fujian, [])


def test_the_facilities_that_serve_the_county_stay(fujian):
    youxi = select_counties(fujian, "youxi")
    facilities = youxi.facilities
    local = facilities[facilities["tier"].isin(["village", "township", "county"])]
    assert set(local["county"]) == {350426}
    assert set(facilities.loc[facilities["tier"] == "city", "prefecture"]) == {350400}
    assert (facilities["tier"] == "province").sum() == 2
    assert (facilities["tier"] == "outside").sum() == 7


def test_what_other_counties_have_is_next_door_as_far_as_it_is_a_hospital(fujian):
    beside = select_counties(fujian, "youxi").neighbours
    assert set(beside["tier"]) == {"county", "city"}
    assert not beside["county"].isin([350426]).any()
    assert not beside["prefecture"][beside["tier"] == "city"].isin([350400]).any()
    everybody = fujian.facilities["tier"].isin(["county", "city"]).sum()
    own = select_counties(fujian, "youxi").facilities["tier"].isin(["county", "city"]).sum()
    assert len(beside) + own == everybody
    assert fujian.neighbours is None


def test_pingtan_keeps_the_city_hospitals_it_uses(fujian):
    facilities = select_counties(fujian, "pingtan").facilities
    assert set(facilities.loc[facilities["tier"] == "city", "prefecture"]) == {350100}


def test_catchment_share_says_how_much_of_a_hospital_belongs_to_the_county(fujian):
    youxi = select_counties(fujian, "youxi")
    tier = youxi.facilities.set_index("facility")["tier"]
    share = catchment_share(youxi)
    people = fujian.counties.set_index("county")["population"]
    sanming = people[fujian.counties.set_index("county")["prefecture"] == 350400].sum()
    assert share[tier == "county"].tolist() == [1.0] * (tier == "county").sum()
    assert share[tier == "city"].unique() == pytest.approx([people[350426] / sanming])
    assert share[tier == "province"].unique() == pytest.approx([people[350426] / people.sum()])
    assert (catchment_share(fujian) == 1).all()


def test_the_whole_region_is_left_as_it_was(fujian):
    before = len(fujian.facilities)
    select_counties(fujian, "youxi")
    assert len(fujian.facilities) == before
    assert len(fujian.counties) == 84
