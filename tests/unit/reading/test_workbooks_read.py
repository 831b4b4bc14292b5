"""A workbook made to fill the memory, or half a workbook, is refused in one line, and soon."""

from __future__ import annotations

import datetime
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

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


def two_sheets(path: Path) -> Path:
    """Return a workbook of two sheets, the first of which is a chart."""
    book = xlsxwriter.Workbook(str(path))
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=two!$A$1:$A$2"})
    book.add_chartsheet("one").set_chart(chart)
    for name, cell in (("two", "here"), ("three", "there")):
        book.add_worksheet(name).write("A1", cell)
    book.close()
    return path


def test_the_first_sheet_of_cells_is_read(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "t.xlsx")
    assert read_rows(path) == [(1, ["here"])]
    # Limits are held against the same sheet.
    far = edited(path, SHEET, lambda xml: xml.replace(b'r="A1"', b'r="XFD1048576"'))
    assert "reaches over" in refused(far)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b'name="three"', b'name="two"'),
        ("xl/workbook.xml", b'r:id="rId3"', b'r:id="rId2"'),
        ("xl/_rels/workbook.xml.rels", b'Id="rId3"', b'Id="rId2"'),
    ],
)
def test_where_one_name_stands_for_two_sheets_none_is_read(
    tmp_path: Path, part: str, old: bytes, new: bytes
) -> None:
    path = edited(two_sheets(tmp_path / "t.xlsx"), part, lambda xml: xml.replace(old, new))
    assert "not a readable XLSX workbook" in refused(path)


def test_a_cell_in_the_far_corner(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"A1": "id", "A2": 1, "XFD1048576": "x"})
    assert "reaches over 1,048,576 rows and 16,384 columns" in refused(path)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="XFD1"><v>1</v></c>', "reaches over"),
        ('<c r="XFC1"><v>1</v></c><c><v>1</v></c>', "reaches over"),
        ('<c r="XFD1048576" t="str"><f>""</f><v></v></c>', "reaches over"),
        ('<c r="XFD1048576" t="str"><v></v></c>', "reaches over"),
        ('<c r="XFD1048576" t="inlineStr"><is/></c>', "reaches over"),
        ('<o:c xmlns:o="other" r="XFD1048576"><o:v>1</o:v></o:c>', "reaches over"),
        ('<c r="xfd1048576"><v>1</v></c>', "not a readable XLSX workbook"),
        ('<c r="ZZZZZ9999999999"><v>1</v></c>', "not a readable XLSX workbook"),
        ('<c r="XFD00000001048576"><v>1</v></c>', "not a readable XLSX workbook"),
    ],
)
def test_a_cell_in_the_far_corner_however_it_is_written(plain: Path, cell: str, told: str) -> None:
    row = f'<row r="1048576">{cell}</row></sheetData>'.encode()
    path = edited(plain, SHEET, lambda xml: xml.replace(b"</sheetData>", row))
    assert told in refused(path)


def test_a_sheet_that_says_that_it_is_large_is_not(plain: Path) -> None:
    path = edited(plain, SHEET, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert [cells for _, cells in read_rows(path)] == [["id", "beds"], ["1", "110"]]


def test_one_long_text_that_very_many_cells_share(tmp_path: Path) -> None:
    """A hundred kilobytes that would be six hundred megabytes of text."""
    path = workbook(tmp_path / "t.xlsx", {"A1": "id", "A2": "note"})
    cells = [f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(3, 20_003)]
    rows = f"{''.join(cells)}</sheetData>".encode()
    path = edited(path, SHEET, lambda xml: xml.replace(b"</sheetData>", rows))
    assert len(read_rows(path)) == 20_002
    long = b"<t>" + b"x" * 30_000 + b"</t>"
    path = edited(path, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<t>note</t>", long))
    assert "unfolds to 600,030,002 bytes" in refused(path)


def test_two_parts_with_one_name(plain: Path) -> None:
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr("xl/worksheets/Sheet1.xml", archive.read(SHEET))
    assert "not a readable XLSX workbook" in refused(plain)


def test_a_workbook_saved_as_strict_open_xml(plain: Path) -> None:
    main, strict = (
        b"schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"purl.oclc.org/ooxml/spreadsheetml/main",
    )
    path = plain
    for part in ("xl/workbook.xml", SHEET, "xl/sharedStrings.xml"):
        path = edited(path, part, lambda xml: xml.replace(main, strict))
    assert [cells for _, cells in read_rows(path)] == [["id", "beds"], ["1", "110"]]


def test_texts_are_shared_plain_or_rich(plain: Path) -> None:
    rich = b"<r><t>be</t></r><r><rPr><b/></rPr><t>ds</t></r>"
    path = edited(plain, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<t>beds</t>", rich))
    assert read_rows(path)[0][1] == ["id", "beds"]


def test_dates_times_and_truths(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet = book.add_worksheet()
    formats = [book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "hh:mm", "[h]:mm")]
    values = [datetime.date(2020, 1, 6), datetime.time(8, 30), datetime.timedelta(hours=24)]
    sheet.write(0, 0, "when")
    for line, (value, form) in enumerate(zip(values, formats, strict=True), start=1):
        sheet.write_datetime(line, 0, value, form)
    for line, value in enumerate((True, 990101001001, 0.25), start=4):
        sheet.write(line, 0, value)
    book.close()
    told = [cells[0] for _, cells in read_rows(tmp_path / "t.xlsx")]
    assert told == ["when", "2020-01-06", "08:30", "24:00", "yes", "990101001001", "0.25"]


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


def test_a_formula_whose_value_is_an_empty_text(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"A1": "id", "A2": 1, "A3": 2, "B1": "note", "B3": "x"})
    cell = b'<row r="2" \\1<c r="B2" t="str"><f>IF(A2="","",C2)</f><v></v></c></row>'
    path = edited(path, SHEET, lambda xml: re.sub(rb'<row r="2" (.*?)</row>', cell, xml))
    assert [cells for _, cells in read_rows(path)] == [["id", "note"], ["1", ""], ["2", "x"]]


def test_a_formula_whose_value_is_an_error(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet = book.add_worksheet()
    sheet.write("A1", "beds")
    sheet.write_formula("A2", "=VLOOKUP(1,C:D,2,0)", None, "#N/A")
    book.close()
    told = refused(tmp_path / "t.xlsx")
    assert told == ":2: A: cell A2 holds the error #N/A; mend its formula"


def test_at_most_twenty_formulas_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {f"A{line}": "=1" for line in range(1, 41)})
    path = edited(path, SHEET, lambda xml: xml.replace(b"</f><v>0</v>", b"</f>"))
    assert refused(path).count("without its value") == 1
    with pytest.raises(InputError) as error:
        read_rows(path)
    assert len(error.value.problems) == 20


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_half_a_workbook(plain: Path, part: str) -> None:
    assert "not a readable XLSX" in refused(edited(plain, part, lambda xml: xml[: len(xml) // 2]))


def test_a_workbook_without_sheets(plain: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    plain.write_bytes(buffer.getvalue())
    assert "not a readable XLSX workbook" in refused(plain)


@pytest.mark.parametrize("more", [0, 1])
def test_a_row_of_thousands_of_cells(tmp_path: Path, more: int) -> None:
    row = "id" + ",x" * (MOST_COLUMNS - 1 + more)
    (tmp_path / "t.csv").write_text(row + "\n")
    names = {f"{xl_col_to_name(n)}1": cell for n, cell in enumerate(row.split(","))}
    workbook(tmp_path / "t.xlsx", names)
    for name in ("t.csv", "t.xlsx"):
        if more:
            told = f":1: has {MOST_COLUMNS + 1:,} cells in a row; a table has at most 1,000"
            assert refused(tmp_path / name) == told
        else:
            assert len(read_rows(tmp_path / name)[0][1]) == MOST_COLUMNS


def test_a_count_of_texts_that_lies(plain: Path) -> None:
    """A library makes room for as many texts as are said to be there, and ends the process."""
    count = re.compile(rb'uniqueCount="\d+"')
    path = edited(
        plain, "xl/sharedStrings.xml", lambda xml: count.sub(b'uniqueCount="9999999999"', xml)
    )
    assert "not a readable XLSX workbook" in refused(path)


@pytest.mark.parametrize(
    ("twice", "told"),
    [
        (b'<c r="B2"><v>110</v></c><c r="B2"><v>999</v></c></row>', "cell B2 stands twice"),
        (b'<c r="B2"><v>110</v></c></row><row r="2"><c r="B2"><v>5</v></c></row>', "row 2 stands"),
        (b'<c r="C2"><v>1</v></c><c r="B2"><v>5</v></c></row>', "cell B2 stands twice, or not in"),
    ],
)
def test_what_stands_twice_is_told(plain: Path, twice: bytes, told: str) -> None:
    cell = re.compile(rb'<c r="B2">.*?</c></row>')
    assert told in refused(edited(plain, SHEET, lambda xml: cell.sub(twice, xml)))
