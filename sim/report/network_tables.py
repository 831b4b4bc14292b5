"""Networks in the terminal: measures, the load of every station, and what is hardly meant."""

from __future__ import annotations

import math

import pandas as pd
from rich.table import Table

import sim
from sim.frames import number, rows
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import significant
from sim.report.words import Words
from sim.safe_text import for_terminal
from sim.scenario.network.schema import ALL, NetworkScenario

MEASURES_FILE, LOADS_FILE = "measures.csv", "loads.csv"
MOST_ROWS = 40
"""Of a table on the terminal; all rows are in the file."""
_DIGITS = 5


def measures_table(summary: pd.DataFrame, scenario: NetworkScenario, words: Words) -> Table:
    """Return the measures of classes and stations with their intervals, where anything happened."""
    # One replication has no interval.
    shown = summary[summary["mean"].notna() & (summary["high"].fillna(summary["mean"]) != 0.0)]
    if len(scenario.classes) == 1:
        shown = shown[shown["class"] != ALL]
    # What is left of an interval is what a measure can be: none is below 0, and no share above 1.
    share = shown["measure"].str.endswith("_share")
    high = shown["high"].where(~share, shown["high"].clip(upper=1.0))
    shown = shown.assign(low=shown["low"].clip(lower=0.0), high=high)
    note = words.filled("text.network_note", file=MEASURES_FILE) + " "
    note += words["text.network_whom"]
    if len(shown) > MOST_ROWS:
        there = len(shown)
        shown = _first_rows(shown)
        note += _of_many(len(shown), there, MEASURES_FILE, words)
    table = new_table(network_caption(scenario, words), note)
    for key in ("class", "station", "measure"):
        add_words(table, words[f"column.{key}"])
    for key in ("mean", "low", "high"):
        add_numbers(table, words[f"column.{key}"])
    columns = ["class", "station", "measure", "mean", "low", "high"]
    for patients, station, measure, *numbers in shown[columns].itertuples(index=False):
        named = (
            words["measure_of.all_classes"] if patients == ALL else str(patients),
            words["measure_of.all_stations"] if station == ALL else str(station),
            words.measure(str(measure)),
        )
        table.add_row(
            *map(for_terminal, named), *(significant(value, _DIGITS) for value in numbers)
        )
    return table


def loads_table(loads: pd.DataFrame, name: str, words: Words) -> Table:
    """Return the load of every station, the highest first where there are many."""
    title = words.filled("text.load_of_stations", name=for_terminal(name))
    note = words["text.load_of_stations_note"]
    shown = loads
    if len(loads) > MOST_ROWS:
        shown = loads.sort_values("load", ascending=False, kind="stable").head(MOST_ROWS)
        note += _of_many(MOST_ROWS, len(loads), LOADS_FILE, words)
    table = new_table(title, note)
    add_words(table, words["column.station"])
    for key in ("arrivals_per_hour", "work", "servers_on_duty", "load"):
        add_numbers(table, words[f"column.{key}"])
    for row in rows(shown):
        numbers = (row.arrivals_per_hour, row.work, row.servers, row.load)
        table.add_row(for_terminal(row.station), *(_number(value) for value in numbers))
    return table


def stuck_lines(summary: pd.DataFrame, scenario: NetworkScenario, words: Words) -> list[str]:
    """Return a line for every station at which nobody was served in any replication while some wait."""
    of_all = summary[summary["class"] == ALL].pivot(
        index="station", columns="measure", values="mean"
    )
    return [
        words.filled(
            "text.network_stuck",
            station=name,
            waiting=significant(number(of_all, name, "waiting_at_end"), _DIGITS),
        )
        for name in scenario.stations
        if number(of_all, name, "granted") == 0.0 and number(of_all, name, "waiting_at_end") > 0.0
    ]


def network_caption(scenario: NetworkScenario, words: Words) -> str:
    """Return what was run: the network's title and name, lengths, replications, seed and program."""
    run = scenario.run
    length, warm_up = words.lengths(run.length, run.warm_up)
    return words.filled(
        "text.network_title",
        title=for_terminal(words.pick(scenario.title)),
        name=for_terminal(scenario.name),
        length=length,
        warm_up=warm_up,
        replications=run.replications,
        seed=run.seed,
        version=sim.__version__,
    )


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else significant(value, _DIGITS)


def _of_many(shown: int, there: int, file: str, words: Words) -> str:
    text: str = words.filled("text.first_rows", shown=shown, rows=there, file=file)
    return " " + text


def _first_rows(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the rows to begin with of a long table: the network as a whole, then the busiest stations."""
    of_all = shown[shown["class"] == ALL] if (shown["class"] == ALL).any() else shown
    busy = of_all[of_all["measure"] == "number_present"].set_index("station")["mean"]
    # The network as a whole has no number present at a station: it comes first.
    order = -of_all["station"].map(busy.groupby(level=0).max()).fillna(math.inf)
    return of_all.loc[order.sort_values(kind="stable").index[:MOST_ROWS]]
