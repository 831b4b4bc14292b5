"""Names do nothing in any output, and none of them is lost."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from report_frames import caption_of, first_scenarios, study_tables
from rich.console import Console

from sim.errors import InputError, Problem
from sim.report.leak import draw_leak
from sim.report.markdown import markdown_table
from sim.report.style import save_figure
from sim.report.summary import yearly_flows
from sim.report.terminal import scorecard_shown
from sim.report.words import Words
from sim.report.workbook import write_workbook
from sim.runs.atomic import write_csv
from sim.safe_text import for_csv, for_markdown, for_terminal, frame_for_csv, plain

HOSTILE = (
    "\x1b]0;owned\x07\x1b[31mred",
    "[red]markup[/red] [link=http://x]x[/link] :warning:",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "@SUM(A1)",
    "＝1+1",
    "https://example.org",
    "a|b <script>alert(1)</script> **bold** `code` [x](y) &lt;",
    "$\\frac{1}{0}$ $x",
    "left\u202ethgir\u2066",
    "line\nbreak\r\nand\ttab\x00nul",
    "\U0010fffd\ufffe",
    "床位\x7f全科",
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def shown(text: str) -> str:
    """What a terminal without colours prints of a text."""
    console = Console(file=io.StringIO(), width=500, color_system=None, emoji=False)
    console.print(for_terminal(text), end="", soft_wrap=True, highlight=False)
    return console.file.getvalue()  # type: ignore[attr-defined]


@given(texts)
def test_a_plain_text_has_no_sign_that_does_something(text: str) -> None:
    safe = plain(text)
    assert all(unicodedata.category(sign)[0] != "C" for sign in safe)
    assert not re.search("[\n\r\t\x1b\u2028\u202e]", safe)
    # What shows stays as it is, in its place.
    kept = [sign for sign in text if unicodedata.category(sign)[0] not in "CZ"]
    assert [sign for sign in safe if sign in kept][: len(kept)] != [] or not kept
    assert plain(safe) == safe


@given(texts)
def test_the_terminal_shows_the_plain_text(text: str) -> None:
    assert shown(text) == plain(text)


@given(texts)
def test_a_cell_of_csv_is_no_formula_and_is_read_back_whole(text: str) -> None:
    frame = pd.DataFrame({"name": [text], "value": [-1.5]})
    page = frame_for_csv(frame).to_csv(index=False)
    back = pd.read_csv(io.StringIO(page), dtype={"name": str}, keep_default_na=False)
    (cell,) = back["name"]
    number = re.fullmatch(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?%?", text)
    assert number or not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert cell in (plain(text), f"'{plain(text)}")
    assert list(back["value"]) == [-1.5]


@pytest.mark.parametrize(
    "text", ["-5.2", "+3", "1,234", "-0.5%", "1e-5", "90", ">=", "about", "县医院", ""]
)
def test_numbers_and_words_stay_as_they_are_in_csv(text: str) -> None:
    assert for_csv(text) == text


def test_a_frame_without_dangerous_texts_is_written_as_it_was(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["x", None, "y"], "b": [1, 2, 3], "c": [0.1, float("nan"), -2.0]})
    frame["d"] = pd.Categorical(["u", "v", "u"])
    write_csv(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == frame.to_csv(index=False, lineterminator="\n")


@given(texts)
def test_a_cell_of_markdown_is_one_cell_without_markup(text: str) -> None:
    (line,) = markdown_table(["a"], [(text,)])[2:]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 2
    assert "<" not in re.sub(r"\\<", "", line)
    back = re.sub(r"\\([\\`*_{}\[\]<>#|~])", r"\1", for_markdown(text)).replace("&amp;", "&")
    assert back == plain(text)


def test_an_error_line_is_one_line_that_does_nothing() -> None:
    for text in HOSTILE:
        line = str(InputError(Problem(f"there is no '{text}'", Path("a\x1b[2J.yaml"), 3, "key")))
        assert "\n" not in line
        assert "\x1b" not in line


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_pass_through_every_output(text: str, tmp_path: Path) -> None:
    tables = first_scenarios(study_tables(2), 1)
    odd = replace(
        tables,
        scenarios=tables.scenarios.assign(title_en=text, title_zh=text),
        facilities=tables.facilities.assign(name_en=text, name_zh=text),
    )
    words, caption = Words.of("en"), caption_of({350426: (text, text)})
    console = Console(file=io.StringIO(), width=2_000, color_system=None, emoji=False)
    console.print(scorecard_shown(odd, text, words))
    page = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert plain(text) in page
    write_workbook(odd, tmp_path / "a.xlsx", words, caption)
    book = load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    # A workbook keeps no tabs or spaces at the end of a name apart from these.
    assert plain(text) in {str(cell.value) for cell in cells}
    figure = draw_leak(yearly_flows(odd.flows, 1.0), odd.scenarios, words)
    png, svg = save_figure(figure, tmp_path / "a")
    assert png.stat().st_size > 2_000
    ElementTree.parse(svg)
    write_csv(odd.facilities, tmp_path / "a.csv")
    names = pd.read_csv(tmp_path / "a.csv", keep_default_na=False)["name_en"]
    assert set(names) == {for_csv(text)}


@settings(max_examples=15, deadline=None)
@given(texts)
def test_any_title_can_be_drawn(text: str) -> None:
    tables = first_scenarios(study_tables(1), 1)
    scenarios = tables.scenarios.assign(title_en=text)
    draw_leak(yearly_flows(tables.flows, 1.0), scenarios, Words.of("en"))


def test_what_is_very_long_is_cut_in_every_message() -> None:
    long = Problem(f"'{'a ' * 60}' is no number, nor is {'9' * 5000}", key="k" * 101)
    assert str(long) == f"{'k' * 60}...: '{'a ' * 30}...' is no number, nor is {'9' * 60}..."
    short = Problem(f"not '{'a ' * 50}' and {'9' * 100}; the 'first' of {'many ' * 30} 'words'")
    assert short.what.startswith(f"not '{'a ' * 50}' and {'9' * 100}; the 'first' of many many")
    assert short.what.endswith("many  'words'")
