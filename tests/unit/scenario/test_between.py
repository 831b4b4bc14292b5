"""Scenarios between two have the levers of the one where they are wanted, and of the other elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import Scenario, load_scenario
from sim.scenario.care.between import between, parts_between

from .conftest import Write

BASE = "levers:\n  - first_contact: {bound: 0.2}\n  - ageing: {years: 5}\n"
GOAL = (
    "levers:\n  - bed_plan: {public: 3.6}\n  - first_contact: {bound: 0.8}\n  - ageing: {years: 5}\n"
    "  - family_doctor: {coverage: 0.6}\n"
)


@pytest.fixture
def pair(write: Write, folder: Path) -> tuple[Scenario, Scenario]:
    base, goal = (
        load_scenario(write(name, text), folder) for name, text in (("one", BASE), ("two", GOAL))
    )
    return base, goal


def levers(scenario: Scenario) -> dict[str, object]:
    return {entry.lever.name: entry.lever for entry in scenario.levers}


def test_only_what_differs_is_a_part(pair: tuple[Scenario, Scenario]) -> None:
    assert parts_between(*pair, "family") == ("beds", "referral and contact")
    assert parts_between(*pair, "lever") == ("bed_plan", "family_doctor", "first_contact")


def test_nothing_taken_is_the_base_and_everything_the_goal(
    pair: tuple[Scenario, Scenario],
) -> None:
    parts = parts_between(*pair, "lever")
    assert levers(between(*pair, (), "lever", "n")) == levers(pair[0])
    assert levers(between(*pair, parts, "lever", "n")) == levers(pair[1])


def test_a_family_is_taken_as_a_whole(pair: tuple[Scenario, Scenario]) -> None:
    base, goal = pair
    found = between(base, goal, ["referral and contact"], "family", "mixed")
    assert found.name == "mixed"
    assert levers(found) == {n: v for n, v in levers(goal).items() if n != "bed_plan"}
    found = between(base, goal, ["beds"], "family", "mixed")
    assert levers(found) == levers(base) | {"bed_plan": levers(goal)["bed_plan"]}


def test_what_else_differs_is_refused(write: Write, folder: Path) -> None:
    one = load_scenario(write("one", "run: {length: 26 w}\n"), folder)
    two = load_scenario(write("two", GOAL), folder)
    with pytest.raises(InputError, match="one and two also differ in their run"):
        parts_between(one, two, "family")
    with pytest.raises(InputError, match="the same levers"):
        parts_between(two, two, "family")
