"""What an entry of a timeline is, as a file writes it: a lever or a path that is set, dates, a selector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.reading.yaml_file import Document, KeyPath, Mark, read_yaml

SET = "set"
"""The key of an entry that sets numbers by their path."""
DATE_KEYS = ("from", "until")
ENTRY_KEYS = (*DATE_KEYS, "where")
"""Keys that stand beside the lever."""
LEVERS_FORM = "must be a list: one lever per line, each after '- '"

MOST_ENTRIES = 300
"""Of a timeline; the numbers of an entry that sets several count each."""

EntryKey = tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...]]
"""Lever or path, first day and selector, all of text: a set holds them, whatever a file says."""


def lever_names_in(entry: dict[str, Any]) -> list[str]:
    """Return the keys of an entry that name a lever: one, if it is right."""
    return [key for key in entry if key not in ENTRY_KEYS]


def lever_key(entry: Any) -> EntryKey | None:
    """Return what tells entries apart: lever or path, first day, and what the selector selects.

    None if an entry has no single lever. The order of the words of a selector says nothing.
    """
    if not isinstance(entry, dict):
        return None
    names = lever_names_in(entry)
    name = str(entry[SET]) if SET in entry else names[0] if len(names) == 1 else None
    return None if name is None else (name, repr(entry.get("from")), _selected(entry.get("where")))


def _selected(where: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a selector in one spelling; what is none is told where it is read."""
    if not isinstance(where, dict):
        return () if where is None else (("", (repr(where),)),)
    values = {key: v if isinstance(v, list) else [v] for key, v in where.items()}
    return tuple(sorted((str(key), tuple(sorted(map(str, v)))) for key, v in values.items()))


def append_entries(target: Document, source: Document, indices: Iterable[int]) -> None:
    """Append some entries of another document's timeline, with their places."""
    levers: list[Any] = target.data.setdefault("levers", [])
    marks = _marks_by_entry(source)
    for index in indices:
        new: KeyPath = ("levers", len(levers))
        levers.append(source.data["levers"][index])
        target.marks |= {(*new, *below): mark for below, mark in marks.get(index, {}).items()}


def _marks_by_entry(document: Document) -> dict[object, dict[KeyPath, Mark]]:
    """Return the places of what an entry holds, by its index and the rest of the path."""
    marks: dict[object, dict[KeyPath, Mark]] = defaultdict(dict)
    for path, mark in document.marks.items():
        if len(path) > 1 and path[0] == "levers":
            marks[path[1]][path[2:]] = mark
    return marks


def read_with_one_path_each(path: Path) -> Document:
    """Read a file, with one path in each entry that sets numbers.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    document = read_yaml(path)
    one_path_each(document)
    return document


def one_path_each(document: Document) -> None:
    """Write entries that set several paths alike as one for each path, in place.

    So that a child can replace or drop one of them. A list of no paths, or of more than a timeline may have,
    stays, and is told where it is read.
    """
    entries = document.data.get("levers")
    if not isinstance(entries, list) or not any(_sets_several(entry) for entry in entries):
        return
    sources = [
        (index, number)
        for index, entry in enumerate(entries)
        for number in (range(len(entry[SET])) if _sets_several(entry) else (None,))
    ]
    if len(sources) > MOST_ENTRIES:
        return
    marks = {path: mark for path, mark in document.marks.items() if path[:1] != ("levers",)}
    if ("levers",) in document.marks:
        marks["levers",] = document.marks["levers",]
    levers, below = [], _marks_by_entry(document)
    for new, (old, number) in enumerate(sources):
        entry, places = entries[old], below.get(old, {})
        levers.append(entry if number is None else {**entry, SET: entry[SET][number]})
        marks |= {
            ("levers", new, *path): mark for path, mark in places.items() if path[:1] != (SET,)
        }
        place: KeyPath = (SET,) if number is None else (SET, number)
        if place in places:
            marks["levers", new, SET] = places[place]
    document.data["levers"], document.marks = levers, marks


def _sets_several(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get(SET), list) and bool(entry[SET])
