"""Policies as data: numbers by path, places, parts; what they change, and what they refuse."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from counties import SCENARIOS
from skills import Skill

import sim
from sim.errors import InputError
from sim.region import Region
from sim.scenario import Inputs, Scenario, load_scenario
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.remarks import remarks
from sim.subjects.care.model import care_worlds

HEAD = "name: mine\nextends: baseline-2020\ntitle: {zh: 试, en: Tried}\n"
DAY = date(2020, 1, 6)
PAGE = (SCENARIOS.parent / "docs/how-to-policies.md").read_text("utf-8")


def written(folder: Path, levers: str, head: str = HEAD) -> Scenario:
    file = folder / f"{re.match('name: (.*)', head)[1]}.yaml"  # type: ignore[index]
    file.write_text(head + levers, "utf-8")
    return load_scenario(file, SCENARIOS)


def entry(text: str) -> str:
    lines = text.strip().splitlines()
    return "levers:\n  - " + "\n    ".join(lines) + "\n"


def after(region: Region, scenario: Scenario, day: date = DAY) -> Inputs:
    """Return the whole region's inputs on a day, not cut to an area."""
    whole = replace(scenario, region=replace(scenario.region, areas=()))
    return inputs_at(region, whole, day)


def hospital(region: Region, county: int = 350426) -> pd.Series:
    facilities = region.facilities
    return (facilities["county"] == county) & (facilities["kind"] == "county_general")


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("to: 700", lambda beds: 700),
        ("plus: 50", lambda beds: beds + 50),
        ("times: 2", lambda beds: 2 * beds),
    ],
)
@pytest.mark.parametrize("county", ["youxi", "尤溪县", 350426])
def test_a_number_of_one_hospital(
    whole_fujian: Region, tmp_path: Path, operation: str, expected: object, county: object
) -> None:
    text = f"set: facilities.beds\nwhere: {{county: {county}, kind: county_general}}\n{operation}"
    beds = after(whole_fujian, written(tmp_path, entry(text))).facilities["beds"]
    before, chosen = whole_fujian.facilities["beds"], hospital(whole_fujian)
    assert chosen.sum() == 1
    assert beds[chosen].iloc[0] == expected(before[chosen].iloc[0])  # type: ignore[operator]
    assert beds[~chosen].equals(before[~chosen])
    assert beds.dtype == before.dtype


def test_times_keeps_the_sum_of_whole_numbers_right(whole_fujian: Region, tmp_path: Path) -> None:
    text = "set: facilities.physicians\nwhere: {prefecture: sanming, tier: township}\ntimes: 1.1"
    physicians = after(whole_fujian, written(tmp_path, entry(text))).facilities["physicians"]
    facilities = whole_fujian.facilities
    chosen = (physicians != facilities["physicians"]) | (facilities["tier"] == "township")
    chosen &= facilities["prefecture"].eq(350400) | facilities["county"].between(350400, 350499)
    before = int(facilities.loc[chosen & (facilities["tier"] == "township"), "physicians"].sum())
    assert int(physicians.sum() - facilities["physicians"].sum()) == round(1.1 * before) - before


def test_several_numbers_from_a_date_on(whole_fujian: Region, tmp_path: Path) -> None:
    text = """from: 2020-02-03
until: 2020-03-02
set: [facilities.beds, facilities.step_down_beds]
where: {county: youxi, kind: county_general}
plus: 50"""
    scenario = written(tmp_path, entry(text))
    chosen = hospital(whole_fujian)
    before = whole_fujian.facilities[chosen].iloc[0]
    for day, more in ((DAY, 0), (date(2020, 2, 3), 50), (date(2020, 3, 2), 0)):
        row = after(whole_fujian, scenario, day).facilities[chosen].iloc[0]
        assert row["beds"] == before["beds"] + more
        assert row["step_down_beds"] == more


def test_stated_step_down_beds_are_there_when_there_is_staff(
    whole_fujian: Region, tmp_path: Path
) -> None:
    text = """levers:
  - {set: facilities.staff, where: {county: youxi, kind: county_general}, times: 2}
  - set: [facilities.beds, facilities.step_down_beds]
    where: {county: youxi, kind: county_general}
    plus: 50
"""

    def wards(scenario: Scenario) -> dict[Skill, int]:
        built = care_worlds(whole_fujian, scenario)
        table, facilities = built.resources[0].table, built.reach.facilities.reset_index()
        place = facilities.index[facilities["kind"] == "county_general"][0]
        rows = table[table["facility"] == place].set_index("skill")["servers"]
        wanted = (Skill.WARD_GENERAL, Skill.WARD_MATERNAL_CHILD, Skill.STEP_DOWN)
        return {kind: int(rows.get(int(kind), 0)) for kind in wanted}

    staffed = wards(written(tmp_path, text.partition("  - set:")[0]))
    both = wards(written(tmp_path, text))
    assert both == {**staffed, Skill.STEP_DOWN: staffed[Skill.STEP_DOWN] + 50}


def test_behaviour_and_capability(whole_fujian: Region, tmp_path: Path) -> None:
    text = """levers:
  - {set: behaviour.first_contact_bound, to: 0.25}
  - {set: capability.county_general, where: {condition: stroke}, to: 0.9}
"""
    inputs = after(whole_fujian, written(tmp_path, text))
    assert inputs.behaviour["first_contact_bound"] == 0.25
    changed = inputs.capability["county_general"] != whole_fujian.capability["county_general"]
    assert list(inputs.capability.index[changed]) == ["stroke"]


def test_a_lever_acts_on_one_county_s_own(whole_fujian: Region, tmp_path: Path) -> None:
    text = "where: {county: youxi}\nbed_plan: {public: 5.0, private: null, primary: null}"
    beds = after(whole_fujian, written(tmp_path, entry(text))).facilities["beds"]
    facilities, counties = whole_fujian.facilities, whole_fujian.counties
    public = (facilities["county"] == 350426) & (facilities["owner"] == "public")
    public &= facilities["tier"] == "county"
    people = int(counties.loc[counties["county"] == 350426, "population"].iloc[0])
    assert int(beds[public].sum()) == round(5.0 * people / 1000)
    assert beds[~public].equals(facilities.loc[~public, "beds"])


def test_physicians_of_one_county(whole_fujian: Region, tmp_path: Path) -> None:
    text = """where: {county: youxi}
physicians: {physicians_per_1000: 3.0, general_practitioners_per_10000: 3.5}"""
    inputs = after(whole_fujian, written(tmp_path, entry(text)))
    facilities, here = inputs.facilities, inputs.facilities["county"] == 350426
    people = int(inputs.counties.loc[inputs.counties["county"] == 350426, "population"].iloc[0])
    assert int(facilities.loc[here, "physicians"].sum()) == round(3.0 * people / 1000)
    assert int(facilities.loc[here, "general_practitioners"].sum()) == round(3.5 * people / 10_000)
    others = whole_fujian.facilities.loc[~here, "physicians"]
    assert facilities.loc[~here, "physicians"].equals(others)


REFUSED = {
    "set: facilties.beds\nto: 1": "did you mean 'facilities'",
    "set: facilities.bed\nto: 1": "did you mean 'beds'",
    "set: facilities.name_zh\nto: 1": "has no number 'name_zh'",
    "set: facilities.county\nto: 1": "has no number 'county'",
    "set: behaviour.first_contact_bond\nto: 1": "did you mean 'first_contact_bound'",
    "set: behaviour.cost_per_100_cny\nto: 0": "did you mean 'cost_visit_per_100_cny'",
    "set: kinds.exam_min\nto: 20": "it is services.minutes, skill: laboratory and imaging now",
    "set: facilities.beds": "exactly one of 'to', 'times' and 'plus'",
    "set: facilities.beds\nto: 1\nplus: 2": "exactly one of 'to', 'times' and 'plus', not to and plus",
    "set: facilities.beds\nto: many": "must be a number",
    "set: []": "names no number",
    "set: facilities.beds\nplus: 1\nwere: {county: youxi}": "were",
    "set: facilities.beds\nplus: 1\nwhere: youxi": "'key: value' lines",
    "set: behaviour.first_contact_bound\nto: 0.5\nwhere: {county: youxi}": "leave 'where' out",
    "where: {county: youxi}\nfirst_contact: {bound: 0.5}": "holds for the whole region",
    "where: {kind: county_general}\nbed_plan: {public: 3}": "unknown key 'kind'",
    "first_contact:": "write 'first_contact: {}' for the plan's own figures",
}
REFUSED_IN_THE_REGION = {
    "set: facilities.beds\nplus: 1\nwhere: {county: yuoxi}": "did you mean 'youxi'",
    "set: facilities.beds\nplus: 1\nwhere: {kind: county_genral}": "did you mean 'county_general'",
    "set: facilities.beds\nplus: 1\nwhere: {knd: county_general}": "did you mean 'kind'",
    "set: facilities.beds\nplus: 1\nwhere: {county: youxi, kind: city_general}": "selects no row",
    "set: facilities.beds\nto: 1.5": "is a whole number, not 1.5",
    "set: facilities.beds\nplus: -99999": "it must be at least 0",
    "set: reimbursement.rate\nto: 1.5": "it must be at least 0 and at most 1",
    "set: behaviour.first_contact_bound\nto: 1.5": "at most 1",
    "set: capability.county_generl\nto: 0.5": "did you mean 'county_general'",
    "set: facilities.step_down_beds\nto: 99999\nwhere: {county: youxi, kind: county_general}": (
        "step-down beds are more than its"
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as raised:
        written(tmp_path, entry(text))
    told = str(raised.value)
    assert REFUSED[text] in told
    assert "mine.yaml:" in told


@pytest.mark.parametrize("text", REFUSED_IN_THE_REGION)
def test_what_does_not_fit_the_region_is_told_with_its_line(
    whole_fujian: Region, tmp_path: Path, text: str
) -> None:
    scenario = written(tmp_path, entry(text))
    with pytest.raises(InputError) as raised:
        after(whole_fujian, scenario)
    told = str(raised.value)
    assert REFUSED_IN_THE_REGION[text] in told
    assert "mine.yaml:" in told


BEDS = "set: facilities.beds, where: {county: youxi, kind: county_general}"
CONTRADICTIONS = {
    f"  - {{{BEDS}, plus: 1}}\n  - {{{BEDS.replace('youxi', '尤溪县')}, to: 3}}\n": "facilities.beds",
    f"  - {{{BEDS}, to: 9}}\n  - bed_plan: {{public: 3, private: null, primary: null}}\n": "facilities.beds",
    "  - {where: {county: youxi}, bed_plan: {public: 3}}\n"
    "  - {where: {prefecture: sanming}, bed_plan: {public: 4}}\n": "beds",
    "  - first_contact: {bound: 0.4}\n"
    "  - {set: behaviour.first_contact_bound, to: 0.9}\n": "behaviour.first_contact_bound",
    "  - ageing: {years: 5}\n  - {set: counties.share_60_79, to: 0.3}\n": "counties.share_60_79",
    "  - {set: behaviour.referral_comply, to: 0.9}\n"
    "  - two_way_referral: {comply: 0.8}\n": "behaviour.referral_comply",
}
HARMONIES = (
    f"  - {{{BEDS}, plus: 1}}\n  - {{{BEDS.replace('youxi', 'taining')}, plus: 1}}\n",
    f"  - {{{BEDS}, plus: 1}}\n  - {{from: 2020-01-05, {BEDS}, plus: 1}}\n",
    f"  - {{{BEDS}, plus: 9}}\n  - bed_plan: {{public: 3, private: null, primary: null}}\n",
    "  - {where: {county: youxi}, bed_plan: {public: 3}}\n"
    "  - {where: {county: taining}, bed_plan: {public: 4}}\n",
    # In another county, or of another kind, nothing is set twice.
    "  - {where: {county: youxi}, bed_plan: {public: 3}}\n"
    f"  - {{{BEDS.replace('youxi', 'taining')}, to: 100}}\n",
    f"  - bed_plan: {{public: null, private: null, primary: 2}}\n  - {{{BEDS}, to: 100}}\n",
    "  - first_contact: {bound: 0.4}\n  - {set: behaviour.first_contact_bound, times: 0.5}\n",
)


@pytest.mark.parametrize("levers", CONTRADICTIONS)
def test_two_entries_on_one_number_are_an_error_with_both_lines(
    whole_fujian: Region, tmp_path: Path, levers: str
) -> None:
    scenario = written(tmp_path, "levers:\n" + levers)
    with pytest.raises(InputError) as raised:
        after(whole_fujian, scenario)
    told = str(raised.value)
    assert CONTRADICTIONS[levers] in told
    assert {"mine.yaml:5", "mine.yaml:6"} & set(re.findall(r"mine\.yaml:\d", told))
    assert re.search(r"on line [56]", told)
    if "set:" in levers:
        assert f"{CONTRADICTIONS[levers]} is set from the beginning here and on line" in told


@pytest.mark.parametrize("levers", HARMONIES)
def test_entries_on_other_rows_or_dates_are_none(
    whole_fujian: Region, tmp_path: Path, levers: str
) -> None:
    after(whole_fujian, written(tmp_path, "levers:\n" + levers))


# --- parts -----------------------------------------------------------------------------------------


def test_the_plan_is_its_parts() -> None:
    plan, beds = (load_scenario(name, SCENARIOS) for name in ("plan-2025", "beds-only"))
    (bed_plan,) = [e for e in plan.levers if e.lever.name == "bed_plan"]
    assert bed_plan.lever in [e.lever for e in beds.levers]
    assert bed_plan.mark.file.name == "beds-plan.yaml"


def test_own_levers_replace_those_of_parts_and_some_go(tmp_path: Path) -> None:
    text = """with: [beds-plan, referral-plan]
without: [two_way_referral]
levers:
  - first_contact: {bound: 0.4}
"""
    scenario = written(tmp_path, text)
    names = [entry.lever.name for entry in scenario.levers]
    assert names == ["bed_plan", "family_doctor", "first_contact"]
    assert scenario.levers[2].lever.bound == 0.4  # type: ignore[attr-defined]


def test_parts_that_contradict_each_other_are_told_with_both_files(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    text = "name: more\ntitle: {zh: 多, en: More}\nlevers:\n  - bed_plan: {public: 4.0}\n"
    (tmp_path / "parts/more.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"more\.yaml:4.*line 6 of beds-plan\.yaml"):
        written(tmp_path, "with: [beds-plan, more]\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("with: [beds-plann]\n", "did you mean 'beds-plan'"),
        ("with: beds-plan\n", "must be a list of parts"),
        ("with: [beds-plan, beds-plan]\n", "names a part twice"),
        ("with: [broken]\n", "is no key of a part; did you mean 'levers'"),
    ],
)
def test_parts_that_are_not_there_or_wrong(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "parts").mkdir()
    broken = "name: broken\ntitle: {zh: 坏, en: Broken}\nlever:\n  - bed_plan: {}\n"
    (tmp_path / "parts/broken.yaml").write_text(broken, "utf-8")
    with pytest.raises(InputError, match=re.escape(told)):
        written(tmp_path, text)


# --- remarks ---------------------------------------------------------------------------------------


def test_what_is_set_without_a_word_is_told(whole_fujian: Region, tmp_path: Path) -> None:
    scenario = written(tmp_path, entry("tiered_reimbursement: {unreferred_rate_loss: 0.3}"))
    (remark,) = remarks(whole_fujian, scenario)
    assert "inpatient" in remark.what
    assert "0.93" in remark.what
    assert remark.line == 5


@pytest.mark.parametrize(
    ("exceptions", "told"),
    [("", False), ("exceptions: [children]", False), ("exceptions: []", True)],
)
def test_what_is_as_in_the_parent_needs_no_word(
    tmp_path: Path, exceptions: str, told: bool
) -> None:
    stated = ", ".join(filter(None, ["bound: 0.8", exceptions]))
    parent = written(tmp_path, entry(f"first_contact: {{{stated}}}"))
    child = tmp_path / "child.yaml"
    child.write_text(
        f"name: child\nextends: {parent.name}\ntitle: {{zh: 下, en: Child}}\n"
        + entry("first_contact: {bound: 0.4}"),
        "utf-8",
    )
    found = sim.remarks(child, quick=True, scenarios=SCENARIOS)
    assert [remark.key for remark in found] == ["levers[1].first_contact"] * told


def test_what_changes_nothing_is_told(whole_fujian: Region, tmp_path: Path) -> None:
    text = "from: 2020-02-03\nset: facilities.beds\nwhere: {kind: county_general}\ntimes: 1"
    (remark,) = remarks(whole_fujian, written(tmp_path, entry(text)))
    assert "facilities.beds changes nothing here from 2020-02-03 on" in remark.what
    far = "set: facilities.beds\nwhere: {county: taining, kind: county_general}\nplus: 10"
    assert remarks(whole_fujian, written(tmp_path, entry(far)))  # the file is about Youxi


@pytest.mark.parametrize("name", ["plan-2025", "beds-only", "no-reform-2025"])
def test_shipped_scenarios_need_no_remark(whole_fujian: Region, name: str) -> None:
    assert remarks(whole_fujian, load_scenario(name, SCENARIOS)) == []


# --- the page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.S))
def test_an_example_of_the_page_is_short_and_right(
    whole_fujian: Region, tmp_path: Path, page: str
) -> None:
    assert len(page.splitlines()) < 10
    name = re.match("name: (.*)", page)[1]  # type: ignore[index]
    (tmp_path / f"{name}.yaml").write_text(page, "utf-8")
    scenario = load_scenario(tmp_path / f"{name}.yaml", SCENARIOS)
    for day in scenario.timeline.epochs():
        inputs_at(whole_fujian, scenario, day)
