"""Both engines agree, bit for bit, on random small networks."""

from __future__ import annotations

from collections import Counter

import pytest
from agreement import assert_seen, count_steps, run_both
from many import PARTS, for_many
from random_network import NetworkRecipe, count_network, network_and_page, network_recipes

from sim.measure.network.invariants import broken_in_network
from sim.pathway.network.state import Fate
from sim.world.distributions import Family
from sim.world.network.world import ArrivalKind, ClosingRule

FLOORS = {
    "event arrived": 17_000,
    "event granted": 15_000,
    "granted after a wait": 6_000,
    "granted by the calendar": 90,
    "reneged after a wait": 3_500,
    "left at once": 2_200,
    "would wait for ever": 15_000,
    "event refused": 2_500,
    "waited while keeping": 1_000,
    "held for no time": 1_700,
    "further epochs": 85,
    "more rows for patients": 65,
    "batches": 30,
    "months": 20,
    "became another class": 170,
    "counted in a census": 10_000,
    "overtime": 15,
    "tie arrived-arrived": 1_500,
    "tie done-arrived": 240,
    "tie done-done": 1_300,
    "tie done-reneged": 55,
    "tie reneged-arrived": 17,
    "tie reneged-reneged": 200,
    "not served CLOSING": 7,
    "not served CLOSED": 600,
    "not served HOLD_LIMIT": 240,
    "not served NONE_FREE": 1_800,
    "not served NONE_FREE_NOR_ROOM": 120,
    "not served PATIENCE": 3_000,
    "not served FULL": 2_000,
    **dict.fromkeys((f"closing {rule.name}" for rule in ClosingRule), 24),
    **dict.fromkeys((f"arrivals {kind.name}" for kind in ArrivalKind), 40),
    **dict.fromkeys((f"family {family.name}" for family in Family), 45),
    **dict.fromkeys((f"fate {fate.name}" for fate in Fate), 550),
}
"""What must have happened at least so often in every part; usual is twice as much or more."""


@pytest.mark.parametrize("part", range(PARTS))
def test_engines_agree_on_random_networks(part: int) -> None:
    seen: Counter[str] = Counter()

    def agree(recipe: NetworkRecipe) -> None:
        model, scenario = network_and_page(recipe)
        tally, rows = run_both(model, seed=recipe.seed)
        # Epochs of the recipe have other servers than its page.
        pools = [epoch.pools for epoch in model.epochs]
        assert broken_in_network(scenario, tally, pools) == []
        count_steps(seen, rows)
        count_network(seen, model, tally)

    for_many(network_recipes, part, agree)
    assert_seen(seen, FLOORS)
