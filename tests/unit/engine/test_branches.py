"""Models that are alike until a time share what comes before it, and give what each gives alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from engine_script import SCRIPT, Patient, PoolSpec, hold, model, seize, servers

from sim.engine import compiled
from sim.engine.branches import Branch, Outline, shared_until, simulate_branches
from sim.engine.model import Epoch, Model
from sim.engine.tally import Tally
from sim.engine.team import Team
from sim.world.fields import reals
from sim.world.partitions import Partition

_PERIODS = (0.0, 20.0, 100.0)
_PATIENTS: list[Patient] = [
    (0.5 * number, [seize(0, group=number % 2, patience=9.0), hold(3.0), seize(1), hold(7.0)])
    for number in range(40)
]
_LEVELS = 5


def pools(*numbers: int) -> list[PoolSpec]:
    return [servers(number, levels=_LEVELS) for number in numbers]


def scripted(*later: tuple[float, Sequence[PoolSpec]], first: Sequence[int] = (2, 3)) -> Model:
    return model(
        _PATIENTS, pools(*first), periods=_PERIODS, counted_from=1, groups=2, more_epochs=later
    )


def divided(*later: tuple[float, Sequence[PoolSpec]], window: float = 4.0) -> Model:
    """Return a model of two partitions side by side and one above them, with ways up and down."""
    patients: list[Patient] = []
    for number in range(40):
        home = number // 20
        up = [seize(home, group=number % 2), hold(3.0), hold(2.0, keep=0, pool=2), seize(2)]
        down = [hold(2.0), hold(window + 1.0, pool=home), seize(home, keep=1), hold(1.0)]
        patients.append((0.5 * (number % 20), [*up, *down]))
    return model(
        patients,
        pools(2, 2, 3),
        periods=_PERIODS,
        counted_from=1,
        groups=2,
        more_epochs=later,
        partitions=[
            Partition(0, 0, 20, 0, 1),
            Partition(0, 20, 20, 1, 1),
            Partition(1, 0, 0, 2, 1),
        ],
        window=window,
    )


def parting(*models: Model) -> float:
    return shared_until([Outline.of(each) for each in models])


def branches_of(models: Sequence[Model]) -> list[Branch]:
    return [Branch(Outline.of(each), lambda each=each: each) for each in models]


def together(models: Sequence[Model], threads: int = 1) -> dict[int, Tally]:
    """Run models together; every one of them must be there once."""
    found = list(simulate_branches(branches_of(models), 1, 0, threads))
    assert sorted(index for index, _ in found) == list(range(len(models)))
    return dict(found)


def assert_same(tally: Tally, other: Tally) -> None:
    for name in ("starts", "counts", "amounts", "wait_edges", "wait_histogram", "level_minutes"):
        one, two = getattr(tally, name), getattr(other, name)
        np.testing.assert_array_equal(one, two, err_msg=name)
        assert one.tobytes() == two.tobytes()
    for name in ("counted_from", "entered", "left", "inside"):
        assert getattr(tally, name) == getattr(other, name)


_BASE = scripted()


def test_models_are_alike_until_the_first_epoch_that_differs() -> None:
    one = scripted((30.0, pools(1, 3)), (60.0, pools(4, 4)))
    assert parting(one, scripted((30.0, pools(1, 3)), (60.0, pools(4, 4)))) == math.inf
    assert parting(one, scripted((30.0, pools(1, 3)), (60.0, pools(4, 5)))) == 60.0
    assert parting(one, scripted((30.0, pools(2, 2)), (60.0, pools(4, 4)))) == 30.0
    assert parting(one, scripted((45.0, pools(1, 3)), (60.0, pools(4, 4)))) == 30.0
    assert parting(scripted((45.0, pools(1, 3))), one) == 30.0
    assert parting(one) == math.inf


def test_an_epoch_that_only_one_model_has_parts_them() -> None:
    assert parting(_BASE, scripted((30.0, pools(2, 3)))) == 30.0
    assert parting(scripted((30.0, pools(1, 3))), _BASE) == 30.0


def test_of_several_models_the_first_to_differ_counts() -> None:
    one, two = scripted((30.0, pools(1, 3))), scripted((50.0, pools(1, 3)))
    assert parting(_BASE, two) == 50.0
    assert parting(_BASE, two, one) == 30.0
    assert parting(two, _BASE, _BASE) == 50.0


def test_other_pools_or_patients_differ_from_the_start() -> None:
    assert parting(_BASE, scripted(first=(2, 4))) == 0.0
    start = _BASE.epochs[0]
    later = replace(start.world, arrival=start.world.arrival + 1.0)
    assert parting(_BASE, replace(_BASE, epochs=(Epoch(0.0, later, start.pools),))) == 0.0


@pytest.mark.parametrize(
    "change",
    [
        {"period_starts": reals([0.0, 20.0, 101.0])},
        {"period_starts": reals([0.0, 10.0, 100.0])},
        {"counted_from": 0},
        {"groups": 3},
        {"wait_rows": 5},
        {"start_minute_of_week": 1},
        {"thresholds": (1.0,)},
        {"pooled_periods": True},
        {"pathway": replace(SCRIPT, name="other")},
        {"partitions": (Partition(0, 0, 40, 0, 1), Partition(1, 0, 0, 1, 1)), "window": 1.0},
    ],
)
def test_another_frame_differs_from_the_start(change: dict[str, object]) -> None:
    assert parting(_BASE, replace(_BASE, **change)) == 0.0


def test_another_window_does_not_part() -> None:
    assert parting(divided(), replace(divided(), window=2.0)) == math.inf


_LATER = (
    (),
    ((30.0, pools(1, 3, 3)),),
    ((30.0, pools(1, 3, 3)), (60.0, pools(4, 4, 4))),
    ((30.0, pools(1, 3, 3)), (20.0 + 50.0, pools(1, 1, 1))),
    ((20.0, pools(0, 1, 1)),),
    ((20.0, pools(0, 1, 1)), (99.0, pools(2, 2, 2))),
)
"""What changes after the start; some of it at the same time as a period begins."""


def whole(later: Sequence[tuple[float, Sequence[PoolSpec]]]) -> Model:
    """Return a script with the first two of the pools that change."""
    return scripted(*((time, specs[:2]) for time, specs in later))


def family(kind: str) -> list[Model]:
    """Return models that part at several times, two that never do, and one that is another from the start."""
    if kind == "divided":
        models = [divided(*later) for later in _LATER]
        return [*models, divided(*_LATER[1]), replace(divided(*_LATER[1]), window=3.0)]
    models = [whole(later) for later in _LATER]
    return [*models, scripted(first=(3, 3)), models[1]]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kind", ["whole", "divided"])
def test_branches_give_what_separate_runs_give(kind: str, threads: int) -> None:
    models = family(kind)
    alone = [compiled.simulate(each, 1, 0) for each in models]
    # They are not all the same anyway.
    assert len({tally.amounts.tobytes() for tally in alone}) == len(_LATER) + (kind == "whole")
    assert all(tally.level_minutes.any() for tally in alone)
    for order in (list(range(len(models))), list(reversed(range(len(models))))):
        found = together([models[index] for index in order], threads)
        for place, index in enumerate(order):
            assert_same(found[place], alone[index])


def test_a_copy_and_its_original_do_not_touch_each_other() -> None:
    for written in (whole(_LATER[2]), divided(*_LATER[2])):
        with Team(1) as team:
            run = compiled.Run(written, 1, 0, None, team)
            run.advance(45.0)
            copy = run.branch()
            # Its parts look into the same worlds, which must live as long as they do.
            assert copy._world_table is run._world_table
            assert copy._pools_table is run._pools_table
            tallies = [run.finish(), copy.finish()]
        for tally in tallies:
            assert_same(tally, compiled.simulate(written, 1, 0))


def test_a_run_may_be_advanced_to_any_time() -> None:
    for written in (whole(_LATER[2]), divided(*_LATER[2])):
        with Team(1) as team:
            run = compiled.Run(written, 1, 0, None, team)
            for time in (0.0, 3.3, 20.0, 30.0, 30.5, 99.9):
                run.advance(time)
            assert_same(run.finish(), compiled.simulate(written, 1, 0))


def test_what_is_shared_is_simulated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[tuple[float, float]] = []
    move = compiled.Run._move

    def noted(run: compiled.Run, until: float) -> None:
        moved.append((run._now, until))
        move(run, until)

    monkeypatch.setattr(compiled.Run, "_move", noted)
    later = [scripted((30.0, pools(1, n)), (60.0, pools(n, n))) for n in (1, 2, 3)]
    together([*later, scripted((30.0, pools(1, 1)))])
    simulated = sum(end - start for start, end in moved)
    # To 30 once; from there three ways; of one of them two from 60 on.
    assert simulated == 30.0 + 3 * 70.0 + 40.0


def test_models_are_made_when_their_turn_comes() -> None:
    models = [scripted((30.0, pools(1, 1))), scripted((30.0, pools(1, 2))), scripted(first=(3, 3))]
    made: list[int] = []

    def make(index: int) -> Model:
        made.append(index)
        return models[index]

    branches = [
        Branch(Outline.of(each), lambda index=index: make(index))
        for index, each in enumerate(models)
    ]
    for _ in simulate_branches(branches, 1, 0):
        break
    assert 2 not in made


def test_a_run_with_a_log_is_not_branched() -> None:
    with Team(1) as team, pytest.raises(ValueError, match="log"):
        compiled.Run(_BASE, 1, 0, lambda _rows: None, team).branch()
