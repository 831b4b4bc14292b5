"""What every command waits for at its start: nothing that only some of them need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("matplotlib", "scipy", "pandas", "numpy", "numba", "pyarrow", "pydantic", "rich.console")
"""None of them is needed to show the help of a command."""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Modules that are there when the commands are."""
    code = "import sys, sim.cli.app; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return set(shown.stdout.split())


def test_the_commands_are_there(imported: set[str]) -> None:
    assert {"sim.cli.evidence", "sim.cli.why", "sim.cli.how_sure"} <= imported


@pytest.mark.parametrize("module", HEAVY)
def test_nothing_heavy_is_imported_before_it_is_needed(imported: set[str], module: str) -> None:
    assert module not in imported


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    code = "from sim.cli.screen import console as c; [c().print('x' * 90) for _ in range(9999)]"
    writer = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.stdout.close()
    assert writer.wait(timeout=60) == 0
