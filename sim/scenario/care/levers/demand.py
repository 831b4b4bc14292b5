"""Levers on who lives in the region."""

from __future__ import annotations

from typing import ClassVar

from sim.errors import InputError, Problem
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.base import Claim, Lever, parameter
from sim.scenario.title import Title


class Ageing(Lever):
    """Let the population grow older.

    Mechanism: the share of each age band changes by its yearly change times the years, the same in
    every county; people of 15 to 59 make up the difference, and the number of people stays. Older
    people fall ill more often and are admitted more. An entry at a later date adds further years.

    Units: years; change of a share of all people per year. Source: not in the plan; the changes are
    assumed.
    """

    name: ClassVar[str] = "ageing"
    family: ClassVar[str] = "demand"
    title: ClassVar[Title] = Title(zh="人口老龄化", en="Ageing")
    local: ClassVar[bool] = True
    tasks: ClassVar[str] = ""
    moves: ClassVar[tuple[str, ...]] = (
        "visits_per_person",
        "admissions_per_100",
        "bed_occupancy",
        "doctor_utilisation",
    )

    years: float = parameter(
        5.0,
        "years since the region's figures",
        unit="years",
        source="plan: 2020 to 2025",
        ge=0,
        le=50,
    )
    share_0_4: float = parameter(
        -0.0030,
        "yearly change of the share of children of 0 to 4",
        unit="share per year",
        source="assumed",
        span=(-0.005, 0.0),
        ge=-0.05,
        le=0.05,
    )
    share_5_14: float = parameter(
        0.0005,
        "yearly change of the share of children of 5 to 14",
        unit="share per year",
        source="assumed",
        span=(-0.002, 0.002),
        ge=-0.05,
        le=0.05,
    )
    share_60_79: float = parameter(
        0.0065,
        "yearly change of the share of people of 60 to 79",
        unit="share per year",
        source="assumed",
        span=(0.004, 0.009),
        ge=-0.05,
        le=0.05,
    )
    share_80_plus: float = parameter(
        0.0006,
        "yearly change of the share of people of 80 and over",
        unit="share per year",
        source="assumed",
        span=(0.0003, 0.001),
        ge=-0.05,
        le=0.05,
    )

    def claims(self) -> frozenset[Claim]:
        """Return the age structure as one value."""
        return frozenset({("age_structure",)})

    def apply(self, inputs: Inputs) -> None:
        """Change the age shares of every county."""
        counties = inputs.counties
        changed = ["share_0_4", "share_5_14", "share_60_79", "share_80_plus"]
        new = counties[changed] + [self.years * getattr(self, band) for band in changed]
        new["share_15_59"] = 1.0 - new.sum(axis=1)
        wrong = (new < 0).any(axis=1)
        if wrong.any():
            name = counties.loc[wrong, "name_en"].iloc[0]
            what = f"{self.years:g} years of this change leave an age band below 0 in {name}"
            raise InputError(Problem(what, key="years"))
        counties[list(new.columns)] = new
