"""Intervals cover what they promise, and verdicts say no more than the intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from sim.measure.statistics import (
    Estimate,
    Target,
    mean_interval,
    mean_intervals,
    paired_difference,
    verdict,
    verdict_of_interval,
    wilson_interval,
)

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False)
SAMPLES = st.lists(NUMBERS, min_size=2, max_size=30)
OPERATORS = st.sampled_from([">=", ">", "<=", "<", "about"])
NAN = float("nan")


def close(one: Estimate, other: Estimate, scale: float = 1.0) -> bool:
    ours = (one.mean, one.low, one.high)
    theirs = (other.mean, other.low, other.high)
    return one.n == other.n and np.allclose(
        ours, theirs, rtol=1e-6, atol=1e-6 * scale, equal_nan=True
    )


def test_mean_interval_is_students() -> None:
    values = [62.1, 63.5, 61.9, 64.0, 62.8]
    expected = stats.ttest_1samp(values, 0.0).confidence_interval(0.9)
    ours = mean_interval(values, confidence=0.9)
    assert ours.mean == pytest.approx(np.mean(values), rel=1e-14)
    assert (ours.low, ours.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    assert ours.n == 5


@pytest.mark.parametrize("values", [[], [NAN], [NAN, NAN]])
def test_without_a_value_nothing_is_defined(values: list[float]) -> None:
    estimate = mean_interval(values)
    assert all(math.isnan(number) for number in (estimate.mean, estimate.low, estimate.high))
    assert estimate.n == 0


def test_one_replication_has_a_mean_but_no_interval() -> None:
    estimate = mean_interval([0.9])
    assert (estimate.mean, estimate.n) == (0.9, 1)
    assert math.isnan(estimate.low)
    assert math.isnan(estimate.high)


@given(NUMBERS, st.integers(2, 20))
def test_equal_values_have_an_interval_of_width_zero(value: float, n: int) -> None:
    assert mean_interval([value] * n) == Estimate(value, value, value, n)


@given(SAMPLES)
def test_the_interval_is_around_the_mean(values: list[float]) -> None:
    estimate = mean_interval(values)
    assert estimate.low <= estimate.mean <= estimate.high
    assert min(values) - 1e-6 <= estimate.mean <= max(values) + 1e-6


@given(SAMPLES, st.randoms(use_true_random=False))
def test_order_does_not_matter(values: list[float], random) -> None:
    shuffled = random.sample(values, len(values))
    assert close(mean_interval(values), mean_interval(shuffled), scale=1e6)


@given(SAMPLES, st.floats(0.01, 100.0), NUMBERS)
def test_units_do_not_matter(values: list[float], factor: float, offset: float) -> None:
    plain = mean_interval(values)
    moved = mean_interval([factor * value + offset for value in values])
    ends = [factor * end + offset for end in (plain.mean, plain.low, plain.high)]
    assert close(moved, Estimate(*ends, plain.n), scale=1e8)


@given(SAMPLES, st.integers(0, 30))
def test_undefined_replications_are_left_out(values: list[float], place: int) -> None:
    with_gap = [*values[:place], NAN, *values[place:]]
    assert close(mean_interval(with_gap), mean_interval(values), scale=1e-3)


@given(SAMPLES, st.floats(0.5, 0.9))
def test_more_confidence_is_a_wider_interval(values: list[float], confidence: float) -> None:
    narrow, wide = mean_interval(values, confidence), mean_interval(values, confidence + 0.09)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


def test_many_rows_are_the_same_as_one_by_one() -> None:
    table = np.random.default_rng(20201101).normal(5.0, 2.0, size=(40, 7))
    table[3, :] = NAN
    table[4, 1:] = NAN
    table[5, 2:4] = NAN
    many = mean_intervals(table)
    for row, values in enumerate(table):
        ours = Estimate(many.mean[row], many.low[row], many.high[row], int(many.n[row]))
        assert close(ours, mean_interval(values[~np.isnan(values)]), scale=1e-6)
    assert mean_intervals(np.zeros((0, 5))).mean.shape == (0,)
    assert np.isnan(mean_intervals(np.zeros((2, 0))).mean).all()


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, NAN])
def test_impossible_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_interval([1.0, 2.0], confidence)


def test_infinite_values_are_refused() -> None:
    with pytest.raises(ValueError, match="infinite"):
        mean_interval([1.0, math.inf])
    with pytest.raises(ValueError, match="infinite"):
        paired_difference([math.inf, 1.0], [math.inf, 1.0])


def test_a_table_has_rows() -> None:
    with pytest.raises(ValueError, match="rows of replications"):
        mean_intervals([1.0, 2.0])


@given(SAMPLES, st.data())
def test_a_paired_difference_is_the_interval_of_the_differences(values, data) -> None:
    base = data.draw(st.lists(NUMBERS, min_size=len(values), max_size=len(values)))
    forward, back = paired_difference(values, base), paired_difference(base, values)
    assert close(forward, mean_interval(np.array(values) - np.array(base)))
    assert close(back, Estimate(-forward.mean, -forward.high, -forward.low, forward.n), scale=1e3)


def test_pairs_with_a_gap_are_left_out_and_lengths_must_agree() -> None:
    assert paired_difference([3.0, NAN, 5.0, 9.0], [1.0, 2.0, 3.0, NAN]) == Estimate(
        2.0, 2.0, 2.0, 2
    )
    with pytest.raises(ValueError, match="cannot pair 3 replications with 2"):
        paired_difference([1.0, 2.0, 3.0], [1.0, 2.0])


def test_common_luck_does_not_widen_a_paired_difference() -> None:
    random = np.random.default_rng(1)
    luck = random.normal(0.0, 10.0, 20)
    estimate = paired_difference(luck + 1.0 + random.normal(0.0, 0.1, 20), luck)
    assert estimate.high - estimate.low < 0.2
    assert estimate.low < 1.0 < estimate.high


def test_the_t_interval_covers_the_mean_as_often_as_it_says() -> None:
    samples = np.random.default_rng(2025).normal(3.0, 2.0, size=(20_000, 8))
    estimates = mean_intervals(samples)
    covered = ((estimates.low <= 3.0) & (estimates.high >= 3.0)).mean()
    assert abs(covered - 0.95) <= 4 * math.sqrt(0.95 * 0.05 / 20_000)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_wilsons_interval_covers_the_share_nearly_as_often_as_it_says(share: float) -> None:
    trials = 40
    # Exact coverage: no draws needed, each count of successes has a known probability.
    counts = np.arange(trials + 1)
    intervals = [wilson_interval(int(count), trials) for count in counts]
    covers = [interval.low <= share <= interval.high for interval in intervals]
    assert 0.92 <= stats.binom.pmf(counts, trials, share)[covers].sum() <= 0.99


@given(st.integers(1, 500), st.data())
def test_wilsons_interval_is_that_of_scipy(trials: int, data) -> None:
    successes = data.draw(st.integers(0, trials))
    theirs = stats.binomtest(successes, trials).proportion_ci(0.9, method="wilson")
    ours = wilson_interval(successes, trials, 0.9)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(st.integers(1, 500), st.data())
def test_wilsons_interval_stays_within_0_and_1(trials: int, data) -> None:
    successes = data.draw(st.integers(0, trials))
    ours = wilson_interval(successes, trials)
    assert -1e-12 <= ours.low <= ours.mean <= ours.high <= 1.0 + 1e-12
    mirror = wilson_interval(trials - successes, trials)
    assert close(ours, Estimate(1 - mirror.mean, 1 - mirror.high, 1 - mirror.low, trials), 1e-3)


def test_wilsons_interval_of_a_published_example() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263.
    ours = wilson_interval(81, 263)
    assert (round(ours.low, 4), round(ours.high, 4)) == (0.2553, 0.3662)


def test_impossible_counts_are_refused_and_no_trial_has_no_share() -> None:
    for successes, trials in ((-1, 5), (6, 5), (0, -1)):
        with pytest.raises(ValueError, match="impossible"):
            wilson_interval(successes, trials)
    assert math.isnan(wilson_interval(0, 0).mean)


@pytest.mark.parametrize(
    ("operator", "accepted"),
    [
        (">=", [False, False, True, True, True]),
        (">", [False, False, False, True, True]),
        ("<=", [True, True, True, False, False]),
        ("<", [True, True, False, False, False]),
        ("about", [False, True, True, True, False]),
    ],
)
def test_what_a_target_accepts(operator, accepted: list[bool]) -> None:
    target = Target(operator, 25.0, tolerance=1.0 if operator == "about" else NAN)
    assert target.accepts([23.9, 24.0, 25.0, 26.0, 26.1]).tolist() == accepted
    assert not target.accepts(NAN)


def test_a_tolerance_forgives_rounding_on_the_side_of_the_target_only() -> None:
    assert Target(">=", 3.05, 0.005).accepts([3.044, 3.0499, 9.0]).tolist() == [False, True, True]
    assert Target("<=", 4.00, 0.005).accepts([1.0, 4.004, 4.006]).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("operator", "value", "tolerance"),
    [
        ("=>", 1.0, 0.0),
        (">=", NAN, 0.0),
        ("about", 1.0, NAN),
        ("about", 1.0, -0.1),
        (">", 1.0, math.inf),
    ],
)
def test_impossible_targets_are_refused(operator, value: float, tolerance: float) -> None:
    with pytest.raises(ValueError, match=r"operator|finite|needs a tolerance"):
        Target(operator, value, tolerance)


@pytest.mark.parametrize(
    ("low", "high", "operator", "expected"),
    [
        (0.90, 0.95, ">=", "met"),
        (0.90, 0.95, ">", "undecided"),
        (0.91, 0.95, ">", "met"),
        (0.85, 0.90, ">=", "undecided"),
        (0.85, 0.90, ">", "not_met"),
        (0.85, 0.89, ">=", "not_met"),
        (0.85, 0.95, ">=", "undecided"),
        (0.85, 0.90, "<=", "met"),
        (0.91, 0.95, "<=", "not_met"),
        (0.89, 0.91, "about", "met"),
        (0.80, 0.99, "about", "undecided"),
        (0.91, 0.99, "about", "undecided"),
        (0.93, 0.99, "about", "not_met"),
        (0.80, 0.87, "about", "not_met"),
        (0.90, 0.90, ">=", "met"),
        (NAN, NAN, ">=", "undecided"),
    ],
)
def test_verdicts_follow_the_interval(low: float, high: float, operator, expected: str) -> None:
    target = Target(operator, 0.90, tolerance=0.02 if operator == "about" else NAN)
    assert verdict_of_interval(low, high, target) == expected


@given(SAMPLES, NUMBERS, st.floats(0.0, 1e6))
def test_moving_towards_the_target_never_makes_a_verdict_worse(values, value, by) -> None:
    order = ["not_met", "undecided", "met"]
    target = Target(">=", value)
    before, after = verdict(values, target), verdict([v + by for v in values], target)
    # Rounding of the shifted values may move an end that lies on the target itself.
    estimate = mean_interval(values)
    assume(min(abs(estimate.low - value), abs(estimate.high - value)) > 1e-3)
    assert order.index(after) >= order.index(before)


@given(NUMBERS, st.floats(0.0, 1e3), OPERATORS, NUMBERS, st.floats(0.0, 1e3), st.floats(0.0, 1.0))
def test_a_decided_verdict_holds_for_every_value_of_the_interval(
    low, width, operator, value, tolerance, share
) -> None:
    target = Target(operator, value, tolerance)
    high = low + width
    judgement = verdict_of_interval(low, high, target)
    inside = min(max(low + share * width, low), high)
    assume(judgement != "undecided")
    assert bool(target.accepts(inside)) == (judgement == "met")


def test_one_replication_is_never_enough_for_a_verdict() -> None:
    assert verdict([0.99], Target(">=", 0.5)) == "undecided"
    assert verdict([], Target(">=", 0.5)) == "undecided"


def test_a_verdict_errs_as_rarely_as_it_says() -> None:
    # The true mean is exactly the target: "met" and "not met" are both wrong, 2.5 % each.
    samples = np.random.default_rng(90).normal(0.9, 0.01, size=(2000, 6))
    words = [verdict(sample, Target(">=", 0.9)) for sample in samples]
    tolerance = 4 * math.sqrt(0.025 * 0.975 / 2000)
    assert abs(words.count("met") / 2000 - 0.025) <= tolerance
    assert abs(words.count("not_met") / 2000 - 0.025) <= tolerance
