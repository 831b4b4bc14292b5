"""Ctrl-C on the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _hear_ctrl_c() -> None:
    """Undo what a shell does to commands in its background: they are born deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_says_what_is_kept(workers: str, tmp_path: Path) -> None:
    long = ["--weeks", "520", "--warm-up", "0", "--replications", "20", "--workers", workers]
    command = ["run", "baseline-2020", "--region", "fujian/zherong", *long, "--out", "kept"]
    process = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "run_scenarios.py"),
            *command,
            "--scenarios",
            str(ROOT / "scenarios"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "200"},
        preexec_fn=_hear_ctrl_c,
    )
    assert process.stdout is not None
    said = ""
    while "20 runs to compute" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "runs are kept in kept; the same command goes on from there" in rest
    assert "Traceback" not in rest
