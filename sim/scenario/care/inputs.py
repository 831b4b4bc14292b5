"""What a world is built from: a region's tables on one date, after the levers have acted."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace

import pandas as pd

from sim.behaviour import NEUTRAL_VALUES
from sim.errors import InputError, nearest
from sim.region import Region, catchment_share, select_counties
from sim.region.schemas import acting_tables, local_tables

TECHNICAL_SHARE = 0.8
"""Technical personnel among a hospital's employees (assumed, 0.75-0.85)."""


def _no_gain() -> pd.DataFrame:
    """Return the empty table of capability gains."""
    return pd.DataFrame(
        {
            "county": pd.Series(dtype="int64"),
            "condition": pd.Series(dtype="object"),
            "gain": pd.Series(dtype="float64"),
        }
    )


def _no_acceptance() -> pd.DataFrame:
    """Return the empty table of step-down acceptance by condition."""
    return pd.DataFrame(
        {"condition": pd.Series(dtype="object"), "accept": pd.Series(dtype="float64")}
    )


@dataclass
class Inputs:
    """Mutable copies of a region's tables, which levers change.

    The frames have the columns of the region contract (``docs/reference-tables.md``).

    Attributes
    ----------
    region : Region
        The whole region as loaded; never changed.
    counties, townships, places, facilities, conditions, capability, kinds : DataFrame
        Copies of the region's frames.
    skills, services, recipes : DataFrame
        Copies of the region's frames.
    calendars, seasons, onset_hours, schemes, reimbursement : DataFrame
        Copies of the region's frames.
    behaviour : dict of str to float
        Value of every behaviour parameter.
    base_behaviour : mapping of str to float
        The region's own values, for levers that speak of a change to them. Read only.
    catchment_share : Series
        Part of each facility's catchment that lives in the counties of these inputs, indexed by
        facility: 1 for the whole region, less for a city hospital when one county is cut out.
    neighbours : DataFrame
        Rows of ``facilities`` cut out with their counties, as levers left them: hospitals that the people of
        these counties may travel to. Nobody else who uses them is simulated.
    technical_share : float
        Technical personnel among a hospital's employees.
    capability_gain : DataFrame
        Columns ``county`` (6-digit code), ``condition``, ``gain`` (0 to 1): the share of the gap
        in capability between ``county_general`` and ``city_general`` that the county's general
        hospital has closed. See `capability_of`.
    step_down_acceptance : DataFrame
        Columns ``condition``, ``accept`` (share, 0 to 1): conditions whose patients accept a
        step-down bed with another probability than ``behaviour["step_down_accept"]``.
    """

    region: Region
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
    behaviour: dict[str, float]
    base_behaviour: Mapping[str, float]
    catchment_share: pd.Series
    neighbours: pd.DataFrame = field(default_factory=pd.DataFrame)
    technical_share: float = TECHNICAL_SHARE
    capability_gain: pd.DataFrame = field(default_factory=_no_gain)
    step_down_acceptance: pd.DataFrame = field(default_factory=_no_acceptance)

    @classmethod
    def of(cls, region: Region) -> Inputs:
        """Return copies of a whole region's tables; nothing done to them reaches the region.

        Raises
        ------
        ValueError
            If counties have been cut out of the region before.
        """
        share = catchment_share(region)
        if (share < 1 - 1e-9).any():
            raise ValueError("levers act on the whole region; cut counties out afterwards")
        table = region.behaviour
        values = dict(zip(table["parameter"], table["value"].astype(float), strict=True))
        behaviour = {**NEUTRAL_VALUES, **values}
        frames = {name: getattr(region, name).copy(deep=True) for name in acting_tables()}
        return cls(
            region=region,
            **frames,
            behaviour=behaviour,
            base_behaviour=dict(behaviour),
            catchment_share=share,
        )

    @property
    def population(self) -> int:
        """Residents of all counties."""
        return int(self.counties["population"].sum())

    @property
    def physicians_elsewhere(self) -> int:
        """Physicians of the whole region who work outside the modelled institutions.

        They count in the published number of physicians, treat nobody in the model and stay as
        they are. Zero where the region's statistics have no total for its year.
        """
        table = self.region.statistics
        row = (table["item"] == "all") & (table["indicator"] == "physicians")
        published = table.loc[row & (table["year"] == self.region.year), "value"]
        if published.empty:
            return 0
        return int(published.iloc[0]) - int(self.region.facilities["physicians"].sum())

    @property
    def facilities_in_reach(self) -> pd.DataFrame:
        """Facilities of these counties and above them, then their neighbours' hospitals."""
        if self.neighbours.empty:
            return self.facilities
        return pd.concat([self.facilities, self.neighbours], ignore_index=True)

    def set_behaviour(self, parameter: str, value: float) -> None:
        """Set a behaviour parameter that the region has.

        Raises
        ------
        InputError
            If the region's behaviour table has no such parameter.
        """
        if parameter not in self.behaviour:
            hint = nearest(parameter, list(self.behaviour))
            raise InputError(f"the region's behaviour table has no parameter '{parameter}'{hint}")
        self.behaviour[parameter] = float(value)

    def capability_of(self, kind: str, county: int) -> pd.Series:
        """Return what a facility can finish, capability gains included.

        Parameters
        ----------
        kind : str
            Facility kind.
        county : int
            County code of the facility; 0 for a facility of more than one county.

        Returns
        -------
        Series
            Share of each condition's episodes it can finish, indexed by condition, 0 to 1.
        """
        own: pd.Series = self.capability[kind].astype(float).copy()
        if kind != "county_general" or "city_general" not in self.capability:
            return own
        rows = self.capability_gain[self.capability_gain["county"] == county]
        gain = rows.set_index("condition")["gain"].reindex(own.index).fillna(0.0)
        # A county hospital that is already ahead of the city's keeps its lead.
        gap = (self.capability["city_general"].astype(float) - own).clip(lower=0.0)
        return own + gain * gap

    def same_as(self, other: Inputs, beside: Container[str] = ("region",)) -> bool:
        """Tell whether all tables and values are equal, beside some that are named."""
        pairs = (
            (getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)
            if field.name not in beside
        )
        return all(_same(one, two) for one, two in pairs)

    @contextmanager
    def within(self, rows: Mapping[str, pd.Series]) -> Iterator[Inputs]:
        """Give the part of the tables that lies in some places; what is changed in it is changed here.

        Ratios mean the people and facilities of these places alone: physicians who work in no modelled
        institution, known for the whole region only, are not counted.

        Parameters
        ----------
        rows : mapping of str to Series of bool
            Rows of each of `local_tables`.
        """
        cut = {name: getattr(self, name)[rows[name]].copy() for name in local_tables()}
        region = replace(
            self.region,
            **{name: getattr(self.region, name)[rows[name]] for name in local_tables()},
            statistics=self.region.statistics.iloc[0:0],
        )
        part = replace(self, region=region, **cut)
        yield part
        for name in local_tables():
            changed = getattr(part, name)
            frame = getattr(self, name)
            frame.loc[changed.index, changed.columns] = changed

    def cut_to(self, areas: list[str]) -> None:
        """Keep only some counties, and the facilities that serve them.

        Parameters
        ----------
        areas : list of str
            Names or codes of counties or prefectures, as `sim.region.select_counties` takes them.

        Raises
        ------
        InputError
            If the region has no such area.
        """
        now = replace(self.region, **{name: getattr(self, name) for name in acting_tables()})
        kept = select_counties(now, areas)
        for name in ("counties", "townships", "places", "facilities"):
            setattr(self, name, getattr(kept, name))
        self.neighbours = pd.DataFrame() if kept.neighbours is None else kept.neighbours
        self.catchment_share = catchment_share(kept)
        here = self.capability_gain["county"].isin(self.counties["county"])
        self.capability_gain = self.capability_gain[here].reset_index(drop=True)


def _same(one: object, two: object) -> bool:
    """Tell whether two values are equal; of tables without rows, whatever their columns would hold."""
    if isinstance(one, pd.DataFrame) and isinstance(two, pd.DataFrame):
        return one.equals(two) or (one.empty and two.empty)
    if isinstance(one, pd.Series) and isinstance(two, pd.Series):
        return one.equals(two)
    return one == two
