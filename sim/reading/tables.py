"""Rows of CSV and XLSX files as text, whatever program saved them."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sim.errors import InputError, Problem
from sim.reading.files import MOST_TABLE_BYTES, UnreadableError, read_bytes, read_table_text

Row = tuple[int, list[str]]
"""Line of the file or row of the sheet, from 1, and its cells."""

SEPARATORS = (",", ";", "\t")
MOST_UNPACKED_BYTES = 200_000_000
_MOST_RATIO = 200
"""Sheets of numbers shrink by ten to thirty; what unfolds more is made to fill the memory."""
_MOST_CELL = 32_767
"""Characters in a cell of a spreadsheet program."""
_BROKEN = (
    *(zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError),
    *(KeyError, ValueError, OSError, StopIteration, EOFError, zlib.error),
)
"""What half a workbook makes the libraries raise."""
_SHEET_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_rows(path: Path, most: int = MOST_TABLE_BYTES, *, any_suffix: bool = False) -> list[Row]:
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

    Raises
    ------
    InputError
        If it cannot be read, or its separator is ambiguous; in a sheet also for every formula without a stored
        value.
    """
    readers: dict[str, Callable[[Path, int], Iterable[Row]]] = {
        ".csv": _csv_rows,
        ".xlsx": _xlsx_rows,
    }
    reader = readers.get(path.suffix.lower(), _csv_rows if any_suffix else None)
    if reader is None:
        raise UnreadableError(Problem("a table is a .csv or an .xlsx file", path))
    rows = [(line, cells) for line, cells in reader(path, most) if any(cells)]
    for line, cells in rows:
        for number, cell in enumerate(cells):
            if what := _no_cell(cell):
                raise InputError(Problem(what, path, line, f"column {number + 1}"))
    return _without_empty_edges(rows)


def _no_cell(cell: str) -> str:
    """Return what keeps a text from being a cell, or nothing."""
    if len(cell) > _MOST_CELL:
        return f"this cell has {len(cell):,} characters; at most {_MOST_CELL:,}"
    bad = next((c for c in cell if ord(c) < 32 and c not in "\t\n\r"), "")
    return f"this cell holds a control character (U+{ord(bad):04X}); delete it" if bad else ""


def _without_empty_edges(rows: list[Row]) -> list[Row]:
    """Leave out columns at either edge in which nothing stands, as coloured or once used ones of a sheet."""
    if not rows:
        return rows
    width = max(len(cells) for _, cells in rows)
    used = [any(len(c) > i and c[i] for _, c in rows) for i in range(width)]
    first, last = used.index(True), width - used[::-1].index(True)
    return [(line, cells[first:last]) for line, cells in rows]


def _csv_rows(path: Path, most: int) -> list[Row]:
    text = read_table_text(path, most)
    separator = _separator(path, text)
    # Universal line ends: old spreadsheet programs end lines with CR alone.
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    rows = []
    try:
        for cells in reader:
            rows.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        what = f"the file is not a readable CSV table ({error})"
        raise InputError(Problem(what, path, reader.line_num)) from None
    return rows if separator == "," else _with_decimal_points(path, rows)


def _separator(path: Path, text: str) -> str:
    """Return what parts the cells of the header."""
    header = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
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


def _with_decimal_points(path: Path, rows: list[Row]) -> list[Row]:
    """Return rows whose decimal commas are points.

    A comma before three digits may part thousands: it is a decimal one if other numbers of the file have
    another number of digits behind theirs, or a nought alone before it.

    Raises
    ------
    InputError
        If nothing tells.
    """
    commas = [(line, c) for line, cells in rows for c in cells if re.fullmatch(r"-?\d+,\d+", c)]
    sure = any(not re.fullmatch(r"-?[1-9]\d*,\d{3}", cell) for _, cell in commas)
    if commas and not sure:
        line, cell = commas[0]
        what = f"'{cell}' may be a decimal or a thousand; write decimals with a point, thousands without a sign"
        raise InputError(Problem(what, path, line))
    return [
        (line, [re.sub(r"^(-?\d+),(\d+)$", r"\1.\2", cell) for cell in cells])
        for line, cells in rows
    ]


# --- XLSX ----------------------------------------------------------------------------------------


def _xlsx_rows(path: Path, most: int) -> Iterator[Row]:
    # Not at the top: most tables are CSV.
    from python_calamine import CalamineError, CalamineWorkbook

    content = read_bytes(path, most, "XLSX")
    _check_workbook(path, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells_of_rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        what = "the file is not a readable XLSX workbook"
        raise UnreadableError(Problem(what, path)) from error
    for line, cells in enumerate(cells_of_rows, start=1):
        yield line, [cell_text(cell) for cell in cells]


def _check_workbook(path: Path, content: bytes) -> None:
    """Refuse what unfolds without bound, and formulas whose values nobody has stored."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            if unpacked > MOST_UNPACKED_BYTES or unpacked > _MOST_RATIO * max(len(content), 10_000):
                what = f"unfolds to {unpacked:,} bytes; that is no table of a region"
                raise UnreadableError(Problem(what, path))
            sheet = _first_sheet(archive)
            with archive.open(sheet) as stream:
                problems = list(_formulas_without_value(path, stream))
    except _BROKEN:
        what = "the file is not a readable XLSX workbook"
        raise UnreadableError(Problem(what, path)) from None
    if problems:
        raise InputError(*problems)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the name of the first sheet's part."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheet = next(book.iter(f"{_SHEET_MAIN}sheet"))
    wanted = next(value for name, value in sheet.attrib.items() if name.endswith("}id"))
    target = targets[wanted]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _formulas_without_value(path: Path, stream: Any) -> Iterator[Problem]:
    for _, cell in ElementTree.iterparse(stream):
        if cell.tag != f"{_SHEET_MAIN}c":
            continue
        formula, value = cell.find(f"{_SHEET_MAIN}f"), cell.find(f"{_SHEET_MAIN}v")
        if formula is not None and (value is None or not value.text):
            name = cell.get("r", "?")
            line = int(re.sub(r"\D", "", name) or 0) or None
            what = (
                f"cell {name} holds the formula ={formula.text or ''} without its value; open and save the "
                "workbook in a spreadsheet program, or write the number"
            )
            yield Problem(what, path, line, re.sub(r"\d", "", name) or None)
        cell.clear()


def cell_text(cell: object) -> str:
    """Return a worksheet's cell as it would stand in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(cell, datetime.time | datetime.datetime):
        return cell.strftime("%H:%M")
    return str(cell).strip()
