"""The study as a spreadsheet: a cover that answers, then the tables, ready to be filtered and printed."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from rich.cells import cell_len
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from sim.measure.tables import StudyTables
from sim.report.caption import (
    answer_lines,
    area_line,
    blocked_lines,
    caption_line,
    definition_lines,
    neighbour_lines,
    unstaffed_lines,
)
from sim.report.sheets import Sheet, study_sheets
from sim.report.words import Words
from sim.safe_text import plain
from sim.subjects.care.caption import StudyCaption

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_WIDE, _LEAST_WIDE = 44, 9
_COVER_WIDTHS = (14, 110)
_A4 = 9
MARK = "tiered-care-workbook"
"""A property of every workbook: what has it may be written over."""
_PROPERTIES, _MOST_PROPERTIES = "docProps/custom.xml", 100_000
_BROKEN = (NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error)
"""What half an archive, or a locked one, makes the library raise."""
_LOOKED_AT = 200  # rows that decide how wide a column is
_LINE_HEIGHT = 16
_DEFINITIONS = ("in_county", "verdict", "chance", "province_2020")
VERDICT_FILLS = {
    "met": "#D5EFE6",
    "not_met": "#FADFCB",
    "undecided": "#FFF3CC",
    "not_judged": "#FFF3CC",
}


def write_workbook(tables: StudyTables, path: Path, words: Words, caption: StudyCaption) -> None:
    """Write the result tables as one XLSX file, a sheet each, with headings in one language.

    Values of indicators are in the unit shown in their own column, shares in per cent; the sheet of
    indicators has means and intervals over replications. Names are text, never formulas or links.

    Parameters
    ----------
    tables : StudyTables
        What the study found.
    path : Path
        File to write.
    words : Words
    caption : StudyCaption
        What the study is of: on the cover and over every printed page.

    Raises
    ------
    KeyError
        If an indicator is not in the glossary.
    OSError
        If the file cannot be written.
    """
    names = {code: words.pick(name) for code, name in caption.names.items()}
    sheets = [*study_sheets(tables, names, words)]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    # A file that the library cannot write to the end it would try to close again, with a traceback.
    content = BytesIO()
    try:
        with Workbook(content, options) as book:
            book.set_custom_property(MARK, "1", "text")
            writer = _Writer(book, area_line(caption, words))
            writer.cover(words, _cover(tables, caption, sheets, words))
            for sheet in sheets:
                writer.sheet(sheet, words[f"sheet.{sheet.name}"])
    except FileCreateError as error:
        # The library wraps what the system says of the sheets that it puts aside.
        raise OSError(*error.args[0].args) from error
    path.write_bytes(content.getvalue())


def is_workbook(path: Path) -> bool:
    """Tell whether a file is a workbook that `write_workbook` has written."""
    try:
        with ZipFile(path) as archive, archive.open(_PROPERTIES) as properties:
            return f'name="{MARK}"'.encode() in properties.read(_MOST_PROPERTIES)
    except (OSError, BadZipFile, KeyError, *_BROKEN):
        return False


def _cover(
    tables: StudyTables, caption: StudyCaption, sheets: Sequence[Sheet], words: Words
) -> list[tuple[str, list[str]]]:
    """Return the sections of the cover: a heading and its lines."""
    return [
        (words["about.question"], [words["about.question_text"]]),
        (
            words["about.answer"],
            [
                *answer_lines(tables, caption, words),
                *unstaffed_lines(tables, words),
                *neighbour_lines(tables, caption, words),
                *blocked_lines(tables, words),
            ],
        ),
        (words["about.study"], [caption_line(caption, words)]),
        (
            words["about.definitions"],
            [
                *(words[f"about.{key}"] for key in _DEFINITIONS),
                *definition_lines(caption, words),
            ],
        ),
        (words["about.sheets"], [words.listed(words[f"sheet.{s.name}"] for s in sheets)]),
    ]


class _Writer:
    """Writes sheets into one book; a format is made once."""

    def __init__(self, book: Workbook, header: str) -> None:
        self._book, self._header = book, header
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def cover(self, words: Words, sections: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Write the first sheet."""
        page = self._page(words["sheet.about"])
        for column, width in enumerate(_COVER_WIDTHS):
            page.set_column(column, column, width)
        row = 0
        wrap = self._format(text_wrap=True, valign="top")
        for heading, lines in sections:
            page.write_string(row, 0, plain(heading), self._format(bold=True, valign="top"))
            for line in lines:
                text = plain(line)
                page.write_string(row, 1, text, wrap)
                page.set_row(row, _LINE_HEIGHT * math.ceil(cell_len(text) / _COVER_WIDTHS[1]))
                row += 1
            row += 1

    def sheet(self, sheet: Sheet, title: str) -> None:
        """Write one table: a heading that stays in view, a filter, numbers with their digits."""
        page = self._page(title)
        frame, rows = sheet.frame, len(sheet.frame)
        heading = self._format(bold=True, text_wrap=True, valign="top", bottom=1)
        for column, name in enumerate(map(str, frame.columns)):
            text = plain(sheet.headings[name])
            page.write_string(0, column, text, heading)
            cells = frame.iloc[:, column].to_list()
            formats = sheet.formats.get(name)
            for row, cell in enumerate(cells):
                look = {"num_format": formats[row]} if formats else {}
                if name == "verdict" and sheet.verdicts and sheet.verdicts[row] in VERDICT_FILLS:
                    look["bg_color"] = VERDICT_FILLS[sheet.verdicts[row]]
                _write(page, row + 1, column, cell, self._format(**look) if look else None)
            page.set_column(column, column, _width(text, cells))
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        if len(frame.columns):
            page.autofilter(0, 0, max(rows, 1), len(frame.columns) - 1)
            last = rows if sheet.printed is None else max(sheet.printed, 1)
            page.print_area(0, 0, last, len(frame.columns) - 1)

    def _page(self, title: str) -> Worksheet:
        page: Worksheet = self._book.add_worksheet(title)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        # An ampersand begins a code in headers; two are one. They have at most 255 characters.
        header = plain(self._header)[:200].replace("&", "&&")
        page.set_header(f"&L{header}&R&A"[:255])
        page.set_footer("&C&P / &N")
        return page

    def _format(self, **look: Any) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def _write(page: Worksheet, row: int, column: int, cell: Any, look: Format | None) -> None:
    """Write a cell as what it is: text as text, whatever it begins with; nothing for what is missing."""
    if isinstance(cell, str):
        if cell:
            page.write_string(row, column, plain(cell), look)
    elif cell is not None and math.isfinite(cell):
        page.write_number(row, column, cell, look)


def _width(heading: str, cells: Sequence[Any]) -> float:
    """Return how wide a column must be for its words; long headings go over several lines."""
    texts = [cell for cell in cells[:_LOOKED_AT] if isinstance(cell, str)]
    widest = max(map(cell_len, texts), default=0)
    # Half of a heading in a line, and room for the button of the filter.
    return min(max(widest + 2, cell_len(heading) / 2 + 4, _LEAST_WIDE), _MOST_WIDE)
