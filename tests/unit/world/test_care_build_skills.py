"""Skills as the builder numbers them: departments, wards by severity, and the best ward of a county."""

from __future__ import annotations

import numpy as np

from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.preference import county_best
from sim.world.care.build.skills import Skills, condition_wards, departments
from sim.world.care.world import NONE


def test_severe_cases_of_a_condition_have_a_ward_of_their_own_where_one_is_named(
    whole_fujian: Region,
) -> None:
    inputs = Inputs.of(whole_fujian)
    names = np.asarray(Skills.of(inputs).names)
    conditions = list(inputs.conditions["condition"])
    wards = names[condition_wards(inputs).reshape(3, -1)]
    assert wards[:, conditions.index("trauma_major")].tolist() == [
        "ward_surgical",
        "ward_surgical",
        "ward_intensive",
    ]
    assert wards[:, conditions.index("childbirth")].tolist() == ["ward_maternal_child"] * 3
    seen = names[departments(inputs).reshape(2, -1)]
    assert seen[:, conditions.index("trauma_major")].tolist() == ["surgery", "emergency"]
    # Births and children have doctors of their own at all hours.
    assert seen[:, conditions.index("childbirth")].tolist() == ["women_children"] * 2
    # No department named: the general one.
    assert seen[:, conditions.index("skin")].tolist() == ["doctor", "emergency"]


def test_the_best_with_a_ward_is_that_of_the_severity() -> None:
    capability = np.array([[0.5, 0.6], [0.9, 0.8]])
    # Skills 0 doctors, 1 general ward, 2 ward of the condition, 3 of its severe cases.
    pools = [[0, 1, NONE, NONE], [2, NONE, NONE, 3]]
    wards = np.array([[2, 1], [2, 1], [3, 1]])
    best, with_ward = county_best(
        capability, np.array([[True, True]]), np.ravel(pools).tolist(), (wards.ravel(), 1)
    )
    assert best.tolist() == [[0.9, 0.8]]
    # Only severe cases of the first condition find a bed at the abler facility.
    assert with_ward.tolist() == [[[0.5, 0.6], [0.5, 0.6], [0.9, 0.6]]]
