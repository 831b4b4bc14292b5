"""The rules of a valid world are noticed when they are broken, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from care_check import broken_in_worlds
from skills import Skill
from worlds import CENTRE, WARD_SERVERS, behaviour, make_world, pools_of

from sim.glossary import TIERS
from sim.world.care.world import NONE, Behaviour, CareWorld, Setting

POOLS, NUMBERS = pools_of(WARD_SERVERS, {CENTRE: 1})


def first_cell(name: str, value: float) -> Callable[[CareWorld], CareWorld]:
    def change(world: CareWorld) -> CareWorld:
        array = getattr(world, name).copy()
        array[0] = value
        return replace(world, **{name: array})

    return change


def setting(cell: Setting, value: int) -> Callable[[CareWorld], CareWorld]:
    def change(world: CareWorld) -> CareWorld:
        settings = world.settings.copy()
        settings[cell] = value
        return replace(world, settings=settings)

    return change


def to(**arrays: Any) -> Callable[[CareWorld], CareWorld]:
    return lambda world: replace(world, **arrays)


def test_a_valid_world_breaks_no_rule() -> None:
    world = make_world(NUMBERS)
    assert broken_in_worlds([world, world], [POOLS, POOLS]) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (to(seek_share=np.zeros(3)), "seek_share has 3 cells, not 1"),
        (to(reach_facility=np.array([0, 1, 3, 4, 2, 5, 6])), "not sorted by tier"),
        (to(reach_facility=np.array([0, 1, 2, 2, 4, 5, 6])), "reaches a facility twice"),
        (to(reach_facility=np.array([0, 1, 2, 3, 4, 5, 7])), "numbers that do not exist"),
        (to(reach_profile=np.array([0, 1, 2, 3, 4, 5, 5])), "reach_profile is not the facilities"),
        (setting(Setting.ITEMS, 6), "number of facilities within reach"),
        (to(reach_start=np.repeat(7, len(TIERS) + 1)), "reaches no facility"),
        (first_cell("facility_county", 1), "primary institution of another county"),
        (first_cell("mix", 0.9), "a cumulative share falls"),
        (first_cell("keep_share", 1.5), "keep_share is not between 0 and 1"),
        (first_cell("acute_minutes", 0.0), "acute_minutes is not above 0"),
        (first_cell("price_visit", -1.0), "price_visit is below 0"),
        (first_cell("price_visit", np.nan), "price_visit has a cell that is not a number"),
        (first_cell("condition_ward", Skill.EXAM), "condition_ward is not a ward"),
        (first_cell("county_capability", 0.1), "county_capability is not the best"),
        (first_cell("county_ward_capability", 0.9), "county_ward_capability is not the best"),
        (first_cell("facility_pool", NONE), "a facility has no doctors' pool"),
        (first_cell("facility_pool", 99), "a pool does not exist"),
        (to(behaviour=behaviour({Behaviour.COMPLY: 1.5})), "COMPLY is not between 0 and 1"),
        (to(behaviour=behaviour({Behaviour.SEVERE_FROM: 0.1})), "severe begins below"),
        (to(behaviour=behaviour({Behaviour.AMBULANCE_SPEED_FACTOR: 0.0})), "not above 0"),
        (to(behaviour=behaviour({Behaviour.WAIT_WEIGHT_PER_MIN: 0.1})), "prefer to wait"),
    ],
)
def test_a_broken_rule_is_told(change: Callable[[CareWorld], CareWorld], what: str) -> None:
    (told, *_) = broken_in_worlds([change(make_world(NUMBERS))], [POOLS])
    assert what in told


def test_what_epochs_share_must_not_change() -> None:
    world = make_world(NUMBERS)
    (told,) = broken_in_worlds([world, first_cell("place_people", 7.0)(world)], [POOLS, POOLS])
    assert told == "epoch 1: place_people differs from the first epoch's"


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"segment_minute": 60}, "does not begin on Monday"),
        ({"segment_reserved": 1 << 50}, "more servers are reserved"),
        ({"room": -2}, "a waiting room"),
    ],
)
def test_broken_pools_are_told(cells: dict[str, int], what: str) -> None:
    changed = {name: np.full_like(getattr(POOLS, name), value) for name, value in cells.items()}
    (told, *_) = broken_in_worlds([make_world(NUMBERS)], [replace(POOLS, **changed)])
    assert what in told
