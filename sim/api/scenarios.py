"""Find, read, check and show scenarios and networks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Unpack, cast

import pandas as pd
from ruamel.yaml import YAML

from sim.api.areas import area_with_region
from sim.api.arguments import checked
from sim.api.options import OneRunOptions, RunOptions, Source
from sim.api.shipped import scenarios_folder
from sim.errors import InputError, Problem
from sim.reading.text import problem_of_text
from sim.report.glyphs import STAND_IN, missing_glyphs
from sim.runs.paths import check_name
from sim.scenario import (
    Change,
    Listing,
    Scenario,
    diff_to_parent,
    list_scenarios,
    scenario_kind,
)
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.registry import SUBJECTS, subject_of

NETWORKS = "networks"
_LONGEST_NAME = 200


@checked(RunOptions)
def load(source: Source, **options: Unpack[RunOptions]) -> Scenario | NetworkScenario:
    """Read a scenario or a network, with everything it inherits, and check it.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
        A name (``"plan-2025"``), a file (ending in ``.yaml``), the content of a file as a mapping (``name``
        and ``title`` may be left out), or what this function returned before.
    **options
        See `sim.api.options.RunOptions`.

    Returns
    -------
    Scenario or NetworkScenario
        Frozen; `run` and the questions take it.

    Raises
    ------
    InputError
        With every problem, each with file, line, key and what is allowed.
    """
    (scenario,) = read_all([source], options)
    return scenario


def read_all(sources: Sequence[Source], options: OneRunOptions) -> list[Scenario | NetworkScenario]:
    """Read several scenarios; all problems of all of them at once.

    Parameters and errors are those of `load`.
    """
    folder = scenarios_folder(options.get("scenarios"))
    area = options.get("region") or ()
    stated = [area] if isinstance(area, str) else [*area]
    region = [area_with_region(word, folder) for word in stated]
    run = run_settings(options)
    scenarios: list[Scenario | NetworkScenario] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            scenario = _read(source, folder)
            scenarios.append(subject_of(scenario).with_settings(scenario, region, run))
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InputError(*problems)
    return scenarios


def read_care(sources: Sequence[Source], options: OneRunOptions) -> list[Scenario]:
    """Read care scenarios for a question that networks cannot answer: they have no levers, counties or tiers.

    Parameters and errors are those of `load`.
    """
    loaded = read_all(sources, options)
    if not all(subject_of(scenario).has_region for scenario in loaded):
        raise InputError(
            "networks have no levers, counties or tiers; this question is for care scenarios"
        )
    return cast("list[Scenario]", loaded)


@checked()
def check(
    source: Source,
    *,
    region: str | Sequence[str] | None = None,
    scenarios: Path | str | None = None,
) -> list[Problem]:
    """Return everything that would keep a scenario from being run; an empty list if nothing would.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
        As of `load`.
    region : str or sequence of str, optional
        Another area, which is checked as well.
    scenarios : Path or str, optional
        The scenarios folder.

    Returns
    -------
    list of Problem
        Each with file, line, key and what is allowed.

    Raises
    ------
    InputError
        If the scenarios folder is not there.
    """
    folder = scenarios_folder(scenarios)
    try:
        if isinstance(source, str | Path):
            found = found_scenario(str(source), folder)
            problems = SUBJECTS[scenario_kind(found, folder)].problems(found, folder)
            if problems or region is None:
                return problems
        if isinstance(source, Mapping) and (problems := _problems_of_made(source, folder)):
            return problems
        # What does not fit the region shows when the worlds are built.
        scenario = load(source, region=region, scenarios=scenarios)
        subject_of(scenario).cases([scenario], folder, "compiled", False)
    except InputError as error:
        return list(error.problems)
    return []


@checked(RunOptions)
def remarks(source: Source, *, quick: bool = False, **options: Unpack[RunOptions]) -> list[Problem]:
    """Return what an author should know of a scenario that can be run.

    Such as parameters that it sets without stating them, levers that change nothing, and numbers of its region
    that are possible and hardly true.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
        As of `load`.
    quick : bool
        Leave out what has to be tried, whether every lever changes anything: a second for ten levers.
    **options
        As of `load`.

    Returns
    -------
    list of Problem
        Each with file, line and key; nothing keeps the scenario from being run.

    Raises
    ------
    InputError
        As of `load`.
    """
    scenario = load(source, **options)
    folder = scenarios_folder(options.get("scenarios"))
    found = subject_of(scenario).remarks(scenario, folder, quick=quick)
    missing = missing_glyphs(scenario.title.zh + scenario.title.en)
    if missing:
        what = f"figures cannot draw '{missing}'; '{STAND_IN}' stands in their place"
        found = [*found, Problem(what, key="title")]
    # An entry that sets several columns is found once for each.
    return list(dict.fromkeys(found))


@checked(RunOptions)
def loads(source: Source, **options: Unpack[RunOptions]) -> pd.DataFrame:
    """Return how much work a network brings to each station, before anything is simulated.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
        As of `load`.
    **options
        As of `load`.

    Returns
    -------
    DataFrame
        ``station``, ``arrivals_per_hour``, ``work`` and ``servers`` (busy, and on duty), ``load`` (work per
        server; from 1 on the queue grows without bound unless patients leave it).

    Raises
    ------
    InputError
        As of `load`, and if the scenario is no network.
    """
    scenario = load(source, **options)
    return subject_of(scenario).loads(scenario)


@checked()
def listing(*, scenarios: Path | str | None = None) -> list[Listing]:
    """Return what there is to run: scenarios first, then networks.

    Parameters
    ----------
    scenarios : Path or str, optional
        The scenarios folder.

    Returns
    -------
    list of Listing
        Also of files that cannot be read, with their problems.

    Raises
    ------
    InputError
        If the scenarios folder is not there.
    """
    folder = scenarios_folder(scenarios)
    folders = [folder, folder / NETWORKS]
    return [item for place in folders if place.is_dir() for item in list_scenarios(place)]


@checked(RunOptions)
def resolved(source: Source, **options: Unpack[RunOptions]) -> str:
    """Return a scenario with everything it inherits, as YAML.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
        As of `load`.
    **options
        As of `load`.

    Returns
    -------
    str
        `load` reads it again.

    Raises
    ------
    InputError
        As of `load`.
    """
    scenario = load(source, **options)
    return subject_of(scenario).resolved(scenario)


@checked(RunOptions)
def changes(source: Source, **options: Unpack[RunOptions]) -> list[Change]:
    """Return what a care scenario changes in its parent.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
        As of `load`.
    **options
        As of `load`.

    Returns
    -------
    list of Change
        Every key whose value differs; without a parent everything it states.

    Raises
    ------
    InputError
        As of `load`, and if the scenario is a network.
    """
    (scenario,) = read_care([source], options)
    return diff_to_parent(scenario, scenarios_folder(options.get("scenarios")))


def run_settings(options: OneRunOptions) -> dict[str, object]:
    """Return options on a run as a file's ``run`` states them; what is not stated is left out."""
    values = {
        "length": _weeks(options.get("weeks")),
        "warm_up": _weeks(options.get("warm_up")),
        "replications": options.get("replications"),
        "seed": options.get("seed"),
    }
    return {key: value for key, value in values.items() if value is not None}


def _weeks(number: int | None) -> str | None:
    return None if number is None else f"{number} w"


def found_scenario(name: str, folder: Path) -> str:
    """Return a scenario's name or file; names are also looked up among the networks."""
    if len(name) > _LONGEST_NAME:
        raise InputError(
            f"there is no scenario of {len(name)} characters; allowed: {_LONGEST_NAME}"
        )
    network = folder / NETWORKS / f"{name}.yaml"
    return str(network) if network.is_file() and not (folder / f"{name}.yaml").is_file() else name


def _read(source: Source, folder: Path) -> Scenario | NetworkScenario:
    if isinstance(source, Scenario | NetworkScenario):
        return source
    if isinstance(source, Mapping):
        return _made(source, folder)
    found = found_scenario(str(source), folder)
    scenario: Scenario | NetworkScenario = SUBJECTS[scenario_kind(found, folder)].load(
        found, folder
    )
    return scenario


def _checked_name(name: object) -> str:
    """Return the name of a mapping if it can be that of a file in a folder: no path leads out of it."""
    text = str(name)
    if text and (what := problem_of_text(text, _LONGEST_NAME)):
        raise InputError(Problem(what, key="name"))
    try:
        return check_name(text)
    except InputError as error:
        raise InputError(*(replace(p, key="name") for p in error.problems)) from None


def _made(content: Mapping[str, object], folder: Path) -> Scenario | NetworkScenario:
    """Read a mapping as the file that it would be, so that the same checks hold for both."""
    with _written(content) as file:
        try:
            made = _read(file, folder)
        except InputError as error:
            raise InputError(*(_of_no_file(problem, file) for problem in error.problems)) from None
    scenario: Scenario | NetworkScenario = subject_of(made).without_file(made)
    return scenario


def _problems_of_made(content: Mapping[str, object], folder: Path) -> list[Problem]:
    """Return what is wrong with a mapping that cannot be read, its region included; nothing if it can."""
    try:
        _made(content, folder)
    except InputError:
        with _written(content) as file:
            try:
                found = SUBJECTS[scenario_kind(file, folder)].problems(file, folder)
            except InputError as error:
                found = [*error.problems]
        return [_of_no_file(problem, file) for problem in found]
    return []


@contextmanager
def _written(content: Mapping[str, object]) -> Iterator[Path]:
    """Give a mapping as the file that it would be, for a moment."""
    name = _checked_name(content.get("name", "made-in-python"))
    whole = {"name": name, "title": {"zh": name, "en": name}, **content}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{name}.yaml"
        try:
            with file.open("w", encoding="utf-8") as stream:
                yaml = YAML(typ="safe", pure=True)
                # A list that stands twice in Python is written twice: files have no references.
                yaml.representer.ignore_aliases = lambda _: True
                yaml.dump(whole, stream)
        except UnicodeError:
            what = "holds half a character, which no file can keep; write it anew"
            raise InputError(Problem(what, key="name")) from None
        except Exception as error:
            what = f"cannot be written as a scenario file: {' '.join(str(error).split())}"
            raise InputError(Problem(what, key=name)) from error
        yield file


def _of_no_file(problem: Problem, file: Path) -> Problem:
    """Return a problem of a file that nobody has seen: its name and lines say nothing."""
    return replace(problem, file=None, line=None) if problem.file == file else problem
