"""Cells of XLSX files as text: what a workbook would unfold to is known before it is unfolded."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol
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
_TEXTS = ("str", "d")
"""Types of cells whose value is there even if nothing stands in it."""
_SHARED = "xl/sharedstrings.xml"


def sheet_rows(path: Path, most: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet with their numbers.

    Raises
    ------
    UnreadableError
        If the file is no workbook, or unfolds to more than a table holds.
    InputError
        For every formula without a stored value, or with an error for one.
    """
    # Not at the top: most tables are CSV.
    from python_calamine import CalamineError, CalamineWorkbook

    content = read_bytes(path, most, "XLSX")
    name = _check(path, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
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
        return _clock(cell.total_seconds())
    if isinstance(cell, datetime.time):
        return _clock(3600 * cell.hour + 60 * cell.minute + cell.second + cell.microsecond / 1e6)
    # With its date, which a column of times then refuses.
    return str(cell).strip()


def _clock(seconds: float) -> str:
    """Return a time of day in hours and minutes, with seconds if there are any."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{rest:02d}" if rest else "")


def _check(path: Path, content: bytes) -> str:
    """Return the name of the first sheet; refuse what unfolds without bound, and formulas without values."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            _check_size(
                path, unpacked, min(MOST_UNPACKED_BYTES, _MOST_RATIO * max(len(content), 10_000))
            )
            # Of two parts with one name nobody knows which one a library reads. Sizes are what the file says;
            # whoever reads it all finds out whether that is true.
            names = {info.filename.lower() for info in infos}
            if len(names) < len(infos) or archive.testzip() is not None:
                raise zipfile.BadZipFile
            sheet = _SheetScan(path, _shared_lengths(archive))
            first, part = _first_sheet(archive)
            with archive.open(part) as stream:
                _parse(stream, sheet)
    except _BROKEN:
        what = "the file is not a readable XLSX workbook"
        raise UnreadableError(Problem(what, path)) from None
    if sheet.problems:
        raise InputError(*sheet.problems)
    _check_size(path, sheet.characters, MOST_UNPACKED_BYTES)
    if sheet.rows * sheet.columns > MOST_CELLS:
        what = (
            f"the first sheet reaches over {sheet.rows:,} rows and {sheet.columns:,} columns; "
            "delete what stands far from the table"
        )
        raise UnreadableError(Problem(what, path))
    return first


def _check_size(path: Path, size: int, most: int) -> None:
    if size > most:
        what = f"unfolds to {size:,} bytes; that is no table of a region"
        raise UnreadableError(Problem(what, path))


def _first_sheet(archive: zipfile.ZipFile) -> tuple[str, str]:
    """Return the name of the first sheet of cells, by which the library finds it too, and its part.

    A sheet that is only a chart is passed over. Where one name or number stands for two, nobody knows which of
    them a library takes.
    """
    book, links = (
        ElementTree.fromstring(_index(archive, name))
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    known = [link for link in links if link.get("Type", "").endswith("/worksheet")]
    targets = {link.get("Id"): link.get("Target", "") for link in known}
    sheets = list(book.iterfind(".//{*}sheet"))
    names, numbers = [sheet.attrib["name"] for sheet in sheets], [_number(s) for s in sheets]
    if any(
        len(set(these)) < len(these) for these in (names, numbers, [x.get("Id") for x in links])
    ):
        raise zipfile.BadZipFile
    name, number = next(pair for pair in zip(names, numbers, strict=True) if pair[1] in targets)
    return name, f"xl/{targets[number].removeprefix('/').removeprefix('xl/')}"


def _number(sheet: ElementTree.Element) -> str:
    """Return by which number the parts of a workbook name a sheet."""
    (number,) = (value for name, value in sheet.attrib.items() if name.endswith("}id"))
    return number


def _index(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a small part of the workbook."""
    if archive.getinfo(name).file_size > _MOST_INDEX_BYTES:
        raise zipfile.BadZipFile
    return archive.read(name)


def _parse(stream: IO[bytes], scan: _Scan) -> None:
    """Read a part of a workbook once, piece by piece."""
    parser = expat.ParserCreate(namespace_separator=" ")
    # Names without their namespaces: libraries do not look at these either.
    parser.StartElementHandler = lambda tag, found: scan.begin(tag.rpartition(" ")[2], found)
    parser.EndElementHandler = lambda tag: scan.end(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = scan.text
    # No spreadsheet program writes one; entities that it declares can grow without bound.
    parser.StartDoctypeDeclHandler = _refuse
    while piece := stream.read(_CHUNK):
        parser.Parse(piece)
    parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise zipfile.BadZipFile


def _shared_lengths(archive: zipfile.ZipFile) -> Sequence[int]:
    """Return how long each text is that cells of the workbook share."""
    scan = _TextScan()
    for name in archive.namelist():
        if name.lower() == _SHARED:
            with archive.open(name) as stream:
                _parse(stream, scan)
    return scan.lengths


class _Scan(Protocol):
    """What is done with the elements of a part."""

    def begin(self, name: str, attributes: dict[str, str]) -> None: ...

    def text(self, text: str) -> None: ...

    def end(self, name: str) -> None: ...


class _TextScan:
    """Measures shared texts.

    Attributes
    ----------
    lengths : array of int
        Characters of each text.
    """

    def __init__(self) -> None:
        self.lengths = array("L")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Note where a text begins."""
        if name == "sst" and int(attributes.get("uniqueCount", 0)) > MOST_CELLS:
            # A library makes room for as many before it reads one.
            raise zipfile.BadZipFile
        if name == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        """Measure a piece of a text."""
        if self.lengths:
            self.lengths[-1] += len(text)

    def end(self, name: str) -> None:
        """Do nothing: the next text begins where this one ends."""


class _SheetScan:
    """Keeps of a sheet how far it reaches, how much text it has, and what its formulas lack.

    Attributes
    ----------
    rows, columns : int
        The last row and the last column that hold a value.
    characters : int
        Of all cells that share texts: each gets a copy of its own.
    problems : list of Problem
        A formula without a value, or with an error for one, each.
    """

    def __init__(self, path: Path, shared: Sequence[int]) -> None:
        self.path = path
        self.rows = self.columns = self.characters = 0
        self.problems: list[Problem] = []
        self._shared = shared
        self._row = self._line = self._column = 0
        self._name = self._type = self._value = ""
        self._formula: str | None = None
        self._valued = False
        self._inside = ""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Note which row, which cell and which part of it begins."""
        if name == "row":
            before, self._row = self._row, int(attributes.get("r", self._row + 1))
            self._column = 0
            if self._row <= before:
                self._told_twice(f"row {self._row}")
        elif name == "c":
            self._begin_cell(attributes.get("r", ""))
            self._type = attributes.get("t", "n")
        elif name == "f":
            self._formula = ""
        elif name == "is" or (name == "v" and self._type in _TEXTS):
            # An empty text is a value, for example that of =IF(A2="","",A2).
            self._valued = True
        self._inside = name

    def _begin_cell(self, name: str) -> None:
        self._name, self._line = name, self._row
        before = self._column
        self._column += 1
        if name:
            match = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", name)
            if match is None:
                raise zipfile.BadZipFile
            self._column, self._line = _column_number(match[1]), int(match[2])
        if self._column <= before:
            self._told_twice(f"cell {name}")
        self._formula, self._valued, self._value = None, False, ""

    def _told_twice(self, what: str) -> None:
        """Note a row or cell that is not behind the one before it; of two, nobody knows which holds."""
        if len(self.problems) < _MOST_TOLD:
            line = f"{what} stands twice, or not in its place; save the workbook in a spreadsheet program"
            self.problems.append(Problem(line, self.path, self._row or None))

    def text(self, text: str) -> None:
        """Note a piece of a formula or of a value."""
        if self._inside == "f" and self._formula is not None and len(self._formula) < _CHUNK:
            self._formula += text
        elif self._inside in ("v", "t") and text:
            self._valued = True
            if self._inside == "v" and self._type in ("s", "e") and len(self._value) < _CHUNK:
                self._value += text

    def end(self, name: str) -> None:
        """Note what a cell holds."""
        self._inside = ""
        if name != "c":
            return
        if self._valued:
            self.rows = max(self.rows, self._row, self._line)
            self.columns = max(self.columns, self._column)
            if self._type == "s" and self._value and int(self._value) < len(self._shared):
                self.characters += self._shared[int(self._value)]
        if len(self.problems) < _MOST_TOLD:
            self.problems.extend(self._lacking())

    def _lacking(self) -> Iterator[Problem]:
        """Yield what is wrong with the cell that ends."""
        name = self._name or "?"
        if self._valued and self._type == "e":
            what = f"cell {name} holds the error {self._value[:60]}; mend its formula"
            yield self.problem(what)
        elif self._formula is not None and not self._valued:
            formula = self._formula if len(self._formula) <= 60 else f"{self._formula[:60]}..."
            what = (
                f"cell {name} holds the formula ={formula} without its value; open and save the "
                "workbook in a spreadsheet program, or write the number"
            )
            yield self.problem(what)

    def problem(self, what: str) -> Problem:
        """Return a problem of the cell that ends."""
        column = re.sub(r"\d", "", self._name) or None
        return Problem(what, self.path, self._line or None, column)


def _column_number(letters: str) -> int:
    """Return 28 for AB."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
