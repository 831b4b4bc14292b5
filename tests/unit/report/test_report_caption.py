"""The answer comes first, in a sentence, and names what stands against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from report_frames import caption_of, first_scenarios, many_scenarios, study_tables

import sim
from sim.measure.counties import by_county
from sim.measure.tables import StudyTables
from sim.report.caption import (
    MOST_ANSWERS,
    answer_lines,
    area_line,
    blocked_lines,
    caption_line,
    headline_target,
    neighbour_lines,
    partly_lines,
    unstaffed_lines,
)
from sim.report.rows import FEW, ShownScenarios
from sim.report.words import Words
from sim.scenario import Scenario

ZH, EN = Words.of("zh"), Words.of("en")


def two_counties(tables: StudyTables) -> StudyTables:
    """A second county that keeps 10 points less of its care."""
    own = tables.indicators[tables.indicators["county"] != 0]
    second = own.assign(county=350582, value=own["value"] - 0.1)
    return replace(tables, indicators=pd.concat([tables.indicators, second], ignore_index=True))


def test_the_answer_is_a_sentence_for_each_scenario_the_base_first() -> None:
    lines = answer_lines(first_scenarios(study_tables(), 3), caption_of(), ZH)
    assert len(lines) == 3
    assert lines[2].startswith(
        "尤溪县，规划目标情景：县域内就诊率90.5%（89.7 – 91.3），尚不能判定（目标≥90%）；"
        "对照“2020年基线”86.0%，未达标"
    )
    assert lines[0].startswith("尤溪县，2020年基线：县域内就诊率86.0%")
    assert "对照" not in lines[0]
    assert "3.0%" in lines[0]  # visits that found no place
    english = answer_lines(first_scenarios(study_tables(), 3), caption_of(), EN)
    assert english[2].startswith(
        "Youxi, Plan targets 2025: 90.5% (89.7 – 91.3) of care stays in the county, undecided"
    )


def test_one_replication_has_an_answer_without_an_interval() -> None:
    (line,) = answer_lines(first_scenarios(study_tables(1), 1), caption_of(), ZH)
    assert "86.0%，" in line


def test_of_several_counties_those_that_miss_are_named() -> None:
    tables = two_counties(first_scenarios(study_tables(), 3))
    caption = caption_of({350426: ("尤溪县", "Youxi"), 350582: ("晋江市", "Jinjiang")})
    lines = answer_lines(tables, caption, ZH)
    pooled = [line for line in lines if "合计" in line]
    assert len(pooled) == 3
    assert "未达标1个：晋江市（80.4%）" in next(line for line in pooled if "规划" in line)
    table = by_county(tables, "in_county_rate")
    assert set(table["county"]) == {350426, 350582}
    assert set(table.loc[table["county"] == 350582, "verdict"]) == {"not_met"}
    assert by_county(study_tables(), "in_county_rate").empty


def test_caption_and_title_say_where_who_when_and_how_often() -> None:
    line = caption_line(caption_of(), EN)
    for part in ("Youxi", "341,638", "2025-01-06", "52 weeks", "8 replications", "seed 1", "0.1.0"):
        assert part in line
    assert area_line(caption_of(), ZH) == "尤溪县（341,638人），自2025-01-06起52周"
    assert headline_target(study_tables(), ZH) == "≥90%"


def test_what_no_run_meets_is_named_and_the_rest_is_counted() -> None:
    tables = first_scenarios(study_tables(), 2)
    card = tables.scorecard
    never = card["indicator"] == "in_county_admission_share"
    odd = card.assign(
        probability=card["probability"].where(card["kind"] != "derived", 1.0).mask(never, 0.0)
    )
    lines = blocked_lines(replace(tables, scorecard=odd), ZH)
    assert lines[0].startswith("任何情景的任何一次模拟都未达到：")
    assert "参保人员县域内住院量占比" in lines[0]
    assert "参保人员县域内住院量占比（63.0%，目标≥70%）" in lines[1]
    assert "其余" in lines[1]
    english = blocked_lines(replace(tables, scorecard=odd), EN)
    assert "targets are met at once in" in english[1]


def test_changes_that_act_in_a_part_of_the_run_say_so() -> None:
    content = {
        "extends": "baseline-2020",
        "run": {"start": "2025-01-06", "length": "30 w"},
        "levers": [
            {"set": "facilities.beds", "times": 1.1, "from": day}
            for day in ("2025-01-06", "2025-07-01")
        ],
    }
    scenario = sim.load(content, scenarios=Path(__file__).parents[3] / "scenarios")
    assert isinstance(scenario, Scenario)
    (line,) = partly_lines([scenario], ZH)
    # 2025-07-01 is 176 days after the start: 34 of 210 days are left.
    assert line == "made-in-python：自2025-07-01起的变化只作用4.86周（共计入30周）。"


def test_a_target_with_a_tolerance_says_it() -> None:
    tables = first_scenarios(study_tables(), 1)
    card = tables.scorecard.assign(probability=0.0)
    (line,) = blocked_lines(replace(tables, scorecard=card), ZH)
    assert "目标约25%±1个百分点" in line
    assert "其余" not in line


def test_without_a_target_that_is_never_met_nothing_is_said() -> None:
    tables = study_tables()
    assert (
        blocked_lines(replace(tables, scorecard=tables.scorecard.assign(probability=1.0)), EN) == []
    )


def test_few_scenarios_keep_their_order_and_many_are_sorted_after_the_base() -> None:
    few = ShownScenarios.of(study_tables())
    assert few.names == tuple(study_tables().scenarios["scenario"])
    assert few.all == len(few.names) == FEW
    tables = many_scenarios(9)
    card = tables.scorecard
    rising = card.assign(
        mean=card["mean"].where(card["indicator"] != "in_county_rate", 1 - card["mean"])
    )
    many = ShownScenarios.of(replace(tables, scorecard=rising))
    assert many.names == ("s000", *(f"s00{place}" for place in range(8, 0, -1)))
    assert not many.left_out
    assert list(many.frame(tables.scenarios)["scenario"]) == list(many.names)


@pytest.mark.parametrize("most", [2, 5, 30])
def test_of_more_the_best_and_the_worst_are_kept(most: int) -> None:
    shown = ShownScenarios.of(many_scenarios(60), most)
    assert len(shown.names) == most
    assert shown.left_out
    assert shown.names[0] == "s000"
    assert shown.names[-1] == "s059"
    assert len(set(shown.names)) == most
    lines = answer_lines(many_scenarios(60), caption_of(), EN)
    assert len(lines) == MOST_ANSWERS + 1
    assert "60 scenarios" in lines[-1]


def test_hospitals_of_counties_that_are_not_simulated_are_told() -> None:
    tables, caption = first_scenarios(study_tables(), 2), caption_of()
    assert neighbour_lines(tables, caption, EN) == []
    there = tables.facilities["facility"] == 1
    beside = tables.facilities.assign(county=tables.facilities["county"].mask(there, 350425))
    (line,) = neighbour_lines(replace(tables, facilities=beside), caption, EN)
    assert line.startswith("Hospitals of neighbouring counties in reach: 1.")


def test_beds_that_stay_empty_for_want_of_staff_are_told() -> None:
    tables = first_scenarios(study_tables(), 2)
    table = tables.facilities.assign(beds=100.0, staffed_beds=100.0)
    assert unstaffed_lines(replace(tables, facilities=table), EN) == []
    local = (table["scenario"] == "no-reform-2025") & (table["county"] != 0)
    short = table.assign(staffed_beds=table["staffed_beds"].where(~local, 75.0))
    # What a city hospital lacks is not the county's.
    short.loc[short["county"] == 0, "staffed_beds"] = 0.0
    beds = 100 * int(local.sum())
    (line,) = unstaffed_lines(replace(tables, facilities=short), EN)
    assert line == (
        f"No reform 2025: of {beds:,} beds in the county {beds * 3 // 4:,} have staff; the others stay empty."
    )
