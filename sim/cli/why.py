"""Why is the answer what it is? Shares of a difference, marginal values, leaks and bottlenecks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer
from rich.console import Console

from sim.cli.options import (
    RESULTS,
    SCENARIOS,
    Area,
    Folder,
    Lang,
    Out,
    Replications,
    Seed,
    WarmUp,
    Weeks,
    Workers,
)
from sim.cli.start import compile_first, load_scenarios, open_console, run_settings
from sim.errors import InputError, nearest
from sim.glossary import Language, label
from sim.measure.bottlenecks import bottleneck_table
from sim.measure.leaks import leak_table
from sim.region import load_region
from sim.report.why_tables import (
    bottlenecks_shown,
    leaks_shown,
    marginal_shown,
    waterfall_shown,
)
from sim.scenario import Scenario, region_folder
from sim.scenario.between import Grain
from sim.scenario.levers import lever_called
from sim.study.atomic import write_csv
from sim.study.care_case import care_cases, mean_facilities, run_care_case, run_care_cases
from sim.study.care_model import CARE
from sim.study.executor import available_processors, worker_kind
from sim.study.marginal import INCREMENTS, marginal_table, units_added, with_increment
from sim.study.paths import StudyPaths
from sim.study.progress import progress_on
from sim.study.study import StudyResult, run_study
from sim.study.waterfall import Waterfall, waterfall_table

DRAWN = ("in_county_rate", "in_county_admission_share", "primary_visit_share")
"""Indicators of the waterfall's figure and of tables in the terminal."""

why = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="Why is the answer what it is? Parts of a difference, marginal values, leaks, bottlenecks.",
)

Name = Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")]
Indicators = Annotated[
    list[str] | None, typer.Option("--indicator", help="What to show; may be repeated.")
]
Show = Callable[[StudyResult, StudyPaths], Sequence[object]]
"""Writes what was found into the folder and returns what to show; called while the folder is held."""


@dataclass(frozen=True)
class Request:
    """What was asked for, of any of the questions."""

    folder: Path
    out: Path
    workers: int
    lang: Language


@why.command()
def waterfall(
    base: Annotated[str, typer.Argument(help="The scenario to start from.")],
    goal: Annotated[str, typer.Argument(help="The scenario to arrive at.")],
    by: Annotated[Literal["family", "lever"], typer.Option("--by", help="Parts.")] = "family",
    indicator: Indicators = None,
    region: Area = None,
    weeks: Weeks = None,
    warm_up: WarmUp = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Tell which levers make the difference between two scenarios: alone, last, and over all orders."""
    settings = run_settings(weeks, warm_up, replications, seed)
    first, last = _care([base, goal], scenarios, region, settings)
    found = Waterfall.of(first, last, by)
    request = _request(scenarios, out, f"why-waterfall_{first.name}_{last.name}", workers, lang)
    names = {part: _part_name(part, by, lang) for part in found.parts}
    titles = (getattr(first.title, lang), getattr(last.title, lang))

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        table = waterfall_table(found, result.frames["indicators"])
        shown = _chosen(indicator, table)
        write_csv(table, paths.folder / "waterfall.csv")
        _draw(paths, table, names, titles, shown, lang)
        return [waterfall_shown(table, names, titles, each, lang) for each in shown]

    _answer(found.scenarios(), request, show)


@why.command()
def marginal(
    name: Name,
    indicator: Indicators = None,
    region: Area = None,
    weeks: Weeks = None,
    warm_up: WarmUp = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Tell what one more physician, ten more beds or one more point of reimbursement are worth."""
    settings = run_settings(weeks, warm_up, replications, seed)
    (scenario,) = _care([name], scenarios, region, settings)
    place = load_region(region_folder(scenario, scenarios))
    units = {each: units_added(place, scenario, each) for each in INCREMENTS}
    # A county without, say, a general hospital cannot give it more beds.
    possible = [each for each in INCREMENTS if units[each] > 0.0]
    request = _request(scenarios, out, f"why-marginal_{scenario.name}", workers, lang)

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        amounts = [units[each] for each in possible]
        table = marginal_table(result.frames["indicators"], scenario.name, possible, amounts)
        write_csv(table, paths.folder / "marginal.csv")
        title = getattr(scenario.title, lang)
        return [marginal_shown(table, title, _chosen(indicator, table), lang)]

    _answer([scenario, *(with_increment(scenario, each) for each in possible)], request, show)


@why.command()
def leaks(
    names: Annotated[list[str], typer.Argument(help="Names of scenarios, or YAML files.")],
    region: Area = None,
    weeks: Weeks = None,
    warm_up: WarmUp = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Tell which care leaves the county: by county, condition, tier and reason."""
    settings = run_settings(weeks, warm_up, replications, seed)
    chosen = _care(names, scenarios, region, settings)
    request = _request(
        scenarios, out, "why-leaks_" + "_".join(s.name for s in chosen), workers, lang
    )

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        years = {scenario.name: scenario.run.length / 365.0 for scenario in chosen}
        table = leak_table(result.frames["flows"], years)
        write_csv(table, paths.folder / "leaks.csv")
        conditions = load_region(region_folder(chosen[0], scenarios)).conditions
        words = dict(zip(conditions["condition"], conditions[f"name_{lang}"], strict=True))
        return [
            leaks_shown(table, each.name, getattr(each.title, lang), words, lang) for each in chosen
        ]

    _answer(chosen, request, show)


@why.command()
def bottlenecks(
    names: Annotated[list[str], typer.Argument(help="Names of scenarios, or YAML files.")],
    region: Area = None,
    weeks: Weeks = None,
    warm_up: WarmUp = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    lang: Lang = "zh",
    out: Out = None,
    scenarios: Folder = SCENARIOS,
) -> None:
    """Tell where patients wait, and which queues they leave."""
    settings = run_settings(weeks, warm_up, replications, seed)
    chosen = _care(names, scenarios, region, settings)
    study = "why-bottlenecks_" + "_".join(s.name for s in chosen)
    request = _request(scenarios, out, study, workers, lang)

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        table = bottleneck_table(mean_facilities(result.frames["facilities"]))
        write_csv(table, paths.folder / "bottlenecks.csv")
        return [bottlenecks_shown(table, s.name, getattr(s.title, lang), lang) for s in chosen]

    _answer(chosen, request, show)


def _care(
    names: list[str], folder: Path, region: list[str] | None, settings: dict[str, object]
) -> list[Scenario]:
    """Read care scenarios; networks have neither levers nor counties."""
    loaded = load_scenarios(names, folder, region, settings)
    care = [scenario for scenario in loaded if isinstance(scenario, Scenario)]
    if len(care) < len(loaded):
        raise InputError(
            "networks have no levers, counties or tiers; this question is for care scenarios"
        )
    return care


def _request(
    folder: Path, out: Path | None, study: str, workers: int | None, lang: Language
) -> Request:
    return Request(folder, out or RESULTS / study, workers or available_processors(), lang)


def _answer(scenarios: Sequence[Scenario], request: Request, show: Show) -> None:
    """Run what is missing, write and show the answer; exit code 1 if a run failed."""
    cases = care_cases(scenarios, request.folder)
    console: Console = open_console()
    compile_first(CARE)
    shown: list[object] = []

    def finish(result: StudyResult) -> None:
        if not result.failures:
            shown.extend(show(result, StudyPaths(request.out)))

    result = run_study(
        cases,
        run_care_case,
        StudyPaths(request.out),
        request.workers,
        progress_on(console),
        finish,
        worker_kind(True, request.workers),
        run_care_cases,
    )
    for each in shown:
        console.print(each)
    console.print(str(request.out), markup=False, highlight=False)
    if result.failures:
        raise typer.Exit(1)


def _chosen(wanted: list[str] | None, table: pd.DataFrame) -> list[str]:
    """Return the indicators to show."""
    known = list(dict.fromkeys(table["indicator"]))
    unknown = [name for name in wanted or () if name not in known]
    if unknown:
        allowed = ", ".join(known)
        raise InputError(
            *(
                f"--indicator: there is no '{n}'{nearest(n, known)}; allowed: {allowed}"
                for n in unknown
            )
        )
    return wanted or [name for name in DRAWN if name in known]


def _part_name(part: str, by: Grain, lang: Language) -> str:
    return (
        label(f"family.{part}", lang) if by == "family" else getattr(lever_called(part).title, lang)
    )


def _draw(
    paths: StudyPaths,
    table: pd.DataFrame,
    parts: dict[str, str],
    titles: tuple[str, str],
    indicators: Sequence[str],
    lang: Language,
) -> None:
    # Not at the top: figures take most of a second to import, and the other questions draw nothing.
    from sim.report.style import save_figure
    from sim.report.waterfall import draw_waterfall

    paths.figures.mkdir(exist_ok=True)
    figure = draw_waterfall(table, parts, titles, indicators, lang)
    save_figure(figure, paths.figures / "waterfall")
