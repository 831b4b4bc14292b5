"""Waterfalls, marginal values, leaks and bottlenecks, on numbers that can be followed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import InputError
from sim.measure.bottlenecks import bottleneck_table, bottlenecks_by_kind
from sim.measure.leaks import leak_table, leaks_by_condition
from sim.questions.marginal import (
    INCREMENTS,
    Increment,
    marginal_table,
    units_added,
    with_increment,
)
from sim.questions.waterfall import Waterfall, waterfall_table
from sim.reading.yaml_file import Mark
from sim.region import Region
from sim.report.why_tables import bottlenecks_shown, leaks_shown, marginal_shown, refused_shown
from sim.report.words import Words
from sim.scenario import Scenario, load_scenario, overridden
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.levers import lever_called
from sim.scenario.care.levers.base import Lever
from sim.scenario.care.timeline import Entry, in_acting_order

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def shipped(name: str) -> Scenario:
    return load_scenario(name, SCENARIOS)


@pytest.fixture(scope="module")
def plan() -> Waterfall:
    return Waterfall.of(shipped("no-reform-2025"), shipped("plan-2025"), "family")


def test_every_combination_has_a_scenario_of_its_own(plan: Waterfall) -> None:
    scenarios = plan.scenarios()
    assert len(scenarios) == 1 << len(plan.parts)
    assert (scenarios[0], scenarios[-1]) == (plan.base, plan.goal)
    assert len({scenario.name for scenario in scenarios}) == len(scenarios)
    families = {frozenset(e.lever.family for e in scenario.levers) for scenario in scenarios}
    assert len(families) == len(scenarios)


def test_too_many_parts_are_told_before_anything_runs() -> None:
    base, goal = shipped("no-reform-2025"), with_increment(shipped("plan-2025"), INCREMENTS[0])
    empty = replace(base, timeline=replace(base.timeline, entries=()))
    with pytest.raises(InputError, match="8 are the most") as told:
        Waterfall.of(empty, goal, "lever")
    assert "ageing" in str(told.value)


def indicators(values: dict[str, list[float]], name: str = "in_county_rate") -> pd.DataFrame:
    return pd.DataFrame(
        [
            (scenario, replication, name, "", 0, value)
            for scenario, found in values.items()
            for replication, value in enumerate(found)
        ],
        columns=["scenario", "replication", "indicator", "tier", "county", "value"],
    )


def test_the_table_of_a_waterfall_adds_up(plan: Waterfall) -> None:
    # Each part is worth its number in hundredths; the first two together one more.
    values = {
        scenario.name: [
            0.5
            + r / 10
            + sum((i + 1) / 100 for i in range(len(plan.parts)) if c >> i & 1)
            + (0.01 if c & 3 == 3 else 0.0)
            for r in range(3)
        ]
        for c, scenario in enumerate(plan.scenarios())
    }
    table = waterfall_table(plan, indicators(values)).set_index(["way", "part"])["mean"]
    assert table["base", ""] == pytest.approx(0.6)
    assert table["total", ""] == pytest.approx(table["goal", ""] - table["base", ""])
    assert table["interaction", ""] == pytest.approx(0.01)
    assert table["first", plan.parts[1]] == pytest.approx(0.02)
    assert table["last", plan.parts[1]] == pytest.approx(0.03)
    assert table["shapley", plan.parts[1]] == pytest.approx(0.025)
    assert table["shapley"].sum() == pytest.approx(table["total", ""])


def test_marginal_values_are_per_unit(whole_fujian: Region) -> None:
    scenario = overridden(shipped("baseline-2020"), region=["fujian/youxi"])
    beds = next(each for each in INCREMENTS if each.key == "county_beds")
    rate = next(each for each in INCREMENTS if each.key == "county_inpatient_rate")
    # The county's two general hospitals, one facility here, get 20 beds each; effects are told for ten.
    units, refused = units_added(whole_fujian, scenario, [beds, rate])
    assert units == pytest.approx({beds: 4.0, rate: 2.0})
    assert not refused
    values = {
        scenario.name: [0.80, 0.82],
        f"{scenario.name}_county_beds": [0.83, 0.85],
        f"{scenario.name}_county_inpatient_rate": [0.81, 0.83],
    }
    table = marginal_table(indicators(values), scenario.name, units)
    assert table["increment"].to_list() == ["county_beds", "county_inpatient_rate"]
    assert table["mean"].to_list() == pytest.approx([0.0075, 0.005])


def test_marginal_values_have_intervals_per_unit_for_one_and_for_all() -> None:
    beds, rate = (
        replace(INCREMENTS[0], key=key) for key in ("county_beds", "county_inpatient_rate")
    )
    values = {
        "a": [0.80, 0.82, 0.81],
        "a_county_beds": [0.84, 0.84, 0.84],
        "a_county_inpatient_rate": [0.81, 0.83, 0.82],
    }
    table = marginal_table(indicators(values), "a", {beds: 4.0, rate: 2.0}).set_index("increment")
    # Differences 0.04, 0.02 and 0.03: standard deviation 0.01, t(0.975, 2) = 4.302653.
    half = 4.302653 * 0.01 / 3**0.5 / 4.0
    row = table.loc["county_beds"]
    assert row["mean"] == pytest.approx(0.0075)
    assert (row["low"], row["high"]) == pytest.approx((0.0075 - half, 0.0075 + half), rel=1e-6)
    # Of two increments: t(0.9875, 2) = 6.205347.
    half *= 6.205347 / 4.302653
    joint = (row["low_joint"], row["high_joint"])
    assert joint == pytest.approx((0.0075 - half, 0.0075 + half), rel=1e-6)
    # t = 3 sqrt(3): p = 2 P(T > 5.196) = 0.0351; the other has no chance in it and is not counted.
    assert row["p_holm"] == pytest.approx(0.0351, abs=1e-4)
    shown = marginal_shown(table.reset_index(), "A", ["in_county_rate"], Words.of("en"))
    assert "hold together for the 2 increments" in str(shown.caption)
    low, high = (f"{100.0 * each:+.2g}" for each in joint)
    assert f"[{low}, {high}]" in next(iter(shown.columns[1].cells))


def test_every_increment_adds_something_in_a_county(whole_fujian: Region) -> None:
    scenario = overridden(shipped("plan-2025"), region=["fujian/youxi"])
    units, refused = units_added(whole_fujian, scenario, INCREMENTS)
    assert tuple(units) == INCREMENTS
    assert not refused


def dated(scenario: Scenario, begins: date) -> Scenario:
    """Return a scenario whose levers begin on a day, but for ageing."""
    entries = [
        each if each.lever.name == "ageing" else replace(each, begins=begins)
        for each in scenario.levers
    ]
    return replace(scenario, timeline=in_acting_order(scenario.run, entries))


@pytest.mark.parametrize("begins", [date(2024, 12, 1), date(2025, 4, 1)])
def test_increments_do_not_vanish_when_levers_begin_later(
    whole_fujian: Region, begins: date
) -> None:
    plan = overridden(shipped("plan-2025"), region=["fujian/youxi"])
    scenario = dated(plan, begins)
    assert scenario.timeline.epochs()[1:] == (begins,)
    units, refused = units_added(whole_fujian, scenario, INCREMENTS)
    assert tuple(units) == INCREMENTS
    assert not refused
    before = inputs_at(whole_fujian, scenario, begins)
    for increment in INCREMENTS:
        after = inputs_at(whole_fujian, with_increment(scenario, increment), begins)
        assert before.behaviour != after.behaviour or any(
            not getattr(before, table).equals(getattr(after, table))
            for table in ("facilities", "reimbursement", "capability_gain")
        )


def with_levers(*levers: tuple[date | None, str, dict[str, object]]) -> Scenario:
    scenario = overridden(shipped("baseline-2020"), region=["fujian/youxi"])
    mark = Mark(Path("test"), None, "levers")
    entries = [
        Entry(lever_called(name).model_validate(values), begins, None, mark)
        for begins, name, values in levers
    ]
    return replace(scenario, timeline=in_acting_order(scenario.run, entries))


def test_a_share_that_is_full_at_any_time_leaves_the_other_increments(
    whole_fujian: Region,
) -> None:
    scenario = with_levers((date(2020, 7, 1), "first_contact", {"bound": 1.0}))
    units, refused = units_added(whole_fujian, scenario, INCREMENTS)
    assert {each.key: reason for each, reason in refused.items()} == {
        "first_contact_bound": "above_one"
    }
    assert len(units) == len(INCREMENTS) - 1
    (line,) = refused_shown({"first_contact_bound": "above_one"}, Words.of("en"))
    assert line == (
        "Left out: One point of episodes bound to primary care; a share would be more than 1"
    )


def test_what_cannot_be_added_to_is_told(whole_fujian: Region) -> None:
    # More village doctors are no more beds.
    nowhere = replace(INCREMENTS[0], key="village_doctors", column="beds")
    units, refused = units_added(whole_fujian, with_levers(), [nowhere])
    assert not units
    assert refused == {nowhere: "nothing"}


class Beds(Increment):
    """An increment that acts like any lever of its date, not on top of all."""

    @property
    def lever(self) -> Lever:  # type: ignore[override]
        return lever_called("bed_plan").model_validate({"public": 9.0, "private": None})


def test_an_increment_that_is_not_the_same_all_the_time_has_no_value(whole_fujian: Region) -> None:
    increment = Beds("county_beds", 20, "beds", 10.0)
    plan = {"public": 5.0, "private": None}
    during = with_levers((date(2020, 7, 1), "bed_plan", plan))
    assert units_added(whole_fujian, during, [increment])[1] == {increment: "unequal"}
    # What changes in the warm-up only is not counted.
    before = with_levers((date(2019, 12, 1), "bed_plan", plan))
    assert before.run.first_day < date(2019, 12, 1) < before.run.start
    assert units_added(whole_fujian, before, [increment])[1] == {increment: "nothing"}


def test_a_scenario_that_does_not_fit_is_no_matter_of_increments(whole_fujian: Region) -> None:
    scenario = with_levers((None, "county_capability", {"counties": ["nowhere"], "gain": 0.5}))
    with pytest.raises(InputError, match="nowhere"):
        units_added(whole_fujian, scenario, INCREMENTS)


def flows() -> pd.DataFrame:
    columns = ["scenario", "replication", "county", "tier", "condition", "reason", "count"]
    return pd.DataFrame(
        [
            ("a", 0, 1, "city", "stroke", "capability", 30),
            ("a", 0, 1, "city", "stroke", "preference", 10),
            ("a", 0, 1, "county", "stroke", "", 500),
            ("a", 1, 1, "city", "stroke", "capability", 40),
            ("a", 2, 1, "county", "stroke", "", 500),
            ("a", 2, 1, "city", "stroke", "capability", 20),
            ("a", 2, 1, "province", "tumour", "capability", 20),
            # In a fourth replication nothing leaves.
            ("a", 3, 1, "county", "stroke", "", 500),
        ],
        columns=columns,
    )


def test_leaks_are_shares_of_what_leaves() -> None:
    table = leak_table(flows(), {"a": 0.5})
    assert table["per_year"].sum() == pytest.approx(120 / 4 / 0.5)
    assert table["share"].sum() == pytest.approx(1.0)
    first = table.iloc[0]
    assert (first["condition"], first["reason"], first["n"]) == ("stroke", "capability", 4)
    # 60, 80, 40 and 0 per year: mean 45, squares 225 + 1225 + 25 + 2025, t(0.975, 3) = 3.182446.
    half = 3.182446 * (3500 / 3 / 4) ** 0.5
    ends = (first["per_year_low"], first["per_year"], first["per_year_high"])
    assert ends == pytest.approx((45 - half, 45, 45 + half), rel=1e-6)
    assert first["share"] == pytest.approx((0.75 + 1.0 + 0.5) / 3)
    # Three shares 0.75, 1 and 0.5: standard deviation 0.25, t(0.975, 2) = 4.302653.
    half = 4.302653 * 0.25 / 3**0.5
    assert first["share_high"] - first["share"] == pytest.approx(half, rel=1e-6)


def test_leaks_of_a_condition_are_summed_before_their_interval_is_found() -> None:
    table = leaks_by_condition(flows(), {"a": 0.5})
    whole = table[table["reason"] == ""].set_index("condition")
    assert list(whole.index) == ["stroke", "tumour"]
    assert whole["share"].sum() == pytest.approx(1.0)
    # Stroke 80, 80, 40 and 0 per year: mean 50, squares 900 + 900 + 100 + 2500.
    half = 3.182446 * (4400 / 3 / 4) ** 0.5
    assert whole.loc["stroke", "per_year_high"] == pytest.approx(50 + half, rel=1e-6)
    parts = table[table["reason"] != ""].groupby("condition")["per_year"].sum()
    assert parts.to_dict() == pytest.approx(whole["per_year"].to_dict())
    assert parts.to_dict() == pytest.approx({"stroke": 50.0, "tumour": 10.0})
    shown = leaks_shown(table, "a", "A", {"stroke": "Stroke"}, Words.of("en"))
    assert next(iter(shown.columns[1].cells)) == f"50\n\\[0, {50 + half:.0f}]"


def test_where_nobody_leaves_there_is_no_leak() -> None:
    inside = flows().query("reason == ''")
    assert leak_table(inside, {"a": 0.5}).empty
    assert leaks_by_condition(inside, {"a": 0.5}).empty


def facilities() -> pd.DataFrame:
    nan = float("nan")
    columns = {
        "doctor_left": [5.0, 0.0, 7.0, 0.0], "doctor_wait_hours": [10.0, 90.0, 14.0, 90.0],
        "doctor_wait_mean": [1.0, 2.0, 1.0, 2.0], "doctor_utilisation": [0.5, 0.6, 0.5, 0.6],
        "bed_left": [7.0, 1.0, 9.0, 0.0], "bed_wait_hours": [3.0, 0.0, 5.0, 0.0],
        "bed_wait_mean": [4.0, nan, 6.0, nan], "bed_occupancy": [0.8, nan, 0.9, nan],
    }  # fmt: skip
    return pd.DataFrame(
        {
            "scenario": "a", "replication": [0, 0, 1, 1], "facility": [1, 2, 1, 2],
            "name_zh": ["甲", "乙"] * 2, "name_en": ["A", "B"] * 2,
            "kind": "county_general", "tier": "county", "county": 1, **columns,
        }
    )  # fmt: skip


T_TWO = 12.706205
"""t(0.975, 1): of two values d apart the half-width is d / 2 times it."""


def test_bottlenecks_are_those_that_most_patients_leave() -> None:
    table = bottleneck_table(facilities())
    assert list(zip(table["facility"], table["resource"], strict=True)) == [
        (1, "bed"), (1, "doctor"), (2, "bed"), (2, "doctor"),
    ]  # fmt: skip
    assert table["utilisation"].to_list() == pytest.approx(
        [0.85, 0.5, float("nan"), 0.6], nan_ok=True
    )
    first = table.iloc[0]
    assert (first["left_per_year"], first["wait_hours"], first["n"]) == (8.0, 4.0, 2)
    assert first["left_per_year_low"] == pytest.approx(8.0 - T_TWO, rel=1e-6)
    assert first["left_per_year_high"] == pytest.approx(8.0 + T_TWO, rel=1e-6)
    assert first["wait_mean_high"] == pytest.approx(5.0 + T_TWO, rel=1e-6)
    assert first["utilisation_high"] == pytest.approx(0.85 + T_TWO * 0.05, rel=1e-6)
    # A resource that nobody waited for is left out; one replication has no intervals.
    once = bottleneck_table(facilities().query("replication == 1"))
    assert list(zip(once["facility"], once["resource"], strict=True)) == [
        (1, "bed"), (1, "doctor"), (2, "doctor"),
    ]  # fmt: skip
    assert once["left_per_year_low"].isna().all()


def test_bottlenecks_of_a_kind_are_summed_before_their_interval_is_found() -> None:
    table = bottlenecks_by_kind(facilities())
    assert table["resource"].to_list() == ["bed", "doctor"]
    # Beds 8 and 9: what one facility has more the other has less.
    assert table["left_per_year"].to_list() == [8.5, 6.0]
    assert table["left_per_year_high"].iloc[0] == pytest.approx(8.5 + T_TWO / 2, rel=1e-6)
    shown = bottlenecks_shown(table, bottleneck_table(facilities()), "a", "A", Words.of("en"))
    assert list(shown.columns[2].cells) == ["8\n\\[2, 15]", "6\n\\[0, 19]"]
    assert list(shown.columns[4].cells) == ["A: 8\n\\[0, 21]", "A: 6\n\\[0, 19]"]
