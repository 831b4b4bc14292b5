"""How busy each department and ward is: counted by hand, and marked beyond the limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from counties import run_logged, shipped, small_worlds

from sim.engine.tally import Amount, Count
from sim.measure.care.loads import LOAD_KEYS, LOAD_VALUES
from sim.measure.care.run import run_frames
from sim.measure.care.totals import RunTotals, histogram_quantile
from sim.measure.loads import load_table
from sim.region import Region
from sim.report.load_tables import loads_shown
from sim.report.words import Words


def test_a_row_is_what_its_pools_did(whole_fujian: Region) -> None:
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 7), townships=2)
    tally, _ = run_logged(built)
    run, frame = RunTotals(built, tally), run_frames(built, tally)["loads"]
    kinds = built.reach.facilities["kind"].to_numpy()[run.pool_facility]
    names = np.asarray(built.skills.names)[run.pool_skill]
    rows = frame[frame["facility"] == 0].set_index(["kind", "skill"])
    assert len(rows) > 40
    waited = 0
    for (kind, skill), row in rows.iterrows():
        pools = np.flatnonzero((kinds == kind) & (names == skill))
        pools = np.intersect1d(pools, run.pools(built.skills.roles[built.skills.number(skill)]))
        counts = run.pool_counts[pools].sum(axis=(0, 1))
        amounts = run.pool_amounts[pools]
        servers = amounts[:, 0, Amount.SERVER_AREA].sum()
        assert row["pools"] == pools.size
        assert row["servers"] == pytest.approx(servers / run.minutes)
        assert row["joined"] == pytest.approx(counts[Count.JOINED] / run.years)
        left = counts[Count.RENEGED] + counts[Count.REFUSED]
        assert row["left_share"] == pytest.approx(
            left / max(counts[Count.JOINED], 1), nan_ok=True
        ) or (counts[Count.JOINED] == 0)
        if counts[Count.GRANTED] > 0:
            wait = amounts[:, :, Amount.WAIT].sum() / counts[Count.GRANTED]
            assert row["wait_mean"] == pytest.approx(wait)
            number = list(built.inputs[0].kinds["kind"]).index(kind)
            waits = run.wait_counts((built.skills.number(skill),), (number,))
            # Every wait of these pools, and no other, is in the histogram that the percentile is of.
            assert waits.sum() == counts[Count.GRANTED]
            assert row["wait_p90"] == histogram_quantile(waits, tally.wait_edges, 0.9)
            waited += row["wait_p90"] > 0.0
    assert waited > 10
    assert set(frame.loc[frame["facility"] > 0, "tier"]) == {"county", "city", "province"}


def _loads(use: list[float]) -> pd.DataFrame:
    named = dict.fromkeys(LOAD_KEYS, "")
    numbers = {**dict.fromkeys(LOAD_VALUES, 1.0), "left_share": 0.25, "wait_p90": float("nan")}
    return pd.DataFrame(
        [
            {
                **named, **numbers, "scenario": "a", "replication": replication, "facility": 0,
                "tier": "county", "kind": "county_general", "skill": f"s{number}",
                "skill_en": f"S{number}", "utilisation": value + 0.02 * replication - 0.01,
            }
            for replication in (0, 1)
            for number, value in enumerate(use)
        ]
    )  # fmt: skip


def test_pools_beyond_the_limits_are_marked_by_their_mean() -> None:
    nan = float("nan")
    table = load_table(_loads([0.19, 0.21, 0.97, 0.985, nan]))
    assert table["skill"].tolist() == ["s0", "s1", "s2", "s3", "s4"]
    assert table["mark"].tolist() == ["low", "", "", "high", ""]
    assert table["utilisation"].tolist() == pytest.approx(
        [0.19, 0.21, 0.97, 0.985, nan], nan_ok=True
    )
    # t(0.975, 1) = 12.706205: half of 0.02 times it.
    assert table["utilisation_high"][1] == pytest.approx(0.21 + 0.127062, abs=1e-6)
    once = load_table(_loads([0.5, 0.98 + 0.01]).query("replication == 0"))
    assert once["utilisation"].tolist() == [0.49, 0.98]
    assert once["mark"].tolist() == ["", ""]
    assert once["utilisation_low"].isna().all()


def test_the_table_shows_a_line_for_each_kind_and_colours_the_marked() -> None:
    shown = loads_shown(load_table(_loads([0.15, 0.5])), "a", "A", Words.of("en"))
    columns = [list(column.cells) for column in shown.columns]
    assert columns[0] == ["[bold]County general hospital[/]", "  S0", "  S1"]
    assert columns[2] == ["", "15.0 \\[2, 28]", "50.0 \\[37, 63]"]
    assert columns[3:6] == [["", "1.0", "1.0"], ["", "–", "–"], ["", "25.0", "25.0"]]
    assert columns[6] == ["", "[yellow]idle[/]", ""]
