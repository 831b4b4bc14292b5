"""Counties, cities and the province side by side give what one calendar gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from agreement import run_both
from counties import SCENARIOS, shortened
from logs import run_with_log

from sim.engine import compiled
from sim.engine.tally import Tally
from sim.region import Region
from sim.scenario import load_scenario
from sim.scenario.inputs import Inputs, inputs_at
from sim.scenario.scenario import RegionChoice
from sim.study.care_model import care_model, horizon_of
from sim.world.care_build.assemble import CareWorlds, build_care_worlds

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
    return build_care_worlds(base, [(0, inputs)], horizon_of(scenario))


def assert_same(one: Tally, other: Tally) -> None:
    for name in ("counts", "amounts", "wait_histogram"):
        np.testing.assert_array_equal(getattr(other, name), getattr(one, name))
    assert (other.entered, other.left, other.inside) == (one.entered, one.left, one.inside)
    for table in one.state.shapes:
        np.testing.assert_array_equal(other.state.table(table), one.state.table(table))


def test_the_divided_region_gives_what_both_engines_give_undivided(whole_fujian: Region) -> None:
    model = care_model(cut_down(whole_fujian, 14))
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
    # Some went up, and some came down again.
    tables = {name: whole.state.table(name) for name in ("flow", "work")}
    assert tables["flow"][:, :, 3:5].sum() > 100
    assert tables["work"].sum() > 1000


def test_a_shorter_window_changes_nothing(whole_fujian: Region) -> None:
    model = care_model(cut_down(whole_fujian, 7))
    tally = compiled.simulate(model, 2, 0)
    assert_same(tally, compiled.simulate(replace(model, window=97.0), 2, 0, threads=2))


@pytest.mark.parametrize("wrong", [0.0, -1.0])
def test_partitions_need_a_window(whole_fujian: Region, wrong: float) -> None:
    model = care_model(cut_down(whole_fujian, 7))
    with pytest.raises(ValueError, match="window above 0"):
        replace(model, window=wrong)
