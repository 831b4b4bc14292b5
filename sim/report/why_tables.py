"""Tables for the terminal that answer why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from rich.table import Table

from sim.frames import number, rows
from sim.glossary import LEAK_REASONS, term
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import MISSING, has_interval, significant
from sim.report.words import Words
from sim.safe_text import for_terminal

_MOST_ROWS = 15
_EFFECT_WIDTH = 18
_UNITS_SHOWN = 4
"""Significant digits of effects of one unit, which may be very small."""


def waterfall_shown(
    table: pd.DataFrame,
    parts: Mapping[str, str],
    titles: tuple[str, str],
    indicator: str,
    words: Words,
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
    words : Words
    """
    title = words.filled("text.waterfall_title", base=titles[0], goal=titles[1])
    note = words["text.waterfall_table_note"]
    shown = new_table(f"{for_terminal(title)} {for_terminal(words.with_unit(indicator))}", note)
    add_words(shown, words["column.part"])
    for way in ("first", "last", "shapley", "interval"):
        add_numbers(shown, words[f"column.{way}"])
    found = table[table["indicator"] == indicator].set_index(["way", "part"])

    def difference(way: str, part: str) -> str:
        return words.difference(indicator, number(found, (way, part), "mean"))

    def interval(way: str, part: str) -> str:
        low, high = (number(found, (way, part), end) for end in ("low", "high"))
        return _interval(indicator, low, high, words)

    def value(way: str) -> str:
        return words.value(indicator, number(found, (way, ""), "mean"))

    shown.add_row(for_terminal(titles[0]), "", "", value("base"), "")
    for part, name in parts.items():
        ways = (difference(way, part) for way in ("first", "last", "shapley"))
        shown.add_row(for_terminal(name), *ways, interval("shapley", part))
    together = difference("interaction", ""), "", "", interval("interaction", "")
    shown.add_row(words["text.interaction"], *together)
    shown.add_row(
        words["column.difference"], "", "", difference("total", ""), interval("total", "")
    )
    shown.add_row(for_terminal(titles[1]), "", "", value("goal"), "")
    return shown


def marginal_shown(
    table: pd.DataFrame, title: str, indicators: Sequence[str], words: Words
) -> Table:
    """Return the effect of one unit of each increment on some indicators.

    Parameters
    ----------
    table : DataFrame
        As `sim.questions.marginal.marginal_table` returns it.
    title : str
        Of the scenario.
    indicators : sequence of str
    words : Words
    """
    text = words.filled("text.marginal_title", scenario=title)
    increments = list(dict.fromkeys(table["increment"]))
    note = words.filled("text.marginal_note", n=len(increments))
    shown = new_table(for_terminal(text), note)
    add_words(shown, words["column.increment"])
    for indicator in indicators:
        add_numbers(shown, words.with_unit(indicator), _EFFECT_WIDTH)
    whole = table[(table["tier"] == "") & (table["county"] == 0)]
    cells = whole.set_index(["increment", "indicator"])
    for increment in increments:
        found = (_effect(cells, increment, indicator) for indicator in indicators)
        shown.add_row(words[f"increment.{increment}"], *found)
    return shown


def refused_shown(reasons: Mapping[str, str], words: Words) -> list[str]:
    """Return a line for each increment that is not possible.

    Parameters
    ----------
    reasons : mapping of str to str
        A `sim.questions.marginal.Refusal` by `Increment.key`.
    words : Words
    """
    text = words["text.increment_refused"]
    return [
        text.format(increment=words[f"increment.{key}"], reason=words[f"refusal.{reason}"])
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


def destinations_shown(table: pd.DataFrame, scenario: str, title: str, words: Words) -> Table:
    """Return where care goes that leaves the county, by why people left and why they went so far.

    Parameters
    ----------
    table : DataFrame
        As `sim.measure.destinations.destination_table` returns it.
    scenario, title : str
        Its name and its title.
    words : Words
    """
    mine = table[table["scenario"] == scenario]
    note = words["text.destinations_note"]
    if len(mine) > _MOST_ROWS:
        counts = {"shown": _MOST_ROWS, "rows": len(mine)}
        note = words.joined(
            note, words.filled("text.first_rows", **counts, file="destinations.csv")
        )
    shown = new_table(for_terminal(words.filled("text.destinations_title", scenario=title)), note)
    for key in ("tier", "why_left", "why_far"):
        add_words(shown, words[f"column.{key}"])
    for key in ("per_year", "leak_share"):
        add_numbers(shown, words[f"column.{key}"])
    for row in rows(mine.head(_MOST_ROWS)):
        shown.add_row(
            words[f"tier.{row.tier}"],
            words[f"reason.{row.why_left}"],
            words[f"why_far.{row.why_far}"],
            f"{row.per_year:,.0f}",
            f"{100.0 * row.share:.1f}%",
        )
    return shown


def leaks_shown(
    table: pd.DataFrame,
    scenario: str,
    title: str,
    conditions: Mapping[str, str],
    words: Words,
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
    words : Words
    """
    text = words.filled("text.leaks_title", scenario=title)
    mine = table[table["scenario"] == scenario]
    totals = mine[mine["reason"] == ""]
    note = words["text.leaks_note"]
    if len(totals) > _MOST_ROWS:
        counts = {"shown": _MOST_ROWS, "rows": len(totals)}
        more = words.filled("text.first_rows", **counts, file="leaks_by_condition.csv")
        note = words.joined(note, more)
    shown = new_table(for_terminal(text), note)
    add_words(shown, words["column.condition"])
    for key in ("per_year", "leak_share"):
        add_numbers(shown, words[f"column.{key}"])
    add_words(shown, words["column.reasons"])
    split = mine.pivot(index="condition", columns="reason", values="share")
    for row in rows(totals.head(_MOST_ROWS)):
        parts = split.loc[row.condition].reindex(list(LEAK_REASONS)).dropna()
        reasons = (
            f"{words[f'reason.{reason}']} {100.0 * part:.1f}%"
            for reason, part in parts.sort_values(ascending=False, kind="stable").items()
        )
        shown.add_row(
            for_terminal(conditions.get(row.condition, row.condition)),
            _amount(row.per_year, row.per_year_low, row.per_year_high),
            f"{100.0 * row.share:.1f}%",
            ", ".join(reasons),
        )
    return shown


def bottlenecks_shown(
    kinds: pd.DataFrame, facilities: pd.DataFrame, scenario: str, title: str, words: Words
) -> Table:
    """Return the queues that most patients leave, by kind of facility.

    Parameters
    ----------
    kinds, facilities : DataFrame
        As `sim.measure.bottlenecks.bottlenecks_by_kind` and `bottleneck_table` return them.
    scenario, title : str
        Its name and its title.
    words : Words
    """
    text = words.filled("text.bottlenecks_title", scenario=title)
    shown = new_table(for_terminal(text), words["text.bottlenecks_note"])
    for key in ("facility_kind", "resource"):
        add_words(shown, words[f"column.{key}"])
    for key in ("left_per_year", "wait_hours"):
        add_numbers(shown, words[f"column.{key}"])
    add_words(shown, words["column.worst_facility"])
    mine = facilities[facilities["scenario"] == scenario]
    for row in rows(kinds[kinds["scenario"] == scenario]):
        # The table begins with those that most patients leave.
        worst = next(rows(mine[(mine["kind"] == row.kind) & (mine["resource"] == row.resource)]))
        left = _amount(worst.left_per_year, worst.left_per_year_low, worst.left_per_year_high)
        name = f"{for_terminal(str(getattr(worst, words.column('name'))))}: {left}"
        shown.add_row(
            words[f"facility.{row.kind}"],
            words[f"resource.{row.resource}"],
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


def _interval(indicator: str, low: float, high: float, words: Words) -> str:
    if not has_interval(low, high):
        return MISSING
    ends = (words.difference(indicator, end, with_unit=False) for end in (low, high))
    return f"\\[{', '.join(ends)}]"
