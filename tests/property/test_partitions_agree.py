"""Counties, cities and the province side by side give what one calendar gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from agreement import run_both
from counties import SCENARIOS, shortened
from logs import LogRow, run_with_log

from sim.engine import compiled
from sim.engine.log import LOG_COLUMNS
from sim.engine.tally import Tally
from sim.pathway.care.path import DESCRIBES
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Event
from sim.pathway.steps import GRANTED
from sim.region import Region
from sim.scenario import load_scenario
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.scenario import RegionChoice
from sim.subjects.care.model import care_model, horizon_of
from sim.world.care.build.assemble import CareWorlds, build_care_worlds
from sim.world.care.world import CITY, COUNTY, PROVINCE
from sim.world.fields import Ints

_PATIENT, _EVENT, _WAITED = (LOG_COLUMNS.index(name) for name in ("patient", "event", "waited"))
_FACILITY, _STAGE = (len(LOG_COLUMNS) + DESCRIBES.index(name) for name in ("facility", "stage"))
_SENT_ON = (Stage.WAITING_FOR_BED, Stage.TRAVELLING)
_COUNTIES = ("taining", "mingxi", "jianning", "guangze", "zhenghe")
"""Small ones, of two prefectures."""


def cut_down(region: Region, days: int) -> CareWorlds:
    """Build the plan's worlds for every twentieth place of some counties."""
    scenario = shortened(load_scenario("plan-2025", SCENARIOS), days, days)
    chosen = RegionChoice("fujian", _COUNTIES, scenario.region.mark)
    scenario = replace(scenario, region=chosen)
    base = Inputs.of(region)
    base.cut_to(list(_COUNTIES))
    inputs = inputs_at(region, scenario, scenario.timeline.epochs()[0])
    for each in (base, inputs):
        each.places = each.places.iloc[::20].reset_index(drop=True)
        each.catchment_share = each.catchment_share / 20.0
    # A twentieth of a health centre's step-down beds is none, and few would ask for them in some weeks.
    below = inputs.facilities["tier"] == "township"
    inputs.facilities.loc[below, ["beds", "staff"]] *= 20
    inputs.behaviour["step_down_accept"] = 0.95
    # Nor would many find no bed above and be sent down, or to another hospital.
    inputs.behaviour["patience_bed_hours_routine"] = 12.0
    inputs.conditions["admission_share"] = (2.0 * inputs.conditions["admission_share"]).clip(
        upper=0.5
    )
    inputs.conditions["rehabilitation_share"] = 0.8
    inputs.conditions["rehabilitation_days"] = 4.0
    return build_care_worlds(base, [(0, inputs)], horizon_of(scenario))


def assert_same(one: Tally, other: Tally) -> None:
    for name in ("counts", "amounts", "wait_histogram"):
        np.testing.assert_array_equal(getattr(other, name), getattr(one, name))
    assert (other.entered, other.left, other.inside) == (one.entered, one.left, one.inside)
    for table in one.state.shapes:
        np.testing.assert_array_equal(other.state.table(table), one.state.table(table))


def referred_down(tally: Tally) -> int:
    """Return how many the run counts who came down to a step-down bed."""
    return int(tally.state.table("events")[..., Event.REFERRED_DOWN].sum())


def step_downs(log: list[LogRow]) -> list[tuple[int, float]]:
    """Return of everybody who came down: the hospital, and the minutes waited there for the bed below."""
    hospital: dict[int, int] = {}
    found = []
    for row in log:
        if row[_STAGE] == Stage.WAITING_FOR_STEP_DOWN:
            hospital[row[_PATIENT]] = row[_FACILITY]
        if row[_STAGE] == Stage.STEP_DOWN_STAY and row[_EVENT] == GRANTED:
            found.append((hospital[row[_PATIENT]], row[_WAITED]))
    return found


def sent_down(log: list[LogRow], tier: Ints) -> int:
    """Return how many who found no bed in a city or above it went on to a lower tier, in another partition."""
    last: dict[int, LogRow] = {}
    found = 0
    for row in log:
        before = last.get(row[_PATIENT])
        last[row[_PATIENT]] = row
        if before is not None and (before[_STAGE], row[_STAGE]) == _SENT_ON:
            found += tier[row[_FACILITY]] < tier[before[_FACILITY]] > COUNTY
    return int(found)


def test_the_divided_region_gives_what_both_engines_give_undivided(whole_fujian: Region) -> None:
    built = cut_down(whole_fujian, 14)
    model = care_model(built)
    levels = [partition.level for partition in model.partitions]
    assert sorted(levels) == [0] * len(_COUNTIES) + [1, 1, 2]
    assert sum(partition.streams for partition in model.partitions) == model.streams
    whole, log = run_both(model.undivided(), 1)
    log.sort(key=lambda row: row[:2])
    for threads in (1, 2, 3, 4):
        tally, rows = run_with_log(
            lambda *run, threads=threads: compiled.simulate(*run, threads=threads), model, 1
        )
        assert rows == log
        assert_same(whole, tally)
    # Some went up, and some came down again, also after a wait in the bed above.
    assert whole.state.table("flow")[:, :, [CITY, PROVINCE]].sum() > 100
    tier = built.worlds[0].facility_tier
    came_down = [(tier[hospital], waited) for hospital, waited in step_downs(log)]
    assert len(came_down) == referred_down(whole)
    seen = Counter(start for start, _ in came_down)
    assert seen[CITY] >= 10
    assert seen[PROVINCE] >= 5
    assert any(waited > 0.0 for start, waited in came_down if start in (CITY, PROVINCE))
    assert sent_down(log, tier) >= 10


def test_a_shorter_window_changes_nothing(whole_fujian: Region) -> None:
    model = care_model(cut_down(whole_fujian, 7))
    tally = compiled.simulate(model, 2, 0)
    assert referred_down(tally) > 0
    assert_same(tally, compiled.simulate(replace(model, window=37.0), 2, 0, threads=2))


def test_one_partition_needs_no_window(whole_fujian: Region) -> None:
    # A county in which a transfer takes no time to arrange has a window of 0.
    model = care_model(cut_down(whole_fujian, 7)).undivided()
    tally = compiled.simulate(replace(model, window=0.0), 2, 0)
    assert_same(compiled.simulate(model, 2, 0), tally)


@pytest.mark.parametrize("wrong", [0.0, -1.0])
def test_partitions_need_a_window(whole_fujian: Region, wrong: float) -> None:
    model = care_model(cut_down(whole_fujian, 7))
    with pytest.raises(ValueError, match="window above 0"):
        replace(model, window=wrong)
