"""Numbers and names as people read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from sim.report.wording import (
    MISSING,
    has_interval,
    possible,
    significant,
    wrapped,
)
from sim.report.words import Words
from sim.scenario.network.load import load_network
from sim.subjects.network.quantities import quantities_of_network

NAN = float("nan")


def test_values_are_scaled_and_rounded() -> None:
    assert Words.of("en").value("in_county_rate", 0.8766) == "87.7%"
    assert Words.of("en").value("physicians_per_1000", 3.049) == "3.05"
    assert Words.of("en").value("bed_wait_mean", 90.0) == "1.5"
    assert Words.of("zh").value("fund_balance", -12_345_678.0) == "-1,235"
    assert Words.of("zh").value("in_county_rate", NAN) == MISSING


def test_published_figures_keep_their_digits() -> None:
    assert Words.of("en").published("in_county_admission_share", 0.6275) == "62.75%"
    assert Words.of("en").published("in_county_rate", 0.9) == "90%"
    assert Words.of("zh").published("centrally_purchased_drugs", 500.0) == "500"
    assert Words.of("en").target("service_income_share", "about", 0.4) == "about 40%"
    assert Words.of("zh").target("service_income_share", "about", 0.4) == "约40%"
    assert Words.of("en").target("in_county_rate", "", NAN) == MISSING


def test_differences_carry_a_sign_and_points() -> None:
    assert Words.of("en").difference("in_county_rate", 0.0123) == "+1.2 points"
    assert Words.of("zh").difference("in_county_rate", -0.0123) == "-1.2个百分点"
    assert Words.of("en").difference("bed_wait_mean", 60.0) == "+1.0"
    assert Words.of("en").difference("in_county_rate", -0.0001) == "0.0 points"
    assert Words.of("en").difference("in_county_rate", NAN) == MISSING


def test_an_interval_of_one_replication_is_none() -> None:
    assert not has_interval(NAN, NAN)
    assert not has_interval(0.5, 0.5)
    assert has_interval(0.4, 0.5)
    assert Words.of("en").interval("in_county_rate", 0.5, 0.5) == MISSING


def test_intervals_of_shares_end_at_0_and_100_per_cent() -> None:
    assert Words.of("en").interval("in_county_rate", 0.96, 1.03) == "96.0 – 100.0"
    assert possible("out_of_province_share", -0.01, 0.02) == (0.0, 0.02)
    assert possible("fund_balance", -5.0, 7.0) == (-5.0, 7.0)
    assert possible("bed_occupancy", 1.02, 1.05) == (1.02, 1.05)


def test_units_stand_beside_names_except_per_cent() -> None:
    assert Words.of("en").with_unit("bed_wait_mean") == "Wait for a bed (mean) (h)"
    assert Words.of("zh").with_unit("in_county_rate") == "县域内就诊率"


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


def test_there_is_one_words_object_for_a_language() -> None:
    assert Words.of("zh") is Words.of("zh")
    assert Words.of("zh")["tier.county"] == "县级"
    assert Words.of("en")["bed_occupancy:county"] == "Bed occupancy (county)"
    with pytest.raises(ValueError, match="'fr' is no language"):
        Words.of("fr")  # type: ignore[arg-type]
    with pytest.raises(KeyError, match="did you mean"):
        Words.of("en")["tier.counti"]


def test_ends_of_an_interval_that_read_alike_get_more_decimals() -> None:
    words = Words.of("en")
    assert words.interval("in_county_rate", 0.83712, 0.83737) == "83.71 – 83.74"
    assert words.interval("in_county_rate", 0.837120, 0.837124) == "83.712 – 83.712"
    assert words.difference_interval("in_county_rate", 0.0001, 0.0004) == "[+0.01, +0.04]"
    assert words.difference_interval("in_county_rate", -0.01, 0.02) == "[-1.0, +2.0]"
    assert words.difference_interval("in_county_rate", NAN, NAN) == ""


def test_a_tolerance_has_its_unit() -> None:
    assert Words.of("zh").tolerance("service_income_share", "about", 0.02) == "±2个百分点"
    assert Words.of("en").tolerance("service_income_share", "about", 0.02) == "±2 points"
    assert Words.of("en").tolerance("physicians_per_1000", "about", 0.05) == "±0.05"
    assert Words.of("en").tolerance("in_county_rate", ">=", 0.02) == ""


def test_a_word_longer_than_a_line_is_broken_after_a_hyphen() -> None:
    assert wrapped("Medical-service share", 13) == "Medical-\nservice share"
    assert wrapped("Out-of-province care", 13) == "Out-of-\nprovince care"
    assert wrapped("Medical-service share", 16) == "Medical-service\nshare"


def test_the_measures_of_networks_have_words_in_both_languages() -> None:
    folder = Path(__file__).parents[3] / "scenarios"
    keys = set()
    for page in (folder / "networks").glob("*.yaml"):
        names = quantities_of_network(load_network(page, folder))
        keys |= {name.partition(":")[0] for name in names}
    assert len(keys) > 30
    for key in keys:
        for words in (Words.of("en"), Words.of("zh")):
            assert "_" not in words.measure(key), key
            assert "_" not in words.measure(f"{key}_per_day"), key
    english = Words.of("en")
    assert english.quantity("wait_mean:clinic:urgent") == "Mean wait (clinic, urgent)"
    assert english.quantity("time_in_system_q50:all:urgent") == "Median time in system (urgent)"
    assert english.measure("waited_over_15_min_share") == "Share who waited over 15 min"


def test_lengths_of_one_run_are_said_in_one_unit() -> None:
    english = Words.of("en")
    assert english.lengths(14 * 1440, 7 * 1440) == ["2 weeks", "1 week"]
    assert english.lengths(14 * 1440, 1440) == ["14 days", "1 day"]
    assert english.lengths(7 * 1440, 0) == ["1 week", "0 weeks"]
    assert english.lengths(90, 0) == ["90 minutes", "0 minutes"]
    assert Words.of("zh").lengths(120, 60) == ["2小时", "1小时"]
