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
    """Return a county in which general hospitals have an orthopaedic department and intensive care."""
    folder = tmp_path_factory.mktemp("regions") / "fujian"
    shutil.copytree(REGIONS / "fujian", folder)
    with (folder / "skills.csv").open("a", encoding="utf-8") as skills:
        skills.write("orthopaedics,doctor,骨科,Orthopaedics\n")
        skills.write("ward_intensive,ward,重症监护病房,Intensive care\n")
    with (folder / "services.csv").open("a", encoding="utf-8") as services:
        services.write("county_general,orthopaedics,doctors,0.01,0.005,1,12,0.45,0\n")
        services.write("county_general,ward_intensive,beds,0,0,0,0,0,0.05\n")
    _edit(
        folder / "services.csv",
        "county_general,ward_general,beds,0,0,0,0,0,0.88",
        "county_general,ward_general,beds,0,0,0,0,0,0.83",
    )
    conditions = pd.read_csv(folder / "conditions.csv", dtype=str).fillna("")
    conditions["department"] = ""
    named = conditions["condition"].isin(["musculoskeletal", "trauma_minor", "trauma_major"])
    conditions.loc[named, "department"] = "orthopaedics"
    conditions.loc[conditions["condition"] == "stroke", "ward"] = "ward_intensive"
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
    for name, role, least in (("orthopaedics", "doctor", 20), ("ward_intensive", "ward", 2)):
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


def test_a_department_that_no_skill_is_named_after_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "fujian"
    shutil.copytree(REGIONS / "fujian", folder)
    conditions = pd.read_csv(folder / "conditions.csv", dtype=str).fillna("")
    conditions["department"] = "orthopaedics"
    conditions.to_csv(folder / "conditions.csv", index=False)
    with pytest.raises(InputError, match="'orthopaedics' is no department of skills"):
        load_region(folder)
