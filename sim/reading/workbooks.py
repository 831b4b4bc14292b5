"""Cells of XLSX files as text: what a workbook would unfold to is known before it is unfolded."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from sim.errors import InputError, Problem
from sim.reading.files import UnreadableError, read_bytes

MOST_UNPACKED_BYTES = 200_000_000
MOST_CELLS = 5_000_000
"""A library lays a sheet out as a rectangle: one cell in the far corner would fill the memory."""
_MOST_RATIO = 200
"""Sheets of numbers shrink by ten to thirty; what unfolds more is made to fill the memory."""
_MOST_INDEX_BYTES = 1_000_000
_MOST_TOLD = 20
_CHUNK = 1 << 20
_BROKEN = (
    *(zipfile.BadZipFile, ElementTree.ParseError, expat.ExpatError, NotImplementedError),
    *(RuntimeError, KeyError, ValueError, OSError, StopIteration, EOFError, zlib.error),
)
"""What half a workbook makes the libraries raise."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_rows(path: Path, most: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet with their numbers.

    Raises
    ------
    UnreadableError
        If the file is no workbook, or unfolds to more than a table holds.
    InputError
        For every formula without a stored value.
    """
    # Not at the top: most tables are CSV.
    from python_calamine import CalamineError, CalamineWorkbook

    content = read_bytes(path, most, "XLSX")
    _check(path, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        what = "the file is not a readable XLSX workbook"
        raise UnreadableError(Problem(what, path)) from error
    for line, cells in enumerate(rows, start=1):
        yield line, [cell_text(cell) for cell in cells]


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


def _check(path: Path, content: bytes) -> None:
    """Refuse what unfolds without bound, and formulas whose values nobody has stored."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            if unpacked > MOST_UNPACKED_BYTES or unpacked > _MOST_RATIO * max(len(content), 10_000):
                what = f"unfolds to {unpacked:,} bytes; that is no table of a region"
                raise UnreadableError(Problem(what, path))
            # Sizes are what the file says; whoever reads it all finds out whether that is true.
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
            sheet = _SheetScan(path)
            with archive.open(_first_sheet(archive)) as stream:
                sheet.read(stream)
    except _BROKEN:
        what = "the file is not a readable XLSX workbook"
        raise UnreadableError(Problem(what, path)) from None
    if sheet.problems:
        raise InputError(*sheet.problems)
    if sheet.rows * sheet.columns > MOST_CELLS:
        what = (
            f"the first sheet reaches over {sheet.rows:,} rows and {sheet.columns:,} columns; "
            "delete what stands far from the table"
        )
        raise UnreadableError(Problem(what, path))


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the name of the first sheet's part."""
    book, links = (
        ElementTree.fromstring(_index(archive, name))
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheet = next(book.iter(f"{{{_MAIN}}}sheet"))
    target = targets[next(value for name, value in sheet.attrib.items() if name.endswith("}id"))]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _index(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a small part of the workbook."""
    if archive.getinfo(name).file_size > _MOST_INDEX_BYTES:
        raise zipfile.BadZipFile
    return archive.read(name)


class _SheetScan:
    """Reads a sheet's XML once, keeping nothing but how far it reaches and formulas without a value.

    Attributes
    ----------
    rows, columns : int
        The last row and the last column that hold a value.
    problems : list of Problem
        A formula without a value each.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = self.columns = 0
        self.problems: list[Problem] = []
        self._row = self._column = 0
        self._name = ""
        self._formula: str | None = None
        self._valued = False
        self._inside = ""

    def read(self, stream: IO[bytes]) -> None:
        """Read the whole stream, piece by piece."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        # No spreadsheet program writes one; entities that it declares can grow without bound.
        parser.StartDoctypeDeclHandler = self._refuse
        while piece := stream.read(_CHUNK):
            parser.Parse(piece)
        parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise zipfile.BadZipFile

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.removeprefix(f"{_MAIN} ")
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            self._column += 1
            self._name = attributes.get("r", "")
            if match := re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", self._name):
                self._column, self._row = _column_number(match[1]), int(match[2])
            self._formula, self._valued = None, False
        elif name == "f":
            self._formula = ""
        self._inside = name

    def _text(self, text: str) -> None:
        if self._inside == "f" and self._formula is not None and len(self._formula) < _CHUNK:
            self._formula += text
        elif self._inside in ("v", "t") and text:
            self._valued = True

    def _end(self, tag: str) -> None:
        self._inside = ""
        if tag != f"{_MAIN} c":
            return
        if self._valued:
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)
        elif self._formula is not None and len(self.problems) < _MOST_TOLD:
            formula = self._formula if len(self._formula) <= 60 else f"{self._formula[:60]}..."
            what = (
                f"cell {self._name or '?'} holds the formula ={formula} without its value; open and save the "
                "workbook in a spreadsheet program, or write the number"
            )
            column = re.sub(r"\d", "", self._name) or None
            self.problems.append(Problem(what, self.path, self._row or None, column))


def _column_number(letters: str) -> int:
    """Return 28 for AB."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
