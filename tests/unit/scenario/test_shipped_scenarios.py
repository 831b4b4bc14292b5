"""The scenario files and the reference page that are shipped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.region import Region, load_region
from sim.scenario import Scenario, inputs_at, load_scenario
from sim.scenario.care.levers import LEVERS
from sim.scenario.care.levers.reference import reference_page

ROOT = Path(__file__).parents[3]
SCENARIOS = ROOT / "scenarios"
NAMES = ["baseline-2020", "no-reform-2025", "plan-2025", "beds-only", "staff-only", "referral-only"]


def load(name: str) -> Scenario:
    return load_scenario(name, SCENARIOS)


@pytest.fixture(scope="module")
def fujian() -> Region:
    return load_region(SCENARIOS / "regions" / "fujian")


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_short_and_bilingual(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 40
    scenario = load_scenario(path, SCENARIOS)
    assert scenario.description is not None
    assert scenario.description.en.endswith(".")
    assert scenario.description.zh.endswith("。")


@pytest.mark.parametrize("name", NAMES)
def test_acts_on_fujian(fujian: Region, name: str) -> None:
    scenario = load(name)
    for day in scenario.timeline.epochs():
        inputs = inputs_at(fujian, scenario, day)
        assert inputs.counties["name_en"].to_list() == ["Youxi"]
        assert inputs.population == 341_638
        assert inputs.catchment_share.between(0, 1).all()


def test_plan_has_every_lever_of_the_plan() -> None:
    # One more of something is a question, not a policy.
    assert {entry.lever.name for entry in load("plan-2025").levers} == {
        lever.name for lever in LEVERS if lever.name != "extra"
    }


def test_plan_reaches_its_figures_in_the_province(fujian: Region) -> None:
    scenario = load("plan-2025")
    whole = replace(scenario, region=replace(scenario.region, areas=()))
    inputs = inputs_at(fujian, whole, scenario.run.start)
    facilities, people = inputs.facilities, inputs.population
    hospitals = facilities["tier"].isin(["county", "city", "province"])
    public = facilities["owner"] == "public"
    primary = facilities["tier"].isin(["village", "township"])
    per_1000 = facilities["beds"] / people * 1000
    assert per_1000[hospitals & public].sum() == pytest.approx(3.6, abs=1e-4)
    assert per_1000[hospitals & ~public].sum() == pytest.approx(1.5, abs=1e-4)
    assert per_1000[primary].sum() == pytest.approx(1.0, abs=1e-4)
    physicians = facilities["physicians"].sum() + inputs.physicians_elsewhere
    assert physicians / people * 1000 == pytest.approx(3.05, abs=1e-4)
    practitioners = facilities["general_practitioners"].sum()
    assert practitioners / people * 10_000 == pytest.approx(3.0, abs=1e-3)
    assert (facilities["general_practitioners"] <= facilities["physicians"]).all()


@pytest.mark.parametrize("name", ["beds-only", "staff-only", "referral-only", "plan-2025"])
def test_differs_from_no_reform_by_levers_alone(name: str) -> None:
    scenario, parent = load(name), load("no-reform-2025")
    assert scenario.parent == parent.path
    assert scenario.run == parent.run
    assert scenario.region.text == parent.region.text


def test_weekdays_of_2020_and_2025_agree() -> None:
    starts = {load(name).run.start.isoweekday() for name in NAMES}
    assert starts == {1}


def test_reference_page_is_current() -> None:
    page = (ROOT / "docs" / "reference-levers.md").read_text(encoding="utf-8")
    assert page == reference_page()
