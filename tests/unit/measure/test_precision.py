"""The confidence-interval method with look-ahead, against a slow direct statement of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.measure.output_analysis.precision import (
    Aim,
    Rule,
    replications_needed,
    running_half_widths,
    until_precise,
)
from sim.measure.statistics import Floats, mean_interval

NUMBERS = st.floats(-100.0, 100.0).map(lambda x: round(x, 3))
VALUES = st.lists(st.one_of(NUMBERS, st.just(math.nan)), min_size=2, max_size=60)


def directly(values: Floats, aim: Aim, rule: Rule) -> int | None:
    """Return the answer by trying one replication after another, each interval from the beginning."""

    def enough(n: int) -> bool:
        estimate = mean_interval(values[:n], rule.confidence)
        half = (estimate.high - estimate.low) / 2
        return half <= aim.half_width * (abs(estimate.mean) if aim.relative else 1.0)

    for n in range(rule.first, len(values) + 1):
        ahead = math.floor(rule.look_ahead * max(n, 100) / 100)
        if n + ahead <= len(values) and all(enough(n + k) for k in range(ahead + 1)):
            return n
    return None


@given(VALUES)
def test_running_half_widths_are_those_of_the_first(values: list[float]) -> None:
    mean, half = running_half_widths(values)
    for n in range(1, len(values) + 1):
        estimate = mean_interval(values[:n])
        np.testing.assert_allclose(mean[n - 1], estimate.mean, rtol=1e-9, atol=1e-9)
        wanted = (estimate.high - estimate.low) / 2
        np.testing.assert_allclose(half[n - 1], wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("look_ahead", [0, 1, 5])
def test_the_rule_is_the_direct_one(relative: bool, look_ahead: int) -> None:
    rule = Rule(maximum=400, look_ahead=look_ahead)
    answers = set()
    for seed in range(30):
        values = np.random.default_rng(seed).normal(10.0, 1.0 + seed % 5, 400)
        aim = Aim(0.05 if relative else 0.5, relative)
        found = replications_needed(values, aim, rule)
        assert found == directly(values, aim, rule)
        answers.add(found)
    # Beyond 100, where the look-ahead grows, as well as below.
    assert any(n is not None and n > 120 for n in answers)
    assert any(n is not None and n < 60 for n in answers)


def test_look_ahead_refuses_a_lucky_moment() -> None:
    # Three equal values are as precise as can be, until the fourth.
    values = np.asarray([5.0, 5.0, 5.0, 9.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0])
    aim = Aim(1.5)
    assert replications_needed(values, aim, Rule(50, look_ahead=0)) == 3
    assert replications_needed(values, aim, Rule(50, look_ahead=3)) == 7
    assert replications_needed(values, aim, Rule(50, look_ahead=5)) is None


class Asked:
    """Values by replication, noting how many were asked for."""

    def __init__(self, **values: Floats) -> None:
        self.values, self.asked = values, list[int]()

    def __call__(self, n: int) -> Mapping[str, Floats]:
        self.asked.append(n)
        return {name: series[:n] for name, series in self.values.items()}


@settings(deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 3.0), st.integers(3, 300), st.integers(0, 8))
def test_how_many_are_run_at_a_time_changes_no_answer(
    seed: int, wanted: float, maximum: int, look_ahead: int
) -> None:
    random = np.random.default_rng(seed)
    asked = Asked(a=random.normal(0, 3, 300), b=random.exponential(2.0, 300))
    rule = Rule(maximum, look_ahead=look_ahead)
    aims = {"a": Aim(wanted), "b": Aim(wanted / 4, relative=True)}
    found = {each.name: each for each in until_precise(asked, aims, rule)}
    assert max(asked.asked) <= maximum
    assert asked.asked == sorted(set(asked.asked))
    for name, aim in aims.items():
        needed = replications_needed(asked.values[name][:maximum], aim, rule)
        assert found[name].needed == needed
        assert needed is not None or asked.asked[-1] == maximum


def test_what_is_never_defined_is_not_reached() -> None:
    asked = Asked(a=np.full(20, np.nan), b=np.ones(20))
    never, at_once = until_precise(asked, {"a": Aim(1.0), "b": Aim(1.0)}, Rule(20))
    assert (never.needed, never.estimate.n, at_once.needed) == (None, 0, 3)
    assert at_once.half_width == 0.0
    assert asked.asked[-1] == 20


@pytest.mark.parametrize("half_width", [0.0, -1.0, math.nan, math.inf])
def test_impossible_aims_are_refused(half_width: float) -> None:
    with pytest.raises(InputError, match="above 0"):
        Aim(half_width)


@pytest.mark.parametrize("wrong", [{"maximum": 2}, {"first": 1}, {"look_ahead": -1}])
def test_impossible_rules_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="maximum"):
        Rule(**{"maximum": 10, **wrong})


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_sim_tools(seed: int) -> None:
    tools: Any = pytest.importorskip("sim_tools.output_analysis")

    class Adapter:
        def single_run(self, replication_number: int) -> dict[str, float]:
            return {"x": float(values[replication_number])}

    values = np.random.default_rng(seed).gamma(4.0, 2.0, 200)
    # One beyond the two for which sim-tools knows no deviation; below 100 both look equally far ahead.
    theirs = tools.ReplicationsAlgorithm(
        half_width_precision=0.15, initial_replications=3, look_ahead=5, replication_budget=90
    )
    needed, _ = theirs.select(Adapter(), ["x"])
    assert replications_needed(values, Aim(0.15, relative=True), Rule(95)) == needed["x"]
