"""Differences between scenarios and the scorecard, from indicators of single runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.measure.compare import (
    DIFFERENCE_COLUMNS,
    QUANTILE_COLUMNS,
    SCORECARD_COLUMNS,
    SUMMARY_COLUMNS,
    differences,
    quantiles,
    scorecard,
    summarise,
)
from sim.measure.statistics import mean_interval, paired_difference

RATE = [0.85, 0.87, 0.84, 0.88]
EFFECT = [0.050, 0.052, 0.049, 0.051]


def rows(scenario: str, indicator: str, values: list[float], tier: str = "", county: int = 0):
    return pd.DataFrame(
        {
            "scenario": scenario,
            "replication": range(len(values)),
            "indicator": indicator,
            "tier": tier,
            "county": county,
            "value": values,
        }
    )


def target(indicator: str, operator: str = ">=", value: float = 0.9, kind: str = "simulated"):
    return {
        "number": "13",
        "indicator": indicator,
        "operator": operator,
        "target": value,
        "tolerance": 0.01 if operator == "about" else np.nan,
        "value_2020": np.nan,
        "nature": "expected",
        "kind": kind,
    }


@pytest.fixture
def indicators() -> pd.DataFrame:
    plan = [rate + effect for rate, effect in zip(RATE, EFFECT, strict=True)]
    return pd.concat(
        [
            rows("base", "in_county_rate", RATE),
            rows("base", "beds", [3.6] * 4),
            rows("base", "visits", [1.0, 2.0, 3.0, 4.0], tier="county", county=350429),
            rows("plan", "in_county_rate", plan),
            rows("plan", "beds", [4.0] * 4),
            rows("plan", "visits", [2.0, np.nan, 4.0], tier="county", county=350429),
            rows("plan", "only_here", [1.0]),
        ]
    )


def test_differences_are_paired_by_replication(indicators: pd.DataFrame) -> None:
    shuffled = indicators.sample(frac=1.0, random_state=1)
    frame = differences(shuffled, base="base")
    assert list(frame.columns) == DIFFERENCE_COLUMNS
    assert frame["indicator"].tolist() == ["beds", "in_county_rate", "visits"]
    assert set(frame["scenario"]) == {"plan"}
    assert set(frame["base"]) == {"base"}
    beds, rate, visits = frame.to_dict("records")
    expected = mean_interval(EFFECT)
    assert rate["mean"] == pytest.approx(expected.mean)
    assert (rate["low"], rate["high"]) == pytest.approx((expected.low, expected.high))
    # The luck both share is gone: unpaired, the interval would be many times as wide.
    assert rate["high"] - rate["low"] < 0.01
    assert (beds["mean"], beds["low"], beds["high"]) == pytest.approx((0.4, 0.4, 0.4))
    # Replication 1 is undefined in one scenario, replication 3 is missing there.
    assert (visits["mean"], visits["n"], visits["tier"], visits["county"]) == (
        1.0,
        2,
        "county",
        350429,
    )


def test_the_base_can_be_any_scenario_and_the_order_is_kept(indicators: pd.DataFrame) -> None:
    third = rows("ant", "in_county_rate", RATE)
    frame = differences(pd.concat([indicators, third]), base="plan", scenarios=["base", "ant"])
    assert list(dict.fromkeys(frame["scenario"])) == ["base", "ant"]
    ours = frame.query("scenario == 'base' and indicator == 'in_county_rate'").iloc[0]
    again = paired_difference(RATE, [r + e for r, e in zip(RATE, EFFECT, strict=True)])
    assert (ours["mean"], ours["low"]) == pytest.approx((again.mean, again.low))


def test_intervals_of_several_scenarios_hold_together(indicators: pd.DataFrame) -> None:
    luck = [r + e for r, e in zip(RATE, [0.02, -0.01, 0.015, 0.001], strict=True)]
    both = pd.concat([indicators, rows("ant", "in_county_rate", luck)])
    alone = differences(indicators, base="base").set_index("indicator").loc["in_county_rate"]
    assert (alone["low_joint"], alone["high_joint"]) == (alone["low"], alone["high"])
    frame = differences(both, base="base").set_index(["indicator", "scenario"])
    plan, ant = (frame.loc[("in_county_rate", name)] for name in ("plan", "ant"))
    # Two scenarios: each interval at 97.5 %.
    wide = mean_interval(EFFECT, 0.975)
    assert (plan["low_joint"], plan["high_joint"]) == pytest.approx((wide.low, wide.high))
    assert (plan["low"], plan["high"]) == pytest.approx((alone["low"], alone["high"]))
    # Holm: the smaller p-value counts twice, the larger one once.
    assert alone["p_holm"] < ant["p_holm"]
    assert plan["p_holm"] == pytest.approx(2 * alone["p_holm"])
    # Arithmetic without chance has no p-value.
    assert np.isnan(frame.loc[("beds", "plan")]["p_holm"])


def test_an_unknown_scenario_is_named_with_the_nearest(indicators: pd.DataFrame) -> None:
    with pytest.raises(InputError) as error:
        differences(indicators, base="bse", scenarios=["plan", "nothing"])
    assert [str(problem) for problem in error.value.problems] == [
        "no scenario 'bse' here; there are base, plan; did you mean 'base'?",
        "no scenario 'nothing' here; there are base, plan",
    ]


def test_a_single_scenario_has_no_differences(indicators: pd.DataFrame) -> None:
    frame = differences(rows("base", "beds", [1.0]), base="base")
    assert list(frame.columns) == DIFFERENCE_COLUMNS
    assert frame.empty


def test_summary_has_every_quantity_of_every_scenario(indicators: pd.DataFrame) -> None:
    frame = summarise(indicators)
    assert list(frame.columns) == SUMMARY_COLUMNS
    assert frame["scenario"].tolist() == ["base"] * 3 + ["plan"] * 4
    one = frame.query("scenario == 'base' and indicator == 'in_county_rate'").iloc[0]
    expected = mean_interval(RATE)
    assert (one["mean"], one["low"], one["n"]) == pytest.approx((expected.mean, expected.low, 4))
    alone = frame.query("indicator == 'only_here'").iloc[0]
    assert alone["mean"] == 1.0
    assert np.isnan(alone["low"])


def test_no_indicators_no_rows() -> None:
    frame = summarise(rows("base", "beds", []))
    assert list(frame.columns) == SUMMARY_COLUMNS
    assert frame.empty


@pytest.mark.parametrize("damage", ["column", "twice", "empty"])
def test_untidy_indicators_are_refused(indicators: pd.DataFrame, damage: str) -> None:
    if damage == "column":
        with pytest.raises(ValueError, match=r"indicators: columns \['tier'\] are missing"):
            summarise(indicators.drop(columns="tier"))
    elif damage == "twice":
        twice = pd.concat([indicators, indicators.head(1)])
        with pytest.raises(ValueError, match="duplicate"):
            summarise(twice)
        with pytest.raises(ValueError, match="duplicate"):
            scorecard(twice, pd.DataFrame([target("beds")]))
    else:
        with pytest.raises(ValueError, match="is empty"):
            summarise(indicators.assign(tier=np.nan))


def test_the_scorecard_judges_every_row_of_the_plan(indicators: pd.DataFrame) -> None:
    more = pd.concat(
        [indicators, rows("base", "coverage", [0.98]), rows("base", "one_year", [0.95])]
    )
    targets = pd.DataFrame(
        [
            target("in_county_rate"),
            target("in_county_rate", operator="about", value=0.88),
            target("in_county_rate", operator="", value=np.nan),
            target("beds", operator="<=", value=3.6, kind="derived"),
            target("coverage", value=0.96, kind="input"),
            target("one_year"),
            target("one_year", kind="derived"),
            target("life_expectancy", value=79.63, kind="outside"),
            target("not_there_yet"),
        ]
    )
    card = scorecard(more, targets)
    assert list(card.columns) == SCORECARD_COLUMNS
    assert card["scenario"].tolist() == ["base"] * 9 + ["plan"] * 9
    base, plan = card.head(9), card.tail(9)
    assert base["verdict"].tolist() == [
        *("not_met", "undecided", "no_target", "met", "input"),
        *("undecided", "met", "not_modelled", "not_modelled"),
    ]
    assert plan["verdict"].tolist() == [
        *("undecided", "undecided", "no_target", "not_met", "input"),
        *("not_modelled",) * 4,
    ]
    assert base["probability"].tolist()[:4] == pytest.approx([0.0, 0.5, np.nan, 1.0], nan_ok=True)
    assert plan["probability"].tolist()[0] == 0.75
    assert np.isnan(base["probability"][4])  # an input proves nothing
    assert (base["low"][6], base["high"][6]) == (0.95, 0.95)
    assert np.isnan(base["low"][5])
    assert base["number"].tolist() == ["13"] * 9


def test_a_rate_of_nobody_is_undefined_and_not_beyond_the_model() -> None:
    measured = pd.concat(
        [
            rows("base", "in_county_rate", [0.9, 0.92]),
            rows("base", "mean_wait", [np.nan, np.nan]),
            rows("plan", "in_county_rate", [0.9, 0.92]),
            rows("plan", "mean_wait", [np.nan, 3.0]),
        ]
    )
    plan = [
        target("mean_wait", operator="<=", value=5.0),
        target("mean_wait", operator="", value=np.nan),
        target("mean_wait", operator="<=", value=5.0, kind="input"),
        target("life_expectancy", kind="outside"),
    ]
    card = scorecard(measured, pd.DataFrame(plan))
    words = card.groupby("scenario")["verdict"].apply(list)
    assert words["base"] == ["undefined", "undefined", "input", "not_modelled"]
    assert words["plan"] == ["undecided", "no_target", "input", "not_modelled"]
    assert card["probability"].head(1).isna().all()


@pytest.mark.parametrize(
    ("visits", "stays", "verdict"),
    [
        # The mean over replications decides, and the worse of the two shares.
        ([0.10, 0.14], [0.02, 0.02], "met"),
        ([0.10, 0.22], [0.02, 0.02], "not_judged"),
        ([0.01, 0.01], [1.0, 1.0], "not_judged"),
        ([0.01, 0.01], [np.nan, np.nan], "met"),
        ([0.2, 0.2], [np.nan, np.nan], "not_judged"),
    ],
)
def test_nothing_counted_from_those_treated_is_met_when_many_found_no_place(
    visits: list[float], stays: list[float], verdict: str
) -> None:
    table = pd.concat(
        [
            rows("base", "in_county_rate", [0.954, 0.956]),
            rows("base", "beds", [4.0, 4.0]),
            rows("base", "unmet_visit_share", visits),
            rows("base", "unmet_admission_share", stays),
        ]
    )
    plan = [
        target("in_county_rate"),
        target("in_county_rate", value=0.955),
        target("in_county_rate", value=0.99),
        target("beds", kind="derived", value=3.0),
    ]
    card = scorecard(table, pd.DataFrame(plan))
    doubtful = "undecided" if verdict == "met" else verdict
    assert card["verdict"].tolist() == [verdict, doubtful, "not_met", "met"]
    beside = card[["unmet_visit_share", "unmet_admission_share"]].to_numpy()
    assert np.isnan(beside[3]).all()
    assert beside[0] == pytest.approx([np.mean(visits), np.mean(stays)], nan_ok=True)


def test_a_study_without_counts_of_unmet_need_is_judged_as_it_was(indicators: pd.DataFrame) -> None:
    card = scorecard(indicators, pd.DataFrame([target("in_county_rate", value=0.8)]))
    assert card["verdict"].tolist() == ["met", "met"]
    assert card["unmet_visit_share"].isna().all()


def test_only_the_whole_region_counts_for_the_scorecard() -> None:
    part = pd.concat(
        [
            rows("base", "in_county_rate", [0.5] * 3, county=350429),
            rows("base", "in_county_rate", [0.5] * 3, tier="county"),
        ]
    )
    card = scorecard(part, pd.DataFrame([target("in_county_rate")]))
    assert card["verdict"].tolist() == ["not_modelled"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operator": "=>"}, r"target of in_county_rate: unknown operator '=>'"),
        ({"target": np.nan}, r"target of in_county_rate: a target must be a finite number"),
        ({"operator": "about", "tolerance": np.nan}, r"'about' needs a tolerance"),
        ({"kind": "guessed"}, r"unknown kind 'guessed' of in_county_rate; allowed: simulated,"),
    ],
)
def test_untidy_targets_are_refused(
    indicators: pd.DataFrame, change: dict[str, object], message: str
) -> None:
    targets = pd.DataFrame([target("in_county_rate") | change])
    with pytest.raises(ValueError, match=message):
        scorecard(indicators, targets)


def test_targets_without_a_column_are_refused(indicators: pd.DataFrame) -> None:
    targets = pd.DataFrame([target("beds")]).drop(columns=["nature", "kind"])
    with pytest.raises(ValueError, match=r"targets: columns \['nature', 'kind'\] are missing"):
        scorecard(indicators, targets)


def test_quantiles_are_shown_where_they_have_an_interval() -> None:
    frame = pd.concat(
        [
            rows("few", "in_county_rate", [0.1, 0.2, 0.3, 0.4, 0.5]),
            rows("six", "in_county_rate", [0.6, 0.1, 0.2, 0.3, 0.4, 0.5]),
            rows("six", "in_county_rate", [9.0] * 6, tier="county"),
            rows("many", "in_county_rate", [float(value) for value in range(36)]),
        ]
    )
    found = quantiles(frame)
    assert found.columns.to_list() == QUANTILE_COLUMNS
    assert list(zip(found["scenario"], found["share"], strict=True)) == [
        ("six", 0.5), ("many", 0.1), ("many", 0.5), ("many", 0.9),
    ]  # fmt: skip
    median = found.iloc[0]
    # All six on one side of the median: 2 * 0.5 ** 6 = 3.1 %.
    assert (median["value"], median["low"], median["high"]) == pytest.approx((0.35, 0.1, 0.6))
    # No value of 36 above the 90th percentile: 0.9 ** 36 = 2.3 %.
    assert found.iloc[3]["high"] == 35.0
    assert found["n"].to_list() == [6, 36, 36, 36]
    assert quantiles(frame.iloc[:5]).columns.to_list() == QUANTILE_COLUMNS
