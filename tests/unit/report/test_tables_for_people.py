"""Terminal tables fit 100 columns; the workbook has readable words, units and formats."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook.workbook import Workbook
from report_tables import SCENARIOS, study_tables
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from sim.glossary import LANGUAGES, Language, label
from sim.report.terminal import comparison_table, scorecard_table
from sim.report.workbook import write_workbook

TABLES = study_tables()
SHEETS = ("scorecard", "differences", "indicators", "facilities", "waits", "leak")


def printed(table: Table) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row_of(text: str, words: str) -> str:
    return next(line for line in text.splitlines() if words in line)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_terminal_tables_fit_100_columns_and_lose_nothing(lang: Language) -> None:
    for table in (scorecard_table(TABLES, "plan-2025", lang), comparison_table(TABLES, lang)):
        text = printed(table)
        assert max(cell_len(line) for line in text.splitlines()) <= 100
        assert "…" not in text


def test_scorecard_shows_value_interval_plan_and_verdict() -> None:
    line = row_of(printed(scorecard_table(TABLES, "plan-2025", "en")), "In-county share")
    assert " ".join(line.split()) == (
        "In-county share of insured 71.0% 68.6 – 73.4 62.75% ≥70% undecided 0.60"
    )
    line = row_of(printed(scorecard_table(TABLES, "baseline-2020", "zh")), "县域内就诊率")
    assert line.split()[-3:] == ["≥90%", "未达标", "0.00"]


def test_comparison_shows_differences_in_points_with_intervals() -> None:
    lines = printed(comparison_table(TABLES, "zh")).splitlines()
    place = next(i for i, line in enumerate(lines) if "县域内就诊率" in line)
    assert lines[place].split()[1:] == ["-0.7", "+4.5", "+1.1", "+2.0", "+2.7"]
    assert "[+4.1, +4.9]" in lines[place + 1]


def test_a_missing_difference_keeps_the_others_in_their_columns() -> None:
    frame = TABLES.differences
    gone = (frame["scenario"] == "plan-2025") & (frame["indicator"] == "in_county_rate")
    text = printed(comparison_table(replace(TABLES, differences=frame[~gone]), "zh"))
    assert row_of(text, "县域内就诊率").split()[1:] == ["-0.7", "–", "+1.1", "+2.0", "+2.7"]


def test_titles_with_brackets_are_shown_as_they_are() -> None:
    scenarios = TABLES.scenarios.assign(title_en="[red]Plan[/red]")
    text = printed(scorecard_table(replace(TABLES, scenarios=scenarios), "plan-2025", "en"))
    assert "[red]Plan[/red]" in text


@pytest.fixture(scope="module", params=LANGUAGES)
def book(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Language, Workbook]:
    path: Path = tmp_path_factory.mktemp("book") / "summary.xlsx"
    tables = study_tables(scenarios=2)
    card = tables.scorecard.assign(n=8, tolerance=0.01, probability_low=0.2, probability_high=0.9)
    write_workbook(replace(tables, scorecard=card), path, request.param)
    return request.param, openpyxl.load_workbook(path)


def test_workbook_has_a_dressed_sheet_for_every_table(book: tuple[Language, Workbook]) -> None:
    lang, workbook = book
    assert workbook.sheetnames == [label(f"sheet.{name}", lang) for name in SHEETS]
    for sheet in workbook:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert all(9 <= column.width <= 44 for column in sheet.column_dimensions.values())


def test_workbook_has_no_keys_left(book: tuple[Language, Workbook]) -> None:
    _, workbook = book
    words = {
        cell.value
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }
    assert not [word for word in words if "_" in word or word in SCENARIOS]


def test_workbook_values_are_in_the_unit_of_their_row(book: tuple[Language, Workbook]) -> None:
    lang, workbook = book
    sheet = workbook[label("sheet.scorecard", lang)]
    frame = pd.DataFrame(sheet.values)
    frame = frame.rename(columns=frame.iloc[0]).iloc[1:].set_index(label("column.indicator", lang))
    row = frame.loc[label("in_county_admission_share", lang)].iloc[0]
    assert row[label("column.unit", lang)] == "%"
    assert row[label("column.mean", lang)] == 63
    assert row[label("column.value_2020", lang)] == 62.75
    assert row[label("column.verdict", lang)] == label("verdict.not_met", lang)
    formats = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert formats[label("column.mean", lang)] == "#,##0.0"
    assert formats[label("column.value_2020", lang)] == "#,##0.00"


def test_workbook_facilities_and_leak(book: tuple[Language, Workbook]) -> None:
    lang, workbook = book
    facilities = list(workbook[label("sheet.facilities", lang)].values)
    first = dict(zip(facilities[0], facilities[1], strict=True))
    assert (
        first[label("column.name", lang)]
        == {
            "zh": "尤溪县总医院",
            "en": "Youxi County General Hospital",
        }[lang]
    )
    assert first[{"zh": "床位使用率（%）", "en": "Bed occupancy (%)"}[lang]] == pytest.approx(86.1)
    leak = list(workbook[label("sheet.leak", lang)].values)
    assert [row[0] for row in leak[1:]] == [
        titles[LANGUAGES.index(lang)] for titles in list(SCENARIOS.values())[:2]
    ]
    for row in leak[1:]:
        assert sum(row[1:-1]) == pytest.approx(row[-1])


def test_an_indicator_without_a_term_is_refused(tmp_path: Path) -> None:
    tables = replace(TABLES, scorecard=TABLES.scorecard.assign(indicator="in_county_rat"))
    with pytest.raises(KeyError, match="in_county_rate"):
        write_workbook(tables, tmp_path / "summary.xlsx", "en")
