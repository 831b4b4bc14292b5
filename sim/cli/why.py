"""Why is the answer what it is? Shares of a difference, marginal values, leaks and bottlenecks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import pandas as pd
import typer

from sim.cli.answer import answer, care_scenarios, chosen_indicators
from sim.cli.options import (
    RESULTS,
    Indicators,
    Name,
    ReplicatedRunOptions,
    StudyOptions,
    with_options,
)
from sim.errors import InputError
from sim.glossary import Language, label
from sim.measure.bottlenecks import bottleneck_table, bottlenecks_by_kind
from sim.measure.care.totals import DAYS_PER_YEAR
from sim.measure.leaks import leak_table, leaks_by_condition
from sim.questions.marginal import INCREMENTS, marginal_table, units_added, with_increment
from sim.questions.waterfall import Waterfall, waterfall_table
from sim.region import load_region
from sim.report.why_tables import (
    bottlenecks_shown,
    leaks_shown,
    marginal_shown,
    refused_shown,
    waterfall_shown,
)
from sim.runs.atomic import write_csv
from sim.runs.paths import StudyPaths
from sim.runs.study import StudyResult
from sim.scenario import region_folder
from sim.scenario.care.between import Grain
from sim.scenario.care.levers import lever_called
from sim.subjects.care.cases import care_cases

DRAWN = ("in_county_rate", "in_county_admission_share", "primary_visit_share")
"""Indicators of the waterfall's figure and of tables in the terminal."""

why = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="Why is the answer what it is? Parts of a difference, marginal values, leaks, bottlenecks.",
)


@why.command()
@with_options
def waterfall(
    base: Annotated[str, typer.Argument(help="The scenario to start from.")],
    goal: Annotated[str, typer.Argument(help="The scenario to arrive at.")],
    by: Annotated[Literal["family", "lever"], typer.Option("--by", help="Parts.")] = "family",
    indicator: Indicators = None,
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Tell which levers make the difference between two scenarios: alone, last, and over all orders."""
    first, last = care_scenarios([base, goal], run, study)
    found, wanted = Waterfall.of(first, last, by), chosen_indicators(indicator, DRAWN)
    folder = study.out or RESULTS / f"why-waterfall_{first.name}_{last.name}"
    names = {part: _part_name(part, by, study.lang) for part in found.parts}
    titles = (getattr(first.title, study.lang), getattr(last.title, study.lang))

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        table = waterfall_table(found, result.frames["indicators"])
        shown = [each for each in wanted if each in set(table["indicator"])]
        write_csv(table, paths.answer("waterfall"))
        _draw(paths, table, names, titles, shown, study.lang)
        return [waterfall_shown(table, names, titles, each, study.lang) for each in shown]

    answer(care_cases(found.scenarios(), study.scenarios), folder, study.workers, show)


@why.command()
@with_options
def marginal(
    name: Name,
    indicator: Indicators = None,
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Tell what one more physician, ten more beds or one more point of reimbursement are worth."""
    (scenario,) = care_scenarios([name], run, study)
    wanted = chosen_indicators(indicator, DRAWN)
    place = load_region(region_folder(scenario, study.scenarios))
    units, refused = units_added(place, scenario, INCREMENTS)
    if not units:
        raise InputError(f"nothing can be added to what {scenario.name} has")
    folder = study.out or RESULTS / f"why-marginal_{scenario.name}"

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        table = marginal_table(result.frames["indicators"], scenario.name, units)
        write_csv(table, paths.answer("marginal"))
        title = getattr(scenario.title, study.lang)
        shown = marginal_shown(table, title, wanted, study.lang)
        reasons = {each.key: reason for each, reason in refused.items()}
        return [shown, *refused_shown(reasons, study.lang)]

    answer(
        care_cases(
            [scenario, *(with_increment(scenario, each) for each in units)], study.scenarios
        ),
        folder,
        study.workers,
        show,
    )


@why.command()
@with_options
def leaks(
    names: Annotated[list[str], typer.Argument(help="Names of scenarios, or YAML files.")],
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Tell which care leaves the county: by county, condition, tier and reason."""
    chosen = care_scenarios(names, run, study)
    folder = study.out or RESULTS / ("why-leaks_" + "_".join(s.name for s in chosen))

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        years = {scenario.name: scenario.run.length / DAYS_PER_YEAR for scenario in chosen}
        flows = result.frames["flows"]
        table = leaks_by_condition(flows, years)
        write_csv(leak_table(flows, years), paths.answer("leaks"))
        write_csv(table, paths.answer("leaks_by_condition"))
        conditions = load_region(region_folder(chosen[0], study.scenarios)).conditions
        words = dict(zip(conditions["condition"], conditions[f"name_{study.lang}"], strict=True))
        return [
            leaks_shown(table, each.name, getattr(each.title, study.lang), words, study.lang)
            for each in chosen
        ]

    answer(care_cases(chosen, study.scenarios), folder, study.workers, show)


@why.command()
@with_options
def bottlenecks(
    names: Annotated[list[str], typer.Argument(help="Names of scenarios, or YAML files.")],
    *,
    run: ReplicatedRunOptions,
    study: StudyOptions,
) -> None:
    """Tell where patients wait, and which queues they leave."""
    chosen = care_scenarios(names, run, study)
    folder = study.out or RESULTS / ("why-bottlenecks_" + "_".join(s.name for s in chosen))

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        facilities = result.frames["facilities"]
        each, kinds = bottleneck_table(facilities), bottlenecks_by_kind(facilities)
        write_csv(each, paths.answer("bottlenecks"))
        write_csv(kinds, paths.answer("bottlenecks_by_kind"))
        return [
            bottlenecks_shown(kinds, each, s.name, getattr(s.title, study.lang), study.lang)
            for s in chosen
        ]

    answer(care_cases(chosen, study.scenarios), folder, study.workers, show)


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
