"""Batch means, order statistics and many comparisons, against theory and worked examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.measure.output_analysis.batch_means import batch_means, neighbours_correlation
from sim.measure.output_analysis.correlation import rank_correlation_interval
from sim.measure.output_analysis.multiple import (
    holm,
    joint_confidence,
    joint_intervals,
    p_values,
)
from sim.measure.output_analysis.quantiles import quantile_interval
from sim.measure.statistics import mean_interval

REPETITIONS = 2000
FOUR_ERRORS = 4 * np.sqrt(0.05 * 0.95 / REPETITIONS)


def autoregressive(random: np.random.Generator, runs: int, length: int, phi: float) -> np.ndarray:
    noise = random.normal(size=(runs, length))
    series = np.empty((runs, length))
    series[:, 0] = noise[:, 0]
    for i in range(1, length):
        series[:, i] = phi * series[:, i - 1] + np.sqrt(1 - phi**2) * noise[:, i]
    return series


def test_batch_means_by_hand() -> None:
    series = [99.0, *np.repeat(np.arange(10.0), 2)]
    found = batch_means(series, 10)
    assert found.estimate == mean_interval(np.arange(10.0))
    # Nine steps of 1 against a spread of 82.5.
    assert found.correlation == pytest.approx(1 - 9 / (2 * 82.5))
    assert not found.independent


def test_batch_means_cover_where_batches_are_long() -> None:
    # Batches of 100 of a series whose correlation lasts 1 / (1 - 0.5): neighbours' correlation is
    # about 0.5 / (1 - 0.5)**2 / 100 / 3 < 0.01, so the interval is Student's.
    runs = autoregressive(np.random.default_rng(1), REPETITIONS, 2000, 0.5)
    found = [batch_means(series) for series in runs]
    hit = np.mean([each.estimate.low <= 0.0 <= each.estimate.high for each in found])
    assert abs(hit - 0.95) < FOUR_ERRORS
    # The test for dependence calls independent batches dependent in one case of twenty.
    assert abs(np.mean([not each.independent for each in found]) - 0.05) < FOUR_ERRORS + 0.01


def test_batches_that_depend_are_told() -> None:
    runs = autoregressive(np.random.default_rng(2), 200, 200, 0.98)
    assert np.mean([batch_means(series).independent for series in runs]) < 0.2


def test_equal_batches_have_nothing_to_depend() -> None:
    found = batch_means(np.ones(40))
    assert (found.estimate.low, found.estimate.high, found.independent) == (1.0, 1.0, True)
    assert np.isnan(neighbours_correlation(np.ones(3)))


@pytest.mark.parametrize(("values", "batches"), [(40, 9), (19, 20)])
def test_too_few_batches_are_refused(values: int, batches: int) -> None:
    with pytest.raises(ValueError, match="batches"):
        batch_means(np.zeros(values), batches)


@pytest.mark.parametrize(("share", "n"), [(0.5, 30), (0.9, 60), (0.9, 36)])
def test_quantile_intervals_cover(share: float, n: int) -> None:
    values = np.random.default_rng(3).exponential(size=(REPETITIONS, n))
    truth = -np.log(1.0 - share)
    found = [quantile_interval(row, share) for row in values]
    low = np.mean([each.low > truth for each in found])
    high = np.mean([each.high < truth for each in found])
    # Each side's chance is exactly binomial, at most 2.5 %.
    for missed in (low, high):
        assert missed < 0.025 + 4 * np.sqrt(0.025 * 0.975 / REPETITIONS)


def test_quantile_interval_by_tables() -> None:
    # The median of 10: ranks 2 and 9 cover with 1 - 2 * 11 / 1024 = 97.9 % (David and Nagaraja).
    found = quantile_interval(np.arange(1.0, 11.0), 0.5)
    assert (found.low, found.mean, found.high) == (2.0, 5.5, 9.0)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_quantile_intervals_of_groups_cover_whatever_groups_have_in_common(chance: float) -> None:
    # Standard normal values, three to a group; a part of the variance is common to the group.
    random = np.random.default_rng(4)
    common = np.sqrt(1.0 - chance) * random.normal(size=(REPETITIONS, 40, 1))
    values = common + np.sqrt(chance) * random.normal(size=(REPETITIONS, 40, 3))
    truth = stats.norm.ppf(0.8)
    found = [quantile_interval(table, 0.8) for table in values]
    for missed in ([e.low > truth for e in found], [e.high < truth for e in found]):
        assert np.mean(missed) < 0.025 + 4 * np.sqrt(0.025 * 0.975 / REPETITIONS)
    # Three values of each group, taken as independent, would promise too much if they are not.
    if chance == 0.0:
        flat = [quantile_interval(table.ravel(), 0.8) for table in values]
        assert np.mean([e.low <= truth <= e.high for e in flat]) < 0.95 - FOUR_ERRORS


def test_equal_values_in_a_group_are_worth_one() -> None:
    values = np.random.default_rng(5).normal(size=50)
    one = quantile_interval(values, 0.3)
    three = quantile_interval(np.repeat(values[:, None], 3, axis=1), 0.3)
    assert (three.low, three.high, three.n) == (one.low, one.high, 50)
    # A group with a gap is left out as a whole.
    gap = np.column_stack([values, np.where(np.arange(50) < 3, np.nan, values)])
    assert quantile_interval(gap, 0.3).low == quantile_interval(values[3:], 0.3).low


def test_quantiles_without_an_upper_end() -> None:
    assert np.isnan(quantile_interval(np.arange(35.0), 0.9).high)
    assert quantile_interval(np.arange(36.0), 0.9).high == 35.0
    assert quantile_interval([np.nan], 0.9).n == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile_interval([1.0], 1.0)


@given(st.lists(st.integers(-1000, 1000), min_size=40, max_size=80))
def test_quantile_intervals_move_with_the_values(values: list[int]) -> None:
    one = quantile_interval(values, 0.8)
    other = quantile_interval(-3.0 * np.asarray(values, dtype=float) + 5.0, 0.2)
    np.testing.assert_allclose(
        [other.high, other.mean, other.low], [5.0 - 3.0 * x for x in (one.low, one.mean, one.high)]
    )


def test_joint_intervals_hold_together() -> None:
    # Differences of five scenarios that share the luck of the base; all truths are 0.
    random = np.random.default_rng(4)
    base = random.normal(size=(REPETITIONS, 1, 8))
    differences = random.normal(size=(REPETITIONS, 5, 8)) - base
    flat = joint_intervals(differences.reshape(-1, 8), 5)
    hold = ((flat.low <= 0.0) & (flat.high >= 0.0)).reshape(REPETITIONS, 5).all(axis=1)
    assert hold.mean() > 0.95 - FOUR_ERRORS
    adjusted = [holm(p_values(rows)) for rows in differences]
    assert np.mean([p.min() < 0.05 for p in adjusted]) < 0.05 + FOUR_ERRORS
    # Without allowance for their number they would not.
    assert np.mean([p_values(rows).min() < 0.05 for rows in differences]) > 0.1


def test_p_values_are_scipys() -> None:
    rows = np.random.default_rng(5).normal(0.5, 1.0, (20, 7))
    np.testing.assert_allclose(p_values(rows), stats.ttest_1samp(rows, 0.0, axis=1).pvalue)
    assert np.isnan(p_values([[1.0, 1.0, 1.0], [1.0, np.nan, np.nan]])).all()


def test_holm_by_hand() -> None:
    np.testing.assert_allclose(holm([0.01, 0.04, np.nan, 0.03]), [0.03, 0.06, np.nan, 0.06])
    np.testing.assert_allclose(holm([0.6, 0.9]), [1.0, 1.0])
    assert joint_confidence(1) == 0.95
    assert joint_confidence(5) == pytest.approx(0.99)
    with pytest.raises(ValueError, match="nothing to compare"):
        joint_confidence(0)


def test_rank_correlation_interval_by_hand() -> None:
    # artanh(0.5) = 0.549306, and 1.959964 * 1.03 / sqrt(25) = 0.403753.
    low, high = rank_correlation_interval(0.5, 28)
    assert (low, high) == pytest.approx((np.tanh(0.145553), np.tanh(0.953059)), abs=1e-5)
    assert rank_correlation_interval(-0.5, 28) == pytest.approx((-high, -low))
    assert rank_correlation_interval(0.5, 28, 0.99)[0] < low


@pytest.mark.parametrize(("correlation", "n"), [(0.5, 3), (1.0, 30), (-1.0, 30), (np.nan, 30)])
def test_rank_correlations_without_an_interval(correlation: float, n: int) -> None:
    assert np.isnan(rank_correlation_interval(correlation, n)).all()


def test_rank_correlation_intervals_cover() -> None:
    random = np.random.default_rng(6)
    common, n = 0.6, 40
    x = random.normal(size=(REPETITIONS, n))
    y = common * x + np.sqrt(1.0 - common**2) * random.normal(size=(REPETITIONS, n))
    # Of normal pairs Spearman's correlation is 6 / pi * arcsin(r / 2) (Kendall and Gibbons 1990).
    truth = 6.0 / np.pi * np.arcsin(common / 2.0)
    ranks = [table.argsort(axis=1).argsort(axis=1) for table in (x, y)]
    found = [np.corrcoef(a, b)[0, 1] for a, b in zip(*ranks, strict=True)]
    ends = np.array([rank_correlation_interval(each, n) for each in found])
    hit = np.mean((ends[:, 0] <= truth) & (truth <= ends[:, 1]))
    # The approximation itself may be off by a point.
    assert abs(hit - 0.95) < FOUR_ERRORS + 0.01
