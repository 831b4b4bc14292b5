"""Inheritance of care scenarios: a timeline of levers, and parts that scenarios put together.

Levers are a timeline: the child's come after the parent's; one with the same name and date takes the parent's
place; ``without`` drops levers of the parent by name. Parts (``with``) are packages of levers: a level between
the parent and the file's own levers.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from sim.errors import InputError, nearest
from sim.reading.yaml_file import Document
from sim.scenario.care.entries import (
    LEVERS_FORM,
    append_entries,
    lever_key,
    read_with_one_path_each,
)
from sim.scenario.care.parts import parts_of
from sim.scenario.inherit import OWN_KEYS, Inheritance, read_with_parents


class CareInheritance(Inheritance):
    """How care scenarios are merged into their parents; see `sim.scenario.inherit.Inheritance`."""

    own_keys: ClassVar[tuple[str, ...]] = (*OWN_KEYS, "without", "with")
    whole_keys: ClassVar[tuple[str, ...]] = ("targets",)
    apart_keys: ClassVar[tuple[str, ...]] = ("levers",)

    def read(self, path: Path) -> Document:
        """Read a file, with one path in each entry that sets numbers."""
        return read_with_one_path_each(path)

    def levels_below(self, path: Path, document: Document, folder: Path) -> list[Document]:
        """Return the parts that a file names under ``with`` as one level."""
        return parts_of(path, document, folder)

    def merge_apart(self, merged: Document, parent: Document, child: Document) -> None:
        """Let the child's levers follow those of the parent that stay.

        Raises
        ------
        InputError
            If the parent's levers are no list, so that nothing can be merged.
        """
        own = child.data.get("levers")
        kept = _kept_levers(merged, parent, child)
        if isinstance(own, list) or own is None:
            if "levers" in parent.data:
                append_entries(merged, parent, kept)
            if own is not None:
                append_entries(merged, child, range(len(own)))
        else:
            merged.data["levers"] = own
        if ("levers",) in child.marks:
            merged.marks["levers",] = child.marks["levers",]


def read_care_document(path: Path, folder: Path) -> tuple[Document, Path | None]:
    """Read a care scenario and merge it with its parents and parts.

    Returns
    -------
    document : Document
        As of `sim.scenario.inherit.read_with_parents`; parts that cannot be read are among its problems.
    parent : Path or None
        The direct parent.

    Raises
    ------
    InputError
        If the file itself cannot be read, or nothing can be merged.
    """
    return read_with_parents(path, folder, CareInheritance())


def _kept_levers(merged: Document, parent: Document, child: Document) -> list[int]:
    """Return which entries of the parent stay; wrong names under ``without`` are noted."""
    lower, upper = parent.data.get("levers") or [], child.data.get("levers")
    if not isinstance(lower, list):
        raise InputError(parent.problem(("levers",), LEVERS_FORM))
    present = {key[0] for entry in lower if (key := lever_key(entry))}
    dropped = _dropped(merged, child, present)
    replaced = {lever_key(entry) for entry in upper} if isinstance(upper, list) else set()
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
        if name not in present and not merged.unread:
            there = f"; it has: {', '.join(sorted(present))}" if present else "; it has none"
            what = f"the parent has no lever '{name}'{there}{nearest(name, sorted(present))}"
            merged.problems.append(child.problem(("without", index), what))
    return set(names)
