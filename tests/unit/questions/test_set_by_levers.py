"""Which uncertain numbers matter to a scenario, and which its own levers set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sim.questions.set_by_levers import set_by_levers
from sim.reading.yaml_file import Mark
from sim.region import Region
from sim.region.parameters import uncertain_parameters
from sim.scenario import Scenario, load_scenario, overridden
from sim.scenario.care.levers import lever_called
from sim.scenario.care.timeline import Entry, in_acting_order

SCENARIOS = Path(__file__).parents[3] / "scenarios"
DELAY = "behaviour.step_down_delay_hours"
COMPLY = "behaviour.referral_comply"


def with_lever(name: str, begins: date | None = None, **values: object) -> Scenario:
    """Return the baseline, which has no levers, with one."""
    scenario = overridden(load_scenario("baseline-2020", SCENARIOS), region=["fujian/taining"])
    lever = lever_called(name).model_validate(values)
    entry = Entry(lever, begins, None, Mark(Path("test"), None, "levers"))
    return replace(scenario, timeline=in_acting_order(scenario.run, [entry]))


def found(region: Region, scenario: Scenario) -> frozenset[str]:
    return set_by_levers(region, scenario, uncertain_parameters(region))


def test_without_levers_everything_matters(whole_fujian: Region) -> None:
    scenario = load_scenario("baseline-2020", SCENARIOS)
    assert found(whole_fujian, scenario) == frozenset()


def test_what_a_lever_replaces_does_not_matter(whole_fujian: Region) -> None:
    scenario = with_lever("two_way_referral", down_delay_hours=8.0)
    # Over-referral is multiplied: doubt about it stays.
    assert found(whole_fujian, scenario) == {DELAY, COMPLY, "behaviour.step_down_accept"}


def test_what_a_lever_adds_to_or_leaves_alone_matters(whole_fujian: Region) -> None:
    left_alone = dict.fromkeys(("down_delay_hours", "down_acceptance", "comply"))
    scenario = with_lever("two_way_referral", **left_alone)
    assert found(whole_fujian, scenario) == frozenset()
    scenario = with_lever("extra", step_down_accept=0.1)
    assert found(whole_fujian, scenario) == frozenset()


def test_what_a_lever_sets_for_a_part_of_the_run_matters(whole_fujian: Region) -> None:
    scenario = with_lever("two_way_referral", date(2020, 7, 1))
    assert scenario.run.first_day < date(2020, 7, 1) < scenario.run.end
    assert found(whole_fujian, scenario) == frozenset()


def test_what_levers_refuse_at_an_end_of_the_range_matters(whole_fujian: Region) -> None:
    # 0.5 can be added to 0.1, but not to 0.6.
    region = replace(whole_fujian, behaviour=whole_fujian.behaviour.copy())
    rows = region.behaviour["parameter"] == "first_contact_bound"
    region.behaviour.loc[rows, ["value", "low", "high"]] = [0.1, 0.0, 0.6]
    scenario = with_lever("extra", first_contact_bound=0.5)
    assert found(region, scenario) == frozenset()


def test_the_plan_sets_some(whole_fujian: Region) -> None:
    scenario = overridden(load_scenario("plan-2025", SCENARIOS), region=["fujian/taining"])
    names = found(whole_fujian, scenario)
    assert {DELAY, COMPLY, "behaviour.unreferred_rate_loss"} <= names
    assert "behaviour.over_referral_county" not in names
