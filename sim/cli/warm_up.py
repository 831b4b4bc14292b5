"""``warm-up``: how long the warm-up of a scenario or network must be."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.cli.answer import check_care_quantities, check_network_quantities
from sim.cli.options import RESULTS, Area, Name, Seed, StudyOptions, run_settings, with_options
from sim.cli.start import compile_first, load_scenarios, open_console
from sim.errors import InputError, nearest
from sim.frames import rows
from sim.glossary import Language, glossary, label
from sim.questions.series import SeriesRequest, care_series, network_series, run_series
from sim.questions.warm_up import has_reference, judge_warm_up, welch_frame
from sim.report.terminal import COMPARED, add_numbers, add_words, new_table
from sim.report.wording import quantity_scale, quantity_title, significant
from sim.runs.atomic import clear_os_errors, write_csv
from sim.runs.executor import available_processors, worker_kind
from sim.runs.paths import StudyPaths
from sim.runs.progress import progress_on
from sim.runs.study import StudyResult, run_study
from sim.scenario import Scenario
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.model import CARE
from sim.subjects.network.model import NETWORK_PATHWAY
from sim.time_units import MINUTES_PER_DAY

NETWORK_MEASURES = ("wait_mean", "number_present", "utilisation", "time_in_system_mean")
"""Judged of every station, all classes together, and of the network."""
_DAYS_PER_WEEK = 7
_CARE_REPLICATIONS = 5
_LEAST_REPLICATIONS = 2

Quantities = Annotated[
    list[str] | None,
    typer.Option("--quantity", "-q", help="bed_wait_mean:county, wait_mean:clinic; repeatable."),
]

SeriesWeeks = Annotated[int, typer.Option("--weeks", help="Weeks of the series.", min=8)]
Earlier = Annotated[
    int, typer.Option("--earlier", help="Weeks by which the run it is held to begins.", min=4)
]
SeriesRuns = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        help="5 of a care scenario, a network's own.",
        min=_LEAST_REPLICATIONS,
    ),
]
Window = Annotated[
    int, typer.Option("--window", help="Slices on either side in Welch's average.", min=0)
]


@with_options
def warm_up(
    name: Name,
    quantity: Quantities = None,
    region: Area = None,
    weeks: SeriesWeeks = 26,
    earlier: Earlier = 52,
    replications: SeriesRuns = None,
    window: Window = 7,
    seed: Seed = None,
    *,
    study: StudyOptions,
) -> None:
    """Recommend a warm-up (MSER-5) and draw Welch's picture of the run's beginning."""
    (scenario,) = load_scenarios([name], study.scenarios, region, run_settings(seed=seed))
    if isinstance(scenario, Scenario):
        check_care_quantities(quantity or [])
        count = replications or _CARE_REPLICATIONS
        request = care_series(scenario, study.scenarios, weeks, earlier, count)
    else:
        if region or seed is not None:
            raise InputError("a network file states its own run; change it there")
        check_network_quantities(quantity or [], scenario)
        count = replications or max(_LEAST_REPLICATIONS, scenario.run.replications)
        request = network_series(scenario, weeks, earlier, count)
    compile_first(CARE if isinstance(scenario, Scenario) else NETWORK_PATHWAY)
    folder = study.out or RESULTS / f"{scenario.name}-warm-up"
    console = open_console()

    def finish(result: StudyResult) -> None:
        if not result.failures:
            series = result.frames["series"]
            chosen = _chosen(series, scenario, quantity or [])
            _show(series, request, chosen, scenario, folder, window, study.lang, console)

    workers = study.workers or available_processors()
    result = run_study(
        request.cases,
        run_series,
        StudyPaths(folder),
        workers,
        progress_on(console),
        finish,
        worker_kind(releases_lock=True, workers=workers),
    )
    raise typer.Exit(1 if result.failures else 0)


def _chosen(
    series: pd.DataFrame, scenario: Scenario | NetworkScenario, wanted: list[str]
) -> list[str]:
    """Return the quantities to judge: those asked for, or the usual ones."""
    known = list(dict.fromkeys(series["quantity"]))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError(*(f"there is no quantity '{n}'{nearest(n, known)}" for n in unknown))
    if wanted:
        return list(dict.fromkeys(wanted))
    if isinstance(scenario, Scenario):
        return [name for name in COMPARED if name in known]
    usual = [
        name for name in known if name.split(":")[0] in NETWORK_MEASURES and name.count(":") < 2
    ]
    # A station that keeps nobody waiting has no wait to judge.
    moving = series[series["value"].notna() & (series["value"] != 0.0)]["quantity"].unique()
    return [name for name in usual if name in set(moving)]


def _show(
    series: pd.DataFrame,
    request: SeriesRequest,
    chosen: list[str],
    scenario: Scenario | NetworkScenario,
    folder: Path,
    window: int,
    lang: Language,
    console: Console,
) -> None:
    """Write both tables and the picture, and show what they say."""
    # Not at the top: it takes most of a second to import, and the other commands draw nothing.
    from sim.report.style import save_figure
    from sim.report.warm_up import draw_warm_up

    judged = judge_warm_up(series, request, chosen)
    welch = welch_frame(series, request, chosen, window)
    write_csv(judged, folder / "warm_up.csv")
    write_csv(welch, folder / "welch.csv")
    title = getattr(scenario.title, lang)
    paths = StudyPaths(folder)
    with clear_os_errors(paths.figures):
        paths.figures.mkdir(parents=True, exist_ok=True)
        figure = draw_warm_up(welch, judged, title, lang, differences=has_reference(request))
        save_figure(figure, paths.figures / "warm_up")
    console.print(_table(judged, title, lang, with_rest=has_reference(request)))
    for line in _verdicts(judged, request, isinstance(scenario, Scenario), lang):
        console.print(line, markup=False, highlight=False)
    console.print(str(paths.figures / "warm_up.png"), markup=False, highlight=False)


def _table(judged: pd.DataFrame, title: str, lang: Language, *, with_rest: bool) -> Table:
    table = new_table(label("text.warm_up_title", lang).format(scenario=escape(title)), "")
    add_words(table, label("column.quantity", lang), 40)
    for key in ("warm_up_needed", "verdict", *(["left_over"] if with_rest else [])):
        add_numbers(table, label(f"column.{key}", lang))
    for row in rows(judged):
        needed = "–" if math.isnan(row.needed) else f"{row.needed / MINUTES_PER_DAY:.1f}"
        cells = [needed, label(f"verdict.{row.verdict}", lang)]
        if with_rest:
            cells.append(_rest(row.quantity, row.left_over, row.left_over_low, row.left_over_high))
        words = quantity_title(row.quantity, lang, differences=with_rest)
        table.add_row(escape(words), *cells)
    return table


def _rest(quantity: str, mean: float, low: float, high: float) -> str:
    """Return what is left over after the file's warm-up, with its interval."""
    if math.isnan(mean):
        return "–"
    scale = quantity_scale(quantity)
    shown = [significant(each * scale, 3, sign=True) for each in (mean, low, high)]
    return f"{shown[0]} \\[{shown[1]}, {shown[2]}]"


def _verdicts(
    judged: pd.DataFrame, request: SeriesRequest, weekly: bool, lang: Language
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
        lines.append(label(key, lang).format(days=f"{shown:.3g}", file=file))
    open_ones = judged[judged["verdict"] == "not_determined"]["quantity"]
    if len(open_ones):
        known = glossary()
        apart = has_reference(request)
        names = [
            quantity_title(q, lang, differences=apart) if q.split(":")[0] in known else q
            for q in open_ones
        ]
        lines.append(label("text.warm_up_not_determined", lang).format(names=", ".join(names)))
    return lines
