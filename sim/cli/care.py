"""Run care scenarios as one study and show what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.engine.choose import RELEASE_LOCK, EngineName
from sim.glossary import Language
from sim.measure.compare import quantiles
from sim.measure.tables import StudyTables
from sim.report.terminal import comparison_table, joint_lines, scorecard_table
from sim.runs.atomic import atomic_file, clear_os_errors, write_csv
from sim.runs.executor import worker_kind
from sim.runs.paths import StudyPaths
from sim.runs.progress import progress_on
from sim.runs.study import StudyResult, run_study
from sim.scenario import Scenario
from sim.subjects.care.cases import (
    care_cases,
    joint_probabilities,
    run_care_case,
    run_care_cases,
    study_tables,
)


@dataclass(frozen=True)
class CareRun:
    """What was asked for.

    Attributes
    ----------
    scenarios : sequence of Scenario
        In the order of showing; the first is the base of comparisons.
    folder : Path
        The scenarios folder.
    out : Path
        The study's folder.
    workers : int
        Runs side by side, or the counties of one.
    lang : Language
    engine : EngineName
    check : bool
        Fail runs that violate an invariant.
    """

    scenarios: Sequence[Scenario]
    folder: Path
    out: Path
    workers: int
    lang: Language
    engine: EngineName
    check: bool = False


def run_care(request: CareRun, console: Console, *, comparison_only: bool) -> int:
    """Run what is missing, write the results folder, show scorecard and comparison.

    Returns
    -------
    int
        Number of runs that failed.
    """
    cases = care_cases(request.scenarios, request.folder, request.engine, request.check)
    paths = StudyPaths(request.out)
    found: list[StudyTables] = []

    def finish(result: StudyResult) -> None:
        if result.failures:
            return
        tables = study_tables(result.frames, request.scenarios, request.scenarios[0].name)
        _write(tables, paths, request)
        found.append(tables)

    _introduce(request, console)
    kind = worker_kind(request.engine in RELEASE_LOCK, request.workers)
    result = run_study(
        cases,
        run_care_case,
        paths,
        request.workers,
        progress_on(console),
        finish,
        kind,
        run_care_cases,
    )
    for tables in found:
        if not comparison_only:
            for scenario in request.scenarios:
                console.print(scorecard_table(tables, scenario.name, request.lang))
            joint = joint_probabilities(tables, request.scenarios)
            for line in joint_lines(joint, tables.scenarios, request.lang):
                console.print(line, markup=False, highlight=False)
        if len(request.scenarios) > 1:
            console.print(comparison_table(tables, request.lang))
    return len(result.failures)


def _introduce(request: CareRun, console: Console) -> None:
    """Say what is about to run: size, length and replications."""
    for scenario in request.scenarios:
        run = scenario.run
        console.print(
            f"{scenario.name}: {scenario.region.text}, {run.warm_up // 7} + {run.length // 7} weeks "
            f"from {run.first_day}, {run.replications} replications, seed {run.seed}",
            markup=False,
            highlight=False,
        )


def _write(tables: StudyTables, paths: StudyPaths, request: CareRun) -> None:
    """Write scorecard, differences, workbook and pictures."""
    # Not at the top: they take most of a second to import, and the other commands draw nothing.
    from sim.report.figures import draw_all
    from sim.report.workbook import write_workbook

    write_csv(tables.scorecard, paths.scorecard)
    write_csv(joint_probabilities(tables, request.scenarios), paths.joint)
    write_csv(quantiles(tables.indicators), paths.quantiles)
    write_csv(tables.differences, paths.differences)
    with atomic_file(paths.summary) as temporary:
        write_workbook(tables, temporary, request.lang)
    with clear_os_errors(paths.figures):
        draw_all(tables, paths.figures, request.lang)
