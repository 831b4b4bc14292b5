"""The page, the picture and the files of a validation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from validations import theory_table, validation, with_problem

from sim.glossary import LANGUAGES, Language, glossary
from sim.report.reporting_checklist import stress_checklist
from sim.report.theory_picture import draw_theory
from sim.report.validation_files import publish_validation, validation_summary, write_validation
from sim.report.validation_page import validation_page
from sim.report.words import Words
from sim.validation.directions import DIRECTIONS
from sim.validation.fit_section import FIGURES
from sim.validation.theory.suite import CASES
from sim.validation.validate import Validation

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def found() -> Validation:
    return validation()


def test_every_case_direction_and_figure_has_a_name() -> None:
    names = {f"theory.{case.name}" for case in CASES}
    names |= {f"direction.{direction.name}" for direction in DIRECTIONS}
    names |= {direction.indicator for direction in DIRECTIONS}
    names |= {figure.indicator for figure in FIGURES}
    assert sorted(names - glossary().keys()) == []


def test_the_english_page_is_english_and_complete(found: Validation) -> None:
    page = validation_page(found, Words.of("en"))
    assert not CHINESE.search(page)
    assert not re.search(r"\{\w+\}", page)
    for words in (
        "## Against queueing theory", "## Coverage of 95 % intervals", "## Both engines agree", "## Invariants",
        "## Against the published figures of 2020", "## Face validity", "## What is not validated",
        "## STRESS-DES checklist", "Quick edition", "12 s",
    ):  # fmt: skip
        assert words in page


def test_the_chinese_page_has_the_same_parts(found: Validation) -> None:
    pages = [validation_page(found, Words.of(lang)) for lang in LANGUAGES]
    shapes = [[line[:3] for line in page.splitlines() if line[:1] in "#|!-"] for page in pages]
    assert [s[:2] for s in shapes[0]] == [s[:2] for s in shapes[1]]
    assert "## 与排队理论对照" in pages[LANGUAGES.index("zh")]


def test_the_page_shows_what_does_not_fit(found: Validation) -> None:
    page = validation_page(found, Words.of("en"))
    misses = page.partition("What does not fit")[2].partition("Share of visits, County")[0]
    assert (
        "| Bed occupancy | 50.0% | 49.6 – 50.4 | 74.0% | 70.0 – 78.0 | assumed | not used | no |"
        in misses
    )
    assert "1 of 2 are within range" in page


def test_the_page_names_what_is_wrong(found: Validation) -> None:
    page = validation_page(with_problem(found, "invariants", "a patient is lost"), Words.of("en"))
    assert "| Invariants | failed |" in page
    assert "- a patient is lost" in page
    assert "| Against queueing theory | passed |" in page


def test_the_page_counts_only_measures_that_need_theory(found: Validation) -> None:
    # Five rows, of which one is a control; three of the four intervals hold the true value.
    page = validation_page(found, Words.of("en"))
    assert "4 measures of 2 systems" in page
    assert "75 % of the 95 % intervals" in page
    assert "| M/M/1, load 0.5 | Erlang 1917 | 2 | 120.0 | 1.0 |" in page


def test_the_page_shows_how_often_intervals_cover(found: Validation) -> None:
    page = validation_page(found, Words.of("en"))
    row = "| 90th percentile of waits, t over 10 replications | 2.9196 | 2,000 | 94.3 % | 93.2 – 95.2 % |"
    assert row in page
    assert "2,000 such studies" in page


def test_the_checklist_has_every_item_once(found: Validation) -> None:
    items = [
        line.split()[1] for line in stress_checklist(found, Words.of("en")) if line.startswith("| ")
    ][1:]
    assert items == [
        "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4",
        "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1",
    ]  # fmt: skip
    text = "\n".join(stress_checklist(found, Words.of("en")))
    assert found.manifest.python in text
    assert f"{found.scenario.run.replications} independent replications" in text


# --- picture -------------------------------------------------------------------------------------


def points(figure: Figure) -> list[float]:
    """The places of all dots that stand for a measure."""
    (axis,) = figure.axes
    marks = [
        line for line in axis.lines if line.get_marker() in "osD" and len(line.get_xdata()) == 1
    ]
    return sorted(float(line.get_xdata()[0]) for line in marks)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_shows_every_measure_but_controls(lang: Language) -> None:
    table = theory_table()
    figure = draw_theory(table, Words.of(lang))
    shown = table[table["kind"] != "control"]
    (axis,) = figure.axes
    left, right = axis.get_xlim()
    ratios = shown["simulated"] / shown["theory"]
    assert points(figure) == pytest.approx(sorted(r for r in ratios if left <= r <= right))
    assert (left + right) / 2 == pytest.approx(1.0)


def test_what_lies_beyond_the_picture_is_marked() -> None:
    rows = [theory_table().iloc[[0]]] * 20
    table = pd.concat([*rows, theory_table().iloc[[4]]], ignore_index=True)
    (axis,) = draw_theory(table, Words.of("en")).axes
    arrows = [line for line in axis.lines if line.get_marker() == ">"]
    assert len(arrows) == 1
    assert float(arrows[0].get_xdata()[0]) == pytest.approx(axis.get_xlim()[1])


def test_systems_stand_in_the_order_of_their_numbers() -> None:
    (axis,) = draw_theory(theory_table(), Words.of("en")).axes
    assert [text.get_text() for text in axis.get_yticklabels()] == [
        "M/M/1, load 0.5",
        "M/M/2, load 0.5",
    ]


# --- files ---------------------------------------------------------------------------------------


def test_files_are_whole_and_agree(found: Validation, tmp_path: Path) -> None:
    files = write_validation(found, tmp_path / "out", Words.of("zh"))
    assert {file.name for file in files} == {
        "theory.csv", "intervals.csv", "engines.csv", "invariants.csv", "fit.csv", "directions.csv",
        "theory.png", "theory.svg", "manifest.json", "validation.md", "summary.json",
    }  # fmt: skip
    assert all(file.stat().st_size > 0 for file in files)
    summary = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))
    assert summary["passed"] is True
    table = pd.read_csv(tmp_path / "out/theory.csv")
    assert [row["z"] for row in summary["sections"]["theory"]["table"]] == pytest.approx(
        list(table["z"])
    )


def test_a_published_page_finds_its_picture(found: Validation, tmp_path: Path) -> None:
    out, docs = tmp_path / "out", tmp_path / "docs"
    write_validation(found, out, Words.of("en"))
    files = publish_validation(found, out, docs, Words.of("en"))
    assert files == [docs / "validation-report.md", docs / "images/theory.png"]
    page = files[0].read_text("utf-8")
    assert "(images/theory.png)" in page
    assert page.replace("images/theory.png", "figures/theory.png") == validation_page(
        found, Words.of("en")
    )
    assert files[1].read_bytes() == (out / "figures/theory.png").read_bytes()


def test_a_summary_names_the_parts_that_failed(found: Validation) -> None:
    summary = validation_summary(with_problem(found, "theory", "off by far"))
    assert (summary["passed"], summary["failed"]) == (False, ["theory"])
    assert summary["sections"]["theory"]["problems"] == ["off by far"]


def test_numbers_that_are_none_are_null(found: Validation) -> None:
    table = pd.DataFrame({"name": ["x"], "value": [float("nan")]})
    (section,) = (s for s in found.sections if s.name == "engines")
    odd = type(section)("engines", table)
    sections = tuple(odd if s.name == "engines" else s for s in found.sections)
    summary = validation_summary(type(found)(sections, found.manifest, found.scenario, True, 1.0))
    text = json.dumps(summary, allow_nan=False)
    assert '"value": null' in text
