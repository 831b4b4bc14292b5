"""Rows of CSV and XLSX files as text, whatever program saved them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sim.errors import InputError, Problem
from sim.reading.files import MOST_TABLE_BYTES, UnreadableError, read_table_text
from sim.reading.workbooks import sheet_rows

Row = tuple[int, list[str]]
"""Line of the file or row of the sheet, from 1, and its cells."""

SEPARATORS = (",", ";", "\t")
MOST_ROWS = 500_000
MOST_COLUMNS = 1_000
_MOST_CELL = 32_767
"""Characters in a cell of a spreadsheet program."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECIMAL = re.compile(r"-?\d+,\d+")
_POINTED = re.compile(r"-?\d+\.\d+")
_UNSURE = re.compile(r"-?[1-9]\d*[.,]\d{3}")


def _all_columns(_: str) -> bool:
    return True


def read_rows(
    path: Path,
    most: int = MOST_TABLE_BYTES,
    *,
    any_suffix: bool = False,
    is_number: Callable[[str], bool] = _all_columns,
) -> list[Row]:
    """Return the rows of a table that hold anything, cells stripped, empty columns at the right edge left out.

    Parameters
    ----------
    path : Path
        A ``.csv`` file (comma, semicolon or tab; UTF-8, UTF-16 or GB18030; any line ends), or the first
        sheet of an ``.xlsx`` file.
    most : int
        Largest size of the file in bytes.
    any_suffix : bool
        Whether a file of another suffix is taken for CSV.
    is_number : callable
        Tells by its header whether a column holds numbers: only there a comma can be a decimal one. By default
        in all.

    Raises
    ------
    InputError
        If it cannot be read, or its separator is ambiguous; in a sheet also for every formula without a stored
        value.
    """
    readers: dict[str, Callable[[Path, int], Iterable[Row]]] = {
        ".csv": _csv_rows,
        ".xlsx": sheet_rows,
    }
    reader = readers.get(path.suffix.lower(), _csv_rows if any_suffix else None)
    if reader is None:
        raise UnreadableError(Problem("a table is a .csv or an .xlsx file", path))
    rows: list[Row] = []
    for line, cells in reader(path, most):
        # Rows are counted as they come: most of what is read too much is never kept.
        if len(cells) > MOST_COLUMNS:
            what = f"has {len(cells):,} cells in a row; a table has at most {MOST_COLUMNS:,}"
            raise UnreadableError(Problem(what, path, line))
        if not any(cells):
            continue
        if len(rows) > MOST_ROWS:
            raise UnreadableError(Problem(f"holds more than {MOST_ROWS:,} rows", path, line))
        for number, cell in enumerate(cells):
            if what := _no_cell(cell):
                raise InputError(Problem(what, path, line, f"column {number + 1}"))
        rows.append((line, cells))
    if path.suffix.lower() != ".xlsx":
        rows = _with_decimal_points(path, rows, is_number)
    return _without_empty_edges(rows)


def _no_cell(cell: str) -> str:
    """Return what keeps a text from being a cell, or nothing."""
    if len(cell) > _MOST_CELL:
        return f"this cell has {len(cell):,} characters; at most {_MOST_CELL:,}"
    bad = _CONTROL.search(cell)
    return f"this cell holds a control character (U+{ord(bad[0]):04X}); delete it" if bad else ""


def _without_empty_edges(rows: list[Row]) -> list[Row]:
    """Leave out columns at either edge in which nothing stands, as coloured or once used ones of a sheet."""
    if not rows:
        return rows
    width = max(len(cells) for _, cells in rows)
    used = [any(len(c) > i and c[i] for _, c in rows) for i in range(width)]
    first, last = used.index(True), width - used[::-1].index(True)
    return [(line, cells[first:last]) for line, cells in rows]


def _csv_rows(path: Path, most: int) -> Iterator[Row]:
    text = read_table_text(path, most)
    # Universal line ends: old spreadsheet programs end lines with CR alone.
    lines = io.StringIO(text, newline=None)
    reader = csv.reader(lines, delimiter=_separator(path, text), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        what = f"the file is not a readable CSV table ({error})"
        raise InputError(Problem(what, path, reader.line_num)) from None


def _separator(path: Path, text: str) -> str:
    """Return what parts the cells of the header."""
    # Line by line: to part a whole file into lines takes many times its memory.
    lines = (match[0] for match in re.finditer(r"[^\r\n]+", text))
    header = next((line for line in lines if line.strip(" ,;\t")), "")
    counts = {separator: header.count(separator) for separator in SEPARATORS}
    present = [separator for separator, count in counts.items() if count]
    if len(present) < 2:
        return present[0] if present else ","
    best = max(present, key=counts.__getitem__)
    if sum(counts[separator] == counts[best] for separator in present) > 1:
        what = (
            "the header holds commas, semicolons or tabs alike; part its cells by one of them only"
        )
        raise InputError(Problem(what, path, 1))
    return best


def _with_decimal_points(
    path: Path, rows: list[Row], is_number: Callable[[str], bool]
) -> list[Row]:
    """Return rows whose decimal commas are points, in columns of numbers.

    A comma before three digits may part thousands: it is a decimal one if other numbers of the file have
    another number of digits behind theirs, or a nought alone before it. So may a point, where decimals have
    commas.

    Raises
    ------
    InputError
        If nothing tells.
    """
    numeric = {at for at, name in enumerate(rows[0][1]) if is_number(name)} if rows else set()
    found = [(line, c) for line, cells in rows[1:] for at, c in enumerate(cells) if at in numeric]
    commas = [(line, c) for line, c in found if "," in c and _DECIMAL.fullmatch(c)]
    if not commas:
        return rows
    points = [(line, c) for line, c in found if "." in c and _POINTED.fullmatch(c)]
    for numbers in (commas, points):
        if numbers and all(_UNSURE.fullmatch(cell) for _, cell in numbers):
            line, cell = numbers[0]
            what = (
                f"'{cell}' may be a decimal or a thousand; write decimals with a point, thousands "
                "without a sign"
            )
            raise InputError(Problem(what, path, line))

    def pointed(at: int, cell: str) -> str:
        return cell.replace(",", ".") if at in numeric and _DECIMAL.fullmatch(cell) else cell

    header, *body = rows
    return [header, *((line, [pointed(*c) for c in enumerate(cells)]) for line, cells in body)]
