"""The same patient has the same luck in every scenario: common random numbers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counties import run_logged, shipped, small_worlds, written
from skills import Skill
from worlds import CENTRE, WARD_SERVERS, Taken, Visitors, make_world, pools_of

from sim.chance import Purpose, draw, patient_key, run_key, stream_key
from sim.engine.ties import PATIENTS_PER_STREAM
from sim.pathway.care.onset import begin
from sim.pathway.steps import ARRIVED, DONE, GRANTED, LEAVE, SEIZE
from sim.region import Region
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import LAYERS, CareWorld

_PLAN = """
- bed_plan: {public: 3.6, private: 1.5, primary: 1.0}
- staffed_beds: {staff_per_bed: {province: 1.6}}
- physicians: {physicians_per_1000: 3.05, general_practitioners_per_10000: 3.0}
- family_doctor: {coverage: 0.6, coverage_elderly: 0.8}
- first_contact: {bound: 0.8}
- two_way_referral: {down_acceptance: 0.6}
- county_capability: {counties: all, gain: 0.5}
- tiered_reimbursement: {unreferred_rate_loss: 0.2}
- ageing: {years: 5}
"""


def from_date(date: str) -> str:
    """Return the plan's levers, each from a date on."""
    return _PLAN.replace("- ", f"- from: {date}\n  ")


def log_of(region: Region, scenario: object, change: object = None) -> pd.DataFrame:
    return run_logged(small_worlds(region, scenario, 1, change))[1]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def base_log(whole_fujian: Region) -> pd.DataFrame:
    return log_of(whole_fujian, shipped("baseline-2020", 7, 14))


def onsets(log: pd.DataFrame) -> pd.DataFrame:
    """Return who fell ill when, where and with what, by patient number."""
    first = log[log["event"] == ARRIVED]
    return first.set_index("patient")[["time", "place", "condition"]].sort_index()


def layer_of(patients: pd.Index) -> np.ndarray:
    return (np.asarray(patients) // PATIENTS_PER_STREAM) % LAYERS


# --- a date of the first difference -----------------------------------------------------------


@pytest.mark.parametrize("day", [8, 14])
def test_scenarios_are_identical_until_they_differ(
    whole_fujian: Region, base_log: pd.DataFrame, tmp_path: Path, day: int
) -> None:
    # The first day of the run is 2019-12-30; a week of warm-up, then 6 January.
    date = (pd.Timestamp("2019-12-30") + pd.Timedelta(days=day)).strftime("%Y-%m-%d")
    log = log_of(whole_fujian, written(tmp_path, from_date(date), 7, 14))
    before = base_log["time"] < day * 1440.0
    count = int(before.sum())
    assert count > 1000
    found, expected = log.iloc[:count], base_log[before]
    pd.testing.assert_frame_equal(
        found.drop(columns="pool"), expected.drop(columns="pool"), check_exact=True
    )
    # A ward that only the plan opens shifts the numbers of the pools after it, and nothing else.
    pairs = set(zip(found["pool"], expected["pool"], strict=True))
    assert len(pairs) == found["pool"].nunique() == expected["pool"].nunique()
    assert log["time"].iloc[count] >= day * 1440.0
    assert not log.iloc[count:].equals(base_log.iloc[count:])


def test_a_lever_that_ends_leaves_the_same_patients_behind(
    whole_fujian: Region, base_log: pd.DataFrame, tmp_path: Path
) -> None:
    levers = "- from: 2020-01-06\n  until: 2020-01-09\n  first_contact: {bound: 1.0}"
    log = log_of(whole_fujian, written(tmp_path, levers, 7, 14))
    # Policy moves patients, it does not make them.
    pd.testing.assert_frame_equal(onsets(log), onsets(base_log), check_exact=True)
    assert len(log) != len(base_log)


# --- prevention and ageing --------------------------------------------------------------------


def test_prevention_thins_and_moves_nobody(whole_fujian: Region, base_log: pd.DataFrame) -> None:
    def prevent(inputs: Inputs) -> None:
        rates = [name for name in inputs.conditions if str(name).startswith("rate_")]
        inputs.conditions[rates] *= 0.7

    before = onsets(base_log)
    after = onsets(log_of(whole_fujian, shipped("baseline-2020", 7, 14), prevent))
    assert after.index.isin(before.index).all()
    pd.testing.assert_frame_equal(after, before.loc[after.index], check_exact=True)
    # Each stays with probability 0.7: four standard deviations of a binomial share.
    share, count = len(after) / len(before), len(before)
    assert abs(share - 0.7) < 4.0 * np.sqrt(0.7 * 0.3 / count)


def test_prevention_of_one_condition_leaves_the_others(
    whole_fujian: Region, base_log: pd.DataFrame
) -> None:
    def prevent(inputs: Inputs) -> None:
        inputs.conditions.loc[0, ["rate_0_4", "rate_5_14", "rate_15_59"]] = 0.0
        inputs.conditions.loc[0, ["rate_60_79", "rate_80_plus"]] = 0.0

    before = onsets(base_log)
    after = onsets(log_of(whole_fujian, shipped("baseline-2020", 7, 14), prevent))
    assert (before["condition"] == 0).any()
    pd.testing.assert_frame_equal(after, before[before["condition"] != 0], check_exact=True)


def test_ageing_adds_patients_and_keeps_the_rest(
    whole_fujian: Region, base_log: pd.DataFrame, tmp_path: Path
) -> None:
    older = written(tmp_path, "- ageing: {years: 20, share_0_4: 0, share_5_14: 0}", 7, 14)
    before, after = onsets(base_log), onsets(log_of(whole_fujian, older))
    kept = after[layer_of(after.index) == 0]
    added = after[layer_of(after.index) == 1]
    assert (layer_of(before.index) == 0).all()
    assert len(added) > 50
    # Fewer people of 15 to 59: some of their onsets are thinned out, no other is touched.
    assert kept.index.isin(before.index).all()
    assert len(kept) < len(before)
    pd.testing.assert_frame_equal(kept, before.loc[kept.index], check_exact=True)


# --- one more person, one more purpose --------------------------------------------------------


def _with_one_more_person(built: CareWorlds, place: int) -> CareWorlds:
    def grown(world: CareWorld) -> CareWorld:
        people = world.place_people.copy()
        people[place] += 1.0
        return dataclasses.replace(world, place_people=people)

    return dataclasses.replace(built, worlds=tuple(grown(world) for world in built.worlds))


def test_one_more_person_changes_nobody_elses_draws(whole_fujian: Region) -> None:
    built = small_worlds(whole_fujian, shipped("baseline-2020", 7, 7), 1)
    place = 2
    before = onsets(run_logged(built)[1])
    after = onsets(run_logged(_with_one_more_person(built, place))[1])
    elsewhere = before["place"] != place
    pd.testing.assert_frame_equal(
        after[after["place"] != place], before[elsewhere], check_exact=True
    )
    # At the place itself patients come a little earlier, but it is the same patients.
    here, then = before[~elsewhere], after[after["place"] == place]
    both = here.index.intersection(then.index)
    assert len(both) > 0.9 * len(here)
    assert (then.loc[both, "condition"] == here.loc[both, "condition"]).all()
    assert (then.loc[both, "time"] < here.loc[both, "time"]).all()


def test_patients_are_the_same_whichever_row_they_get() -> None:
    visitors = Visitors(make_world(), count=50)
    for number in range(50):
        begin(visitors.w, visitors.s, number, 0, number)
    rows = visitors.rows.copy()
    for number in range(50):
        begin(visitors.w, visitors.s, 49 - number, 0, number)
    assert (visitors.rows[::-1] == rows).all()
    assert len(set(rows["complexity"])) == len(set(rows["key"])) == 50


def test_a_row_that_had_a_stay_leaves_nothing_to_the_next_patient() -> None:
    _, numbers = pools_of(WARD_SERVERS, {CENTRE: 1})
    names = ("admission_share", "rehabilitation_share", "readmission_share")
    shares = {name: [0.7] for name in names} | {"step_down_odds": [3.0]}
    fresh, used = (Visitors(make_world(numbers, **shares), count=200) for _ in range(2))
    used.rows["acute"] = used.rows["rehabilitation"] = np.nan
    used.rows["step_down"] = -7
    paths = [path_of(fresh, number) for number in range(200)]
    assert [path_of(used, number) for number in range(200)] == paths
    servers_asked_for = [{step.pool for step in path if step.action == SEIZE} for path in paths]
    step_down = fresh.pool(CENTRE, Skill.STEP_DOWN)
    assert 20 < sum(step_down in asked for asked in servers_asked_for) < 180


def path_of(visitors: Visitors, number: int) -> list[Taken]:
    """Return the steps of a patient who always gets a server, in the row of the same number."""
    begin(visitors.w, visitors.s, number, 0, number)
    steps, event = [], ARRIVED
    while not steps or steps[-1].action != LEAVE:
        steps.append(visitors.next(event, row=number))
        event = GRANTED if steps[-1].action == SEIZE else DONE
    return steps


def test_adding_a_purpose_shifts_no_other_draw() -> None:
    # A new purpose draws in between; everybody else's draws are where they were.
    key = patient_key(stream_key(run_key(1, 0), 5), 9)
    before = [draw(key, purpose, occasion) for purpose in Purpose for occasion in range(5)]
    new = max(Purpose) + 1
    after, between = [], []
    for purpose in Purpose:
        for occasion in range(5):
            between.append(draw(key, new, 5 * purpose + occasion))
            after.append(draw(key, purpose, occasion))
    assert after == before
    assert not set(between) & set(before)
