"""Check a scenario file without running it."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError, Problem
from sim.region import load_region
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.load import load_scenario, region_folder


def check_file(path: Path, folder: Path) -> list[Problem]:
    """Check a scenario file as a run would, and return what is wrong instead of raising.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path
        The scenarios folder, with parents, tables of targets and ``regions/``.

    Returns
    -------
    list of Problem
        Empty if the scenario can run: the file, its parents, its region, its area, and every
        lever on the first date it acts.
    """
    try:
        scenario = load_scenario(path, folder)
        region = load_region(region_folder(scenario, folder))
    except InputError as error:
        return list(error.problems)
    problems: list[Problem] = []
    for day in scenario.timeline.epochs():
        try:
            inputs_at(region, scenario, day)
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    return problems
