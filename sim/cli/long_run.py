"""``long-run``: one long run of a network, its intervals from batch means."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from sim.cli.options import RESULTS, SCENARIOS, Folder, Lang, Out
from sim.cli.start import compile_first, load_scenarios, open_console
from sim.errors import InputError
from sim.frames import rows
from sim.glossary import Language, label
from sim.measure.output_analysis.batch_means import BATCHES, LEAST_BATCHES
from sim.questions.long_run import batch_means_frame, long_run_series
from sim.questions.series import run_series
from sim.report.terminal import add_numbers, add_words, new_table
from sim.report.wording import significant
from sim.runs.atomic import write_csv
from sim.runs.paths import StudyPaths
from sim.runs.progress import progress_on
from sim.runs.study import StudyResult, run_study
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import NETWORK_PATHWAY

MOST_TIMES = 100_000
MOST_BATCHES = 1000
"""More than anybody needs; beyond them a slip of the finger takes the memory of the machine."""

_DIGITS = 5


def long_run(
    name: Annotated[str, typer.Argument(help="Name of a network, or a YAML file.")],
    times: Annotated[
        int,
        typer.Option("--times", help="How many times the file's length.", min=1, max=MOST_TIMES),
    ] = 1,
    batches: Annotated[
        int, typer.Option("--batches", min=LEAST_BATCHES, max=MOST_BATCHES)
    ] = BATCHES,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Run a network once, for long, and give intervals by batch means."""
    (scenario,) = load_scenarios([name], scenarios, None, {})
    if not isinstance(scenario, NetworkScenario):
        raise InputError("seasons divide a care scenario's run unequally; run replications of it")
    compile_first(NETWORK_PATHWAY)
    request = long_run_series(scenario, times, batches)
    folder = out or RESULTS / f"{scenario.name}-long-run"
    console = open_console()

    def finish(result: StudyResult) -> None:
        if not result.failures:
            found = batch_means_frame(result.frames["series"], batches, request.step)
            write_csv(found, folder / "batch_means.csv")
            console.print(_table(found, getattr(scenario.title, lang), lang))

    result = run_study(
        request.cases, run_series, StudyPaths(folder), 1, progress_on(console), finish
    )
    raise typer.Exit(1 if result.failures else 0)


def _table(found: pd.DataFrame, title: str, lang: Language) -> Table:
    table = new_table(
        label("text.long_run_title", lang).format(scenario=escape(title)),
        label("text.long_run_note", lang),
    )
    add_words(table, label("column.quantity", lang), 40)
    for key in ("mean", "low", "high", "correlation", "independent"):
        add_numbers(table, label(f"column.{key}", lang))
    for row in rows(found):
        answer = label("answer.yes" if row.independent else "answer.no", lang)
        numbers = (significant(x, _DIGITS) for x in (row.mean, row.low, row.high))
        table.add_row(escape(row.quantity), *numbers, f"{row.correlation:.2f}", answer)
    return table
