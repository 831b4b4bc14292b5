"""Random worlds of care that change at a date: branches of one run give what separate runs give."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from agreement import assert_same_tally, assert_seen
from many import PARTS, for_many
from random_care import FIRST_ROWS, CareRecipe, care_recipes, random_care
from test_partitions_agree import cut_down, referred_down

from sim.engine.branches import Branch, Outline, shared_until, simulate_branches
from sim.engine.compiled import simulate
from sim.engine.model import Epoch, Model
from sim.engine.tally import Tally
from sim.region import Region
from sim.subjects.care.model import care_model
from sim.world.care.world import Behaviour

_DAY = 1440.0
FLOORS = {
    "parted": 500,
    "parted more than once": 200,
    "counts differ": 150,
    "more rows for patients": 150,
}
"""What must have happened at least so often in every part."""


def variants(model: Model, seed: int) -> list[Model]:
    """Return models that part from one at one of its epochs, between them or after them, or never."""
    luck = np.random.default_rng(seed)
    first, last = model.epochs[0], model.epochs[-1]
    days = int(model.period_starts[-1] / _DAY)
    back = Epoch(_DAY * int(luck.integers(1, days)), first.world, first.pools)
    odd = replace(back, start=back.start - float(luck.integers(1, 1000)))
    swapped = replace(last, world=first.world, pools=first.pools)
    ways = [
        model.epochs,
        (*model.epochs[:-1], swapped),
        *(
            tuple(sorted([*model.epochs, each], key=lambda each: each.start))
            for each in (back, odd)
        ),
        model.epochs,
    ]
    return [replace(model, epochs=epochs) for epochs in ways]


def run_together(models: list[Model], seed: int, threads: int = 1) -> list[Tally]:
    """Hold branches of one run to separate ones; return what these gave."""
    branches = [Branch(Outline.of(each), lambda each=each: each) for each in models]
    found = dict(simulate_branches(branches, seed, 0, threads))
    assert sorted(found) == list(range(len(models)))
    tallies = [simulate(each, seed, 0) for each in models]
    for index, tally in enumerate(tallies):
        assert_same_tally(tally, found[index])
    return tallies


def count_partings(seen: Counter[str], models: list[Model], tallies: list[Tally]) -> None:
    outlines = [Outline.of(each) for each in models]
    times = {shared_until([outlines[0], outline]) for outline in outlines} - {np.inf}
    seen["parted"] += len(times)
    seen["parted more than once"] += len(times) > 1
    seen["counts differ"] += len({tally.counts.tobytes() for tally in tallies}) - 1
    seen["more rows for patients"] += tallies[0].state.capacity > FIRST_ROWS


@pytest.mark.parametrize("part", range(max(1, PARTS // 4)))
def test_branches_of_random_care_are_separate_runs(part: int) -> None:
    seen: Counter[str] = Counter()

    def agree(recipe: CareRecipe) -> None:
        models = variants(random_care(recipe)[0], recipe.seed)
        count_partings(seen, models, run_together(models, recipe.seed))

    for_many(care_recipes, part, agree)
    assert_seen(seen, FLOORS)


@pytest.mark.parametrize("threads", [1, 2])
def test_branches_of_a_divided_region_are_separate_runs(whole_fujian: Region, threads: int) -> None:
    model = care_model(cut_down(whole_fujian, 14))
    first = model.epochs[0]
    behaviour = first.world.behaviour.copy()
    behaviour[Behaviour.TRANSFER_ARRANGING_MIN] *= 0.5
    behaviour[Behaviour.COMPLY] = 0.1
    changed = replace(first.world, behaviour=behaviour)
    models = [model]
    for day in (9, 14):
        # What sets out sooner from some day on needs a shorter window.
        epochs = (first, Epoch(day * _DAY, changed, first.pools))
        models.append(replace(model, epochs=epochs, window=0.5 * model.window))
    tallies = run_together(models, 1, threads)
    assert referred_down(tallies[0]) > 0
    assert len({tally.state.table("flow").tobytes() for tally in tallies}) == 3
