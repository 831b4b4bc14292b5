"""One-parent inheritance of scenario files.

A child's keys replace its parent's, level by level. Name, title and description are never inherited. What a
kind of scenario adds, such as a timeline, it says in an `Inheritance` of its own.
"""

from __future__ import annotations

from collections.abc import Container
from os.path import lexists
from pathlib import Path
from typing import Any, ClassVar

from sim.errors import InputError, nearest
from sim.reading.yaml_file import Document, read_yaml

OWN_KEYS = ("name", "title", "description", "extends")
SUFFIXES = (".yaml", ".yml")
_MOST_PARENTS = 20


class Inheritance:
    """How files are merged into their parents; by itself, whatever they hold.

    Attributes
    ----------
    own_keys : tuple of str
        Keys that a child never takes from its parent.
    whole_keys : tuple of str
        Keys whose mappings are one statement: a child's replaces the parent's.
    apart_keys : tuple of str
        Keys that `merge_apart` merges.
    """

    own_keys: ClassVar[tuple[str, ...]] = OWN_KEYS
    whole_keys: ClassVar[tuple[str, ...]] = ()
    apart_keys: ClassVar[tuple[str, ...]] = ()

    def read(self, path: Path) -> Document:
        """Read one file.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        return read_yaml(path)

    def levels_below(self, path: Path, document: Document, folder: Path) -> list[Document]:
        """Return what stands between a file's parent and its own keys, with what is wrong with it."""
        del path, document, folder
        return []

    def merge_apart(self, merged: Document, parent: Document, child: Document) -> None:
        """Merge the keys that are merged apart into `merged`, which has all others."""

    def merge(self, parent: Document, child: Document) -> Document:
        """Return the child with everything it does not state taken from the parent.

        Raises
        ------
        InputError
            If a value of the parent is such that nothing can be merged.
        """
        kept = (*self.own_keys, *self.apart_keys)
        inherited = {key: value for key, value in parent.data.items() if key not in kept}
        own = {key: value for key, value in child.data.items() if key not in self.apart_keys}
        merged = Document(
            {},
            {(): child.marks[()]},
            [*parent.problems, *child.problems],
            parent.unread | child.unread,
        )
        _merge_level(merged.data, inherited, own, self.whole_keys)
        for source, keys in ((parent, inherited), (child, own)):
            merged.marks |= {p: mark for p, mark in source.marks.items() if p and p[0] in keys}
        self.merge_apart(merged, parent, child)
        return merged


def read_with_parents(
    path: Path, folder: Path, rules: Inheritance | None = None
) -> tuple[Document, Path | None]:
    """Read a scenario file and merge it into its ancestors.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path
        Where parents are looked up by name when they do not stand beside the file.
    rules : Inheritance, optional
        Those of the kind of scenario; by default what all kinds have in common.

    Returns
    -------
    document : Document
        Merged values; every mark names the file the value was written in. A parent that cannot be read, and
        parents that run in a circle, are among its problems, so that what else is wrong is found too.
    parent : Path or None
        The direct parent.

    Raises
    ------
    InputError
        If the file itself cannot be read.
    """
    rules = rules or Inheritance()
    line = _line_of_parents(path, folder, rules)
    merged: Document | None = None
    for file, document in reversed(line):
        for level in (*rules.levels_below(file, document, folder), document):
            merged = level if merged is None else rules.merge(merged, level)
    assert merged is not None
    return merged, line[1][0] if len(line) > 1 else None


def _line_of_parents(path: Path, folder: Path, rules: Inheritance) -> list[tuple[Path, Document]]:
    """Return a file and its ancestors that can be read; the last has what is wrong with the next."""
    line = [(path, rules.read(path))]
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
            line.append((parent, rules.read(parent)))
    except InputError as error:
        _, last = line[-1]
        last.problems += error.problems
        last.unread.add("extends")
    return line


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


def _merge_level(
    target: dict[str, Any], lower: dict[str, Any], upper: dict[str, Any], whole: Container[str] = ()
) -> None:
    """Fill `target` with `lower` overlaid by `upper`, mappings merged level by level unless they are whole."""
    for key in [*lower, *(key for key in upper if key not in lower)]:
        both = isinstance(upper.get(key), dict) and isinstance(lower.get(key), dict)
        if key not in upper:
            target[key] = lower[key]
        elif both and key not in whole:
            target[key] = {}
            _merge_level(target[key], lower[key], upper[key])
        else:
            target[key] = upper[key]
