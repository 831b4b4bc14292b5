"""Samples of uncertain numbers, and what is said of the runs with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measure.joint import joint_table
from sim.measure.statistics import wilson_interval
from sim.region.parameters import Parameter
from sim.scenario import load_scenario, overridden
from sim.study.care_case import care_cases, run_care_case
from sim.study.uncertainty import (
    ALL_TARGETS,
    Samples,
    draw_samples,
    influence,
    outcomes,
    sample_name,
    sampled_cases,
)

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def parameter(name: str, low: float = 0.0, value: float = 1.0, high: float = 4.0) -> Parameter:
    return Parameter(name, value, low, high, "", "")


def test_samples_have_the_mean_and_quantiles_of_their_triangle() -> None:
    values = draw_samples([parameter("a")], 4000, seed=1).values[:, 0]
    assert values.min() >= 0.0
    assert values.max() <= 4.0
    # A Latin hypercube of 4000 is closer than independent draws: far within 0.01.
    assert values.mean() == pytest.approx((0.0 + 1.0 + 4.0) / 3.0, abs=0.01)
    assert np.mean(values <= 1.0) == pytest.approx(0.25, abs=0.001)


@given(st.integers(1, 60), st.integers(0, 1000))
def test_every_part_of_the_range_is_used_once(number: int, seed: int) -> None:
    values = draw_samples([parameter("a", 0.0, 0.0, 1.0)], number, seed).values[:, 0]
    # The distribution function of a triangle that falls from 0 to 1.
    parts = np.floor((1.0 - (1.0 - values) ** 2) * number + 1e-9).astype(int)
    assert sorted(np.minimum(parts, number - 1)) == list(range(number))


def test_another_parameter_moves_none() -> None:
    alone = draw_samples([parameter("b")], 20, seed=7).values[:, 0]
    both = draw_samples([parameter("a"), parameter("b")], 20, seed=7)
    assert (both.values[:, 1] == alone).all()
    assert abs(np.corrcoef(both.values.T)[0, 1]) < 0.9


def test_a_sampled_case_is_another_run_with_luck_of_its_own() -> None:
    run = {"warm_up": "0 w", "length": "1 w", "replications": 1}
    chosen = [
        overridden(load_scenario(name, SCENARIOS), region=["fujian/taining"], run=run)
        for name in ("no-reform-2025", "plan-2025")
    ]
    cases = care_cases(chosen, SCENARIOS)
    minutes = parameter("kinds.consultation_min", 0.75, 1.0, 1.4)
    samples = Samples((minutes,), np.array([[1.0], [1.4]]))
    sampled = sampled_cases(cases, samples, 2)
    assert [case.name for case in sampled] == [
        "no-reform-2025_0000", "plan-2025_0000", "no-reform-2025_0001", "plan-2025_0001",
    ]  # fmt: skip
    assert len({case.payload.source.key for case in sampled}) == 4
    # Both scenarios of a sample have the same seed; samples have others.
    assert [case.payload.seed for case in sampled] == [2, 2, 3, 3]
    wait = [_doctor_wait(run_care_case(sampled[place], 0, 1)["indicators"]) for place in (0, 2)]
    assert wait[1] > wait[0]


def _doctor_wait(frame: pd.DataFrame) -> float:
    whole = frame[(frame["tier"] == "") & (frame["county"] == 0)].set_index("indicator")["value"]
    return float(whole["doctor_utilisation"])


TARGETS = pd.DataFrame(
    {
        "indicator": ["rate", "beds", "stated"],
        "operator": [">=", "<=", ">="],
        "target": [0.9, 10.0, 0.0],
        "tolerance": float("nan"),
        "kind": ["simulated", "derived", "input"],
    }
)


def indicators(values: dict[str, dict[str, list[float]]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (scenario, replication, indicator, "", 0, value)
            for scenario, of in values.items()
            for indicator, found in of.items()
            for replication, value in enumerate(found)
        ],
        columns=["scenario", "replication", "indicator", "tier", "county", "value"],
    )


def test_all_targets_at_once_are_met_less_often_than_each() -> None:
    runs = indicators({"a": {"rate": [0.95, 0.95, 0.8, 0.95], "beds": [9, 11, 9, 9]}})
    (row,) = joint_table(runs, TARGETS).to_dict("records")
    assert (row["targets"], row["met"], row["runs"], row["probability"]) == (2, 2, 4, 0.5)
    expected = wilson_interval(2, 4)
    assert (row["low"], row["high"]) == (expected.low, expected.high)


def test_an_indicator_without_any_value_is_not_judged() -> None:
    runs = indicators({"a": {"rate": [0.95, 0.95], "beds": [float("nan")] * 2}})
    assert joint_table(runs, TARGETS)["targets"].to_list() == [1]
    assert joint_table(runs, TARGETS.query("indicator == 'stated'")).empty


def test_the_spread_is_parted_into_parameters_and_chance() -> None:
    generator = np.random.default_rng(5)
    samples, replications = 400, 3
    between = generator.normal(0.9, 0.03, samples)
    values = between[:, None] + generator.normal(0.0, 0.01, (samples, replications))
    runs = indicators({sample_name("a", k): {"rate": list(values[k])} for k in range(samples)})
    table = outcomes(runs, ["a"], samples, {"a": TARGETS}).set_index("indicator")
    # Standard errors of standard deviations: about sd / sqrt(2 n).
    assert table.loc["rate", "sd_parameters"] == pytest.approx(0.03, abs=4 * 0.03 / 800**0.5)
    assert table.loc["rate", "sd_chance"] == pytest.approx(0.01, abs=4 * 0.01 / 1600**0.5)
    assert table.loc["rate", "probability"] == pytest.approx(np.mean(values >= 0.9))
    assert table.loc[ALL_TARGETS, "probability"] == table.loc["rate", "probability"]
    assert table.loc["rate", "q05"] == pytest.approx(np.quantile(values, 0.05))


def test_one_replication_cannot_tell_chance_from_parameters() -> None:
    runs = indicators({sample_name("a", k): {"rate": [0.8 + k / 10]} for k in range(3)})
    table = outcomes(runs, ["a"], 3, {"a": TARGETS}).set_index("indicator")
    assert np.isnan(table.loc["rate", "sd_chance"])
    assert table.loc["rate", "probability"] == pytest.approx(2 / 3)


def test_the_parameter_that_decides_is_found() -> None:
    samples = draw_samples([parameter("a"), parameter("b"), parameter("c")], 100, seed=3)
    rate = samples.values[:, 1] ** 3
    runs = indicators({sample_name("s", k): {"rate": [rate[k]]} for k in range(100)})
    table = influence(runs, "s", samples)
    assert table.iloc[0].to_list() == ["s", "rate", "b", 1.0]
    assert table["correlation"].iloc[1:].abs().max() < 0.4
    # What can make no difference has no row, however it happens to correlate.
    table = influence(runs, "s", samples, without={"b"})
    assert sorted(table["parameter"]) == ["a", "c"]
