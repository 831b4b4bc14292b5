"""The study of coverage itself: its truths, its intervals, its gains and its page."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.validation.common_numbers import gains_of_common_numbers, jackknife_of_gain
from sim.validation.coverage import COVERAGE_COLUMNS, interval_coverage, misses
from sim.validation.theory.stations import MMc


@pytest.mark.parametrize(
    ("rate", "service", "servers", "waited"),
    [
        # M/M/1: the load. M/M/2 with load r per server: 2 r**2 / (1 + r).
        (0.7, 0.9, 1, 0.63),
        (1.4, 1.0, 2, 2 * 0.7**2 / 1.7),
        # Five servers and 4 Erlang, from tables of Erlang C.
        (4.0, 1.0, 5, 0.55411),
    ],
)
def test_truths_are_those_of_theory(
    rate: float, service: float, servers: int, waited: float
) -> None:
    queue = MMc(rate, service, servers)
    assert queue.waited_share == pytest.approx(waited, abs=5e-6)
    spare = servers / service - rate
    assert queue.wait_mean == pytest.approx(queue.waited_share / spare)
    wait = queue.wait_quantile(0.9)
    assert queue.waited_share * math.exp(-spare * wait) == pytest.approx(0.1)
    assert queue.wait_quantile(0.01) == 0.0


def test_intervals_cover_in_a_small_study() -> None:
    found = interval_coverage(repetitions=16)
    # Four standard errors of 16 repetitions: catches intervals that cover 70 %.
    least = 0.95 - 4 * math.sqrt(0.95 * 0.05 / 16)
    assert (found["share"] >= least).all()
    assert (found["covered"] == 16 * found["share"]).all()
    assert found["interval"].tolist() == ["mean", "quantile", "paired_difference", "batch_means"]


@pytest.mark.slow
def test_nominal_95_per_cent_cover_95_per_cent() -> None:
    assert misses(interval_coverage(workers=2)) == []


@pytest.mark.parametrize(
    ("interval", "repetitions", "share", "wrong"),
    [
        ("mean", 2000, 0.936, False),
        ("mean", 2000, 0.934, True),
        ("quantile", 2000, 0.966, True),
        # A twentieth of the studies: 1.5 points times the root of 20.
        ("mean", 100, 0.89, False),
        ("mean", 100, 0.88, True),
        ("batch_means", 2000, 0.5, False),
    ],
)
def test_an_interval_that_misses_is_told(
    interval: str, repetitions: int, share: float, wrong: bool
) -> None:
    row = (interval, 1.0, repetitions, round(share * repetitions), share, 0.0, 1.0)
    found = misses(pd.DataFrame([row], columns=COVERAGE_COLUMNS))
    assert found == ([f"{interval}: covers in {100 * share:.1f} %, not 95 %"] if wrong else [])


def test_threads_change_no_figure() -> None:
    pd.testing.assert_frame_equal(
        interval_coverage(3, workers=1, replications=3),
        interval_coverage(3, workers=2, replications=3),
    )


def test_gains_are_ratios_of_variances() -> None:
    # Correlation r and equal variances: independent 2, paired 2 (1 - r).
    random = np.random.default_rng(8)
    hits = 0
    for _ in range(200):
        common, one, other = random.normal(size=(3, 40))
        share = math.sqrt(0.9)
        gain = jackknife_of_gain(
            share * common + math.sqrt(0.1) * one, share * common + math.sqrt(0.1) * other
        )
        hits += gain.low <= 10.0 <= gain.high
    # Four standard errors of 200 repetitions.
    assert hits / 200 >= 0.95 - 4 * math.sqrt(0.95 * 0.05 / 200)
    assert math.isnan(jackknife_of_gain(np.arange(5.0), np.arange(5.0) + 1.0).mean)


def test_gains_by_hand() -> None:
    values = {"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 3.5, 4.0, 5.5]}
    rows = [
        (name, r, "x", tier, 0, value + bump)
        for name, series in values.items()
        for r, value in enumerate(series)
        for tier, bump in (("", 0.0), ("county", 9.0))
    ]
    frame = pd.DataFrame(
        rows, columns=["scenario", "replication", "indicator", "tier", "county", "value"]
    )
    (row,) = gains_of_common_numbers(frame, [("a", "b")], ["x"]).to_dict("records")
    apart = np.var(values["a"], ddof=1) + np.var(values["b"], ddof=1)
    assert row["difference"] == 1.25
    assert row["gain"] == pytest.approx(apart / np.var([1.0, 1.5, 1.0, 1.5], ddof=1))
    assert row["low"] < row["gain"] < row["high"]
    assert row["n"] == 4
