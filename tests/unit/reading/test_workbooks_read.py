"""A workbook made to fill the memory, or half a workbook, is refused in one line, and soon."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from sim.errors import InputError
from sim.reading.tables import MOST_COLUMNS, read_rows

SHEET = "xl/worksheets/sheet1.xml"
Edit = Callable[[bytes], bytes]


def workbook(path: Path, cells: dict[str, object]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for where, value in cells.items():
        sheet.write(where, value)
    book.close()
    return path


def edited(path: Path, part: str, edit: Edit) -> Path:
    """Return a copy of a workbook in which a part was changed."""
    other = path.with_name(f"edited-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            before = old.read(name)
            after = edit(before) if name == part else before
            assert (after != before) == (name == part)
            new.writestr(name, after)
    return other


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_rows(path)
    return str(error.value).rpartition(f"{path.name}")[2]


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return workbook(tmp_path / "t.xlsx", {"A1": "id", "B1": "beds", "A2": 1, "B2": 110})


def test_a_plain_workbook_is_read(plain: Path) -> None:
    assert [cells for _, cells in read_rows(plain)] == [["id", "beds"], ["1", "110"]]


def test_text_may_stand_in_the_cell_itself(plain: Path) -> None:
    cell = rb'<c r="A1" t="inlineStr"><is><t>code</t></is></c>'
    path = edited(plain, SHEET, lambda xml: re.sub(rb'<c r="A1".*?</c>', cell, xml, count=1))
    assert read_rows(path)[0][1] == ["code", "beds"]


def test_a_cell_in_the_far_corner(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"A1": "id", "A2": 1, "XFD1048576": "x"})
    assert "reaches over 1,048,576 rows and 16,384 columns" in refused(path)


def test_a_far_cell_that_only_has_a_colour_is_no_cell(plain: Path) -> None:
    row = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    path = edited(plain, SHEET, lambda xml: xml.replace(b"</sheetData>", row))
    assert [cells for _, cells in read_rows(path)] == [["id", "beds"], ["1", "110"]]


def test_sizes_that_lie(plain: Path) -> None:
    large = b"<!--" + b" " * 30_000_000 + b"--></worksheet>"
    path = edited(plain, SHEET, lambda xml: xml.replace(b"</worksheet>", large))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        (size,) = (info.file_size for info in archive.infolist() if info.filename == SHEET)
    told, lie = struct.pack("<I", size), struct.pack("<I", 900)
    assert content.count(told) == 2
    path.write_bytes(bytes(content).replace(told, lie))
    assert "not a readable XLSX workbook" in refused(path)


def test_entities_that_grow(plain: Path) -> None:
    rows = [b'<!ENTITY a0 "ha">']
    rows += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    head = b"?>\n<!DOCTYPE x [" + b"".join(rows) + b"]>"
    for part, end in ((SHEET, b"</worksheet>"), ("xl/workbook.xml", b"</workbook>")):
        path = edited(plain, part, lambda xml: xml.replace(b"?>", head, 1))
        path = edited(path, part, lambda xml, end=end: xml.replace(end, b"&a9;" + end))
        assert "not a readable XLSX workbook" in refused(path)


def test_every_formula_without_a_value_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"A1": "id", "A2": "=1+1", "C3": "=A2*2", "C4": "=3"})
    path = edited(path, SHEET, lambda xml: re.sub(rb"(=?3</f>)<v>0</v>", rb"\1<v>3</v>", xml))
    path = edited(path, SHEET, lambda xml: xml.replace(b"</f><v>0</v>", b"</f>"))
    with pytest.raises(InputError) as error:
        read_rows(path)
    told = [(problem.line, problem.key) for problem in error.value.problems]
    assert told == [(2, "A"), (3, "C")]


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_half_a_workbook(plain: Path, part: str) -> None:
    assert "not a readable XLSX" in refused(edited(plain, part, lambda xml: xml[: len(xml) // 2]))


def test_a_workbook_without_sheets(plain: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    plain.write_bytes(buffer.getvalue())
    assert "not a readable XLSX workbook" in refused(plain)


def test_a_row_of_thousands_of_cells(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,name\n1," + "," * MOST_COLUMNS + "\n")
    assert f"a table has at most {MOST_COLUMNS:,}" in refused(path)
