"""Complete a planner's own list of facilities: tier, area and position from what is given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.errors import Problem
from sim.region.checks import unknown_references
from sim.region.facilities import FACILITY_COLUMNS
from sim.region.reading import Sheet

# Facilities of these tiers belong to one county; those above serve several.
LOCAL_TIERS = ("village", "township", "county")


def complete_facilities(
    sheet: Sheet,
    counties: pd.DataFrame,
    townships: pd.DataFrame,
    places: pd.DataFrame,
    kinds: pd.DataFrame,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Fill in what a list of facilities leaves out.

    The township follows from the place, the county from the township, the prefecture from the
    county, the tier from the kind, and the position from the smallest area that is given.
    Facilities of the city tier belong to a prefecture, those above to none.

    Parameters
    ----------
    sheet : Sheet
        The list as read.
    counties, townships, places, kinds : DataFrame
        Region tables.

    Returns
    -------
    facilities : DataFrame
        Table ``facilities`` (without ``catchment_population``).
    problems : list of Problem
        References to nothing, and facilities without area or position.
    """
    known = (
        ("county", counties["county"], "county of counties"),
        ("prefecture", counties["prefecture"], "prefecture of counties"),
        ("township", townships["township"], "township of this region"),
        ("place", places["place"], "place of this region"),
    )
    problems: list[Problem] = []
    for column, codes, what in known:
        problems.extend(unknown_references(sheet, column, [0, *codes], what))
    if problems:
        return sheet.frame, problems
    frame = sheet.frame.copy()
    frame["tier"] = frame["kind"].map(kinds.set_index("kind")["tier"])
    _follow(frame, "place", places, "township")
    _follow(frame, "township", townships, "county")
    _follow(frame, "county", counties, "prefecture")
    _position(frame, counties, townships, places)
    local = frame["tier"].isin(LOCAL_TIERS)
    frame.loc[~local, "county"] = 0
    frame.loc[~frame["tier"].isin([*LOCAL_TIERS, "city"]), "prefecture"] = 0
    for row in np.flatnonzero(local & (frame["county"] == 0)):
        what = f"a {frame['kind'].iloc[row]} needs a county, a township or a place"
        problems.append(sheet.problem(row, "county", what))
    for row in np.flatnonzero((frame["tier"] == "city") & (frame["prefecture"] == 0)):
        what = f"a {frame['kind'].iloc[row]} needs a prefecture or a county of it"
        problems.append(sheet.problem(row, "prefecture", what))
    for row in np.flatnonzero(frame["lon"].isna() | frame["lat"].isna()):
        what = "where is it? give lon and lat, or a place, township or county"
        problems.append(sheet.problem(row, "lon", what))
    return frame[list(FACILITY_COLUMNS)], problems


def _follow(frame: pd.DataFrame, column: str, table: pd.DataFrame, above: str) -> None:
    """Fill the area above from the area given, where it was left out."""
    found = frame[column].map(table.set_index(column)[above])
    empty = (frame[above] == 0) & found.notna()
    frame.loc[empty, above] = found[empty].astype(np.int64)


def _position(
    frame: pd.DataFrame, counties: pd.DataFrame, townships: pd.DataFrame, places: pd.DataFrame
) -> None:
    """Fill missing positions from place, township or county seat."""
    for column, table in (("place", places), ("township", townships), ("county", counties)):
        for axis in ("lon", "lat"):
            frame[axis] = frame[axis].fillna(frame[column].map(table.set_index(column)[axis]))
