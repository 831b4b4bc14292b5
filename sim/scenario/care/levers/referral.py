"""Levers on referral, up and down."""

from __future__ import annotations

from typing import Annotated, ClassVar

import pandas as pd
from pydantic import PlainValidator

from sim.errors import InputError, Problem
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.base import Claim, Lever, parameter
from sim.scenario.care.levers.selection import Selection, chosen_conditions, claimed, word_or_names
from sim.scenario.title import Title

OVER_REFERRAL = "over_referral_"


class TwoWayReferral(Lever):
    """Make referral work in both directions.

    Mechanism: down: after the acute stage a patient chooses between the present bed and the
    step-down beds within reach, and waits for it in the present bed. Up: the review sends the given
    share of treatable cases back to the referring facility; patients whom a doctor refers choose among
    the able places and going nowhere, and the one named has something more to it; facilities refer
    treatable cases less often by a factor on the region's own shares. Acceptance and compliance are
    turned into utilities, the logarithms of their odds: the share holds where everything else is even,
    which is one step-down bed next door, and a place named that would else be chosen as often as not.

    Units: shares; hours. Source: plan, task 11 (no figures given).
    """

    name: ClassVar[str] = "two_way_referral"
    family: ClassVar[str] = "referral and contact"
    title: ClassVar[Title] = Title(zh="双向转诊", en="Two-way referral")
    tasks: ClassVar[str] = "8, 11"
    moves: ClassVar[tuple[str, ...]] = (
        "referrals_down",
        "referrals_up",
        "mean_length_of_stay",
        "bed_occupancy",
        "in_county_rate",
    )

    down_acceptance: float | None = parameter(
        0.6,
        "patients who accept one step-down bed offered next door, after the acute stage",
        unit="share",
        source="assumed",
        span=(0.3, 0.8),
        ge=0,
        le=1,
    )
    down_delay_hours: float | None = parameter(
        8.0,
        "time to arrange a transfer down",
        unit="hours",
        source="assumed",
        span=(4, 48),
        ge=0,
        le=720,
    )
    review_returned: float | None = parameter(
        0.6,
        "treatable cases that the review of a referral returns",
        unit="share",
        source="assumed",
        span=(0.3, 0.9),
        ge=0,
        le=1,
    )
    comply: float | None = parameter(
        0.9,
        "referred patients who go where they are referred to, if they would else as often as not",
        unit="share",
        source="assumed",
        span=(0.7, 0.98),
        ge=0,
        le=1,
    )
    over_referral_factor: float | None = parameter(
        0.5,
        "factor on the share of treatable cases that a facility refers up",
        unit="factor on the region's own shares",
        source="assumed",
        span=(0.3, 1.0),
        ge=0,
        le=10,
    )
    conditions: Annotated[Selection, PlainValidator(word_or_names("all"))] = parameter(
        "all",
        "conditions whose patients are offered the step-down bed: all, or a list",
        unit="all or a list of conditions",
        source="plan, task 11: rehabilitation, nursing and hospice care near home",
    )

    def claims(self) -> frozenset[Claim]:
        """Return one address per value; the acceptance is claimed by condition."""
        values = ("down_delay_hours", "review_returned", "comply", "over_referral_factor")
        claims: set[Claim] = {(name,) for name in values if getattr(self, name) is not None}
        if self.down_acceptance is not None:
            claims |= {("down_acceptance", name) for name in claimed(self.conditions)}
        return frozenset(claims)

    def apply(self, inputs: Inputs) -> None:
        """Write acceptance, delay, review, compliance and over-referral."""
        if self.down_acceptance is not None:
            self._accept(inputs, self.down_acceptance)
        if self.down_delay_hours is not None:
            inputs.set_behaviour("step_down_delay_hours", self.down_delay_hours)
        if self.review_returned is not None:
            inputs.set_behaviour("review_returned", self.review_returned)
        if self.comply is not None:
            inputs.set_behaviour("referral_comply", self.comply)
        if self.over_referral_factor is not None:
            self._refer_less(inputs, self.over_referral_factor)

    def _accept(self, inputs: Inputs, share: float) -> None:
        """Write the acceptance for everybody, or for the chosen conditions."""
        names = chosen_conditions(inputs.conditions, self.conditions)
        table = inputs.step_down_acceptance
        others = table[~table["condition"].isin(names)]
        if isinstance(self.conditions, str):
            inputs.step_down_acceptance = others
            inputs.set_behaviour("step_down_accept", share)
            return
        rows = pd.DataFrame({"condition": names, "accept": share})
        inputs.step_down_acceptance = pd.concat([others, rows], ignore_index=True)

    def _refer_less(self, inputs: Inputs, factor: float) -> None:
        """Scale the region's over-referral shares."""
        for name, value in inputs.base_behaviour.items():
            if not name.startswith(OVER_REFERRAL):
                continue
            if value * factor > 1:
                what = f"makes {name} {value * factor:.2f}; at most {1 / value:.2f} is possible"
                raise InputError(Problem(what, key="over_referral_factor"))
            inputs.set_behaviour(name, value * factor)
