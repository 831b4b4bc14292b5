"""Tables for the terminal: the scorecard of a scenario and the comparison of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table

from sim.frames import number, rows
from sim.measure.tables import StudyTables
from sim.report.wording import MISSING, has_interval, wrapped
from sim.report.words import Words
from sim.safe_text import for_terminal, plain

_VERDICT_STYLE = {"met": "green", "not_met": "red", "undecided": "yellow"}
_BESIDE = 3  # scenarios in a table of differences
_INTERVAL_WIDTH = 20  # columns of an interval between two numbers of six digits
_HEADING_WIDTH = 12
_SHOWN_KINDS = ("simulated", "derived")
COMPARED = (
    "in_county_rate",
    "in_county_rate_common",
    "in_county_admission_share",
    "primary_visit_share",
    "in_county_fund_share",
    "out_of_province_share",
    "out_of_pocket_share",
    "visits_per_person",
    "admissions_per_100",
    "bed_occupancy",
    "doctor_wait_mean",
    "bed_wait_mean",
    "referrals_up",
    "referrals_down",
    "diverted",
    "fund_balance",
)
"""Indicators of the comparison table; the rest is in ``differences.csv``."""


def scorecard_table(tables: StudyTables, scenario: str, words: Words) -> Table:
    """Return the scorecard of one scenario: what the model gives a value for.

    Parameters
    ----------
    tables : StudyTables
        What the study found.
    scenario : str
        Name of the scenario.
    words : Words
    """
    title = words.titles(tables.scenarios)[scenario]
    table = new_table(
        words["text.scorecard_title"].format(scenario=for_terminal(title)),
        words["text.scorecard_note"],
    )
    add_words(table, words["column.indicator"], 38)
    for key in ("mean", "interval", "value_2020", "target", "verdict", "probability"):
        add_numbers(table, words[f"column.{key}"])
    card = tables.scorecard
    shown = card[(card["scenario"] == scenario) & card["kind"].isin(_SHOWN_KINDS)]
    for row in rows(shown[shown["mean"].notna()]):
        table.add_row(*_scorecard_row(row, words))
    return table


def _scorecard_row(row: Any, words: Words) -> list[str]:
    key, verdict = str(row.indicator), str(row.verdict)
    style = _VERDICT_STYLE.get(verdict)
    word = words[f"verdict.{verdict}"]
    chance = MISSING if pd.isna(row.probability) else f"{row.probability:.2f}"
    return [
        words.with_unit(key),
        words.value(key, row.mean),
        words.interval(key, row.low, row.high),
        words.published(key, row.value_2020),
        words.target(key, row.operator, row.target),
        f"[{style}]{word}[/{style}]" if style else word,
        chance,
    ]


def joint_lines(joint: pd.DataFrame, scenarios: pd.DataFrame, words: Words) -> list[str]:
    """Return a line for each scenario: how likely its counted weeks meet all targets at once.

    Parameters
    ----------
    joint : DataFrame
        As `sim.subjects.care.cases.joint_probabilities` returns it.
    scenarios : DataFrame
        As in ``StudyTables``.
    words : Words
    """
    titles, text = words.titles(scenarios), words["text.joint_line"]
    return [
        text.format(
            scenario=titles[row.scenario],
            targets=row.targets,
            runs=row.runs,
            weeks=row.weeks,
            probability=f"{row.probability:.2f}",
            low=f"{row.low:.2f}",
            high=f"{row.high:.2f}",
        )
        for row in rows(joint)
    ]


def comparison_table(tables: StudyTables, words: Words) -> Group:
    """Return the paired differences of every scenario to the base, with intervals that hold together.

    Three scenarios stand beside each other; more go into tables below, so that 100 columns are enough.

    Parameters
    ----------
    tables : StudyTables
        With at least one scenario; those without a difference have no column.
    words : Words

    Returns
    -------
    rich.console.Group
        At least one table, the title over the first and the note under the last.
    """
    titles = words.titles(tables.scenarios)
    frame = tables.differences
    frame = frame[(frame["tier"] == "") & (frame["county"] == 0)]
    base = str(frame["base"].iloc[0]) if len(frame) else next(iter(titles))
    cells = frame.set_index(["indicator", "scenario"])
    others = [name for name in titles if name in set(frame["scenario"])]
    parts = [
        _comparison(cells, {name: titles[name] for name in others[start : start + _BESIDE]}, words)
        for start in range(0, max(len(others), 1), _BESIDE)
    ]
    parts[0].title = words["text.comparison_title"].format(base=for_terminal(titles[base]))
    note = "text.comparison_note" if len(others) < 2 else "text.comparison_note_joint"
    parts[-1].caption = words[note].format(n=len(others))
    return Group(*parts)


def _comparison(cells: pd.DataFrame, titles: Mapping[str, str], words: Words) -> Table:
    """Return the differences of some scenarios, a column each."""
    table = new_table("", "")
    add_words(table, words["column.indicator"], 34)
    for title in titles.values():
        table.add_column(
            for_terminal(title), justify="right", overflow="fold", min_width=_INTERVAL_WIDTH
        )
    known = set(cells.index.get_level_values(0))
    for key in COMPARED:
        if key in known:
            differences = (_difference(cells, key, name, words) for name in titles)
            table.add_row(words.with_unit(key), *differences)
    return table


def _difference(cells: pd.DataFrame, key: str, scenario: str, words: Words) -> str:
    """Return a scenario's difference and, in a second line, its interval; a dash without one."""
    if (key, scenario) not in cells.index:
        return MISSING
    columns = ("mean", "low_joint", "high_joint")
    mean, low, high = (number(cells, (key, scenario), column) for column in columns)
    text = words.difference(key, mean, with_unit=False)
    if not has_interval(low, high):
        return text
    ends = (words.difference(key, end, with_unit=False) for end in (low, high))
    return f"{text}\n\\[{', '.join(ends)}]"


def new_table(title: str, note: str) -> Table:
    """Return an empty table; scenario titles in it have been escaped, they may hold brackets."""
    return Table(
        title=title,
        caption=note,
        title_justify="left",
        caption_justify="left",
        highlight=False,
        padding=(0, 1),
        box=SIMPLE_HEAD,
    )


def add_words(table: Table, heading: str, width: int | None = None) -> None:
    """Add a column of words, which become narrower where there is no room for all.

    Parameters
    ----------
    table : Table
    heading : str
    width : int, optional
        The most columns of the terminal that it takes.
    """
    table.add_column(for_terminal(heading), max_width=width, overflow="fold")


def add_numbers(table: Table, heading: str, width: int = _HEADING_WIDTH) -> None:
    """Add a column of numbers at the right: no digit is ever cut, long headings go over several lines.

    Parameters
    ----------
    table : Table
    heading : str
    width : int
        Columns of the terminal for a line of the heading.
    """
    lines = wrapped(plain(heading), width).split("\n")
    table.add_column("\n".join(map(for_terminal, lines)), justify="right", no_wrap=True)


def plain_table(title: str, frame: pd.DataFrame) -> Table:
    """Return a frame as it is, numbers with four decimals."""
    table = Table(title=for_terminal(title))
    for column in frame.columns:
        table.add_column(str(column))
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{x:.4f}" if isinstance(x, float) else for_terminal(str(x)) for x in row))
    return table
