"""Uncertain numbers that a scenario's own levers set, so that doubt about them does not matter there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from sim.errors import InputError
from sim.region import Region
from sim.region.parameters import Parameter, with_parameters
from sim.scenario import Scenario
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at

_BEHIND = frozenset({"region", "base_behaviour"})
"""What levers start from; worlds are built from what they leave."""


def set_by_levers(
    region: Region, scenario: Scenario, parameters: Sequence[Parameter]
) -> frozenset[str]:
    """Return the parameters whose values make no difference to a scenario, since its levers set them.

    A parameter that levers set during a part of the run only does make a difference, and so does one
    that a lever multiplies or otherwise starts from.

    Parameters
    ----------
    region : Region
        The whole region, as loaded.
    scenario : Scenario
        Resolved and checked.
    parameters : sequence of Parameter

    Returns
    -------
    frozenset of str
        Names.
    """
    found = [each for each in parameters if scenario.levers]
    for day in scenario.timeline.epochs():
        found = [
            each
            for each in _with_one_value(region, scenario, day, found)
            if not _makes_a_difference(region, scenario, day, each)
        ]
    return frozenset(each.name for each in found)


def _with_one_value(
    region: Region, scenario: Scenario, day: date, parameters: Sequence[Parameter]
) -> list[Parameter]:
    """Return the parameters that are the same after the levers whether all are low or all are high.

    Only they can be without effect. Two sets of inputs tell so; one by one would take many seconds.
    """
    if not parameters:
        return []
    try:
        low, high = _at_both_ends(region, scenario, day, parameters)
    except InputError:
        # The levers refuse some of the values: then each parameter is looked at by itself.
        return list(parameters)
    return [each for each in parameters if _value(low, each).equals(_value(high, each))]


def _makes_a_difference(
    region: Region, scenario: Scenario, day: date, parameter: Parameter
) -> bool:
    try:
        low, high = _at_both_ends(region, scenario, day, [parameter])
    except InputError:
        # A value that the levers refuse is not one that they replace.
        return True
    return not low.same_as(high, beside=_BEHIND)


def _at_both_ends(
    region: Region, scenario: Scenario, day: date, parameters: Sequence[Parameter]
) -> tuple[Inputs, Inputs]:
    """Return the inputs of a day with some parameters at the low, and at the high end of their range."""
    low = {each.name: each.low for each in parameters}
    high = {each.name: each.high for each in parameters}
    return (
        inputs_at(with_parameters(region, low), scenario, day),
        inputs_at(with_parameters(region, high), scenario, day),
    )


def _value(inputs: Inputs, parameter: Parameter) -> pd.Series:
    """Return the cells of a parameter after the levers have acted."""
    table, _, column = parameter.name.partition(".")
    if table == "behaviour":
        return pd.Series([inputs.behaviour[column]])
    # ``services.minutes.doctor`` is what a column says of one skill.
    name, _, skill = column.partition(".")
    frame: pd.DataFrame = getattr(inputs, table)
    cells: pd.Series = frame.loc[frame["skill"] == skill, name] if skill else frame[name]
    return cells
