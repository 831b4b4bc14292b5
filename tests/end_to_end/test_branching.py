"""Real scenarios that differ by a dated lever: what they share is run once, and no table changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import sim
from sim.engine import compiled
from sim.engine.choose import EngineName
from sim.runs.paths import StudyPaths
from sim.runs.study import run_study
from sim.scenario import Scenario, load_scenario
from sim.subjects.care.cases import care_cases, run_care_case, run_care_cases

SCENARIOS = Path(__file__).parents[2] / "scenarios"
_MINUTES_PER_DAY = 1440.0
_LATER = "from: 2020-01-06"
"""The first counted day."""
_TABLES = ("indicators", "flows", "facilities", "waits")


def written(
    folder: Path, name: str, lever: str = "", *, when: str = _LATER, seed: int = 1, weeks: int = 2
) -> Scenario:
    """Return a child of the baseline, of Youxi for two weeks and some more, with one lever."""
    path = folder / f"{name}.yaml"
    levers = f"levers:\n  - {{{when + ', ' if when else ''}{lever}}}\n" if lever else ""
    path.write_text(
        f"name: {name}\nextends: baseline-2020\ntitle: {{zh: 试, en: Tried}}\nregion: fujian/youxi\n"
        f"run: {{warm_up: 2 w, length: {weeks} w, replications: 1, seed: {seed}}}\n{levers}",
        encoding="utf-8",
    )
    return load_scenario(path, SCENARIOS)


@pytest.fixture
def pair(tmp_path: Path) -> list[Scenario]:
    return [
        written(tmp_path, "as-it-is"),
        written(tmp_path, "bound", "first_contact: {bound: 0.8}"),
    ]


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a list of the minutes that engines simulate from now on."""
    minutes: list[float] = []
    move = compiled.Run._move

    def noted(run: compiled.Run, until: float) -> None:
        minutes.append(until - run._now)
        move(run, until)

    monkeypatch.setattr(compiled.Run, "_move", noted)
    return minutes


def test_a_comparison_gives_the_same_tables_in_less_time(
    pair: list[Scenario],
    simulated: list[float],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sim.compare(*pair, scenarios=SCENARIOS, out=tmp_path / "together", workers=1, figures=False)
    assert sum(simulated) == (14 + 14 + 14) * _MINUTES_PER_DAY
    simulated.clear()
    apart, together = StudyPaths(tmp_path / "apart"), StudyPaths(tmp_path / "together")
    run_study(care_cases(pair, SCENARIOS), run_care_case, apart)
    assert sum(simulated) == 2 * 28 * _MINUTES_PER_DAY
    for name in _TABLES:
        assert together.table(name).read_bytes() == apart.table(name).read_bytes()
    keys = [sorted(run.name for run in each.runs.iterdir()) for each in (together, apart)]
    assert keys[0] == keys[1]
    # Runs of one way are known to the other, and the lever does something.
    simulated.clear()
    result = run_study(
        care_cases(pair, SCENARIOS), run_care_case, together, run_together=run_care_cases
    )
    assert simulated == []
    rates = result.frames["indicators"].query("indicator == 'in_county_rate' and tier == ''")
    assert rates["value"].nunique() == 2


def families(*scenarios: Scenario, engine: EngineName = "compiled") -> list[tuple[str, float]]:
    """Return the families as letters, and what their members share."""
    found: dict[str, str] = {}
    cases = care_cases(scenarios, SCENARIOS, engine)
    letters = [
        found.setdefault(case.family, "abc"[len(found)]) if case.family else "" for case in cases
    ]
    return list(zip(letters, [case.shared for case in cases], strict=True))


def test_scenarios_that_differ_later_are_a_family(pair: list[Scenario], tmp_path: Path) -> None:
    other = written(tmp_path, "beds", "bed_plan: {public: 3.6}", when="from: 2020-01-13")
    same = replace(pair[1], name="same")
    assert families(*pair) == [("a", 0.5)] * 2
    assert families(pair[0], other) == [("a", 0.75)] * 2
    assert families(*pair, other) == [("a", 0.5)] * 3
    assert families(pair[1], same) == [("a", 1.0)] * 2
    assert families(pair[0]) == [("", 0.0)]


def test_other_scenarios_are_run_by_themselves(pair: list[Scenario], tmp_path: Path) -> None:
    at_once = written(tmp_path, "at-once", "first_contact: {bound: 0.8}", when="")
    # Who falls ill is drawn ahead, from rates of the whole run.
    older = written(tmp_path, "older", "ageing: {years: 5}")
    lucky = written(tmp_path, "lucky", seed=2)
    longer = written(tmp_path, "longer", weeks=3)
    for other in (at_once, older, lucky, longer):
        assert families(pair[0], other) == [("", 0.0)] * 2
    assert families(pair[0], at_once, pair[1]) == [("a", 0.5), ("", 0.0), ("a", 0.5)]
    assert families(*pair, engine="simpy") == [("", 0.0)] * 2
