"""Compiled or interpreted, under any hash seed: the same draws and the same log, bit for bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from care_answers import answers

from sim.pathway.care.stages import Stage

_ROOT = Path(__file__).parents[2]


def _in_another_process(*arguments: str, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("care_answers.py")), *arguments],
        env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def here() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(answers()))
    return found


def test_the_hand_made_log_goes_through_every_stage(here: dict[str, Any]) -> None:
    _, stages, _ = here["hand-made"]
    # A log row shows the stage after the step; nobody is NEW once they have taken one.
    # Nor is an exam put off, for no door of the hand-made county closes on one.
    never = {Stage.NEW.value, Stage.EXAM_PUT_OFF.value}
    assert set(stages) == {stage.value for stage in Stage} - never


def test_interpreted_equals_compiled(here: dict[str, Any]) -> None:
    # With every look-up checked, too: the path never reads or writes outside a field.
    interpreted = _in_another_process(
        "draws", "hand-made", NUMBA_DISABLE_JIT="1", SIM_CHECK_BOUNDS="1"
    )
    assert interpreted == {part: here[part] for part in ("draws", "hand-made")}


@pytest.mark.parametrize("hash_seed", ["0", "1", "2"])
def test_logs_do_not_depend_on_the_hash_seed(here: dict[str, Any], hash_seed: str) -> None:
    parts = ("hand-made", "town")
    found = _in_another_process(*parts, PYTHONHASHSEED=hash_seed)
    assert found == {part: here[part] for part in parts}
