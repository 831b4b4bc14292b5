"""Levers on first contact: family doctors and the rule to start at primary care."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from sim.errors import InputError, Problem
from sim.scenario.inputs import Inputs
from sim.scenario.levers.base import Claim, Lever, parameter
from sim.scenario.title import Title

YOUNGER_BANDS = ("0_4", "5_14", "15_59")
ELDERLY_BANDS = ("60_79", "80_plus")


def scale_to_mean(shares: list[float], people: list[float], mean: float) -> list[float]:
    """Scale shares by one factor until their mean over people is `mean`; none goes above 1.

    Parameters
    ----------
    shares, people : list of float
        One entry per group; shares positive, people not negative with a positive sum.
    mean : float
        Wanted mean, 0 to 1.

    Returns
    -------
    list of float
        Shares in proportion to `shares`, except where 1 caps them.
    """
    share, weight = np.asarray(shares, dtype=float), np.asarray(people, dtype=float)
    full = np.zeros(len(share), dtype=bool)
    for _ in range(len(share)):
        rest = mean * weight.sum() - weight[full].sum()
        free = (weight * share)[~full].sum()
        factor = rest / free if free > 0 else 0.0
        if not (over := ~full & (share * factor > 1)).any():
            break
        full |= over
    return [float(value) for value in np.where(full, 1.0, share * factor)]


class FamilyDoctor(Lever):
    """Set how many people have a contract with a family doctor, and what it does to their choice.

    Mechanism: everybody with a contract adds a bonus to the utility of their own township or community centre at first contact. The
    coverage of people of 60 and over is set; that of younger people is scaled, keeping the region's pattern by age, until the
    whole population has the coverage asked for.

    Units: shares of people; bonus in utility of the choice model. Source: plan, task 11 (coverage to grow; no figure given).
    """

    name: ClassVar[str] = "family_doctor"
    family: ClassVar[str] = "referral and contact"
    title: ClassVar[Title] = Title(zh="家庭医生签约", en="Family-doctor contracts")
    tasks: ClassVar[str] = "11"
    moves: ClassVar[tuple[str, ...]] = (
        "primary_visit_share",
        "in_county_rate",
        "out_of_pocket_share",
    )

    coverage: float = parameter(
        0.6,
        "people with a contract, of all",
        unit="share",
        source="assumed; the plan asks for growth",
        span=(0.35, 0.75),
        ge=0,
        le=1,
    )
    coverage_elderly: float = parameter(
        0.8,
        "people with a contract, of those aged 60 and over",
        unit="share",
        source="assumed; the plan names the elderly a priority",
        span=(0.7, 0.95),
        ge=0,
        le=1,
    )
    bonus: float | None = parameter(
        None,
        "utility that a contract adds to the own centre; null leaves the region's value",
        unit="utility",
        source="the region's own value",
        span=(0.0, 2.0),
        ge=0,
        le=20,
    )

    def claims(self) -> frozenset[Claim]:
        """Return the coverage, and the bonus if it is set."""
        bonus = set() if self.bonus is None else {("contract_bonus",)}
        return frozenset({("contract_coverage",)} | bonus)

    def apply(self, inputs: Inputs) -> None:
        """Write the coverage of each age band and the bonus."""
        people = {
            band: float((inputs.counties["population"] * inputs.counties[f"share_{band}"]).sum())
            for band in YOUNGER_BANDS + ELDERLY_BANDS
        }
        elderly = sum(people[band] for band in ELDERLY_BANDS)
        younger = sum(people[band] for band in YOUNGER_BANDS)
        rest = self.coverage * (elderly + younger) - self.coverage_elderly * elderly
        if not 0 <= rest <= younger:
            low = self.coverage_elderly * elderly / (elderly + younger)
            high = low + younger / (elderly + younger)
            what = (
                f"does not fit coverage_elderly {self.coverage_elderly:g} in this region; "
                f"allowed: {low:.2f} to {high:.2f}"
            )
            raise InputError(Problem(what, key="coverage"))
        # Where nobody younger has a contract yet, they all get the same chance of one.
        now = [
            inputs.base_behaviour.get(f"contract_coverage_{band}", 0.0) for band in YOUNGER_BANDS
        ]
        pattern = now if min(now) > 0 else [1.0] * len(now)
        mean = rest / younger if younger else 0.0
        shares = scale_to_mean(pattern, [people[band] for band in YOUNGER_BANDS], mean)
        for band, share in zip(YOUNGER_BANDS, shares, strict=True):
            inputs.set_behaviour(f"contract_coverage_{band}", share)
        for band in ELDERLY_BANDS:
            inputs.set_behaviour(f"contract_coverage_{band}", self.coverage_elderly)
        if self.bonus is not None:
            inputs.set_behaviour("contract_bonus", self.bonus)


class FirstContact(Lever):
    """Bind people to begin at primary care.

    Mechanism: the bound share of episodes may choose only among village, township and community institutions at first contact;
    exceptions keep the free choice.

    Units: share of episodes. Source: plan, task 8 (member institutions are responsible for the first visit; no figure given).
    """

    name: ClassVar[str] = "first_contact"
    family: ClassVar[str] = "referral and contact"
    title: ClassVar[Title] = Title(zh="基层首诊", en="First contact at primary care")
    tasks: ClassVar[str] = "8"
    moves: ClassVar[tuple[str, ...]] = (
        "primary_visit_share",
        "in_county_rate",
        "in_county_fund_share",
        "referrals_up",
    )

    bound: float = parameter(
        0.8,
        "share of episodes that must begin at primary care",
        unit="share",
        source="assumed; the plan gives no figure",
        span=(0.3, 0.95),
        ge=0,
        le=1,
    )
    exceptions: tuple[Literal["emergency", "children"], ...] = parameter(
        ("emergency", "children"),
        "who keeps the free choice: emergency, children (under 15)",
        unit="list",
        source="assumed",
        # A file gives a list; frozen parameters hold a tuple.
        strict=False,
    )

    def claims(self) -> frozenset[Claim]:
        """Return the rule as one value."""
        return frozenset({("first_contact",)})

    def apply(self, inputs: Inputs) -> None:
        """Write the bound share and the exceptions."""
        inputs.set_behaviour("first_contact_bound", self.bound)
        for group in ("emergency", "children"):
            inputs.set_behaviour(f"first_contact_except_{group}", float(group in self.exceptions))
