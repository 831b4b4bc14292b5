"""What tables of people leave out follows from the rest: codes, townships, rural people, places, facilities."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.errors import InputError
from sim.region import load_region

REGION = """\
name: x
title: {zh: 甲, en: X}
year: 2020
like: ../fujian
tables:
"""
COUNTY = """\
county,name_zh,name_en,population,rural_share,area_km2,lon,lat,towns
350426,甲县,First,20000,0.3,900,118,26,3
"""
TOWNSHIPS = """\
township,name_zh,name_en,population,lon,lat
350426001,甲镇,Seat,12000,118,26
350426002,乙镇,Other,8000,118.2,26.1
"""
PLACES = """\
place,urban,population,lon,lat
350426001001,yes,9000,118,26
350426001002,no,3000,118.01,26.01
350426002001,no,8000,118.2,26.1
"""
FACILITIES = """\
facility,name_zh,name_en,kind,county,beds,physicians
1,县医院,County hospital,county_general,350426,100,40
"""
PREFECTURES = """\
prefecture,name_zh,name_en,seat_county,city_hospitals_in,provincial_share
350400,甲市,City,350426,350400,1
"""


def region_of(one_hospital_folder: Path, **tables: str) -> Path:
    """Write a region of these tables, or of Fujian's where none is given, beside Fujian."""
    folder = one_hospital_folder.with_name("x")
    folder.mkdir()
    lines = [
        f"  {name}: {f'{name}.csv' if text else f'../fujian/{name}.csv'}\n"
        for name, text in tables.items()
    ]
    (folder / "region.yaml").write_text(REGION + "".join(lines), "utf-8")
    for name, text in tables.items():
        if text:
            (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_codes_of_townships_say_their_county(one_hospital_folder: Path) -> None:
    folder = region_of(
        one_hospital_folder, counties=COUNTY, townships=TOWNSHIPS, facilities=FACILITIES
    )
    region = load_region(folder)
    assert region.townships["county"].tolist() == [350426, 350426]
    assert set(region.townships["kind"]) == {"town"}
    # The county says that three in ten are rural.
    assert region.townships["rural_population"].tolist() == [3600, 2400]
    assert set(region.places["township"]) == {350426001, 350426002}


def test_rural_people_of_listed_townships_are_those_of_their_places(
    one_hospital_folder: Path,
) -> None:
    counties = COUNTY.replace("0.3", "").replace("rural_share,", "").replace("20000,,", "20000,")
    folder = region_of(
        one_hospital_folder,
        counties=counties,
        townships=TOWNSHIPS,
        places=PLACES,
        facilities=FACILITIES,
    )
    region = load_region(folder)
    assert region.townships["rural_population"].tolist() == [3000, 8000]
    assert region.counties["rural_share"].tolist() == [0.55]


def test_a_place_of_a_township_that_says_its_county_has_that_county(
    one_hospital_folder: Path,
) -> None:
    townships = (
        "township,county,name_zh,name_en,population,lon,lat\n"
        "350426001,350426,甲镇,Seat,12000,118,26\n"
        "990999002,350426,乙镇,Other,8000,118.2,26.1\n"
    )
    places = PLACES.replace("350426002001", "990999002001")
    folder = region_of(
        one_hospital_folder,
        counties=COUNTY,
        townships=townships,
        places=places,
        facilities=FACILITIES,
    )
    assert set(load_region(folder).places["county"]) == {350426}


def test_a_place_in_another_county_than_its_township_is_told(one_hospital_folder: Path) -> None:
    counties = COUNTY + "350427,乙县,Second,1,0.3,900,118,26,3\n"
    places = (
        "county,place,population,lon,lat\n"
        "350426,350426001001,12000,118,26\n"
        "350427,350426002001,8000,118.2,26.1\n"
    )
    folder = region_of(
        one_hospital_folder,
        counties=counties,
        townships=TOWNSHIPS,
        places=places,
        facilities=FACILITIES,
    )
    with pytest.raises(
        InputError, match=r"places\.csv:3: county: township 350426002 lies in county 350426"
    ):
        load_region(folder)


def test_codes_without_a_county_are_told(one_hospital_folder: Path) -> None:
    places = "place,population,lon,lat\n7,20000,118,26\n"
    folder = region_of(one_hospital_folder, counties=COUNTY, places=places, facilities=FACILITIES)
    with pytest.raises(InputError, match=r"places\.csv:2: county: '0' is no county of counties"):
        load_region(folder)


def test_land_is_needed_where_places_are_laid_out(one_hospital_folder: Path) -> None:
    counties = COUNTY.replace("area_km2,", "").replace("900,", "")
    folder = region_of(one_hospital_folder, counties=counties, facilities=FACILITIES)
    with pytest.raises(InputError, match=r"counties\.csv:2: area_km2: the land is needed"):
        load_region(folder)


@pytest.mark.parametrize(
    ("population", "rural_share", "urban"),
    [(20_000, "0", {True}), (20_000, "1", {False}), (2, "0.5", {True, False})],
)
def test_places_follow_from_people_however_few_or_urban(
    one_hospital_folder: Path, population: int, rural_share: str, urban: set[bool]
) -> None:
    counties = COUNTY.replace("20000,0.3", f"{population},{rural_share}")
    region = load_region(region_of(one_hospital_folder, counties=counties, facilities=FACILITIES))
    assert set(region.places["urban"]) == urban
    assert region.places["population"].sum() == population
    assert region.facilities["catchment_population"].tolist() == [population]


# Also where the codes that follow are those of no other township.
@pytest.mark.parametrize("codes", [(7, 8), (7,), (7, 90)])
def test_more_places_than_a_township_has_numbers_for_are_told(
    one_hospital_folder: Path, codes: tuple[int, ...]
) -> None:
    townships = "township,county,name_zh,name_en,population,lon,lat\n"
    for code in codes:
        townships += f"{code},350426,镇{code},T{code},10000000,118,26\n"
    folder = region_of(
        one_hospital_folder,
        counties=COUNTY.replace("20000", f"{len(codes)}0000000"),
        townships=townships,
        facilities=FACILITIES,
    )
    with pytest.raises(InputError, match=r"counties\.csv:2: population: .* more than 999 in one"):
        load_region(folder)


def test_facilities_are_laid_out_by_norms_at_places_that_are_listed(
    one_hospital_folder: Path,
) -> None:
    norms = dict.fromkeys(["statistics", "hospital_split", "institution_types", "outsides"], "")
    folder = region_of(
        one_hospital_folder, counties=COUNTY, places=PLACES, prefectures=PREFECTURES, **norms
    )
    region = load_region(folder)
    clinics = region.facilities[region.facilities["kind"] == "village_clinic"]
    assert clinics["place"].tolist() == [350426001002, 350426002001]
    statistics = region.statistics.set_index(["item", "indicator"])["value"]
    published = pd.Series(statistics[("village_clinic", "institutions")]).iloc[-1]
    assert clinics["institutions"].sum() == published
