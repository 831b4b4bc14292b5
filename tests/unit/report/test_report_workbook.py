"""The spreadsheet opens, speaks one language, and has the numbers in the units it names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from report_frames import caption_of, first_scenarios, study_tables

from sim.glossary import LEAK_REASONS, Language, label
from sim.measure.tables import StudyTables
from sim.report.words import Words
from sim.report.workbook import write_workbook

SHEETS = (
    "about",
    "scorecard",
    "differences",
    "indicators",
    "facilities",
    "waits",
    "leak",
    "far",
    "destinations",
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def written(tables: StudyTables, folder: Path, lang: Language) -> Workbook:
    write_workbook(tables, folder / "summary.xlsx", Words.of(lang), caption_of())
    return load_workbook(folder / "summary.xlsx")


def rows_of(page: Worksheet) -> list[dict[str, object]]:
    heading, *rows = page.iter_rows(values_only=True)
    return [dict(zip((str(cell) for cell in heading), row, strict=True)) for row in rows]


@pytest.fixture
def tables() -> StudyTables:
    return first_scenarios(study_tables(3), 3)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_has_every_sheet_with_bold_headings_that_stay_in_view(
    tables: StudyTables, tmp_path: Path, lang: Language
) -> None:
    book = written(tables, tmp_path, lang)
    assert book.sheetnames == [label(f"sheet.{name}", lang) for name in SHEETS]
    for page in book.worksheets[1:]:
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref.startswith("A1:")
        assert all(cell.font.bold for cell in page[1])
        assert page.max_row > 1
        widths = [page.column_dimensions[cell.column_letter].width for cell in page[1]]
        assert all(9 <= width <= 45 for width in widths)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_are_in_one_language_and_no_key_is_left(
    tables: StudyTables, tmp_path: Path, lang: Language
) -> None:
    texts = {
        cell
        for page in written(tables, tmp_path, lang).worksheets
        for row in page.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    }
    assert [text for text in texts if re.search(r"[a-z]_[a-z]", text)] == []
    if lang == "en":
        assert [text for text in texts if CHINESE.search(text)] == []
    assert label("in_county_rate", lang) in texts
    assert label("verdict.undecided", lang) in texts
    assert label("priority.referred", lang) in texts
    assert label("tier.county", lang) in texts


def test_values_are_in_the_unit_beside_them(tables: StudyTables, tmp_path: Path) -> None:
    book = written(tables, tmp_path, "en")
    card = {(row["Scenario"], row["Indicator"]): row for row in rows_of(book["Scorecard"])}
    share = card["Plan targets 2025", label("in_county_admission_share", "en")]
    assert (share["Unit"], share["Province 2020"], share["2025 target"]) == ("%", 62.75, 70)
    assert share["Mean"] == pytest.approx(71.0)
    assert share["Direction"] == "≥"
    assert share["Runs that meet it"] == 0.6
    waits = [r for r in rows_of(book["Indicators"]) if r["Indicator"] == "Wait for a bed (mean)"]
    assert {row["Unit"] for row in waits} == {"h"}
    minutes = tables.indicators[
        (tables.indicators["indicator"] == "bed_wait_mean")
        & (tables.indicators["scenario"] == "baseline-2020")
        & (tables.indicators["tier"] == "county")
    ]["value"]
    (county,) = [r for r in waits if (r["Scenario"], r["Tier"]) == ("Baseline 2020", "County")]
    assert county["Mean"] == pytest.approx(minutes.mean() / 60)
    assert county["Replications"] == 3


def test_facilities_and_leak_have_units_in_their_headings(
    tables: StudyTables, tmp_path: Path
) -> None:
    book = written(tables, tmp_path, "en")
    facilities = rows_of(book["Facilities"])
    # Hospitals first, a facility's scenarios below each other.
    assert [row["Tier"] for row in facilities[::3]] == ["County", "Township", "Village"]
    hospital = facilities[0]
    assert hospital["Name"] == "Youxi County General Hospital"
    assert (hospital["County"], hospital["County code"]) == ("Youxi", 350426)
    assert hospital["Facility kind"] == "County general hospital"
    assert hospital["Bed occupancy (%)"] == pytest.approx(86.1)
    assert hospital["Wait for a bed (mean) (h)"] == pytest.approx(310.5 / 60)
    clinic = facilities[-1]
    assert clinic["Bed occupancy (%)"] is None
    for row in rows_of(book["Leak reasons"]):
        parts = [row[f"{label(f'reason.{reason}', 'en')} (%)"] for reason in LEAK_REASONS]
        assert sum(float(str(part)) for part in parts) == pytest.approx(row["Total (%)"])
        assert 5 < float(str(row["Total (%)"])) < 20


def test_destinations_are_shares_of_a_county_by_name(tables: StudyTables, tmp_path: Path) -> None:
    page = rows_of(written(tables, tmp_path, "en")["Destinations"])
    first = [row for row in page if row["Scenario"] == page[0]["Scenario"]]
    found = [
        (row["Name"], row["% of residents' visits"], row["% of residents' stays"]) for row in first
    ]
    assert found == [
        ("Youxi", 90.0, 75.0),
        ("Datian", 1.0, 0.0),
        ("Hospitals of Shanghai", 9.0, 25.0),
    ]
    assert {row["County"] for row in first} == {"Youxi"}


def test_numbers_are_numbers_with_the_digits_of_their_indicator(
    tables: StudyTables, tmp_path: Path
) -> None:
    page = written(tables, tmp_path, "en")["Scorecard"]
    heading = [cell.value for cell in page[1]]
    mean, indicator = heading.index("Mean"), heading.index("Indicator")
    formats = {row[indicator].value: row[mean].number_format for row in page.iter_rows(min_row=2)}
    assert formats["In-county treatment rate"] == "#,##0.0"
    assert formats[label("physicians_per_1000", "en")] == "#,##0.00"
    assert {row[mean].data_type for row in page.iter_rows(min_row=2)} == {"n"}
    (missing,) = {
        row[mean].value for row in page.iter_rows(min_row=2) if "Life" in row[indicator].value
    }
    assert missing is None


def test_a_name_is_never_a_formula(tables: StudyTables, tmp_path: Path) -> None:
    titles = ["=1+1", "-1", '=HYPERLINK("x")']
    names = ["=1+1", "+1", "@SUM(A1)"] * 3
    odd = replace(
        tables,
        scenarios=tables.scenarios.assign(title_en=titles),
        facilities=tables.facilities.assign(name_en=names),
    )
    book = written(odd, tmp_path, "en")
    page = rows_of(book["Facilities"])
    assert sorted(str(row["Name"]) for row in page) == sorted(names)
    assert list(dict.fromkeys(row["Scenario"] for row in page)) == titles
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def test_an_indicator_without_a_term_is_a_mistake_of_the_program(
    tables: StudyTables, tmp_path: Path
) -> None:
    odd = replace(tables, scorecard=tables.scorecard.assign(indicator="in_county_rat"))
    with pytest.raises(KeyError, match="did you mean 'in_county_rate'"):
        write_workbook(odd, tmp_path / "summary.xlsx", Words.of("en"), caption_of())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_cover_answers_and_says_what_the_study_is_of(
    tables: StudyTables, tmp_path: Path, lang: Language
) -> None:
    page = written(tables, tmp_path, lang).worksheets[0]
    text = "\n".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value)
    county = "尤溪县" if lang == "zh" else "Youxi"
    for part in (county, "341,638", "2025-01-06", "90.5%", "≥90%", label("about.question", lang)):
        assert part in text, part
    assert label("about.definitions", lang) in text


def test_verdicts_have_colours_and_pages_fit_across(tables: StudyTables, tmp_path: Path) -> None:
    book = written(tables, tmp_path, "en")
    page = book["Scorecard"]
    heading = [cell.value for cell in page[1]]
    fills = {
        row[heading.index("Verdict")].value: row[heading.index("Verdict")].fill.fgColor.rgb
        for row in page.iter_rows(min_row=2)
    }
    assert fills["met"] == "FFD5EFE6"
    assert fills["not met"] == "FFFADFCB"
    for page in book.worksheets:
        assert page.page_setup.orientation == "landscape"
        # One page across, which is what a file means that does not say, and as many down as it takes.
        assert page.page_setup.fitToWidth in (None, 1)
        assert page.page_setup.fitToHeight == 0
        assert "Youxi" in page.oddHeader.left.text
    assert book["Scorecard"].print_title_rows == "$1:$1"
    # Three scenarios of the hospital and of the centre are printed, the clinics are not.
    assert str(book["Facilities"].print_area).endswith("$7")


def test_counties_have_a_sheet_where_there_are_several(tables: StudyTables, tmp_path: Path) -> None:
    whole = tables.indicators["county"] != 0
    second = tables.indicators[whole].assign(county=350582)
    two = replace(tables, indicators=pd.concat([tables.indicators, second], ignore_index=True))
    caption = caption_of({350426: ("尤溪县", "Youxi"), 350582: ("晋江市", "Jinjiang")})
    write_workbook(two, tmp_path / "two.xlsx", Words.of("en"), caption)
    rows = rows_of(load_workbook(tmp_path / "two.xlsx")["By county"])
    assert [row["County"] for row in rows] == ["Youxi", "Jinjiang"] * 3
    assert {row["Unit"] for row in rows} == {"%"}
