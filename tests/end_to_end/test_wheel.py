"""What is installed is whole: the program, its second name, and the scenarios, in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SHOWN = """
import tiered_care as sim
print(sim.shipped_scenarios())
print(sim.check("plan-2025", ))
print(len(sim.run("erlang-b", workers=1)["measures"]))
"""


def _run(*command: str, cwd: Path, path: Path | None = None) -> str:
    """Run a Python command and return what it prints."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(path or ""),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    shown = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert shown.returncode == 0, shown.stderr
    return shown.stdout


def test_a_wheel_runs_from_an_empty_folder(tmp_path: Path) -> None:
    wheels, installed, empty = (tmp_path / name for name in ("wheels", "installed", "empty"))
    empty.mkdir()
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir")
    _run(*build, str(wheels), str(ROOT), cwd=tmp_path)
    (wheel,) = wheels.glob("*.whl")
    _run(
        "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed), str(wheel),
        cwd=tmp_path,
    )  # fmt: skip
    where, problems, rows = _run("-c", _SHOWN, cwd=empty, path=installed).splitlines()
    assert Path(where) == installed / "sim" / "shipped"
    assert problems == "[]"
    assert int(rows) > 10
    assert list(empty.iterdir()) == []
