"""Load a region: read its tables, check them, and lay out what it does not list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError, Problem, nearest
from sim.region.checks import MOST_UNITS, check_tables, unknown_references
from sim.region.complete import complete_people, land_problems
from sim.region.facilities import Norms, lay_out_facilities, totals_by_group
from sim.region.facility_list import complete_facilities
from sim.region.geography import lay_out_places, lay_out_townships
from sim.region.manifest import Manifest, read_manifest
from sim.region.reading import Sheet, empty_frame, read_table
from sim.region.region import REGION_TABLES, Region
from sim.region.remarks import remarks_of
from sim.region.schemas import schema, tables
from sim.region.value_checks import Sheets


def load_region(path: str | Path) -> Region:
    """Load a region from its folder.

    Parameters
    ----------
    path : str or Path
        Folder with a ``region.yaml``, or that file.

    Returns
    -------
    Region
        All tables. Townships, places and facilities are laid out from counts and norms where the
        region does not list them.

    Raises
    ------
    InputError
        With everything that is wrong: missing or unreadable files, cells that do not fit their
        column, sums that do not add up, references to nothing.
    """
    manifest = read_manifest(Path(path))
    sheets = _read_sheets(manifest)
    frames = {name: sheet.frame for name, sheet in sheets.items()}
    frames["counties"] = _with_centres(_with_city_hospitals(frames))
    if "places" not in frames:
        frames["townships"], frames["places"] = _lay_out_people(sheets, frames, manifest)
    frames["facilities"] = _facilities(sheets, frames, manifest)
    _check_travel_times(sheets, frames)
    for name in tables():
        frames.setdefault(name, _empty(name))
    frames["sources"] = _all_sources(frames["sources"], manifest)
    frames["capability"] = _in_order(frames["capability"], frames["conditions"])
    frames["services"] = _with_roles(frames)
    region = Region(
        name=manifest.name,
        title=manifest.title,
        path=manifest.path,
        year=manifest.year,
        definitions=manifest.definitions,
        remarks=(),
        **{name: frames[name] for name in REGION_TABLES},
    )
    return replace(region, remarks=remarks_of(region, sheets))


def _read_sheets(manifest: Manifest) -> dict[str, Sheet]:
    """Read every table named in the region file; raise with all problems."""
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for name, file in manifest.tables.items():
        sheet, wrong = read_table(file, schema(name))
        problems += wrong
        if sheet is not None:
            sheets[name] = sheet
    complete_people(sheets)
    problems += check_tables(sheets)
    problems += _unknown_common(manifest, sheets)
    if "places" not in manifest.tables and "counties" in sheets:
        problems += land_problems(sheets["counties"])
    if problems:
        raise InputError(*problems)
    return sheets


def _unknown_common(manifest: Manifest, sheets: Sheets) -> list[Problem]:
    """Return common conditions of the definitions that the region does not have."""
    if "conditions" not in sheets:
        return []
    known = [*map(str, sheets["conditions"].frame["condition"])]
    return [
        Problem(
            f"no condition is called '{name}'{nearest(name, known)}",
            manifest.defined_in,
            None,
            f"definitions.common_conditions.{name}",
        )
        for name in manifest.definitions.common_conditions
        if name not in known
    ]


def _check_travel_times(sheets: Sheets, frames: dict[str, pd.DataFrame]) -> None:
    """Refuse ways between what is not there."""
    if "travel_times" not in sheets:
        return
    problems: list[Problem] = []
    for column, table in (("place", "places"), ("facility", "facilities")):
        known, what = frames[table][column], f"{column} of {table}"
        problems += unknown_references(sheets["travel_times"], column, known, what)
    if problems:
        raise InputError(*problems)


def _all_sources(own: pd.DataFrame, manifest: Manifest) -> pd.DataFrame:
    """Return the region's sources, and those of borrowed tables; a nearer region's word holds."""
    parts = [own]
    for file in manifest.borrowed_sources:
        sheet, problems = read_table(file, schema("sources"))
        if sheet is None:
            raise InputError(*problems)
        spoken_of = [name for name, files in manifest.sources_of.items() if file in files]
        parts.append(sheet.frame[sheet.frame["table"].isin(spoken_of)])
    stated = [part for part in parts if len(part)]
    if not stated:
        return own
    return pd.concat(stated).drop_duplicates(["table", "column"], ignore_index=True)


def _empty(name: str) -> pd.DataFrame:
    """Return a table without rows, its columns typed."""
    return empty_frame(schema(name))


def _in_order(capability: pd.DataFrame, conditions: pd.DataFrame) -> pd.DataFrame:
    """Return capability indexed by condition, in the order of the conditions."""
    return capability.set_index("condition").loc[list(conditions["condition"])]


def _with_roles(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the services with the tier of their kind and the role of their skill."""
    services = frames["services"]
    return services.assign(
        tier=services["kind"].map(frames["kinds"].set_index("kind")["tier"]),
        role=services["skill"].map(frames["skills"].set_index("skill")["role"]),
    )


def _with_city_hospitals(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return counties with the prefecture whose city hospitals serve them."""
    counties = frames["counties"].copy()
    counties["city_hospitals_in"] = counties["prefecture"]
    if "prefectures" in frames:
        serves = frames["prefectures"].set_index("prefecture")["city_hospitals_in"]
        counties["city_hospitals_in"] = counties["prefecture"].map(serves).astype(np.int64)
    return counties


def _with_centres(counties: pd.DataFrame) -> pd.DataFrame:
    """Return counties whose centre, where it is not given, is the seat."""
    return counties.assign(
        centre_lon=counties["centre_lon"].fillna(counties["lon"]),
        centre_lat=counties["centre_lat"].fillna(counties["lat"]),
    )


def _layout(frames: dict[str, pd.DataFrame]) -> dict[str, float]:
    table = frames["layout"]
    return dict(zip(table["parameter"], table["value"].astype(float), strict=True))


def _totals(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return totals_by_group(frames["statistics"], frames["institution_types"])


def _lay_out_people(
    sheets: Sheets, frames: dict[str, pd.DataFrame], manifest: Manifest
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return townships and places: as many as there are clinics, or as people need."""
    layout = _layout(frames)
    townships = frames.get("townships")
    if townships is None:
        townships = lay_out_townships(frames["counties"], layout)
    rural, urban = _place_numbers(frames, townships, manifest)
    places = lay_out_places(
        townships, frames["counties"], layout, rural_places=rural, urban_places=urban
    )
    # A place's code is its township's and three digits: one more would be the code of another township.
    numbers = places["township"].value_counts(sort=False)
    crowded = numbers.index[numbers > MOST_UNITS]
    if len(crowded):
        if "statistics" in sheets:
            what = (
                f"{rural:,} rural and {urban:,} urban places are more than {MOST_UNITS} in one township: the "
                "clinics of these statistics are those of a larger area; leave out statistics and "
                "institution_types, so that places follow from people"
            )
            raise InputError(Problem(what, sheets["statistics"].path))
        what = (
            f"{rural:,} rural and {urban:,} urban places are more than {MOST_UNITS} in one township: list the "
            "townships of this county, or its places"
        )
        county = townships.set_index("township")["county"][crowded[0]]
        row = int(np.flatnonzero(frames["counties"]["county"] == county)[0])
        raise InputError(sheets["counties"].problem(row, "population", what))
    return townships, places


def _place_numbers(
    frames: dict[str, pd.DataFrame], townships: pd.DataFrame, manifest: Manifest
) -> tuple[int, int]:
    """Return how many rural and urban places there are: one per clinic, or by people per place."""
    if "statistics" in frames and "institution_types" in frames:
        institutions = _totals(frames)["institutions"]
        for group in ("village_clinic", "private_clinic"):
            if institutions[group] == 0:
                what = f"places are laid out by clinics, and there is no number of {group} institutions"
                raise InputError(Problem(what, manifest.tables["statistics"]))
        return int(institutions["village_clinic"]), int(institutions["private_clinic"])
    layout = _layout(frames)
    rural = int(townships["rural_population"].sum())
    urban = int(townships["population"].sum()) - rural
    return (
        round(rural / layout["people_per_rural_place"]),
        round(urban / layout["people_per_urban_place"]),
    )


def _facilities(
    sheets: Sheets, frames: dict[str, pd.DataFrame], manifest: Manifest
) -> pd.DataFrame:
    """Return the planner's facilities, or those laid out by norms."""
    counties, townships, places = frames["counties"], frames["townships"], frames["places"]
    if "facilities" in sheets:
        facilities, problems = complete_facilities(
            sheets["facilities"], counties, townships, places, frames["kinds"]
        )
        if problems:
            raise InputError(*problems)
    else:
        facilities = lay_out_facilities(
            counties,
            frames["prefectures"],
            townships,
            places,
            frames["kinds"],
            _norms(frames, manifest),
        )
    return facilities.assign(catchment_population=_catchments(facilities, counties))


def _norms(frames: dict[str, pd.DataFrame], manifest: Manifest) -> Norms:
    """Return the totals that the layout of facilities must meet."""
    statistics = frames["statistics"]
    people = int(frames["counties"]["population"].sum())
    per_10000 = _published(statistics, "all", "general_practitioners_per_10000", manifest)
    village_doctors = _published(statistics, "village_clinic", "village_doctors", manifest)
    return Norms(
        totals=_totals(frames),
        village_doctors=round(village_doctors),
        general_practitioners=round(per_10000 * people / 10000),
        hospital_split=frames["hospital_split"],
        layout=_layout(frames),
        outsides=frames["outsides"],
    )


def _published(statistics: pd.DataFrame, item: str, indicator: str, manifest: Manifest) -> float:
    rows = statistics[(statistics["item"] == item) & (statistics["indicator"] == indicator)]
    if rows.empty:
        what = f"facilities are laid out by norms, and there is no row '{item}, {indicator}'"
        raise InputError(Problem(what, manifest.tables["statistics"]))
    return float(rows["value"].iloc[-1])


def _catchments(facilities: pd.DataFrame, counties: pd.DataFrame) -> pd.Series:
    """Return the people each facility serves: its county's, its prefecture's, or the region's."""
    by_county = facilities["county"].map(counties.set_index("county")["population"])
    by_city = facilities["prefecture"].map(
        counties.groupby("city_hospitals_in")["population"].sum()
    )
    everyone = int(counties["population"].sum())
    return by_county.fillna(by_city).fillna(everyone).astype(np.int64)
