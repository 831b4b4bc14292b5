"""Find scenario files by name, tell their kind and list them."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import lexists
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Problem, nearest
from sim.reading.yaml_file import Document, read_yaml
from sim.scenario.inherit import SUFFIXES, read_with_parents
from sim.scenario.title import Title

CARE = "care"
NETWORK = "network"
KINDS = (CARE, NETWORK)
_NETWORK_KEYS = {"classes", "stations"}


def scenario_kind(path_or_name: Path | str, folder: Path) -> str:
    """Return what kind of scenario a file is, so that the caller knows who reads it.

    Parameters
    ----------
    path_or_name : Path or str
        A file, or the name of a scenario in `folder`.
    folder : Path
        The scenarios folder.

    Returns
    -------
    str
        ``care`` or ``network``; a file that does not say is ``care``.

    Raises
    ------
    InputError
        If the file cannot be read, or the kind is unknown.
    """
    document, _ = read_with_parents(scenario_path(path_or_name, folder), folder)
    return kind_of(document)


def kind_of(document: Document) -> str:
    """Return the checked kind of a document; of one whose parent cannot be read, what it looks like.

    Raises
    ------
    InputError
        If the kind is unknown.
    """
    looks = NETWORK if "extends" in document.unread and _NETWORK_KEYS & {*document.data} else CARE
    kind = document.data.get("kind", looks)
    if kind not in KINDS:
        what = f"must be one of {', '.join(KINDS)}, not '{kind}'{nearest(str(kind), [*KINDS])}"
        raise InputError(document.problem(("kind",), what))
    return str(kind)


def scenario_path(path_or_name: Path | str, folder: Path) -> Path:
    """Return the file of a scenario given by path or name.

    Raises
    ------
    InputError
        If there is none, with the nearest name.
    """
    text = str(path_or_name)
    if text.endswith(SUFFIXES) or isinstance(path_or_name, Path):
        return Path(path_or_name)
    path = folder / f"{text}.yaml"
    if not lexists(path):
        files = [*folder.glob("*.yaml"), *folder.glob("networks/*.yaml")]
        names = sorted(file.stem for file in files)
        what = f"there is no scenario '{text}'; there are: {', '.join(names)}{nearest(text, names)}"
        raise InputError(Problem(what, folder))
    return path


@dataclass(frozen=True)
class Listing:
    """One line of a list of scenarios.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        The file's name without its ending.
    kind : str
        ``care``, ``network``; empty if the file cannot be read.
    title, description : Title or None
        As written in the file; None if missing or wrong.
    problems : tuple of Problem
        Why the file cannot be read at all.
    """

    path: Path
    name: str
    kind: str = ""
    title: Title | None = None
    description: Title | None = None
    problems: tuple[Problem, ...] = ()


def list_scenarios(folder: Path) -> list[Listing]:
    """List the scenario files of a folder by name; a broken file is listed with its problems.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(Problem("there is no such folder", folder))
    return [_listing(path) for path in sorted(folder.glob("*.yaml"))]


def _listing(path: Path) -> Listing:
    """Read what a list shows of one file."""
    try:
        document = read_yaml(path)
    except InputError as error:
        return Listing(path, path.stem, problems=error.problems)
    data = document.data
    return Listing(
        path,
        path.stem,
        kind=str(data.get("kind", CARE)),
        title=_title(data.get("title")),
        description=_title(data.get("description")),
    )


def _title(value: Any) -> Title | None:
    """Return a title if it is one."""
    try:
        return Title.model_validate(value)
    except ValidationError:
        return None
