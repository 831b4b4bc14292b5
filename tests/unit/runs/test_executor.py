"""Tasks on threads and processes; progress with the time left."""

from __future__ import annotations

import io
import os
import re
import threading
import time

import pytest
from fake_tasks import Unsendable, double
from rich.console import Console

from sim.engine.stop import end_if_stopped
from sim.runs import executor
from sim.runs.executor import (
    SerialExecutor,
    WorkerKind,
    available_processors,
    run_tasks,
    worker_kind,
)
from sim.runs.manifest import RunRecord
from sim.runs.progress import Lines, LiveBar, Progress, Quiet, duration, progress_on


def run(
    tasks: list[int], workers: int, kind: WorkerKind = "processes"
) -> tuple[list[int], set[int], list[tuple[int, str]]]:
    done: list[tuple[int, int]] = []
    lost: list[tuple[int, str]] = []

    def note_lost(task: int, error: BaseException) -> None:
        lost.append((int(task), str(error)))

    run_tasks(double, tasks, workers, done.append, note_lost, kind)
    return sorted(value for value, _ in done), {process for _, process in done}, lost


def test_one_worker_is_this_process() -> None:
    values, processes, lost = run([1, 2, 3, 4], workers=1)
    assert (values, processes, lost) == ([2, 4, 8], {os.getpid()}, [(3, "three")])


def test_more_workers_are_other_processes() -> None:
    values, processes, lost = run([1, 2, Unsendable(5), 3, 4], workers=2)
    assert values == [2, 4, 8]
    assert os.getpid() not in processes
    assert sorted(lost) == [(3, "three"), (5, "cannot be sent")]


def test_threads_are_of_this_process() -> None:
    values, processes, lost = run([1, 2, 3, 4], workers=2, kind="threads")
    assert (values, processes, lost) == ([2, 4, 8], {os.getpid()}, [(3, "three")])


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_no_tasks_no_workers(kind: WorkerKind) -> None:
    assert run([], workers=2, kind=kind) == ([], set(), [])


def test_threads_run_side_by_side() -> None:
    # Each waits for the other: one after the other they would wait for ever.
    both = threading.Barrier(2, timeout=60)
    places: list[int] = []
    run_tasks(lambda _: both.wait(), [1, 2], 2, places.append, lambda *_: None, "threads")
    assert sorted(places) == [0, 1]


def test_ctrl_c_stops_what_threads_are_doing() -> None:
    begun, stopped = threading.Event(), []

    def work(task: int) -> None:
        if task == 1:
            begun.wait()
            return
        begun.set()
        try:
            while True:
                # As a run does after each week.
                end_if_stopped()
                time.sleep(0.001)
        except KeyboardInterrupt:
            stopped.append(task)
            raise

    def press_ctrl_c(_: None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_tasks(work, [0, 1, 2, 3], 2, press_ctrl_c, lambda *_: None, "threads")
    assert stopped == [0]


@pytest.mark.parametrize(
    ("releases_lock", "workers", "kind"),
    [(True, 2, "threads"), (True, 64, "processes"), (False, 2, "processes")],
)
def test_threads_where_they_are_faster(
    releases_lock: bool, workers: int, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor, "available_processors", lambda: 64)
    assert worker_kind(releases_lock, workers) == kind


def test_an_error_while_reporting_ends_the_work() -> None:
    seen = []

    def report(outcome: tuple[int, int]) -> None:
        seen.append(outcome)
        raise RuntimeError("cannot draw")

    with pytest.raises(RuntimeError, match="cannot draw"):
        run_tasks(double, [1, 2, 4, 5, 6], 2, report, lambda task, error: None)
    assert len(seen) == 1


def test_the_serial_executor_does_not_catch_ctrl_c() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SerialExecutor().submit(stop)


def test_more_workers_than_processors_are_still_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "available_processors", lambda: 2)
    assert worker_kind(True, 16) == "threads"


def test_there_is_a_processor() -> None:
    assert 1 <= available_processors() <= (os.cpu_count() or 1)


def record(replication: int, error: str | None = None) -> RunRecord:
    status = "failed" if error else "done"
    return RunRecord(scenario="base", replication=replication, key="k", status=status, error=error)


def test_lines_tell_the_time_left_now_and_then() -> None:
    lines: list[str] = []
    now = [0.0]
    progress = Lines(lines.append, every_seconds=10.0, clock=lambda: now[0])
    progress.begin(to_compute=6, reused=2, workers=2)
    for number, seconds in enumerate((4.0, 12.0, 16.0, 20.0, 400.0, 401.0)):
        now[0] = seconds
        progress.run_ended(record(number, "ValueError: no beds" if number == 2 else None))
    progress.end()
    assert lines == [
        "6 runs to compute on 2 processors, 2 known from before",
        "2 of 6 runs, about 24 s left",
        "failed: scenario base, replication 2: ValueError: no beds",
        "5 of 6 runs, about 80 s left",
        "6 of 6 runs",
    ]


def test_nothing_to_compute_is_said() -> None:
    lines: list[str] = []
    Lines(lines.append).begin(to_compute=0, reused=12, workers=1)
    assert lines == ["all 12 runs are known from before"]


@pytest.mark.parametrize(
    ("workers", "damaged", "words"),
    [
        (0, 0, "3 runs to compute, waiting for the first worker"),
        (1, 1, "3 runs to compute on 1 processor; 1 stored run was damaged and is computed again"),
        (
            9,
            2,
            "3 runs to compute on 9 processors; 2 stored runs were damaged and are computed again",
        ),
    ],
)
def test_the_first_line_says_what_is_unusual(workers: int, damaged: int, words: str) -> None:
    lines: list[str] = []
    Lines(lines.append).begin(to_compute=3, reused=0, workers=workers, damaged=damaged)
    assert lines == [words]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (89.4, "89 s"), (90, "2 min"), (3600, "60 min"), (7810, "2 h 10 min")],
)
def test_durations_are_said_as_people_do(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def shown(progress: Progress, stream: io.StringIO) -> str:
    progress.begin(to_compute=2, reused=0, workers=1)
    progress.run_ended(record(0, "ValueError: [bold]no beds"))
    progress.run_ended(record(1))
    progress.end()
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())


def test_a_terminal_gets_a_bar() -> None:
    stream = io.StringIO()
    progress = progress_on(Console(file=stream, force_terminal=True, width=100))
    assert isinstance(progress, LiveBar)
    text = shown(progress, stream)
    assert "2 runs to compute on 1 processor\n" in text
    assert "failed: scenario base, replication 0: ValueError: [bold]no beds" in text
    assert "2/2 time left 0:00:00" in text


def test_anything_else_gets_plain_lines() -> None:
    stream = io.StringIO()
    progress = progress_on(Console(file=stream, width=40))
    assert isinstance(progress, Lines)
    assert shown(progress, stream) == (
        "2 runs to compute on 1 processor\n"
        "failed: scenario base, replication 0: ValueError: [bold]no beds\n"
        "2 of 2 runs\n"
    )


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    shown(Quiet(), io.StringIO())
    assert capsys.readouterr() == ("", "")
