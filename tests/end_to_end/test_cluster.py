"""A study on a Dask scheduler with two worker processes, one of which is killed, is the study on threads."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[2]
REPLICATIONS = 40
DESK = {
    "kind": "network",
    "name": "desk",
    "run": {"warm_up": "1 d", "length": "60 d", "replications": REPLICATIONS, "seed": 1},
    "classes": {"visitor": {"arrivals": {"poisson": "60 per hour"}, "start": "desk"}},
    "stations": {"desk": {"servers": 10, "service": {"exponential": "9 min"}}},
}


def _dask(*words: str, folder: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip


def _drain(process: subprocess.Popen[str]) -> None:
    """Read what a process says, so that it is never held up by nobody listening."""
    assert process.stderr is not None
    threading.Thread(target=process.stderr.read, daemon=True).start()


@dataclass(frozen=True)
class Dask:
    """A scheduler of one's own, and its workers."""

    address: str
    head: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]]
    folder: Path

    def add_worker(self) -> None:
        """Start a worker in a folder of its own, as on another machine."""
        folder = self.folder / f"worker-{len(self.workers)}"
        folder.mkdir()
        worker = _dask(
            *("distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", "1"),
            *("--no-dashboard", "--local-directory", str(folder)),
            folder=folder,
        )
        self.workers.append(worker)
        _drain(worker)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Dask]:
    """Start a scheduler without workers."""
    head = _dask("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                 "--no-dashboard")  # fmt: skip
    workers: list[subprocess.Popen[str]] = []
    try:
        assert head.stderr is not None
        address = next(m[0] for line in head.stderr if (m := re.search(r"tcp://[\d.]+:\d+", line)))
        _drain(head)
        yield Dask(address, head, workers, tmp_path)
    finally:
        for process in (head, *workers):
            process.kill()
            process.wait()


@pytest.fixture
def two_workers(scheduler: Dask) -> Dask:
    for _ in range(2):
        scheduler.add_worker()
    return scheduler


def _written(folder: Path) -> dict[str, bytes]:
    """Return the results of a study: everything but times and pictures."""
    files = [file for file in folder.glob("*") if file.suffix in (".parquet", ".csv")]
    return {file.name: file.read_bytes() for file in files}


def test_a_killed_worker_loses_nothing(two_workers: Dask, tmp_path: Path) -> None:
    workers = two_workers.workers
    alone, together = tmp_path / "alone", tmp_path / "together"
    sim.run(DESK, out=alone, workers=2)
    ended: list[float] = []

    def kill_one(done: int, total: int) -> None:
        ended.append(time.monotonic())
        if done == REPLICATIONS // 4:
            assert total == REPLICATIONS
            workers[0].send_signal(signal.SIGKILL)

    sim.run(DESK, out=together, workers=two_workers.address, progress=kill_one)
    assert workers[0].wait(timeout=10) == -signal.SIGKILL
    assert workers[1].poll() is None
    assert len(ended) == REPLICATIONS + 1
    first, second = _written(alone), _written(together)
    assert set(first) == {"measures.parquet", "present.parquet", "measures.csv", "loads.csv"}
    assert first == second
    manifest = json.loads((together / "manifest.json").read_text())
    assert {run["status"] for run in manifest["runs"]} == {"done"}


def test_a_scheduler_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.runs.cluster.ANSWER_SECONDS", 0.5)
    with pytest.raises(
        sim.InputError, match=r"no scheduler answers at tcp://127.0.0.1:9 within 0.5 s"
    ):
        sim.run(DESK, workers="tcp://127.0.0.1:9", out=tmp_path / "out")


def test_a_county_on_a_worker_in_another_folder_is_the_county_here(
    scheduler: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # The scenarios folder is a relative path, as on the command line.
    scheduler.add_worker()
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    options: sim.Options = {
        "region": "fujian/taining", "weeks": 1, "warm_up": 0, "replications": 1, "figures": False
    }  # fmt: skip
    names = ("baseline-2020", "no-reform-2025")
    sim.run(*names, out=here, **options)
    sim.run(*names, out=elsewhere, workers=scheduler.address, **options)
    assert {"indicators.parquet", "flows.parquet", "scorecard.csv"} <= set(_written(here))
    assert _written(here) == _written(elsewhere)


def test_a_study_ends_when_its_scheduler_has_gone(two_workers: Dask, tmp_path: Path) -> None:
    def stop(ended: int, total: int) -> None:
        if ended == REPLICATIONS // 4:
            assert total == REPLICATIONS
            two_workers.head.kill()

    with pytest.raises(
        sim.StudyInterrupted,
        match=rf"^the scheduler at {two_workers.address} does not answer any more: \d+ of 40 runs are kept",
    ):
        sim.run(DESK, out=tmp_path / "out", workers=two_workers.address, progress=stop)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["status"] == "interrupted"
    kept = sum(run["status"] == "done" for run in manifest["runs"])
    assert REPLICATIONS // 4 <= kept < REPLICATIONS
    # No run is to blame.
    assert {run["status"] for run in manifest["runs"]} == {"done", "waiting"}


def test_a_study_does_not_wait_for_workers_for_ever(
    scheduler: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.runs.cluster.NO_WORKER_SECONDS", 1.5)
    with pytest.raises(
        sim.StudyInterrupted,
        match=rf"^no worker has been at {scheduler.address} for 0.025 min: 0 of 40 runs are kept",
    ):
        sim.run(DESK, out=tmp_path / "out", workers=scheduler.address)


def test_what_is_known_needs_no_scheduler(tmp_path: Path) -> None:
    short = {**DESK, "run": {"warm_up": "1 d", "length": "1 d", "replications": 2, "seed": 1}}
    first = sim.run(short, out=tmp_path / "out")
    again = sim.run(short, out=tmp_path / "out", workers="tcp://127.0.0.1:9")
    for name, table in first.tables.items():
        assert table.equals(again.tables[name])
