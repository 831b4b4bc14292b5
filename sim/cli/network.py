"""Run a network scenario and show what it measured."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.engine.choose import RELEASE_LOCK, EngineName
from sim.errors import InputError
from sim.frames import number, rows
from sim.glossary import Language, label
from sim.measure.network.census import CENSUS_KEYS
from sim.measure.network.measures import summarise
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import significant
from sim.runs.atomic import write_csv
from sim.runs.executor import worker_kind
from sim.runs.paths import StudyPaths
from sim.runs.progress import progress_on
from sim.runs.study import StudyResult, run_study
from sim.scenario.network.schema import ALL, NetworkScenario
from sim.scenario.network.warnings import network_warnings
from sim.scenario.network.workload import StationLoad, station_loads
from sim.scenario.network.written import duration_text
from sim.scenario.yaml_file import dotted
from sim.subjects.network.cases import network_case, run_network_case

SUMMARY = "measures.csv"
CENSUS = "census.csv"
LOADS = "loads.csv"
MOST_ROWS = 40
"""Of a table on the terminal; all rows are in the file."""
_DIGITS = 5


def network_folders(names: list[str], out: Path | None) -> list[Path]:
    """Return the results folder of each network of one command; of several, one each below `out`.

    Raises
    ------
    InputError
        If two networks have one name, so that one would replace the other.
    """
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise InputError(
            f"two networks are called '{twice[0]}'; their results need names that differ"
        )
    if out is not None and len(names) == 1:
        return [out]
    return [(out or Path("results")) / name for name in names]


def check_network(scenario: NetworkScenario, lang: Language, console: Console) -> None:
    """Show the load of every station, and what the file says without effect."""
    loads = station_loads(scenario)
    console.print(_load_table(loads, scenario, lang))
    _warn(scenario, loads, lang, console)


def run_network(
    scenario: NetworkScenario,
    out: Path,
    workers: int,
    lang: Language,
    engine: EngineName,
    console: Console,
    check: bool = False,
) -> int:
    """Run a network's replications, write its results folder and show the measures.

    Runs that violate an invariant fail if `check` is set.

    Returns
    -------
    int
        Number of runs that failed.
    """
    summaries: list[pd.DataFrame] = []
    loads = station_loads(scenario)

    def finish(result: StudyResult) -> None:
        if not result.failures:
            summaries.append(summarise(result.frames["measures"]))
            write_csv(summaries[0], out / SUMMARY)
            write_csv(_load_frame(loads), out / LOADS)
            if "census" in result.frames:
                write_csv(summarise(result.frames["census"], keys=CENSUS_KEYS), out / CENSUS)

    result = run_study(
        [network_case(scenario, engine, check)],
        run_network_case,
        StudyPaths(out),
        workers,
        progress_on(console),
        finish,
        worker_kind(engine in RELEASE_LOCK, workers),
    )
    for summary in summaries:
        console.print(_table(summary, scenario, lang))
        console.print(_load_table(loads, scenario, lang))
        _warn(scenario, loads, lang, console)
        for name, waiting in _stuck(summary, scenario).items():
            text = label("text.network_stuck", lang).format(station=name, waiting=waiting)
            console.print(text, markup=False, highlight=False)
        console.print(str(out), markup=False, highlight=False)
    return len(result.failures)


def _stuck(summary: pd.DataFrame, scenario: NetworkScenario) -> dict[str, str]:
    """Return the stations at which nobody was served in any replication, and how many wait at the end."""
    of_all = summary[summary["class"] == ALL].pivot(
        index="station", columns="measure", values="mean"
    )
    return {
        name: significant(number(of_all, name, "waiting_at_end"), _DIGITS)
        for name in scenario.stations
        if number(of_all, name, "granted") == 0.0 and number(of_all, name, "waiting_at_end") > 0.0
    }


def _warn(
    scenario: NetworkScenario, loads: list[StationLoad], lang: Language, console: Console
) -> None:
    for at, what in network_warnings(scenario, loads):
        text = f"{label('text.warning', lang)} {scenario.name}: {dotted(at)}: {what}"
        console.print(text, markup=False, highlight=False, style="yellow")


def _title(scenario: NetworkScenario, lang: Language) -> str:
    """Return what was run: the network's title and name, lengths, replications and seed."""
    run = scenario.run
    return label("text.network_title", lang).format(
        title=escape(getattr(scenario.title, lang)),
        name=escape(scenario.name),
        length=duration_text(run.length),
        warm_up=duration_text(run.warm_up),
        replications=run.replications,
        seed=run.seed,
    )


def _load_frame(loads: list[StationLoad]) -> pd.DataFrame:
    """Return the loads as a table; columns ``station, arrivals_per_hour, work, servers, load``."""
    return pd.DataFrame(
        {
            "station": [each.station for each in loads],
            "arrivals_per_hour": [each.arrivals_per_hour for each in loads],
            "work": [each.work for each in loads],
            "servers": [each.servers for each in loads],
            "load": [each.load for each in loads],
        }
    )


def _load_table(loads: list[StationLoad], scenario: NetworkScenario, lang: Language) -> Table:
    """Return the load of every station, the highest first where there are many."""
    title = label("text.load_of_stations", lang).format(name=escape(scenario.name))
    note = label("text.load_of_stations_note", lang)
    shown = loads
    if len(loads) > MOST_ROWS:
        shown = sorted(loads, key=lambda each: each.load, reverse=True)[:MOST_ROWS]
        note += _of_many(MOST_ROWS, len(loads), LOADS, lang)
    table = new_table(title, note)
    add_words(table, label("column.station", lang))
    for key in ("arrivals_per_hour", "work", "servers_on_duty", "load"):
        add_numbers(table, label(f"column.{key}", lang))
    for each in shown:
        numbers = (each.arrivals_per_hour, each.work, each.servers, each.load)
        table.add_row(escape(each.station), *(_number(value) for value in numbers))
    return table


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else significant(value, _DIGITS)


def _of_many(shown: int, there: int, file: str, lang: Language) -> str:
    text: str = label("text.first_rows", lang).format(shown=shown, rows=there, file=file)
    return " " + text


def _table(summary: pd.DataFrame, scenario: NetworkScenario, lang: Language) -> Table:
    """Return the measures of classes and stations with their intervals, where anything happened."""
    # One replication has no interval.
    shown = summary[summary["mean"].notna() & (summary["high"].fillna(summary["mean"]) != 0.0)]
    if len(scenario.classes) == 1:
        shown = shown[shown["class"] != ALL]
    note = label("text.network_note", lang).format(file=SUMMARY) + " "
    note += label("text.network_whom", lang)
    if len(shown) > MOST_ROWS:
        there = len(shown)
        shown = _first_rows(shown)
        note += _of_many(len(shown), there, SUMMARY, lang)
    table = new_table(_title(scenario, lang), note)
    for key in ("class", "station", "measure"):
        add_words(table, label(f"column.{key}", lang))
    for key in ("mean", "low", "high"):
        add_numbers(table, label(f"column.{key}", lang))
    for row in rows(shown):
        words = (escape(str(word)) for word in (row[1], row[2], row.measure))
        table.add_row(*words, *(significant(x, _DIGITS) for x in row[4:7]))
    return table


def _first_rows(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the rows to begin with of a long table: the network as a whole, then the busiest stations."""
    of_all = shown[shown["class"] == ALL] if (shown["class"] == ALL).any() else shown
    busy = of_all[of_all["measure"] == "number_present"].set_index("station")["mean"]
    # The network as a whole has no number present at a station: it comes first.
    order = -of_all["station"].map(busy.groupby(level=0).max()).fillna(math.inf)
    return of_all.loc[order.sort_values(kind="stable").index[:MOST_ROWS]]
