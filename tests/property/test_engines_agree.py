"""Both engines give the same patient log and the same counters, bit for bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from counties import SCENARIOS, run_logged, shipped, small_worlds
from engine_script import Line, PoolSpec, hold, model, run, seize
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine import compiled, reference
from sim.region import Region
from sim.world.pools import NO_LIMIT

_POOLS = 3
# Whole minutes, few of them: most things happen at the same time as something else.
_MINUTES = st.integers(0, 6).map(float)
_NUMBERS = st.integers(0, 3)


@st.composite
def pool_specs(draw: st.DrawFn) -> PoolSpec:
    """Draw a pool with up to three segments in its first minutes, some without servers."""
    minutes = [0, *sorted(draw(st.sets(st.integers(1, 20), max_size=2)))]
    segments = []
    for minute in minutes:
        servers = draw(_NUMBERS)
        segments.append((minute, servers, draw(st.integers(0, servers))))
    return PoolSpec(
        segments=tuple(segments),
        room=draw(st.sampled_from([NO_LIMIT, 0, 1, 2])),
        reserved_for=draw(st.integers(0, 2)),
        levels=4,
        served_every=draw(st.sampled_from([0, 1, 2, 3])),
    )


@st.composite
def step_lists(draw: st.DrawFn) -> list[Line]:
    """Draw what one patient does: queues and holds, with and without keeping what is held.

    Some go on to the next queue, or leave, in the instant in which they are granted a server.
    """
    steps: list[Line] = []
    for _ in range(draw(st.integers(1, 4))):
        steps.append(
            seize(
                draw(st.integers(0, _POOLS - 1)),
                priority=draw(st.integers(0, 3)),
                group=draw(st.integers(0, 1)),
                patience=draw(st.sampled_from([0.0, 1.0, 2.0, 5.0, math.inf])),
                keep=draw(st.integers(0, 1)),
            )
        )
        if draw(st.integers(0, 3)) > 0:
            steps.append(hold(draw(_MINUTES), keep=draw(st.integers(0, 1))))
    return steps


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    patients=st.lists(st.tuples(_MINUTES, step_lists()), min_size=1, max_size=25),
    pools=st.lists(pool_specs(), min_size=_POOLS, max_size=_POOLS),
    later=st.lists(pool_specs(), min_size=_POOLS, max_size=_POOLS),
    changes_at=st.integers(1, 15).map(float),
)
def test_engines_agree_on_random_scripts(
    patients: list[tuple[float, list[Line]]],
    pools: list[PoolSpec],
    later: list[PoolSpec],
    changes_at: float,
) -> None:
    written = model(
        patients,
        pools,
        periods=(0.0, 7.0, 1000.0),
        counted_from=1,
        groups=2,
        more_epochs=[(changes_at, later)],
    )
    result = run(written)
    assert result.tally.entered == len(patients)


@pytest.mark.parametrize("name", sorted(file.stem for file in SCENARIOS.glob("*.yaml")))
def test_engines_agree_on_shipped_scenarios(whole_fujian: Region, name: str) -> None:
    built = small_worlds(whole_fujian, shipped(name, 7, 7))
    tally, log = run_logged(built, engine=reference.simulate)
    other, other_log = run_logged(built, engine=compiled.simulate)
    assert len(log) > 1000
    assert log.equals(other_log)
    for counter in ("counts", "amounts", "wait_histogram"):
        np.testing.assert_array_equal(getattr(other, counter), getattr(tally, counter))
    for table in tally.state.shapes:
        np.testing.assert_array_equal(other.state.table(table), tally.state.table(table))
