"""The recipes of a region, as the pathway looks them up: the rows of each condition and severity band."""

from __future__ import annotations

from typing import Any

from sim.frames import rows
from sim.region.recipes import recipe_rows, stand_ins
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.skills import Skills
from sim.world.care.world import BANDS, REFER, SKIP
from sim.world.fields import ints, reals

_ENDS = {"skip": SKIP, "refer": REFER}
Row = tuple[int, int, float, float]
"""``(step, skill, share, minutes factor)``."""


def recipe_fields(inputs: Inputs) -> dict[str, Any]:
    """Return the rows of every recipe, then the rows that only stand in for them."""
    skills, table = Skills.of(inputs), inputs.recipes
    made: list[Row] = []
    chains: list[list[str]] = []
    starts, refers = [0], []
    for condition in inputs.conditions["condition"]:
        for band in BANDS:
            own = recipe_rows(table, str(condition), band)
            its = [stand_ins(own, str(skill)) for skill in own["skill"]]
            chains += its
            made += [
                (int(step.step), skills.number(step.skill), step.share, step.minutes_factor)
                for step in rows(own)
            ]
            starts.append(len(made))
            refers.append(any(chain[-1] == "refer" for chain in its))
    otherwise: list[int] = []
    further: list[int] = []
    for row, chain in enumerate(chains):
        # Each service of the chain but its end is a row of its own, with the time of the row it stands in for.
        first = len(chains) + len(further)
        end = _ENDS[chain[-1]]
        numbers = [*range(first, first + len(chain) - 1), end]
        otherwise.append(numbers[0])
        further += numbers[1:]
        step, _, share, factor = made[row]
        made += [(step, skills.number(name), share, factor) for name in chain[:-1]]
    step_of, skill_of, share_of, factor_of = zip(*made, strict=True)
    return {
        "recipe_start": ints(starts),
        "recipe_step": ints(step_of),
        "recipe_skill": ints(skill_of),
        "recipe_share": reals(share_of),
        "recipe_factor": reals(factor_of),
        "recipe_otherwise": ints([*otherwise, *further]),
        "recipe_refers": ints(refers),
    }
