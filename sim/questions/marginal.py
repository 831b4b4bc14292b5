"""What a little more of each resource is worth: a scenario beside itself with an increment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from sim.errors import InputError, Problem
from sim.measure.compare import differences
from sim.reading.yaml_file import Mark
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.levers.extra import Extra
from sim.scenario.care.scenario import Scenario
from sim.scenario.care.timeline import Entry, in_acting_order

MARGINAL_COLUMNS = (
    *("increment", "amount", "indicator", "tier", "county"),
    *("mean", "low", "high", "n", "low_joint", "high_joint", "p_holm"),
)
_PER_UNIT = ["mean", "low", "high", "low_joint", "high_joint"]
_POINT = 0.01
_MARK = Mark(Path("marginal values"), None, "")

Refusal: TypeAlias = Literal["nothing", "above_one", "unequal"]
"""Why an increment has no marginal value: there is nothing it could be added to, it would make a share of more
than 1, or it adds more at one time of the run than at another."""


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
    """Return a scenario with an increment from the beginning of the run on, on top of levers of any date."""
    entry = Entry(increment.lever, None, None, _MARK)
    timeline = in_acting_order(scenario.run, [*scenario.levers, entry])
    return replace(
        scenario, name=f"{scenario.name}_{increment.key}", timeline=timeline, parent=None
    )


def units_added(
    region: Region, scenario: Scenario, increments: Sequence[Increment]
) -> tuple[dict[Increment, float], dict[Increment, Refusal]]:
    """Return how many units increments add in the scenario's area, and which of them are not possible.

    Parameters
    ----------
    region : Region
        The whole region, as loaded.
    scenario : Scenario
        Resolved and checked.
    increments : sequence of Increment

    Returns
    -------
    units : dict of Increment to float
        Units at every time that is counted, above 0; hospitals of many counties by the area's share of them.
    refused : dict of Increment to Refusal
        The others.

    Raises
    ------
    InputError
        If the scenario's own levers do not fit the region.
    """
    before = _inputs(region, scenario)
    units: dict[Increment, float] = {}
    refused: dict[Increment, Refusal] = {}
    for each in increments:
        found = _units(before, region, scenario, each)
        if isinstance(found, str):
            refused[each] = found
        else:
            units[each] = found
    return units, refused


def _units(
    before: dict[date, Inputs], region: Region, scenario: Scenario, increment: Increment
) -> float | Refusal:
    """Return the units of an increment, or why there are none."""
    try:
        # Also during the warm-up, in which nothing is counted but which has to be possible, too.
        after = _inputs(region, with_increment(scenario, increment))
    except InputError as error:
        if all(_is_share_above_one(problem, increment) for problem in error.problems):
            return "above_one"
        raise
    if not increment.column:
        return increment.step / increment.unit
    added = [
        _amount(after[day], increment.column) - _amount(before[day], increment.column)
        for day in _counted_epochs(scenario)
    ]
    if not np.allclose(added, added[0], rtol=1e-9, atol=1e-9):
        return "unequal"
    return added[0] / increment.unit if added[0] > 0.0 else "nothing"


def _is_share_above_one(problem: Problem, increment: Increment) -> bool:
    """Tell whether a lever refused just this increment, of a share: there is no other limit to it."""
    return problem.file == _MARK.file and problem.key == f"{increment.lever.name}.{increment.key}"


def _inputs(region: Region, scenario: Scenario) -> dict[date, Inputs]:
    """Return the inputs of a scenario from each day on which they change."""
    return {day: inputs_at(region, scenario, day) for day in scenario.timeline.epochs()}


def _counted_epochs(scenario: Scenario) -> list[date]:
    """Return the epochs of which at least a day is counted."""
    epochs = scenario.timeline.epochs()
    ends = (*epochs[1:], scenario.run.end)
    return [day for day, end in zip(epochs, ends, strict=True) if end > scenario.run.start]


def _amount(inputs: Inputs, column: str) -> float:
    facilities = inputs.facilities
    share = inputs.catchment_share.reindex(facilities["facility"]).to_numpy(dtype=float)
    return float((facilities[column].to_numpy(dtype=float) * share).sum())


def marginal_table(
    indicators: pd.DataFrame, scenario: str, units: Mapping[Increment, float]
) -> pd.DataFrame:
    """Return the effect of one unit of each increment on every indicator.

    Parameters
    ----------
    indicators : DataFrame
        Of the scenario and of it with each increment; columns ``scenario, replication, indicator, tier,
        county, value``.
    scenario : str
        Name of the scenario.
    units : mapping of Increment to float
        How many units each of them added, above 0.

    Returns
    -------
    DataFrame
        Columns `MARGINAL_COLUMNS`: paired differences divided by the units added (``amount``), with
        intervals for each increment by itself and for all of them together,
        `sim.measure.compare.differences`. Dividing assumes that effects are proportional within the step.
    """
    found = differences(indicators, scenario).set_index("scenario")
    frames = []
    for increment, amount in units.items():
        frame = found.loc[[f"{scenario}_{increment.key}"]].reset_index(drop=True)
        frame[_PER_UNIT] /= amount
        frames.append(frame.assign(increment=increment.key, amount=amount))
    return pd.concat(frames, ignore_index=True)[list(MARGINAL_COLUMNS)]
