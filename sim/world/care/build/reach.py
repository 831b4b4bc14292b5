"""Which facilities a place can reach, and how long the way is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.chance import facility_key
from sim.errors import InputError, Problem
from sim.frames import rows
from sim.glossary import TIERS
from sim.region.manifest import table_file
from sim.region.schemas import allowed_words
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.nests import nest_scales
from sim.world.care.build.partitions import Home, homes_of, order_of
from sim.world.care.build.people import Catchment
from sim.world.care.world import MOST_WITHIN_REACH
from sim.world.fields import Ints, Reals, ints, reals

_EARTH_KM = 6371.0088
_SPEED = {
    "village": "travel_speed_local_kmh",
    "township": "travel_speed_local_kmh",
    "county": "travel_speed_county_kmh",
    "city": "travel_speed_city_kmh",
    "province": "travel_speed_province_kmh",
}


def distance_km(lon_1: ArrayLike, lat_1: ArrayLike, lon_2: ArrayLike, lat_2: ArrayLike) -> Reals:
    """Return great-circle distances between points given in degrees."""
    a, b, c, d = (np.radians(np.asarray(x, dtype=float)) for x in (lon_1, lat_1, lon_2, lat_2))
    inner = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(inner)))


@dataclass(frozen=True)
class Reach:
    """The facilities of a run and who reaches which.

    Attributes
    ----------
    facilities : DataFrame
        Rows of the region's facilities that some place of the run can reach; index 0, 1, ...
    slice : Reals
        (facilities,) part of the facility that serves the run's people: 1 for those of one county, the
        run's share of their catchment for those that serve more.
    homes : list of tuple of int
        By facility: the counties that it stands for, as indices. Facilities with the same stand together.
    fields : dict
        The `reach_*` fields of a CareWorld.
    """

    facilities: pd.DataFrame
    slice: Reals
    homes: list[Home]
    fields: dict[str, Any]


class _Finder:
    """Finds what is within reach of a place, by tier."""

    def __init__(self, inputs: Inputs) -> None:
        table = inputs.facilities
        doctors = table["physicians"] + table["village_doctors"]
        # Nobody goes where there is no doctor; outside the province there always is one.
        frame = table[(doctors > 0) | (table["tier"] == "outside")].reset_index(drop=True)
        self.frame = frame
        self.tier = frame["tier"].to_numpy()
        self.lon, self.lat = frame["lon"].to_numpy(float), frame["lat"].to_numpy(float)
        self.city_of = inputs.counties.set_index("county")["city_hospitals_in"]
        order = {kind: position for position, kind in enumerate(allowed_words("kinds", "kind"))}
        self.order = frame["kind"].map(order).fillna(len(order)).to_numpy(dtype=np.int64)
        by = {name: frame[frame["tier"] == name] for name in TIERS}
        self.by_place = by["village"].groupby("place").indices
        self.by_township = by["township"].groupby("township").indices
        self.village_rows = by["village"].index.to_numpy()
        self.township_rows = by["township"].index.to_numpy()
        self.township_county = by["township"]["county"].to_numpy()
        self.village_township = by["village"]["township"].to_numpy()
        self.county_rows = {
            code: by["county"].index.to_numpy()[rows]
            for code, rows in by["county"].groupby("county").indices.items()
        }
        self.city_rows = {
            code: by["city"].index.to_numpy()[rows]
            for code, rows in by["city"].groupby("prefecture").indices.items()
        }
        self.upper = np.concatenate([by["province"].index, by["outside"].index]).astype(np.int64)

    def _nearest(self, rows: Ints, lon: float, lat: float) -> Ints:
        if rows.size == 0:
            return rows
        away = distance_km(lon, lat, self.lon[rows], self.lat[rows])
        return rows[[int(np.argmin(away))]]

    def within_reach(self, place: Any) -> Ints:
        """Return rows of the facility frame, lowest tier first."""
        if place.place in self.by_place:
            clinic = self.village_rows[self.by_place[place.place]]
        else:
            near = self.village_rows[self.village_township == place.township]
            clinic = self._nearest(near, place.lon, place.lat)
        if place.township in self.by_township:
            centre = self.township_rows[self.by_township[place.township]]
        else:
            near = self.township_rows[self.township_county == place.county]
            centre = self._nearest(near, place.lon, place.lat)
        none = np.zeros(0, dtype=np.int64)
        county = self.county_rows.get(place.county, none)
        city = self.city_rows.get(int(self.city_of[place.county]), none)
        rows = np.concatenate([clinic, centre, county, city, self.upper]).astype(np.int64)
        ranks = np.asarray([TIERS.index(t) for t in self.tier[rows]])
        away = distance_km(place.lon, place.lat, self.lon[rows], self.lat[rows])
        return rows[np.lexsort((away, self.order[rows], ranks))]


def travel_minutes(inputs: Inputs, tier: Any, km: Reals) -> Reals:
    """Return travel times in minutes for straight distances to facilities of given tiers."""
    values = inputs.behaviour
    minutes = np.full(len(km), values["out_of_province_travel_min"])
    for name, key in _SPEED.items():
        here = np.asarray(tier) == name
        road = km[here] * values["travel_detour_factor"]
        minutes[here] = values["travel_fixed_min"] + 60.0 * road / values[key]
    return minutes


def travel_utility(inputs: Inputs, minutes: Reals) -> Reals:
    """Return what ways weigh in the choice: each further minute less, at `travel_scale_min` half."""
    scale = inputs.behaviour["travel_scale_min"]
    return np.asarray(inputs.behaviour["travel_per_minute"] * scale * np.log1p(minutes / scale))


def _with_stated_times(times: pd.DataFrame, place: Any, facility: Any, minutes: Reals) -> Reals:
    """Return travel times, those that the region states in place of those by distance."""
    if times.empty:
        return minutes
    stated = times.set_index(["place", "facility"])["minutes"]
    found = stated.reindex(pd.MultiIndex.from_arrays([place, facility])).to_numpy(np.float64)
    return np.where(np.isnan(found), minutes, found)


def names_of(facility: Ints) -> Ints:
    """Return the numbers that address the draws of facilities, by their own numbers."""
    return ints([facility_key(int(number)) for number in facility])


def reach_starts(owner: Ints, tier: Any, places: int) -> Ints:
    """Return where each place's facilities of each tier begin, and the end.

    Parameters
    ----------
    owner : Ints
        (items,) place of every item; sorted by place, then tier.
    tier : array of str
        (items,)
    """
    ranks = np.asarray([TIERS.index(t) for t in tier])
    counts = np.bincount(owner * len(TIERS) + ranks, minlength=places * len(TIERS))
    return ints(np.concatenate([[0], np.cumsum(counts)]))


def _check_reach(inputs: Inputs, finder: _Finder, catchment: Catchment, sizes: list[int]) -> None:
    """Refuse places without any facility, and with too many; what is missing is told by its area.

    A village clinic serves its township, a health centre its county, hospitals their county or prefecture.
    """
    places = [*rows(catchment.places)]
    without = [place for place, size in zip(places, sizes, strict=True) if size == 0]
    crowded = max(range(len(sizes)), key=sizes.__getitem__)
    if not without and sizes[crowded] <= MOST_WITHIN_REACH:
        return
    file = table_file(inputs.region.path, "facilities")
    if without:
        first = without[0]
        what = (
            f"places without any facility in reach: {len(without):,}, such as {first.place}; list one with "
            f"doctors that serves its township {first.township}, its county {first.county} or the prefecture "
            f"{finder.city_of[first.county]}"
        )
    else:
        place, most = places[crowded].place, MOST_WITHIN_REACH
        what = f"place {place} reaches {sizes[crowded]} facilities; allowed: 1 to {most}"
    raise InputError(
        Problem(what, file, key="tables.facilities" if file == inputs.region.path else None)
    )


def build_reach(inputs: Inputs, catchment: Catchment) -> Reach:
    """Find every place's facilities within reach.

    Raises
    ------
    InputError
        If a place reaches no facility, or more than `MOST_WITHIN_REACH`.
    """
    finder = _Finder(inputs)
    found = [finder.within_reach(place) for place in rows(catchment.places)]
    _check_reach(inputs, finder, catchment, [within.size for within in found])
    items = np.concatenate(found)
    owner = np.repeat(np.arange(len(found)), [within.size for within in found])
    used, local = np.unique(items, return_inverse=True)
    hospitals_in = finder.city_of.loc[catchment.counties.tolist()].to_numpy(np.int64)
    homes = homes_of(finder.frame.loc[used], catchment.counties, hospitals_in)
    order = order_of(homes)
    used, local = used[order], np.argsort(order)[local]
    facilities = finder.frame.loc[used].reset_index(drop=True)
    lon = catchment.places["lon"].to_numpy(float)[owner]
    lat = catchment.places["lat"].to_numpy(float)[owner]
    km = distance_km(lon, lat, finder.lon[items], finder.lat[items])
    minutes = travel_minutes(inputs, finder.tier[items], km)
    scale = nest_scales(inputs)[[TIERS.index(tier) for tier in finder.tier[items]]]
    pairs = (
        catchment.places["place"].to_numpy()[owner],
        finder.frame["facility"].to_numpy()[items],
    )
    minutes = _with_stated_times(inputs.region.travel_times, *pairs, minutes)
    fields = {
        "reach_start": reach_starts(owner, finder.tier[items], len(found)),
        "reach_facility": ints(local),
        "reach_minutes": reals(minutes),
        "reach_name": names_of(finder.frame["facility"].to_numpy())[items],
        "reach_weight": reals(np.exp(travel_utility(inputs, minutes) / scale)),
    }
    part = inputs.catchment_share.loc[facilities["facility"]]
    return Reach(facilities, reals(part), [homes[index] for index in order], fields)
