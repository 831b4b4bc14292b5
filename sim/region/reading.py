"""Read one table (CSV or XLSX) and check every cell against its column's declaration."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, SupportsIndex

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.errors import InputError, Problem, nearest
from sim.glossary import counted
from sim.reading.tables import Row, read_rows
from sim.reading.text import problem_of_text

CellType = Literal["text", "whole", "number", "yes_no", "time"]

_LARGEST = 1e12
_LONGEST_TEXT = 1000
_LONGEST_SHOWN = 40
SHOWN_PER_COLUMN = 20
"""A column with one systematic mistake should not fill the screen."""


Settable = Literal["", "first_day", "any_day"]


@dataclass(frozen=True)
class Column:
    """What one column may hold.

    Attributes
    ----------
    name : str
        Header of the column.
    type : {"text", "whole", "number", "yes_no", "time"}
        Type of the cells; ``time`` is HH:MM.
    low, high : float or None
        Smallest and largest number allowed, both included.
    allowed : tuple of str
        The words allowed in a text column; empty means any.
    default : object
        Value of an absent column or an empty cell; None means that it must be there.
    whole_column : bool
        Whether the default holds for an absent column only: a column that is there has no empty cells.
    settable : {"", "first_day", "any_day"}
        Whether scenarios can set its numbers: never, since they are the same on all dates of a run; for a
        whole run; or from any day on.
    unit, unit_zh : str
        Unit of its numbers, or what its words are.
    zh, en : str
        What it is.
    """

    name: str
    type: CellType = "text"
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()
    default: object = None
    whole_column: bool = False
    settable: Settable = ""
    unit: str = ""
    unit_zh: str = ""
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Schema:
    """The columns of a table and those that name a row.

    Attributes
    ----------
    columns : tuple of Column
        All columns that may appear; others are refused.
    key : tuple of str
        Columns that together are different in every row.
    extra : CellType or None
        If set, further columns are allowed and have this type with values in 0..1.
    former : mapping of str to str
        Columns that it had once, and where their numbers stand now: refused with that as a hint.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    extra: CellType | None = None
    former: Mapping[str, str] = field(default_factory=dict)

    def further(self, name: str) -> Column:
        """Return the declaration of a further column."""
        return Column(name, self.extra or "number", 0, 1, unit="share", unit_zh="比例")

    def is_number(self, name: str) -> bool:
        """Tell whether a column holds numbers."""
        known = {column.name: column.type for column in self.columns}
        return known.get(name, self.extra or "number") in ("number", "whole")


@dataclass(frozen=True)
class Sheet:
    """A table that was read, with where each row stood.

    Attributes
    ----------
    path : Path
        The file.
    frame : DataFrame
        Typed cells, one row per record.
    lines : numpy.ndarray of int64, shape (rows,)
        Line of the file (row of the worksheet) of each record, from 1.
    """

    path: Path
    frame: pd.DataFrame
    lines: npt.NDArray[np.int64]

    def problem(self, row: SupportsIndex, column: str, what: str) -> Problem:
        """Return a problem at a record (position from 0) and column."""
        return Problem(what, self.path, int(self.lines[int(row)]), column)


def read_table(path: Path, schema: Schema) -> tuple[Sheet | None, list[Problem]]:
    """Read a table and check it cell by cell.

    Parameters
    ----------
    path : Path
        A ``.csv`` file (UTF-8) or an ``.xlsx`` file (first worksheet).
    schema : Schema
        What the table may hold.

    Returns
    -------
    sheet : Sheet or None
        None if anything was wrong.
    problems : list of Problem
        Everything that was wrong.
    """
    problems: list[Problem] = []
    try:
        rows = read_rows(path, is_number=schema.is_number)
    except InputError as error:
        return None, list(error.problems)
    if not rows:
        return None, [Problem("the table is empty; it needs a header and rows", path)]
    header, body = rows[0], rows[1:]
    columns = _match_columns(path, header, schema, problems)
    width = len(header[1])
    for line, cells in body:
        if len(cells) != width:
            what = f"this row has {counted(len(cells), '# cell')} and the header has {width}"
            problems.append(Problem(what, path, line))
    if not body:
        problems.append(Problem("the table has a header and no rows", path, header[0]))
    # What is wrong with the header or some rows does not hide what is wrong with the others.
    whole = [(line, cells) for line, cells in body if len(cells) == width]
    lines = np.array([line for line, _ in whole], dtype=np.int64)
    data: dict[str, list[object]] = {}
    for column in columns:
        if column.name in header[1]:
            at = header[1].index(column.name)
            cells = [row[at] for _, row in whole]
            data[column.name] = _parse_column(path, column, cells, lines, problems)
        else:
            data[column.name] = [column.default] * len(whole)
    problems += _repeated_keys(path, {name: data[name] for name in schema.key}, lines)
    return (None, problems) if problems else (Sheet(path, _typed(columns, data), lines), [])


def _match_columns(
    path: Path, header: Row, schema: Schema, problems: list[Problem]
) -> tuple[Column, ...]:
    """Return the columns to parse; report missing, unknown and repeated headers."""
    line, names = header
    known = {column.name for column in schema.columns}
    missing = [c.name for c in schema.columns if c.name not in names and c.default is None]
    unknown = [name for name in names if name not in known]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem("this column appears twice", path, line, name))
    for name in missing:
        problems.append(Problem("this column is missing", path, line, name))
    if schema.extra is not None:
        return schema.columns + tuple(schema.further(name) for name in unknown)
    for name in unknown:
        now = schema.former.get(name)
        hint = f"; it is {now} now" if now else nearest(name, missing or sorted(known))
        problems.append(Problem(f"unknown column{hint}", path, line, name or "(no header)"))
    return schema.columns


def _parse_column(
    path: Path,
    column: Column,
    cells: list[str],
    lines: npt.NDArray[np.int64],
    problems: list[Problem],
) -> list[object]:
    """Return the typed cells of a column; report those that do not fit."""
    values: list[object] = []
    wrong = 0
    for cell, line in zip(cells, lines, strict=True):
        try:
            values.append(_parse_cell(column, cell))
        except ValueError as error:
            wrong += 1
            values.append(None)
            if wrong <= SHOWN_PER_COLUMN:
                problems.append(Problem(str(error), path, int(line), column.name))
    if wrong > SHOWN_PER_COLUMN:
        more = counted(
            wrong - SHOWN_PER_COLUMN,
            "# further cell of this column is wrong",
            "# further cells of this column are wrong",
        )
        problems.append(Problem(more, path, None, column.name))
    return values


def _parse_cell(column: Column, cell: str) -> object:
    """Return the value of a cell; raise ValueError saying what is allowed."""
    if cell == "":
        if column.default is None or column.whole_column:
            raise ValueError("this cell is empty and must not be")
        return column.default
    if column.type == "text":
        if what := problem_of_text(cell, _LONGEST_TEXT):
            raise ValueError(f"this cell {what}")
        return _parse_word(column, cell)
    if column.type == "yes_no":
        if cell.lower() not in _YES_NO:
            raise ValueError(f"'{cell}' is neither yes nor no")
        return _YES_NO[cell.lower()]
    if column.type == "time":
        return _parse_time(cell)
    return _parse_number(column, cell)


def _parse_time(cell: str) -> str:
    """Return a time of day as HH:MM, also from what spreadsheet programs make of it: 8:00, 24:00:00, 0.3333."""
    plain = unicodedata.normalize("NFKC", cell)
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", plain):
        minutes = 60 * int(match[1]) + int(match[2])
        if int(match[2]) < 60 and minutes <= 24 * 60:
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
    elif re.fullmatch(r"[01](\.\d+)?", plain) and float(plain) <= 1.0:
        # A fraction of a day; times of day are whole minutes.
        minutes = round(float(plain) * 24 * 60)
        if abs(float(plain) * 24 * 60 - minutes) < 1e-3:
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
    raise ValueError(f"'{cell}' is not a time of day; write HH:MM, for example 08:30")


_YES_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}


def _parse_word(column: Column, cell: str) -> str:
    if column.allowed and cell not in column.allowed:
        hint = nearest(cell, list(column.allowed))
        raise ValueError(f"'{cell}' is not one of {', '.join(column.allowed)}{hint}")
    return cell


def _parse_number(column: Column, cell: str) -> int | float:
    """Return a number within the column's range."""
    # Digits of Chinese keyboards are digits.
    cell = unicodedata.normalize("NFKC", cell)
    if cell.endswith("%"):
        raise ValueError(f"'{cell}' is a percentage; write a share between 0 and 1")
    if column.type == "whole" and re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", cell):
        raise ValueError(
            f"'{cell}' was rounded by a spreadsheet program; format the column as text and write all digits"
        )
    try:
        # Python reads 1_000 as a number; people who write it mean something else.
        value = math.nan if "_" in cell else float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        shown = cell if len(cell) <= _LONGEST_SHOWN else f"{cell[:_LONGEST_SHOWN]}..."
        raise ValueError(f"'{shown}' is not a number")
    if abs(value) > _LARGEST:
        raise ValueError(f"{value:g} is larger than any number of a region ({_LARGEST:g})")
    if column.type == "whole" and not value.is_integer():
        raise ValueError(f"{cell} is not a whole number")
    if column.low is not None and value < column.low:
        raise ValueError(f"{cell} is below {column.low:g}, the smallest value allowed")
    if column.high is not None and value > column.high:
        raise ValueError(f"{cell} is above {column.high:g}, the largest value allowed")
    return int(value) if column.type == "whole" else value


_DTYPES = {"text": "object", "time": "object", "whole": "int64", "yes_no": "bool"}


def _typed(columns: tuple[Column, ...], data: dict[str, list[object]]) -> pd.DataFrame:
    """Return the frame with one dtype per column."""
    series = {
        column.name: pd.Series(data[column.name], dtype=_DTYPES.get(column.type, "float64"))
        for column in columns
    }
    return pd.DataFrame(series)


def empty_frame(schema: Schema) -> pd.DataFrame:
    """Return a table without rows, its columns typed."""
    return _typed(schema.columns, {column.name: [] for column in schema.columns})


def _repeated_keys(
    path: Path, keys: dict[str, list[object]], lines: npt.NDArray[np.int64]
) -> list[Problem]:
    """Return a problem for every row whose key was there before; a key that is no value is no key."""
    first: dict[tuple[object, ...], int] = {}
    problems = []
    for values, line in zip(zip(*keys.values(), strict=True), map(int, lines), strict=True):
        if None in values:
            continue
        if values in first:
            shown = ", ".join(str(value) for value in values)
            what = f"{shown} is already in line {first[values]}; each may appear once"
            problems.append(Problem(what, path, line, "+".join(keys)))
        else:
            first[values] = line
    return problems
