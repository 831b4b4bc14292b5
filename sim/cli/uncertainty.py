"""How sure is the answer, if the assumed numbers are other than assumed?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pandas as pd
import typer

from sim.cli.answer import answer, care_scenarios, chosen_indicators
from sim.cli.options import RESULTS, Indicators, Names, RunOptions, StudyOptions, with_options
from sim.errors import InputError, nearest
from sim.glossary import Language
from sim.measure.joint import judged_targets
from sim.questions.set_by_levers import set_by_levers
from sim.questions.uncertainty import draw_samples, influence, outcomes, sampled_cases
from sim.region import Region, load_region
from sim.region.parameters import Parameter, uncertain_parameters
from sim.report.uncertainty_tables import influence_shown, outcomes_shown, set_by_levers_shown
from sim.runs.atomic import write_csv
from sim.runs.paths import StudyPaths
from sim.runs.study import StudyResult
from sim.scenario import Scenario, region_folder
from sim.subjects.care.cases import care_cases, targets_of

SHOWN = (
    "in_county_rate",
    "in_county_admission_share",
    "primary_visit_share",
    "in_county_fund_share",
    "out_of_pocket_share",
)
_MAIN = "in_county_rate"

SampleCount = Annotated[
    int, typer.Option("--samples", help="Sets of values that are tried.", min=2, max=100_000)
]
OfEach = Annotated[int, typer.Option("--replications", "-n", help="Of each set.", min=1)]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", help="Only this uncertain number; may be repeated."),
]


@with_options
def uncertainty(
    names: Names,
    samples: SampleCount = 50,
    replications: OfEach = 2,
    parameter: Parameters = None,
    indicator: Indicators = None,
    *,
    run: RunOptions,
    study: StudyOptions,
) -> None:
    """Run scenarios with many values of the assumed numbers: how likely are the targets met then?"""
    chosen = care_scenarios(names, run, study)
    usual = [*SHOWN, *(name for each in chosen for name in judged_targets(targets_of(each)))]
    wanted = chosen_indicators(indicator, [*dict.fromkeys(usual)])
    place = load_region(region_folder(chosen[0], study.scenarios))
    cases = care_cases(chosen, study.scenarios)
    named = _parameters(place, parameter)
    without = {each.name: set_by_levers(place, each, named) for each in chosen}
    varied = _that_matter(named, list(without.values()))
    drawn = draw_samples(varied, samples, chosen[0].run.seed)
    folder = study.out or RESULTS / ("uncertainty_" + "_".join(each.name for each in chosen))

    def show(result: StudyResult, paths: StudyPaths) -> Sequence[object]:
        found = result.frames["indicators"]
        targets = {each.name: targets_of(each) for each in chosen}
        table = outcomes(found, list(targets), samples, targets)
        influences = pd.concat(
            [influence(found, each.name, drawn, without[each.name]) for each in chosen]
        )
        write_csv(drawn.frame(), paths.answer("samples"))
        write_csv(table, paths.answer("uncertainty"))
        write_csv(influences, paths.answer("influence"))
        return [
            shown
            for each in chosen
            for shown in _shown(each, table, influences, without[each.name], wanted, study.lang)
        ]

    answer(sampled_cases(cases, drawn, replications), folder, study.workers, show)


def _shown(
    scenario: Scenario,
    table: pd.DataFrame,
    influences: pd.DataFrame,
    without: frozenset[str],
    wanted: list[str],
    lang: Language,
) -> list[object]:
    """Return what the terminal shows of a scenario."""
    name, title, weeks = scenario.name, getattr(scenario.title, lang), scenario.run.length // 7
    return [
        outcomes_shown(table, name, title, weeks, wanted, lang),
        influence_shown(influences, name, _MAIN, lang),
        *set_by_levers_shown(title, without, lang),
    ]


def _parameters(place: Region, wanted: list[str] | None) -> list[Parameter]:
    """Return the uncertain numbers that are varied: all of the region, or those that are named."""
    known = {each.name: each for each in uncertain_parameters(place)}
    unknown = [name for name in wanted or () if name not in known]
    if unknown:
        raise InputError(
            *(
                f"--parameter: there is no uncertain number '{name}'{nearest(name, list(known))}; "
                f"allowed: {', '.join(known)}"
                for name in unknown
            )
        )
    if not known:
        raise InputError("the region has no assumed numbers with a range")
    # Named twice, a number is still one.
    return [known[name] for name in dict.fromkeys(wanted)] if wanted else list(known.values())


def _that_matter(parameters: list[Parameter], set_by: list[frozenset[str]]) -> list[Parameter]:
    """Return the parameters that make a difference to at least one scenario."""
    nowhere = frozenset.intersection(*set_by)
    found = [each for each in parameters if each.name not in nowhere]
    if not found:
        raise InputError(
            f"the scenarios' own levers set {', '.join(sorted(nowhere))}: other values of the region's make no "
            "difference"
        )
    return found
