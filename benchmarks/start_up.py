"""From the command to the result: the first time, and every time after."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from types import MappingProxyType

from benchmarks.fresh import ROOT
from benchmarks.rounds import announce
from benchmarks.table import Section, number
from benchmarks.work import WrongWorkError

_HEAD = ("command", "cold, clock s", "cold, processor s", "warm, clock s", "warm, processor s")
_NOTHING = ("--help",)
_WEEK = ("--weeks", "1", "--warm-up", "0", "--replications", "1", "--workers", "1")
COMMANDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "`--help`": _NOTHING,
        "`run erlang-b`": ("run", "erlang-b", "--workers", "1"),
        "`run baseline-2020 --weeks 1`": ("run", "baseline-2020", *_WEEK),
    }
)


def start_up(rounds: int) -> Section:
    """Return the table of cold and warm starts."""
    rows = []
    for title, command in COMMANDS.items():
        took: list[tuple[float, ...]] = []
        for number_of in range(rounds):
            announce(f"round {number_of + 1} of {rounds}: start, {title}")
            with tempfile.TemporaryDirectory() as folder:
                took.append((*seconds(command, Path(folder)), *seconds(command, Path(folder))))
        rows.append((title, *(number(median(column)) for column in zip(*took, strict=True))))
    text = (
        "`run_scenarios.py` in a fresh process until it ends, with reading the region and writing the "
        "results: time on the clock, which other programs lengthen, and processor time. "
        "*Cold*: no compiled code on disk, as after installing or after a change to the program; "
        "*warm*: the same command again, computed anew. Python keeps its byte code, as it does by default."
    )
    return Section("Start-up", text, _HEAD, tuple(rows))


def seconds(command: tuple[str, ...], cache: Path) -> tuple[float, float]:
    """Run a command with compiled code kept in a folder and return clock and processor time.

    Raises
    ------
    WrongWorkError
        If it fails or leaves no results.
    """
    # As for most users, Python keeps its byte code.
    kept = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as out:
        wanted = command if command == _NOTHING else (*command, "--out", out)
        begun, spent = time.perf_counter(), _spent_by_children()
        done = subprocess.run(
            [sys.executable, "run_scenarios.py", *wanted],
            cwd=ROOT,
            env={**kept, "NUMBA_CACHE_DIR": str(cache)},
            capture_output=True,
            text=True,
            check=False,
        )
        took = time.perf_counter() - begun, _spent_by_children() - spent
        found = any(Path(out).rglob("*.parquet"))
    if done.returncode or (command != _NOTHING and not found):
        raise WrongWorkError(f"{' '.join(wanted)}\n{done.stderr[-1000:]}")
    return took


def _spent_by_children() -> float:
    """Return the processor time of all processes that this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
