"""Fujian adds up to what is published."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from conftest import REGIONS
from pandas.testing import assert_frame_equal

from sim.glossary import AGE_BANDS
from sim.region import Region, load_region
from sim.region.facilities import totals_by_group
from sim.region.geography import distance_km
from sim.region.schemas import allowed_words

CENSUS_2020 = 41_540_086
RESOURCES = allowed_words("hospital_split", "resource")
WIDE_TABLES = (
    *(
        "counties",
        "townships",
        "places",
        "facilities",
        "conditions",
        "capability",
        "kinds",
        "services",
        "recipes",
    ),
    *("calendars", "seasons", "onset_hours", "schemes", "reimbursement"),
)
# Identifiers say which row it is and carry no claim about the world.
IDENTIFIERS = {"county", "prefecture", "township", "place", "facility", "city_hospitals_in"}


def statistic(region: Region, item: str, indicator: str, year: int = 2020) -> float:
    table = region.statistics
    rows = table[
        (table["item"] == item) & (table["indicator"] == indicator) & (table["year"] == year)
    ]
    return float(rows["value"].item())


def age_structure(region: Region) -> np.ndarray:
    counties = region.counties
    people = [(counties[f"share_{b}"] * counties["population"]).sum() for b in AGE_BANDS]
    return np.array(people) / sum(people)


def sought_rates(region: Region) -> np.ndarray:
    """Sought visits per person-year, by condition and age band."""
    conditions = region.conditions
    rates = conditions[[f"rate_{band}" for band in AGE_BANDS]].to_numpy()
    return rates * conditions["seek_share"].to_numpy()[:, None]


def test_census_population_is_met_at_every_level(fujian):
    assert len(fujian.counties) == 84
    assert fujian.population == CENSUS_2020
    assert fujian.townships["population"].sum() == CENSUS_2020
    assert fujian.places["population"].sum() == CENSUS_2020
    by_county = fujian.places.groupby("county")["population"].sum()
    expected = fujian.counties.set_index("county")["population"]
    assert (by_county == expected).all()
    rural = fujian.places[~fujian.places["urban"]].groupby("township")["population"].sum()
    stated = fujian.townships.set_index("township")["rural_population"]
    assert rural.reindex(stated.index, fill_value=0).eq(stated).all()


def test_township_level_units_are_those_counted(fujian):
    counts = fujian.townships["kind"].value_counts()
    assert counts.to_dict() == {"town": 659, "township": 264, "subdistrict": 183}


def test_model_and_not_modelled_add_up_to_the_province(fujian):
    types = pd.read_csv(REGIONS / "fujian" / "institution_types.csv").fillna("")
    totals = totals_by_group(fujian.statistics, types)
    for resource in RESOURCES:
        assert totals[resource].sum() == statistic(fujian, "all", resource), resource
    inside = fujian.facilities[fujian.facilities["tier"] != "outside"]
    modelled = totals.drop(index="not_modelled").sum()
    assert inside[list(RESOURCES)].sum().to_dict() == modelled.to_dict()
    assert totals.loc["not_modelled", "beds"] == 46 + 1666 + 1300


@pytest.mark.parametrize(
    ("kinds", "items"),
    [
        (["village_clinic"], ["village_clinic"]),
        (["private_clinic"], ["clinic_infirmary", "outpatient_department"]),
        (["township_health_centre"], ["township_health_centre"]),
        (["community_centre"], ["community_centre_and_station"]),
        (["county_maternal_child"], ["maternal_child_centre"]),
        (
            ["county_tcm", "city_tcm"],
            ["hospital_tcm", "hospital_integrated_tcm_wm", "hospital_ethnic"],
        ),
        (
            [
                *("county_general", "county_private", "city_general", "city_private"),
                "provincial_general",
            ],
            ["hospital_general", "hospital_specialised", "nursing_home_hospital"],
        ),
    ],
)
def test_facilities_meet_the_statistics_by_institution_type(fujian, kinds, items):
    facilities = fujian.facilities[fujian.facilities["kind"].isin(kinds)]
    published = fujian.statistics[fujian.statistics["item"].isin(items)]
    for resource in RESOURCES:
        figure = published.loc[published["indicator"] == resource, "value"].sum()
        assert facilities[resource].sum() == figure, resource


def test_village_doctors_and_general_practitioners(fujian):
    facilities = fujian.facilities
    villages = facilities[facilities["kind"] == "village_clinic"]
    assert len(villages) == 17_173 == villages["place"].nunique()
    assert villages["village_doctors"].sum() == 19_400
    assert facilities["village_doctors"].sum() == 19_400
    assert villages["village_doctors"].min() == 1
    assert facilities["general_practitioners"].sum() == 10_136
    tiers = facilities.loc[facilities["general_practitioners"] > 0, "tier"]
    assert set(tiers) == {"township"}
    assert (facilities["general_practitioners"] <= facilities["physicians"]).all()


def test_every_county_has_its_hospitals_and_every_place_its_clinic(fujian):
    facilities = fujian.facilities
    for kind in ("county_general", "county_maternal_child", "county_private"):
        of_kind = facilities[facilities["kind"] == kind]
        assert sorted(of_kind["county"]) == sorted(fujian.counties["county"])
    clinics = facilities[facilities["tier"] == "village"]
    assert sorted(clinics["place"]) == sorted(fujian.places["place"])
    counts = facilities["kind"].value_counts()
    assert counts["township_health_centre"] == 890
    assert counts["city_general"] == counts["city_tcm"] == counts["city_private"] == 9
    assert counts["provincial_general"] == 2
    assert (counts["out_of_province"], counts["border_general"]) == (2, 5)
    assert (facilities["staff"] >= facilities["physicians"] + facilities["nurses"]).all()


def test_beds_by_level_are_those_assumed(fujian):
    hospitals = fujian.facilities[fujian.facilities["tier"].isin(["county", "city", "province"])]
    hospitals = hospitals[hospitals["kind"] != "county_maternal_child"]
    beds = hospitals.groupby("tier")["beds"].sum() / 169_245
    assert beds["county"] == pytest.approx(0.56, abs=0.005)
    assert beds["city"] == pytest.approx(0.32, abs=0.005)
    assert beds["province"] == pytest.approx(0.12, abs=0.005)
    private = hospitals.loc[hospitals["owner"] == "private", "beds"].sum() / 169_245
    assert private == pytest.approx(0.20, abs=0.005)


def test_districts_have_less_county_capacity_per_head(fujian):
    general = fujian.facilities[fujian.facilities["kind"] == "county_general"].set_index("county")
    counties = fujian.counties.set_index("county")
    per_head = general["beds"] / counties["population"]
    district = counties["kind"] == "district"
    ratio = per_head[district].mean() / per_head[~district].mean()
    assert ratio == pytest.approx(0.6, abs=0.01)


def test_pingtan_uses_the_city_hospitals_of_fuzhou(fujian):
    facilities = fujian.facilities
    assert facilities.loc[facilities["tier"] == "city", "prefecture"].ne(350128).all()
    pingtan = fujian.counties.set_index("county").loc[350128]
    assert pingtan["prefecture"] == 350128
    assert pingtan["city_hospitals_in"] == 350100


def test_visits_and_admissions_per_person(fujian):
    ages = age_structure(fujian)
    visits = sought_rates(fujian)
    admitted = visits * fujian.conditions["admission_share"].to_numpy()[:, None]
    old = ages[3:] / ages[3:].sum()
    assert (visits @ ages).sum() == pytest.approx(5.3, abs=0.02)
    assert (admitted @ ages).sum() == pytest.approx(0.135, abs=0.002)
    assert (admitted[:, 3:] @ old).sum() == pytest.approx(
        statistic(fujian, "60_plus", "national_annual_hospitalisation", 2018) / 100, abs=0.003
    )
    expected = statistic(fujian, "60_plus", "national_two_week_outpatient_use", 2018) / statistic(
        fujian, "all", "national_two_week_outpatient_use", 2018
    )
    ratio = (visits[:, 3:] @ old).sum() / (visits @ ages).sum()
    assert ratio == pytest.approx(expected, abs=0.02)


def test_case_mix_means(fujian):
    conditions = fujian.conditions
    visits = sought_rates(fujian) @ age_structure(fujian)
    stays = visits * conditions["admission_share"].to_numpy()
    acute = np.average(conditions["acute_days"], weights=stays)
    assert 7.5 <= acute <= 8.5
    assert np.average(conditions["visit_weight"], weights=visits) == pytest.approx(1, abs=0.01)
    assert np.average(conditions["stay_weight"], weights=stays) == pytest.approx(1, abs=0.01)
    hospital_share = (
        1 - statistic(fujian, "primary_all", "primary_share_of_outpatient_visits") / 100
    )
    emergencies = np.average(conditions["emergency_share"], weights=visits)
    assert 0.07 <= emergencies / hospital_share <= 0.08
    births = visits[conditions["condition"].to_list().index("childbirth")]
    assert births == pytest.approx(statistic(fujian, "all", "births_per_1000") / 1000, rel=0.01)


@pytest.mark.parametrize(
    "ladder",
    [
        ("village_clinic", "township_health_centre", "county_general", "city_general"),
        ("private_clinic", "county_private", "city_private", "out_of_province"),
        ("city_general", "provincial_general", "out_of_province"),
        ("county_tcm", "city_tcm", "out_of_province"),
    ],
)
def test_capability_rises_with_the_tier(fujian, ladder):
    capability = fujian.capability
    for below, above in pairwise(ladder):
        weaker = capability.index[capability[above] < capability[below]]
        assert list(weaker) == [], (below, above)


def test_price_levels_of_public_hospitals_give_the_published_service_share(fujian):
    kinds = fujian.kinds.set_index("kind")
    public = ["county_general", "county_tcm", "county_maternal_child", "city_general", "city_tcm"]
    public.append("provincial_general")
    beds = fujian.facilities.groupby("kind")["beds"].sum()[public]
    income = beds * kinds.loc[public, "price_stay_cny"]
    share = np.average(kinds.loc[public, "service_share"], weights=income)
    published = statistic(fujian, "hospital_all", "public_hospital_medical_service_income_share")
    assert share * 100 == pytest.approx(published, abs=0.5)


def test_reimbursement_of_residents_is_near_the_published_rate(fujian):
    # Stays by tier: beds, those of townships half as busy; some leave the province.
    facilities = fujian.facilities
    stays = facilities.groupby("tier")["beds"].sum()
    stays = stays.reindex(["township", "county", "city", "province"])
    stays["township"] /= 2
    prices = {"township": 2083, "county": 6700, "city": 12000, "province": 16400}
    table = fujian.reimbursement
    table = table[(table["scheme"] == "residents") & (table["setting"] == "inpatient")]
    table = table.set_index("tier").loc[stays.index]
    in_scope = pd.Series(prices) * table["in_scope_share"]
    paid = (in_scope - table["deductible_cny"]) * table["rate"]
    rate = (stays * paid).sum() / (stays * in_scope).sum()
    published = statistic(fujian, "all", "urrbmi_inpatient_in_scope_reimbursement")
    assert rate * 100 == pytest.approx(published, abs=2)


def _has_source(stated, table, column, region) -> bool:
    """Tell whether a column has a source, or what it says of each skill whose services have such a number."""
    if (table, column) in stated or table not in ("services", "recipes"):
        return (table, column) in stated
    numbers = getattr(region, table)
    of_beds = table == "services" and numbers["basis"] == "beds"
    skills = numbers.loc[(numbers[column] > 0) & ~np.asarray(of_beds), "skill"]
    return all((table, f"{column}.{skill}") in stated for skill in skills)


def test_every_numeric_column_has_a_source(fujian):
    stated = set(zip(fujian.sources["table"], fujian.sources["column"], strict=True))
    missing = [
        (table, column)
        for table in WIDE_TABLES
        for column in getattr(fujian, table).select_dtypes("number").columns
        if column not in IDENTIFIERS and not _has_source(stated, table, column, fujian)
    ]
    assert missing == []


def test_guesses_are_never_called_statistics(fujian):
    for table in (fujian.sources, fujian.behaviour, fujian.statistics):
        unread = table["source"].str.contains("no source read")
        assert unread.any()
        assert set(table.loc[unread, "confidence"]) == {"assumed"}


def test_distances_are_plausible(fujian):
    seats = fujian.counties.set_index("county")
    townships = fujian.townships
    home = seats.loc[townships["county"]]
    away = distance_km(townships["lon"], townships["lat"], home["lon"], home["lat"])
    disc = np.sqrt(home["area_km2"].to_numpy() / np.pi)
    assert np.median(away) < 30
    assert (away <= 4 * disc + 1).all()
    rural = fujian.places[~fujian.places["urban"]]
    units = townships.set_index("township").loc[rural["township"]]
    walk = distance_km(rural["lon"], rural["lat"], units["lon"], units["lat"])
    assert 1 < np.median(walk) < 6
    assert walk.max() < 20


def test_loading_always_gives_the_same(fujian):
    again = load_region(REGIONS / "fujian" / "region.yaml")
    for table in WIDE_TABLES:
        assert_frame_equal(getattr(again, table), getattr(fujian, table))
