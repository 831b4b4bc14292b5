"""Numbers and names as people read them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from sim.report.wording import (
    MISSING,
    format_difference,
    format_interval,
    format_published,
    format_target,
    format_value,
    has_interval,
    possible,
    significant,
    with_unit,
    wrapped,
)

NAN = float("nan")


def test_values_are_scaled_and_rounded() -> None:
    assert format_value("in_county_rate", 0.8766, "en") == "87.7%"
    assert format_value("physicians_per_1000", 3.049, "en") == "3.05"
    assert format_value("bed_wait_mean", 90.0, "en") == "1.5"
    assert format_value("fund_balance", -12_345_678.0, "zh") == "-1,235"
    assert format_value("in_county_rate", NAN, "zh") == MISSING


def test_published_figures_keep_their_digits() -> None:
    assert format_published("in_county_admission_share", 0.6275, "en") == "62.75%"
    assert format_published("in_county_rate", 0.9, "en") == "90%"
    assert format_published("centrally_purchased_drugs", 500.0, "zh") == "500"
    assert format_target("service_income_share", "about", 0.4, "en") == "about 40%"
    assert format_target("service_income_share", "about", 0.4, "zh") == "约40%"
    assert format_target("in_county_rate", "", NAN, "en") == MISSING


def test_differences_carry_a_sign_and_points() -> None:
    assert format_difference("in_county_rate", 0.0123, "en") == "+1.2 pp"
    assert format_difference("in_county_rate", -0.0123, "zh") == "-1.2 百分点"
    assert format_difference("bed_wait_mean", 60.0, "en") == "+1.0"
    assert format_difference("in_county_rate", -0.0001, "en") == "0.0 pp"
    assert format_difference("in_county_rate", NAN, "en") == MISSING


def test_an_interval_of_one_replication_is_none() -> None:
    assert not has_interval(NAN, NAN)
    assert not has_interval(0.5, 0.5)
    assert has_interval(0.4, 0.5)
    assert format_interval("in_county_rate", 0.5, 0.5) == MISSING


def test_intervals_of_shares_end_at_0_and_100_per_cent() -> None:
    assert format_interval("in_county_rate", 0.96, 1.03) == "96.0 – 100.0"
    assert possible("out_of_province_share", -0.01, 0.02) == (0.0, 0.02)
    assert possible("fund_balance", -5.0, 7.0) == (-5.0, 7.0)
    assert possible("bed_occupancy", 1.02, 1.05) == (1.02, 1.05)


def test_units_stand_beside_names_except_per_cent() -> None:
    assert with_unit("bed_wait_mean", "en") == "Wait for a bed (mean) (h)"
    assert with_unit("in_county_rate", "zh") == "县域内就诊率"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Plan targets 2025", 22, ["Plan targets 2025"]),
        ("Plan targets 2025", 12, ["Plan targets", "2025"]),
        ("床位、人员", 6, ["床位、", "人员"]),
        ("不改革（2025年）", 10, ["不改革", "（2025年）"]),
        ("仅DRG付费", 6, ["仅DRG", "付费"]),
        ("a" * 25, 22, ["a" * 20, "a" * 5]),
        ("", 10, [""]),
    ],
)
def test_names_are_broken_by_the_rules_of_their_language(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrapped(text, width).split("\n") == lines


def test_no_line_begins_with_a_closing_mark_and_nothing_is_lost() -> None:
    text = "规划目标情景：床位、人员、转诊与支付方式改革（DRG 2.0）同时推进，2025年达标。Plan A"
    for width in range(6, 40):
        lines = wrapped(text, width).split("\n")
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line[0] in "，。、：）" for line in lines)
        assert not any(line[-1] in "（《" for line in lines)
        assert max(cell_len(line) for line in lines) <= max(width, 8)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (110_180.0, 5, "110180"),
        (22_257.4, 5, "22257"),
        (0.0000921, 2, "0.000092"),
        (-0.25, 5, "-0.25"),
        (0.0, 3, "0"),
        (float("nan"), 3, "–"),
    ],
)
def test_numbers_are_no_powers_of_ten(value: float, digits: int, shown: str) -> None:
    assert significant(value, digits) == shown


def test_a_sign_is_shown_where_it_is_wanted() -> None:
    assert [significant(x, 2, sign=True) for x in (0.5, -0.5)] == ["+0.5", "-0.5"]
