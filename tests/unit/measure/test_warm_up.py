"""MSER, Welch's average and batches, against hand-computed values and series with a known beginning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measure.output_analysis.warm_up import (
    LEAST_BATCHES,
    Truncation,
    batch_averages,
    moving_average,
    mser,
)
from sim.measure.statistics import Floats


def autoregressive(seed: int, length: int, correlation: float) -> Floats:
    """Return an AR(1) series of variance 1 about 0 that begins in equilibrium."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=length)
    series = np.empty(length)
    series[0] = noise[0]
    for i in range(1, length):
        series[i] = correlation * series[i - 1] + np.sqrt(1.0 - correlation**2) * noise[i]
    return series


def direct(series: Floats, batch: int) -> Floats:
    """Return MSER's statistic as White, Cobb and Spratt write it."""
    means = [series[i : i + batch].mean() for i in range(0, series.size - batch + 1, batch)]
    found = []
    for cut in range(len(means)):
        rest = np.asarray(means[cut:])
        found.append(((rest - rest.mean()) ** 2).sum() / rest.size**2)
    return np.asarray(found)


def test_mser_by_hand() -> None:
    # Batches of one: 9, 1, then ten values 0 and 2 in turn, whose statistic is 10 / 10**2.
    series = [9.0, 1.0] + [0.0, 2.0] * 5
    found = mser(series, batch=1)
    assert found.statistic[2] == pytest.approx(10.0 / 10**2)
    assert found.statistic[1] == pytest.approx(10.0 / 11**2)
    mean = 20.0 / 12.0
    assert found.statistic[0] == pytest.approx((81 + 1 + 20 - 12 * mean**2) / 12**2)
    assert found.cut == 1


def test_mser_finds_a_planted_beginning() -> None:
    # The beginning, e^{-i/20} of height 10, is below a tenth of the noise's deviation after 20 ln 100 = 92
    # values, and above all of it until 20 ln 10 = 46.
    fade = 10.0 * np.exp(-np.arange(1000) / 20.0)
    cuts = [mser(autoregressive(seed, 1000, 0.5) + fade).cut for seed in range(40)]
    found = np.asarray([np.nan if cut is None else cut for cut in cuts], dtype=float)
    assert np.isfinite(found).all()
    assert 46 <= np.median(found) <= 92


def test_mser_cuts_little_of_a_series_without_a_beginning() -> None:
    cuts = [mser(autoregressive(seed, 1000, 0.0)).cut for seed in range(40)]
    assert np.median([1000 if cut is None else cut for cut in cuts]) < 100


def test_a_series_that_never_settles_is_told() -> None:
    assert mser(np.arange(200.0)).cut is None
    assert not mser(np.arange(200.0)).determined


def test_too_few_batches_are_told() -> None:
    assert mser(np.zeros(5 * LEAST_BATCHES - 1)).cut is None
    assert mser(np.zeros(5 * LEAST_BATCHES)).cut == 0


def test_undefined_values_are_left_out() -> None:
    # Ones with changing signs: leaving any of them out has no use.
    series = np.tile([1.0, -1.0], 250)
    series[:60] += 8.0
    whole = mser(series)
    holes = series.copy()
    holes[::5] = np.nan
    assert whole.cut == 60
    assert mser(holes).cut == 60
    holes[100:110] = np.nan
    assert mser(holes).cut == 60
    assert mser(np.full(500, np.nan)).cut is None


@pytest.mark.parametrize(
    ("series", "batch"), [([1.0, np.inf], 1), ([[1.0, 2.0]], 1), ([1.0, 2.0], 0)]
)
def test_impossible_series_are_refused(series: list[float], batch: int) -> None:
    with pytest.raises(ValueError, match=r"series|batch"):
        mser(series, batch)


WHOLE = st.lists(st.integers(-1000, 1000), min_size=60, max_size=200)


@given(WHOLE, st.integers(1, 6))
def test_the_statistic_is_the_papers(values: list[int], batch: int) -> None:
    series = np.asarray(values, dtype=float)
    found = mser(series, batch).statistic
    wanted = direct(series, batch)[: np.isfinite(found).sum()]
    np.testing.assert_allclose(found[np.isfinite(found)], wanted, rtol=1e-9, atol=1e-9)


def as_good(one: Truncation, other: Truncation, scale: float) -> None:
    """Two cuts are the same, or tie in the statistic to rounding."""
    if one.cut != other.cut:
        smallest = np.nanmin(one.statistic)
        np.testing.assert_allclose(np.nanmin(other.statistic), smallest * scale, rtol=1e-9)
        place = int(np.nanargmin(other.statistic))
        np.testing.assert_allclose(one.statistic[place], smallest, rtol=1e-9, atol=1e-9)


@given(WHOLE, st.integers(-(10**6), 10**6), st.integers(1, 1000))
def test_shift_and_scale_change_nothing(values: list[int], shift: int, scale: int) -> None:
    series = np.asarray(values, dtype=float)
    as_good(mser(series), mser(series + shift), 1.0)
    as_good(mser(series), mser(series * scale), float(scale) ** 2)
    as_good(mser(series), mser(-series), 1.0)


def test_batches_leave_a_rest_out() -> None:
    np.testing.assert_array_equal(batch_averages([1.0, 3.0, 5.0, np.nan, 9.0], 2), [2.0, 5.0])
    np.testing.assert_array_equal(batch_averages([np.nan, np.nan], 2), [np.nan])


def test_moving_average_by_hand() -> None:
    series = [4.0, 1.0, 1.0, np.nan, 7.0]
    np.testing.assert_array_equal(moving_average(series, 0), series)
    np.testing.assert_array_equal(moving_average(series, 1), [4.0, 2.0, 1.0, 4.0, 7.0])
    np.testing.assert_array_equal(moving_average(series, 9), [4.0, 2.0, 3.25, 4.0, 7.0])
    with pytest.raises(ValueError, match="not negative"):
        moving_average(series, -1)
