"""What can be set changes what is simulated or reported, on its day; nothing else can be set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.behaviour import PARAMETERS
from sim.measure.care.derived import derived_indicators
from sim.region.schemas import column, families, schema, settable_columns
from sim.scenario import Scenario
from sim.subjects.care.cases import read_region
from sim.subjects.care.model import care_worlds

ROOT = Path(__file__).parents[2]
LATER = "2020-01-20"
RUN = {"start": "2020-01-06", "warm_up": "0 d", "length": "4 w", "replications": 1, "seed": 1}
CHANGES: tuple[dict[str, float], ...] = (
    *({"times": factor} for factor in (0.9, 1.1)),
    *({"plus": step} for step in (1, -1, 0.01, -0.01)),
    {"to": 0.5},
)
SHARED_OUT = {
    "counties": ("share_0_4", "share_5_14", "share_15_59", "share_60_79", "share_80_plus"),
}
"""Numbers of a row that add up: what one gets, another loses."""
PRICE_PARTS = ("service_share", "drug_share", "consumable_share", "exam_fee_share")
"""They add up too; only the first acts by itself, the others are what is left of the price."""


def built(levers: list[dict[str, Any]]) -> dict[str, object]:
    """Return everything that a run of the last epoch reads, and the indicators that need no run."""
    content = {"extends": "baseline-2020", "region": "fujian/taining", "run": RUN, "levers": levers}
    scenario = sim.load(content, scenarios=ROOT / "scenarios")
    assert isinstance(scenario, Scenario)
    worlds = care_worlds(read_region(ROOT / "scenarios/regions/fujian"), scenario)
    arrays = {
        f"{type(part).__name__}.{f.name}": np.asarray(getattr(part, f.name)).tobytes()
        for part in (worlds.worlds[-1], worlds.resources[-1].pools)
        for f in fields(part)
    }
    return {
        **arrays,
        "window": worlds.window,
        "derived": repr([*derived_indicators(worlds.inputs[-1])]),
    }


def attempts(table: str, name: str) -> Iterator[list[dict[str, Any]]]:
    """Yield entries that set a number in all rows, in ways of which one is possible."""
    fixed = PARAMETERS[name].fixed if table == "behaviour" else False
    fixed = fixed or (
        table not in ("behaviour", "capability") and column(table, name).settable == "first_day"
    )
    date = {} if fixed else {"from": LATER}
    if name in SHARED_OUT.get(table, ()):
        other = next(part for part in SHARED_OUT[table] if part != name)
        for step in (0.01, -0.01):
            yield [
                {"set": f"{table}.{name}", "plus": step, **date},
                {"set": f"{table}.{other}", "plus": -step, **date},
            ]
        return
    if name in PRICE_PARTS:
        yield [
            {"set": f"{table}.service_share", "plus": 0.01, **date},
            {"set": f"{table}.drug_share", "plus": -0.01, **date},
        ]
        return
    if name == "share_of_beds":
        for step in (0.01, -0.01):
            general, maternal = (
                {"kind": "county_general", "skill": ward}
                for ward in ("ward_general", "ward_maternal_child")
            )
            yield [
                {"set": "services.share_of_beds", "plus": step, "where": general, **date},
                {"set": "services.share_of_beds", "plus": -step, "where": maternal, **date},
            ]
        return
    if table == "schemes" and name in ("urban_share", "rural_share"):
        for step in (0.01, -0.01):
            yield [
                {"set": f"schemes.{name}", "plus": step, "where": {"scheme": "employees"}, **date},
                {"set": f"schemes.{name}", "plus": -step, "where": {"scheme": "residents"}, **date},
            ]
        return
    if name == "step_down_beds":
        yield [
            {
                "set": "facilities.step_down_beds",
                "plus": 1,
                "where": {"kind": "county_general"},
                **date,
            }
        ]
        return
    if (table, name) == ("services", "night"):
        # Hospitals of a small county have one or two on duty at night: a tenth more is nobody more.
        where = {"kind": "township_health_centre", "skill": "doctor"}
        yield [{"set": "services.night", "times": 3, "where": where, **date}]
    for change in CHANGES:
        yield [{"set": f"{table}.{name}", **change, **date}]


def settable() -> list[tuple[str, str]]:
    """Return every number that scenarios can set, by table."""
    numbers = [(table, name) for table in families() for name in settable_columns(table)]
    numbers += [("behaviour", name) for name in PARAMETERS]
    return [*numbers, ("capability", "county_general")]


@pytest.fixture(scope="module")
def untouched() -> dict[str, object]:
    return built([])


@pytest.mark.parametrize(("table", "name"), settable(), ids="{0}".format)
def test_a_number_that_is_set_changes_something(
    untouched: dict[str, object], table: str, name: str
) -> None:
    possible = 0
    for levers in attempts(table, name):
        try:
            changed = built(levers)
        except sim.InputError:
            continue
        possible += 1
        if changed != untouched:
            return
    pytest.fail(f"{table}.{name} was set in {possible} ways and nothing differs")


@pytest.mark.parametrize(
    "path",
    ["counties.population", "places.population", "seasons.factor", "facilities.nurses"],
)
def test_what_changes_nothing_cannot_be_set(path: str) -> None:
    table, _, name = path.partition(".")
    assert name in [c.name for c in schema(table).columns]
    content = {"extends": "baseline-2020", "levers": [{"set": path, "times": 2}]}
    (problem,) = sim.check(content, scenarios=ROOT / "scenarios")
    assert "cannot be set" in problem.what or "no table" in problem.what


@pytest.mark.parametrize("date", [{"from": LATER}, {"until": LATER}])
@pytest.mark.parametrize("path", ["behaviour.travel_fixed_min", "facilities.lon"])
def test_what_is_taken_once_has_no_date(path: str, date: dict[str, str]) -> None:
    content = {
        "extends": "baseline-2020",
        "run": RUN,
        "levers": [{"set": path, "times": 1.01, **date}],
    }
    (problem,) = sim.check(content, scenarios=ROOT / "scenarios")
    assert "taken once, when the run begins" in problem.what
