"""Tables for the terminal: how sure is the answer?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
from rich.table import Table

from sim.frames import rows
from sim.questions.uncertainty import ALL_TARGETS
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import MISSING
from sim.report.words import Words
from sim.safe_text import for_terminal

_MOST_PARAMETERS = 10


def outcomes_shown(
    table: pd.DataFrame,
    scenario: str,
    title: str,
    weeks: int,
    indicators: Sequence[str],
    words: Words,
) -> Table:
    """Return the spread of some indicators and the probability of meeting their targets.

    Parameters
    ----------
    table : DataFrame
        As `sim.questions.uncertainty.outcomes` returns it.
    scenario, title : str
        Its name and its title.
    weeks : int
        Counted time: the longer, the smaller the part of chance.
    indicators : sequence of str
    words : Words
    """
    text = words.filled("text.uncertainty_title", scenario=title)
    shown = new_table(for_terminal(text), words.filled("text.uncertainty_note", weeks=weeks))
    add_words(shown, words["column.indicator"])
    for key in ("mean", "most_runs", "spreads", "target", "probability_doubt"):
        add_numbers(shown, words[f"column.{key}"])
    mine = table[table["scenario"] == scenario].set_index("indicator")
    for row in rows(mine.reindex([name for name in indicators if name in mine.index])):
        shown.add_row(*_outcome(row, words))
    if ALL_TARGETS in mine.index:
        whole = next(rows(mine.loc[[ALL_TARGETS]]))
        shown.add_row(words[ALL_TARGETS], "", "", "", "", _probability(whole))
    return shown


def _outcome(row: Any, words: Words) -> list[str]:
    key = str(row.Index)
    target = MISSING if pd.isna(row.target) else words.target(key, row.operator, row.target)
    return [
        for_terminal(words.with_unit(key)),
        words.value(key, row.mean),
        words.interval(key, row.q05, row.q95),
        # One below the other: what parameters make, and what chance does.
        "\n".join(
            words.difference(key, value).lstrip("+") for value in (row.sd_parameters, row.sd_chance)
        ),
        target,
        _probability(row),
    ]


def _probability(row: Any) -> str:
    """Return a probability with its interval in a second line."""
    if pd.isna(row.probability):
        return MISSING
    return f"{row.probability:.2f}\n\\[{row.probability_low:.2f}, {row.probability_high:.2f}]"


def influence_shown(table: pd.DataFrame, scenario: str, indicator: str, words: Words) -> Table:
    """Return the uncertain numbers that move an indicator most.

    Parameters
    ----------
    table : DataFrame
        As `sim.questions.uncertainty.influence` returns it.
    scenario, indicator : str
    words : Words
    """
    text = words.filled("text.influence_title", indicator=words[indicator])
    shown = new_table(for_terminal(text), words["text.influence_note"])
    add_words(shown, words["column.parameter"])
    for key in ("rank_correlation", "interval"):
        add_numbers(shown, words[f"column.{key}"])
    mine = table[(table["scenario"] == scenario) & (table["indicator"] == indicator)]
    # An interval with zero in it, or none at all, is no reason to name a parameter.
    sure = mine[mine["low"] * mine["high"] > 0.0]
    for row in rows(sure.head(_MOST_PARAMETERS)):
        interval = f"\\[{row.low:+.2f}, {row.high:+.2f}]"
        shown.add_row(for_terminal(str(row.parameter)), f"{row.correlation:+.2f}", interval)
    if sure.empty:
        shown.add_row(words["text.influence_none"], MISSING, MISSING)
    return shown


def set_by_levers_shown(title: str, names: Collection[str], words: Words) -> list[str]:
    """Return a line about the uncertain numbers that a scenario's own levers set; none without them.

    Parameters
    ----------
    title : str
        Of the scenario.
    names : collection of str
        As `sim.questions.set_by_levers.set_by_levers` returns them.
    words : Words
    """
    if not names:
        return []
    text = words["text.set_by_levers"]
    return [for_terminal(text.format(scenario=title, names=", ".join(sorted(names))))]
