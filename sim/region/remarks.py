"""What a region's tables may say and nobody may have meant: numbers that are possible and hardly true."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from sim.errors import Problem
from sim.glossary import counted
from sim.region.facility_list import LOCAL_TIERS
from sim.region.geography import distance_km
from sim.region.region import Region
from sim.region.value_checks import Sheets

FAR_KM = 500.0
"""From the seat of a county: China's largest county-level unit reaches about as far (assumed)."""
MOST_PER_KM2 = 100_000.0
"""People: the densest districts have little more than half of it, such as Kwun Tong in Hong Kong with about
60,000 (census of 2021); Fujian's densest has 23,400 (assumed)."""
LAST_LATITUDE = 80.0
"""Degrees: the northernmost towns, on Svalbard, lie at 78 to 79; none lies as far south (assumed)."""
_MOST_TOLD = 20


def remarks_of(region: Region, sheets: Sheets) -> tuple[Problem, ...]:
    """Return what is allowed and hardly meant, with file and line where a table lists it.

    Counties where nobody lives (near a pole, too dense) or far from all the others, places, townships and
    facilities far from the seat of their county (a digit lost), facilities with beds and
    nobody who could treat, counties without a facility of their own or without any that serves them, and
    regions in which nobody is admitted.

    Parameters
    ----------
    region : Region
        As loaded.
    sheets : mapping of str to Sheet
        The tables as read, with the lines of their rows.
    """
    checks: tuple[Callable[[Region, Sheets], Iterator[Problem]], ...] = (
        _unlikely_counties,
        _far,
        _far_hospitals,
        _beds_without_doctors,
        _nobody_treats,
    )
    told = [remark for check in checks for remark in check(region, sheets)]
    if len(told) > _MOST_TOLD:
        more = Problem(counted(len(told) - _MOST_TOLD, "# further warning"), region.path)
        return (*told[:_MOST_TOLD], more)
    return tuple(told)


def _unlikely_counties(region: Region, sheets: Sheets) -> Iterator[Problem]:
    if "counties" not in sheets:
        return
    sheet, counties = sheets["counties"], region.counties
    lon, lat = (counties[axis].to_numpy(np.float64) for axis in ("lon", "lat"))
    dense = counties["population"] / counties["area_km2"]
    for row, name in enumerate(counties["name_en"]):
        if abs(lat[row]) > LAST_LATITUDE:
            what = f"{name} lies at latitude {lat[row]:g}, where nobody lives; is it right?"
            yield sheet.problem(row, "lat", what)
        elif len(counties) > 1:
            others = np.arange(len(counties)) != row
            away = float(np.min(distance_km(lon[others], lat[others], lon[row], lat[row])))
            if away > FAR_KM:
                what = f"{name} lies {away:,.0f} km from every other county; is a digit missing?"
                yield sheet.problem(row, "lon+lat", what)
        # Where no area is stated, nothing can be said.
        if dense.iloc[row] > MOST_PER_KM2:
            what = (
                f"{name} would have {dense.iloc[row]:,.0f} people per km2, and no place on earth has more than "
                f"{MOST_PER_KM2:,.0f}; is a digit missing?"
            )
            yield sheet.problem(row, "area_km2", what)


def _far(region: Region, sheets: Sheets) -> Iterator[Problem]:
    seats = region.counties.set_index("county")
    for table, key in (("townships", "township"), ("places", "place"), ("facilities", "facility")):
        # Townships that follow from places have no file of their own, and lie far off only if a place does.
        if table not in sheets or (table != "places" and _same_file(sheets, table, "places")):
            continue
        # Rows stand as they were read; what was left out is filled in.
        frame: pd.DataFrame = getattr(region, table)
        lon, lat = (
            frame["county"].map(seats[axis]).to_numpy(np.float64) for axis in ("lon", "lat")
        )
        away = distance_km(frame["lon"], frame["lat"], lon, lat)
        for row in np.flatnonzero(away > FAR_KM):
            what = (
                f"{key} {frame[key].iloc[row]} lies {away[row]:,.0f} km from the seat of its county; "
                "is a digit missing?"
            )
            yield sheets[table].problem(row, "lon+lat", what)


def _far_hospitals(region: Region, sheets: Sheets) -> Iterator[Problem]:
    """Yield city and provincial hospitals far from every county: their place, or the county's, is wrong."""
    if "facilities" not in sheets:
        return
    frame, seats = region.facilities, region.counties
    shared = (frame["county"] == 0) & (frame["tier"] != "outside")
    for row in np.flatnonzero(shared):
        lon, lat = float(frame["lon"].iloc[row]), float(frame["lat"].iloc[row])
        nearest_km = float(np.min(distance_km(seats["lon"], seats["lat"], lon, lat)))
        if nearest_km > FAR_KM:
            what = (
                f"facility {frame['facility'].iloc[row]} lies {nearest_km:,.0f} km from the seat of every "
                "county; is a digit missing here, or in counties?"
            )
            yield sheets["facilities"].problem(row, "lon+lat", what)


def _same_file(sheets: Sheets, table: str, other: str) -> bool:
    return other in sheets and sheets[table].path == sheets[other].path


def _beds_without_doctors(region: Region, sheets: Sheets) -> Iterator[Problem]:
    if "facilities" not in sheets:
        return
    frame = region.facilities
    nobody = (frame["physicians"] + frame["village_doctors"] == 0) & (frame["tier"] != "outside")
    for row in np.flatnonzero(nobody & (frame["beds"] > 0)):
        name, beds = frame["name_en"].iloc[row], frame["beds"].iloc[row]
        what = f"{name} has {counted(beds, '# bed')} and no doctor: nobody is treated there"
        yield sheets["facilities"].problem(row, "physicians", what)


def _nobody_treats(region: Region, sheets: Sheets) -> Iterator[Problem]:
    if "facilities" not in sheets:
        return
    file, frame = sheets["facilities"].path, region.facilities
    there = frame[
        (frame["physicians"] + frame["village_doctors"] > 0) | (frame["tier"] == "outside")
    ]
    for county in region.counties.itertuples(index=False):
        local = there["tier"].isin(LOCAL_TIERS) & (there["county"] == county.county)
        city = (there["tier"] == "city") & (there["prefecture"] == county.city_hospitals_in)
        if not (local | city | ~there["tier"].isin([*LOCAL_TIERS, "city"])).any():
            what = f"no facility with a doctor serves {county.name_en} ({county.county})"
            yield Problem(what, file)
        elif not local.any():
            what = (
                f"{county.name_en} ({county.county}) has no facility with a doctor of its own: "
                "all care is elsewhere"
            )
            yield Problem(what, file)
    if not ((there["beds"] > 0) | (there["tier"] == "outside")).any():
        what = "no facility has a doctor and beds: whoever needs a stay finds none"
        yield Problem(what, file, None, "beds")
