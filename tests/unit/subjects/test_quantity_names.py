"""Names of quantities are checked before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import load_scenario
from sim.subjects.registry import subject_of

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def test_indicators_of_care_have_a_tier_or_none() -> None:
    scenario = load_scenario("baseline-2020", SCENARIOS)
    subject = subject_of(scenario)
    subject.check_quantities(["bed_wait_mean", "bed_wait_mean:county"], scenario)
    wrong = ["bed_wait_mean:contry", "bed_wait_meen", "tier.county"]
    with pytest.raises(InputError) as raised:
        subject.check_quantities([*wrong, "bed_occupancy"], scenario)
    told = [problem.what for problem in raised.value.problems]
    assert len(told) == len(wrong)
    assert told[0].endswith("did you mean 'bed_wait_mean:county'?")
    assert told[1].endswith("did you mean 'bed_wait_mean'?")
