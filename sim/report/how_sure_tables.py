"""What the questions of how sure an answer is show in the terminal."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from rich.table import Table

from sim.frames import rows
from sim.measure.output_analysis.precision import Rule
from sim.questions.precision import PRECISION_COLUMNS
from sim.questions.warm_up import has_reference
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import quantity_scale, significant
from sim.report.words import Words
from sim.safe_text import for_terminal
from sim.subjects.series import SeriesRequest
from sim.time_units import MINUTES_PER_DAY

_DAYS_PER_WEEK = 7
_DIGITS = 5


def warm_up_shown(
    judged: pd.DataFrame, request: SeriesRequest, title: str, words: Words, *, weekly: bool
) -> list[object]:
    """Return how long the warm-up must be: a table by quantity and the recommendation in words.

    Parameters
    ----------
    judged : DataFrame
        `sim.questions.warm_up.judge_warm_up`.
    request : SeriesRequest
    title : str
        Of the scenario.
    words : Words
    weekly : bool
        Whether a warm-up is whole weeks.
    """
    table = _warm_up_table(judged, title, words, with_rest=has_reference(request))
    return [table, *_warm_up_verdicts(judged, request, weekly, words)]


def precision_shown(found: pd.DataFrame, title: str, rule: Rule, words: Words) -> list[object]:
    """Return how many replications are enough: a table by quantity and the verdict in words.

    Parameters
    ----------
    found : DataFrame
        `sim.questions.precision.precision_frame`.
    title : str
        Of the scenarios.
    rule : Rule
    words : Words
    """
    return [_precision_table(found, title, rule, words), *_precision_verdicts(found, rule, words)]


def long_run_shown(found: pd.DataFrame, title: str, words: Words) -> Table:
    """Return means of a long run with intervals by batch means."""
    table = new_table(
        words.filled("text.long_run_title", scenario=for_terminal(title)),
        words["text.long_run_note"],
    )
    add_words(table, words["column.quantity"], 40)
    for key in ("mean", "low", "high", "correlation", "independent"):
        add_numbers(table, words[f"column.{key}"])
    for row in rows(found):
        answer = words["answer.yes" if row.independent else "answer.no"]
        numbers = (significant(x, _DIGITS) for x in (row.mean, row.low, row.high))
        table.add_row(
            for_terminal(words.quantity(row.quantity)), *numbers, f"{row.correlation:.2f}", answer
        )
    return table


def _warm_up_table(judged: pd.DataFrame, title: str, words: Words, *, with_rest: bool) -> Table:
    table = new_table(words.filled("text.warm_up_title", scenario=for_terminal(title)), "")
    add_words(table, words["column.quantity"], 40)
    for key in ("warm_up_needed", "verdict", *(["left_over"] if with_rest else [])):
        add_numbers(table, words[f"column.{key}"])
    for row in rows(judged):
        needed = "–" if math.isnan(row.needed) else f"{row.needed / MINUTES_PER_DAY:.1f}"
        cells = [needed, words[f"verdict.{row.verdict}"]]
        if with_rest:
            cells.append(_rest(row.quantity, row.left_over, row.left_over_low, row.left_over_high))
        text = words.quantity(row.quantity, differences=with_rest)
        table.add_row(for_terminal(text), *cells)
    return table


def _rest(quantity: str, mean: float, low: float, high: float) -> str:
    """Return what is left over after the file's warm-up, with its interval."""
    if math.isnan(mean):
        return "–"
    scale = quantity_scale(quantity)
    shown = [significant(each * scale, 3, sign=True) for each in (mean, low, high)]
    return f"{shown[0]} \\[{shown[1]}, {shown[2]}]"


def _warm_up_verdicts(
    judged: pd.DataFrame, request: SeriesRequest, weekly: bool, words: Words
) -> list[str]:
    """Return the recommendation in words."""
    lines = []
    days = judged["needed"].max() / MINUTES_PER_DAY
    if not math.isnan(days):
        # A care scenario's warm-up is whole weeks.
        shown = math.ceil(days / _DAYS_PER_WEEK) * _DAYS_PER_WEEK if weekly else days
        key = "text.warm_up_recommended" + ("" if weekly else "_network")
        if (judged["verdict"] == "not_determined").any():
            key = "text.warm_up_at_least"
        file = f"{request.warm_up / MINUTES_PER_DAY:.3g}"
        lines.append(words.filled(key, days=f"{shown:.3g}", file=file))
    open_ones = judged[judged["verdict"] == "not_determined"]["quantity"]
    if len(open_ones):
        apart = has_reference(request)
        names = [words.quantity(q, differences=apart) for q in open_ones]
        lines.append(words.filled("text.warm_up_not_determined", names=", ".join(names)))
    return lines


def _precision_table(found: pd.DataFrame, title: str, rule: Rule, words: Words) -> Table:
    table = new_table(
        words.filled("text.precision_title", scenario=for_terminal(title)),
        words.filled("text.precision_note", ahead=rule.ahead(rule.first)),
    )
    add_words(table, words["column.quantity"], 40)
    for key in ("aim", "half_width", "mean", "n", "needed"):
        add_numbers(table, words[f"column.{key}"])
    for row in rows(found[PRECISION_COLUMNS]):
        scale = quantity_scale(row.quantity.rpartition(": ")[2])
        table.add_row(
            for_terminal(_title(row.quantity, words)),
            f"{100.0 * row.aim:g} %" if row.relative else significant(row.aim * scale, 3),
            significant(row.half_width * scale, 3),
            significant(row.mean * scale, 5),
            str(row.n),
            "–" if pd.isna(row.needed) else str(row.needed),
        )
    return table


def _precision_verdicts(found: pd.DataFrame, rule: Rule, words: Words) -> list[str]:
    """Return in words how many replications are enough, or what they were not enough for."""
    open_ones = found[found["needed"].isna()]
    if open_ones.empty:
        return [words.filled("text.precision_reached", n=found["needed"].max())]
    narrow = open_ones["half_width"] <= open_ones["aim"] * np.where(
        open_ones["relative"], open_ones["mean"].abs(), 1.0
    )
    # What is narrow enough now has only not stayed so for as long as it must.
    keys = {"text.precision_not_reached": ~narrow, "text.precision_not_kept": narrow}
    return [
        words.filled(
            key,
            n=rule.maximum,
            names=", ".join(_title(q, words) for q in open_ones[chosen]["quantity"]),
        )
        for key, chosen in keys.items()
        if chosen.any()
    ]


def _title(quantity: str, words: Words) -> str:
    """Return a quantity for people, with its scenario where it is a difference."""
    scenario, _, name = quantity.rpartition(": ")
    title = words.quantity(name, differences=bool(scenario))
    return f"{scenario}: {title}" if scenario else title
