"""Regions that lack beds, or all but a clinic: those who find no place stand in the results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from counties import Change, shipped, small_worlds

from sim.engine import compiled
from sim.measure.care import run_frames
from sim.measure.care.invariants import broken_in_tally
from sim.measure.compare import scorecard
from sim.pathway.care.state import Event
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.subjects.care.model import care_model

Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def results(whole_fujian: Region) -> Callable[[Change | None], Frames]:
    def run(change: Change | None) -> Frames:
        built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 14), change=change)
        tally = compiled.simulate(care_model(built), 1, 0)
        assert broken_in_tally(built, tally) == []
        begun = tally.state.table("events")[:, :, Event.STAYS_BEGUN].sum()
        return {**run_frames(built, tally), "stays_begun": pd.DataFrame({"count": [begun]})}

    return run


def _no_bed_anywhere(inputs: Inputs) -> None:
    inputs.facilities["beds"] = 0
    _close_the_world_outside(inputs)


def _no_bed_in_the_county(inputs: Inputs) -> None:
    inputs.facilities.loc[inputs.facilities["county"] > 0, "beds"] = 0


def _close_the_world_outside(inputs: Inputs) -> None:
    """Nobody outside the province or next door can treat anything: there are beds without number."""
    inputs.capability[["out_of_province", "border_general"]] = 0.0
    inputs.neighbours = inputs.neighbours.iloc[:0]


def _only_clinics(inputs: Inputs) -> None:
    """Whatever is not a clinic can treat nobody, and nobody chooses it."""
    for kind in inputs.capability.columns:
        if kind not in ("village_clinic", "private_clinic"):
            inputs.capability[kind] = 0.0


def of(frames: Frames, indicator: str) -> float:
    table = frames["indicators"]
    rows = table[(table["indicator"] == indicator) & (table["tier"] == "") & (table["county"] == 0)]
    return float(rows["value"].iloc[0])


def by(frames: Frames, need: str) -> pd.Series:
    table = frames["unmet"]
    return table[table["need"] == need].groupby("reason")["count"].sum()


def verdict(frames: Frames, indicator: str) -> str:
    """Return the verdict of five runs that all came out like this one."""
    runs = pd.concat(
        [frames["indicators"].assign(scenario="tried", replication=number) for number in range(5)]
    )
    row = {"number": "13", "indicator": indicator, "operator": ">=", "target": 0.9}
    row |= {"tolerance": np.nan, "value_2020": np.nan, "nature": "expected", "kind": "simulated"}
    return str(scorecard(runs, pd.DataFrame([row]))["verdict"].iloc[0])


def test_without_a_bed_anywhere_every_stay_needed_is_unmet(
    results: Callable[[Change | None], Frames],
) -> None:
    usual, without = results(None), results(_no_bed_anywhere)
    assert of(usual, "unmet_admission_share") < 0.2
    assert of(without, "admissions_per_100") == 0.0
    assert of(without, "unmet_admission_share") == 1.0
    assert by(without, "stay").drop("not_sought").idxmax() == "no_ward"
    assert "no_bed" not in by(without, "stay")
    # Whoever needs a stay needs it with and without beds; with beds some are still inside.
    begun = without["stays_begun"]["count"].iloc[0]
    assert begun == usual["stays_begun"]["count"].iloc[0]
    assert by(without, "stay").drop("not_sought").sum() > 0.6 * begun
    assert verdict(without, "in_county_rate") in ("not_judged", "not_met")


def test_without_a_bed_in_the_county_stays_go_elsewhere_or_are_unmet(
    results: Callable[[Change | None], Frames],
) -> None:
    without = results(_no_bed_in_the_county)
    assert of(without, "in_county_admission_share") == 0.0
    assert of(without, "admissions_per_100") > 1.0
    assert 0.0 < of(without, "unmet_admission_share") < 0.5


def test_where_there_are_only_clinics_nobody_is_called_well_served(
    results: Callable[[Change | None], Frames],
) -> None:
    clinics = results(_only_clinics)
    assert of(clinics, "in_county_rate") == 1.0
    assert of(clinics, "unmet_admission_share") == 1.0
    assert of(clinics, "unmet_visit_share") > 0.2
    assert verdict(clinics, "in_county_rate") == "not_judged"
    reasons = by(clinics, "visit")
    assert reasons.drop("not_sought").idxmax() == "nobody_able"
    table = clinics["unmet"]
    assert set(table.loc[table["reason"] == "nobody_able", "tier"]) <= {"village", ""}
