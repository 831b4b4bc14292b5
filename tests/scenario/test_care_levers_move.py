"""Every lever moves in a run what it declares, and in the right direction.

With common random numbers, so that the difference to the run of the same seed without the lever
has little noise: the mean difference must have the right sign by a one-sided t test at 1 %.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counties import indicators, shipped, small_worlds, written
from scipy import stats

from sim.region import Region
from sim.scenario.care.levers import LEVERS, lever_called
from sim.scenario.care.scenario import Scenario

_WARM_UP, _LENGTH = 7, 14
_SEEDS = tuple(range(1, 13))

MOVES = {
    # Twenty years in which nobody is born less, so that the old come on top.
    "ageing": ("{years: 20, share_0_4: 0}", {"visits_per_person": +1}),
    # Far fewer beds than today.
    "bed_plan": (
        "{public: 1.5, private: 0.5, primary: 0.3}",
        {"public_beds_per_1000": -1, "bed_occupancy": +1, "diverted": +1},
    ),
    # Less than half the physicians.
    "physicians": (
        "{physicians_per_1000: 1.1, general_practitioners_per_10000: 0.3}",
        {"physicians_per_1000": -1, "doctor_utilisation": +1},
    ),
    # A standard that closes two thirds of the county's beds.
    "staffed_beds": (
        "{staff_per_bed: {county: 3.0}, hire: false}",
        {"bed_occupancy": +1},
    ),
    "family_doctor": (
        "{coverage: 0.75, coverage_elderly: 0.95, bonus: 1.0}",
        {"primary_visit_share": +1, "in_county_rate": +1},
    ),
    "first_contact": (
        "{bound: 0.9}",
        {"primary_visit_share": +1, "in_county_rate": +1, "own_ways_up_per_100": +1},
    ),
    # Fewer treatable patients are referred, and review returns most of them: more than comply beyond today.
    "two_way_referral": (
        "{down_acceptance: 1.0, down_delay_hours: 1}",
        {"referrals_down": +1, "referrals_up": -1},
    ),
    "county_capability": (
        "{counties: all, gain: 1.0}",
        {"in_county_rate": +1, "in_county_admission_share": +1, "in_county_fund_share": +1},
    ),
    "tiered_reimbursement": (
        "{outpatient: {residents: {village: 0.9, township: 0.9, county: 0.8}}}",
        {"out_of_pocket_share": -1, "in_county_fund_share": +1},
    ),
    # Twice the beds of the county's hospitals, and of its centres.
    "extra": (
        "{county_beds: 300, township_beds: 40, county_physicians: 200}",
        {"bed_occupancy": -1, "doctor_utilisation": -1},
    ),
}

PLAN_MOVES = {
    "in_county_rate": +1,
    "in_county_rate_common": +1,
    "primary_visit_share": +1,
    "out_of_pocket_share": -1,
    "inpatient_reimbursement_rate": +1,
    "public_beds_per_1000": +1,
    "physicians_per_1000": +1,
    "general_practitioners_per_10000": +1,
    "provincial_staff_per_bed": +1,
}


def runs_of(region: Region, scenario: Scenario) -> pd.DataFrame:
    """Return the indicators (rows) of a few runs (columns)."""
    built = small_worlds(region, scenario)
    return pd.concat({seed: indicators(built, seed) for seed in _SEEDS}, axis=1)


@pytest.fixture(scope="module")
def base(whole_fujian: Region) -> pd.DataFrame:
    return runs_of(whole_fujian, shipped("baseline-2020", _WARM_UP, _LENGTH))


def assert_moved(after: pd.DataFrame, before: pd.DataFrame, moves: dict[str, int]) -> None:
    for indicator, direction in moves.items():
        moved = (after.loc[indicator] - before.loc[indicator]) * direction
        error = moved.std() / np.sqrt(len(moved))
        assert moved.mean() > stats.t.ppf(0.99, len(moved) - 1) * error, (indicator, moved.tolist())


def test_every_lever_is_tried() -> None:
    assert set(MOVES) == {lever.name for lever in LEVERS}


@pytest.mark.parametrize("name", MOVES)
def test_a_lever_moves_what_it_declares(
    whole_fujian: Region, tmp_path: Path, base: pd.DataFrame, name: str
) -> None:
    parameters, moves = MOVES[name]
    assert set(moves) <= set(lever_called(name).moves)
    scenario = written(tmp_path, f"- {name}: {parameters}", _WARM_UP, _LENGTH)
    assert_moved(runs_of(whole_fujian, scenario), base, moves)


def test_the_plan_moves_what_it_intends(whole_fujian: Region) -> None:
    without, plan = (
        runs_of(whole_fujian, shipped(name, _WARM_UP, _LENGTH))
        for name in ("no-reform-2025", "plan-2025")
    )
    assert_moved(plan, without, PLAN_MOVES)
