"""A department and a ward are rows of a region's tables: added without a line of Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counties import REGIONS, run_logged, shipped, small_worlds

from sim.engine.tally import Count
from sim.errors import InputError
from sim.glossary import TIERS
from sim.measure.care.run import run_frames
from sim.measure.care.totals import RunTotals
from sim.region import load_region
from sim.world.care.build.assemble import CareWorlds


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> CareWorlds:
    """Return a county in which general hospitals have orthopaedics, and intensive care for strokes alone."""
    folder = tmp_path_factory.mktemp("regions") / "fujian"
    shutil.copytree(REGIONS / "fujian", folder)
    with (folder / "skills.csv").open("a", encoding="utf-8") as skills:
        skills.write("orthopaedics,doctor,骨科,Orthopaedics\n")
        skills.write("ward_stroke,ward,卒中重症监护病房,Intensive care for strokes\n")
    with (folder / "services.csv").open("a", encoding="utf-8") as services:
        services.write("county_general,orthopaedics,doctors,0.01,0.005,1,12,0.45,0,4\n")
        services.write("county_general,ward_stroke,beds,0,0,0,0,0,0.05,0\n")
    _edit(
        folder / "services.csv",
        "county_general,ward_general,beds,0,0,0,0,0,0.565",
        "county_general,ward_general,beds,0,0,0,0,0,0.515",
    )
    conditions = pd.read_csv(folder / "conditions.csv", dtype=str).fillna("")
    named = conditions["condition"].isin(["musculoskeletal", "trauma_minor", "trauma_major"])
    conditions.loc[named, "department"] = "orthopaedics"
    # A severe stroke lies in it, too, since no ward of its own is named for severe ones.
    conditions.loc[conditions["condition"] == "stroke", "ward"] = "ward_stroke"
    conditions.to_csv(folder / "conditions.csv", index=False)
    return small_worlds(load_region(folder), shipped("baseline-2020", 7, 14), townships=3)


def test_its_patients_see_it_and_lie_in_it(built: CareWorlds) -> None:
    tally, _ = run_logged(built)
    run = RunTotals(built, tally)
    table = built.resources[0].table
    granted = run.pool_counts[:, :, Count.GRANTED].sum(axis=1)
    kinds = built.reach.facilities["kind"].to_numpy()[table["facility"]]
    waits = run_frames(built, tally)["waits"]
    served = waits[waits["tier"] == "county"].groupby("skill")["served"].sum()
    for name, role, least in (("orthopaedics", "doctor", 20), ("ward_stroke", "ward", 2)):
        own = np.flatnonzero(table["skill"] == built.skills.number(name))
        # Those of neighbours that are not simulated never let anybody wait.
        pools = np.intersect1d(own, run.pools(role))
        assert set(kinds[pools]) == {"county_general"}
        assert granted[pools].sum() >= least
        assert served[name] == granted[pools].sum()


def test_the_parts_of_a_role_add_up_to_it(built: CareWorlds) -> None:
    tally, _ = run_logged(built)
    waits = run_frames(built, tally)["waits"]
    whole = waits[waits["skill"] == ""].set_index(["tier", "resource", "priority"])
    parts = waits[waits["skill"] != ""].groupby(["tier", "resource", "priority"])
    assert len(parts) > 3
    for key, rows in parts:
        assert rows["served"].sum() == whole.loc[key, "served"]
        assert rows["left"].sum() == whole.loc[key, "left"]
        mean = (rows["served"] * rows["mean"].fillna(0.0)).sum() / max(rows["served"].sum(), 1)
        assert mean == pytest.approx(whole["mean"].fillna(0.0)[key], rel=1e-9)


def test_hospitals_add_up_to_their_kind(built: CareWorlds) -> None:
    tally, _ = run_logged(built)
    loads = run_frames(built, tally)["loads"]
    whole = loads[loads["facility"] == 0].set_index(["kind", "skill"])
    parts = loads[loads["facility"] > 0].groupby(["kind", "skill"])
    assert {"orthopaedics", "ward_stroke", "emergency"} <= set(loads["skill"])
    assert len(parts) > 20
    for key, rows in parts:
        of_kind = whole.loc[key]
        assert rows["pools"].sum() == of_kind["pools"]
        assert rows["joined"].sum() == pytest.approx(of_kind["joined"], rel=1e-12)
        busy = (rows["servers"] * rows["utilisation"].fillna(0.0)).sum()
        expected = of_kind["servers"] * of_kind["utilisation"]
        assert busy == pytest.approx(0.0 if np.isnan(expected) else expected, rel=1e-9)


def test_departments_of_a_kind_are_those_whom_its_patients_see(built: CareWorlds) -> None:
    tally, _ = run_logged(built)
    run, loads = RunTotals(built, tally), run_frames(built, tally)["loads"]
    roles = dict(zip(built.skills.names, built.skills.roles, strict=True))
    doctors = loads[(loads["facility"] == 0) & (loads["skill"].map(roles) == "doctor")]
    assert doctors.groupby("kind")["skill"].nunique()["county_general"] == 7
    joined = doctors.groupby("tier")["joined"].sum() * run.years
    for tier in ("township", "county", "city"):
        counts = run.pool_counts[run.pools("doctor", TIERS.index(tier))]
        assert joined[tier] == pytest.approx(counts[:, :, Count.JOINED].sum(), rel=1e-12)


def test_a_department_that_no_skill_is_named_after_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "fujian"
    shutil.copytree(REGIONS / "fujian", folder)
    conditions = pd.read_csv(folder / "conditions.csv", dtype=str).fillna("")
    conditions["department"] = "orthopaedics"
    conditions.to_csv(folder / "conditions.csv", index=False)
    with pytest.raises(InputError, match="'orthopaedics' is no department of skills"):
        load_region(folder)
