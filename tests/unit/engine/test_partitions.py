"""Partitions side by side give what one calendar gives, on any number of threads."""

from __future__ import annotations

import math

import numpy as np
import pytest
from engine_script import Line, Patient, PoolSpec, hold, model, run, run_logged, seize, servers
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.engine import compiled
from sim.engine.model import Model
from sim.engine.team import Team
from sim.world.partitions import Partition

_WINDOW = 4.0
_LOWER = 3
"""Partitions of the lowest level; above them is one for all."""
_STREAMS = 6
"""Patients of each of them."""
_UPPER = 2 * _LOWER
"""The first of the two pools above; each partition below has two."""


def divided(
    patients: list[Patient],
    pools: list[PoolSpec],
    later: list[PoolSpec] | None = None,
    window: float = _WINDOW,
) -> Model:
    """Return a model of three partitions side by side and one above them."""
    below = [Partition(0, i * _STREAMS, _STREAMS, 2 * i, 2) for i in range(_LOWER)]
    return model(
        patients,
        pools,
        periods=(0.0, 7.0, 100.0),
        counted_from=1,
        groups=2,
        more_epochs=[(11.0, later)] if later is not None else [],
        partitions=[*below, Partition(1, 0, 0, _UPPER, 2)],
        window=window,
    )


def assert_same(written: Model) -> None:
    """Compare partitions on several threads with one calendar, to the bit."""
    whole = run(written.undivided())
    _, log = run_logged(compiled.simulate, written.undivided())
    log = log[np.lexsort((log[:, 1], log[:, 0]))]
    for threads in (1, 2, 3):
        rows = []
        tally = compiled.simulate(written, 1, 0, rows.append, threads)
        np.testing.assert_array_equal(np.concatenate(rows), log)
        for name in ("counts", "amounts", "wait_histogram", "level_minutes"):
            np.testing.assert_array_equal(getattr(tally, name), getattr(whole.tally, name))
        assert tally.entered == whole.tally.entered
        assert (tally.left, tally.inside) == (whole.tally.left, whole.tally.inside)


# Whole minutes, few of them: most things happen at the same time as something else.
_SOON, _NUMBERS = st.integers(1, 4).map(float), st.integers(0, 3)
_PATIENCE = st.sampled_from([0.0, 1.0, 3.0, math.inf])


@st.composite
def journeys(draw: st.DrawFn, home: int) -> list[Line]:
    """Draw a patient of a partition: a visit there, one above, and the way down.

    Down they go in a kept bed, or to any partition and from there to one beside it; in a window or little more.
    """
    here, above = 2 * home + draw(st.integers(0, 1)), _UPPER + draw(st.integers(0, 1))
    more = {"priority": draw(_NUMBERS), "group": draw(st.integers(0, 1))}
    steps = [
        seize(here, patience=draw(_PATIENCE), keep=draw(st.integers(0, 1)), otherwise=2, **more),
        hold(draw(st.integers(0, 3).map(float)), keep=draw(st.integers(0, 1))),
        hold(draw(_SOON), keep=0, pool=above),
        seize(above, patience=draw(_PATIENCE), **more),
        hold(draw(_SOON)),
    ]
    way = draw(st.sampled_from(["home", "kept bed", "beside"]))
    if way == "beside":
        for _ in range(draw(st.integers(1, 2))):
            there = draw(st.integers(0, _UPPER - 1))
            arranging = _WINDOW + draw(st.integers(0, 2))
            steps += [
                hold(arranging, keep=0, pool=there),
                seize(there, patience=draw(_PATIENCE), **more),
                hold(draw(_SOON)),
            ]
    if way == "kept bed":
        steps += [
            hold(_WINDOW + draw(st.integers(0, 2)), keep=1, pool=here),
            seize(here, patience=draw(_PATIENCE), keep=1, otherwise=8, **more),
            hold(draw(_SOON), keep=0, pool=above),
            # Whoever got no bed below goes back up, to the one that was kept.
            hold(draw(_SOON), keep=1, pool=above),
        ]
    return steps


@st.composite
def populations(draw: st.DrawFn) -> list[Patient]:
    arrivals = st.integers(0, 9).map(float)
    return [
        (draw(arrivals), draw(journeys(stream // _STREAMS))) for stream in range(_LOWER * _STREAMS)
    ]


@st.composite
def pool_lists(draw: st.DrawFn) -> list[PoolSpec]:
    made = []
    for _ in range(2 * _LOWER + 2):
        change = draw(st.integers(1, 12))
        first, second = draw(_NUMBERS), draw(_NUMBERS)
        kept = draw(st.integers(0, min(first, second)))
        made.append(PoolSpec(((0, first, kept), (change, second, kept)), levels=3))
    return made


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(patients=populations(), pools=pool_lists(), later=pool_lists())
def test_partitions_give_what_one_calendar_gives(
    patients: list[Patient], pools: list[PoolSpec], later: list[PoolSpec]
) -> None:
    assert_same(divided(patients, pools, later))


def _population(first: list[Line]) -> list[Patient]:
    """Return one patient who does something, and others who leave at once."""
    return [(1.0, first), *[(1.0, [hold(0.0)])] * (_LOWER * _STREAMS - 1)]


_POOLS = [servers(1)] * (2 * _LOWER + 2)


def test_the_way_beside_and_down_takes_exactly_a_window() -> None:
    # Windows begin at 7, when a period does, at 11 and at 15: two set out at 11 and arrive at 15.
    beside = [hold(10.0), hold(_WINDOW, keep=0, pool=2), seize(2), hold(9.0)]
    above = [hold(1.0, pool=_UPPER), seize(_UPPER), hold(9.0)]
    patients = _population(beside)
    patients[1] = (1.0, [*above, hold(_WINDOW, keep=0, pool=2), seize(2)])
    # Who falls ill there at that instant comes after both.
    patients[_STREAMS] = (15.0, [seize(2), hold(5.0)])
    written = divided(patients, _POOLS)
    assert_same(written)
    waits = run(written.undivided()).waits
    assert (waits[0], waits[1], waits[_STREAMS]) == ([0.0], [0.0, 9.0], [9.0])


def test_a_kept_server_above_is_free_when_the_one_below_is_granted() -> None:
    down = [hold(2.0, pool=_UPPER), seize(_UPPER), hold(1.0), hold(6.0, pool=0), seize(0, keep=1)]
    second = [hold(3.0, pool=_UPPER), seize(_UPPER), hold(1.0)]
    patients = _population([*down, hold(5.0)])
    patients[1] = (1.0, second)
    written = divided(patients, _POOLS)
    assert_same(written)
    # The first is there from 3 on, down at 10; only then is the second served, who came at 4.
    assert run(written.undivided()).waits[1] == [6.0]


def test_a_patient_on_the_way_at_the_end_is_inside() -> None:
    up = [hold(500.0, pool=_UPPER), seize(_UPPER)]
    down = [hold(1.0, pool=_UPPER), seize(_UPPER), hold(500.0, pool=0), seize(0, keep=1)]
    patients = _population(up)
    patients[1] = (1.0, down)
    tally = compiled.simulate(divided(patients, _POOLS), 1, 0)
    assert (tally.entered, tally.inside) == (_LOWER * _STREAMS, 2)


def test_a_partition_may_have_patients_and_no_pools() -> None:
    steps = [hold(1.0, pool=0), seize(0), hold(1.0)]
    partitions = [Partition(0, 0, 2, 0, 0), Partition(1, 0, 0, 0, 1)]
    written = model([(1.0, steps)] * 2, [servers(1)], partitions=partitions, window=_WINDOW)
    tally = compiled.simulate(written, 1, 0)
    assert (tally.entered, tally.left) == (2, 2)
    assert tally.counts[0, 0].tolist() == [[2, 2, 0, 0, 1]]


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ([hold(1.0, pool=_UPPER), seize(_UPPER), hold(1.0, pool=0), seize(0, keep=1)], "sooner"),
        ([hold(2.0, keep=0, pool=2), seize(2)], "sooner"),
        ([hold(1.0), seize(_UPPER)], "partition they are in"),
        (
            [hold(1.0, pool=_UPPER), seize(_UPPER), hold(6.0, pool=0), seize(0, keep=0)],
            "only be exchanged",
        ),
        ([hold(0.0, pool=_UPPER), seize(_UPPER)], "takes time"),
    ],
)
def test_moves_that_partitions_cannot_keep_apart_are_refused(steps: list[Line], error: str) -> None:
    with pytest.raises((ValueError, RuntimeError), match=error):
        compiled.simulate(divided(_population(steps), _POOLS), 1, 0)


def test_a_model_with_partitions_needs_a_window() -> None:
    with pytest.raises(ValueError, match="window above 0"):
        divided(_population([]), _POOLS, window=0.0)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_team_does_every_job_once(threads: int) -> None:
    done: list[int] = []
    with Team(threads) as team:
        team.each(range(100), done.append)
        team.each(range(100, 120), done.append)
    assert sorted(done) == list(range(120))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_team_passes_errors_on(threads: int) -> None:
    def work(job: int) -> None:
        if job == 7:
            raise ValueError("seven")

    with Team(threads) as team, pytest.raises(ValueError, match="seven"):
        team.each(range(10), work)


@pytest.mark.parametrize(
    "partitions",
    [
        [Partition(0, 0, 1, 0, 2)],
        [Partition(0, 0, 2, 0, 1)],
        [Partition(0, 0, 2, 0, 1), Partition(1, 1, 1, 1, 1)],
        [Partition(0, 0, 1, 0, 2), Partition(1, 1, 1, 1, 1)],
    ],
)
def test_partitions_have_everything_once(partitions: list[Partition]) -> None:
    pools = [servers(1), servers(1)]
    with pytest.raises(ValueError, match="every stream and every pool once"):
        model([(0.0, []), (1.0, [])], pools, partitions=partitions, window=1.0)
