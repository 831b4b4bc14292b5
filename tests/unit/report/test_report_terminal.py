"""Terminal tables: everything is readable in 100 columns."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from report_frames import SCENARIOS, first_scenarios, many_scenarios, study_tables
from rich.cells import cell_len
from rich.console import Console, RenderableType

from sim.glossary import Language, term
from sim.measure.tables import HEADLINES, StudyTables
from sim.report.rows import MOST_ROWS
from sim.report.terminal import comparison_table, scorecard_shown
from sim.report.words import Words

NAN = float("nan")
PLAN = Path(__file__).parents[3] / "scenarios/targets/plan.csv"
TAIL = {"zh": "：床位、人员、转诊与支付方式改革同时推进", "en": " with every measure in force"}


def lines_of(table: RenderableType, width: int = 100) -> list[str]:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(table)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def tables_of_whole_plan() -> StudyTables:
    """A scorecard with every row of the plan that the model gives a value for, with wide numbers."""
    with PLAN.open(encoding="utf-8") as file:
        plan = [row for row in csv.DictReader(file) if row["kind"] in ("simulated", "derived")]
    rows = []
    for row in plan:
        value = float(row["target"] or 0.1)
        card = ("plan-2025", row["indicator"], row["number"], value, 0.9 * value, 1.1 * value)
        before = float(row["value_2020"] or "nan")
        target = float(row["target"] or "nan")
        tolerance = float(row["tolerance"] or "nan")
        words = (before, row["operator"], target, tolerance, row["nature"], row["kind"])
        rows += [
            (name, *card[1:], *words, "undecided", 0.5, 0.03, 0.09)
            for name in ("baseline-2020", "no-reform-2025", "plan-2025")
        ]
    tables = first_scenarios(study_tables(), 3)
    return replace(tables, scorecard=pd.DataFrame(rows, columns=list(tables.scorecard.columns)))


def tables_of_wide_differences(lang: Language) -> StudyTables:
    """Differences as large as a province has, between six scenarios with long titles."""
    rows = []
    for name in [*SCENARIOS][1:]:
        for key in HEADLINES:
            entry = term(key)
            largest = {0: 123_456.0, 1: 1_234.0, 2: 12.0}[entry.decimals]
            size = 0.99 if entry.is_share else largest / entry.scale
            ends = (-1.001 * size, -0.9 * size)
            rows.append((name, "baseline-2020", key, "", 0, -size, *ends, *ends, 0.01))
    tables = first_scenarios(study_tables(), 6, TAIL[lang])
    return replace(tables, differences=pd.DataFrame(rows, columns=list(tables.differences.columns)))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_scorecards_of_the_whole_plan_stand_beside_each_other_in_100_columns(
    lang: Language, number: int
) -> None:
    tables = first_scenarios(tables_of_whole_plan(), number)
    words = Words.of(lang)
    lines = lines_of(scorecard_shown(tables, "尤溪县", words))
    assert max(cell_len(line) for line in lines) <= 100
    text = "\n".join(lines)
    assert "…" not in text
    assert "尤溪县" in lines[1]
    for row in first_scenarios(tables, 1).scorecard.itertuples():
        if row.target == row.target:
            target = re.escape(words.target(row.indicator, row.operator, row.target))
            value = re.escape(words.value(row.indicator, row.mean))
            verdict = words["verdict.undecided"]
            assert re.search(rf"{target} +({value} {verdict} *){{{number}}}", text), row
    assert len(re.findall(rf"(?: +0\.50){{{number}}}", text)) >= 10
    if number == 3:
        assert words.tolerance("service_income_share", "about", 0.02) in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_comparison_of_six_scenarios_fits_100_columns(lang: Language) -> None:
    tables = tables_of_wide_differences(lang)
    lines = lines_of(comparison_table(tables, Words.of(lang)))
    assert max(cell_len(line) for line in lines) <= 100
    # Five differences, none of them cut or broken.
    intervals = re.findall(r"\[-[\d,.]+, -[\d,.]+\]", "\n".join(lines))
    assert len(intervals) == 5 * len(HEADLINES)
    assert "[-123,579, -111,110]" in intervals
    assert "[-99.1, -89.1]" in intervals


def test_the_scorecard_says_verdicts_in_words_and_leaves_out_what_is_not_modelled() -> None:
    tables = first_scenarios(study_tables(), 3)
    english = "\n".join(lines_of(scorecard_shown(tables, "", Words.of("en"))))
    assert re.search(r"≥90% +86\.0% not met +85\.3% not met +90\.5% undecided", english)
    assert "90.5% undecided" in english.replace("\n", " ")
    assert re.search(r"Primary care +56\.26% +>65% +57\.0% not met", english)
    # All or no runs meet a target: the verdict says it, without a number.
    assert not re.search(r"(not met|[^t] met) [01]\.00", english)
    assert "Life expectancy" not in english
    assert "funding" not in english


def test_a_published_figure_of_another_definition_does_not_stand_beside_the_model() -> None:
    plan = pd.read_csv(PLAN).set_index("indicator")
    assert pd.isna(plan.loc["out_of_pocket_share", "value_2020"])
    assert "not the plan's" in term("out_of_pocket_share").en


def test_verdicts_are_coloured() -> None:
    console = Console(file=StringIO(), width=100, force_terminal=True, color_system="standard")
    console.print(scorecard_shown(first_scenarios(study_tables(), 3), "", Words.of("en")))
    assert re.search("\x1b\\[32m *met", console.file.getvalue())  # type: ignore[attr-defined]


def test_a_scorecard_of_one_replication_has_no_interval() -> None:
    tables = first_scenarios(study_tables(1), 1)
    lines = lines_of(scorecard_shown(tables, "", Words.of("en")))
    assert not any(re.search(r"\d – \d", line) for line in lines)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_of_many_scenarios_each_has_a_row(lang: Language) -> None:
    tables, words = many_scenarios(60), Words.of(lang)
    lines = lines_of(scorecard_shown(tables, "Youxi", words))
    assert max(cell_len(line) for line in lines) <= 100
    title = words.titles(tables.scenarios)
    named = [
        line.split("  ")[1].strip() for line in lines if re.match(r" +(Scenario|情景)\d* ?\d", line)
    ]
    assert len(named) == MOST_ROWS
    assert named[0] == title["s000"]
    assert named[-1] == title["s059"]
    assert "60" in lines[-1] + lines[-2]
    # 858 lines for 20 scenarios were nobody's reading.
    assert len(lines) < 60
    assert len(lines_of(comparison_table(tables, words, "Youxi"))) < 80


def test_differences_of_shares_are_in_points() -> None:
    text = "\n".join(lines_of(comparison_table(study_tables(), Words.of("en"))))
    assert re.search(r"hold\s+for\s+all\s+5\s+scenarios", text)
    assert "Bonferroni" not in text
    assert "(points)" in text
    # 0.045 of all visits is 4.5 points.
    assert re.search(r"In-county treatment rate +-0\.7 +\+4\.5 +\+1\.1", text)
    # The joint interval is half as wide again as the scenario's own, 4.1 to 4.9.
    assert "[+3.9, +5.1]" in text
    assert text.count("Difference from the base scenario: Baseline 2020") == 1


def test_one_difference_has_an_interval_of_its_own() -> None:
    tables = study_tables()
    one = replace(
        tables, differences=tables.differences[tables.differences["scenario"] == "plan-2025"]
    )
    assert "In brackets the 95% interval" in "\n".join(
        lines_of(comparison_table(one, Words.of("en")))
    )


def test_a_scenario_without_a_difference_gets_a_dash() -> None:
    tables = study_tables()
    one = (tables.differences["scenario"] == "plan-2025") & (
        tables.differences["indicator"] == "in_county_rate"
    )
    fewer = replace(tables, differences=tables.differences[~one])
    text = "\n".join(lines_of(comparison_table(fewer, Words.of("en"))))
    assert re.search(r"In-county treatment rate +-0\.7 +– +\+1\.1", text)


def test_without_differences_there_is_an_empty_comparison() -> None:
    tables = replace(study_tables(), differences=study_tables().differences.iloc[:0])
    assert "Baseline 2020" in "\n".join(lines_of(comparison_table(tables, Words.of("en"))))


def test_brackets_in_titles_are_no_markup() -> None:
    tables = first_scenarios(study_tables(), 2)
    odd = replace(tables, scenarios=tables.scenarios.assign(title_en="[red]odd[/red]"))
    shown = "\n".join(lines_of(scorecard_shown(odd, "[b]Youxi[/b]", Words.of("en"))))
    assert "[red]odd[/red]" in shown
    assert "[b]Youxi[/b]" in shown
    assert "[red]odd[/red]" in "\n".join(lines_of(comparison_table(odd, Words.of("en"))))


def test_the_wait_for_a_county_bed_is_a_row_of_its_own() -> None:
    tables = first_scenarios(study_tables(), 3)
    row = ("plan-2025", "baseline-2020", "bed_wait_mean", "county", 0, 360.0, *[NAN] * 4, 0.01)
    city = ("plan-2025", "baseline-2020", "bed_wait_mean", "city", 0, 999.0, *[NAN] * 4, 0.01)
    more = pd.DataFrame([row, city], columns=list(tables.differences.columns))
    whole = replace(tables, differences=pd.concat([tables.differences, more]))
    text = "\n".join(lines_of(comparison_table(whole, Words.of("en"))))
    assert re.search(r"Wait for a bed \(mean\)\s+\(?.*\n?.*\(county\) \(h\)", text)
    assert "+6.0" in text
    assert "city" not in text
    before = "\n".join(lines_of(comparison_table(tables, Words.of("en"))))
    assert "(county)" not in before


def test_english_words_are_broken_after_hyphens_only() -> None:
    tables = first_scenarios(tables_of_whole_plan(), 3)
    lines = lines_of(scorecard_shown(tables, "", Words.of("en")))
    names = " ".join(line[:19].strip() for line in lines)
    for name in ("Medical-service share", "Out-of-province share", "health-centre staff"):
        assert name in names


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("beside", [1, 2, 3])
def test_long_titles_leave_room_for_the_numbers(lang: Language, beside: int) -> None:
    """Of a table that does not fit, `rich` cuts the last columns: verdicts and intervals."""
    tables = first_scenarios(study_tables(), beside)
    long = {
        "title_zh": "泰宁县总医院增设康复床位五十张并延长门诊时间",
        "title_en": "Fifty step-down beds in Taining",
    }
    tables = replace(tables, scenarios=tables.scenarios.assign(**long))
    wide = lines_of(scorecard_shown(tables, "", Words.of(lang)), 300)
    narrow = lines_of(scorecard_shown(tables, "", Words.of(lang)))
    assert max(cell_len(line.rstrip()) for line in wide if "│" not in line and "─" in line) <= 100
    whole, cut = ("".join("".join(lines).split()) for lines in (wide, narrow))
    for verdict in (Words.of(lang)[f"verdict.{word}"] for word in ("met", "not_met", "undecided")):
        assert cut.count("".join(verdict.split())) == whole.count("".join(verdict.split()))
