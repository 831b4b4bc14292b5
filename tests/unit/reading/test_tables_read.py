"""Tables are read as spreadsheet programs save them, or one line says what is wrong."""

from __future__ import annotations

import datetime
import os
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from sim.errors import InputError
from sim.reading.tables import read_rows
from sim.reading.text import problem_of_text
from sim.region.reading import Column, Schema, read_table

TEXT = "id,名称,share\n1,甲县,0.25\n2,乙县,0.5\n"
ROWS = [["id", "名称", "share"], ["1", "甲县", "0.25"], ["2", "乙县", "0.5"]]
TIMES = Schema((Column("id", "whole"), Column("opens", "time")), ("id",))
CODES = Schema((Column("code", "whole"), Column("people", "number")), ("code",))


def cells(path: Path) -> list[list[str]]:
    return [row for _, row in read_rows(path)]


SAVED = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "GB18030": TEXT.encode("gb18030"),
    "UTF-16": TEXT.encode("utf-16"),
    "semicolons and decimal commas": TEXT.replace(",", ";").replace("0.", "0,").encode(),
    "tabs": TEXT.replace(",", "\t").encode(),
    "old line ends": TEXT.replace("\n", "\r").encode(),
    "new line ends": TEXT.replace("\n", "\r\n").encode(),
    "empty columns at the end": TEXT.replace("\n", ",,\n").encode(),
    "empty columns in front": "".join(f",{line}\n" for line in TEXT.splitlines()).encode(),
    "empty lines": TEXT.replace("\n", "\n,,\n\n").encode(),
}


@pytest.mark.parametrize("how", SAVED)
def test_a_csv_file_is_read_however_it_was_saved(tmp_path: Path, how: str) -> None:
    (tmp_path / "t.csv").write_bytes(SAVED[how])
    assert cells(tmp_path / "t.csv") == ROWS


REFUSED = {
    b"id;share\n1;1,250\n": "may be a decimal or a thousand",
    b"id;share\n1;0,25\n2;1.250\n": "'1.250' may be a decimal or a thousand",
    b"id;name,share\n1;a,2\n": "commas, semicolons or tabs alike",
    b"id,name\n1,caf\xe9\n": "UTF-8, UTF-16 or GB18030",
    b'id,name\n1,"open\n': "not a readable CSV table",
    b"id,name\n1,a\x00b\n": "control character (U+0000)",
    b"id,name\n1,a\x0bb\n": "control character (U+000B)",
    b"id,name\n1," + b"x" * 40_000 + b"\n": "40,000 characters",
}


@pytest.mark.parametrize("content", REFUSED, ids=lambda content: repr(content[:24]))
def test_what_cannot_be_read_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError, match=re.escape(REFUSED[content])) as told:
        read_rows(tmp_path / "t.csv")
    assert len(told.value.problems) == 1


def test_decimal_commas_are_told_from_thousands_by_the_rest_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("lon;lat\n118,005;26,1\n117,996;26,004\n")
    assert cells(tmp_path / "t.csv")[1:] == [["118.005", "26.1"], ["117.996", "26.004"]]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        # One decimal comma that is certain tells what the others are.
        ("a;b\n0,25;1,250\n", ["0.25", "1.250"]),
        ("a;b\n1,5;1,250\n", ["1.5", "1.250"]),
        ("a;b\n0,125;-1,250\n", ["0.125", "-1.250"]),
        ('a,b\n"0,25","1,250"\n', ["0.25", "1.250"]),
        # Points that are certain are points.
        ("a;b\n0,25;118.5\n", ["0.25", "118.5"]),
        # What is no number stays.
        ("a;b\n0,25;1,250,000\n", ["0.25", "1,250,000"]),
        ("a;b\n0,25;12,5 km\n", ["0.25", "12,5 km"]),
        ("a;b\n0.25;1.250\n", ["0.25", "1.250"]),
    ],
)
def test_decimal_commas(tmp_path: Path, text: str, row: list[str]) -> None:
    (tmp_path / "t.csv").write_text(text)
    assert cells(tmp_path / "t.csv")[1] == row


def test_commas_of_a_text_are_no_decimals(tmp_path: Path) -> None:
    schema = Schema((Column("id", "whole"), Column("size", "number"), Column("note")), ("id",))
    (tmp_path / "t.csv").write_text("id;note;size\n1;1,250;0,25\n2;3,5;1,250\n")
    sheet, problems = read_table(tmp_path / "t.csv", schema)
    assert problems == []
    assert sheet is not None
    assert sheet.frame["note"].tolist() == ["1,250", "3,5"]
    assert sheet.frame["size"].tolist() == [0.25, 1.25]


def test_a_date_with_its_time_is_kept_whole_and_is_no_time_of_day(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet = book.add_worksheet()
    day, clock = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd hh:mm", "hh:mm:ss"))
    sheet.write_row(0, 0, ["id", "opens"])
    sheet.write_column(1, 0, [1, 2])
    sheet.write_datetime(1, 1, datetime.datetime(2026, 5, 1, 8, 30), day)
    sheet.write_datetime(2, 1, datetime.time(8, 0, 30), clock)
    book.close()
    assert [row[1] for row in cells(tmp_path / "t.xlsx")] == [
        "opens",
        "2026-05-01 08:30:00",
        "08:00:30",
    ]
    _, problems = read_table(tmp_path / "t.xlsx", TIMES)
    assert len(problems) == 2
    assert "'2026-05-01 08:30:00' is not a time of day" in problems[0].what


def test_commas_in_a_sheet_are_no_decimals(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", [["a", "b"], ["0,25", "1,250"]])
    assert cells(tmp_path / "t.xlsx")[1] == ["0,25", "1,250"]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv"):
        with pytest.raises(InputError, match="a CSV file is needed"):
            read_rows(tmp_path / name)
    (tmp_path / "large.csv").write_text("id,name\n1,2\n")
    with pytest.raises(InputError, match="larger than 10 bytes"):
        read_rows(tmp_path / "large.csv", most=10)


def workbook(path: Path, rows: list[list[object]], **options: object) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    clock, long = (book.add_format({"num_format": f}) for f in ("hh:mm", "[h]:mm"))
    coloured = book.add_format({"bg_color": "yellow"})
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime.time):
                sheet.write_datetime(line, column, cell, clock)
            elif isinstance(cell, datetime.timedelta):
                sheet.write_datetime(line, column, cell, long)
            elif cell == "coloured":
                sheet.write_blank(line, column, None, coloured)
            else:
                sheet.write(line, column, cell)
    book.close()
    return book


def test_times_of_a_sheet_are_times_of_day(tmp_path: Path) -> None:
    rows = [["id", "opens"], [1, datetime.time(8)], [2, datetime.timedelta(days=1)], [3, "8:00"],
            [4, "24:00:00"], [5, 0.3541666667], [6, "０８：３０"]]  # fmt: skip
    workbook(tmp_path / "t.xlsx", rows)
    sheet, problems = read_table(tmp_path / "t.xlsx", TIMES)
    assert problems == []
    assert sheet is not None
    assert list(sheet.frame["opens"]) == ["08:00", "24:00", "08:00", "24:00", "08:30", "08:30"]


@pytest.mark.parametrize("cell", ["8", "25:00", "8:61", "0.33333", "noon"])
def test_what_is_no_time_of_day(tmp_path: Path, cell: str) -> None:
    (tmp_path / "t.csv").write_text(f"id,opens\n1,{cell}\n")
    _, problems = read_table(tmp_path / "t.csv", TIMES)
    assert "write HH:MM" in problems[0].what


def test_a_formula_without_its_value_is_no_empty_cell(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", [["id", "beds"], [1, "=100+10"]])
    with (
        zipfile.ZipFile(tmp_path / "t.xlsx") as old,
        zipfile.ZipFile(tmp_path / "u.xlsx", "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content, times = re.subn(rb"(</f>)<v>0</v>", rb"\1", content)
                assert times == 1
            new.writestr(name, content)
    with pytest.raises(
        InputError, match=r"cell B2 holds the formula =100\+10 without its value"
    ) as told:
        read_rows(tmp_path / "u.xlsx")
    assert told.value.problems[0].line == 2


def test_coloured_and_empty_edges_of_a_sheet_are_no_columns(tmp_path: Path) -> None:
    rows = [["id", "名称", "share", "coloured", ""], [1, "甲县", 0.25, "coloured"], [2, "乙县", 0.5],
            ["coloured", "", "coloured"]]  # fmt: skip
    workbook(tmp_path / "t.xlsx", rows)
    assert cells(tmp_path / "t.xlsx") == ROWS


def test_a_sheet_that_unfolds_without_bound_is_not_unfolded(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", [["id"], [1]])
    with zipfile.ZipFile(tmp_path / "t.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/large.bin", b"\0" * 50_000_000)
    with pytest.raises(InputError, match="unfolds to"):
        read_rows(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("9.90101E+11", "was rounded by a spreadsheet"),
        ("1" * 20, "larger than any number"),
        ("1" * 5000, "...' is not a number"),
        ("12.5", "not a whole number"),
        ("1_000", "not a number"),
    ],
)
def test_codes_that_are_none(tmp_path: Path, cell: str, told: str) -> None:
    (tmp_path / "t.csv").write_text(f"code,people\n{cell},1\n")
    _, problems = read_table(tmp_path / "t.csv", CODES)
    assert told in problems[0].what


def test_full_width_digits_are_digits(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("code,people\n３５０４２６,１２．５\n", "utf-8")
    sheet, problems = read_table(tmp_path / "t.csv", CODES)
    assert problems == []
    assert sheet is not None
    assert sheet.frame.iloc[0].tolist() == [350426, 12.5]


@pytest.mark.parametrize(
    "text",
    ["尤溪县", "Ü (x) [1/2] 50 %", "= + - @", "<b>&amp;", "葡\U000e0100", "👩\u200d⚕️", "न\u200dम"],
)
def test_text_is_text(text: str) -> None:
    assert problem_of_text(text) == ""


@pytest.mark.parametrize("text", ["a\x07b", "a\x0bb", "a\x1b[31mb", "a\u202eb", "x" * 201, "a\nb",
    "a\u061cb", "\u200b", "\ufeff\u00ad", "\u3164", "\U000e0061\U000e007f", "\u2800 \u115f"])  # fmt: skip
def test_what_is_more_than_text(text: str) -> None:
    assert problem_of_text(text)
