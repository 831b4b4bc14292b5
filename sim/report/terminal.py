"""Tables for the terminal: the scorecard of a scenario and the comparison of several."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.table import Table

from sim.frames import rows
from sim.glossary import Language, label
from sim.measure.tables import StudyTables
from sim.report.wording import (
    MISSING,
    format_difference,
    format_interval,
    format_target,
    format_value,
    has_interval,
    scenario_titles,
    with_unit,
)

_VERDICT_STYLE = {"met": "green", "not_met": "red", "undecided": "yellow"}
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
    scenario : str
        Name of the scenario.
    lang : Language
    """
    title = scenario_titles(tables.scenarios, lang)[scenario]
    table = _table(
        label("text.scorecard_title", lang).format(scenario=title),
        label("text.scorecard_note", lang),
    )
    table.add_column(label("column.indicator", lang), max_width=38)
    for key in ("mean", "interval", "value_2020", "target", "verdict", "probability"):
        table.add_column(label(f"column.{key}", lang), justify="right", no_wrap=True)
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
        format_value(key, row.value_2020, lang),
        format_target(key, row.operator, row.target, lang),
        f"[{style}]{word}[/{style}]" if style else word,
        chance,
    ]


def comparison_table(tables: StudyTables, lang: Language) -> Table:
    """Return the paired differences of every scenario to the base, with their intervals."""
    titles = scenario_titles(tables.scenarios, lang)
    frame = tables.differences
    frame = frame[(frame["tier"] == "") & (frame["county"] == 0)]
    base = str(frame["base"].iloc[0]) if len(frame) else next(iter(titles))
    table = _table(
        label("text.comparison_title", lang).format(base=titles[base]),
        label("text.comparison_note", lang),
    )
    table.add_column(label("column.indicator", lang), max_width=34)
    others = [name for name in titles if name in set(frame["scenario"])]
    for name in others:
        table.add_column(titles[name], justify="right")
    cells = frame.set_index(["indicator", "scenario"])
    for key in COMPARED:
        if key in cells.index.get_level_values(0):
            rows = [cells.loc[(key, name)] for name in others if (key, name) in cells.index]
            table.add_row(with_unit(key, lang), *(_difference(key, row, lang) for row in rows))
    return table


def _difference(key: str, row: Any, lang: Language) -> str:
    """Return a difference and, where there is one, its interval."""
    text = format_difference(key, float(row["mean"]), lang, with_unit=False)
    if not has_interval(row["low"], row["high"]):
        return text
    ends = (
        format_difference(key, float(row[end]), lang, with_unit=False) for end in ("low", "high")
    )
    return f"{text} \\[{', '.join(ends)}]"


def _table(title: str, note: str) -> Table:
    return Table(title=title, caption=note, title_justify="left", highlight=False)
