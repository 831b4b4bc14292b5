"""Both engines agree, bit for bit, on random small worlds of tiered care."""

from __future__ import annotations

from collections import Counter

import pytest
from agreement import assert_same_tally, assert_seen, count_steps, run_both
from care_check import broken_in_worlds
from counties import SCENARIOS, shipped, small_worlds
from many import PARTS, for_many
from random_care import FIRST_ROWS, CareRecipe, care_recipes, random_care
from seen_care import count_care, count_epochs, count_exams, count_overflow

from sim.engine import compiled
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Ambulance, End, Event, Money, Need, Reason, Visit, Work
from sim.region import Region
from sim.world.care.world import Behaviour

FLOORS = {
    "event arrived": 14_000,
    "event granted": 14_000,
    "granted after a wait": 2_000,
    "granted by the calendar": 400,
    "event reneged": 4_000,
    "reneged after a wait": 2_500,
    "left at once": 1_000,
    "would wait for ever": 5_000,
    "event refused": 700,
    "waited while keeping": 25,
    "held for no time": 2_500,
    "more rows for patients": 90,
    "people with own payments": 500,
    "more room for bills": 5,
    "further epochs": 90,
    "pools that open": 150,
    "pools that close": 150,
    "overflow up": 200,
    "overflow beside": 100,
    "overflow down": 180,
    "overflow back into the county": 90,
    "overflow out of the county": 100,
    "overflow next door": 3,
    "wards known as full": 10,
    "divided worlds": 25,
    "nests of the like": 150,
    "tie arrived-arrived": 1_700,
    "tie done-arrived": 300,
    "tie done-done": 2_500,
    "tie reneged-reneged": 200,
    "tie done-reneged": 1,
    **dict.fromkeys((f"stage {stage.name}" for stage in Stage), 100),
    **dict.fromkeys((f"reason {reason.name}" for reason in Reason), 700),
    **dict.fromkeys((f"why far {reason.name}" for reason in Reason), 700),
    "went farther for another reason": 100,
    "common outside": 500,
    "common inside": 500,
    "inside in the city": 100,
    **dict.fromkeys((f"visit {visit.name}" for visit in Visit), 1_000),
    **dict.fromkeys((f"work {work.name}" for work in Work), 40),
    **dict.fromkeys((f"event {event.name}" for event in Event), 50),
    f"event {Event.LEFT_CLOSED.name}": 25,
    f"event {Event.EXAM_PUT_OFF.name}": 10,
    f"stage {Stage.EXAM_PUT_OFF.name}": 10,
    f"event {Event.STEP_DOWN_LEFT.name}": 20,
    "exams of two steps or more": 100,
    "exams that stand in": 100,
    "referred where an exam is missing": 50,
    **dict.fromkeys((f"end {end.name}" for end in End), 40),
    **dict.fromkeys((f"ambulance {each.name}" for each in Ambulance), 100),
    **dict.fromkeys((f"need {need.name}" for need in Need), 1_000),
    **dict.fromkeys((f"money {money.name}" for money in Money), 100_000_000),
}
"""What must have happened at least so often in every part; usual is twice as much or more."""


@pytest.mark.parametrize("part", range(PARTS))
def test_engines_agree_on_random_care(part: int) -> None:
    seen: Counter[str] = Counter()

    def agree(recipe: CareRecipe) -> None:
        model, worlds, pools = random_care(recipe)
        assert broken_in_worlds(worlds, pools) == []
        tally, rows = run_both(model.undivided(), seed=recipe.seed)
        if len(model.partitions) > 1:
            assert_same_tally(tally, compiled.simulate(model, recipe.seed, 0))
            seen["divided worlds"] += 1
        count_steps(seen, rows)
        count_care(seen, tally, rows)
        count_overflow(seen, tally, rows, worlds[0])
        count_epochs(seen, worlds)
        count_exams(seen, rows, worlds[0])
        nests = worlds[0].behaviour[Behaviour.NEST_PRIMARY : Behaviour.NEST_ABOVE + 1]
        seen["nests of the like"] += int((nests < 1.0).any())
        seen["more rows for patients"] += tally.state.capacity > FIRST_ROWS
        seen["more room for bills"] += tally.state.arrays.ledger.size > 8 * FIRST_ROWS

    for_many(care_recipes, part, agree)
    assert_seen(seen, FLOORS)


@pytest.mark.parametrize("name", sorted(file.stem for file in SCENARIOS.glob("*.yaml")))
def test_shipped_worlds_keep_the_rules_of_random_ones(whole_fujian: Region, name: str) -> None:
    built = small_worlds(whole_fujian, shipped(name))
    pools = [each.pools for each in built.resources]
    doctors, wards = (built.skills.with_role(role) for role in ("doctor", "ward"))
    assert broken_in_worlds(built.worlds, pools, doctors, wards) == []
