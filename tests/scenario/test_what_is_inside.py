"""Both definitions of what is inside for residents of city districts, against counts by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from counties import shipped, small_worlds

from sim.engine import compiled
from sim.measure.care import run_frames
from sim.region import Region
from sim.scenario.care.scenario import RegionChoice
from sim.subjects.care.model import care_model

_HERE, _BESIDE = "350102", "350103"
"""Two districts of one city."""
_CITY = 350100


@pytest.fixture(scope="module")
def frames(whole_fujian: Region) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the measures of the same two weeks of one city's two districts under either definition."""
    base = shipped("baseline-2020", 7, 14)
    scenario = replace(base, region=RegionChoice("fujian", (_HERE, _BESIDE), base.region.mark))
    found = {}
    for word in ("own_district", "own_city"):
        defined = replace(whole_fujian.definitions, district_inside=word)
        built = small_worlds(replace(whole_fujian, definitions=defined), scenario, townships=24)
        found[word] = run_frames(built, compiled.simulate(care_model(built), 5, 0))
    return found


def rate(frames: dict[str, pd.DataFrame], name: str) -> float:
    table = frames["indicators"]
    here = table[(table["indicator"] == name) & (table["county"] == int(_HERE))]
    return float(here["value"].iloc[0])


def counted(
    frames: dict[str, pd.DataFrame], region: Region, *, whole_city: bool, stays: bool
) -> float:
    """Return the share of the first district's care, or of its stays, in places that a reader would pick."""
    table = frames["destinations"]
    table = table[table["county"] == int(_HERE)]
    if stays:
        table = table[table["kind"] == "admission"]
    inside = (table["tier"] == "county") & (table["code"] == int(_HERE))
    if whole_city:
        counties = region.counties
        districts = counties[(counties["prefecture"] == _CITY) & (counties["kind"] == "district")]
        hospitals = region.facilities
        own = hospitals[(hospitals["prefecture"] == _CITY) & (hospitals["tier"] == "city")]
        inside |= (table["tier"] == "county") & table["code"].isin(districts["county"])
        inside |= (table["tier"] == "city") & table["code"].isin(own["facility"])
    return float(table.loc[inside, "count"].sum() / table["count"].sum())


@pytest.mark.parametrize("word", ["own_district", "own_city"])
@pytest.mark.parametrize(
    ("name", "stays"), [("in_county_rate", False), ("in_county_admission_share", True)]
)
def test_the_rates_of_a_district_count_the_places_that_its_definition_names(
    frames: dict[str, dict[str, pd.DataFrame]],
    whole_fujian: Region,
    word: str,
    name: str,
    stays: bool,
) -> None:
    by_hand = counted(frames[word], whole_fujian, whole_city=word == "own_city", stays=stays)
    assert rate(frames[word], name) == pytest.approx(by_hand, abs=1e-12)


def test_a_definition_moves_nobody(frames: dict[str, dict[str, pd.DataFrame]]) -> None:
    first, second = (frames[word]["destinations"] for word in ("own_district", "own_city"))
    pd.testing.assert_frame_equal(first, second)
    # And a city's own hospitals are a good part of what its districts' residents use.
    assert rate(frames["own_city"], "in_county_rate") > rate(
        frames["own_district"], "in_county_rate"
    )
