"""Computing some runs and keeping them; called by a worker."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic

from sim.runs.case import Case, Payload, RunOne, RunResult, RunTogether
from sim.runs.manifest import RunRecord
from sim.runs.paths import StudyPaths
from sim.runs.run_store import find_run, save_run

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


@dataclass(frozen=True)
class Performer(Generic[Payload]):
    """Computes batches of runs; what it needs for that.

    Attributes
    ----------
    run_one, run_together : callable
        See `sim.runs.study.run_study`.
    paths : StudyPaths
        Where runs are kept.
    threads : int
        Of one batch.
    """

    run_one: RunOne[Payload]
    run_together: RunTogether[Payload] | None
    paths: StudyPaths
    threads: int = 1

    def __call__(self, batch: Sequence[Task[Payload]], tell: Tell | None = None) -> list[RunRecord]:
        """Compute the runs of a batch and keep each as soon as it is done.

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

        left = []
        for task in batch:
            # A process that died on the way may have kept some of its runs.
            record = find_run(self.paths.run(task.key))
            if record is None:
                left.append(task)
            else:
                note(record)
        error: Exception | None = None
        if self.run_together is not None and len(left) > 1:
            left, error = self._perform_together(left, self.run_together, note)
        for task in left:
            record = self._perform_one(task)
            note(record if error is None or record.error else described(record, error))
        return records

    def _perform_together(
        self,
        batch: Sequence[Task[Payload]],
        run: RunTogether[Payload],
        note: Callable[[RunRecord], None],
    ) -> tuple[list[Task[Payload]], Exception | None]:
        """Run some tasks together; return those that an error kept from being done, and the error.

        Whose error it was shows when each of those is run by itself. If memory was short, that may do.
        """
        left = dict(enumerate(batch))
        results = run([task.case for task in batch], batch[0].replication, self.threads)
        while left:
            watch = _Watch()
            try:
                number, result = next(results)
            except Exception as error:
                return list(left.values()), error
            note(self._keep(left.pop(number), result, watch))
        return [], None

    def _perform_one(self, task: Task[Payload]) -> RunRecord:
        watch = _Watch()
        try:
            result = self.run_one(task.case, task.replication, self.threads)
        except Exception as error:
            return failed(watch.stamp(task.record()), error)
        return self._keep(task, result, watch)

    def _keep(self, task: Task[Payload], result: RunResult, watch: _Watch) -> RunRecord:
        """Save the result of a run and return its record."""
        record = watch.stamp(task.record()).model_copy(update={"status": "done"})
        try:
            return save_run(self.paths.run(task.key), result, record)
        except Exception as error:
            return failed(record, error)


class _Watch:
    """When a run was begun, and how long it took."""

    def __init__(self) -> None:
        self._started, self._clock = datetime.now(UTC), time.perf_counter()

    def stamp(self, record: RunRecord) -> RunRecord:
        seconds = round(time.perf_counter() - self._clock, 3)
        return record.model_copy(update={"started": self._started, "seconds": seconds})
