"""A planner's own list of facilities is used as it is, whatever tiers it has."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from conftest import REGIONS

from sim.errors import InputError
from sim.region import catchment_share, load_region, select_counties

HEADER = "facility,name_zh,name_en,kind,county,prefecture,township,lon,lat,beds,physicians,staff"
NO_CITY_TIER = (
    "1,村所,Clinic,village_clinic,,,350426005,,,0,1,1",
    "2,卫生院,Health centre,township_health_centre,,,350426005,,,30,12,30",
    "3,县医院,County hospital,county_general,350426,,,,,500,200,520",
    "4,省立医院,Provincial hospital,provincial_general,,,,119.3,26.08,2500,900,3000",
    "5,省外,Outside,out_of_province,,,,121.5,31.2,0,0,0",
)


def use_list(folder: Path, file: Path) -> None:
    manifest = folder / "region.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text + f"  facilities: {file.name}\n", encoding="utf-8")


def use_csv(folder: Path, *rows: str) -> Path:
    file = folder / "mine.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    use_list(folder, file)
    return file


def problems_of(folder: Path) -> str:
    with pytest.raises(InputError) as error:
        load_region(folder)
    return str(error.value)


def test_the_list_replaces_the_norms(fujian_folder):
    use_csv(fujian_folder, *NO_CITY_TIER)
    region = load_region(fujian_folder)
    facilities = region.facilities.set_index("facility")
    assert facilities["tier"].tolist() == ["village", "township", "county", "province", "outside"]
    assert facilities["beds"].tolist() == [0, 30, 500, 2500, 0]
    assert facilities["county"].tolist() == [350426, 350426, 350426, 0, 0]
    assert facilities["prefecture"].tolist() == [350400, 350400, 350400, 0, 0]
    assert set(facilities["owner"]) == {"public"}
    assert len(region.places) == 25_353


def test_a_place_outside_the_province_needs_a_position(fujian_folder):
    use_csv(fujian_folder, *NO_CITY_TIER[:-1], "5,省外,Outside,out_of_province,,,,,,0,0,0")
    assert "mine.csv:6: lon: where is it?" in problems_of(fujian_folder)


def test_positions_follow_from_the_smallest_area_given(fujian_folder):
    use_csv(fujian_folder, *NO_CITY_TIER)
    region = load_region(fujian_folder)
    facilities = region.facilities.set_index("facility")
    town = region.townships.set_index("township").loc[350426005]
    seat = region.counties.set_index("county").loc[350426]
    assert facilities.at[1, "lon"] == town["lon"]
    assert facilities.at[3, "lat"] == seat["lat"]
    assert facilities.at[4, "lon"] == 119.3


def test_a_list_without_city_tier_can_be_cut_to_a_county(fujian_folder):
    use_csv(fujian_folder, *NO_CITY_TIER)
    region = load_region(fujian_folder)
    assert len(select_counties(region, "youxi").facilities) == 5
    assert select_counties(region, "dehua").facilities["facility"].tolist() == [4, 5]


def test_a_workbook_does_as_well(fujian_folder):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for line in (HEADER, *NO_CITY_TIER):
        sheet.append([cell or None for cell in line.split(",")])
    # Spreadsheets hold numbers as numbers.
    sheet["A2"], sheet["J4"] = 1, 500.0
    workbook.save(fujian_folder / "mine.xlsx")
    use_list(fujian_folder, fujian_folder / "mine.xlsx")
    assert load_region(fujian_folder).facilities["beds"].sum() == 3030


def test_one_facility_in_all():
    region = load_region(REGIONS / "one-hospital")
    assert len(region.facilities) == 1
    assert len(region.places) == 5
    assert region.population == 20_000
    assert region.facilities["tier"].item() == "county"
    assert region.facilities["county"].item() == 990101
    assert region.statistics.empty
    assert catchment_share(region).tolist() == [1.0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,村,C,county_genral,350426,,,,,0,1,1", ["mine.csv:2", "kind", "'county_general'"]),
        ("1,村,C,village_clinic,350499,,,,,0,1,1", ["mine.csv:2", "county", "350499"]),
        ("1,村,C,village_clinic,,,350426999,,,0,1,1", ["mine.csv:2", "township", "350426999"]),
        ("1,村,C,village_clinic,,,,118,26,0,1,1", ["mine.csv:2", "needs a county"]),
        ("1,市,C,city_general,,,,118,26,0,1,1", ["mine.csv:2", "needs a prefecture"]),
        ("1,省,C,provincial_general,,,,,,0,1,1", ["mine.csv:2", "lon", "where is it"]),
        ("1,县,C,county_general,350426,,,,,-5,1,1", ["mine.csv:2", "beds", "below 0"]),
        ("1,县,C,county_general,350426,,,,,many,1,1", ["mine.csv:2", "beds", "not a number"]),
        ("1,县,C,county_general,350426,,,,,2.5,1,1", ["mine.csv:2", "beds", "whole number"]),
        ("1,县,C,county_general,350426,,,,,5,1", ["mine.csv:2", "11 cells", "12"]),
    ],
)
def test_a_wrong_row_is_named(fujian_folder, row, words):
    use_csv(fujian_folder, row)
    message = problems_of(fujian_folder)
    for word in words:
        assert word in message


def test_the_tier_of_a_kind_is_not_the_planners_choice(fujian_folder):
    file = fujian_folder / "mine.csv"
    file.write_text(
        "facility,name_zh,name_en,kind,tier,county\n1,县,C,county_general,city,350426\n",
        encoding="utf-8",
    )
    use_list(fujian_folder, file)
    message = problems_of(fujian_folder)
    assert "mine.csv:2: tier: a county_general is of tier county" in message


def test_a_facility_number_may_appear_once(fujian_folder):
    use_csv(fujian_folder, NO_CITY_TIER[0], NO_CITY_TIER[0])
    assert "mine.csv:3: facility: 1 is already in line 2" in problems_of(fujian_folder)
