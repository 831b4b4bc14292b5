"""What is known of a scenario before it runs."""

from __future__ import annotations

from typing import Unpack

from sim.api.answer import Shown
from sim.api.arguments import checked
from sim.api.options import RunOptions, Source
from sim.api.scenarios import load
from sim.api.shipped import scenarios_folder
from sim.api.telling import TELLING


@checked(RunOptions)
def describe(source: Source, **options: Unpack[RunOptions]) -> Shown:
    """Return what is known of a scenario before it runs.

    Of care: table ``area``, a row for each simulated county: its ``county`` (division code), ``name_zh``,
    ``name_en`` and ``people``, and when and how often it is simulated: ``start`` (first counted day),
    ``weeks``, ``warm_up_weeks``, ``replications`` and ``seed``. Of a network: table ``loads``, as of
    `sim.loads`.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
        As of `load`.
    **options
        See `sim.api.options.RunOptions`.

    Returns
    -------
    Shown
        Tables ``area`` (care) or ``loads`` (networks), and the lines that `check` prints.

    Raises
    ------
    InputError
        As of `load`.
    """
    scenario = load(source, **options)
    return TELLING[scenario.kind].describe(scenario, scenarios_folder(options.get("scenarios")))
