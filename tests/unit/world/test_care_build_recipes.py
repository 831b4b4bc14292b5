"""The rows of recipes as the pathway looks them up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.recipes import recipe_fields
from sim.world.care.build.skills import Skills
from sim.world.care.world import BANDS, REFER, SKIP

_COLUMNS = ["condition", "band", "step", "skill", "share", "minutes_factor", "otherwise"]


def with_recipes(region: Region, *rows: tuple[object, ...]) -> Inputs:
    inputs = Inputs.of(region)
    inputs.recipes = pd.DataFrame(list(rows), columns=_COLUMNS)
    return inputs


def test_every_condition_and_band_has_its_rows(whole_fujian: Region) -> None:
    inputs = with_recipes(
        whole_fujian,
        ("*", "*", 4, "laboratory", 0.25, 1.0, "skip"),
        ("stroke", "severe", 7, "imaging", 0.9, 2.0, "refer"),
        ("stroke", "severe", 2, "laboratory", 0.5, 1.0, "skip"),
    )
    made, skills = recipe_fields(inputs), Skills.of(inputs)
    start = made["recipe_start"]
    stroke = list(inputs.conditions["condition"]).index("stroke") * len(BANDS)
    assert np.diff(start).tolist() == [
        2 if cell == stroke + BANDS.index("severe") else 1
        for cell in range(len(inputs.conditions) * len(BANDS))
    ]
    severe = slice(start[stroke + 2], start[stroke + 3])
    assert made["recipe_step"][severe].tolist() == [2, 7]
    assert made["recipe_skill"][severe].tolist() == [
        skills.number("laboratory"),
        skills.number("imaging"),
    ]
    assert made["recipe_share"][severe].tolist() == [0.5, 0.9]
    assert made["recipe_factor"][severe].tolist() == [1.0, 2.0]
    assert made["recipe_otherwise"][severe].tolist() == [SKIP, REFER]
    assert np.flatnonzero(made["recipe_refers"]).tolist() == [stroke + 2]
    assert made["recipe_step"][0] == 4
    assert start[-1] == made["recipe_skill"].size


def test_what_stands_in_follows_all_recipes_with_the_time_of_whom_it_stands_in_for(
    whole_fujian: Region,
) -> None:
    inputs = with_recipes(
        whole_fujian,
        ("*", "*", 1, "laboratory", 0.25, 3.0, "imaging"),
        ("*", "*", 2, "imaging", 0.5, 2.0, "refer"),
    )
    made, skills = recipe_fields(inputs), Skills.of(inputs)
    end = made["recipe_start"][-1]
    assert (made["recipe_refers"] == 1).all()
    first, second = made["recipe_otherwise"][:2]
    assert second == REFER
    assert first >= end
    assert made["recipe_skill"][first] == skills.number("imaging")
    assert (made["recipe_factor"][first], made["recipe_share"][first]) == (3.0, 0.25)
    assert made["recipe_step"][first] == 1
    assert made["recipe_otherwise"][first] == REFER
