"""An exam and its recipe are rows of a region's tables: added without a line of Python."""

from __future__ import annotations

import shutil
from collections import defaultdict

import numpy as np
import pytest
from counties import REGIONS, run_logged, shipped, small_worlds

from sim.engine.tally import Count
from sim.frames import rows
from sim.measure.care.totals import RunTotals
from sim.pathway.care.stages import Stage
from sim.pathway.steps import SEIZE
from sim.region import Region, load_region
from sim.region.recipes import recipe_rows
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import NONE


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> CareWorlds:
    """Return a county whose general hospital has endoscopy, for moderate digestive disease."""
    folder = tmp_path_factory.mktemp("regions") / "fujian"
    shutil.copytree(REGIONS / "fujian", folder)
    with (folder / "skills.csv").open("a", encoding="utf-8") as skills:
        skills.write("endoscopy,exam,内镜检查,Endoscopy\n")
    with (folder / "services.csv").open("a", encoding="utf-8") as services:
        services.write("county_general,endoscopy,physicians,0.02,0.002,1,25,0.5,0,0\n")
    with (folder / "recipes.csv").open("a", encoding="utf-8") as recipes:
        recipes.write("digestive,moderate,1,laboratory,1,1,skip\n")
        recipes.write("digestive,moderate,2,endoscopy,1,1,imaging\n")
    return small_worlds(load_region(folder), shipped("baseline-2020", 7, 14), townships=3)


def exams_asked_for(built: CareWorlds) -> dict[int, list[tuple[int, int]]]:
    """Return of every patient the (condition, skill) of the exams queued for, in their order."""
    _, log = run_logged(built)
    skill = built.resources[0].table["skill"].to_numpy()
    queued = log[(log["stage"] == Stage.WAITING_FOR_EXAM) & (log["action"] == SEIZE)]
    asked: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows(queued):
        asked[row.patient].append((row.condition, int(skill[row.pool])))
    return asked


def test_its_patients_have_the_exam_and_elsewhere_what_stands_in(built: CareWorlds) -> None:
    skills, asked = built.skills, exams_asked_for(built)
    laboratory, imaging, endoscopy = map(skills.number, ("laboratory", "imaging", "endoscopy"))
    names = list(built.inputs[0].conditions["condition"])
    digestive = names.index("digestive")
    with_it = [steps for steps in asked.values() if (digestive, endoscopy) in steps]
    assert len(with_it) > 10
    for steps in with_it:
        at = steps.index((digestive, endoscopy))
        assert (digestive, laboratory) in steps[:at]
    elsewhere = [
        steps
        for steps in asked.values()
        if (digestive, imaging) in steps and (digestive, endoscopy) not in steps
    ]
    assert len(elsewhere) > 10
    # Nobody else is sent to it.
    assert {each for steps in asked.values() for each in steps if each[1] == endoscopy} == {
        (digestive, endoscopy)
    }


def test_its_pool_is_where_the_rows_say(built: CareWorlds) -> None:
    tally, _ = run_logged(built)
    run, table = RunTotals(built, tally), built.resources[0].table
    own = np.flatnonzero(table["skill"] == built.skills.number("endoscopy"))
    pools = np.intersect1d(own, run.pools("exam"))
    kinds = built.reach.facilities["kind"].to_numpy()[table["facility"].to_numpy()[pools]]
    assert set(kinds) == {"county_general"}
    assert run.pool_counts[pools][:, :, Count.GRANTED].sum() > 10


def test_exams_are_as_frequent_as_the_recipes_say(whole_fujian: Region) -> None:
    """Of visits to places with both kinds of rooms, by condition: shares within four standard errors.

    Patients who are referred visit twice with the same need: visits are counted once per patient.
    """
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 14), townships=3)
    _, log = run_logged(built)
    pool = np.reshape(built.resources[0].facility_pool, (-1, len(built.skills.names)))
    rooms = [built.skills.number(name) for name in ("laboratory", "imaging")]
    has_both = (pool[:, rooms] != NONE).all(axis=1)
    seen: dict[int, int] = {}
    examined: dict[int, set[int]] = defaultdict(set)
    for row in rows(log):
        if row.stage == Stage.CONSULTATION and has_both[row.facility]:
            seen[row.patient] = row.condition
        elif row.patient in seen and row.stage in (Stage.WAITING_FOR_EXAM, Stage.EXAM_PUT_OFF):
            examined[row.condition].add(row.patient)
    names = list(built.inputs[0].conditions["condition"])
    looked_at = 0
    for condition, name in enumerate(names):
        visitors = sum(its == condition for its in seen.values())
        if visitors < 50:
            continue
        looked_at += 1
        own = recipe_rows(whole_fujian.recipes, name, "mild")
        share = 1.0 - float((1.0 - own["share"]).prod())
        error = (share * (1.0 - share) / visitors) ** 0.5
        assert abs(len(examined[condition]) / visitors - share) < 4.0 * error, name
    assert looked_at > 8
