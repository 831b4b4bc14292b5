"""Tables for the terminal that answer why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from rich.markup import escape
from rich.table import Table

from sim.frames import number, rows
from sim.glossary import LEAK_REASONS, Language, label, term
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import (
    MISSING,
    format_difference,
    format_value,
    has_interval,
    significant,
    with_unit,
)

_MOST_ROWS = 15
_EFFECT_WIDTH = 18
_UNITS_SHOWN = 4
"""Significant digits of effects of one unit, which may be very small."""


def waterfall_shown(
    table: pd.DataFrame,
    parts: Mapping[str, str],
    titles: tuple[str, str],
    indicator: str,
    lang: Language,
) -> Table:
    """Return what each part contributes to the difference in an indicator.

    Parameters
    ----------
    table : DataFrame
        As `sim.questions.waterfall.waterfall_table` returns it.
    parts : mapping of str to str
        Names of the parts for people.
    titles : tuple of str
        Of the base and of the goal.
    indicator : str
    lang : Language
    """
    title = label("text.waterfall_title", lang).format(base=titles[0], goal=titles[1])
    note = label("text.waterfall_table_note", lang)
    shown = new_table(f"{escape(title)} {escape(with_unit(indicator, lang))}", note)
    add_words(shown, label("column.part", lang))
    for way in ("first", "last", "shapley", "interval"):
        add_numbers(shown, label(f"column.{way}", lang))
    found = table[table["indicator"] == indicator].set_index(["way", "part"])

    def difference(way: str, part: str) -> str:
        return format_difference(indicator, number(found, (way, part), "mean"), lang)

    def interval(way: str, part: str) -> str:
        low, high = (number(found, (way, part), end) for end in ("low", "high"))
        return _interval(indicator, low, high, lang)

    def value(way: str) -> str:
        return format_value(indicator, number(found, (way, ""), "mean"), lang)

    shown.add_row(escape(titles[0]), "", "", value("base"), "")
    for part, name in parts.items():
        ways = (difference(way, part) for way in ("first", "last", "shapley"))
        shown.add_row(escape(name), *ways, interval("shapley", part))
    together = difference("interaction", ""), "", "", interval("interaction", "")
    shown.add_row(label("text.interaction", lang), *together)
    shown.add_row(
        label("column.difference", lang), "", "", difference("total", ""), interval("total", "")
    )
    shown.add_row(escape(titles[1]), "", "", value("goal"), "")
    return shown


def marginal_shown(
    table: pd.DataFrame, title: str, indicators: Sequence[str], lang: Language
) -> Table:
    """Return the effect of one unit of each increment on some indicators.

    Parameters
    ----------
    table : DataFrame
        As `sim.questions.marginal.marginal_table` returns it.
    title : str
        Of the scenario.
    indicators : sequence of str
    lang : Language
    """
    words = label("text.marginal_title", lang).format(scenario=title)
    increments = list(dict.fromkeys(table["increment"]))
    note = label("text.marginal_note", lang).format(n=len(increments))
    shown = new_table(escape(words), note)
    add_words(shown, label("column.increment", lang))
    for indicator in indicators:
        add_numbers(shown, with_unit(indicator, lang), _EFFECT_WIDTH)
    whole = table[(table["tier"] == "") & (table["county"] == 0)]
    cells = whole.set_index(["increment", "indicator"])
    for increment in increments:
        found = (_effect(cells, increment, indicator) for indicator in indicators)
        shown.add_row(label(f"increment.{increment}", lang), *found)
    return shown


def refused_shown(reasons: Mapping[str, str], lang: Language) -> list[str]:
    """Return a line for each increment that is not possible.

    Parameters
    ----------
    reasons : mapping of str to str
        A `sim.questions.marginal.Refusal` by `Increment.key`.
    lang : Language
    """
    words = label("text.increment_refused", lang)
    return [
        words.format(
            increment=label(f"increment.{key}", lang), reason=label(f"refusal.{reason}", lang)
        )
        for key, reason in reasons.items()
    ]


def _effect(cells: pd.DataFrame, increment: str, indicator: str) -> str:
    """Return the effect of one unit, and in a second line its interval that holds with all others."""
    if (increment, indicator) not in cells.index:
        return MISSING
    scale = term(indicator).scale
    mean, low, high = (
        number(cells, (increment, indicator), column) * scale
        for column in ("mean", "low_joint", "high_joint")
    )
    text = significant(mean, _UNITS_SHOWN - 1, sign=True)
    if not has_interval(low, high):
        return text
    ends = (significant(end, _UNITS_SHOWN - 2, sign=True) for end in (low, high))
    return f"{text}\n\\[{', '.join(ends)}]"


def leaks_shown(
    table: pd.DataFrame,
    scenario: str,
    title: str,
    conditions: Mapping[str, str],
    lang: Language,
) -> Table:
    """Return the conditions that lead most care out of the county, split by reason.

    Parameters
    ----------
    table : DataFrame
        As `sim.measure.leaks.leaks_by_condition` returns it.
    scenario, title : str
        Its name and its title.
    conditions : mapping of str to str
        Names of conditions for people.
    lang : Language
    """
    words = label("text.leaks_title", lang).format(scenario=title)
    shown = new_table(escape(words), label("text.leaks_note", lang))
    add_words(shown, label("column.condition", lang))
    for key in ("per_year", "leak_share"):
        add_numbers(shown, label(f"column.{key}", lang))
    add_words(shown, label("column.reasons", lang))
    mine = table[table["scenario"] == scenario]
    split = mine.pivot(index="condition", columns="reason", values="share")
    for row in rows(mine[mine["reason"] == ""].head(_MOST_ROWS)):
        parts = split.loc[row.condition].reindex(list(LEAK_REASONS)).dropna()
        reasons = (
            f"{label(f'reason.{reason}', lang)} {100.0 * part:.1f}%"
            for reason, part in parts.sort_values(ascending=False, kind="stable").items()
        )
        shown.add_row(
            escape(conditions.get(row.condition, row.condition)),
            _amount(row.per_year, row.per_year_low, row.per_year_high),
            f"{100.0 * row.share:.1f}%",
            ", ".join(reasons),
        )
    return shown


def bottlenecks_shown(
    kinds: pd.DataFrame, facilities: pd.DataFrame, scenario: str, title: str, lang: Language
) -> Table:
    """Return the queues that most patients leave, by kind of facility.

    Parameters
    ----------
    kinds, facilities : DataFrame
        As `sim.measure.bottlenecks.bottlenecks_by_kind` and `bottleneck_table` return them.
    scenario, title : str
        Its name and its title.
    lang : Language
    """
    words = label("text.bottlenecks_title", lang).format(scenario=title)
    shown = new_table(escape(words), label("text.bottlenecks_note", lang))
    for key in ("facility_kind", "resource"):
        add_words(shown, label(f"column.{key}", lang))
    for key in ("left_per_year", "wait_hours"):
        add_numbers(shown, label(f"column.{key}", lang))
    add_words(shown, label("column.worst_facility", lang))
    mine = facilities[facilities["scenario"] == scenario]
    for row in rows(kinds[kinds["scenario"] == scenario]):
        # The table begins with those that most patients leave.
        worst = next(rows(mine[(mine["kind"] == row.kind) & (mine["resource"] == row.resource)]))
        left = _amount(worst.left_per_year, worst.left_per_year_low, worst.left_per_year_high)
        name = f"{escape(str(getattr(worst, f'name_{lang}')))}: {left}"
        shown.add_row(
            label(f"facility.{row.kind}", lang),
            label(f"resource.{row.resource}", lang),
            _amount(row.left_per_year, row.left_per_year_low, row.left_per_year_high),
            _amount(row.wait_hours, row.wait_hours_low, row.wait_hours_high),
            name if worst.left_per_year > 0.0 else MISSING,
        )
    return shown


def _amount(mean: float, low: float, high: float) -> str:
    """Return a number that cannot be negative, with its interval in a second line."""
    if not has_interval(low, high):
        return f"{mean:,.0f}"
    return f"{mean:,.0f}\n\\[{max(low, 0.0):,.0f}, {high:,.0f}]"


def _interval(indicator: str, low: float, high: float, lang: Language) -> str:
    if not has_interval(low, high):
        return MISSING
    ends = (format_difference(indicator, end, lang, with_unit=False) for end in (low, high))
    return f"\\[{', '.join(ends)}]"
