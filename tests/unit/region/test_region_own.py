"""A region that says little: what follows from what it says, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sim.errors import InputError
from sim.region import Region, load_region
from sim.region.reading import Sheet
from sim.region.remarks import remarks_of
from sim.scenario import load_scenario, overridden
from sim.subjects.care.model import care_worlds

ROOT = Path(__file__).parents[3]
Change = Callable[[str, str, str], None]


@pytest.fixture
def change(one_hospital_folder: Path) -> Change:
    """Return what replaces a text in a file of the teaching region, everywhere."""

    def replace(name: str, right: str, wrong: str) -> None:
        file = one_hospital_folder / name
        text = file.read_text("utf-8")
        assert right in text
        file.write_text(text.replace(right, wrong), "utf-8")

    return replace


def what(region: Region) -> list[str]:
    return [str(remark).rpartition("/")[2] for remark in region.remarks]


def test_people_and_codes_follow_from_places(one_hospital_folder: Path) -> None:
    region = load_region(one_hospital_folder)
    (town,) = region.townships.to_dict("records")
    assert (town["township"], town["county"], town["name_en"]) == (990101001, 990101, "Smalltown 1")
    assert (town["population"], town["rural_population"]) == (20_000, 8_000)
    # Weighted with people: (3 x 118.05 + 3 x 117.94 + 2 x 118.01 + 7 x 118.005 + 5 x 117.996) / 20.
    assert town["lon"] == pytest.approx(118.00025, abs=1e-5)
    assert set(region.places["township"]) == {990101001}
    assert set(region.places["county"]) == {990101}
    (county,) = region.counties.to_dict("records")
    assert county["rural_share"] == 0.4
    assert (county["prefecture"], county["prefecture_en"]) == (990100, "Smalltown")
    assert (county["centre_lon"], county["centre_lat"]) == (118.0, 26.0)


def test_what_is_stated_is_not_made_up(one_hospital_folder: Path, change: Change) -> None:
    change("counties.csv", "county,name_zh", "rural_share,prefecture,county,name_zh")
    change("counties.csv", "990101,小镇县", "0.5,990200,990101,小镇县")
    (county,) = load_region(one_hospital_folder).counties.to_dict("records")
    assert (county["rural_share"], county["prefecture"]) == (0.5, 990200)


def test_nothing_is_odd_about_the_shipped_regions(
    fujian: Region, one_hospital_folder: Path
) -> None:
    assert fujian.remarks == load_region(one_hospital_folder).remarks == ()


def test_a_place_far_away_is_told(one_hospital_folder: Path, change: Change) -> None:
    change("places.csv", "117.94,26.02", "17.94,26.02")
    (remark,) = what(load_region(one_hospital_folder))
    assert remark.startswith("places.csv:3: lon+lat: place 990101001002 lies 9,")
    assert remark.endswith("km from the seat of its county; is a digit missing?")


def test_a_facility_far_away_is_told(one_hospital_folder: Path, change: Change) -> None:
    change("facilities.csv", "nurses,staff", "nurses,staff,lon,lat")
    change("facilities.csv", "80,155", "80,155,118,6")
    (remark,) = what(load_region(one_hospital_folder))
    assert remark.startswith("facilities.csv:2: lon+lat: facility 1 lies 2,2")


def test_a_township_far_away_is_told(one_hospital_folder: Path, change: Change) -> None:
    (one_hospital_folder / "townships.csv").write_text(
        "township,name_zh,name_en,population,lon,lat\n990101001,镇,Town,20000,11.8,26\n", "utf-8"
    )
    change("region.yaml", "tables:\n", "tables:\n  townships: townships.csv\n")
    (remark,) = what(load_region(one_hospital_folder))
    assert remark.startswith("townships.csv:2: lon+lat: township 990101001 lies 1")


def test_far_is_five_hundred_kilometres(one_hospital_folder: Path, change: Change) -> None:
    # A degree of latitude is 111.2 km.
    change("places.csv", "117.94,26.02", "118,30.49")
    assert what(load_region(one_hospital_folder)) == []
    change("places.csv", "118,30.49", "118,30.51")
    (remark,) = what(load_region(one_hospital_folder))
    assert "lies 501 km" in remark


SECOND = "990102,乙县,Second,1000,0.06,0.13,0.65,0.14,0.02,118.5,26\n"


NOBODY = "facilities.csv: no facility with a doctor serves Second (990102)"
ELSEWHERE = "facilities.csv: Second (990102) has no facility with a doctor of its own: all care is elsewhere"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2,所,Clinic,county_general,990102,0,0,0,9,9", NOBODY),
        ("2,所,Clinic,county_general,990102,0,1,0,9,9", ""),
        ("2,市,City,city_general,990102,50,9,0,9,9", ELSEWHERE),
    ],
)
def test_a_county_nobody_serves_is_told(
    one_hospital_folder: Path, change: Change, row: str, told: str
) -> None:
    change("counties.csv", "118,26\n", f"118,26\n{SECOND}")
    change("places.csv", "117.996,25.997\n", "117.996,25.997\n990102001001,no,1000,118.5,26\n")
    change("facilities.csv", "80,155\n", f"80,155\n{row}\n")
    assert what(load_region(one_hospital_folder)) == [told] * bool(told)


def test_beds_without_doctors_are_told(one_hospital_folder: Path, change: Change) -> None:
    change("facilities.csv", "110,55,5,", "110,0,0,")
    beds, nobody, stays = what(load_region(one_hospital_folder))
    assert beds.startswith("facilities.csv:2: physicians: Smalltown hospital has 110 beds")
    assert nobody == "facilities.csv: no facility with a doctor serves Smalltown (990101)"
    assert stays.startswith("facilities.csv: beds: no facility has a doctor and beds")


def test_a_region_without_beds_is_told(one_hospital_folder: Path, change: Change) -> None:
    change("facilities.csv", "110,55,5,", "0,55,5,")
    (stays,) = what(load_region(one_hospital_folder))
    assert stays.endswith("whoever needs a stay finds none")


def test_a_county_whose_own_place_is_wrong_is_told(one_hospital_folder: Path) -> None:
    with (one_hospital_folder / "facilities.csv").open("w", encoding="utf-8") as file:
        file.write("facility,name_zh,name_en,kind,prefecture,lon,lat,beds,physicians\n")
        file.write("1,市医院,City hospital,city_general,990100,18.1,26,110,55\n")
    first, second = what(load_region(one_hospital_folder))
    assert first.startswith("facilities.csv:2: lon+lat: facility 1 lies 9,")
    assert first.endswith("is a digit missing here, or in counties?")
    assert second.startswith(
        "facilities.csv: Smalltown (990101) has no facility with a doctor of its own"
    )


def test_a_county_where_nobody_can_live_is_told(one_hospital_folder: Path, change: Change) -> None:
    change("counties.csv", "population,share_0_4", "population,area_km2,share_0_4")
    change("counties.csv", ",20000,0.06", ",20000,0.2,0.06")
    # Exactly as dense as is believed.
    assert what(load_region(one_hospital_folder)) == []
    change("counties.csv", ",20000,0.2,", ",20000,0.01,")
    (dense,) = what(load_region(one_hospital_folder))
    assert dense.startswith(
        "counties.csv:2: area_km2: Smalltown would have 2,000,000 people per km2"
    )
    change("counties.csv", ",118,26", ",118,-90")
    assert (
        "counties.csv:2: lat: Smalltown lies at latitude -90, where nobody lives; is it right?"
        in what(load_region(one_hospital_folder))
    )


def test_a_county_far_from_all_others_is_told(whole_fujian: Region) -> None:
    far = whole_fujian.counties.copy()
    far.loc[far["county"] == 350426, "lat"] = 62.0
    path = ROOT / "scenarios/regions/fujian/counties.csv"
    lines = np.arange(2, len(far) + 2)
    sheets = {"counties": Sheet(path, far, lines)}
    (told,) = remarks_of(replace(whole_fujian, counties=far), sheets)
    assert (told.key, told.line) == ("lon+lat", 2 + int(np.flatnonzero(far["lat"] == 62.0)[0]))
    assert "Youxi lies 3," in told.what


def test_at_most_twenty_remarks_are_told(one_hospital_folder: Path) -> None:
    rows = [f"9901010010{number:02d},no,800,18,26" for number in range(1, 26)]
    text = "\n".join(["place,urban,population,lon,lat", *rows, ""])
    (one_hospital_folder / "places.csv").write_text(text, "utf-8")
    told = what(load_region(one_hospital_folder))
    assert len(told) == 21
    assert told[-1] == "region.yaml: 5 further warnings"


def _ways(folder: Path) -> npt.NDArray[np.float64]:
    """Return the minutes from each place to the one hospital."""
    scenario = load_scenario("baseline-2020", ROOT / "scenarios")
    world = care_worlds(load_region(folder), overridden(scenario, region=["one-hospital"])).worlds[
        0
    ]
    return world.reach_minutes


def _state(folder: Path, text: str) -> None:
    (folder / "ways.csv").write_text(f"place,facility,minutes\n{text}", "utf-8")
    with (folder / "region.yaml").open("a", encoding="utf-8") as file:
        file.write("  travel_times: ways.csv\n")


def test_a_stated_way_takes_the_place_of_the_distance(one_hospital_folder: Path) -> None:
    before = _ways(one_hospital_folder)
    _state(one_hospital_folder, "990101001002,1,77.5\n")
    after = _ways(one_hospital_folder)
    assert after[1] == 77.5 != before[1]
    assert np.delete(after, 1).tolist() == np.delete(before, 1).tolist()


def test_a_way_that_nobody_has_is_refused(one_hospital_folder: Path) -> None:
    _state(one_hospital_folder, "990101001009,1,5\n990101001001,7,5\n")
    with pytest.raises(InputError) as error:
        load_region(one_hospital_folder)
    first, second = (str(problem).rpartition("/")[2] for problem in error.value.problems)
    assert first.startswith("ways.csv:2: place: '990101001009' is no place of places")
    assert second.startswith("ways.csv:3: facility: '7' is no facility of facilities")


def test_places_that_reach_nobody_are_told_with_what_is_missing(
    one_hospital_folder: Path, change: Change
) -> None:
    change("places.csv", "990101001005", "990101002005")
    change("places.csv", "990101001004", "990101003004")
    clinic = "facility,name_zh,name_en,kind,place,village_doctors\n"
    clinic += "1,卫生所,Clinic,village_clinic,990101001001,2\n"
    (one_hospital_folder / "facilities.csv").write_text(clinic, "utf-8")
    with pytest.raises(InputError) as caught:
        _ways(one_hospital_folder)
    (problem,) = caught.value.problems
    assert problem.file == one_hospital_folder / "facilities.csv"
    assert problem.what == (
        "places without any facility in reach: 2, such as 990101003004; list one with doctors that serves its "
        "township 990101003, its county 990101 or the prefecture 990100"
    )
