"""Tables for the terminal: the scorecard of a scenario and the comparison of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.markup import escape
from rich.table import Table

from sim.frames import number, rows
from sim.glossary import Language, label
from sim.measure.tables import StudyTables
from sim.report.wording import (
    MISSING,
    format_difference,
    format_interval,
    format_published,
    format_target,
    format_value,
    has_interval,
    scenario_titles,
    with_unit,
    wrapped,
)

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


def scorecard_table(tables: StudyTables, scenario: str, lang: Language) -> Table:
    """Return the scorecard of one scenario: what the model gives a value for.

    Parameters
    ----------
    tables : StudyTables
        What the study found.
    scenario : str
        Name of the scenario.
    lang : Language
        ``zh`` or ``en``.
    """
    title = scenario_titles(tables.scenarios, lang)[scenario]
    table = new_table(
        label("text.scorecard_title", lang).format(scenario=escape(title)),
        label("text.scorecard_note", lang),
    )
    add_words(table, label("column.indicator", lang), 38)
    for key in ("mean", "interval", "value_2020", "target", "verdict", "probability"):
        add_numbers(table, label(f"column.{key}", lang))
    card = tables.scorecard
    shown = card[(card["scenario"] == scenario) & card["kind"].isin(_SHOWN_KINDS)]
    for row in rows(shown[shown["mean"].notna()]):
        table.add_row(*_scorecard_row(row, lang))
    return table


def _scorecard_row(row: Any, lang: Language) -> list[str]:
    key, verdict = str(row.indicator), str(row.verdict)
    style = _VERDICT_STYLE.get(verdict)
    word = label(f"verdict.{verdict}", lang)
    chance = MISSING if pd.isna(row.probability) else f"{row.probability:.2f}"
    return [
        with_unit(key, lang),
        format_value(key, row.mean, lang),
        format_interval(key, row.low, row.high),
        format_published(key, row.value_2020, lang),
        format_target(key, row.operator, row.target, lang),
        f"[{style}]{word}[/{style}]" if style else word,
        chance,
    ]


def joint_lines(joint: pd.DataFrame, scenarios: pd.DataFrame, lang: Language) -> list[str]:
    """Return a line for each scenario: how likely its counted weeks meet all targets at once.

    Parameters
    ----------
    joint : DataFrame
        As `sim.subjects.care.cases.joint_probabilities` returns it.
    scenarios : DataFrame
        As in ``StudyTables``.
    lang : Language
    """
    titles, words = scenario_titles(scenarios, lang), label("text.joint_line", lang)
    return [
        words.format(
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


def comparison_table(tables: StudyTables, lang: Language) -> Group:
    """Return the paired differences of every scenario to the base, with intervals that hold together.

    Three scenarios stand beside each other; more go into tables below, so that 100 columns are enough.

    Parameters
    ----------
    tables : StudyTables
        With at least one scenario; those without a difference have no column.
    lang : Language
        ``zh`` or ``en``.

    Returns
    -------
    rich.console.Group
        At least one table, the title over the first and the note under the last.
    """
    titles = scenario_titles(tables.scenarios, lang)
    frame = tables.differences
    frame = frame[(frame["tier"] == "") & (frame["county"] == 0)]
    base = str(frame["base"].iloc[0]) if len(frame) else next(iter(titles))
    cells = frame.set_index(["indicator", "scenario"])
    others = [name for name in titles if name in set(frame["scenario"])]
    parts = [
        _comparison(cells, {name: titles[name] for name in others[start : start + _BESIDE]}, lang)
        for start in range(0, max(len(others), 1), _BESIDE)
    ]
    parts[0].title = label("text.comparison_title", lang).format(base=escape(titles[base]))
    note = "text.comparison_note" if len(others) < 2 else "text.comparison_note_joint"
    parts[-1].caption = label(note, lang).format(n=len(others))
    return Group(*parts)


def _comparison(cells: pd.DataFrame, titles: Mapping[str, str], lang: Language) -> Table:
    """Return the differences of some scenarios, a column each."""
    table = new_table("", "")
    add_words(table, label("column.indicator", lang), 34)
    for title in titles.values():
        table.add_column(escape(title), justify="right", overflow="fold", min_width=_INTERVAL_WIDTH)
    known = set(cells.index.get_level_values(0))
    for key in COMPARED:
        if key in known:
            differences = (_difference(cells, key, name, lang) for name in titles)
            table.add_row(with_unit(key, lang), *differences)
    return table


def _difference(cells: pd.DataFrame, key: str, scenario: str, lang: Language) -> str:
    """Return a scenario's difference and, in a second line, its interval; a dash without one."""
    if (key, scenario) not in cells.index:
        return MISSING
    columns = ("mean", "low_joint", "high_joint")
    mean, low, high = (number(cells, (key, scenario), column) for column in columns)
    text = format_difference(key, mean, lang, with_unit=False)
    if not has_interval(low, high):
        return text
    ends = (format_difference(key, end, lang, with_unit=False) for end in (low, high))
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
    table.add_column(escape(heading), max_width=width, overflow="fold")


def add_numbers(table: Table, heading: str, width: int = _HEADING_WIDTH) -> None:
    """Add a column of numbers at the right: no digit is ever cut, long headings go over several lines.

    Parameters
    ----------
    table : Table
    heading : str
    width : int
        Columns of the terminal for a line of the heading.
    """
    table.add_column(escape(wrapped(heading, width)), justify="right", no_wrap=True)


def plain_table(title: str, frame: pd.DataFrame) -> Table:
    """Return a frame as it is, numbers with four decimals."""
    table = Table(title=escape(title))
    for column in frame.columns:
        table.add_column(str(column))
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{x:.4f}" if isinstance(x, float) else escape(str(x)) for x in row))
    return table
