"""Parts: named packages of levers that care scenarios put together."""

from __future__ import annotations

from os.path import lexists
from pathlib import Path

from sim.errors import InputError, Problem, nearest
from sim.reading.yaml_file import Document
from sim.scenario.care.entries import LEVERS_FORM, append_entries, read_with_one_path_each

PARTS = "parts"
"""Their folder, beside a scenario or in the scenarios folder."""
_PART_KEYS = ("name", "title", "description", "levers")


def parts_of(path: Path, document: Document, folder: Path) -> list[Document]:
    """Return the parts that a scenario names under ``with`` as one level of inheritance.

    Parameters
    ----------
    path : Path
        The scenario's file.
    document : Document
        What it holds.
    folder : Path
        The scenarios folder.

    Returns
    -------
    list of Document
        One, or none; what is wrong with the parts is among its problems.
    """
    names = document.data.get("with")
    if names is None:
        return []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return [_joined(document, [], [document.problem(("with",), "must be a list of parts")])]
    parts: list[Document] = []
    problems: list[Problem] = []
    for index, name in enumerate(names):
        try:
            parts.append(_part(path, document, folder, index, name))
        except InputError as error:
            problems += error.problems
    if len(set(names)) < len(names):
        problems.append(document.problem(("with",), "names a part twice"))
    return [_joined(document, parts, problems)]


def _part(path: Path, document: Document, folder: Path, index: int, name: str) -> Document:
    """Read a part; it is looked for beside the scenario, then in the scenarios folder."""
    places = [path.parent / PARTS, folder / PARTS]
    file = next((p / f"{name}.yaml" for p in places if lexists(p / f"{name}.yaml")), None)
    if file is None:
        known = sorted({f.stem for place in places for f in place.glob("*.yaml")})
        there = f"; there are: {', '.join(known)}" if known else "; there are none"
        what = f"there is no part '{name}'{nearest(name, known)}{there}"
        raise InputError(document.problem(("with", index), what))
    part = read_with_one_path_each(file)
    problems = list(part.problems)
    problems += [
        part.problem((key,), f"is no key of a part{nearest(key, [*_PART_KEYS])}")
        for key in part.data
        if key not in _PART_KEYS
    ]
    problems += [
        part.problem((), f"a part needs '{key}'")
        for key in ("name", "title", "levers")
        if key not in part.data
    ]
    if "name" in part.data and part.data["name"] != name:
        what = f"is '{part.data['name']}' but the file is called {file.name}; they must agree"
        problems.append(part.problem(("name",), what))
    if "levers" in part.data and not isinstance(part.data["levers"], list):
        problems.append(part.problem(("levers",), LEVERS_FORM))
    if problems:
        raise InputError(*problems)
    return part


def _joined(document: Document, parts: list[Document], problems: list[Problem]) -> Document:
    """Return the levers of several parts as one level.

    Parts do not replace each other's levers: two of them on one value are an error.
    """
    joined = Document({"levers": []} if parts else {}, {(): document.marks[()]}, problems)
    if problems:
        joined.unread.add("with")
    for part in parts:
        append_entries(joined, part, range(len(part.data["levers"])))
    return joined
