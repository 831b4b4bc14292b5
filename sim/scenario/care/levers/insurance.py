"""Levers on insurance."""

from __future__ import annotations

from typing import Any, ClassVar

from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.base import Claim, Declared, Lever, parameter
from sim.scenario.title import Title

TIER_WORDS = {
    "village": "village clinics",
    "township": "township health centres and community centres",
    "county": "county hospitals",
    "city": "city hospitals",
    "province": "provincial hospitals",
    "outside": "hospitals outside the province",
}


def _rate(tier: str) -> Any:
    """Declare the rate of one tier."""
    return parameter(
        None,
        TIER_WORDS[tier],
        unit="share of in-scope cost",
        source="the region's own value",
        ge=0,
        le=1,
    )


def _deductible(tier: str) -> Any:
    """Declare the deductible of one tier."""
    return parameter(
        None,
        TIER_WORDS[tier],
        unit="CNY per stay",
        source="the region's own value",
        ge=0,
        le=100_000,
    )


class TierRates(Declared):
    """Reimbursement rate by tier; null leaves the tier alone."""

    village: float | None = _rate("village")
    township: float | None = _rate("township")
    county: float | None = _rate("county")
    city: float | None = _rate("city")
    province: float | None = _rate("province")
    outside: float | None = _rate("outside")


class TierDeductibles(Declared):
    """Deductible of a stay by tier; null leaves the tier alone."""

    township: float | None = _deductible("township")
    county: float | None = _deductible("county")
    city: float | None = _deductible("city")
    province: float | None = _deductible("province")
    outside: float | None = _deductible("outside")


class SchemeRates(Declared):
    """Rates by insurance scheme."""

    residents: TierRates = parameter(
        TierRates(), "residents' scheme", unit="rates by tier", source="the region's own values"
    )
    employees: TierRates = parameter(
        TierRates(), "employees' scheme", unit="rates by tier", source="the region's own values"
    )


class SchemeDeductibles(Declared):
    """Deductibles by insurance scheme."""

    residents: TierDeductibles = parameter(
        TierDeductibles(), "residents' scheme", unit="CNY by tier", source="the region's own values"
    )
    employees: TierDeductibles = parameter(
        TierDeductibles(), "employees' scheme", unit="CNY by tier", source="the region's own values"
    )


class TieredReimbursement(Lever):
    """Pay more of the cost where care is near home.

    Mechanism: rates and deductibles by scheme, tier and setting set what a patient pays, which
    enters the choice of facility and splits every bill into fund and patient. Going above the
    county without a referral loses the given share of the rate. A tier that the region does not
    have is not changed.

    Units: share of the in-scope cost; CNY per stay. Source: plan, task 11 (differential rates) and
    indicator 16 (residents' stays from 65.04 % to about 70 %); the rates by tier are assumed.
    """

    name: ClassVar[str] = "tiered_reimbursement"
    family: ClassVar[str] = "insurance and money"
    title: ClassVar[Title] = Title(zh="差别化医保报销", en="Tiered reimbursement")
    tasks: ClassVar[str] = "11, T4"
    moves: ClassVar[tuple[str, ...]] = (
        "inpatient_reimbursement_rate",
        "out_of_pocket_share",
        "in_county_admission_share",
        "in_county_fund_share",
        "in_county_rate",
    )

    inpatient: SchemeRates = parameter(
        SchemeRates(residents=TierRates(township=0.93, county=0.85)),
        "reimbursement rate of stays by scheme and tier",
        unit="share of in-scope cost",
        source="assumed, so that residents' stays reach about 70 % (plan, indicator 16)",
        span=(0.4, 0.95),
    )
    outpatient: SchemeRates = parameter(
        SchemeRates(residents=TierRates(township=0.6, county=0.5)),
        "reimbursement rate of visits by scheme and tier",
        unit="share of in-scope cost",
        source="assumed",
        span=(0.1, 0.8),
    )
    deductible: SchemeDeductibles = parameter(
        SchemeDeductibles(),
        "deductible of a stay by scheme and tier",
        unit="CNY per stay",
        source="the region's own values",
    )
    unreferred_rate_loss: float | None = parameter(
        0.2,
        "rate lost above the county without a referral",
        unit="share of in-scope cost",
        source="assumed",
        span=(0.1, 0.3),
        ge=0,
        le=1,
    )

    def _values(self) -> dict[tuple[str, str, str, str], float]:
        """Return (scheme, tier, setting, column) -> value for everything that is set."""
        tables = (
            ("inpatient", "rate", self.inpatient),
            ("outpatient", "rate", self.outpatient),
            ("inpatient", "deductible_cny", self.deductible),
        )
        return {
            (scheme, tier, setting, column): value
            for setting, column, table in tables
            for scheme, tiers in table.model_dump().items()
            for tier, value in tiers.items()
            if value is not None
        }

    def claims(self) -> frozenset[Claim]:
        """Return one address per rate and deductible, and the loss."""
        claims: set[Claim] = set(self._values())
        if self.unreferred_rate_loss is not None:
            claims.add(("unreferred_rate_loss",))
        return frozenset(claims)

    def apply(self, inputs: Inputs) -> None:
        """Write rates, deductibles and the loss."""
        table = inputs.reimbursement
        for (scheme, tier, setting, column), value in self._values().items():
            rows = (
                (table["scheme"] == scheme)
                & (table["tier"] == tier)
                & (table["setting"] == setting)
            )
            table[column] = table[column].astype(float)
            table.loc[rows, column] = value
        if self.unreferred_rate_loss is not None:
            inputs.set_behaviour("unreferred_rate_loss", self.unreferred_rate_loss)
