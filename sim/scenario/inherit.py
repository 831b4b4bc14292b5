"""One-parent inheritance of scenario files, and parts that they put together.

A child's keys replace its parent's, level by level. Levers are a timeline: the child's come after
the parent's; one with the same name and date takes the parent's place; ``without`` drops levers of
the parent by name. Name, title and description are never inherited. Parts (``with``) are packages of levers: a
level between the parent and the file's own levers.
"""

from __future__ import annotations

from os.path import lexists
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, nearest
from sim.reading.yaml_file import Document, KeyPath, read_yaml
from sim.scenario.entries import lever_key, one_path_each

OWN_KEYS = ("name", "title", "description", "extends", "without", "with")
PARTS = "parts"
"""Folder of parts: named packages of levers that scenarios put together."""
_PART_KEYS = ("name", "title", "description", "levers")
_MOST_PARENTS = 20
SUFFIXES = (".yaml", ".yml")
LEVERS_FORM = "must be a list: one lever per line, each after '- '"


def read_with_parents(path: Path, folder: Path) -> tuple[Document, Path | None]:
    """Read a scenario file and merge it into its ancestors.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path
        Where parents are looked up by name when they do not stand beside the file.

    Returns
    -------
    document : Document
        Merged values; every mark names the file the value was written in. A parent or a part that cannot be
        read, and parents that run in a circle, are among its problems, so that what else is wrong is found too.
    parent : Path or None
        The direct parent.

    Raises
    ------
    InputError
        If the file itself cannot be read.
    """
    line, problems = _line_of_parents(path, folder)
    unread = {"extends"} if problems else set()
    merged: Document | None = None
    for file, document in reversed(line):
        # Parts stand between the parent and the file's own levers.
        parts, wrong = _parts(file, document, folder)
        if wrong:
            problems += wrong
            unread.add("with")
        for level in (*parts, document):
            level.unread |= unread
            merged = level if merged is None else merge(merged, level)
    assert merged is not None
    merged.problems += problems
    merged.unread |= unread
    merged.data.pop("with", None)
    return merged, line[1][0] if len(line) > 1 else None


def _line_of_parents(path: Path, folder: Path) -> tuple[list[tuple[Path, Document]], list[Problem]]:
    """Return a file and its ancestors as far as they can be read, and what is wrong with the next one."""
    line = [(path, _read(path))]
    try:
        while (parent := _parent(*line[-1], folder)) is not None:
            seen = [ancestor.resolve() for ancestor, _ in line]
            if parent.resolve() in seen:
                circle = " -> ".join(p.stem for p, _ in line[seen.index(parent.resolve()) :])
                what = f"parents run in a circle: {circle} -> {parent.stem}"
                raise InputError(line[-1][1].problem(("extends",), what))
            if len(line) > _MOST_PARENTS:
                what = f"has more than {_MOST_PARENTS} files above it, each extending the next"
                raise InputError(line[0][1].problem(("extends",), what))
            line.append((parent, _read(parent)))
    except InputError as error:
        return line, [*error.problems]
    return line, []


def _read(path: Path) -> Document:
    """Read a file, with one path in each entry that sets numbers."""
    document = read_yaml(path)
    one_path_each(document)
    return document


def _parts(path: Path, document: Document, folder: Path) -> tuple[list[Document], list[Problem]]:
    """Return the packages of levers under ``with`` as one level, and what is wrong with them."""
    names = document.data.get("with")
    if names is None:
        return [], []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return [], [document.problem(("with",), "must be a list of parts")]
    parts: list[Document] = []
    problems: list[Problem] = []
    for index, name in enumerate(names):
        try:
            parts.append(_part(path, document, folder, index, name))
        except InputError as error:
            problems += error.problems
    if len(set(names)) < len(names):
        problems.append(document.problem(("with",), "names a part twice"))
    # One level: parts do not replace each other's levers, two of them on one value are an error.
    return ([_joined(parts)] if parts else []), problems


def _part(path: Path, document: Document, folder: Path, index: int, name: str) -> Document:
    """Read a part; it is looked for beside the scenario, then in the scenarios folder."""
    places = [path.parent / PARTS, folder / PARTS]
    file = next((p / f"{name}.yaml" for p in places if lexists(p / f"{name}.yaml")), None)
    if file is None:
        known = sorted({f.stem for place in places for f in place.glob("*.yaml")})
        there = f"; there are: {', '.join(known)}" if known else "; there are none"
        what = f"there is no part '{name}'{nearest(name, known)}{there}"
        raise InputError(document.problem(("with", index), what))
    part = _read(file)
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


def _joined(parts: list[Document]) -> Document:
    """Return the levers of several parts as one level."""
    joined = Document({"levers": []}, {(): parts[0].marks[()]})
    for part in parts:
        levers = part.data["levers"]
        _join_levers(joined, part, list(range(len(levers))), levers)
    return joined


def _parent(path: Path, document: Document, folder: Path) -> Path | None:
    """Return the file of the parent, or None."""
    wanted = document.data.get("extends")
    if wanted is None:
        return None
    if not isinstance(wanted, str) or not wanted.strip():
        what = "must be the name or path of one scenario"
        raise InputError(document.problem(("extends",), what))
    if wanted.endswith(SUFFIXES):
        candidates = [path.parent / wanted]
    else:
        candidates = [place / f"{wanted}.yaml" for place in (path.parent, folder)]
    for candidate in candidates:
        # Unlike a Path's own question, it raises nothing for a name that no system has.
        if lexists(candidate):
            return candidate
    names = sorted({file.stem for place in (path.parent, folder) for file in place.glob("*.yaml")})
    others = [name for name in names if name != path.stem]
    what = f"there is no scenario '{wanted}'{nearest(wanted, others)}"
    if others:
        what += f" (here are: {', '.join(others)})"
    raise InputError(document.problem(("extends",), what))


def merge(parent: Document, child: Document) -> Document:
    """Return the child with everything it does not state taken from the parent.

    Raises
    ------
    InputError
        If the parent's levers are no list, so that nothing can be merged.
    """
    inherited = {key: value for key, value in parent.data.items() if key not in OWN_KEYS}
    merged = Document(
        {}, {(): child.marks[()]}, [*parent.problems, *child.problems], parent.unread | child.unread
    )
    levers_parent, levers_child = inherited.pop("levers", None), child.data.get("levers")
    own = {key: value for key, value in child.data.items() if key != "levers"}
    _merge_level(merged.data, inherited, own)
    _copy_marks(parent, merged, lambda path: bool(path) and path[0] in inherited)
    _copy_marks(child, merged, lambda path: bool(path) and path[0] != "levers")
    kept = _kept_levers(merged, parent, child)
    if isinstance(levers_child, list) or levers_child is None:
        _join_levers(merged, parent, kept, levers_parent)
        _join_levers(merged, child, list(range(len(levers_child or []))), levers_child)
    else:
        merged.data["levers"] = levers_child
    if ("levers",) in child.marks:
        merged.marks[("levers",)] = child.marks[("levers",)]
    return merged


def _merge_level(target: dict[str, Any], lower: dict[str, Any], upper: dict[str, Any]) -> None:
    """Fill `target` with `lower` overlaid by `upper`, mappings merged level by level.

    Targets are one statement: a child's replace the parent's as a whole.
    """
    for key in [*lower, *(key for key in upper if key not in lower)]:
        if key not in upper:
            target[key] = lower[key]
        elif isinstance(upper[key], dict) and isinstance(lower.get(key), dict) and key != "targets":
            target[key] = {}
            _merge_level(target[key], lower[key], upper[key])
        else:
            target[key] = upper[key]


def _copy_marks(source: Document, target: Document, wanted: Any) -> None:
    """Copy the places of the wanted keys."""
    target.marks.update({path: mark for path, mark in source.marks.items() if wanted(path)})


def _kept_levers(merged: Document, parent: Document, child: Document) -> list[int]:
    """Return which entries of the parent stay; wrong names under ``without`` are noted."""
    lower, upper = parent.data.get("levers") or [], child.data.get("levers")
    if not isinstance(lower, list):
        raise InputError(parent.problem(("levers",), LEVERS_FORM))
    present = {key[0] for entry in lower if (key := lever_key(entry))}
    dropped = _dropped(merged, child, present)
    replaced = [lever_key(entry) for entry in upper] if isinstance(upper, list) else []
    kept = []
    for index, entry in enumerate(lower):
        key = lever_key(entry)
        if key is None or (key[0] not in dropped and key not in replaced):
            kept.append(index)
    return kept


def _dropped(merged: Document, child: Document, present: set[str]) -> set[str]:
    """Return the names under ``without``, noting those that the parent does not have."""
    names = child.data.get("without")
    if names is None:
        return set()
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        what = "must be a list of levers of the parent"
        merged.problems.append(child.problem(("without",), what))
        return set()
    for index, name in enumerate(names):
        # What has not been read may have it.
        if name not in present and not child.unread:
            there = f"; it has: {', '.join(sorted(present))}" if present else "; it has none"
            what = f"the parent has no lever '{name}'{there}{nearest(name, sorted(present))}"
            merged.problems.append(child.problem(("without", index), what))
    return set(names)


def _join_levers(merged: Document, source: Document, indices: list[int], entries: Any) -> None:
    """Append timeline entries with their places."""
    if not isinstance(entries, list):
        return
    levers: list[Any] = merged.data.setdefault("levers", [])
    for index in indices:
        new: KeyPath = ("levers", len(levers))
        levers.append(entries[index])
        old: KeyPath = ("levers", index)
        for path, mark in source.marks.items():
            if path[:2] == old:
                merged.marks[(*new, *path[2:])] = mark
