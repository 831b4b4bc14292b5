"""Why is the answer what it is? Shares of a difference, marginal values, leaks and bottlenecks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Unpack

from sim.api.answer import Answer, NamedFigure
from sim.api.arguments import checked
from sim.api.execution import Job, as_drawn, carry_out
from sim.api.options import DrawnOptions, Options, Source
from sim.api.scenarios import read_care
from sim.api.shipped import scenarios_folder
from sim.errors import ARGUMENT, InputError, Problem, nearest
from sim.glossary import indicator_names
from sim.measure.bottlenecks import bottleneck_table, bottlenecks_by_kind
from sim.measure.care.totals import DAYS_PER_YEAR
from sim.measure.destinations import destination_table
from sim.measure.leaks import leak_table, leaks_by_condition
from sim.measure.loads import load_table
from sim.measure.tables import FIRST_HEADLINES
from sim.questions.marginal import INCREMENTS, marginal_table, units_added, with_increment
from sim.questions.waterfall import Waterfall, waterfall_table
from sim.report.caption import caption_line
from sim.report.load_tables import loads_shown
from sim.report.why_tables import (
    bottlenecks_shown,
    destinations_shown,
    leaks_shown,
    marginal_shown,
    refused_shown,
    waterfall_shown,
)
from sim.report.words import Words
from sim.runs.paths import Planned
from sim.runs.study import StudyResult
from sim.scenario import Scenario, region_folder
from sim.scenario.care.between import Grain
from sim.scenario.care.levers import lever_called
from sim.subjects.care.caption import StudyCaption
from sim.subjects.care.cases import read_region
from sim.subjects.registry import subject_of


@checked(DrawnOptions)
def waterfall(
    base: Source,
    goal: Source,
    *,
    by: Grain = "family",
    indicators: Sequence[str] | None = None,
    **options: Unpack[DrawnOptions],
) -> Answer:
    """Tell which levers make the difference between two scenarios: alone, last, and over all orders.

    Parameters
    ----------
    base, goal : str, Path, mapping or Scenario
        To start from, and to arrive at.
    by : {'family', 'lever'}
        The parts.
    indicators : sequence of str, optional
        Which are shown and drawn; the table has all.
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Table ``waterfall``: ``indicator``, ``way``, ``part``, ``mean``, ``low``, ``high``, ``n``, in the
        indicators' own units. ``way`` is the value in the base (``base``) or in the goal, the effect of a part
        alone, last, or averaged over all orders, what is left beside the parts alone, or the whole difference.

    Raises
    ------
    InputError
        If the scenarios differ in nothing, in more than levers, or in too many parts.
    """
    first, last = read_care([base, goal], options)
    parts, wanted = Waterfall.of(first, last, by), chosen_indicators(indicators, FIRST_HEADLINES)
    caption = StudyCaption.of([first, last], scenarios_folder(options.get("scenarios")))

    def make(result: StudyResult) -> Answer:
        table = waterfall_table(parts, result.frames["indicators"])
        shown = [name for name in wanted if name in set(table["indicator"])]

        def names(words: Words) -> dict[str, str]:
            return {part: _part_name(part, by, words) for part in parts.parts}

        def titles(words: Words) -> tuple[str, str]:
            return words.title(first), words.title(last)

        def drawn(words: Words) -> Iterator[NamedFigure]:
            # Not at the top: it takes most of a second to import, and a table needs none of it.
            from sim.report.waterfall import draw_waterfall

            below = caption_line(caption, words)
            yield (
                "waterfall",
                draw_waterfall(table, names(words), titles(words), shown, words, below),
            )

        return Answer(
            {"waterfall": table},
            lambda words: [
                waterfall_shown(table, names(words), titles(words), name, words) for name in shown
            ],
            result.frames,
            result.manifest,
            drawn,
        )

    planned = as_drawn(Planned(("waterfall",), figures=("waterfall",)), options)
    return _asked(parts.scenarios(), options, planned, make)


@checked(Options)
def marginal(
    source: Source,
    *,
    indicators: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> Answer:
    """Tell what one more physician, ten more beds or one more point of reimbursement are worth.

    Parameters
    ----------
    source : str, Path, mapping or Scenario
    indicators : sequence of str, optional
        Which are shown; the table has all.
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Table ``marginal``: ``increment`` (what is added), ``amount`` (units), ``indicator``, ``tier``,
        ``county``, and per unit added ``mean``, ``low``, ``high``, ``n``, with intervals for all increments
        together ``low_joint``, ``high_joint`` and Holm's ``p_holm``.

    Raises
    ------
    InputError
        If nothing can be added to what the scenario has.
    """
    (scenario,) = read_care([source], options)
    wanted = chosen_indicators(indicators, FIRST_HEADLINES)
    folder = scenarios_folder(options.get("scenarios"))
    place = read_region(region_folder(scenario, folder))
    units, refused = units_added(place, scenario, INCREMENTS)
    if not units:
        raise InputError(f"nothing can be added to what {scenario.name} has")
    reasons = {increment.key: reason for increment, reason in refused.items()}

    def make(result: StudyResult) -> Answer:
        table = marginal_table(result.frames["indicators"], scenario.name, units)

        def shown(words: Words) -> Sequence[object]:
            title = words.title(scenario)
            return [marginal_shown(table, title, wanted, words), *refused_shown(reasons, words)]

        return Answer({"marginal": table}, shown, result.frames, result.manifest)

    changed = [with_increment(scenario, increment) for increment in units]
    return _asked([scenario, *changed], options, Planned(("marginal",)), make)


@checked(Options)
def leaks(*sources: Source, **options: Unpack[Options]) -> Answer:
    """Tell which care leaves the county: by county, condition, tier and reason.

    Parameters
    ----------
    *sources : str, Path, mapping or Scenario
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Tables ``leaks`` and ``leaks_by_condition``: visits and stays a year, and shares of all that leaves,
        with intervals. Table ``destinations``: the same by the tier of care, why people left (``why_left``) and
        why they went as far (``why_far``).

    Raises
    ------
    InputError
        If anything is wrong with the input; nothing has been run then.
    RunsFailed
        If a run failed.
    """
    chosen = read_care(sources, options)
    folder = scenarios_folder(options.get("scenarios"))
    conditions = read_region(region_folder(chosen[0], folder)).conditions

    def make(result: StudyResult) -> Answer:
        years = {scenario.name: scenario.run.length / DAYS_PER_YEAR for scenario in chosen}
        flows = result.frames["flows"]
        by_condition = leaks_by_condition(flows, years)
        destinations = destination_table(result.frames["far"], years)

        def shown(words: Words) -> Sequence[object]:
            names = conditions[words.column("name")]
            called = dict(zip(conditions["condition"], names, strict=True))
            return [
                table
                for s in chosen
                for table in (
                    leaks_shown(by_condition, s.name, words.title(s), called, words),
                    destinations_shown(destinations, s.name, words.title(s), words),
                )
            ]

        tables = {
            "leaks": leak_table(flows, years),
            "leaks_by_condition": by_condition,
            "destinations": destinations,
        }
        return Answer(tables, shown, result.frames, result.manifest)

    return _asked(chosen, options, Planned(("leaks", "leaks_by_condition", "destinations")), make)


@checked(Options)
def bottlenecks(*sources: Source, **options: Unpack[Options]) -> Answer:
    """Tell where patients wait, and which queues they leave.

    Parameters
    ----------
    *sources : str, Path, mapping or Scenario
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Tables ``bottlenecks`` (facilities) and ``bottlenecks_by_kind``: patients a year who leave the queue
        for a doctor or for a bed, use of doctors and beds as shares, with intervals.

    Raises
    ------
    InputError
        If anything is wrong with the input; nothing has been run then.
    RunsFailed
        If a run failed.
    """
    chosen = read_care(sources, options)

    def make(result: StudyResult) -> Answer:
        facilities = result.frames["facilities"]
        table, kinds = bottleneck_table(facilities), bottlenecks_by_kind(facilities)

        def shown(words: Words) -> Sequence[object]:
            return [bottlenecks_shown(kinds, table, s.name, words.title(s), words) for s in chosen]

        tables = {"bottlenecks": table, "bottlenecks_by_kind": kinds}
        return Answer(tables, shown, result.frames, result.manifest)

    return _asked(chosen, options, Planned(("bottlenecks", "bottlenecks_by_kind")), make)


@checked(Options)
def workload(source: Source = "baseline-2020", **options: Unpack[Options]) -> Answer:
    """Tell how busy departments, examination rooms and wards are, and mark the hardly used and the always full.

    Parameters
    ----------
    source : str, Path, mapping or Scenario
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Table ``loads``: by ``kind`` of facility and ``skill``, and by hospital (``facility`` not 0), use as a
        share of the time on duty with its interval, mean and 90th percentile of the wait in minutes, the share
        who left, and a ``mark`` for use below 20 % (``low``) or above 98 % (``high``).

    Raises
    ------
    InputError
        If anything is wrong with the input; nothing has been run then.
    RunsFailed
        If a run failed.
    """
    (scenario,) = read_care([source], options)

    def make(result: StudyResult) -> Answer:
        table = load_table(result.frames["loads"])

        def shown(words: Words) -> Sequence[object]:
            return [loads_shown(table, scenario.name, words.title(scenario), words)]

        return Answer({"loads": table}, shown, result.frames, result.manifest)

    return _asked([scenario], options, Planned(("loads",)), make)


def chosen_indicators(wanted: Sequence[str] | None, usual: Sequence[str]) -> list[str]:
    """Return the indicators to show, those that are usual unless others are wanted.

    Raises
    ------
    InputError
        If one is no indicator.
    """
    known = indicator_names()
    unknown = [name for name in wanted or () if name not in known]
    if unknown:
        raise InputError(
            *(
                Problem(
                    f"there is no '{name}'{nearest(name, known)}; results/*/indicators.parquet and the "
                    "glossary have their names",
                    ARGUMENT,
                    key="indicators",
                )
                for name in unknown
            )
        )
    return [*(wanted or usual)]


def _asked(
    scenarios: Sequence[Scenario],
    options: Options,
    planned: Planned,
    make: Callable[[StudyResult], Answer],
) -> Answer:
    """Run the scenarios of a question and return its answer."""
    subject = subject_of(scenarios[0])
    folder = scenarios_folder(options.get("scenarios"))
    cases = subject.cases(scenarios, folder, "compiled", check=False)
    caption = StudyCaption.of(scenarios, folder)

    def captioned(result: StudyResult) -> Answer:
        answer = make(result)
        return replace(
            answer, _shown=lambda words: [caption_line(caption, words), *answer._shown(words)]
        )

    return carry_out(Job.of(subject, cases, planned), options, captioned)


def _part_name(part: str, by: Grain, words: Words) -> str:
    if by == "family":
        return words[f"family.{part}"]
    # A path of a table is its own name.
    return part if "." in part else words.title(lever_called(part))
