"""Run scenarios and compare them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from sim.api.answer import Answer
from sim.api.arguments import at_least, checked
from sim.api.care_study import care_comparison, care_planned
from sim.api.execution import Job, as_drawn, carry_out
from sim.api.options import EngineOptions, Source
from sim.api.scenarios import read_all, read_care
from sim.api.shipped import scenarios_folder
from sim.api.telling import TELLING
from sim.errors import InputError
from sim.glossary import LANGUAGES
from sim.runs.paths import Planned
from sim.runs.study import StudyResult
from sim.scenario import Scenario
from sim.scenario.network.schema import NetworkScenario
from sim.scenario.title import Title
from sim.subjects.registry import subject_of

AnyScenario = Scenario | NetworkScenario
Make = Callable[[Sequence[Any], Path, StudyResult], Answer]


@checked(EngineOptions)
def run(*sources: Source, **options: Unpack[EngineOptions]) -> Answer:
    """Run scenarios, or networks, and judge and compare them.

    Parameters
    ----------
    *sources : str, Path, mapping, Scenario or NetworkScenario
        As `sim.load` takes them; the first is what the others are compared with.
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        Of care: tables ``scorecard``, ``joint``, ``quantiles``, ``differences``; frames ``indicators``,
        ``flows``, ``facilities``, ``waits``, ``unmet``, ``far``. Of networks: tables ``measures``, ``loads``
        and, if asked for, ``census`` (means over replications with intervals); frames ``measures`` and
        ``census`` by replication, and ``present``. Units stand in ``results/README.md``.

    Raises
    ------
    InputError
        If anything is wrong with the input; nothing has been run then.
    RunsFailed
        If a run failed.
    """
    scenarios = read_all(sources, options)
    kinds = {scenario.kind for scenario in scenarios}
    if len(kinds) > 1:
        raise InputError("networks and care scenarios cannot be run together; run them apart")
    told = TELLING[kinds.pop()]
    return _run(told_apart(scenarios), options, told.study, told.planned(scenarios))


@checked(EngineOptions, sources=at_least(2))
def compare(*sources: Source, **options: Unpack[EngineOptions]) -> Answer:
    """Run care scenarios and show what differs from the first, paired by replication.

    Parameters
    ----------
    *sources : str, Path, mapping or Scenario
        Two or more; the first is the base.
    **options
        See `sim.api.options`.

    Returns
    -------
    Answer
        As of `run`; what is shown are the differences only.

    Raises
    ------
    InputError
        If anything is wrong with the input; nothing has been run then.
    RunsFailed
        If a run failed.
    """
    scenarios = read_care(sources, options)
    return _run(told_apart(scenarios), options, care_comparison, care_planned(scenarios))


def told_apart(scenarios: Sequence[AnyScenario]) -> list[AnyScenario]:
    """Return scenarios whose titles differ in both languages: a title that stands twice gets the name added."""
    times = [Counter(getattr(s.title, lang) for s in scenarios) for lang in LANGUAGES]

    def named(scenario: AnyScenario) -> AnyScenario:
        words: dict[str, str] = {
            lang: f"{text} ({scenario.name})" if count[text] > 1 else text
            for lang, count in zip(LANGUAGES, times, strict=True)
            for text in [getattr(scenario.title, lang)]
        }
        retitled: AnyScenario = subject_of(scenario).with_title(scenario, Title(**words))
        return retitled

    return [named(scenario) for scenario in scenarios]


def _run(scenarios: Sequence[Any], options: EngineOptions, make: Make, planned: Planned) -> Answer:
    subject, engine = subject_of(scenarios[0]), options.get("engine", "compiled")
    folder = scenarios_folder(options.get("scenarios"))
    cases = subject.cases(scenarios, folder, engine, options.get("check", False))
    job = Job.of(subject, cases, as_drawn(planned, options), engine)
    return carry_out(job, options, partial(make, scenarios, folder))
