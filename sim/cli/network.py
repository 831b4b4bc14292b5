"""Run a network scenario and show what it measured."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.engine.choose import RELEASE_LOCK, EngineName
from sim.frames import rows
from sim.glossary import Language
from sim.measure.network import summarise
from sim.measure.network_census import CENSUS_KEYS
from sim.scenario.network_schema import ALL, NetworkScenario
from sim.study.atomic import write_csv
from sim.study.executor import worker_kind
from sim.study.network_case import network_case, run_network_case
from sim.study.paths import StudyPaths
from sim.study.progress import progress_on
from sim.study.study import StudyResult, run_study

SUMMARY = "measures.csv"
CENSUS = "census.csv"


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
    return len(result.failures)


def _table(summary: pd.DataFrame, scenario: NetworkScenario, lang: Language) -> Table:
    """Return the measures of every class and station with their intervals; times in minutes."""
    table = Table(title=escape(getattr(scenario.title, lang)))
    for heading in ("class", "station", "measure"):
        table.add_column(heading)
    for heading in ("mean", "95 % low", "95 % high"):
        table.add_column(heading, justify="right")
    single = len(scenario.classes) == 1
    for row in rows(summary):
        if single and row[1] == ALL:
            continue
        table.add_row(str(row[1]), str(row[2]), str(row.measure), *(f"{x:.5g}" for x in row[4:7]))
    return table
