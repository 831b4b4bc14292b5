"""Computing some runs and keeping them; called by a worker."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic

from sim.runs.case import Case, Payload, RunOne, RunResult, RunTogether
from sim.runs.manifest import RunRecord
from sim.runs.paths import StudyPaths
from sim.runs.run_key import code_fingerprint, hash_file
from sim.runs.run_store import discard_damaged, find_run, save_run

Tell = Callable[[Sequence[RunRecord]], None]
"""Called with the records of runs that have ended."""


@dataclass(frozen=True)
class Task(Generic[Payload]):
    """One run that is to be computed."""

    case: Case[Payload]
    replication: int
    key: str

    def record(self) -> RunRecord:
        """Return the record of the run as long as nobody has computed it."""
        return RunRecord(scenario=self.case.name, replication=self.replication, key=self.key)

    def done(self) -> RunRecord:
        """Return the record of the run when it has been computed."""
        return self.record().model_copy(update={"status": "done"})

    def failed(self, error: BaseException) -> RunRecord:
        """Return the record of the run if it could not be computed."""
        return failed(self.record(), error)


def failed(record: RunRecord, error: BaseException) -> RunRecord:
    """Return the record of a run that an error ended."""
    return described(record, error).model_copy(update={"status": "failed"})


def described(record: RunRecord, error: BaseException) -> RunRecord:
    """Return a record with an error in one line and in full."""
    line = " ".join(f"{type(error).__name__}: {error}".split())
    full = "".join(traceback.format_exception(error))
    return record.model_copy(update={"error": line, "traceback": full})


Computed = tuple[RunRecord, RunResult | None]
"""The record of a run that has ended, and its frames unless it failed."""


class OtherMachineError(Exception):
    """A worker's machine would compute something else than the study's; the message says why."""


@dataclass(frozen=True)
class Elsewhere:
    """What a worker on another machine must have, so that its runs are those of this one.

    Attributes
    ----------
    code : str
        Fingerprint of the code that the study is of.
    prepare : callable
        Called before the first run of a worker, such as to compile; importable by name.
    """

    code: str
    prepare: Callable[[], object]

    def check(self, batch: Sequence[Task[Payload]]) -> None:
        """Make ready to compute the runs of a batch.

        Raises
        ------
        OtherMachineError
            If this process has other code, or a file that a run reads is not the same here.
        """
        if self.code != code_fingerprint():
            raise OtherMachineError(
                "this worker has another edition of the program, of Python or of a numerical library; install "
                "the same on all machines"
            )
        for path, checksum in {k: v for task in batch for k, v in task.case.files.items()}.items():
            try:
                same = hash_file(Path(path)) == checksum
            except OSError:
                same = False
            if not same:
                raise OtherMachineError(
                    f"this worker has no such {path}, or another one; give all machines the same "
                    "scenarios folder"
                )
        self.prepare()


@dataclass(frozen=True)
class Computer(Generic[Payload]):
    """Computes batches of runs, anywhere; keeps nothing.

    Attributes
    ----------
    run_one, run_together : callable
        See `sim.runs.study.run_study`.
    threads : int
        Of one batch.
    elsewhere : Elsewhere, optional
        What has to be so where other machines compute.
    """

    run_one: RunOne[Payload]
    run_together: RunTogether[Payload] | None
    threads: int = 1
    elsewhere: Elsewhere | None = None

    def __call__(self, batch: Sequence[Task[Payload]]) -> list[Computed]:
        """Compute the runs of a batch and send them back.

        Raises
        ------
        OtherMachineError
            If this process has other code, or other files, than the study.
        """
        if self.elsewhere is not None:
            self.elsewhere.check(batch)
        return list(self.computed(batch))

    def computed(self, batch: Sequence[Task[Payload]]) -> Iterator[Computed]:
        """Yield the runs of a batch, each as soon as it has ended."""
        remaining = dict(enumerate(batch))
        error: Exception | None = None
        if self.run_together is not None and len(batch) > 1:
            results = self.run_together(
                [task.case for task in batch], batch[0].replication, self.threads
            )
            while remaining:
                watch = _Watch()
                try:
                    number, result = next(results)
                except Exception as raised:
                    # Whose error it was shows when each of those is run by itself; if memory was short, that
                    # may do.
                    error = raised
                    break
                yield watch.stamp(remaining.pop(number).done()), result
        for task in remaining.values():
            record, result_of_one = self._compute_one(task)
            yield (
                (record if error is None or record.error else described(record, error)),
                result_of_one,
            )

    def _compute_one(self, task: Task[Payload]) -> Computed:
        watch = _Watch()
        try:
            result = self.run_one(task.case, task.replication, self.threads)
        except Exception as error:
            return failed(watch.stamp(task.record()), error), None
        return watch.stamp(task.done()), result


@dataclass(frozen=True)
class Performer(Generic[Payload]):
    """Computes batches of runs and keeps each as soon as it is done.

    Attributes
    ----------
    computer : Computer
    paths : StudyPaths
        Where runs are kept.
    """

    computer: Computer[Payload]
    paths: StudyPaths

    def __call__(self, batch: Sequence[Task[Payload]], tell: Tell | None = None) -> list[RunRecord]:
        """Compute the runs of a batch and keep them.

        Returns
        -------
        list of RunRecord
            `tell` has been called with every one of them before, when it ended.
        """
        records: list[RunRecord] = []

        def note(record: RunRecord) -> None:
            records.append(record)
            if tell is not None:
                tell([record])

        missing = []
        for task in batch:
            # A process that died on the way may have kept some of its runs.
            record = find_run(self.paths.run(task.key))
            if record is None:
                missing.append(task)
            else:
                note(record)
        for computed in self.computer.computed(missing):
            note(keep(computed, self.paths))
        return records


def keep(computed: Computed, paths: StudyPaths) -> RunRecord:
    """Save a run that has been computed, and return its record; one that failed leaves nothing."""
    record, result = computed
    if result is None:
        return record
    folder = paths.run(record.key)
    try:
        discard_damaged(folder)
        return save_run(folder, result, record)
    except Exception as error:
        return failed(record, error)


class _Watch:
    """When a run was begun, and how long it took."""

    def __init__(self) -> None:
        self._started, self._clock = datetime.now(UTC), time.perf_counter()

    def stamp(self, record: RunRecord) -> RunRecord:
        seconds = round(time.perf_counter() - self._clock, 3)
        return record.model_copy(update={"started": self._started, "seconds": seconds})
