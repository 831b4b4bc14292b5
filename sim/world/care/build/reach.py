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
from sim.world.care.world import COUNTY, MOST_WITHIN_REACH
from sim.world.fields import Ints, Reals, ints, reals

_EARTH_KM = 6371.0088
_FARTHEST = {"county": "neighbour_minutes", "city": "neighbour_city_minutes"}
_CENTRES = "out_of_province"
_ACROSS_THE_BORDER = "border_general"
_SPEED = {
    "village": "travel_speed_local_kmh",
    "township": "travel_speed_local_kmh",
    "county": "travel_speed_county_kmh",
    "city": "travel_speed_city_kmh",
    "province": "travel_speed_province_kmh",
    "outside": "travel_speed_outside_kmh",
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
        run's share of their catchment for those that serve more. 0 for the hospitals of counties and
        cities that are not simulated: they are never full.
    homes : list of tuple of int
        By facility: the counties that it stands for, as indices. Facilities with the same stand together.
    shortest_sideways : float
        Minutes of the shortest way to a hospital of another county or city; infinite where there is none.
    destinations : DataFrame
        Where patients may be treated, as flows name it (see `destinations_of`).
    fields : dict
        The `reach_*` fields of a CareWorld.
    """

    facilities: pd.DataFrame
    slice: Reals
    homes: list[Home]
    shortest_sideways: float
    destinations: pd.DataFrame
    fields: dict[str, Any]


class _Finder:
    """Finds what is within reach of a place, by tier."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        table = inputs.facilities_in_reach
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
        self.kind = frame["kind"].to_numpy()
        self.county, self.prefecture = frame["county"].to_numpy(), frame["prefecture"].to_numpy()
        self.groups: dict[int, tuple[Ints, list[tuple[int, int]], Reals]] = {}
        self.farthest = {
            tier: _kilometres(inputs, tier, inputs.behaviour[parameter])
            for tier, parameter in _FARTHEST.items()
        }
        self.hospitals = by["county"].index.to_numpy()
        self.city_general = np.flatnonzero(self.kind == "city_general")
        self.across = np.flatnonzero(self.kind == _ACROSS_THE_BORDER)
        centres = np.flatnonzero(self.kind == _CENTRES)
        self.upper = np.concatenate([by["province"].index, centres]).astype(np.int64)

    def _nearest(self, rows: Ints, lon: float, lat: float) -> Ints:
        if rows.size == 0:
            return rows
        away = distance_km(lon, lat, self.lon[rows], self.lat[rows])
        return rows[[int(np.argmin(away))]]

    def is_next_door(self, county: Any, rows: Ints) -> Any:
        """Tell which facilities are hospitals of another county than the patient's, or of another city."""
        tier, city = self.tier[rows], self.city_of.loc[county].to_numpy()
        return ((tier == "county") & (self.county[rows] != county)) | (
            (tier == "city") & (self.prefecture[rows] != city)
        )

    def _groups_next_door(self, county: int) -> tuple[Ints, list[tuple[int, int]], Reals]:
        """Return the hospitals of other counties by kind, then the general ones of other cities.

        Returns
        -------
        rows : Ints
        parts : list of (first, end)
            Where each group stands in it.
        farthest : Reals
            (groups,) straight kilometres to which people think of them.
        """
        if county not in self.groups:
            near = self.hospitals[self.county[self.hospitals] != county]
            groups = [near[self.kind[near] == kind] for kind in np.unique(self.kind[near])]
            groups.append(
                self.city_general[self.prefecture[self.city_general] != self.city_of[county]]
            )
            ends = np.cumsum([rows.size for rows in groups])
            parts = [*zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]
            farthest = [self.farthest["county"]] * (len(groups) - 1) + [self.farthest["city"]]
            self.groups[county] = (np.concatenate(groups), parts, reals(farthest))
        return self.groups[county]

    def _next_door(self, place: Any) -> Ints:
        """Return the nearest hospital of each kind in other counties, the nearest general of another city."""
        rows, parts, farthest = self._groups_next_door(int(place.county))
        away = distance_km(place.lon, place.lat, self.lon[rows], self.lat[rows])
        nearest = [first + int(np.argmin(away[first:end])) for first, end in parts if first < end]
        most = farthest[[first < end for first, end in parts]]
        return rows[nearest][away[nearest] <= most]

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
        across = self._nearest(self.across, place.lon, place.lat)
        beside = self._next_door(place)
        found = [clinic, centre, county, city, beside, self.upper, across]
        rows = np.concatenate(found).astype(np.int64)
        ranks = np.asarray([TIERS.index(t) for t in self.tier[rows]])
        away = distance_km(place.lon, place.lat, self.lon[rows], self.lat[rows])
        # One's own county and city are asked first.
        next_door = np.isin(rows, beside)
        return rows[np.lexsort((away, self.order[rows], next_door, ranks))]


def _kilometres(inputs: Inputs, tier: str, minutes: float) -> float:
    """Return the straight distance that takes some minutes to a facility of a tier (see `travel_minutes`)."""
    values = inputs.behaviour
    road = (minutes - values["travel_fixed_min"]) / 60.0 * values[_SPEED[tier]]
    return road / values["travel_detour_factor"]


def travel_minutes(inputs: Inputs, tier: Any, km: Reals) -> Reals:
    """Return travel times in minutes for straight distances to facilities of given tiers."""
    values = inputs.behaviour
    tiers = np.asarray(tier)
    road = km * values["travel_detour_factor"]
    speed = np.asarray([values[_SPEED[name]] for name in tiers], dtype=np.float64)
    fixed = np.where(
        tiers == "outside", values["out_of_province_fixed_min"], values["travel_fixed_min"]
    )
    return np.asarray(fixed + 60.0 * road / speed)


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


def destinations_of(facilities: pd.DataFrame, inputs: Inputs) -> tuple[pd.DataFrame, Ints]:
    """Return where patients may be treated, and the row of it for each facility.

    Returns
    -------
    destinations : DataFrame
        Columns ``tier``, ``code``, ``name_zh``, ``name_en``: every county of the facilities up to the county
        tier (its code, tier ``county``), and each facility above by itself (its number).
    number : Ints
        (facilities,)
    """
    counties = inputs.region.counties.set_index("county")
    keys: dict[tuple[str, int], int] = {}
    found: list[tuple[str, int, str, str]] = []
    number = []
    for facility in rows(facilities):
        local = TIERS.index(facility.tier) <= COUNTY
        code = int(facility.county if local else facility.facility)
        key = ("county" if local else facility.tier, code)
        if key not in keys:
            keys[key] = len(found)
            named = counties.loc[code] if local else facility
            found.append((*key, str(named.name_zh), str(named.name_en)))
        number.append(keys[key])
    return pd.DataFrame(found, columns=["tier", "code", "name_zh", "name_en"]), ints(number)


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
    next_door = finder.is_next_door(pd.Index(catchment.places["county"].to_numpy()[owner]), items)
    least = inputs.behaviour["cross_county_least_min"]
    minutes = np.where(next_door, np.maximum(minutes, least), minutes)
    pairs = (
        catchment.places["place"].to_numpy()[owner],
        finder.frame["facility"].to_numpy()[items],
    )
    minutes = _with_stated_times(inputs.region.travel_times, *pairs, minutes)
    destinations, destination = destinations_of(facilities, inputs)
    fields = {
        "facility_destination": destination,
        "reach_start": reach_starts(owner, finder.tier[items], len(found)),
        "reach_facility": ints(local),
        "reach_minutes": reals(minutes),
        "reach_name": names_of(finder.frame["facility"].to_numpy())[items],
        "reach_weight": reals(
            np.exp(
                (travel_utility(inputs, minutes) + inputs.behaviour["other_county"] * next_door)
                / scale
            )
        ),
    }
    # Nobody of those whom a neighbour's hospital serves is in the run.
    part = inputs.catchment_share.reindex(facilities["facility"]).fillna(0.0)
    return Reach(
        facilities=facilities,
        slice=reals(part),
        homes=[homes[index] for index in order],
        shortest_sideways=float(minutes[next_door].min(initial=np.inf)),
        destinations=destinations,
        fields=fields,
    )
