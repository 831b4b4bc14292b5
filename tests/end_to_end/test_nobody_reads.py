"""What a command says may reach nobody: its results are written all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TINY = [
    "--weeks",
    "9",
    "--replications",
    "1",
    "--no-figures",
    "--scenarios",
    str(ROOT / "scenarios"),
]


def run(out: Path, stdout: int) -> int:
    """Run a small network and return the exit code."""
    command = [sys.executable, str(ROOT / "run_scenarios.py"), "run", "erlang-b", *TINY]
    return subprocess.run(
        [*command, "--out", str(out)], stdout=stdout, stderr=subprocess.DEVNULL, check=False
    ).returncode


def is_whole(out: Path) -> bool:
    """Tell whether a results folder has everything and says so."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return manifest["status"] == "done" and (out / "measures.csv").is_file()


def test_the_reader_has_gone(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    assert run(tmp_path / "out", write) == 0
    os.close(write)
    assert is_whole(tmp_path / "out")


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="this system has no full disk to write to"
)
def test_the_disk_of_the_log_is_full(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        assert run(tmp_path / "out", full.fileno()) == 2
    assert is_whole(tmp_path / "out")
