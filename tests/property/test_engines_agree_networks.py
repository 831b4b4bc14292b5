"""Both engines agree, bit for bit, on random small networks."""

from __future__ import annotations

from collections import Counter

import pytest
from agreement import assert_seen, count_steps, run_both
from many import PARTS, for_many
from random_network import NetworkRecipe, count_network, network_and_page, network_recipes

from sim.measure.network_invariants import broken_in_network
from sim.pathway.network_memory import Fate
from sim.world.distributions import Family
from sim.world.network import ArrivalKind

FLOORS = {
    "event arrived": 16_000,
    "event granted": 15_000,
    "granted after a wait": 6_500,
    "granted by the calendar": 150,
    "reneged after a wait": 3_000,
    "left at once": 120,
    "would wait for ever": 15_000,
    "event refused": 2_000,
    "waited while keeping": 700,
    "held for no time": 1_200,
    "further epochs": 90,
    "more rows for patients": 65,
    "tie arrived-arrived": 280,
    "tie done-arrived": 250,
    "tie done-done": 800,
    "tie done-reneged": 80,
    "tie reneged-arrived": 35,
    "tie reneged-reneged": 35,
    **dict.fromkeys((f"arrivals {kind.name}" for kind in ArrivalKind), 45),
    **dict.fromkeys((f"family {family.name}" for family in Family), 65),
    **dict.fromkeys((f"fate {fate.name}" for fate in Fate), 1_400),
}
"""What must have happened at least so often in every part; usual is twice as much or more."""


@pytest.mark.parametrize("part", range(PARTS))
def test_engines_agree_on_random_networks(part: int) -> None:
    seen: Counter[str] = Counter()

    def agree(recipe: NetworkRecipe) -> None:
        model, scenario = network_and_page(recipe)
        tally, rows = run_both(model, seed=recipe.seed)
        assert broken_in_network(scenario, tally) == []
        count_steps(seen, rows)
        count_network(seen, model, tally)

    for_many(network_recipes, part, agree)
    assert_seen(seen, FLOORS)
