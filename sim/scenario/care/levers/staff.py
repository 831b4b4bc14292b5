"""Levers on staff."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from sim.errors import InputError, Problem
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.apportion import share_out
from sim.scenario.care.levers.base import Claim, Declared, Lever, parameter
from sim.scenario.title import Title


class TierWeights(Declared):
    """How many of the new physicians each tier gets, as weights; they need not add up to 1."""

    village: float = parameter(
        0.0, "village clinics", unit="weight", source="set by the scenario", ge=0, le=1000
    )
    township: float = parameter(
        0.0,
        "township and community centres",
        unit="weight",
        source="set by the scenario",
        ge=0,
        le=1000,
    )
    county: float = parameter(
        0.0, "county hospitals", unit="weight", source="set by the scenario", ge=0, le=1000
    )
    city: float = parameter(
        0.0, "city hospitals", unit="weight", source="set by the scenario", ge=0, le=1000
    )
    province: float = parameter(
        0.0, "provincial hospitals", unit="weight", source="set by the scenario", ge=0, le=1000
    )


class Physicians(Lever):
    """Set the number of physicians and of general practitioners in the whole region.

    Mechanism: general practitioners are physicians; new ones take up posts at township health
    centres and community centres in proportion to the physicians there. The other physicians change
    until the total is right: in proportion to the physicians present, or by weights of the tiers
    when there are more to place. Technical personnel (``staff``) change with them.

    Units: physicians per 1,000 residents, general practitioners per 10,000. Source: plan,
    indicators 6 and 10, tasks 30 and 33.
    """

    name: ClassVar[str] = "physicians"
    family: ClassVar[str] = "staff"
    title: ClassVar[Title] = Title(zh="医师与全科医生", en="Physicians and general practitioners")
    local: ClassVar[bool] = True
    tasks: ClassVar[str] = "30, 33"
    moves: ClassVar[tuple[str, ...]] = (
        "physicians_per_1000",
        "general_practitioners_per_10000",
        "doctor_wait_mean",
        "doctor_utilisation",
        "primary_visit_share",
        "in_county_rate",
    )

    physicians_per_1000: float | None = parameter(
        3.05,
        "licensed (assistant) physicians, general practitioners among them",
        unit="per 1,000 residents",
        source="plan, indicator 6: at least 3.05",
        span=(2.54, 3.3),
        gt=0,
        le=50,
    )
    general_practitioners_per_10000: float | None = parameter(
        3.0,
        "general practitioners, at township health centres and community centres",
        unit="per 10,000 residents",
        source="plan, indicator 10: 3",
        span=(2.44, 4.0),
        gt=0,
        le=100,
    )
    new_by_tier: TierWeights | None = parameter(
        None,
        "weights of the tiers for new physicians (not general practitioners); null: as present",
        unit="weights",
        source="assumed",
    )

    def claims(self) -> frozenset[Claim]:
        """Return one address per number that is set."""
        given = {
            "all": self.physicians_per_1000,
            "general_practitioners": self.general_practitioners_per_10000,
        }
        return frozenset(("physicians", name) for name, value in given.items() if value is not None)

    def apply(self, inputs: Inputs) -> None:
        """Place general practitioners first, then the other physicians."""
        before = inputs.facilities["physicians"].astype("int64").copy()
        if self.general_practitioners_per_10000 is not None:
            self._place_general_practitioners(inputs, self.general_practitioners_per_10000)
        if self.physicians_per_1000 is not None:
            self._place_physicians(inputs, self.physicians_per_1000)
        inputs.facilities["staff"] += inputs.facilities["physicians"] - before

    # Weights are the region's own numbers, not those an earlier lever left: so the outcome depends
    # on the figures asked for only, not on what was asked for before.

    def _place_general_practitioners(self, inputs: Inputs, per_10000: float) -> None:
        """Set the general practitioners of primary care; those beyond the present ones are new."""
        facilities = inputs.facilities
        key = "general_practitioners_per_10000"
        primary = facilities["tier"] == "township"
        weights = inputs.region.facilities.loc[primary, "physicians"]
        present = facilities["general_practitioners"]
        elsewhere = int(present[~primary].sum())
        wanted = round(per_10000 * inputs.population / 10_000) - elsewhere
        if not weights.sum():
            what = "the region has no township or community centre with physicians"
            raise InputError(Problem(what, key=key))
        if wanted < 0:
            what = (
                f"other tiers alone have {elsewhere} general practitioners, more than this allows"
            )
            raise InputError(Problem(what, key=key))
        placed = share_out(wanted, weights)
        # Where there are fewer than before, they stay as physicians of the centre.
        facilities.loc[primary, "physicians"] += (placed - present[primary]).clip(lower=0)
        facilities.loc[primary, "general_practitioners"] = placed

    def _place_physicians(self, inputs: Inputs, per_1000: float) -> None:
        """Set all physicians: the general practitioners and, beside them, the others."""
        facilities, base = inputs.facilities, inputs.region.facilities
        practitioners = facilities["general_practitioners"]
        others = base["physicians"] - base["general_practitioners"]
        published = round(per_1000 * inputs.population / 1000)
        wanted = published - inputs.physicians_elsewhere - int(practitioners.sum())
        if wanted < 0 or not others.sum():
            what = "leaves no physicians beside general practitioners"
            raise InputError(Problem(what, key="physicians_per_1000"))
        new = wanted - int(others.sum())
        if self.new_by_tier is None or new <= 0:
            others = share_out(wanted, others)
        else:
            others = others + self._by_tier(facilities, others, new, self.new_by_tier)
        facilities["physicians"] = others + practitioners

    def _by_tier(
        self, facilities: pd.DataFrame, others: pd.Series, new: int, weights: TierWeights
    ) -> pd.Series:
        """Return new physicians per facility: tiers by weight, within one by those present."""
        by_tier = facilities["tier"].map(weights.model_dump()).fillna(0.0).astype(float)
        in_tier = others.groupby(facilities["tier"]).transform("sum")
        share = by_tier * others / in_tier.where(in_tier > 0, 1)
        if not share.sum():
            what = "needs a weight above 0 for a tier that has physicians"
            raise InputError(Problem(what, key="new_by_tier"))
        return share_out(new, share)
