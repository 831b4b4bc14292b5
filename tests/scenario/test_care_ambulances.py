"""Emergencies of Fujian that come by ambulance: how many they are, how sick, and that admissions stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from counties import shipped, small_worlds
from scipy import stats

from sim.engine import compiled
from sim.measure.care.invariants import broken_in_tally
from sim.measure.care.run import run_frames
from sim.region import Region
from sim.region.parameters import with_parameters
from sim.scenario.care.inputs import Inputs
from sim.subjects.care.model import care_model
from sim.world.care.build.stays import stay_odds

GROUPS = ("chest_pain", "stroke", "major_trauma")
_RUNS = 6
_ALL = 1_000
"""More townships than any county has."""


@pytest.fixture(scope="module")
def indicators(whole_fujian: Region) -> pd.DataFrame:
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 84), townships=_ALL)
    found = []
    for replication in range(_RUNS):
        tally = compiled.simulate(care_model(built), 1, replication)
        assert broken_in_tally(built, tally) == []
        table = run_frames(built, tally)["indicators"]
        table = table[(table["tier"] == "") & (table["county"] == 0)]
        found.append(table.set_index("indicator")["value"])
    return pd.DataFrame(found).reset_index(drop=True)


def interval(values: pd.Series) -> tuple[float, float]:
    """Return the 95 % interval of a mean of replications."""
    half = stats.t.ppf(0.975, len(values) - 1) * values.std() / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


@pytest.mark.parametrize("group", GROUPS)
def test_most_who_come_by_ambulance_are_admitted(indicators: pd.DataFrame, group: str) -> None:
    low, high = interval(indicators[f"ambulance_admission_share_{group}"])
    assert 0.6 <= low < high


def test_ambulances_are_called_as_often_as_is_plausible(indicators: pd.DataFrame) -> None:
    low, high = interval(indicators["ambulance_calls_per_1000"])
    assert 15.0 < low < high < 35.0


def total(inputs: Inputs) -> np.ndarray:
    """Return the share of each condition's episodes that need a stay, over both ways of arriving."""
    odds = stay_odds(inputs)
    others = (1.0 - odds.by_ambulance) * odds.other_admission
    return np.asarray(odds.by_ambulance * odds.ambulance_admission + others)


def test_admissions_of_each_condition_do_not_change(whole_fujian: Region) -> None:
    inputs = Inputs.of(whole_fujian)
    stated = inputs.conditions["admission_share"].to_numpy()
    np.testing.assert_allclose(total(inputs), stated, rtol=0.0, atol=1e-12)
    odds = stay_odds(inputs)
    named = inputs.conditions["emergency_group"] != "none"
    # As the tables say, no room was missing.
    np.testing.assert_array_equal(
        odds.ambulance_admission[named], inputs.conditions["ambulance_admission"][named]
    )
    assert (odds.ambulance_admission[named] > odds.other_admission[named]).all()


def test_without_ambulances_a_region_is_as_it_was(whole_fujian: Region) -> None:
    conditions = whole_fujian.conditions.assign(ambulance_share=0.0, ambulance_admission=np.nan)
    odds = stay_odds(Inputs.of(replace(whole_fujian, conditions=conditions)))
    np.testing.assert_array_equal(odds.other_admission, conditions["admission_share"])
    np.testing.assert_array_equal(odds.other_gradient, conditions["admission_gradient"])


def test_left_out_it_is_the_conditions_share(whole_fujian: Region) -> None:
    conditions = whole_fujian.conditions.assign(ambulance_admission=np.nan)
    odds = stay_odds(Inputs.of(replace(whole_fujian, conditions=conditions)))
    np.testing.assert_allclose(odds.ambulance_admission, conditions["admission_share"], rtol=1e-9)
    np.testing.assert_allclose(odds.other_admission, conditions["admission_share"], rtol=1e-9)


@pytest.mark.parametrize(
    "factors",
    [
        {"conditions.ambulance_admission": 9.0},
        {"conditions.ambulance_share": 9.0},
        {"conditions.admission_share": 0.1, "conditions.emergency_share": 1.4},
        {"conditions.admission_share": 1.25, "conditions.ambulance_admission": 0.0},
    ],
)
def test_where_there_is_no_room_the_ambulances_give_way(
    whole_fujian: Region, factors: dict[str, float]
) -> None:
    inputs = Inputs.of(with_parameters(whole_fujian, factors))
    odds = stay_odds(inputs)
    stated = inputs.conditions["admission_share"].to_numpy()
    np.testing.assert_allclose(total(inputs), stated, rtol=0.0, atol=1e-12)
    for share, gradient in (
        (odds.ambulance_admission, odds.ambulance_gradient),
        (odds.other_admission, odds.other_gradient),
    ):
        assert ((share >= 0.0) & (share <= 1.0) & (gradient >= 0.0)).all()
        assert (share * (1.0 + gradient) <= 1.0 + 1e-9).all()
