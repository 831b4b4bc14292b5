"""Read ``region.yaml``: the region's name, year and the files of its tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import InputError, Problem, nearest
from sim.reading.text import problem_of_text
from sim.reading.yaml_file import Document, read_yaml
from sim.region.definitions import KEY as DEFINITIONS
from sim.region.definitions import Definitions, read_definitions, wrong_definitions
from sim.region.schemas import Table, tables

FILE_NAME = "region.yaml"
_NEEDED_KEYS = ("name", "title", "year", "tables")
_KEYS = (*_NEEDED_KEYS, "like", DEFINITIONS)
_MOST_LIKE = 20
_LANGUAGES = ("zh", "en")
_YEARS = (1900, 2200)
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Manifest:
    """What ``region.yaml`` says.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Short name.
    title : dict of str to str
        Name by language.
    year : int
        Year described.
    tables : dict of str to Path
        File of each table, those of the region that it is like included.
    definitions : Definitions
        Its own, or those of the region that it is like.
    defined_in : Path
        The region file that states them.
    borrowed : frozenset of str
        Those among them that are the other region's.
    sources_of : dict of str to tuple of Path
        For each of those the tables of sources that speak of it, the nearer region's first.
    """

    path: Path
    name: str
    title: dict[str, str]
    year: int
    tables: dict[str, Path]
    definitions: Definitions
    defined_in: Path
    borrowed: frozenset[str] = frozenset()
    sources_of: dict[str, tuple[Path, ...]] = field(default_factory=dict)

    @property
    def borrowed_sources(self) -> tuple[Path, ...]:
        """Other regions' tables of sources, the nearer region's first."""
        return tuple(dict.fromkeys(path for paths in self.sources_of.values() for path in paths))

    @property
    def files(self) -> dict[str, Path]:
        """Everything that loading the region reads, by what it is."""
        further = {f"sources {n}": path for n, path in enumerate(self.borrowed_sources, start=1)}
        return {self.path.name: self.path, DEFINITIONS: self.defined_in, **self.tables, **further}


def read_manifest(path: Path) -> Manifest:
    """Read and check a region file.

    Parameters
    ----------
    path : Path
        ``region.yaml`` or the folder it is in.

    Raises
    ------
    InputError
        If the file is missing, is no YAML, or a key is wrong.
    """
    return _read(path, ())


def _read(path: Path, before: tuple[Path, ...]) -> Manifest:
    file = path / FILE_NAME if os.path.isdir(path) else path
    if not os.path.lexists(file):
        raise InputError(Problem(f"there is no such region (no file {FILE_NAME})", file))
    document = read_yaml(file, _NEEDED_KEYS)
    content = document.data
    problems = [
        document.problem((key,), f"unknown key{nearest(key, [*_KEYS])}")
        for key in content
        if key not in _KEYS
    ]
    problems += [
        Problem("this key is missing", file, None, key)
        for key in _NEEDED_KEYS
        if key not in content
    ]
    problems += [*_wrong_scalars(document), *wrong_definitions(document)]
    stated = content.get("tables", {})
    if isinstance(stated, Mapping):
        problems += _wrong_files(document, stated)
    else:
        what = "a list of tables is expected, one 'name: file' per line"
        problems.append(document.problem(("tables",), what))
    if problems:
        raise InputError(*problems)
    own = {name: file.parent / value for name, value in stated.items()}
    like = _like(document, (*before, _place(file)))
    taken = {} if like is None else like.tables
    borrowed = {name: path for name, path in taken.items() if _is_taken(name, own)}
    missing = [*_missing(file, {*own, *borrowed})]
    defined = content.get(DEFINITIONS)
    if defined is None and like is None:
        what = "this key is missing; state the definitions, or write 'like: ../fujian' to take another region's"
        missing.append(Problem(what, file, None, DEFINITIONS))
    if missing:
        raise InputError(*missing)
    return Manifest(
        path=file,
        name=content["name"],
        title={language: content["title"][language] for language in _LANGUAGES},
        year=content["year"],
        tables={**own, **borrowed},
        definitions=like.definitions
        if like and defined is None
        else read_definitions(defined or {}),
        defined_in=like.defined_in if like and defined is None else file,
        borrowed=frozenset(borrowed),
        sources_of={name: _sources_of(name, like) for name in borrowed} if like else {},
    )


def _place(file: Path) -> Path:
    return Path(os.path.realpath(file))


def _sources_of(table: str, like: Manifest) -> tuple[Path, ...]:
    """Return the tables of sources that speak of a table taken from a region, which may have taken it too."""
    nearer = (like.tables["sources"],) if "sources" in like.tables else ()
    return (*nearer, *like.sources_of.get(table, ()))


def table_file(path: Path, name: str) -> Path:
    """Return the file of a table of a region, or the region's own file where it lists no such table.

    Parameters
    ----------
    path : Path
        The region's file.
    name : str
        The table.
    """
    try:
        return read_manifest(path).tables.get(name, path)
    except InputError:
        # Edited since it was read.
        return path


def _like(document: Document, before: tuple[Path, ...]) -> Manifest | None:
    """Return the region that this one is like, if it is like any."""
    stated = document.data.get("like")
    if stated is None:
        return None
    folder = document.file.parent / str(stated)
    if not isinstance(stated, str) or problem_of_text(stated):
        what = "the folder of another region is expected, for example ../fujian"
        raise InputError(document.problem(("like",), what))
    file = folder / FILE_NAME if os.path.isdir(folder) else folder
    if not os.path.lexists(file):
        what = f"there is no region in '{stated}'; a folder is expected, for example ../fujian"
        raise InputError(document.problem(("like",), what))
    if len(before) > _MOST_LIKE:
        what = f"is like a region that is like another, more than {_MOST_LIKE} times"
        raise InputError(document.problem(("like",), what))
    if _place(file) in before:
        raise InputError(
            document.problem(("like",), "this region is like itself, by way of others")
        )
    return _read(file, before)


def _is_taken(name: str, own: Mapping[str, Path]) -> bool:
    """Tell whether a table is taken from the region that this one is like."""
    table = tables()[name]
    return name not in own and not table.is_spared(own) and table.left_out == "like"


def _missing(file: Path, there: set[str]) -> Iterator[Problem]:
    """Yield the tables that a region needs and does not have."""
    for name, table in tables().items():
        if name in there or table.is_spared(there) or table.left_out not in ("needed", "like"):
            continue
        yield Problem(f"this table is missing{_why_needed(table)}", file, None, f"tables.{name}")


def _why_needed(table: Table) -> str:
    """Return why a region needs a table that it lacks, and what can be done."""
    if table.left_out == "like":
        return "; name it, or write 'like: ../fujian' to take what is missing from another region"
    if table.spared_by:
        return "; facilities are laid out by norms unless 'facilities' lists them"
    return "; every region has it"


def _wrong_scalars(document: Document) -> Iterator[Problem]:
    content = document.data
    name = content.get("name", "-")
    if not isinstance(name, str) or not name.strip() or problem_of_text(name, _LONGEST_NAME):
        yield document.problem(("name",), "a word is expected")
    year, (first, last) = content.get("year", 2020), _YEARS
    if not isinstance(year, int) or isinstance(year, bool) or not first <= year <= last:
        yield document.problem(("year",), "a year is expected, for example 2020")
    title = content.get("title", dict.fromkeys(_LANGUAGES, "-"))
    if not isinstance(title, Mapping) or set(title) != set(_LANGUAGES):
        what = "a title in both languages is expected: {zh: ..., en: ...}"
        yield document.problem(("title",), what)
        return
    for language, text in title.items():
        if not isinstance(text, str) or not text.strip():
            what = "a title in both languages is expected: {zh: ..., en: ...}"
            yield document.problem(("title", language), what)
        elif what := problem_of_text(text):
            yield document.problem(("title", language), what)


def _wrong_files(document: Document, stated: Mapping[str, object]) -> Iterator[Problem]:
    for name, value in stated.items():
        if name not in tables():
            hint = nearest(name, [*tables()])
            yield document.problem(("tables", name), f"unknown table{hint}")
        elif not isinstance(value, str) or not value.strip():
            yield document.problem(("tables", name), "a file name is expected")
