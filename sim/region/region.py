"""The region: a frozen set of tables."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from sim.errors import Problem
from sim.region.definitions import Definitions


@dataclass(frozen=True)
class Region:
    """Who lives where, which facilities exist, and what people fall ill with.

    Every table is a pandas frame; ``docs/reference-tables.md`` lists their columns. A caller that wants to
    change a table works on a copy.

    Attributes
    ----------
    name : str
        Short name, the folder's.
    title : dict of str to str
        Name for people, by language (``zh``, ``en``).
    path : Path
        The region file it was read from.
    year : int
        The year its people and facilities describe.
    definitions : Definitions
        What its figures mean.
    counties, townships, places, facilities, conditions, capability, kinds : DataFrame
        ``capability`` is indexed by condition.
    skills, services, recipes : DataFrame
    calendars, seasons, onset_hours, schemes, reimbursement, travel_times : DataFrame
    behaviour, statistics, sources : DataFrame
    neighbours : DataFrame, optional
        Rows of ``facilities`` left out with their counties: hospitals that those who stay may travel to.
    remarks : tuple of Problem
        What is allowed and hardly meant, such as a place far from its county, each with file and line.
    """

    name: str
    title: dict[str, str]
    path: Path
    year: int
    definitions: Definitions
    counties: pd.DataFrame
    townships: pd.DataFrame
    places: pd.DataFrame
    facilities: pd.DataFrame
    conditions: pd.DataFrame
    capability: pd.DataFrame
    kinds: pd.DataFrame
    skills: pd.DataFrame
    services: pd.DataFrame
    recipes: pd.DataFrame
    calendars: pd.DataFrame
    seasons: pd.DataFrame
    onset_hours: pd.DataFrame
    schemes: pd.DataFrame
    reimbursement: pd.DataFrame
    behaviour: pd.DataFrame
    statistics: pd.DataFrame
    sources: pd.DataFrame
    travel_times: pd.DataFrame
    neighbours: pd.DataFrame | None = None
    remarks: tuple[Problem, ...] = ()

    @property
    def population(self) -> int:
        """Residents of all counties together."""
        return int(self.counties["population"].sum())


REGION_TABLES = tuple(field.name for field in fields(Region) if field.type == "pd.DataFrame")
"""The tables of a region, norms left out: what these say is laid out when it is loaded."""
