"""Levers on what hospitals can treat."""

from __future__ import annotations

from itertools import product
from typing import Annotated, ClassVar

import pandas as pd
from pydantic import PlainValidator

from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.base import Claim, Lever, parameter
from sim.scenario.care.levers.selection import (
    Selection,
    chosen_conditions,
    chosen_counties,
    claimed,
    word_or_names,
)
from sim.scenario.title import Title


class CountyCapability(Lever):
    """Raise county general hospitals towards the standard of a city hospital.

    Mechanism: for the chosen counties and conditions the county general hospital closes the given
    share of the gap between its capability and that of a city general hospital; exactly the
    patients between the old and the new threshold stay.

    Units: share of the gap. Source: plan, task 8 (by 2025 a hospital of tertiary standard in
    counties of more than 300,000 people); the gain is assumed.
    """

    name: ClassVar[str] = "county_capability"
    family: ClassVar[str] = "capability"
    title: ClassVar[Title] = Title(zh="县级医院能力提升", en="County hospital capability")
    tasks: ClassVar[str] = "8"
    moves: ClassVar[tuple[str, ...]] = (
        "tertiary_county_share",
        "in_county_rate",
        "in_county_admission_share",
        "in_county_fund_share",
        "referrals_up",
    )

    counties: Annotated[Selection, PlainValidator(word_or_names("all", "over_300000"))] = parameter(
        "over_300000",
        "all, over_300000 (counties and county-level cities with more people), or names or codes",
        unit="a word or a list of counties",
        source="plan, task 8: counties over 300,000 people",
    )
    gain: float = parameter(
        0.5,
        "share of the gap to a city general hospital that is closed",
        unit="share",
        source="assumed",
        span=(0.2, 1.0),
        ge=0,
        le=1,
    )
    conditions: Annotated[Selection, PlainValidator(word_or_names("all"))] = parameter(
        "all",
        "conditions that gain: all, or a list",
        unit="all or a list of conditions",
        source="plan, task 8: the whole hospital",
    )

    def claims(self) -> frozenset[Claim]:
        """Return one address per county and condition."""
        pairs = product(claimed(self.counties), claimed(self.conditions))
        return frozenset(("capability_gain", county, condition) for county, condition in pairs)

    def apply(self, inputs: Inputs) -> None:
        """Write the gain for every chosen county and condition."""
        counties = chosen_counties(inputs, self.counties)
        conditions = chosen_conditions(inputs.conditions, self.conditions)
        rows = pd.DataFrame(
            list(product(counties, conditions, [self.gain])),
            columns=["county", "condition", "gain"],
        )
        # A later gain for the same hospital and condition takes the place of the earlier one.
        table = pd.concat([inputs.capability_gain, rows]) if len(inputs.capability_gain) else rows
        inputs.capability_gain = table.drop_duplicates(
            ["county", "condition"], keep="last"
        ).reset_index(drop=True)
