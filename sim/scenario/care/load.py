"""Read care scenarios and check everything that needs no region."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import lexists
from pathlib import Path

from pydantic import ValidationError

from sim.errors import InputError, Problem, nearest
from sim.reading.yaml_file import Document
from sim.scenario.care.inherit import CareInheritance, read_care_document
from sim.scenario.care.scenario import RegionChoice, Scenario
from sim.scenario.care.schema import CareFile, RunSettings
from sim.scenario.care.targets import Target, read_targets
from sim.scenario.care.timeline import read_timeline
from sim.scenario.checks import ErrorDetails, problems_from
from sim.scenario.find import CARE, kind_of, scenario_path


def load_scenario(path_or_name: Path | str, folder: Path) -> Scenario:
    """Read a care scenario, merge its parents and check everything that needs no region.

    Parameters
    ----------
    path_or_name : Path or str
        A file, or the name of a scenario in `folder`.
    folder : Path
        The scenarios folder; parents and tables of targets are looked up there too.

    Raises
    ------
    InputError
        With every problem, each with file, line, key and what is allowed.
    """
    path = scenario_path(path_or_name, folder)
    document, parent = read_care_document(path, folder)
    if kind_of(document) != CARE:
        raise InputError(document.problem(("kind",), f"must be {CARE} here; this is a network"))
    return read_care(document, parent, path, folder)


def read_care(document: Document, parent: Path | None, path: Path, folder: Path) -> Scenario:
    """Check a merged care scenario, all problems at once.

    Parameters
    ----------
    document : Document
        Merged with its parents.
    parent : Path or None
        The direct parent.
    path : Path
        The scenario's own file.
    folder : Path
        The scenarios folder, for tables of targets.

    Raises
    ------
    InputError
        With every problem.
    """
    file, run, problems = _care_keys(document)
    problems += document.problems
    problems += _name_problems(document, parent, path)
    timeline, lever_problems = read_timeline(document, run)
    problems += lever_problems
    targets: tuple[Target, ...] = ()
    table: str | None = None
    try:
        targets, table = read_targets(document, folder)
    except InputError as error:
        problems += error.problems
    if problems or file is None or timeline is None:
        raise InputError(*in_file_order(problems, path))
    mark, _ = document.mark(("region",))
    return Scenario(
        name=file.name,
        title=file.title,
        description=file.description,
        region=RegionChoice.of(file.region, mark),
        run=file.run,
        timeline=timeline,
        targets=targets,
        targets_table=table,
        path=path,
        parent=parent,
    )


def in_file_order(problems: Sequence[Problem], path: Path) -> list[Problem]:
    """Return problems as a reader meets them: those of the file itself first, line by line."""
    return sorted(problems, key=lambda p: (p.file != path, str(p.file), p.line or 0))


def _care_keys(document: Document) -> tuple[CareFile | None, RunSettings | None, list[Problem]]:
    """Check the top-level keys; the run is returned even if other keys are wrong."""
    try:
        file = CareFile.model_validate(document.data)
    except ValidationError as error:
        problems = _own_problems(error, document)
        try:
            return None, RunSettings.model_validate(document.data.get("run")), problems
        except ValidationError:
            return None, None, problems
    return file, file.run, []


def _own_problems(error: ValidationError, document: Document) -> list[Problem]:
    """Return what is wrong with the keys; one that is missing may stand in a parent that cannot be read."""

    def is_told(details: ErrorDetails) -> bool:
        if "extends" not in document.unread:
            return True
        key = details["loc"][0]
        return key != "extends" and (
            details["type"] != "missing" or key in CareInheritance.own_keys
        )

    return problems_from(error, CareFile, document, wanted=is_told)


def _name_problems(document: Document, parent: Path | None, path: Path) -> list[Problem]:
    """Find a name that is not the file's, and ``without`` where nothing is inherited."""
    problems = []
    name = document.data.get("name")
    if isinstance(name, str) and name != path.stem:
        what = f"is '{name}' but the file is called {path.name}; they must agree"
        problems.append(document.problem(("name",), what))
    inherits = parent is not None or "extends" in document.unread
    if not inherits and document.data.get("without") is not None:
        problems.append(
            document.problem(("without",), "needs 'extends': nothing is inherited here")
        )
    return problems


def region_folder(scenario: Scenario, folder: Path) -> Path:
    """Return the folder of a scenario's region.

    Raises
    ------
    InputError
        If there is none of that name, with the nearest name.
    """
    return folder_of_region(scenario.region, folder)


def folder_of_region(choice: RegionChoice, folder: Path) -> Path:
    """Return the folder of a region by itself.

    Raises
    ------
    InputError
        If there is none of that name, with the nearest name.
    """
    found = folder / "regions" / choice.name
    if not lexists(found / "region.yaml"):
        names = sorted(file.parent.name for file in (folder / "regions").glob("*/region.yaml"))
        what = f"there is no region '{choice.name}'; allowed: {', '.join(names)}"
        raise InputError(choice.mark.problem(what + nearest(choice.name, names)))
    return found
