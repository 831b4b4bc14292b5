"""What a study of care scenarios says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from sim.api.answer import Answer, NamedFigure, Shown
from sim.measure.compare import quantiles
from sim.report.caption import (
    answer_lines,
    area_line,
    blocked_lines,
    caption_line,
    neighbour_lines,
    partly_lines,
    unstaffed_lines,
)
from sim.report.rows import FLOWS, STUDY_FIGURES
from sim.report.terminal import comparison_table, joint_lines, scorecard_shown
from sim.report.words import Words
from sim.runs.paths import Planned
from sim.runs.study import StudyResult
from sim.scenario import Scenario
from sim.subjects.care.caption import StudyCaption, area_table
from sim.subjects.care.cases import joint_probabilities, study_tables

_TABLES = ("scorecard", "joint", "quantiles", "differences")


def care_caption(scenario: Scenario, folder: Path) -> Callable[[Words], str]:
    """Return what says whose care a scenario simulates, when and how often."""
    return partial(caption_line, StudyCaption.of([scenario], folder))


def care_description(scenario: Scenario, folder: Path) -> Shown:
    """Return whose care a scenario simulates, when and how often."""
    caption = StudyCaption.of([scenario], folder)
    return Shown(
        {"area": area_table(scenario, folder)},
        lambda words: [f"{words.title(scenario)}: {caption_line(caption, words)}"],
    )


def care_planned(scenarios: Sequence[Scenario]) -> Planned:
    """Return the names of what a study of scenarios gives."""
    figures = (*STUDY_FIGURES, *(f"{FLOWS}{scenario.name}" for scenario in scenarios))
    return Planned(_TABLES, figures=figures, workbook=True)


def care_study(scenarios: Sequence[Scenario], folder: Path, result: StudyResult) -> Answer:
    """Return each scenario against its targets, and the others against the first."""
    return _answer(scenarios, folder, result, comparison_only=False)


def care_comparison(scenarios: Sequence[Scenario], folder: Path, result: StudyResult) -> Answer:
    """Return the same, showing the differences only."""
    return _answer(scenarios, folder, result, comparison_only=True)


def _answer(
    scenarios: Sequence[Scenario], folder: Path, result: StudyResult, *, comparison_only: bool
) -> Answer:
    tables = study_tables(result.frames, scenarios, scenarios[0].name)
    joint, caption = joint_probabilities(tables, scenarios), StudyCaption.of(scenarios, folder)

    def shown(words: Words) -> list[object]:
        brief = area_line(caption, words)
        lines: list[object] = [*answer_lines(tables, caption, words)]
        lines += [
            *unstaffed_lines(tables, words),
            *neighbour_lines(tables, caption, words),
            caption_line(caption, words),
        ]
        lines += partly_lines(scenarios, words)
        if caption.replications == 1:
            lines.append(words["text.one_replication"])
        if not comparison_only:
            lines.append(scorecard_shown(tables, brief, words))
            lines += joint_lines(joint, tables, words)
            lines += blocked_lines(tables, words)
        if len(scenarios) > 1:
            lines.append(comparison_table(tables, words, brief))
        return lines

    def drawn(words: Words) -> Iterator[NamedFigure]:
        # Not at the top: it takes most of a second to import, and a table needs none of it.
        from sim.report.figures import study_figures

        return study_figures(tables, words, caption)

    def workbook(path: Path, words: Words) -> None:
        from sim.report.workbook import write_workbook

        write_workbook(tables, path, words, caption)

    return Answer(
        tables={
            "scorecard": tables.scorecard,
            "joint": joint,
            "quantiles": quantiles(tables.indicators),
            "differences": tables.differences,
        },
        frames=result.frames,
        manifest=result.manifest,
        _shown=shown,
        _drawn=drawn,
        _workbook=workbook,
    )
