"""Levers on beds."""

from __future__ import annotations

import math
from typing import ClassVar

import pandas as pd

from sim.errors import InputError, Problem
from sim.scenario.care.inputs import TECHNICAL_SHARE, Inputs
from sim.scenario.care.levers.apportion import share_out
from sim.scenario.care.levers.base import Claim, Declared, Lever, parameter
from sim.scenario.title import Title

PRIMARY_TIERS = ("village", "township")
HOSPITAL_TIERS = ("county", "city", "province")


def bed_groups(facilities: pd.DataFrame) -> pd.Series:
    """Return the planning group of each facility: ``public``, ``private``, ``primary`` or empty.

    Primary institutions are those of the village and township tiers, whoever owns them; all others
    inside the province are hospitals, maternal and child centres included.
    """
    group = pd.Series("", index=facilities.index)
    hospital = facilities["tier"].isin(HOSPITAL_TIERS)
    group[hospital] = facilities.loc[hospital, "owner"].astype(str)
    group[facilities["tier"].isin(PRIMARY_TIERS)] = "primary"
    return group


class BedPlan(Lever):
    """Set the number of beds per 1,000 residents of the whole region.

    Mechanism: within each group the beds of every facility are scaled by one factor (largest
    remainder, so the total is exact); a facility without beds stays without. More beds shorten the
    wait for one only as far as there is staff for them.

    Units: beds per 1,000 residents. Source: plan, task 6.
    """

    name: ClassVar[str] = "bed_plan"
    family: ClassVar[str] = "beds"
    title: ClassVar[Title] = Title(zh="床位规划", en="Bed plan")
    local: ClassVar[bool] = True
    tasks: ClassVar[str] = "6"
    moves: ClassVar[tuple[str, ...]] = (
        "public_beds_per_1000",
        "private_beds_per_1000",
        "primary_beds_per_1000",
        "bed_occupancy",
        "bed_wait_mean",
        "diverted",
        "in_county_admission_share",
    )

    public: float | None = parameter(
        3.6,
        "beds of public hospitals and maternal and child centres",
        unit="beds per 1,000 residents",
        source="plan, task 6: about 3.6",
        span=(3.2, 4.0),
        ge=0,
        le=50,
    )
    private: float | None = parameter(
        1.5,
        "beds of private hospitals",
        unit="beds per 1,000 residents",
        source="plan, task 6: planning room of at least 1.5",
        span=(0.8, 1.5),
        ge=0,
        le=50,
    )
    primary: float | None = parameter(
        1.0,
        "beds of township health centres and community centres",
        unit="beds per 1,000 residents",
        source="plan, task 6: planning room of at least 1.0",
        span=(0.9, 1.2),
        ge=0,
        le=50,
    )

    def _ratios(self) -> dict[str, float]:
        given = {"public": self.public, "private": self.private, "primary": self.primary}
        return {group: value for group, value in given.items() if value is not None}

    def claims(self) -> frozenset[Claim]:
        """Return one address per group of beds."""
        return frozenset(("beds", group) for group in self._ratios())

    def apply(self, inputs: Inputs) -> None:
        """Scale the beds of every facility to the planned totals."""
        groups = bed_groups(inputs.facilities)
        problems: list[Problem] = []
        for group, per_1000 in self._ratios().items():
            present = inputs.facilities.loc[groups == group, "beds"]
            total = round(per_1000 * inputs.population / 1000)
            if total and not present.sum():
                what = (
                    f"the region has no {group} beds to scale; write '{group}: null' to leave them"
                )
                problems.append(Problem(what, key=group))
            elif len(present) and present.sum():
                inputs.facilities.loc[present.index, "beds"] = share_out(total, present)
        if problems:
            raise InputError(*problems)


class StaffPerBed(Declared):
    """Required staff per bed by tier; null leaves the tier alone."""

    township: float | None = parameter(
        None,
        "township health centres and community centres",
        unit="employees per bed",
        source="the region's own value",
        span=(0.8, 1.2),
        gt=0,
        le=10,
    )
    county: float | None = parameter(
        None,
        "hospitals of the county tier",
        unit="employees per bed",
        source="the region's own value",
        span=(1.1, 1.5),
        gt=0,
        le=10,
    )
    city: float | None = parameter(
        None,
        "hospitals of the city tier",
        unit="employees per bed",
        source="the region's own value",
        span=(1.2, 1.7),
        gt=0,
        le=10,
    )
    province: float | None = parameter(
        1.6,
        "provincial hospitals",
        unit="employees per bed",
        source="plan, task 15: 1.4 to 1.8; its middle",
        span=(1.4, 1.8),
        gt=0,
        le=10,
    )


class StaffedBeds(Lever):
    """Set the staff that a bed needs before a patient may lie in it.

    Mechanism: the standard is written for every facility kind of the tier; beds in use are the
    smaller of the beds and the staff divided by the standard. With ``hire`` every facility below
    the standard is staffed up to it and none loses staff; without, the beds above the standard
    close. The plan counts employees, the region counts technical personnel: ``technical_share``
    turns one into the other.

    Units: employees per bed. Source: plan, task 15.
    """

    name: ClassVar[str] = "staffed_beds"
    family: ClassVar[str] = "beds"
    title: ClassVar[Title] = Title(zh="床位人员配比", en="Staff per bed")
    tasks: ClassVar[str] = "15"
    moves: ClassVar[tuple[str, ...]] = (
        "provincial_staff_per_bed",
        "bed_occupancy",
        "bed_wait_mean",
        "diverted",
    )

    staff_per_bed: StaffPerBed = parameter(
        StaffPerBed(),
        "required employees per bed, by tier (township, county, city, province)",
        unit="employees per bed",
        source="plan, task 15: 1.4 to 1.8 in provincial hospitals",
    )
    technical_share: float = parameter(
        TECHNICAL_SHARE,
        "technical personnel among employees",
        unit="share",
        source="assumed",
        span=(0.75, 0.85),
        gt=0,
        le=1,
    )
    hire: bool = parameter(
        True,
        "true: staff are raised to the standard; false: beds above it close",
        unit="true or false",
        source="plan, task 15: the standard sets the number of posts",
    )

    def _standards(self) -> dict[str, float]:
        """Return technical personnel per bed by tier."""
        given = self.staff_per_bed.model_dump()
        return {
            tier: value * self.technical_share for tier, value in given.items() if value is not None
        }

    def claims(self) -> frozenset[Claim]:
        """Return one address per tier."""
        return frozenset(("staff_per_bed", tier) for tier in self._standards())

    def apply(self, inputs: Inputs) -> None:
        """Write the standard and, with ``hire``, raise staff to it."""
        kinds, facilities = inputs.kinds, inputs.facilities
        inputs.technical_share = self.technical_share
        for tier, standard in self._standards().items():
            kinds.loc[kinds["tier"] == tier, "staff_per_bed"] = standard
            if not self.hire:
                continue
            rows = facilities[facilities["tier"] == tier]
            # The small allowance keeps a product such as 1.28 x 100 from asking for one person too
            # many.
            needed = (rows["beds"] * standard - 1e-9).map(math.ceil)
            facilities.loc[rows.index, "staff"] = rows["staff"].where(
                rows["staff"] >= needed, needed
            )
