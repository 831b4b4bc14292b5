"""The measures of a network in the terminal."""

from __future__ import annotations

import math

import pandas as pd
from rich.markup import escape
from rich.table import Table

from sim.glossary import Language, label
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import significant
from sim.scenario.network.schema import ALL, NetworkScenario

MEASURES_FILE = "measures.csv"
_DIGITS = 5


def measures_table(summary: pd.DataFrame, scenario: NetworkScenario, lang: Language) -> Table:
    """Return the measures of classes and stations with their intervals, where anything happened.

    Parameters
    ----------
    summary : DataFrame
        Of this network, `sim.measure.network.measures.summarise`.
    scenario : NetworkScenario
    lang : Language
    """
    title = escape(getattr(scenario.title, lang))
    table = new_table(title, label("text.network_note", lang).format(file=MEASURES_FILE))
    for key in ("class", "station", "measure"):
        add_words(table, label(f"column.{key}", lang))
    for key in ("mean", "low", "high"):
        add_numbers(table, label(f"column.{key}", lang))
    single = len(scenario.classes) == 1
    columns = ["class", "station", "measure", "mean", "low", "high"]
    for patients, station, measure, *numbers in summary[columns].itertuples(index=False):
        if (single and patients == ALL) or not numbers[2] or math.isnan(numbers[0]):
            continue
        words = (escape(str(word)) for word in (patients, station, measure))
        table.add_row(*words, *(significant(number, _DIGITS) for number in numbers))
    return table
