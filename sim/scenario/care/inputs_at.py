"""The tables of a scenario's area as its levers leave them on a date."""

from __future__ import annotations

from datetime import date

from sim.errors import InputError, Problem
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.scenario import Scenario


def inputs_at(region: Region, scenario: Scenario, day: date) -> Inputs:
    """Return the tables of a scenario's area as they are on a date.

    Levers act on the whole region, and the area is cut out afterwards: beds per 1,000 residents
    mean the residents and the beds of the whole region, city and provincial hospitals included.

    Parameters
    ----------
    region : Region
        The whole region, as loaded.
    scenario : Scenario
        Resolved and checked. The command line may replace its ``region`` by another area.
    day : date
        Levers that begin on or before this date, and have not ended, act.

    Raises
    ------
    InputError
        If levers do not fit the region (a county or condition it does not have, no beds to
        scale), or the region has no such area; all at once.
    """
    inputs = Inputs.of(region)
    problems: list[Problem] = []
    for entry in scenario.timeline.active(day):
        try:
            entry.lever.apply(inputs)
        except InputError as error:
            problems += [entry.located(problem) for problem in error.problems]
    if scenario.region.areas:
        try:
            inputs.cut_to(list(scenario.region.areas))
        except InputError as error:
            problems += [scenario.region.mark.problem(problem.what) for problem in error.problems]
    if problems:
        raise InputError(*problems)
    return inputs
