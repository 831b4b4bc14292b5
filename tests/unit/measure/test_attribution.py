"""Shares of a difference, against what can be worked out by hand and in all orders."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.measure.attribution import MOST_PARTS, attribute


def test_two_parts_by_hand() -> None:
    # Alone 1 and 2, together 5: an interaction of 2, of which each gets half.
    found = attribute(np.array([[10.0, 20.0], [11.0, 21.0], [12.0, 22.0], [15.0, 25.0]]))
    assert [e.mean for e in found.first] == [1.0, 2.0]
    assert [e.mean for e in found.last] == [3.0, 4.0]
    assert [e.mean for e in found.shapley] == [2.0, 3.0]
    assert (found.total.mean, found.interaction.mean) == (5.0, 2.0)
    # The replications differ by 10 in every combination: pairing leaves no doubt.
    assert found.total.high - found.total.low == pytest.approx(0.0, abs=1e-12)


def test_what_is_uncertain_has_an_interval() -> None:
    found = attribute(np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]))
    assert found.shapley[0] == found.first[0] == found.last[0] == found.total
    # t(0.975, 2) = 4.302653 and a standard error of 1 / sqrt(3).
    assert found.total.high == pytest.approx(2.0 + 4.302653 / np.sqrt(3.0), rel=1e-6)


@st.composite
def combinations(draw: st.DrawFn) -> np.ndarray:
    parts = draw(st.integers(1, 4))
    return draw(
        arrays(float, (1 << parts, 2), elements=st.floats(-100, 100, allow_subnormal=False))
    )


@given(combinations())
def test_shapley_is_the_mean_over_all_orders_and_adds_up(values: np.ndarray) -> None:
    parts = len(values).bit_length() - 1
    effects = np.zeros((parts, values.shape[1]))
    orders = list(permutations(range(parts)))
    for order in orders:
        present = 0
        for part in order:
            effects[part] += values[present | 1 << part] - values[present]
            present |= 1 << part
    found = attribute(values)
    expected = (effects / len(orders)).mean(axis=1)
    assert [e.mean for e in found.shapley] == pytest.approx(expected.tolist(), abs=1e-9)
    assert sum(e.mean for e in found.shapley) == pytest.approx(found.total.mean, abs=1e-9)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=5))
def test_parts_that_do_not_depend_on_each_other_have_one_effect(effects: list[float]) -> None:
    values = np.array(
        [
            [sum(e for i, e in enumerate(effects) if c >> i & 1)] * 2
            for c in range(1 << len(effects))
        ]
    )
    found = attribute(values)
    for ways in (found.first, found.last, found.shapley):
        assert [e.mean for e in ways] == pytest.approx(effects, abs=1e-9)
    assert found.interaction.mean == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("rows", [0, 1, 3, 6, 1 << (MOST_PARTS + 1)])
def test_combinations_that_are_missing_are_refused(rows: int) -> None:
    with pytest.raises(ValueError, match="combinations"):
        attribute(np.zeros((rows, 2)))
