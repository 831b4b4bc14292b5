"""A workbook is written over a workbook of this program, and over nothing else."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from report_frames import caption_of, first_scenarios, study_tables

from sim.api.answer import Answer
from sim.errors import InputError
from sim.measure.tables import StudyTables
from sim.report.words import Words
from sim.report.workbook import is_workbook, write_workbook


def _write(tables: StudyTables, path: Path, words: Words) -> None:
    write_workbook(tables, path, words, caption_of())


@pytest.fixture(scope="module")
def answer() -> Answer:
    tables = first_scenarios(study_tables(3), 2)
    nothing: Any = None
    return Answer({}, lambda words: [], {}, nothing, None, partial(_write, tables))


def _somebodys_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(path)


def _archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("docProps/custom.xml", "<Properties/>")


OBSTACLES: dict[str, Callable[[Path], object]] = {
    "notes": lambda path: path.write_text("mine"),
    "nothing": lambda path: path.touch(),
    "somebody's workbook": _somebodys_workbook,
    "an archive": _archive,
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_somebodys_file_stays(answer: Answer, tmp_path: Path, obstacle: str) -> None:
    out = tmp_path / "mine.xlsx"
    OBSTACLES[obstacle](out)
    before = out.read_bytes()
    with pytest.raises(InputError, match=r"mine\.xlsx: is there and was not written"):
        answer.write_workbook(out)
    assert out.read_bytes() == before
    assert [*tmp_path.iterdir()] == [out]


def test_our_own_is_replaced_also_where_the_path_is_text(answer: Answer, tmp_path: Path) -> None:
    out = tmp_path / "ours.xlsx"
    answer.write_workbook(out, "zh")
    assert is_workbook(out)
    chinese = openpyxl.load_workbook(out).sheetnames
    answer.write_workbook(str(out), "en")  # type: ignore[arg-type]
    assert openpyxl.load_workbook(out).sheetnames != chinese
    # Saved again by another program it is still ours.
    openpyxl.load_workbook(out).save(out)
    assert is_workbook(out)


def test_what_cannot_be_written_is_told_in_a_line(answer: Answer, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(tmp_path / "nothing")
    for path, what in (
        (Path("/dev/full"), "is a device, not a file to write to"),
        (tmp_path, "is a folder, not a file to write to"),
        (link, "is a link, not a file to write to"),
        (tmp_path / "none" / "a.xlsx", "there is no such folder; make it first"),
        (Path("/proc/a.xlsx"), "cannot write here: "),
    ):
        with pytest.raises(InputError, match=what) as caught:
            answer.write_workbook(path)
        assert len(caught.value.problems) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_an_error_of_the_system(answer: Answer) -> None:
    with pytest.raises(OSError, match="No space left on device"):
        _write(first_scenarios(study_tables(3), 2), Path("/dev/full"), Words.of("en"))
