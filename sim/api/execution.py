"""Carry out a study for a question: prepare, run what is missing, write, and return the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sim.api.answer import Answer
from sim.api.options import DrawnOptions, StudyOptions, Told
from sim.engine.choose import RELEASE_LOCK, EngineName
from sim.errors import RunsFailed
from sim.glossary import Language
from sim.runs.atomic import clear_os_errors, write_csv
from sim.runs.case import Case, RunOne, RunTogether
from sim.runs.executor import worker_kind
from sim.runs.manifest import RunRecord
from sim.runs.paths import NOTHING_PLANNED, Planned, StudyPaths
from sim.runs.progress import Progress, Quiet, Telling, failure_line
from sim.runs.study import StudyResult, run_study
from sim.runs.workers import Workers
from sim.subjects.prepare import prepare, prepare_worker
from sim.subjects.subject import Subject

AnAnswer = TypeVar("AnAnswer", bound=Answer)
_WRITING = "writing tables and drawing pictures"


@dataclass(frozen=True)
class Job:
    """What a study computes.

    Attributes
    ----------
    subject : Subject
        Of all its cases.
    cases : sequence of Case
    run_one : callable
        Runs one replication of a case.
    run_together : callable or None
        Runs cases of a family together.
    engine : {'compiled', 'simpy'}
    planned : Planned
        What the answer will have, so that nothing runs where some of it cannot be written.
    """

    subject: Subject[Any]
    cases: Sequence[Case[Any]]
    run_one: RunOne[Any]
    run_together: RunTogether[Any] | None = None
    engine: EngineName = "compiled"
    planned: Planned = NOTHING_PLANNED

    @classmethod
    def of(
        cls,
        subject: Subject[Any],
        cases: Sequence[Case[Any]],
        planned: Planned,
        engine: EngineName = "compiled",
    ) -> Job:
        """Return the job of running scenarios as they are; the frames are those of the subject."""
        planned = replace(planned, frames=subject.frames)
        return cls(subject, cases, subject.run_one, subject.run_together, engine, planned)

    def perform(
        self,
        folder: Path,
        options: StudyOptions,
        finish: Callable[[StudyResult, StudyPaths], None] | None = None,
        cases: Sequence[Case[Any]] | None = None,
    ) -> StudyResult:
        """Run what is missing in a folder; `cases` in place of the job's own."""
        workers = Workers.of(options.get("workers"))
        prepare(self.subject.pathway)
        return run_study(
            self.cases if cases is None else cases,
            self.run_one,
            StudyPaths(folder),
            workers,
            progress_of(options.get("progress")),
            finish,
            worker_kind(self.engine in RELEASE_LOCK, workers.count),
            self.run_together,
            partial(prepare_worker, self.subject.kind),
            replace(self.planned, language=options.get("lang", "zh")),
        )


def carry_out(job: Job, options: StudyOptions, make: Callable[[StudyResult], AnAnswer]) -> AnAnswer:
    """Run a study and return what `make` makes of it, written into the study's folder if there is one.

    Raises
    ------
    RunsFailed
        If a run failed.
    InputError
        If the folder cannot be used.
    StudyInterrupted
        On Ctrl-C, or when the scheduler of the workers is gone; what is done is kept, if there is a folder.
    """
    answers: list[AnAnswer] = []
    progress = progress_of(options.get("progress"))
    out = options.get("out")

    def finish(result: StudyResult, paths: StudyPaths) -> None:
        if result.failures:
            return
        answers.append(make(result))
        if out is not None:
            drawn = bool(job.planned.figures) and answers[0].has_figures
            if drawn and isinstance(progress, Telling):
                progress.say(_WRITING)
            write_answer(answers[0], paths, options.get("lang", "zh"), drawn)

    with study_folder(out) as folder:
        result = job.perform(folder, options, finish)
    if result.failures:
        raise RunsFailed([failure_line(record) for record in result.failures])
    return answers[0]


def as_drawn(planned: Planned, options: DrawnOptions) -> Planned:
    """Return what is planned, without its pictures if they are not wanted."""
    return planned if options.get("figures", True) else replace(planned, figures=())


@contextmanager
def study_folder(out: Path | str | None) -> Iterator[Path]:
    """Give the folder of a study: the one that is stated, or one that is gone afterwards."""
    if out is not None:
        yield Path(out)
        return
    with TemporaryDirectory(prefix="tiered-care-") as folder:
        yield Path(folder) / "study"


def write_answer(answer: Answer, paths: StudyPaths, lang: Language, figures: bool) -> None:
    """Write tables as CSV and pictures as PNG and SVG into a study's folder."""
    for name, table in answer.tables.items():
        write_csv(table, paths.answer(name))
    answer._write_workbook(paths.summary(lang), lang)
    if not figures:
        return
    # Not at the top: it takes most of a second to import, and many answers have no picture.
    from sim.report.style import save_figure

    with clear_os_errors(paths.figures):
        for name, figure in answer.figures(lang):
            file = paths.figure(name, lang)
            file.parent.mkdir(parents=True, exist_ok=True)
            save_figure(figure, file)


class _Counting:
    """Tells a function how many runs have ended."""

    def __init__(self, told: Told) -> None:
        self._told, self._ended, self._to_compute = told, 0, 0

    def begin(self, to_compute: int, reused: int, workers: int, damaged: int = 0) -> None:
        del reused, workers, damaged
        self._to_compute = to_compute
        self._told(0, to_compute)

    def run_ended(self, record: RunRecord) -> None:
        del record
        self._ended += 1
        self._told(self._ended, self._to_compute)

    def end(self) -> None:
        """Nothing more comes."""


def progress_of(progress: Progress | Told | None) -> Progress:
    """Return what a study tells how far it is."""
    if progress is None:
        return Quiet()
    return progress if isinstance(progress, Progress) else _Counting(progress)
