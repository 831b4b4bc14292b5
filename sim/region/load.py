"""Load a region: read its tables, check them, and lay out what it does not list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError, Problem
from sim.region.checks import Sheets, check_tables
from sim.region.facilities import Norms, lay_out_facilities, totals_by_group
from sim.region.facility_list import complete_facilities
from sim.region.geography import lay_out_places, lay_out_townships
from sim.region.manifest import Manifest, read_manifest
from sim.region.reading import Sheet, read_table
from sim.region.region import Region
from sim.region.schemas import SCHEMAS


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
        frames["townships"], frames["places"] = _lay_out_people(frames, manifest)
    frames["facilities"] = _facilities(sheets, frames, manifest)
    if "statistics" not in frames:
        frames["statistics"] = _empty("statistics")
    return Region(
        name=manifest.name,
        title=manifest.title,
        path=manifest.path,
        year=manifest.year,
        counties=frames["counties"],
        townships=frames["townships"],
        places=frames["places"],
        facilities=frames["facilities"],
        conditions=frames["conditions"],
        capability=_in_order(frames["capability"], frames["conditions"]),
        kinds=frames["kinds"],
        calendars=frames["calendars"],
        seasons=frames["seasons"],
        onset_hours=frames["onset_hours"],
        schemes=frames["schemes"],
        reimbursement=frames["reimbursement"],
        behaviour=frames["behaviour"],
        statistics=frames["statistics"],
        sources=frames["sources"],
    )


def _read_sheets(manifest: Manifest) -> dict[str, Sheet]:
    """Read every table named in the region file; raise with all problems."""
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for name, file in manifest.tables.items():
        sheet, wrong = read_table(file, SCHEMAS[name])
        problems += wrong
        if sheet is not None:
            sheets[name] = sheet
    problems += check_tables(sheets)
    if problems:
        raise InputError(*problems)
    return sheets


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[column.name for column in SCHEMAS[name].columns])


def _in_order(capability: pd.DataFrame, conditions: pd.DataFrame) -> pd.DataFrame:
    """Return capability indexed by condition, in the order of the conditions."""
    return capability.set_index("condition").loc[list(conditions["condition"])]


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
    frames: dict[str, pd.DataFrame], manifest: Manifest
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return townships and places: one rural place per village clinic, one urban per clinic."""
    institutions = _totals(frames)["institutions"]
    for group in ("village_clinic", "private_clinic"):
        if institutions[group] == 0:
            what = f"places are laid out by clinics, and there is no number of {group} institutions"
            raise InputError(Problem(what, manifest.tables["statistics"]))
    townships = lay_out_townships(frames["counties"], _layout(frames))
    places = lay_out_places(
        townships,
        frames["counties"],
        _layout(frames),
        rural_places=int(institutions["village_clinic"]),
        urban_places=int(institutions["private_clinic"]),
    )
    return townships, places


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
