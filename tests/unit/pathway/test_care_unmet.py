"""Nobody disappears: every way an episode can end, and where and why that is counted."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import run_both
from worlds import (
    CAPABILITY,
    CENTRE,
    CLINIC,
    ELSEWHERE,
    HOSPITAL,
    PROVINCIAL,
    WARD_SERVERS,
    Visitors,
    behaviour,
    make_model,
    make_world,
    pools_of,
)

from sim.pathway.care.stages import Stage
from sim.pathway.care.state import NOWHERE, End, Event, Need
from sim.pathway.steps import DONE, LEAVE, RENEGED
from sim.world.care.world import COUNTY, OUTSIDE, PROVINCE, VILLAGE, Behaviour, CareWorld

End_ = tuple[int, Need, End]
_NOBODY_OUTSIDE = [*CAPABILITY[:ELSEWHERE], 0.0]


def ends_of(visitors: Visitors) -> list[End_]:
    """Return (tier, need, end) of every end that was counted, each as often as it was."""
    table = visitors.state.table("ends")[0, :, :, 0, :]
    cells = zip(*np.nonzero(table), strict=True)
    return [
        (int(tier), Need(need), End(end))
        for tier, need, end in cells
        for _ in range(int(table[tier, need, end]))
    ]


def at(world: CareWorld, facility: int, stage: Stage, **cells: float) -> Visitors:
    """Return a patient at a facility in a stage that is about to end."""
    patient = Visitors(world)
    tier = int(world.facility_tier[facility])
    patient.start(
        stage=stage, facility=facility, position=facility, visits=1, first_tier=tier, **cells
    )
    return patient


def test_a_treated_visit_ends_where_it_was_treated() -> None:
    patient = at(make_world(), HOSPITAL, Stage.CONSULTATION, complexity=0.1)
    assert patient.next(DONE).action == LEAVE
    assert ends_of(patient) == [(COUNTY, Need.VISIT, End.TREATED)]
    assert patient.happened(Event.TREATED) == 1
    assert patient.happened(Event.UNMET) == patient.happened(Event.STAYS_TREATED) == 0


def test_a_stay_ends_when_the_patient_is_home_for_good() -> None:
    patient = at(make_world(), HOSPITAL, Stage.ACUTE_STAY, acute=1440.0, stay_needed=1)
    assert patient.next(DONE).action == LEAVE
    assert ends_of(patient) == [(COUNTY, Need.STAY, End.TREATED)]
    assert patient.happened(Event.TREATED) == patient.happened(Event.STAYS_TREATED) == 1
    back = at(
        make_world(readmission_share=[1.0]), HOSPITAL, Stage.ACUTE_STAY, acute=1.0, stay_needed=1
    )
    assert back.next(DONE).action != LEAVE
    assert ends_of(back) == []


@pytest.mark.parametrize(
    ("world", "facility", "stage", "event", "cells", "end"),
    [
        pytest.param(
            make_world(capability=[*CAPABILITY[:ELSEWHERE], 0.98]),
            *(PROVINCIAL, Stage.CONSULTATION, DONE, {"complexity": 0.99}),
            (PROVINCE, Need.VISIT, End.NOBODY_ABLE),
            id="nobody can treat it",
        ),
        pytest.param(
            make_world(
                pools_of({CENTRE: 2}, {})[1], admission_share=[1.0], capability=_NOBODY_OUTSIDE
            ),
            *(HOSPITAL, Stage.CONSULTATION, DONE, {"complexity": 0.7, "stay_needed": 1}),
            (COUNTY, Need.STAY, End.NO_WARD),
            id="able, but without a ward, here and above",
        ),
        pytest.param(
            make_world(
                pools_of({CENTRE: 2}, {})[1], admission_share=[1.0], capability=_NOBODY_OUTSIDE
            ),
            *(CLINIC, Stage.CONSULTATION, DONE, {"complexity": 0.7, "stay_needed": 1}),
            (VILLAGE, Need.STAY, End.NO_WARD),
            id="unable here, able above without a ward",
        ),
        pytest.param(
            make_world(
                pools_of({CENTRE: 2}, {})[1], admission_share=[1.0], capability=_NOBODY_OUTSIDE
            ),
            *(CLINIC, Stage.CONSULTATION, DONE, {"complexity": 0.99, "stay_needed": 1}),
            (VILLAGE, Need.STAY, End.NOBODY_ABLE),
            id="needs a stay, nobody able at all",
        ),
        pytest.param(
            make_world(over_referral=[1.0] * 7),
            *(ELSEWHERE, Stage.CONSULTATION, DONE, {"complexity": 0.1}),
            (OUTSIDE, Need.VISIT, End.NOBODY_ABOVE),
            id="sent up though treatable, from the top",
        ),
        pytest.param(
            make_world(behaviour=behaviour({Behaviour.NONE_REFERRED: 100.0})),
            *(CLINIC, Stage.CONSULTATION, DONE, {"complexity": 0.7}),
            (VILLAGE, Need.VISIT, End.REFERRAL_NOT_FOLLOWED),
            id="does not go where they are referred",
        ),
        pytest.param(
            make_world(behaviour=behaviour({Behaviour.NONE_AFTER_QUEUE: 100.0})),
            *(HOSPITAL, Stage.WAITING_FOR_DOCTOR, RENEGED, {"complexity": 0.1}),
            (COUNTY, Need.VISIT, End.LEFT_UNSEEN),
            id="waited too long for a doctor",
        ),
        pytest.param(
            make_world(capability=_NOBODY_OUTSIDE),
            *(PROVINCIAL, Stage.WAITING_FOR_BED, RENEGED, {"complexity": 0.95, "stay_needed": 1}),
            (PROVINCE, Need.STAY, End.NO_BED),
            id="waited too long for the last bed",
        ),
        pytest.param(
            make_world(takes_emergencies=[0] * 7),
            *(CLINIC, Stage.NEW, 0, {"emergency": 1, "facility": -1, "position": -1}),
            (NOWHERE, Need.VISIT, End.NOBODY_ABLE),
            id="an emergency that nobody takes",
        ),
        pytest.param(
            make_world(pools_of({}, {})[1], admission_share=[1.0]),
            *(CLINIC, Stage.NEW, 0),
            {"emergency": 1, "complexity": 0.5, "facility": -1, "position": -1, "stay_needed": 1},
            (NOWHERE, Need.STAY, End.NO_WARD),
            id="an emergency that nobody has a ward for",
        ),
    ],
)
def test_who_finds_no_place_is_counted_by_where_and_why(
    world: CareWorld, facility: int, stage: Stage, event: int, cells: dict[str, float], end: End_
) -> None:
    patient = Visitors(world)
    tier = int(world.facility_tier[facility])
    start = {"facility": facility, "position": facility, "visits": 1, "first_tier": tier}
    patient.start(**{**start, "stage": stage, **cells})
    assert patient.next(event).action == LEAVE
    assert ends_of(patient) == [end]
    assert patient.happened(Event.UNMET) == 1
    assert patient.happened(Event.STAYS_UNMET) == (end[1] == Need.STAY)
    assert patient.happened(Event.TREATED) == 0


def test_ends_of_the_warm_up_are_not_in_the_table() -> None:
    patient = at(make_world(), HOSPITAL, Stage.CONSULTATION, complexity=0.1)
    patient.state.arrays.clock[1] = 0
    patient.next(DONE)
    assert ends_of(patient) == []
    assert patient.happened(Event.TREATED) == 1


def test_those_who_seek_no_care_are_counted_and_are_no_episodes() -> None:
    pools, numbers = pools_of(WARD_SERVERS, {CENTRE: 1})
    world = make_world(numbers, seek_share=[0.0], admission_share=[0.5])
    tally, rows = run_both(make_model(world, pools), seed=1)
    assert not rows
    ends = tally.state.table("ends")
    onsets = int(tally.state.table("events")[..., Event.ONSETS].sum())
    assert tally.entered == 0
    assert ends[..., End.NOT_SOUGHT].sum() == ends.sum() == onsets > 900
    # Half of them would have needed a stay: 5 standard deviations of the share.
    stays = ends[0, NOWHERE, Need.STAY, 0, End.NOT_SOUGHT] / onsets
    assert abs(stays - 0.5) < 5 * 0.5 / onsets**0.5


def test_a_county_without_a_bed_anywhere_loses_all_who_need_one() -> None:
    """Half of the episodes need a stay; every facility sees and treats the other half."""
    pools, numbers = pools_of({}, {}, doctors=50)
    world = make_world(
        numbers,
        admission_share=[0.5],
        capability=[1.0] * (ELSEWHERE) + [0.0],
        county_capability=[1.0],
        able=[1.0] * ELSEWHERE + [0.0] + ([1.0] * ELSEWHERE + [0.0]) * 2,
        doctor_patience=[np.inf] * 3,
    )
    tally, _ = run_both(make_model(world, pools), seed=2)
    ends = tally.state.table("ends").sum(axis=(0, 1, 3))
    happened = tally.state.table("events").sum(axis=(0, 1))
    assert ends[Need.STAY, End.TREATED] == 0
    assert ends[Need.STAY, End.NO_WARD] == ends[Need.STAY].sum() > 400
    assert ends[Need.VISIT, End.TREATED] == ends[Need.VISIT].sum() > 400
    assert happened[Event.STAYS_BEGUN] >= happened[Event.STAYS_UNMET] == ends[Need.STAY].sum()
    assert tally.entered == ends.sum() + tally.inside
