"""Samples of uncertain numbers, and what is said of the runs with them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sim.glossary import Language
from sim.measure.joint import joint_table
from sim.measure.meeting import runs_that_meet
from sim.measure.output_analysis.correlation import rank_correlation_interval
from sim.measure.output_analysis.quantiles import quantile_interval
from sim.measure.statistics import (
    mean_interval,
    wilson_interval,
    wilson_of_share,
)
from sim.measure.tables import StudyTables
from sim.questions.uncertainty import (
    ALL_TARGETS,
    Samples,
    draw_samples,
    influence,
    outcomes,
    sample_name,
    sampled_cases,
)
from sim.region.parameters import Parameter
from sim.report.terminal import joint_lines
from sim.report.uncertainty_tables import outcomes_shown
from sim.report.words import Words
from sim.scenario import load_scenario, overridden
from sim.subjects.care.cases import care_cases, joint_probabilities, run_care_case

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


def test_a_run_without_a_value_is_left_out_of_single_and_joint_probabilities() -> None:
    nan = float("nan")
    runs = indicators({"a": {"rate": [0.95, nan, 0.8, 0.95], "beds": [9, 9, 9, nan]}})
    (row,) = joint_table(runs, TARGETS).to_dict("records")
    # Of four runs two can be judged by both targets; the scorecard judges three by either.
    assert (row["targets"], row["met"], row["runs"], row["probability"]) == (2, 1, 2, 0.5)
    assert runs_that_meet(runs, TARGETS)["rate"].mean() == 2 / 3
    never = indicators({"a": {"rate": [0.95, nan], "beds": [nan, 9]}})
    assert joint_table(never, TARGETS).empty


def test_the_length_of_what_is_counted_stands_beside_its_probability() -> None:
    scenario = overridden(load_scenario("plan-2025", SCENARIOS), run={"length": "4 w"})
    name = scenario.name
    runs = indicators({name: {"rate": [0.95, 0.8], "beds": [9, 9]}})
    titles = {"scenario": [name], "order": [0], "title_zh": ["规划"], "title_en": ["Plan"]}
    tables = SimpleNamespace(
        scorecard=TARGETS.assign(scenario=name), indicators=runs, scenarios=pd.DataFrame(titles)
    )
    joint = joint_probabilities(cast(StudyTables, tables), [scenario])
    (line,) = joint_lines(joint, tables, Words.of("en"))
    assert line.startswith("Plan: all 2 targets at once in 4 weeks in 0.50 of the runs ")


def runs_of(values: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return runs of scenario a from arrays of (samples, replications) by indicator."""
    samples = range(len(next(iter(values.values()))))
    return indicators(
        {sample_name("a", k): {name: list(of[k]) for name, of in values.items()} for k in samples}
    )


def test_the_spread_is_parted_into_parameters_and_chance() -> None:
    generator = np.random.default_rng(5)
    samples, replications, doubt, chance = 400, 3, 0.03**2, 0.06**2
    between = generator.normal(0.9, doubt**0.5, (samples, 1))
    values = between + generator.normal(0.0, chance**0.5, (samples, replications))
    table = outcomes(runs_of({"rate": values}), ["a"], samples, {"a": TARGETS})
    row = table.set_index("indicator").loc["rate"]
    # Variances of normal values have standard errors of variance * sqrt(2 / degrees of freedom).
    error_within = chance * (2.0 / (samples * (replications - 1))) ** 0.5
    of_means = (doubt + chance / replications) * (2.0 / (samples - 1)) ** 0.5
    error_between = float(np.hypot(of_means, error_within / replications))
    assert row["sd_chance"] ** 2 == pytest.approx(chance, abs=4 * error_within)
    assert row["sd_parameters"] ** 2 == pytest.approx(doubt, abs=4 * error_between)
    # Without leaving out the chance that is still in the means of three it would be far off.
    assert chance / replications > 7 * error_between
    assert row["probability"] == pytest.approx(np.mean(values >= 0.9))
    assert row["samples"] == samples


def test_mean_and_quantiles_have_intervals_that_know_how_many_samples_there_are() -> None:
    generator = np.random.default_rng(6)
    values = generator.normal(0.9, 0.03, (100, 1)) + generator.normal(0.0, 0.01, (100, 2))
    table = outcomes(runs_of({"rate": values}), ["a"], 100, {"a": TARGETS})
    row = table.set_index("indicator").loc["rate"]
    mean = mean_interval(values.mean(axis=1))
    assert (row["mean"], row["mean_low"], row["mean_high"]) == (mean.mean, mean.low, mean.high)
    for name, share in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        assert row[name] == pytest.approx(np.quantile(values, share))
        expected = quantile_interval(values, share)
        assert (row[f"{name}_low"], row[f"{name}_high"]) == (expected.low, expected.high)
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]
    # With 50 samples nothing is known of how low the low end may be.
    few = outcomes(runs_of({"rate": values[:50]}), ["a"], 50, {"a": TARGETS})
    assert np.isnan(few.set_index("indicator").loc["rate", "q05_low"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_shown_fits_and_says_how_long_is_counted(lang: Language) -> None:
    names = ("in_county_rate", "in_county_admission_share")
    targets = TARGETS.iloc[[0, 0]].assign(indicator=names)
    values = np.random.default_rng(7).normal(0.9, 0.03, (80, 2))
    table = outcomes(runs_of(dict.fromkeys(names, values)), ["a"], 80, {"a": targets})
    console = Console(width=100, file=StringIO())
    console.print(outcomes_shown(table, "a", "A", 13, names, Words.of(lang)))
    text = cast(StringIO, console.file).getvalue()
    row = table.iloc[0]
    assert text.count(f"[{row['probability_low']:.2f}, {row['probability_high']:.2f}]") == 3
    assert f"{100 * row['q05']:.1f} – {100 * row['q95']:.1f}" in text
    assert {"en": "(13weeks)", "zh": "（13周）"}[lang] in "".join(text.split())


def test_all_targets_at_once_are_met_less_often_than_each_under_doubt_too() -> None:
    # Eight runs of four samples; one has no value for beds, and two meet one target only.
    rate = np.array([[0.95, 0.95], [0.95, 0.8], [0.8, 0.95], [0.95, 0.95]])
    beds = np.array([[9.0, 9.0], [11.0, 9.0], [11.0, 9.0], [9.0, float("nan")]])
    table = outcomes(runs_of({"rate": rate, "beds": beds}), ["a"], 4, {"a": TARGETS})
    table = table.set_index("indicator")
    assert table.loc["rate", "probability"] == pytest.approx(6 / 8)
    assert table.loc["beds", "probability"] == pytest.approx(5 / 7)
    whole = table.loc[ALL_TARGETS]
    assert whole["probability"] == pytest.approx(4 / 7)
    # Runs of one sample share its values: four trials, not seven.
    expected = wilson_of_share(4 / 7, 4)
    assert (whole["probability_low"], whole["probability_high"]) == (expected.low, expected.high)


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
    first = table.iloc[0]
    assert (first["parameter"], first["correlation"], first["n"]) == ("b", 1.0, 100)
    assert table["correlation"].iloc[1:].abs().max() < 0.4
    # A perfect correlation has no interval; the others have, around them.
    assert np.isnan(first["low"])
    assert (table["low"].iloc[1:] < table["correlation"].iloc[1:]).all()
    assert rank_correlation_interval(table["correlation"].iloc[1], 100) == (
        table["low"].iloc[1],
        table["high"].iloc[1],
    )
    # What can make no difference has no row, however it happens to correlate.
    table = influence(runs, "s", samples, without={"b"})
    assert sorted(table["parameter"]) == ["a", "c"]


def test_a_sampled_case_is_another_run_with_luck_of_its_own() -> None:
    run = {"warm_up": "0 w", "length": "1 w", "replications": 1}
    chosen = [
        overridden(load_scenario(name, SCENARIOS), region=["fujian/taining"], run=run)
        for name in ("no-reform-2025", "plan-2025")
    ]
    cases = care_cases(chosen, SCENARIOS)
    minutes = parameter("services.minutes.doctor", 0.75, 1.0, 1.4)
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
