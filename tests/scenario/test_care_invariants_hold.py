"""Every shipped scenario of a county keeps the invariants: patients, servers, time, money."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from counties import SCENARIOS, run_logged, shipped, small_worlds, written
from skills import Skill

from sim.engine.tally import Amount
from sim.measure.care.invariants import broken_in_log, broken_in_tally
from sim.region import Region
from sim.subjects.care.model import care_model

NAMES = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def test_there_are_shipped_scenarios() -> None:
    assert {"baseline-2020", "plan-2025"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_invariants_hold(whole_fujian: Region, name: str) -> None:
    built = small_worlds(whole_fujian, shipped(name))
    tally, log = run_logged(built)
    assert broken_in_tally(built, tally) == []
    assert broken_in_log(care_model(built), tally, log) == []


def test_invariants_hold_when_beds_close_under_their_patients(
    whole_fujian: Region, tmp_path: Path
) -> None:
    levers = "- from: 2020-01-08\n  bed_plan: {public: 0.8, private: 0.3, primary: 0.2}"
    built = small_worlds(whole_fujian, written(tmp_path, levers, warm_up=14, length=7))
    tally, log = run_logged(built)
    assert broken_in_tally(built, tally) == []
    assert broken_in_log(care_model(built), tally, log) == []
    # It did happen: in the week of the cut wards held more patients than they had beds on average.
    wards = np.flatnonzero(built.resources[0].table["skill"] == Skill.WARD_GENERAL)
    busy = tally.amounts[tally.counted_from][wards, :, Amount.BUSY_AREA].sum(axis=1)
    assert (busy > tally.amounts[tally.counted_from][wards, 0, Amount.SERVER_AREA]).any()
