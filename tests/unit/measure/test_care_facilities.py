"""A facility's row sums over its own pools, however many these are."""

from __future__ import annotations

import numpy as np
import pytest
from counties import run_logged, shipped, small_worlds

from sim.engine.tally import Amount, Count
from sim.measure.care.run import run_frames
from sim.measure.care.totals import RunTotals
from sim.region import Region


def test_a_facility_is_the_sum_of_its_pools(whole_fujian: Region) -> None:
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 7), townships=1)
    tally, _ = run_logged(built)
    run, frame = RunTotals(built, tally), run_frames(built, tally)["facilities"]
    for facility, row in frame.iterrows():
        beds, doctors = (
            [
                p
                for p in np.flatnonzero(run.pool_facility == facility)
                if run.pool_skill[p] in skills
            ]
            for skills in (run.skills_of("ward"), run.skills_of("doctor"))
        )
        assert row["bed_occupancy"] == _share(run, beds)
        assert row["doctor_utilisation"] == _share(run, doctors)
        assert row["doctor_wait_mean"] == _mean_wait(run, doctors)
        assert row["bed_wait_mean"] == _mean_wait(run, beds)
    assert frame[["bed_occupancy", "doctor_utilisation", "bed_wait_mean"]].notna().any().all()
    assert frame["bed_occupancy"].isna().any()


def _share(run: RunTotals, pools: list[int]) -> object:
    busy = sum(run.pool_amounts[p, :, Amount.BUSY_AREA].sum() for p in pools)
    servers = sum(run.pool_amounts[p, 0, Amount.SERVER_AREA] for p in pools)
    return pytest.approx(busy / servers if servers else np.nan, rel=1e-12, nan_ok=True)


def _mean_wait(run: RunTotals, pools: list[int]) -> object:
    waits = sum(run.pool_amounts[p, :, Amount.WAIT].sum() for p in pools)
    served = sum(run.pool_counts[p, :, Count.GRANTED].sum() for p in pools)
    return pytest.approx(waits / served if served else np.nan, rel=1e-12, nan_ok=True)
