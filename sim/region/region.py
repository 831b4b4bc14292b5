"""The region: a frozen set of tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Region:
    """Who lives where, which facilities exist, and what people fall ill with.

    Every table is a pandas frame; their columns are listed in ``docs/architecture.md``. A caller
    that wants to change a table works on a copy.

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
    counties, townships, places, facilities, conditions, capability, kinds : DataFrame
        See ``docs/architecture.md``; ``capability`` is indexed by condition.
    calendars, seasons, onset_hours, schemes, reimbursement : DataFrame
        See ``docs/architecture.md``.
    behaviour, statistics, sources : DataFrame
        See ``docs/architecture.md``.
    """

    name: str
    title: dict[str, str]
    path: Path
    year: int
    counties: pd.DataFrame
    townships: pd.DataFrame
    places: pd.DataFrame
    facilities: pd.DataFrame
    conditions: pd.DataFrame
    capability: pd.DataFrame
    kinds: pd.DataFrame
    calendars: pd.DataFrame
    seasons: pd.DataFrame
    onset_hours: pd.DataFrame
    schemes: pd.DataFrame
    reimbursement: pd.DataFrame
    behaviour: pd.DataFrame
    statistics: pd.DataFrame
    sources: pd.DataFrame

    @property
    def population(self) -> int:
        """Residents of all counties together."""
        return int(self.counties["population"].sum())
