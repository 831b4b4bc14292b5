"""A little more of something, on top of whatever else a scenario says."""

from __future__ import annotations

from math import ceil
from typing import Any, ClassVar

import pandas as pd

from sim.errors import InputError, Problem
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.base import Claim, Lever, parameter
from sim.scenario.care.levers.contact import ELDERLY_BANDS, YOUNGER_BANDS
from sim.scenario.title import Title

_SET_BY_SCENARIO = "set by the scenario"


def _persons(where: str) -> Any:
    return parameter(
        0, f"more {where}", unit="persons each", source=_SET_BY_SCENARIO, ge=0, le=1000
    )


def _beds(where: str) -> Any:
    return parameter(
        0,
        f"more beds {where}, with the staff they need",
        unit="beds each",
        source=_SET_BY_SCENARIO,
        ge=0,
        le=10_000,
    )


def _share(what: str) -> Any:
    return parameter(0.0, f"added to {what}", unit="share", source=_SET_BY_SCENARIO, ge=0.0, le=1.0)


class Extra(Lever):
    """Add to resources and shares what the scenario has without it.

    Mechanism: other levers say how much there is; this one says how much more, so that the value of one
    more physician or ten more beds can be asked of any scenario. On each day it acts after all others,
    whatever their dates: a lever that begins later does not take away what was added before. Entries of
    different dates add up. Of a facility that stands for several institutions each gets its own.

    Units: persons and beds for each institution; shares. Source: none, it is a question.
    """

    name: ClassVar[str] = "extra"
    family: ClassVar[str] = "additions"
    title: ClassVar[Title] = Title(zh="增量", en="Extra resources")
    tasks: ClassVar[str] = ""
    on_top: ClassVar[bool] = True
    moves: ClassVar[tuple[str, ...]] = (
        "doctor_utilisation",
        "doctor_wait_mean",
        "bed_wait_mean",
        "bed_occupancy",
        "in_county_rate",
        "in_county_admission_share",
    )

    township_physicians: int = _persons(
        "general practitioners at each township and community centre"
    )
    village_doctors: int = _persons("village doctors at each village clinic")
    county_physicians: int = _persons("physicians at each county general hospital")
    county_beds: int = _beds("at each county general hospital")
    township_beds: int = _beds("at each township and community centre")
    county_inpatient_rate: float = _share(
        "the reimbursement rate of stays in the county, all schemes"
    )
    county_capability: float = _share(
        "the share of the gap to the city hospital that county general hospitals have closed"
    )
    contract_coverage: float = _share("the share of people under contract, all ages")
    first_contact_bound: float = _share("the share of episodes bound to begin at primary care")
    step_down_accept: float = _share("the share of patients who accept a step-down bed")

    def claims(self) -> frozenset[Claim]:
        """Return an address of its own for each addition: it adds to values and sets none."""
        return frozenset(("extra", name) for name in type(self).model_fields)

    def apply(self, inputs: Inputs) -> None:
        """Add what is asked for."""
        facilities = inputs.facilities
        township, general = facilities["tier"] == "township", facilities["kind"] == "county_general"
        self._add_physicians(inputs, township, self.township_physicians, practitioners=True)
        self._add_physicians(inputs, general, self.county_physicians, practitioners=False)
        clinics = facilities["kind"] == "village_clinic"
        facilities.loc[clinics, "village_doctors"] += (
            self.village_doctors * facilities.loc[clinics, "institutions"]
        )
        self._add_beds(inputs, township, self.township_beds)
        self._add_beds(inputs, general, self.county_beds)
        self._add_rate(inputs)
        self._add_capability(inputs)
        for band in YOUNGER_BANDS + ELDERLY_BANDS:
            parameter_of_band = f"contract_coverage_{band}"
            self._add_share(inputs, parameter_of_band, "contract_coverage")
        self._add_share(inputs, "first_contact_bound", "first_contact_bound")
        self._add_share(inputs, "step_down_accept", "step_down_accept")
        if self.step_down_accept:
            accepts = inputs.step_down_acceptance
            accepts["accept"] = [
                _at_most_one(value + self.step_down_accept, "step_down_accept")
                for value in accepts["accept"]
            ]

    def _add_physicians(
        self, inputs: Inputs, rows: pd.Series, each: int, *, practitioners: bool
    ) -> None:
        facilities = inputs.facilities
        more = each * facilities.loc[rows, "institutions"]
        facilities.loc[rows, "physicians"] += more
        facilities.loc[rows, "staff"] += more
        if practitioners:
            facilities.loc[rows, "general_practitioners"] += more

    def _add_beds(self, inputs: Inputs, rows: pd.Series, each: int) -> None:
        facilities = inputs.facilities
        more = each * facilities.loc[rows, "institutions"]
        needed = inputs.kinds.set_index("kind")["staff_per_bed"]
        staff = more * facilities.loc[rows, "kind"].map(needed).astype(float)
        facilities.loc[rows, "beds"] += more
        # Staff for the new beds even where the present ones have fewer than they need.
        facilities.loc[rows, "staff"] += staff.map(ceil)

    def _add_rate(self, inputs: Inputs) -> None:
        if not self.county_inpatient_rate:
            return
        table = inputs.reimbursement
        rows = (table["tier"] == "county") & (table["setting"] == "inpatient")
        table["rate"] = table["rate"].astype(float)
        table.loc[rows, "rate"] = [
            _at_most_one(rate + self.county_inpatient_rate, "county_inpatient_rate")
            for rate in table.loc[rows, "rate"]
        ]

    def _add_capability(self, inputs: Inputs) -> None:
        if not self.county_capability:
            return
        table = inputs.capability_gain.set_index(["county", "condition"])["gain"]
        every = pd.MultiIndex.from_product(
            [inputs.counties["county"], inputs.conditions["condition"]],
            names=["county", "condition"],
        )
        gains = table.reindex(every).astype(float).fillna(0.0) + self.county_capability
        _at_most_one(float(gains.max()), "county_capability")
        inputs.capability_gain = gains.rename("gain").reset_index()

    def _add_share(self, inputs: Inputs, behaviour: str, key: str) -> None:
        more = getattr(self, key)
        if more:
            inputs.set_behaviour(
                behaviour, _at_most_one(inputs.behaviour.get(behaviour, 0.0) + more, key)
            )


def _at_most_one(share: float, key: str) -> float:
    """Return a share, or refuse one above 1."""
    if share > 1.0 + 1e-9:
        raise InputError(
            Problem(f"would make a share of {share:.3g}; at most 1 is possible", key=key)
        )
    return min(share, 1.0)
