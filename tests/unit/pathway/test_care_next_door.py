"""A hospital of another county: why one is there, how one leaves it, and whose step-down beds one gets."""

from __future__ import annotations

import pytest
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    FACILITY_TIER,
    HOSPITAL,
    MINUTES,
    NEAR_HOSPITAL,
    WARD_SERVERS,
    Visitors,
    make_world,
    pools_of,
)

from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Reason, Visit
from sim.pathway.steps import DONE, GRANTED, HOLD, RENEGED
from sim.world.care.world import COUNTY, NONE, CareWorld

_OWN = [0 if tier <= COUNTY else NONE for tier in FACILITY_TIER]
_NEXT_DOOR = [NONE if facility == NEAR_HOSPITAL else home for facility, home in enumerate(_OWN)]
_ALL_STEP_DOWN = {CENTRE: 1, HOSPITAL: 1, NEAR_HOSPITAL: 1}


def next_door(**fields: object) -> CareWorld:
    """Return the hand-made county whose near hospital belongs to another county."""
    return make_world(**{"facility_county": _NEXT_DOOR, "admission_share": [1.0], **fields})


def waiting(facility: int, world: CareWorld, complexity: float = 0.55, **cells: float) -> Visitors:
    patient = Visitors(world)
    patient.start(
        stage=Stage.WAITING_FOR_BED,
        facility=facility,
        position=facility,
        visits=1,
        complexity=complexity,
        **cells,
    )
    return patient


def test_going_next_door_is_leaving_the_county_and_coming_back_is_not() -> None:
    patient = waiting(HOSPITAL, next_door(), emergency=1)
    patient.next(RENEGED, 500.0)
    assert patient.facility() == NEAR_HOSPITAL
    assert patient.cell("reason") == Reason.CAPACITY
    back = waiting(NEAR_HOSPITAL, next_door(), emergency=1, reason=Reason.CAPACITY)
    back.next(RENEGED, 500.0)
    assert back.facility() == HOSPITAL
    assert back.cell("reason") == Reason.INSIDE


@pytest.mark.parametrize(
    ("here", "complexity", "to", "arranging"),
    [
        # From one's own hospital up at once, from another county's after a transfer is arranged.
        (HOSPITAL, 0.85, CITY_HOSPITAL, 0.0),
        (NEAR_HOSPITAL, 0.85, CITY_HOSPITAL, 60.0),
        (CENTRE, 0.55, NEAR_HOSPITAL, 0.0),
        (HOSPITAL, 0.55, NEAR_HOSPITAL, 60.0),
    ],
)
def test_a_guest_leaves_after_the_transfer_is_arranged(
    here: int, complexity: float, to: int, arranging: float
) -> None:
    patient = waiting(here, next_door(), complexity, emergency=1)
    step = patient.next(RENEGED, 500.0)
    assert patient.facility() == to
    assert (step.action, step.minutes) == (HOLD, arranging + MINUTES[to])


def step_down_of(world: CareWorld, facility: int) -> int:
    patient = waiting(facility, world, 0.4)
    patient.next(GRANTED)
    patient.next(DONE)
    return int(patient.cell("step_down"))


def test_step_down_beds_are_shared_within_the_county_only() -> None:
    def world(beds: dict[int, int]) -> CareWorld:
        pools = pools_of(WARD_SERVERS, beds)[1]
        return next_door(facility_pool=pools, rehabilitation_share=[1.0], step_down_odds=[1e9])

    assert step_down_of(world(_ALL_STEP_DOWN), HOSPITAL) == CENTRE
    assert step_down_of(world(_ALL_STEP_DOWN), NEAR_HOSPITAL) == NONE
    # The near hospital stands first within reach, and is another county's.
    assert step_down_of(world({HOSPITAL: 1, NEAR_HOSPITAL: 1}), CITY_HOSPITAL) == HOSPITAL
    assert step_down_of(world({NEAR_HOSPITAL: 1}), CITY_HOSPITAL) == NONE


def test_visits_are_counted_where_they_took_place() -> None:
    world = next_door(facility_destination=[0, 0, 4, 0, 1, 2, 3])
    patient = waiting(NEAR_HOSPITAL, world, reason=Reason.CAPACITY)
    patient.next(GRANTED)
    table = patient.state.table("destinations")
    assert table[0, 4, Visit.ADMISSION] == table.sum() == 1
