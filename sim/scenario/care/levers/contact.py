"""Levers on first contact: family doctors and the rule to start at primary care."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from sim.errors import InputError, Problem
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.base import Claim, Lever, parameter
from sim.scenario.title import Title

YOUNGER_BANDS = ("0_4", "5_14", "15_59")
ELDERLY_BANDS = ("60_79", "80_plus")


def raised_to_mean(shares: list[float], people: list[float], mean: float) -> list[float]:
    """Move the shares of groups until their mean over people is `mean`.

    To grow, everybody who is still without has the same chance to join; to shrink, everybody who
    is in has the same chance to leave. So no share passes 0 or 1.

    Parameters
    ----------
    shares, people : list of float
        One entry per group; shares 0 to 1, people not negative.
    mean : float
        Wanted mean, 0 to 1.

    Returns
    -------
    list of float
        New shares; all equal to `mean` where nobody lives.
    """
    share, weight = np.asarray(shares, dtype=float), np.asarray(people, dtype=float)
    if not weight.sum():
        return [mean] * len(shares)
    now = float(np.average(share, weights=weight))
    if mean > now:
        share = share + (mean - now) / (1 - now) * (1 - share)
    elif now > 0:
        share = share * mean / now
    return [float(value) for value in share]


class FamilyDoctor(Lever):
    """Set how many people have a contract with a family doctor, and what it does to their choice.

    Mechanism: everybody with a contract adds a bonus to the utility of the village and township
    institutions within reach at first contact. The coverage of people of 60 and over is set, and
    that of younger people follows from the coverage of all; within both, those without a contract
    join with the same chance.

    Units: shares of people; bonus in utility of the choice model. Source: plan, task 11 (coverage
    to grow; no figure given).
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
        wanted = (
            (YOUNGER_BANDS, rest / younger if younger else 0.0),
            (ELDERLY_BANDS, self.coverage_elderly),
        )
        for bands, mean in wanted:
            now = [inputs.base_behaviour[f"contract_coverage_{band}"] for band in bands]
            shares = raised_to_mean(now, [people[band] for band in bands], mean)
            for band, share in zip(bands, shares, strict=True):
                inputs.set_behaviour(f"contract_coverage_{band}", share)
        if self.bonus is not None:
            inputs.set_behaviour("contract_bonus", self.bonus)


class FirstContact(Lever):
    """Bind people to begin at primary care.

    Mechanism: the bound share of episodes may choose only among village, township and community
    institutions at first contact; emergencies and the exceptions keep the free choice.

    Units: share of episodes. Source: plan, task 8 (member institutions are responsible for the
    first visit; no figure given).
    """

    name: ClassVar[str] = "first_contact"
    family: ClassVar[str] = "referral and contact"
    title: ClassVar[Title] = Title(zh="基层首诊", en="First contact at primary care")
    tasks: ClassVar[str] = "8"
    moves: ClassVar[tuple[str, ...]] = (
        "primary_visit_share",
        "in_county_rate",
        "in_county_fund_share",
        "own_ways_up_per_100",
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
    exceptions: tuple[Literal["children"], ...] = parameter(
        ("children",),
        "who keeps the free choice beside emergencies, which are never bound: children (under 15)",
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
        spared = float("children" in self.exceptions)
        inputs.set_behaviour("first_contact_except_children", spared)
