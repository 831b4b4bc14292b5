"""Read ``region.yaml``: the region's name, year and the files of its tables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.errors import InputError, Problem, nearest
from sim.reading.files import read_text
from sim.reading.text import problem_of_text
from sim.region.schemas import SCHEMAS

FILE_NAME = "region.yaml"
_KEYS = ("name", "title", "year", "tables")
_LANGUAGES = ("zh", "en")
# Tables without which there is no region, and those that say how to lay out the rest.
REQUIRED = (
    *("counties", "conditions", "capability", "kinds", "calendars", "seasons", "onset_hours"),
    *("schemes", "reimbursement", "behaviour", "sources"),
)
NORMS = ("prefectures", "statistics", "layout", "hospital_split", "institution_types")


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
        File of each table.
    """

    path: Path
    name: str
    title: dict[str, str]
    year: int
    tables: dict[str, Path]


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
    file = path / FILE_NAME if path.is_dir() else path
    content = _load(file)
    problems = [
        Problem(f"unknown key{nearest(str(key), list(_KEYS))}", file, _line(content, key), str(key))
        for key in content
        if key not in _KEYS
    ]
    problems += [Problem("this key is missing", file, None, k) for k in _KEYS if k not in content]
    problems += _wrong_scalars(file, content)
    tables = content.get("tables", CommentedMap())
    if isinstance(tables, Mapping):
        problems += _wrong_tables(file, tables)
    else:
        what = "a list of tables is expected, one 'name: file' per line"
        problems.append(Problem(what, file, _line(content, "tables"), "tables"))
    if problems:
        raise InputError(*problems)
    return Manifest(
        path=file,
        name=str(content["name"]),
        title={language: str(content["title"][language]) for language in _LANGUAGES},
        year=int(content["year"]),
        tables={str(name): file.parent / str(value) for name, value in tables.items()},
    )


def _load(file: Path) -> CommentedMap:
    """Return the file's mapping, or raise InputError."""
    if not os.path.lexists(file):
        raise InputError(Problem(f"there is no such region (no file {FILE_NAME})", file))
    try:
        content = YAML(typ="rt").load(read_text(file))
    except RecursionError:
        raise InputError(Problem("is nested too deeply to be read", file)) from None
    except ValueError as error:
        # Numbers of thousands of digits, years that no calendar has.
        raise InputError(Problem(f"holds a value that cannot be read: {error}", file)) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(Problem(f"this is not YAML: {error.problem}", file, line)) from None
    except YAMLError as error:
        raise InputError(Problem(f"this is not YAML: {error}", file)) from None
    if not isinstance(content, CommentedMap):
        raise InputError(Problem(f"keys are expected: {', '.join(_KEYS)}", file))
    return content


def _line(content: object, key: object) -> int | None:
    """Return the line of a key, from 1."""
    if isinstance(content, CommentedMap) and key in content:
        return int(content.lc.key(key)[0]) + 1
    return None


def _wrong_scalars(file: Path, content: CommentedMap) -> list[Problem]:
    problems = []
    if "name" in content and not isinstance(content["name"], str):
        line = _line(content, "name")
        problems.append(Problem("a word is expected", file, line, "name"))
    year = content.get("year", 2020)
    if not isinstance(year, int) or isinstance(year, bool):
        line = _line(content, "year")
        problems.append(Problem("a year is expected, for example 2020", file, line, "year"))
    title = content.get("title", dict.fromkeys(_LANGUAGES, "-"))
    if (
        not isinstance(title, Mapping)
        or set(title) != set(_LANGUAGES)
        or not all(
            isinstance(w, str) and w.strip() and not problem_of_text(w) for w in title.values()
        )
    ):
        what = "a title in both languages is expected: {zh: ..., en: ...}"
        problems.append(Problem(what, file, _line(content, "title"), "title"))
    return problems


def _wrong_tables(file: Path, tables: Mapping[object, object]) -> list[Problem]:
    problems = []
    for name, value in tables.items():
        key, line = f"tables.{name}", _line(tables, name)
        if name not in SCHEMAS:
            hint = nearest(str(name), list(SCHEMAS))
            problems.append(Problem(f"unknown table{hint}", file, line, key))
        elif not isinstance(value, str):
            problems.append(Problem("a file name is expected", file, line, key))
    needed = set(REQUIRED)
    if "facilities" not in tables or "places" not in tables:
        needed |= set(NORMS)
    if ("places" in tables) != ("townships" in tables):
        needed |= {"places", "townships"}
    problems += [
        Problem("this table is missing", file, None, f"tables.{name}")
        for name in sorted(needed - {str(name) for name in tables})
    ]
    return problems
