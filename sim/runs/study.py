"""A study: every replication of every case, computed once, kept, and put together.

The order of a call: check the cases, take the folder, find what is known, compute what is missing,
collect, report. It knows no engine and no medicine, only a function ``run_one(case, replication, threads)`` and
perhaps one that runs several cases together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

import pandas as pd

from sim.errors import InputError, Problem, StudyInterrupted
from sim.glossary import counted
from sim.runs.atomic import clear_os_errors, write_text
from sim.runs.case import Case, Payload, RunOne, RunTogether
from sim.runs.cluster import WorkersGoneError, connected
from sim.runs.compute import Computation
from sim.runs.executor import WorkerKind
from sim.runs.lock import hold_lock
from sim.runs.manifest import (
    Manifest,
    RunRecord,
    check_is_manifest,
    foreign_files,
    new_manifest,
    run_keys,
    write_manifest,
)
from sim.runs.outputs import refuse_irregular
from sim.runs.paths import NOTHING_PLANNED, Planned, StudyPaths, check_name
from sim.runs.perform import Computer, Elsewhere, Task
from sim.runs.progress import Progress, Quiet
from sim.runs.run_key import code_fingerprint, run_key
from sim.runs.run_store import check_discardable, collect_frame, find_run, frame_names
from sim.runs.workers import Workers


@dataclass(frozen=True)
class StudyResult:
    """What a study found.

    Attributes
    ----------
    frames : dict of DataFrame
        Every frame of the runs by name, with the columns ``scenario`` and ``replication`` in front;
        rows in the order of the cases, then of the replications.
    manifest : Manifest
        How it came about; `failures` are taken from it.
    """

    frames: dict[str, pd.DataFrame]
    manifest: Manifest

    @property
    def failures(self) -> list[RunRecord]:
        """The runs that failed; the frames lack them."""
        return [record for record in self.manifest.runs if record.status == "failed"]


def run_study(
    cases: Sequence[Case[Payload]],
    run_one: RunOne[Payload],
    paths: StudyPaths,
    workers: int | str | Workers = 1,
    progress: Progress | None = None,
    finish: Callable[[StudyResult, StudyPaths], None] | None = None,
    kind: WorkerKind = "processes",
    run_together: RunTogether[Payload] | None = None,
    prepare_worker: Callable[[], object] = lambda: None,
    planned: Planned = NOTHING_PLANNED,
) -> StudyResult:
    """Run every replication of every case that is not known yet, and collect all of them.

    Parameters
    ----------
    cases : sequence of Case
        The scenarios, in the order of the results.
    run_one : callable
        ``run_one(case, replication, threads) -> {name: frame}``. With more than one worker it is called on
        several threads at once, or in other processes: then it must be importable by name and the calling
        script must guard its main part with ``if __name__ == "__main__"``. If it is not part of this
        package, the cases' determinants must say which edition of it runs.
    paths : StudyPaths
        The study's folder.
    workers : int, str or Workers
        See `Workers.of`. The results do not depend on it.
    progress : Progress, optional
        Told how far the study is.
    finish : callable, optional
        Writes scorecard, differences, pictures where the paths say; called while the folder is still held.
    kind : {'processes', 'threads'}
        What the workers of this machine are.
    run_together : callable, optional
        Runs several cases of one `Case.family`, as `run_one` would each; without it all run by themselves.
    prepare_worker : callable, optional
        Called in a worker elsewhere before it computes, such as to compile; importable by name.
    planned : Planned
        What `finish` will write: refused before anything runs where a foreign file has such a name.

    Returns
    -------
    StudyResult
        Also if some runs failed: see `StudyResult.failures`.

    Raises
    ------
    InputError
        If the cases cannot be run, or the folder is not a study, in use, or not writable.
    StudyInterrupted
        On Ctrl-C, or when the scheduler of the workers is gone; the finished runs are kept and the same call
        goes on from there.
    """
    computed_by = Workers.of(workers)
    _check(cases)
    code = code_fingerprint()
    tasks = _plan(cases, code)
    # Before the lock: nothing is left in a folder that is refused, not even an empty one.
    ended = _look_around(cases, planned, tasks, paths, computed_by)
    with clear_os_errors(paths.folder):
        paths.folder.mkdir(parents=True, exist_ok=True)
    with hold_lock(paths.lock):
        # Somebody may have been here in between.
        check_is_manifest(paths.manifest)
        there = _outputs(paths)
        foreign = foreign_files(paths.manifest, there)
        paths = replace(paths, foreign=frozenset(paths.folder / name for name in foreign))
        _check_free(cases, planned, paths)
        paths.clear([*there - foreign], same=_is_same_study(tasks, paths))
        manifest = new_manifest(cases, _records(tasks, ended), computed_by.count, sorted(foreign))
        write_manifest(manifest, paths.manifest)
        with _early_end_written(manifest, tasks, ended, paths):
            _write_scenarios(cases, paths)
            elsewhere = Elsewhere(code, prepare_worker) if computed_by.address else None
            computer = Computer(run_one, run_together, elsewhere=elsewhere)
            told = progress or Quiet()
            Computation(tasks, ended, computer, paths, computed_by, kind, told).run()
            records = _records(tasks, ended)
            frames = _collect(records, paths)
            result = StudyResult(frames, _ended(manifest, records))
            if finish is not None:
                finish(result, paths)
            files = sorted(_outputs(paths) - foreign)
            complete = result.manifest.model_copy(update={"files": files})
            write_manifest(complete, paths.manifest)
    return replace(result, manifest=complete)


def _check(cases: Sequence[Case[Payload]]) -> None:
    """Raise InputError with everything that is wrong with the cases."""
    problems = []
    if not cases:
        problems.append(Problem("a study needs at least one scenario"))
    for name, times in Counter(case.name for case in cases).items():
        if times > 1:
            problems.append(Problem(f"{times} scenarios are called '{name}'; names must differ"))
        try:
            check_name(name)
        except InputError as error:
            problems.extend(error.problems)
    problems += [
        Problem(
            f"{case.replications} replications cannot be run; at least 1 is needed", key=case.name
        )
        for case in cases
        if case.replications < 1
    ]
    if problems:
        raise InputError(*problems)


def _plan(cases: Sequence[Case[Payload]], code: str) -> list[Task[Payload]]:
    """Return all runs of a study in the order of its results."""
    return [
        Task(case, replication, run_key(case.determinants, replication, code))
        for case in cases
        for replication in range(case.replications)
    ]


def _look_around(
    cases: Sequence[Case[Payload]],
    planned: Planned,
    tasks: Sequence[Task[Payload]],
    paths: StudyPaths,
    workers: Workers,
) -> dict[str, RunRecord]:
    """Return the records of the runs that are known, by key; refuse what cannot be run or kept."""
    paths.check_is_study()
    check_is_manifest(paths.manifest)
    ended = _look_up(tasks, paths)
    if paths.folder.is_dir():
        foreign = foreign_files(paths.manifest, _outputs(paths))
        taken = frozenset(paths.folder / name for name in foreign)
        _check_free(cases, planned, replace(paths, foreign=taken))
    if workers.address and any(task.key not in ended for task in tasks):
        # A scheduler that does not answer shows before anything is written or removed.
        with connected(workers.address):
            pass
    return ended


def _is_same_study(tasks: Sequence[Task[Payload]], paths: StudyPaths) -> bool:
    """Tell whether the folder holds a study of these very runs: shown again, perhaps in another language."""
    return run_keys(paths.manifest) == [task.key for task in tasks]


def _look_up(tasks: Sequence[Task[Payload]], paths: StudyPaths) -> dict[str, RunRecord]:
    """Return the records of the runs that are known, by key."""
    stored = {task.key: find_run(paths.run(task.key)) for task in tasks}
    for key, record in stored.items():
        if record is None:
            check_discardable(paths.run(key))
    return {
        key: record.model_copy(update={"reused": True})
        for key, record in stored.items()
        if record is not None
    }


def _write_scenarios(cases: Sequence[Case[Payload]], paths: StudyPaths) -> None:
    """Write the resolved scenarios that were given."""
    with clear_os_errors(paths.scenarios):
        paths.scenarios.mkdir(exist_ok=True)
    for case in cases:
        if case.resolved:
            write_text(paths.scenario(case.name), case.resolved)


def _records(tasks: Sequence[Task[Payload]], ended: dict[str, RunRecord]) -> list[RunRecord]:
    """Return one record per run, named after its own case also where cases share a run."""
    return [
        ended[task.key].model_copy(
            update={"scenario": task.case.name, "replication": task.replication}
        )
        if task.key in ended
        else task.record()
        for task in tasks
    ]


def _collect(records: Sequence[RunRecord], paths: StudyPaths) -> dict[str, pd.DataFrame]:
    """Put the frames of all finished runs together and write them."""
    done = [(record, paths.run(record.key)) for record in records if record.status == "done"]
    names = frame_names(record for record, _ in done)
    return {name: collect_frame(name, done, paths.table(name)) for name in names}


def _outputs(paths: StudyPaths) -> set[str]:
    """Return the outputs that are in a study's folder, as a manifest names them."""
    return {paths.relative(file) for file in paths.outputs()}


def _check_free(cases: Sequence[Case[Payload]], planned: Planned, paths: StudyPaths) -> None:
    """Refuse a study that would write over files that no study has written; raise with all of them."""
    problems: list[Problem] = []
    resolved: Iterator[Callable[[], Path]] = (partial(paths.scenario, case.name) for case in cases)
    for where in chain(resolved, paths.planned(planned)):
        try:
            refuse_irregular(where())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)


def _ended(manifest: Manifest, records: list[RunRecord]) -> Manifest:
    """Return the manifest of a study whose runs have all ended."""
    failed = any(record.status == "failed" for record in records)
    update = {"status": "failed" if failed else "done", "runs": records, "ended": datetime.now(UTC)}
    return manifest.model_copy(update=update)


@contextmanager
def _early_end_written(
    manifest: Manifest,
    tasks: Sequence[Task[Payload]],
    ended: dict[str, RunRecord],
    paths: StudyPaths,
) -> Iterator[None]:
    """Write how the study ended if the body does not get through, and say what is kept."""
    try:
        yield
    except BaseException as error:
        stopped = isinstance(error, KeyboardInterrupt | WorkersGoneError)
        last = _ended(manifest, _records(tasks, ended))
        status = "interrupted" if stopped else "failed"
        files = sorted(_outputs(paths) - set(manifest.foreign))
        update = {"status": status, "files": files}
        write_manifest(last.model_copy(update=update), paths.manifest)
        if not stopped:
            raise
        kept = sum(record.status == "done" for record in last.runs)
        if not str(error):
            raise StudyInterrupted(
                f"stopped: {kept} of {counted(len(tasks), '# run is', '# runs are')} kept in {paths.folder}; "
                "the same command goes on from there"
            ) from None
        raise StudyInterrupted(
            f"{error}: {kept} of {counted(len(tasks), '# run is', '# runs are')} kept in {paths.folder}; "
            "the same command goes on from there"
        ) from None
