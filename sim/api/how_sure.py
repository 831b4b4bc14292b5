"""How sure is the answer? Doubt about assumed numbers, replications, the warm-up, one long run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Unpack

import pandas as pd

from sim import ranges
from sim.api.answer import Answer, NamedFigure
from sim.api.arguments import checked, problems_of, whole
from sim.api.execution import Job, as_drawn, carry_out, study_folder
from sim.api.options import DrawnOptions, OneStudyOptions, Options, Source
from sim.api.scenarios import read_all, read_care
from sim.api.shipped import scenarios_folder
from sim.api.telling import TELLING
from sim.api.why import chosen_indicators
from sim.errors import ARGUMENT, InputError, Problem, nearest, refuse_unknown_quantities
from sim.measure.meeting import judged_targets
from sim.measure.output_analysis.batch_means import BATCHES
from sim.measure.output_analysis.precision import LOOK_AHEAD, Aim, Rule
from sim.measure.tables import FIRST_HEADLINES, HEADLINE
from sim.questions.long_run import batch_means_frame
from sim.questions.precision import precision_frame, precision_of
from sim.questions.set_by_levers import set_by_levers
from sim.questions.uncertainty import draw_samples, influence, outcomes, sampled_cases
from sim.questions.warm_up import has_reference, judge_warm_up, welch_frame
from sim.region import Region
from sim.region.parameters import Parameter, uncertain_parameters
from sim.report.caption import area_line
from sim.report.how_sure_tables import (
    long_run_shown,
    precision_shown,
    warm_up_shown,
)
from sim.report.uncertainty_tables import influence_shown, outcomes_shown, set_by_levers_shown
from sim.report.words import Words
from sim.runs.case import Case
from sim.runs.paths import Planned
from sim.runs.study import StudyResult
from sim.scenario import region_folder
from sim.scenario.title import Title
from sim.subjects.care.caption import StudyCaption
from sim.subjects.care.cases import read_region, targets_of
from sim.subjects.registry import subject_of
from sim.subjects.series import SERIES, run_series

SHOWN = (*FIRST_HEADLINES, "in_county_fund_share", "out_of_pocket_share")
"""Indicators that are shown, beside those with a target, unless others are asked for."""


@checked(Options)
def uncertainty(
    *sources: Source,
    samples: int = 50,
    parameters: Sequence[str] | None = None,
    indicators: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> Answer:
    """Run scenarios with many values of the assumed numbers: how likely are the targets met then?

    Parameters
    ----------
    *sources : str, Path, mapping or Scenario
    samples : int
        Sets of values that are tried, 2 to 100,000.
    parameters : sequence of str, optional
        Names of the uncertain numbers that are varied; by default all of the region.
    indicators : sequence of str, optional
        Which are shown; the tables have all.
    **options
        See `sim.api.options`; ``replications`` are those of each set, 2 by default.

    Returns
    -------
    Answer
        Tables ``uncertainty``, ``influence`` and ``samples``.

    Raises
    ------
    InputError
        If a parameter is unknown, or makes no difference to any scenario.
    """
    replications = options.pop("replications", None) or 2
    chosen = read_care(sources, options)
    targets = {scenario.name: targets_of(scenario) for scenario in chosen}
    usual = [*SHOWN, *(name for table in targets.values() for name in judged_targets(table))]
    wanted = chosen_indicators(indicators, [*dict.fromkeys(usual)])
    folder = scenarios_folder(options.get("scenarios"))
    place = read_region(region_folder(chosen[0], folder))
    named = _parameters(place, parameters)
    without = {scenario.name: set_by_levers(place, scenario, named) for scenario in chosen}
    varied = _that_matter(named, list(without.values()))
    drawn = draw_samples(varied, samples, chosen[0].run.seed)
    subject = subject_of(chosen[0])
    cases = subject.cases(chosen, folder, "compiled", check=False)
    caption = StudyCaption.of(chosen, folder)

    def make(result: StudyResult) -> Answer:
        runs = result.frames["indicators"]
        table = outcomes(runs, list(targets), samples, targets)
        influences = pd.concat(
            [influence(runs, s.name, drawn, without[s.name]) for s in chosen], ignore_index=True
        )

        def shown(words: Words) -> Iterator[object]:
            yield area_line(caption, words)
            for s in chosen:
                title, weeks = words.title(s), s.run.length // 7
                yield outcomes_shown(table, s.name, title, weeks, wanted, words)
                yield influence_shown(influences, s.name, HEADLINE, words)
                yield from set_by_levers_shown(title, without[s.name], words)

        tables = {"samples": drawn.frame(), "uncertainty": table, "influence": influences}
        return Answer(tables, lambda words: [*shown(words)], result.frames, result.manifest)

    sampled = sampled_cases(cases, drawn, replications)
    job = Job.of(subject, sampled, Planned(("samples", "uncertainty", "influence")))
    return carry_out(job, options, make)


@checked(OneStudyOptions)
def precision(
    *sources: Source,
    half_widths: Mapping[str, Aim] | None = None,
    maximum: int = 100,
    look_ahead: int = LOOK_AHEAD,
    **options: Unpack[OneStudyOptions],
) -> Answer:
    """Replicate until intervals are narrow enough; of several scenarios, those of the differences.

    Parameters
    ----------
    *sources : str, Path, mapping, Scenario or NetworkScenario
        One network, or care scenarios.
    half_widths : mapping of str to Aim, optional
        By quantity (``"in_county_rate"``, ``"wait_mean:clinic"``), in its own unit or as a share of the mean.
    maximum : int
        Never more replications than these, 3 at least.
    look_ahead : int
        Replications during which the intervals must stay narrow.
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Table ``precision``.

    Raises
    ------
    InputError
        If a quantity is unknown.
    RunsFailed
        If a run failed.
    """
    scenarios = read_all(sources, options)
    subject = subject_of(scenarios[0])
    if len({s.kind for s in scenarios}) > 1 or (len(scenarios) > 1 and not subject.is_compared):
        raise InputError("precision takes one network, or care scenarios to compare")
    with problems_of("half_widths"):
        subject.check_quantities([*(half_widths or ())], scenarios[0])
    folder = scenarios_folder(options.get("scenarios"))
    cases = subject.cases(scenarios, folder, "compiled", check=False)
    job = Job.of(subject, cases, Planned(("precision",)))
    rule = Rule(maximum=maximum, look_ahead=look_ahead)
    with study_folder(options.get("out")) as place:
        asked: list[Sequence[Case[Any]]] = []

        def run_cases(cases: Sequence[Case[Any]]) -> StudyResult:
            asked.append(cases)
            return job.perform(place, options, cases=cases)

        found = precision_of(
            cases, run_cases, subject.quantities, half_widths, subject.usual_aim, rule
        )
        # All its runs are there: once more, so that the answer is written while the folder is held.
        last: OneStudyOptions = {**options, "out": place, "progress": None}
        last_tried = {"replications": asked[-1][0].replications}
        looked_at = subject.with_settings(scenarios[0], (), last_tried)
        caption = TELLING[subject.kind].caption(looked_at, folder)
        titles = [s.title for s in scenarios]
        make = partial(_precision, precision_frame(found), titles, caption, rule)
        return carry_out(replace(job, cases=asked[-1]), last, make)


def _precision(
    table: pd.DataFrame,
    titles: Sequence[Title],
    caption: Callable[[Words], str],
    rule: Rule,
    result: StudyResult,
) -> Answer:
    def shown(words: Words) -> Sequence[object]:
        title = " / ".join(map(words.pick, titles))
        return [caption(words), *precision_shown(table, title, rule, words)]

    return Answer({"precision": table}, shown, result.frames, result.manifest)


@checked(
    DrawnOptions,
    weeks=whole(ranges.SERIES_WEEKS),
    replications=whole(ranges.SERIES_REPLICATIONS),
)
def warm_up(
    source: Source,
    *,
    quantities: Sequence[str] | None = None,
    earlier: int = 52,
    window: int = 7,
    **options: Unpack[DrawnOptions],
) -> Answer:
    """Recommend a warm-up (MSER-5) and draw Welch's picture of the run's beginning.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
    quantities : sequence of str, optional
        ``"bed_wait_mean:county"``, ``"wait_mean:clinic"``; by default the usual ones.
    earlier : int
        Weeks, 4 to 2,500, by which the run begins that it is compared with.
    window : int
        Slices on either side in Welch's average.
    **options
        See `sim.api.options`; ``weeks`` is the length of the series, at least 8 and 26 by default,
        ``replications`` at least 2. A network without a calendar has a series of its own length, with
        nothing earlier.

    Returns
    -------
    Answer
        Tables ``warm_up`` and ``welch``; figure ``warm_up``.

    Raises
    ------
    InputError
        If the series is too short, a quantity is unknown, or arrivals end.
    """
    weeks = options.pop("weeks", None) or 26
    wanted_replications = options.pop("replications", None)
    (scenario,) = read_all([source], options)
    subject, folder = subject_of(scenario), scenarios_folder(options.get("scenarios"))
    with problems_of("quantities"):
        subject.check_quantities(quantities or [], scenario)
    replications = wanted_replications or subject.series_replications(scenario)
    request = subject.series(scenario, folder, weeks, earlier, replications)
    looked_at = subject.with_settings(scenario, (), {"replications": replications})
    caption = TELLING[subject.kind].caption(looked_at, folder)

    def make(result: StudyResult) -> Answer:
        series = result.frames["series"]
        chosen = _known(quantities, series) or subject.usual_quantities(series)
        judged = judge_warm_up(series, request, chosen)
        welch = welch_frame(series, request, chosen, window)

        def drawn(words: Words) -> Iterator[NamedFigure]:
            # Not at the top: it takes most of a second to import, and a table needs none of it.
            from sim.report.warm_up import draw_warm_up

            title, apart = words.title(scenario), has_reference(request)
            figure = draw_warm_up(welch, judged, title, words, caption(words), differences=apart)
            yield "warm_up", figure

        def shown(words: Words) -> Sequence[object]:
            title = words.title(scenario)
            told = warm_up_shown(judged, request, title, words, weekly=subject.whole_weeks)
            return [caption(words), *told]

        tables = {"warm_up": judged, "welch": welch}
        return Answer(tables, shown, result.frames, result.manifest, drawn)

    planned = as_drawn(Planned(("warm_up", "welch"), (SERIES,), ("warm_up",)), options)
    job = Job(subject, request.cases, run_series, planned=planned)
    return carry_out(job, options, make)


@checked(OneStudyOptions)
def long_run(
    source: Source, *, times: int = 1, batches: int = BATCHES, **options: Unpack[OneStudyOptions]
) -> Answer:
    """Run a network once, for long, and give intervals by batch means.

    Parameters
    ----------
    source : str, Path, mapping or NetworkScenario
    times : int
        How many times the file's length, up to 100,000.
    batches : int
        10 to 1,000.
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Table ``batch_means``.

    Raises
    ------
    InputError
        If the scenario is no network, or has no long run.
    """
    (scenario,) = read_all([source], options)
    subject = subject_of(scenario)
    request = subject.long_run(scenario, times, batches)
    caption = TELLING[subject.kind].caption(scenario, scenarios_folder(options.get("scenarios")))

    def make(result: StudyResult) -> Answer:
        table = batch_means_frame(result.frames["series"], batches, request.step)
        return Answer(
            {"batch_means": table},
            lambda words: [caption(words), long_run_shown(table, words.title(scenario), words)],
            result.frames,
            result.manifest,
        )

    job = Job(subject, request.cases, run_series, planned=Planned(("batch_means",), (SERIES,)))
    return carry_out(job, options, make)


def _known(wanted: Sequence[str] | None, series: pd.DataFrame) -> list[str]:
    """Return the wanted quantities, each once; refuse those that the series does not have."""
    known = list(dict.fromkeys(series["quantity"]))
    refuse_unknown_quantities(wanted or (), known)
    return list(dict.fromkeys(wanted or ()))


def _parameters(place: Region, wanted: Sequence[str] | None) -> list[Parameter]:
    """Return the uncertain numbers that are varied: all of the region, or those that are named."""
    known = {parameter.name: parameter for parameter in uncertain_parameters(place)}
    unknown = [name for name in wanted or () if name not in known]
    if unknown:
        raise InputError(
            *(
                Problem(
                    f"there is no uncertain number '{name}'{nearest(name, list(known))}; "
                    f"allowed: {', '.join(known)}",
                    ARGUMENT,
                    key="parameters",
                )
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
    varied = [parameter for parameter in parameters if parameter.name not in nowhere]
    if not varied:
        raise InputError(
            f"the scenarios' own levers set {', '.join(sorted(nowhere))}: other values of the region's make no "
            "difference"
        )
    return varied
