"""Answer a question by a study: run what is missing, write and show what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import typer

from sim.cli.options import RunOptions, StudyOptions
from sim.cli.start import compile_first, load_scenarios, open_console
from sim.errors import InputError, nearest
from sim.glossary import TIERS, glossary
from sim.questions.series import quantities_of_network
from sim.runs.case import Case
from sim.runs.executor import available_processors, worker_kind
from sim.runs.paths import StudyPaths
from sim.runs.progress import progress_on
from sim.runs.study import StudyResult, run_study
from sim.scenario import Scenario
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.cases import CarePayload, run_care_case, run_care_cases
from sim.subjects.care.model import CARE

Show = Callable[[StudyResult, StudyPaths], Sequence[object]]
"""Writes what was found into the folder and returns what to show; called while the folder is held."""


def care_scenarios(names: list[str], run: RunOptions, study: StudyOptions) -> list[Scenario]:
    """Read care scenarios; networks have neither levers nor counties."""
    loaded = load_scenarios(names, study.scenarios, run.region, run.settings())
    care = [scenario for scenario in loaded if isinstance(scenario, Scenario)]
    if len(care) < len(loaded):
        raise InputError(
            "networks have no levers, counties or tiers; this question is for care scenarios"
        )
    return care


def chosen_indicators(wanted: list[str] | None, usual: Sequence[str]) -> list[str]:
    """Return the indicators to show, those that are usual unless others are wanted.

    Raises
    ------
    InputError
        If one is no indicator.
    """
    known = [key for key in glossary() if "." not in key]
    unknown = [name for name in wanted or () if name not in known]
    if unknown:
        raise InputError(
            *(
                f"--indicator: there is no '{name}'{nearest(name, known)}; "
                "results/*/indicators.parquet and the glossary have their names"
                for name in unknown
            )
        )
    return [*(wanted or usual)]


def check_care_quantities(wanted: Iterable[str]) -> None:
    """Refuse quantities that no care scenario has, before anything runs.

    Parameters
    ----------
    wanted : iterable of str
        ``bed_wait_mean`` or, of a tier, ``bed_wait_mean:county``.

    Raises
    ------
    InputError
        If a name is neither an indicator nor one of a tier.
    """
    known = [key for key in glossary() if "." not in key]
    problems = []
    for quantity in wanted:
        name, colon, tier = quantity.partition(":")
        if name not in known:
            problems.append(f"there is no quantity '{quantity}'{nearest(name, known)}")
        elif colon and tier not in TIERS:
            problems.append(f"there is no quantity '{quantity}'; tiers are {', '.join(TIERS)}")
    if problems:
        raise InputError(*problems)


def check_network_quantities(wanted: Iterable[str], scenario: NetworkScenario) -> None:
    """Refuse quantities that a network does not have, before anything runs.

    Parameters
    ----------
    wanted : iterable of str
        ``wait_mean:clinic``, of one class ``wait_mean:clinic:routine``.
    scenario : NetworkScenario

    Raises
    ------
    InputError
        If a name is not measured.
    """
    known = quantities_of_network(scenario)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError(*(f"there is no quantity '{n}'{nearest(n, known)}" for n in unknown))


def answer(cases: Sequence[Case[CarePayload]], out: Path, workers: int | None, show: Show) -> None:
    """Run what is missing, write and show the answer; exit code 1 if a run failed."""
    side_by_side = workers or available_processors()
    console = open_console()
    compile_first(CARE)
    shown: list[object] = []

    def finish(result: StudyResult) -> None:
        if not result.failures:
            shown.extend(show(result, StudyPaths(out)))

    result = run_study(
        cases,
        run_care_case,
        StudyPaths(out),
        side_by_side,
        progress_on(console),
        finish,
        worker_kind(True, side_by_side),
        run_care_cases,
    )
    for each in shown:
        console.print(each)
    console.print(str(out), markup=False, highlight=False)
    if result.failures:
        raise typer.Exit(1)
