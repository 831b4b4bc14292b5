"""What a region's tables may say and nobody may have meant: numbers that are possible and hardly true."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.errors import Problem
from sim.region.region import Region

FAR_KM = 500.0
"""From the middle of a county's places: China's largest county-level unit reaches about as far (assumed)."""
_KM_PER_DEGREE = 111.2
_MOST_TOLD = 20


def region_remarks(region: Region) -> list[Problem]:
    """Return what is allowed and hardly meant, each with the table it stands in.

    Places or townships far from the others of their county (a digit lost), and facilities with beds and nobody
    who could treat.
    """
    found = [
        *_far(region, "places", "place"),
        *_far(region, "townships", "township"),
        *_beds_without_doctors(region),
    ]
    return found[:_MOST_TOLD]


def _far(region: Region, table: str, key: str) -> Iterator[Problem]:
    frame: pd.DataFrame = getattr(region, table)
    middle = frame.groupby("county")[["lon", "lat"]].transform("median")
    north = (frame["lat"] - middle["lat"]) * _KM_PER_DEGREE
    east = (frame["lon"] - middle["lon"]) * _KM_PER_DEGREE * np.cos(np.radians(middle["lat"]))
    distance = np.hypot(north, east)
    for row in np.flatnonzero(distance > FAR_KM):
        name, km = frame[key].iloc[row], distance.iloc[row]
        what = f"{key} {name} lies {km:,.0f} km from the middle of its county; is a digit missing?"
        yield Problem(what, region.path, None, f"{table}.lon, {table}.lat")


def _beds_without_doctors(region: Region) -> Iterator[Problem]:
    facilities = region.facilities
    nobody = facilities["physicians"] + facilities["village_doctors"] == 0
    for row in facilities[nobody & (facilities["beds"] > 0)].itertuples(index=False):
        what = f"{row.name_en} ({row.facility}) has {row.beds} beds and no doctor: nobody is treated there"
        yield Problem(what, region.path, None, "facilities.physicians")
