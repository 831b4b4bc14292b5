"""Every shipped scenario of a county keeps the invariants: patients, servers, time, money."""

from __future__ import annotations

import pytest
from counties import SCENARIOS, run_logged, shipped, small_worlds

from sim.measure.care.invariants import broken_in_log, broken_in_tally
from sim.region import Region
from sim.study.care_model import care_model

NAMES = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def test_there_are_shipped_scenarios() -> None:
    assert {"baseline-2020", "plan-2025"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_invariants_hold(whole_fujian: Region, name: str) -> None:
    built = small_worlds(whole_fujian, shipped(name))
    tally, log = run_logged(built)
    assert broken_in_tally(built, tally) == []
    assert broken_in_log(care_model(built), tally, log) == []
