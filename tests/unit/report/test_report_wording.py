"""Numbers as people read them."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sim.report.wording import (
    MISSING,
    format_difference,
    format_interval,
    format_published,
    format_target,
    format_value,
    has_interval,
    scenario_titles,
    with_unit,
    wrapped,
)

NAN = math.nan


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("in_county_rate", 0.8967, "89.7%"),
        ("bed_wait_mean", 90.0, "1.5"),
        ("physicians_per_1000", 2.54, "2.54"),
        ("fund_balance", 12_345_678.0, "1,235"),
        ("cost_per_stay", NAN, MISSING),
    ],
)
def test_values_are_scaled_and_rounded(key: str, value: float, text: str) -> None:
    assert format_value(key, value, "en") == text


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("in_county_admission_share", 0.6275, "62.75%"),
        ("in_county_rate", 0.9, "90%"),
        ("community_physicians", 10_000.0, "10,000"),
        ("physicians_per_1000", 3.05, "3.05"),
        ("in_county_rate", NAN, MISSING),
    ],
)
def test_published_figures_keep_their_digits(key: str, value: float, text: str) -> None:
    assert format_published(key, value, "zh") == text


@pytest.mark.parametrize(
    ("operator", "target", "lang", "text"),
    [
        (">=", 0.9, "zh", "≥90%"),
        ("about", 0.25, "en", "about 25%"),
        ("about", 0.25, "zh", "约25%"),
        ("", NAN, "en", MISSING),
    ],
)
def test_targets(operator: str, target: float, lang: str, text: str) -> None:
    assert format_target("out_of_pocket_share", operator, target, lang) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0213, "+2.1 pp"), (-0.0213, "-2.1 pp"), (-0.00001, "0.0 pp"), (NAN, MISSING)],
)
def test_differences_of_shares_are_points_and_nothing_has_no_sign(value: float, text: str) -> None:
    assert format_difference("in_county_rate", value, "en") == text


def test_intervals() -> None:
    assert format_interval("in_county_rate", 0.88, 0.905) == "88.0 – 90.5"
    assert format_interval("in_county_rate", 0.9, 0.9) == MISSING
    assert has_interval(0.1, 0.2)
    assert not has_interval(NAN, NAN)
    assert not has_interval(0.1, 0.1)


def test_names_carry_their_unit_unless_it_is_per_cent() -> None:
    assert with_unit("bed_wait_mean", "zh") == "等床时间（平均）（小时）"
    assert with_unit("bed_turnover", "en") == "Bed turnover (per year)"
    assert with_unit("bed_occupancy", "en") == "Bed occupancy"


def test_scenarios_come_in_their_order() -> None:
    columns = ["scenario", "order", "title_zh", "title_en"]
    frame = pd.DataFrame([("b", 1, "乙", "B"), ("a", 0, "甲", "A")], columns=columns)
    assert list(scenario_titles(frame, "zh").items()) == [("a", "甲"), ("b", "乙")]


def test_long_titles_are_broken() -> None:
    assert max(map(len, wrapped("某省某市某县二〇二五年规划目标情景", "zh").splitlines())) <= 10
    assert max(map(len, wrapped("Plan targets with every lever", "en").splitlines())) <= 22
