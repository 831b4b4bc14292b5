"""Change a scenario's region or run from outside its file, with the file's own checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import ValidationError

from sim.errors import ARGUMENT, InputError, Problem
from sim.reading.yaml_file import Mark
from sim.scenario.care.scenario import RegionChoice, Scenario
from sim.scenario.care.schema import RunSettings, region_words
from sim.scenario.care.timeline import Timeline
from sim.scenario.checks import argument_of_run, words


def overridden(
    scenario: Scenario,
    *,
    region: Sequence[str] = (),
    run: Mapping[str, object] | None = None,
) -> Scenario:
    """Return a scenario with another region, area or run.

    Parameters
    ----------
    scenario : Scenario
        Resolved and checked; unchanged.
    region : sequence of str
        As in a file: ``fujian/youxi``, or several areas of one region. Empty: as in the scenario.
    run : mapping, optional
        Keys of ``run`` with values as in a file: ``{"length": "8 w", "seed": 3}``.

    Returns
    -------
    Scenario
        Levers keep their dates; one that no longer falls into the run does not act.

    Raises
    ------
    InputError
        With every problem; keys are named as arguments (``weeks``).
    """
    problems: list[Problem] = []
    choice, settings = scenario.region, scenario.run
    if region:
        try:
            choice = RegionChoice.of(region_words([*region]), Mark(ARGUMENT, None, "region"))
        except ValueError as error:
            problems.append(Problem(str(error), ARGUMENT, key="region"))
    if run:
        try:
            settings = RunSettings.model_validate({**scenario.run.as_written(), **run})
        except ValidationError as error:
            problems += [
                Problem(
                    words(dict(details), RunSettings), ARGUMENT, key=argument_of_run(details["loc"])
                )
                for details in error.errors()
            ]
    if problems:
        raise InputError(*problems)
    timeline = Timeline(settings, scenario.timeline.entries)
    return replace(scenario, region=choice, run=settings, timeline=timeline)
