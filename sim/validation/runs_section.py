"""Every shipped scenario, shortened: do its counters contradict each other, do both engines agree?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.engine.compiled import simulate
from sim.engine.log import log_columns
from sim.engine.model import Model
from sim.engine.tally import Tally
from sim.measure.care.invariants import broken_in_log, broken_in_tally
from sim.measure.network.invariants import broken_in_network
from sim.region import Region
from sim.scenario import Scenario, list_scenarios, load_scenario, overridden
from sim.scenario.network.load import load_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.model import care_model, care_worlds
from sim.subjects.care.subject import CareSubject
from sim.subjects.network.model import network_model
from sim.time_units import on_grid
from sim.validation.engines import differing
from sim.validation.section import Section, each_told
from sim.validation.theory.case import REPLICATIONS, Case
from sim.world.fields import Reals

RUN = {"warm_up": "1 w", "length": "1 w"}
"""What shipped scenarios are shortened to."""
ENGINES_AREA = "fujian/taining"
"""A small county: the engine on SimPy is slow."""
ENGINES_PATIENTS = 1_000
"""Of a theory case."""
NETWORK_PATIENTS = 10_000
"""What shipped networks are shortened to, where more would come."""
COLUMNS = ("name", "checked", "patients", "steps", "violated")


def invariants_section(
    region: Region, folder: Path, tell: Callable[[str], None] = lambda _: None
) -> Section:
    """Run every shipped scenario for two weeks and hold it against the invariants.

    Parameters
    ----------
    region : Region
        Of the shipped care scenarios.
    folder : Path
        The scenarios folder.
    tell : callable
        Called with the name of every scenario that is done.

    Returns
    -------
    Section
        Columns `COLUMNS`: ``checked`` is ``log`` (counters and every patient's way) or ``counters``;
        ``violated`` the number of violations, which are the problems.
    """
    rows: list[tuple[object, ...]] = []
    problems: list[str] = []
    care, networks = shipped_care(folder), _shipped_networks(folder)
    for name in each_told([*care, *networks], str, tell):
        if name in networks:
            patients, steps, broken = _network(folder / "networks" / f"{name}.yaml", folder)
        else:
            patients, steps, broken = _care(region, load_scenario(name, folder))
        checked = "counters" if name in networks else "log"
        rows.append((name, checked, patients, steps, len(broken)))
        problems += [f"{name}: {said}" for said in broken]
    return Section("invariants", pd.DataFrame(rows, columns=list(COLUMNS)), tuple(problems))


def engines_section(
    region: Region,
    folder: Path,
    cases: tuple[Case, ...],
    tell: Callable[[str], None] = lambda _: None,
) -> Section:
    """Run every theory case and every shipped scenario, shortened where long, on both engines.

    Returns
    -------
    Section
        Columns ``name, kind, differing``: a ``theory``, ``care`` or ``network`` model, and how many of its
        counters are not equal to the bit.
    """
    rows: list[tuple[str, str, int]] = []
    problems: list[str] = []
    models = [*_models(region, folder, cases)]
    for name, kind, model, seed in each_told(models, lambda each: each[0], tell):
        found = differing(model, seed)
        rows.append((name, kind, len(found)))
        problems += [f"{name}: the engines differ in {', '.join(found)}"] if found else []
    return Section(
        "engines", pd.DataFrame(rows, columns=["name", "kind", "differing"]), tuple(problems)
    )


def shipped_care(folder: Path) -> list[str]:
    """Return the names of the shipped care scenarios."""
    return [item.name for item in list_scenarios(folder) if item.kind == CareSubject.kind]


def _shipped_networks(folder: Path) -> list[str]:
    networks = folder / "networks"
    return [item.name for item in list_scenarios(networks)] if networks.is_dir() else []


def _models(
    region: Region, folder: Path, cases: tuple[Case, ...]
) -> list[tuple[str, str, Model, int]]:
    found = []
    for case in cases:
        short = replace(case, patients=ENGINES_PATIENTS * REPLICATIONS)
        scenario = short.scenario()
        found.append((case.name, "theory", network_model(scenario), scenario.run.seed))
    for name in shipped_care(folder):
        short_care = overridden(load_scenario(name, folder), region=[ENGINES_AREA], run=RUN)
        found.append(
            (name, "care", care_model(care_worlds(region, short_care)), short_care.run.seed)
        )
    for name in _shipped_networks(folder):
        network = shortened(load_network(folder / "networks" / f"{name}.yaml", folder))
        found.append((name, "network", network_model(network), network.run.seed))
    return found


def shortened(scenario: NetworkScenario, patients: int = NETWORK_PATIENTS) -> NetworkScenario:
    """Return a network with a run so short that about so many patients come; as it is if no more do."""
    entered = simulate(network_model(scenario), scenario.run.seed, 0).entered
    if entered <= patients:
        return scenario
    run, share = scenario.run, patients / entered
    lengths = {name: on_grid(getattr(run, name) * share) for name in ("warm_up", "length")}
    short = run.model_copy(update=lengths)
    end = short.end
    times = [time for time in scenario.report.census_at if time < end]
    report = scenario.report.model_copy(update={"census_at": times})
    return scenario.model_copy(update={"run": short, "report": report})


def _network(path: Path, folder: Path) -> tuple[int, int, list[str]]:
    """Run a network without its log; return patients, no steps, and violations."""
    scenario = load_network(path, folder)
    tally = simulate(network_model(scenario), scenario.run.seed, 0)
    return tally.entered, 0, broken_in_network(scenario, tally)


def _care(region: Region, scenario: Scenario) -> tuple[int, int, list[str]]:
    """Run a care scenario with its log; return patients, steps and violations."""
    short = overridden(scenario, run=RUN)
    built = care_worlds(region, short)
    model = care_model(built)
    rows: list[Reals] = []
    tally: Tally = simulate(model, short.run.seed, 0, rows.append)
    log = pd.DataFrame(log_columns(np.concatenate(rows), model.pathway))
    broken = [*broken_in_tally(built, tally), *broken_in_log(model, tally, log)]
    return tally.entered, len(log), broken
