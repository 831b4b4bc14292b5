"""Run a network scenario and show what it measured."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.engine.choose import RELEASE_LOCK, EngineName
from sim.frames import rows
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
from sim.subjects.network.cases import network_case, run_network_case

SUMMARY = "measures.csv"
CENSUS = "census.csv"
_DIGITS = 5


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

    def finish(result: StudyResult) -> None:
        if not result.failures:
            summaries.append(summarise(result.frames["measures"]))
            write_csv(summaries[0], out / SUMMARY)
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
        console.print(str(out), markup=False, highlight=False)
    return len(result.failures)


def _table(summary: pd.DataFrame, scenario: NetworkScenario, lang: Language) -> Table:
    """Return the measures of classes and stations with their intervals, where anything happened."""
    title = escape(getattr(scenario.title, lang))
    table = new_table(title, label("text.network_note", lang).format(file=SUMMARY))
    for key in ("class", "station", "measure"):
        add_words(table, label(f"column.{key}", lang))
    for key in ("mean", "low", "high"):
        add_numbers(table, label(f"column.{key}", lang))
    single = len(scenario.classes) == 1
    for row in rows(summary):
        if (single and row[1] == ALL) or not row.high:
            continue
        if not math.isnan(row.mean):
            words = (escape(str(word)) for word in (row[1], row[2], row.measure))
            table.add_row(*words, *(significant(x, _DIGITS) for x in row[4:7]))
    return table
