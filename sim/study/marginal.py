"""What a little more of each resource is worth: a scenario beside itself with an increment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sim.region import Region
from sim.scenario.inputs import Inputs, inputs_at
from sim.scenario.levers.extra import Extra
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Entry, in_acting_order
from sim.scenario.yaml_file import Mark
from sim.study.compare import differences

MARGINAL_COLUMNS = (
    *("increment", "amount", "indicator", "tier", "county"),
    *("mean", "low", "high", "n"),
)
_POINT = 0.01
_MARK = Mark(Path("marginal values"), None, "extra")


@dataclass(frozen=True)
class Increment:
    """A little more of one resource.

    Attributes
    ----------
    key : str
        Parameter of the lever `Extra`.
    step : float
        How much is added: per institution, or of a share.
    column : str
        Column of the facilities that counts what was added; "" for a share.
    unit : float
        Size of the unit that effects are told for: one person, ten beds, one point.
    """

    key: str
    step: float
    column: str
    unit: float

    @property
    def lever(self) -> Extra:
        """The lever that adds it."""
        step = int(self.step) if self.column else self.step
        return Extra.model_validate({self.key: step})


INCREMENTS = (
    Increment("township_physicians", 1, "general_practitioners", 1.0),
    Increment("village_doctors", 1, "village_doctors", 1.0),
    Increment("county_physicians", 10, "physicians", 1.0),
    Increment("county_beds", 20, "beds", 10.0),
    Increment("township_beds", 2, "beds", 10.0),
    Increment("county_inpatient_rate", 0.02, "", _POINT),
    Increment("county_capability", 0.05, "", _POINT),
    Increment("contract_coverage", 0.05, "", _POINT),
    Increment("first_contact_bound", 0.05, "", _POINT),
    Increment("step_down_accept", 0.05, "", _POINT),
)
"""Steps are small beside what a county has, and large enough for whole doctors on duty to change."""


def with_increment(scenario: Scenario, increment: Increment) -> Scenario:
    """Return a scenario with an increment from the beginning of the run on."""
    entry = Entry(increment.lever, None, None, _MARK)
    timeline = in_acting_order(scenario.run, [*scenario.levers, entry])
    return replace(
        scenario, name=f"{scenario.name}_{increment.key}", timeline=timeline, parent=None
    )


def units_added(region: Region, scenario: Scenario, increment: Increment) -> float:
    """Return how many units an increment adds in the scenario's area, hospitals of many counties by share."""
    if not increment.column:
        return increment.step / increment.unit
    before, after = (
        _amount(inputs_at(region, each, scenario.run.start), increment.column)
        for each in (scenario, with_increment(scenario, increment))
    )
    return (after - before) / increment.unit


def _amount(inputs: Inputs, column: str) -> float:
    facilities = inputs.facilities
    share = inputs.catchment_share.reindex(facilities["facility"]).to_numpy(dtype=float)
    return float((facilities[column].to_numpy(dtype=float) * share).sum())


def marginal_table(
    indicators: pd.DataFrame, scenario: str, increments: Sequence[Increment], units: Sequence[float]
) -> pd.DataFrame:
    """Return the effect of one unit of each increment on every indicator.

    Parameters
    ----------
    indicators : DataFrame
        Of the scenario and of it with each increment; columns ``scenario, replication, indicator, tier,
        county, value``.
    scenario : str
        Name of the scenario.
    increments : sequence of Increment
    units : sequence of float
        How many units each of them added, above 0.

    Returns
    -------
    DataFrame
        Columns `MARGINAL_COLUMNS`: paired differences divided by the units added (``amount``), with their
        intervals. Dividing assumes that effects are proportional within the step.
    """
    found = differences(indicators, scenario).set_index("scenario")
    frames = []
    for increment, amount in zip(increments, units, strict=True):
        frame = found.loc[[f"{scenario}_{increment.key}"]].reset_index(drop=True)
        frame[["mean", "low", "high"]] /= amount
        frames.append(frame.assign(increment=increment.key, amount=amount))
    return pd.concat(frames, ignore_index=True)[list(MARGINAL_COLUMNS)]
