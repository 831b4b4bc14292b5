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


def _dask(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip


def _drain(process: subprocess.Popen[str]) -> None:
    """Read what a process says, so that it is never held up by nobody listening."""
    assert process.stderr is not None
    threading.Thread(target=process.stderr.read, daemon=True).start()


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """Start a scheduler and two workers; give its address and the workers."""
    head = _dask("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                 "--no-dashboard")  # fmt: skip
    processes = [head]
    try:
        assert head.stderr is not None
        address = next(m[0] for line in head.stderr if (m := re.search(r"tcp://[\d.]+:\d+", line)))
        _drain(head)
        for number in range(2):
            processes.append(
                _dask("distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1",
                      "--no-dashboard", "--local-directory", str(tmp_path / f"worker-{number}"))
            )  # fmt: skip
            _drain(processes[-1])
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _written(folder: Path) -> dict[str, bytes]:
    """Return the results of a study: everything but times and pictures."""
    files = [file for file in folder.glob("*") if file.suffix in (".parquet", ".csv")]
    return {file.name: file.read_bytes() for file in files}


def test_a_killed_worker_loses_nothing(
    scheduler: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    address, workers = scheduler
    alone, together = tmp_path / "alone", tmp_path / "together"
    sim.run(DESK, out=alone, workers=2)
    ended: list[float] = []

    def kill_one(done: int, total: int) -> None:
        ended.append(time.monotonic())
        if done == REPLICATIONS // 4:
            assert total == REPLICATIONS
            workers[0].send_signal(signal.SIGKILL)

    sim.run(DESK, out=together, workers=address, progress=kill_one)
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
