"""Doctors by the hour and beds by ward, from staff, beds and calendars."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counties import REGIONS, shipped, small_worlds
from skills import Skill

from sim.region import Region, load_region
from sim.scenario.care.inputs import Inputs
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.build.people import Catchment
from sim.world.care.build.reach import build_reach
from sim.world.care.build.resources import (
    build_resources,
    duty_segments,
    opening,
    split_beds,
    staffed_beds,
)
from sim.world.care.world import NONE


def test_beds_need_staff() -> None:
    facilities = pd.DataFrame(
        {
            "kind": ["a", "a", "b"],
            "beds": [100, 100, 100],
            "staff": [80, 200, 0],
        }
    )
    kinds = pd.DataFrame({"staff_per_bed": [1.6, 0.0]}, index=["a", "b"])
    assert staffed_beds(facilities, kinds).tolist() == [50.0, 100.0, 100.0]


@pytest.mark.parametrize(
    ("beds", "shares", "parts"),
    [
        (10.0, [0.8, 0.04, 0.16], [8, 0, 2]),
        (7.9, [0.5, 0.5, 0.0], [4, 3, 0]),
        (1.0, [0.4, 0.3, 0.3], [1, 0, 0]),
        (0.0, [0.4, 0.3, 0.3], [0, 0, 0]),
        (5.0, [0.0, 0.0, 0.0], [0, 0, 0]),
    ],
)
def test_wards_share_the_beds_without_loss(
    beds: float, shares: list[float], parts: list[int]
) -> None:
    assert split_beds(beds, shares) == parts


def _inputs_with(calendar: list[tuple[int, str, str, float]]) -> Any:
    rows = [("shop", *row) for row in calendar]
    columns = ["calendar", "weekday", "opens", "closes", "share"]
    return SimpleNamespace(calendars=pd.DataFrame(rows, columns=columns))


def test_calendars_open_and_close() -> None:
    inputs = _inputs_with([(1, "08:00", "12:00", 1.0), (1, "14:00", "17:30", 0.5)])
    assert opening(inputs, "shop") == [
        (0, 0.0),
        (480, 1.0),
        (720, 0.0),
        (840, 0.5),
        (1050, 0.0),
    ]


def test_calendars_may_run_on_without_a_gap_and_to_the_end_of_the_week() -> None:
    inputs = _inputs_with([(7, "00:00", "12:00", 0.5), (7, "12:00", "24:00", 1.0)])
    sunday = 6 * MINUTES_PER_DAY
    assert opening(inputs, "shop") == [(0, 0.0), (sunday, 0.5), (sunday + 720, 1.0)]


def test_at_least_one_doctor_is_there_when_it_is_open_and_the_night_duty_always() -> None:
    hours = [(0, 0.0), (480, 1.0), (720, 0.5)]
    assert duty_segments(hours, 2.0, 0.2, 0.0) == [(0, 0, 0), (480, 1, 0), (720, 1, 0)]
    assert duty_segments(hours, 100.0, 0.2, 0.15) == [(0, 15, 0), (480, 20, 0), (720, 15, 0)]
    assert duty_segments(hours, 0.0, 0.2, 0.1) == [(0, 0, 0), (480, 0, 0), (720, 0, 0)]


@pytest.fixture(scope="module")
def town() -> Region:
    return load_region(REGIONS / "one-hospital")


def test_epochs_share_their_pools_and_offer_only_wards_with_beds(town: Region) -> None:
    before, after = Inputs.of(town), Inputs.of(town)
    services = after.services
    wards = (services["kind"] == "county_general") & (services["basis"] == "beds")
    shares = {"ward_general": 0.8, "step_down": 0.2}
    services.loc[wards, "share_of_beds"] = services["skill"].map(shares).fillna(0.0)[wards]
    reach = build_reach(before, Catchment.of(before))
    first, second = build_resources([before, after], reach)
    pd.testing.assert_frame_equal(
        first.table[["facility", "skill"]], second.table[["facility", "skill"]]
    )
    assert first.pools.count == second.pools.count == len(first.table)
    for kind, offered in (
        (Skill.WARD_MATERNAL_CHILD, (True, False)),
        (Skill.STEP_DOWN, (False, True)),
        (Skill.WARD_GENERAL, (True, True)),
    ):
        found = tuple(made.facility_pool[kind] != NONE for made in (first, second))
        assert found == offered
        row = first.table["skill"] == kind
        servers = [int(made.table.loc[row, "servers"].iloc[0]) for made in (first, second)]
        assert [number > 0 for number in servers] == list(offered)


@pytest.mark.parametrize(
    ("stated", "whole"), [(0, 0), (1, 1), (3, 3), (0.3, 1), (2.6, 3), (5000.0, 1000)]
)
def test_the_served_share_is_that_of_kind_and_skill_and_whole(
    town: Region, stated: float, whole: int
) -> None:
    before, after = Inputs.of(town), Inputs.of(town)
    for inputs in (before, after):
        inputs.services["served_every"] = 0.0
    chosen = (after.services["kind"] == "county_general") & (after.services["skill"] == "doctor")
    assert chosen.sum() == 1
    after.services.loc[chosen, "served_every"] = stated
    reach = build_reach(before, Catchment.of(before))
    first, second = build_resources([before, after], reach)
    assert not first.pools.served_every.any()
    kinds = reach.facilities["kind"].to_numpy()[second.table["facility"].to_numpy()]
    own = (kinds == "county_general") & (second.table["skill"] == Skill.DOCTOR).to_numpy()
    assert own.sum() == 1
    assert second.pools.served_every[own].tolist() == [whole]
    assert not second.pools.served_every[~own].any()


def test_hospitals_that_serve_more_give_a_county_its_part(whole_fujian: Region) -> None:
    built = small_worlds(whole_fujian, shipped("baseline-2020"))
    table, reach = built.resources[0].table, built.reach
    facilities = reach.facilities
    skills = built.skills
    beds = table[table["skill"].isin([*skills.with_role("ward"), *skills.with_role("step_down")])]
    by_facility = beds.groupby("facility")["servers"].sum()
    kinds = built.inputs[0].kinds.set_index("kind")
    usable = staffed_beds(facilities, kinds) * reach.slice
    # Outside the province, and next door, where nobody's own people are in the run, there always is room.
    shared = ((facilities["tier"] != "outside") & (reach.slice > 0.0)).to_numpy()
    limited = by_facility.index[shared[by_facility.index]]
    assert len(limited) > 5
    for f in limited:
        # Whole beds: the part rounded down, but never none.
        assert by_facility[f] == max(1, int(np.floor(usable[f] + 1e-9)))
    assert (reach.slice[facilities["tier"] == "province"] < 0.01).all()
