"""What is written is what was planned, so that a foreign file in the way is seen before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.errors import InputError

ROOT = Path(__file__).parents[3]
OPTIONS: dict[str, Any] = {"scenarios": ROOT / "scenarios", "replications": 2}
COUNTY = {**OPTIONS, "region": "fujian/taining", "weeks": 1, "warm_up": 0}
NETWORK = {**OPTIONS, "weeks": 9}

QUESTIONS: dict[str, Callable[[Path], sim.Answer]] = {
    "run": lambda out: sim.run("baseline-2020", "plan-2025", out=out, **COUNTY),
    "run of a network": lambda out: sim.run("clinic-and-ward", out=out, **OPTIONS),
    "waterfall": lambda out: sim.waterfall("no-reform-2025", "beds-only", out=out, **COUNTY),
    "leaks": lambda out: sim.leaks("baseline-2020", out=out, **COUNTY),
    "bottlenecks": lambda out: sim.bottlenecks("baseline-2020", out=out, **COUNTY),
    "workload": lambda out: sim.workload("baseline-2020", out=out, **COUNTY),
    "warm_up": lambda out: sim.warm_up("erlang-b", out=out, **OPTIONS),
    "long_run": lambda out: sim.long_run("erlang-b", out=out, scenarios=ROOT / "scenarios"),
    "precision": lambda out: sim.precision(
        "erlang-b", out=out, maximum=3, scenarios=ROOT / "scenarios"
    ),
}


def written(out: Path) -> set[Path]:
    """Return every file of a results folder that is an answer, not a run."""
    files = {file.relative_to(out) for file in out.rglob("*") if file.is_file()}
    return {f for f in files if f.parts[0] != "runs" and not f.name.startswith((".", "manifest"))}


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_file_is_planned(question: str, tmp_path: Path) -> None:
    """A study over a foreign file of each written name is refused before the first run."""
    QUESTIONS[question](tmp_path / "whole")
    names = written(tmp_path / "whole")
    out = tmp_path / "refused"
    out.mkdir()
    (out / "manifest.json").write_text('{"format": "tiered-care-study/2"}')
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    with pytest.raises(InputError) as refused:
        QUESTIONS[question](out)
    told = {p.file.relative_to(out) for p in refused.value.problems if p.file}
    # Of a picture, the PNG stands for the SVG too.
    assert told == {name for name in names if name.suffix != ".svg"}
    assert not (out / "runs").exists()
    assert all((out / name).read_text() == "mine" for name in names)
