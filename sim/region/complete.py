"""Fill in what tables of people leave out, so that checks and layout see whole tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.errors import Problem
from sim.region.reading import Sheet

RURAL_SHARE = 0.36
"""Rural residents of China in 2020; assumed for a place that does not say."""
_NOT_STATED = -1


def complete_people(sheets: dict[str, Sheet]) -> None:
    """Fill in counties, townships and places, in place.

    The codes of higher areas follow from codes (a place is its township x 1000 + a number, a township its
    county x 1000 + a number); townships that are not listed, from their places; the rural people of a
    township from its places, those of a county from its townships.

    Parameters
    ----------
    sheets : dict of str to Sheet
        The tables that were read; `townships` is added where only `places` are listed.
    """
    if "places" in sheets:
        known = sheets["townships"].frame if "townships" in sheets else None
        sheets["places"] = _with(sheets["places"], _places(sheets["places"].frame, known))
    if "counties" not in sheets:
        return
    counties = sheets["counties"].frame
    if "townships" in sheets:
        places = sheets["places"].frame if "places" in sheets else None
        frame = _townships(sheets["townships"].frame, counties, places)
        sheets["townships"] = _with(sheets["townships"], frame)
    elif "places" in sheets:
        sheets["townships"] = _townships_of_places(sheets["places"], counties)
    listed = sheets["townships"].frame if "townships" in sheets else None
    sheets["counties"] = _with(sheets["counties"], _counties(counties, listed))


def land_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield the counties whose land is not known, which are to be laid out."""
    for row in np.flatnonzero(sheet.frame["area_km2"].isna()):
        what = "the land is needed to lay out places; state it, or list the places"
        yield sheet.problem(row, "area_km2", what)


def _with(sheet: Sheet, frame: pd.DataFrame) -> Sheet:
    return replace(sheet, frame=frame)


def _places(frame: pd.DataFrame, townships: pd.DataFrame | None) -> pd.DataFrame:
    above = frame["place"] // 1000
    frame = frame.assign(township=frame["township"].where(frame["township"] > 0, above))
    home = frame["township"] // 1000
    if townships is not None:
        stated = townships["county"].where(townships["county"] > 0, townships["township"] // 1000)
        county_of = dict(zip(townships["township"], stated, strict=True))
        home = frame["township"].map(county_of).fillna(home).astype(np.int64)
    return frame.assign(county=frame["county"].where(frame["county"] > 0, home))


def _townships(
    frame: pd.DataFrame, counties: pd.DataFrame, places: pd.DataFrame | None
) -> pd.DataFrame:
    county = frame["county"].where(frame["county"] > 0, frame["township"] // 1000)
    share = counties.set_index("county")["rural_share"].fillna(RURAL_SHARE)
    rural = (county.map(share).fillna(RURAL_SHARE) * frame["population"]).round().astype(np.int64)
    if places is not None:
        people = places["population"].where(~places["urban"], 0).groupby(places["township"]).sum()
        rural = frame["township"].map(people).fillna(rural).astype(np.int64)
    stated = frame["rural_population"]
    return frame.assign(county=county, rural_population=stated.where(stated != _NOT_STATED, rural))


def _townships_of_places(places: Sheet, counties: pd.DataFrame) -> Sheet:
    """Return the townships that places name: in the middle of their people."""
    frame, names = places.frame, counties.set_index("county")
    people = frame["population"]
    parts = pd.DataFrame(
        {
            "township": frame["township"],
            "county": frame["county"],
            "population": people,
            "rural_population": people.where(~frame["urban"], 0),
            "lon": frame["lon"] * people,
            "lat": frame["lat"] * people,
        }
    )
    first = parts.groupby("township").head(1).index.to_numpy()
    sums = parts.groupby("township", sort=False).agg(
        {
            "county": "first",
            **dict.fromkeys(["population", "rural_population", "lon", "lat"], "sum"),
        }
    )
    number = sums.groupby("county").cumcount().to_numpy() + 1
    county = sums["county"]
    whole = sums.reset_index().assign(
        name_zh=[f"{names['name_zh'].get(c, c)}{n}" for c, n in zip(county, number, strict=True)],
        name_en=[f"{names['name_en'].get(c, c)} {n}" for c, n in zip(county, number, strict=True)],
        kind="town",
        lon=(sums["lon"] / sums["population"]).round(5).to_numpy(),
        lat=(sums["lat"] / sums["population"]).round(5).to_numpy(),
    )
    columns = ["township", "county", "name_zh", "name_en", "kind", "population", "rural_population"]
    return Sheet(places.path, whole[[*columns, "lon", "lat"]], places.lines[first])


def _counties(frame: pd.DataFrame, townships: pd.DataFrame | None) -> pd.DataFrame:
    rural = frame["rural_share"]
    if townships is not None:
        sums = townships.groupby("county")[["rural_population", "population"]].sum()
        rural = rural.fillna(frame["county"].map(sums["rural_population"] / sums["population"]))
    return frame.assign(
        prefecture=frame["prefecture"].where(frame["prefecture"] > 0, frame["county"] // 100 * 100),
        prefecture_zh=frame["prefecture_zh"].where(frame["prefecture_zh"] != "", frame["name_zh"]),
        prefecture_en=frame["prefecture_en"].where(frame["prefecture_en"] != "", frame["name_en"]),
        rural_share=rural.fillna(RURAL_SHARE),
    )
