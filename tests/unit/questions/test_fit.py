"""The rough fit of the choice constants: nearer to what is wanted, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim

ROOT = Path(__file__).parents[3]
KINDS = ROOT / "scenarios/regions/fujian/kinds.csv"
OPTIONS = {"region": "fujian/taining", "weeks": 2, "warm_up": 1}
FITTED = ("constant_mild", "constant_moderate", "constant_severe", "constant_stay")


def distance(shares: pd.DataFrame) -> float:
    """Return how far shares are from those wanted: the sum of both kinds' absolute differences."""
    return float((shares["found"] - shares["wanted"]).abs().sum())


@pytest.fixture(scope="module")
def rounds() -> dict[int, sim.Shown]:
    return {count: sim.fit(rounds=count, **OPTIONS) for count in (1, 4)}


def test_three_steps_take_away_most_of_the_distance(rounds: dict[int, sim.Shown]) -> None:
    before, after = (distance(rounds[count]["shares"]) for count in (1, 4))
    assert before > 0.1  # one county is unlike the province that the shipped constants were set for
    assert after < 0.5 * before


def test_the_first_round_only_looks(rounds: dict[int, sim.Shown]) -> None:
    shipped = pd.read_csv(KINDS)
    pd.testing.assert_frame_equal(
        rounds[1]["kinds"][["kind", *FITTED]], shipped[["kind", *FITTED]], check_dtype=False
    )


def test_only_constants_move_and_all_bands_of_a_tier_alike(rounds: dict[int, sim.Shown]) -> None:
    first, last = rounds[1]["kinds"], rounds[4]["kinds"]
    rest = [name for name in first.columns if name not in FITTED]
    pd.testing.assert_frame_equal(first[rest], last[rest])
    moved = (last[list(FITTED)] - first[list(FITTED)]).groupby(first["tier"])
    assert np.allclose(moved.max(), moved.min(), atol=0.005, equal_nan=True)
    visits = moved.first()[list(FITTED[:3])]
    assert np.allclose(visits.max(axis=1), visits.min(axis=1), atol=0.005)
    # Only differences count: the tier that all others are measured by stays.
    assert moved.first().loc["village", "constant_mild"] == 0.0
    assert moved.first().loc["county", "constant_stay"] == 0.0


def test_all_together_are_told_beside_the_counties(rounds: dict[int, sim.Shown]) -> None:
    assert rounds[4]["counties"]["county"].tolist() == [0]
    assert rounds[4]["counties"].loc[0, "in_county_rate"] > 0.5
