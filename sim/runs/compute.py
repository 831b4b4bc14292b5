"""Computing the runs of a study that are not known yet, here or elsewhere, and noting each as it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic

from sim.runs.case import Payload
from sim.runs.cluster import connected
from sim.runs.executor import WorkerKind, run_tasks
from sim.runs.families import batches
from sim.runs.interruption import interruptible
from sim.runs.manifest import RunRecord
from sim.runs.paths import StudyPaths
from sim.runs.perform import Computed, Computer, Performer, Task, keep
from sim.runs.progress import Progress
from sim.runs.run_store import find_run, is_damaged
from sim.runs.workers import Workers


@dataclass(frozen=True)
class Computation(Generic[Payload]):
    """What a study has to compute, by what, and what of it has ended.

    Attributes
    ----------
    tasks : sequence of Task
        All runs of the study.
    ended : dict of str to RunRecord
        Runs that have ended, by key; those known before are in it, the others are added as they end.
    computer : Computer
    paths : StudyPaths
        Where runs are kept.
    workers : Workers
    kind : {'processes', 'threads'}
        What the workers of this machine are.
    progress : Progress
        Told how far it is.
    """

    tasks: Sequence[Task[Payload]]
    ended: dict[str, RunRecord]
    computer: Computer[Payload]
    paths: StudyPaths
    workers: Workers
    kind: WorkerKind
    progress: Progress

    def run(self) -> None:
        """Compute what is missing; what others have kept in the meantime is noted as well.

        Raises
        ------
        WorkersGoneError
            If the scheduler of workers elsewhere is gone.
        KeyboardInterrupt
            On Ctrl-C.
        """
        missing = self._missing()
        try:
            with interruptible():
                if self.workers.address and missing:
                    self._run_elsewhere(missing)
                else:
                    self._run_here(missing)
        finally:
            self._note_kept()
            self.progress.end()

    def _missing(self) -> list[Task[Payload]]:
        """Return a task for each run that is to be computed, in the order of the study."""
        # Reversed, so that among cases that share a run the first one is asked for it.
        by_key = {task.key: task for task in reversed(self.tasks) if task.key not in self.ended}
        return list(reversed(by_key.values()))

    def _run_here(self, missing: Sequence[Task[Payload]]) -> None:
        work = self._batches(missing, self.workers.count)
        count = max(1, min(self.workers.count, len(work)))
        self._begin(missing, count)
        # Processors that have no run of their own help with the others'.
        computer = replace(self.computer, threads=max(1, self.workers.count // count))
        performer = Performer(computer, self.paths)
        # The calling thread is told of every run at once; what others have done is found where it is kept.
        perform = partial(performer, tell=self._note) if count == 1 else performer
        run_tasks(perform, work, count, self._note, self._note_lost, self.kind, self._note_kept)

    def _run_elsewhere(self, missing: Sequence[Task[Payload]]) -> None:
        def keep_and_note(batch: Sequence[Computed]) -> None:
            self._note(keep(computed, self.paths) for computed in batch)

        with connected(self.workers.address) as cluster:
            processors = cluster.processors
            self._begin(missing, processors)
            work = self._batches(missing, max(1, processors))
            # Workers elsewhere have no folder in common with us: what they compute comes back and is kept here.
            cluster.run_tasks(self.computer, work, keep_and_note, self._note_lost)

    def _batches(
        self, missing: Sequence[Task[Payload]], processors: int
    ) -> list[list[Task[Payload]]]:
        return batches(missing, processors if self.computer.run_together is not None else None)

    def _begin(self, missing: Sequence[Task[Payload]], workers: int) -> None:
        damaged = sum(is_damaged(self.paths.run(task.key)) for task in missing)
        self.progress.begin(len(missing), len(self.tasks) - len(missing), workers, damaged)

    def _note(self, records: Iterable[RunRecord]) -> None:
        for record in records:
            if record.key not in self.ended:
                self.ended[record.key] = record
                self.progress.run_ended(record)

    def _note_kept(self) -> None:
        keys = dict.fromkeys(task.key for task in self.tasks if task.key not in self.ended)
        kept = (find_run(self.paths.run(key)) for key in keys)
        self._note([record for record in kept if record is not None])

    def _note_lost(self, batch: Sequence[Task[Payload]], error: BaseException) -> None:
        self._note_kept()
        self._note(task.failed(error) for task in batch)
