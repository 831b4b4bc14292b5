"""Lay out townships and places where a region gives only counts; distances on the globe.

Nothing here is drawn at random: positions lie on sunflower spirals and sizes vary along a
low-discrepancy sequence, so the same tables always give the same map.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.region.apportion import Floats, Ints, apportion, apportion_groups

_EARTH_RADIUS_KM = 6371.0088
_KM_PER_DEGREE = _EARTH_RADIUS_KM * np.pi / 180
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
_GOLDEN_RATIO = (np.sqrt(5) - 1) / 2

UNIT_KINDS = ("subdistrict", "town", "township")
_KIND_ZH = {"subdistrict": "街道", "town": "镇", "township": "乡"}


def distance_km(
    lon: npt.ArrayLike, lat: npt.ArrayLike, to_lon: npt.ArrayLike, to_lat: npt.ArrayLike
) -> Floats:
    """Return great-circle distances (haversine).

    Parameters
    ----------
    lon, lat, to_lon, to_lat : array_like
        Degrees; shapes broadcast against each other.

    Returns
    -------
    numpy.ndarray of float64
        Kilometres, in the broadcast shape.
    """
    # Plain arrays: labelled ones would be matched by label instead of by position.
    phi, to_phi = np.radians(np.asarray(lat)), np.radians(np.asarray(to_lat))
    half_lat = (to_phi - phi) / 2
    half_lon = np.radians(np.asarray(to_lon) - np.asarray(lon)) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(half_lon) ** 2
    result: Floats = 2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return result


def lay_out_townships(counties: pd.DataFrame, layout: Mapping[str, float]) -> pd.DataFrame:
    """Lay out the subdistricts, towns and townships of every county.

    Each county is a disc of its own area around its centre. The first unit (a subdistrict if there
    is one, else a town) stands at the seat of government; the others spread evenly over the disc,
    subdistricts nearest to the seat, townships farthest. People of the county are shared out by
    kind of unit, urban and rural separately, and add up exactly.

    Parameters
    ----------
    counties : DataFrame
        Region table.
    layout : mapping of str to float
        Layout parameters (``layout.csv``).

    Returns
    -------
    DataFrame
        Table ``townships``.
    """
    units = _units(counties)
    group = units["row"].to_numpy(dtype=np.int64)
    spread = _sizes(len(units), layout["size_spread"])
    population = counties["population"].to_numpy(dtype=np.int64)
    rural = np.rint(population * counties["rural_share"].to_numpy()).astype(np.int64)
    rural_weight = units["kind"].map(
        {
            "subdistrict": layout["subdistrict_rural_weight"],
            "town": 1.0,
            "township": layout["township_rural_weight"],
        }
    )
    rural_people = apportion_groups(rural, rural_weight.to_numpy(np.float64) * spread, group)
    urban_weight = _urban_weights(units, counties, layout) * spread
    urban_people = apportion_groups(population - rural, urban_weight, group)
    lon, lat = _unit_positions(units, counties)
    return pd.DataFrame(
        {
            "township": counties["county"].to_numpy()[group] * 1000 + units["number"] + 1,
            "county": counties["county"].to_numpy()[group],
            "name_zh": [
                f"{counties['name_zh'].iloc[row]}{of_kind + 1}号{_KIND_ZH[kind]}"
                for row, kind, of_kind in zip(group, units["kind"], units["of_kind"], strict=True)
            ],
            "name_en": [
                f"{counties['name_en'].iloc[row]} {kind} {of_kind + 1}"
                for row, kind, of_kind in zip(group, units["kind"], units["of_kind"], strict=True)
            ],
            "kind": units["kind"],
            "population": rural_people + urban_people,
            "rural_population": rural_people,
            "lon": lon,
            "lat": lat,
        }
    )


def _units(counties: pd.DataFrame) -> pd.DataFrame:
    """Return one row per unit: row of its county, number in it, kind, number in its kind."""
    rows = []
    counts = zip(counties["subdistricts"], counties["towns"], counties["townships"], strict=True)
    for row, per_kind in enumerate(counts):
        number = 0
        for kind, count in zip(UNIT_KINDS, per_kind, strict=True):
            for of_kind in range(count):
                rows.append((row, number, kind, of_kind))
                number += 1
    return pd.DataFrame(rows, columns=["row", "number", "kind", "of_kind"])


def _sizes(count: int, spread: float) -> Floats:
    """Return factors around one, evenly spread on a log scale, neighbours unlike each other."""
    sequence = (np.arange(1, count + 1) * _GOLDEN_RATIO) % 1.0
    factors: Floats = np.exp(spread * (2 * sequence - 1))
    return factors


def _urban_weights(
    units: pd.DataFrame, counties: pd.DataFrame, layout: Mapping[str, float]
) -> Floats:
    """Return the weight of each unit in its county's urban population."""
    weights = units["kind"].map(
        {
            "subdistrict": layout["subdistrict_urban_weight"],
            "town": 1.0,
            "township": layout["township_urban_weight"],
        }
    )
    without = (counties["subdistricts"] == 0).to_numpy()[units["row"]]
    seat = without & (units["number"] == 0).to_numpy()
    return np.where(seat, layout["seat_town_urban_weight"], weights.to_numpy(np.float64))


def _unit_positions(units: pd.DataFrame, counties: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return longitude and latitude of every unit."""
    lon, lat = np.empty(len(units)), np.empty(len(units))
    for row, members in units.groupby("row").indices.items():
        county = counties.iloc[int(str(row))]
        seat_lon, seat_lat = float(county["lon"]), float(county["lat"])
        lon[members[0]], lat[members[0]] = seat_lon, seat_lat
        others = members[1:]
        radius = np.sqrt(float(county["area_km2"]) / np.pi)
        east, north = _sunflower(np.arange(len(others)), np.full(len(others), len(others)), radius)
        centre_lon, centre_lat = float(county["centre_lon"]), float(county["centre_lat"])
        spots = _shift(np.full(len(others), centre_lon), centre_lat, east, north)
        nearest_first = np.argsort(distance_km(*spots, seat_lon, seat_lat), kind="stable")
        lon[others], lat[others] = spots[0][nearest_first], spots[1][nearest_first]
    return np.round(lon, 5), np.round(lat, 5)


def lay_out_places(
    townships: pd.DataFrame,
    counties: pd.DataFrame,
    layout: Mapping[str, float],
    rural_places: int,
    urban_places: int,
) -> pd.DataFrame:
    """Lay out the catchments of basic clinics in every township-level unit.

    Rural places spread over the unit's land, urban places over its built-up middle. Every unit
    with rural (urban) people has at least one rural (urban) place.

    Parameters
    ----------
    townships, counties : DataFrame
        Region tables.
    layout : mapping of str to float
        Layout parameters (``layout.csv``).
    rural_places, urban_places : int
        How many of each the region has in all.

    Returns
    -------
    DataFrame
        Table ``places``: first the rural, then the urban ones of each unit.
    """
    rural_people = townships["rural_population"].to_numpy(dtype=np.int64)
    urban_people = townships["population"].to_numpy(dtype=np.int64) - rural_people
    parts = []
    for urban, people, wanted in (
        (False, rural_people, rural_places),
        (True, urban_people, urban_places),
    ):
        total = max(wanted, int(np.count_nonzero(people))) if people.any() else 0
        counts = np.minimum(apportion(total, people.astype(np.float64), minimum=1), people)
        parts.append(_places_of(people, counts, urban, layout["size_spread"]))
    places = pd.concat(parts).sort_values(["row", "urban", "index"], ignore_index=True)
    group = places["row"].to_numpy(dtype=np.int64)
    urban_flag = places["urban"].to_numpy(dtype=bool)
    land = _land_radius_km(townships, counties, layout)
    built_up = np.sqrt(urban_people / layout["urban_people_per_km2"] / np.pi)
    radius = np.where(urban_flag, np.minimum(built_up, land)[group], land[group])
    east, north = _sunflower(places["index"].to_numpy(), places["of"].to_numpy(), radius)
    lon, lat = _shift(
        townships["lon"].to_numpy()[group], townships["lat"].to_numpy()[group], east, north
    )
    number = places.groupby("row").cumcount().to_numpy() + 1
    return pd.DataFrame(
        {
            "place": townships["township"].to_numpy()[group] * 1000 + number,
            "township": townships["township"].to_numpy()[group],
            "county": townships["county"].to_numpy()[group],
            "urban": urban_flag,
            "population": places["population"],
            "lon": np.round(lon, 5),
            "lat": np.round(lat, 5),
        }
    )


def _places_of(people: Ints, counts: Ints, urban: bool, spread: float) -> pd.DataFrame:
    """Return the places of one sort with their people: at least one person in each."""
    group = np.repeat(np.arange(len(counts)), counts)
    shares = apportion_groups(people - counts, _sizes(len(group), spread), group)
    index = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    return pd.DataFrame(
        {
            "row": group,
            "urban": urban,
            "index": index,
            "of": counts[group],
            "population": shares + 1,
        }
    )


def _land_radius_km(
    townships: pd.DataFrame, counties: pd.DataFrame, layout: Mapping[str, float]
) -> Floats:
    """Return the radius of each unit's land, taken as a disc."""
    weight = np.where(
        townships["kind"] == "subdistrict", layout["subdistrict_area_weight"], 1.0
    ).astype(np.float64)
    area = townships["county"].map(counties.set_index("county")["area_km2"]).to_numpy(np.float64)
    total = pd.Series(weight).groupby(townships["county"].to_numpy()).transform("sum").to_numpy()
    radius: Floats = np.sqrt(area * weight / total / np.pi)
    return radius


def _sunflower(
    index: npt.ArrayLike, count: npt.ArrayLike, radius_km: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """Return offsets (km east, km north) that fill a disc evenly; a lone point sits in the middle.

    Parameters
    ----------
    index : array_like
        Number of the point within its disc, from 0.
    count : array_like
        Points in the disc.
    radius_km : array_like
        Radius of the disc.
    """
    order, of = np.asarray(index, dtype=np.float64), np.asarray(count, dtype=np.float64)
    away = np.where(of > 1, np.sqrt((order + 0.5) / np.maximum(of, 1)), 0.0) * radius_km
    angle = order * _GOLDEN_ANGLE
    return away * np.cos(angle), away * np.sin(angle)


def _shift(
    lon: npt.ArrayLike, lat: npt.ArrayLike, east_km: Floats, north_km: Floats
) -> tuple[Floats, Floats]:
    """Return longitude and latitude after moving by kilometres east and north."""
    new_lat = np.asarray(lat) + north_km / _KM_PER_DEGREE
    new_lon = np.asarray(lon) + east_km / (_KM_PER_DEGREE * np.cos(np.radians(lat)))
    return new_lon, new_lat
