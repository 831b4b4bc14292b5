"""A run can be looked at on its way: what it tells is exact, and it goes on as if nobody had looked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from agreement import assert_same_tally
from engine_script import Patient, hold, model, seize, servers
from hypothesis import HealthCheck, given, settings
from random_care import CareRecipe, care_recipes, random_care
from random_network import NetworkRecipe, network_recipes, random_network

from sim.engine.compiled import Run, simulate
from sim.engine.model import Model
from sim.engine.snapshots import snapshots
from sim.engine.team import Team
from sim.measure.slices import between, nothing_before
from sim.world.fields import ints, reals
from sim.world.partitions import Partition

FEW = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def scripted() -> Model:
    """Return two partitions side by side and one above them, two periods, one of them counted."""
    patients: list[Patient] = []
    for number in range(40):
        home = number // 20
        up = [seize(home, group=number % 2, patience=9.0), hold(3.0), hold(2.0, keep=0, pool=2)]
        down = [seize(2), hold(2.0), hold(5.0, pool=home), seize(home, keep=1), hold(1.0)]
        patients.append((0.5 * (number % 20), [*up, *down]))
    parts = [Partition(0, 0, 20, 0, 1), Partition(0, 20, 20, 1, 1), Partition(1, 0, 0, 2, 1)]
    pools = [servers(number, levels=5) for number in (2, 2, 3)]
    return model(
        patients,
        pools,
        periods=(0.0, 20.0, 100.0),
        counted_from=1,
        groups=2,
        partitions=parts,
        window=4.0,
    )


def all_of(model: Model, parts: int = 7) -> list[float]:
    """Return times that are no round ones, that of a period's beginning among them, up to the end."""
    end = float(model.period_starts[-1])
    return sorted(
        {*np.linspace(0.0, end, parts + 1)[1:].tolist(), *model.period_starts[1:].tolist()}
    )


def unseen(model: Model, seed: int) -> None:
    """Hold a run that is looked at to one that is not, and the last look to its end."""
    with Team(1) as team:
        run = Run(model, seed, 0, None, team)
        for time in all_of(model):
            run.advance(time)
            run.so_far()
            last = run.so_far()
        tally = run.finish()
    alone = simulate(model, seed, 0)
    assert_same_tally(tally, alone)
    assert_same_tally(last, alone)


def test_a_scripted_run_does_not_know_that_it_is_looked_at() -> None:
    unseen(scripted(), 1)


@FEW
@given(care_recipes)
def test_nor_do_random_worlds_of_care(recipe: CareRecipe) -> None:
    unseen(random_care(recipe)[0], recipe.seed)


@FEW
@given(network_recipes)
def test_nor_do_random_networks(recipe: NetworkRecipe) -> None:
    unseen(random_network(recipe), recipe.seed)


@pytest.mark.parametrize("time", [7.3, 20.0, 33.0, 58.25])
def test_a_look_tells_what_a_shorter_run_counts(time: float) -> None:
    # Everything is counted, so that the length of the warm-up makes no difference.
    whole = replace(scripted(), counted_from=0, period_starts=reals([0.0, 100.0]))
    shorter = replace(whole, period_starts=reals([0.0, time]))
    (found,) = snapshots(whole, 1, 0, [time])
    assert_same_tally(replace(found, starts=shorter.period_starts), simulate(shorter, 1, 0))


@FEW
@given(network_recipes)
def test_stretches_add_up(recipe: NetworkRecipe) -> None:
    made = random_network(recipe)
    epochs = tuple(
        replace(epoch, world=replace(epoch.world, counted_from=ints([0]))) for epoch in made.epochs
    )
    end = reals([0.0, made.period_starts[-1]])
    # No warm-up and no census: one period, counted.
    one = {"counted_from": 0, "period_starts": end, "pooled_periods": False}
    made = replace(made, epochs=epochs, **one)
    times = all_of(made)
    looks = list(snapshots(made, recipe.seed, 0, times))
    looks = [nothing_before(looks[0]), *looks]
    edges = [0.0, *times]
    parts = [between(*pair) for pair in zip(looks, looks[1:], edges, edges[1:], strict=False)]
    whole = looks[-1]
    for name in ("counts", "wait_histogram", "entered", "left"):
        total = sum(np.asarray(getattr(part, name)) for part in parts)
        np.testing.assert_array_equal(total, np.asarray(getattr(whole, name)))
    for name in ("entered_count", "left_count", "time_histogram"):
        total = sum(getattr(part.state.arrays, name) for part in parts)
        np.testing.assert_array_equal(total, getattr(whole.state.arrays, name))
    for name in ("amounts", "level_minutes"):
        total = sum(getattr(part, name) for part in parts)
        # Differences of sums of minutes are rounded, once each.
        scale = 1.0 + np.abs(getattr(whole, name)).max()
        np.testing.assert_allclose(total, getattr(whole, name), rtol=0.0, atol=1e-12 * scale)
    assert parts[-1].inside == whole.inside
    assert whole.state.arrays.entered_count.sum() == whole.entered


@pytest.mark.parametrize("times", [[0.0], [5.0, 5.0], [9.0, 8.0], [100.5]])
def test_impossible_times_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        list(snapshots(scripted(), 1, 0, times))


def test_stretches_of_a_run_with_a_warm_up_are_refused() -> None:
    one, other = snapshots(scripted(), 1, 0, [30.0, 60.0])
    with pytest.raises(ValueError, match="no warm-up"):
        between(one, other, 30.0, 60.0)


def test_a_run_with_a_log_cannot_be_asked() -> None:
    with Team(1) as team, pytest.raises(ValueError, match="log"):
        Run(scripted(), 1, 0, lambda rows: None, team).so_far()
