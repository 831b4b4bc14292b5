"""Lay out facilities by norms so that they add up to the published totals by institution type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.region.apportion import Floats, Ints, apportion
from sim.region.schemas import allowed_words

PRIVATE_KINDS = ("private_clinic", "county_private", "city_private")
TERTIARY_KINDS = (
    *("city_general", "city_tcm", "provincial_general"),
    *("out_of_province", "border_general"),
)
_COUNTS = ("institutions", "beds", "physicians", "nurses", "others")


@dataclass(frozen=True)
class Norms:
    """What the layout of facilities rests on.

    Attributes
    ----------
    totals : DataFrame
        Resources (columns) by institution group (index), see `totals_by_group`.
    village_doctors, general_practitioners : int
        In the whole region.
    hospital_split : DataFrame
        Share of each group's resources by facility kind.
    layout : mapping of str to float
        Layout parameters.
    outsides : DataFrame
        Region table: the places outside the province.
    """

    totals: pd.DataFrame
    village_doctors: int
    general_practitioners: int
    hospital_split: pd.DataFrame
    layout: Mapping[str, float]
    outsides: pd.DataFrame


@dataclass(frozen=True)
class Sites:
    """Where facilities of one kind may stand, with a weight for what each receives.

    Attributes
    ----------
    frame : DataFrame
        Columns ``county``, ``prefecture``, ``township``, ``place``, ``lon``, ``lat``,
        ``name_zh``, ``name_en``.
    weight : numpy.ndarray of float64, shape (sites,)
        People served, weighted.
    """

    frame: pd.DataFrame
    weight: Floats


def totals_by_group(statistics: pd.DataFrame, institution_types: pd.DataFrame) -> pd.DataFrame:
    """Return published totals by the group that stands for them in the model.

    Parameters
    ----------
    statistics : DataFrame
        Region table.
    institution_types : DataFrame
        How each published institution type is modelled.

    Returns
    -------
    DataFrame
        Index: institution groups with ``not_modelled`` last; columns: institutions, beds,
        physicians, nurses, staff (persons); whole numbers. A figure that is not published is 0.
    """
    wide = statistics.pivot_table(index="item", columns="indicator", values="value", aggfunc="last")
    columns = list(allowed_words("hospital_split", "resource"))
    by_type = wide.reindex(index=institution_types["institution_type"], columns=columns)
    groups = institution_types["modelled_as"].to_numpy()
    known = list(allowed_words("institution_types", "modelled_as"))
    totals = by_type.fillna(0).groupby(groups).sum().reindex(known)
    return totals.fillna(0).astype(np.int64)


def lay_out_facilities(
    counties: pd.DataFrame,
    prefectures: pd.DataFrame,
    townships: pd.DataFrame,
    places: pd.DataFrame,
    kinds: pd.DataFrame,
    norms: Norms,
) -> pd.DataFrame:
    """Lay out the facilities of a region.

    Parameters
    ----------
    counties, prefectures, townships, places, kinds : DataFrame
        Region tables.
    norms : Norms
        Published totals and the assumptions that split them.

    Returns
    -------
    DataFrame
        Table ``facilities`` (without ``catchment_population``), ordered from village to province.
    """
    parts = [
        *_primary_care(counties, townships, places, norms),
        *_hospitals(counties, prefectures, norms),
        _outsides(norms.outsides),
    ]
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
    tiers = kinds.set_index("kind")["tier"]
    frame["tier"] = frame["kind"].map(tiers)
    frame["owner"] = np.where(frame["kind"].isin(PRIVATE_KINDS), "private", "public")
    frame["tertiary"] = frame["kind"].isin(TERTIARY_KINDS)
    frame["step_down_beds"] = 0
    frame["village_doctors"] = _spread(frame, "village_clinic", norms.village_doctors, places)
    # General practitioners are physicians with a further licence: shared out by physicians.
    near = frame["kind"].isin(["township_health_centre", "community_centre"])
    physicians = np.where(near, frame["physicians"], 0).astype(np.float64)
    frame["general_practitioners"] = apportion(norms.general_practitioners, physicians)
    frame["staff"] = frame["physicians"] + frame["nurses"] + frame["others"]
    frame.insert(0, "facility", np.arange(1, len(frame) + 1))
    return frame[list(FACILITY_COLUMNS)]


FACILITY_COLUMNS = (
    *("facility", "name_zh", "name_en", "tier", "kind", "owner"),
    *("county", "prefecture", "township", "place", "lon", "lat"),
    *("institutions", "beds", "physicians", "general_practitioners", "village_doctors"),
    *("nurses", "staff", "tertiary", "step_down_beds"),
)


def _spread(frame: pd.DataFrame, kind: str, total: int, places: pd.DataFrame) -> Ints:
    """Share a total out over the facilities of a kind, by the people of their place."""
    people = frame["place"].map(places.set_index("place")["population"]).fillna(0)
    weight = np.where(frame["kind"] == kind, people, 0).astype(np.float64)
    return apportion(total if weight.any() else 0, weight, minimum=1)


def _build(kind: str, sites: Sites, totals: Mapping[str, int]) -> pd.DataFrame:
    """Return the facilities of one kind: one per site that receives an institution."""
    institutions = apportion(totals["institutions"], sites.weight, minimum=1)
    there = institutions > 0
    frame = sites.frame[there].reset_index(drop=True)
    weight = sites.weight[there]
    frame["kind"] = kind
    frame["institutions"] = institutions[there]
    others = totals["staff"] - totals["physicians"] - totals["nurses"]
    for name, total in {**totals, "others": others}.items():
        if name in _COUNTS and name != "institutions":
            frame[name] = apportion(total, weight)
    return frame


def _primary_care(
    counties: pd.DataFrame, townships: pd.DataFrame, places: pd.DataFrame, norms: Norms
) -> list[pd.DataFrame]:
    """Return clinics, township health centres and community centres."""
    prefecture = counties.set_index("county")["prefecture"]
    units = townships.assign(
        prefecture=townships["county"].map(prefecture),
        place=0,
        urban_population=townships["population"] - townships["rural_population"],
    )
    names = townships.set_index("township")[["name_zh", "name_en"]]
    spots = places.join(names, on="township")
    spots["prefecture"] = spots["county"].map(prefecture)
    number = (spots["place"] % 1000).astype(str)
    spots["name_zh"] = spots["name_zh"] + number + "号"
    spots["name_en"] = spots["name_en"] + " place " + number
    rural_only = units[units["kind"] != "subdistrict"]
    seats = units["township"].isin(units.groupby("county")["township"].min())
    urban = units[(units["kind"] == "subdistrict") | seats]
    size = rural_only["rural_population"] + (
        norms.layout["health_centre_urban_weight"] * rural_only["urban_population"]
    )
    plan = (
        ("village_clinic", spots[~spots["urban"]], None, "村卫生所", "clinic"),
        ("private_clinic", spots[spots["urban"]], None, "诊所", "private clinic"),
        ("township_health_centre", rural_only, size, "卫生院", "health centre"),
        (
            "community_centre",
            urban,
            urban["urban_population"],
            "社区卫生服务中心",
            "community health centre",
        ),
    )
    result = []
    for kind, frame, weight, suffix_zh, suffix_en in plan:
        sites = _sites(frame, frame["population"] if weight is None else weight)
        sites.frame["name_zh"] += suffix_zh
        sites.frame["name_en"] += " " + suffix_en
        resources = allowed_words("hospital_split", "resource")
        totals = {name: _total(norms.totals, kind, name) for name in resources}
        result.append(_build(kind, sites, totals))
    return result


def _total(totals: pd.DataFrame, group: str, resource: str) -> int:
    """Return one published total."""
    return int(totals[resource].to_numpy(np.int64)[totals.index == group].sum())


def _sites(frame: pd.DataFrame, weight: pd.Series) -> Sites:
    columns = ["county", "prefecture", "township", "place", "lon", "lat", "name_zh", "name_en"]
    return Sites(frame[columns].reset_index(drop=True), weight.to_numpy(dtype=np.float64))


_HOSPITAL_NAMES = {
    "county_general": ("综合医院", "general hospital"),
    "county_tcm": ("中医院", "hospital of Chinese medicine"),
    "county_maternal_child": ("妇幼保健院", "maternal and child hospital"),
    "county_private": ("民营医院", "private hospitals"),
    "city_general": ("市级综合医院", "city general hospital"),
    "city_tcm": ("市级中医院", "city hospital of Chinese medicine"),
    "city_private": ("市级民营医院", "city private hospitals"),
    "provincial_general": ("省级医院", "provincial hospital"),
}


def _hospitals(
    counties: pd.DataFrame, prefectures: pd.DataFrame, norms: Norms
) -> list[pd.DataFrame]:
    """Return hospitals at county, prefecture and provincial level."""
    split = norms.hospital_split
    result = []
    for kind, (suffix_zh, suffix_en) in _HOSPITAL_NAMES.items():
        totals = _kind_totals(kind, split, norms.totals)
        if kind == "county_maternal_child":
            # City maternal hospitals are counted where they stand, so districts are not reduced.
            sites = _county_sites(counties, 1.0)
        elif kind.startswith("county"):
            sites = _county_sites(counties, norms.layout["district_county_capacity"])
        elif kind.startswith("city"):
            sites = _city_sites(counties, prefectures, norms.layout)
        else:
            sites = _provincial_sites(counties, prefectures)
        sites.frame["name_zh"] += suffix_zh
        sites.frame["name_en"] += " " + suffix_en
        if sites.weight.any():
            result.append(_build(kind, sites, totals))
    return result


def _kind_totals(kind: str, split: pd.DataFrame, totals: pd.DataFrame) -> dict[str, int]:
    """Return the resources of one hospital kind; kinds of a group add up to the group exactly."""
    result = {}
    for resource in allowed_words("hospital_split", "resource"):
        group = str(split.loc[split["kind"] == kind, "group"].iloc[0])
        rows = split[(split["group"] == group) & (split["resource"] == resource)]
        total = _total(totals, group, resource)
        shares = apportion(total, rows["share"].to_numpy(dtype=np.float64))
        result[resource] = int(shares[(rows["kind"] == kind).to_numpy()].sum())
    return result


def _county_sites(counties: pd.DataFrame, district_factor: float) -> Sites:
    frame = counties.assign(township=0, place=0)
    factor = np.where(counties["kind"] == "district", district_factor, 1.0)
    return _sites(frame, counties["population"] * factor)


def _city_sites(
    counties: pd.DataFrame, prefectures: pd.DataFrame, layout: Mapping[str, float]
) -> Sites:
    """Return the prefectures that have city hospitals, at their seat."""
    factor = np.where(
        counties["kind"] == "district", 1.0, layout["city_capacity_outside_districts"]
    )
    served_by = counties["city_hospitals_in"]
    weight = (counties["population"] * factor).groupby(served_by).sum()
    with_hospitals = prefectures[prefectures["prefecture"].isin(weight.index)]
    frame = _at_seat(with_hospitals, counties)
    return _sites(frame, with_hospitals["prefecture"].map(weight))


def _provincial_sites(counties: pd.DataFrame, prefectures: pd.DataFrame) -> Sites:
    """Return the prefectures where provincial hospitals stand, at their seat."""
    centres = prefectures[prefectures["provincial_share"] > 0]
    frame = _at_seat(centres, counties)
    frame["prefecture"] = 0
    return _sites(frame, centres["provincial_share"])


def _at_seat(prefectures: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """Return prefectures with the position of their seat; they belong to no single county."""
    seat = counties.set_index("county")[["lon", "lat"]]
    return prefectures.join(seat, on="seat_county").assign(county=0, township=0, place=0)


def _outsides(table: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities outside the province; their staff and beds are not counted."""
    areas = dict.fromkeys(("county", "prefecture", "township", "place"), 0)
    counts = {name: 0 for name in _COUNTS if name != "institutions"}
    return table.assign(**areas, **counts, institutions=1)
