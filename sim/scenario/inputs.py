"""What a world is built from: a region's tables on one date, after the levers have acted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from sim.errors import InputError, Problem, nearest

if TYPE_CHECKING:
    from sim.region import Region
    from sim.scenario.scenario import Scenario

FRAMES = (
    "counties",
    "townships",
    "places",
    "facilities",
    "conditions",
    "capability",
    "kinds",
    "calendars",
    "seasons",
    "onset_hours",
    "schemes",
    "reimbursement",
    "statistics",
)

# Rules no region has in 2020; a region's behaviour table may still state them.
RULES_WITHOUT_REFORM = MappingProxyType(
    {
        "first_contact_bound": 0.0,
        "first_contact_except_emergency": 1.0,
        "first_contact_except_children": 0.0,
        "review_returned": 0.0,
    }
)


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

    The frames have the columns of the region contract (``docs/architecture.md``).

    Attributes
    ----------
    counties, townships, places, facilities, conditions, capability, kinds, calendars, seasons, onset_hours, \
schemes, reimbursement, statistics : DataFrame
        Copies of the region's frames.
    behaviour : dict of str to float
        Value of every behaviour parameter.
    base_behaviour : mapping of str to float
        The region's own values, for levers that speak of a change to them. Read only.
    capability_gain : DataFrame
        Columns ``county`` (6-digit code), ``condition``, ``gain`` (0 to 1): the share of the gap in
        capability between ``county_general`` and ``city_general`` that the county's general hospital has closed.
    step_down_acceptance : DataFrame
        Columns ``condition``, ``accept`` (share, 0 to 1): conditions whose patients accept a step-down bed with another
        probability than ``behaviour["step_down_accept"]``.
    """

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
    statistics: pd.DataFrame
    behaviour: dict[str, float]
    base_behaviour: Mapping[str, float]
    capability_gain: pd.DataFrame = field(default_factory=_no_gain)
    step_down_acceptance: pd.DataFrame = field(default_factory=_no_acceptance)

    @classmethod
    def of(cls, region: Region) -> Inputs:
        """Return copies of a region's tables; nothing done to them reaches the region."""
        table = region.behaviour
        values = dict(zip(table["parameter"], table["value"].astype(float), strict=True))
        behaviour = {**RULES_WITHOUT_REFORM, **values}
        frames = {name: getattr(region, name).copy(deep=True) for name in FRAMES}
        return cls(**frames, behaviour=behaviour, base_behaviour=MappingProxyType(dict(behaviour)))

    @property
    def population(self) -> float:
        """Residents of all counties."""
        return float(self.counties["population"].sum())

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


def inputs_at(region: Region, scenario: Scenario, day: date) -> Inputs:
    """Return a region's tables as they are on a date.

    Parameters
    ----------
    region : Region
        The region as loaded, before counties are cut out of it: levers that speak of beds or physicians per
        1,000 people mean the people and facilities of the whole region.
    scenario : Scenario
        Resolved and checked.
    day : date
        Levers that begin on or before this date, and have not ended, act.

    Raises
    ------
    InputError
        If levers do not fit the region (a county or condition it does not have, no beds to scale), all at once.
    """
    inputs = Inputs.of(region)
    problems: list[Problem] = []
    for entry in scenario.timeline.active(day):
        try:
            entry.lever.apply(inputs)
        except InputError as error:
            problems += [entry.located(problem) for problem in error.problems]
    if problems:
        raise InputError(*problems)
    return inputs
