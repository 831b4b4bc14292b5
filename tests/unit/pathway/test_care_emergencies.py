"""Who comes by ambulance, how often they need a stay, and what is counted of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from worlds import HOSPITAL, MINUTES, Visitors, make_world

from sim.pathway.care.onset import begin
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Ambulance, Event
from sim.pathway.steps import ARRIVED, DONE, GRANTED, LEAVE
from sim.world.care.world import CareWorld

_MANY = 20_000
_LEVEL = 1e-4
"""Significance of one chi-square test; seeds are fixed, so a test that passes always passes."""
_EMERGENCIES, _AMBULATORY = 2, 0
"""Streams of the unchanged region."""
_SICK = {
    "ambulance_share": [0.3],
    "ambulance_admission": [0.6],
    "ambulance_gradient": [0.5],
    "admission_share": [0.1],
    "admission_gradient": [2.0],
}
_EDGES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


def begun(world: CareWorld, stream: int) -> tuple[Visitors, np.ndarray]:
    """Return many onsets of a stream as (complexity, by ambulance, needs a stay) each."""
    visitors = Visitors(world)
    found = np.empty((_MANY, 3))
    for number in range(_MANY):
        begin(visitors.w, visitors.s, 0, stream, number)
        found[number] = [
            visitors.rows[name][0] for name in ("complexity", "ambulance", "stay_needed")
        ]
    return visitors, found


def called(visitors: Visitors) -> list[int]:
    """Return who called and who was admitted, by the table, which the weeks agree with."""
    table = visitors.state.table("ambulance").sum(axis=(0, 1))
    weeks = [visitors.happened(Event.AMBULANCE_CALLS), visitors.happened(Event.AMBULANCE_ADMITTED)]
    assert table.tolist() == weeks
    return weeks


def test_emergencies_come_by_ambulance_and_need_stays_as_the_tables_say() -> None:
    visitors, found = begun(make_world(**_SICK), _EMERGENCIES)
    # Cells: quarter of complexity, mode, stay; the mean of share (1 + g) x^g over a quarter is exact.
    expected = np.empty((4, 2, 2))
    for mode, weight, share, gradient in ((0, 0.7, 0.1, 2.0), (1, 0.3, 0.6, 0.5)):
        stays = share * np.diff(_EDGES ** (1.0 + gradient))
        expected[:, mode, 1] = weight * stays
        expected[:, mode, 0] = weight * (0.25 - stays)
    counts = np.histogramdd(found, bins=[_EDGES, [-0.5, 0.5, 1.5], [-0.5, 0.5, 1.5]])[0]
    assert expected.sum() == pytest.approx(1.0, abs=1e-12)
    assert stats.chisquare(counts.ravel(), _MANY * expected.ravel()).pvalue > _LEVEL
    assert called(visitors) == [counts[:, 1].sum(), 0]


def test_the_mean_of_those_who_come_by_ambulance_is_in_its_interval() -> None:
    _, found = begun(make_world(**_SICK), _EMERGENCIES)
    stays = found[found[:, 1] == 1, 2]
    # Four standard deviations of a share of independent patients.
    assert abs(stays.mean() - 0.6) < 4 * np.sqrt(0.6 * 0.4 / stays.size)


def test_who_is_no_emergency_never_comes_by_ambulance() -> None:
    visitors, found = begun(make_world(**{**_SICK, "ambulance_share": [1.0]}), _AMBULATORY)
    assert found[:, 1].sum() == 0
    assert called(visitors) == [0, 0]


def test_who_seeks_no_care_calls_no_ambulance() -> None:
    world = make_world(seek_share=[0.0], ambulance_share=[1.0])
    visitors, found = begun(world, _EMERGENCIES)
    assert found[:, 1].all()
    assert called(visitors) == [0, 0]


def test_the_warm_up_counts_calls_by_week_only() -> None:
    visitors = Visitors(make_world(ambulance_share=[1.0]))
    visitors.state.arrays.clock[1] = 0
    begin(visitors.w, visitors.s, 0, _EMERGENCIES, 0)
    assert visitors.happened(Event.AMBULANCE_CALLS) == 1
    assert visitors.state.table("ambulance").sum() == 0


def test_only_ambulances_are_fast() -> None:
    for ambulance, factor in ((1, 2.0), (0, 1.0)):
        patient = Visitors(make_world())
        patient.start(emergency=1, ambulance=ambulance, complexity=0.75)
        step = patient.next(ARRIVED)
        assert (patient.facility(), step.minutes) == (HOSPITAL, MINUTES[HOSPITAL] / factor)


@pytest.mark.parametrize("needed", [0, 1])
def test_the_need_of_a_stay_is_read_not_drawn_again(needed: int) -> None:
    # The tables of the day say the opposite of what was decided at the beginning.
    patient = Visitors(make_world(admission_share=[1.0 - needed]))
    patient.start(
        stage=Stage.CONSULTATION,
        facility=HOSPITAL,
        position=HOSPITAL,
        first_tier=2,
        complexity=0.4,
        stay_needed=needed,
    )
    patient.next(DONE)
    assert (patient.stage() == Stage.WAITING_FOR_BED) == (needed == 1)


@pytest.mark.parametrize(("ambulance", "readmitted", "counted"), [(1, 0, 1), (0, 0, 0), (1, 1, 0)])
def test_an_ambulance_patient_is_admitted_once(
    ambulance: int, readmitted: int, counted: int
) -> None:
    patient = Visitors(make_world())
    patient.start(
        stage=Stage.WAITING_FOR_BED,
        facility=HOSPITAL,
        position=HOSPITAL,
        first_tier=2,
        complexity=0.4,
        stay_needed=1,
        emergency=ambulance,
        ambulance=ambulance,
        readmitted=readmitted,
    )
    patient.next(GRANTED)
    assert called(patient) == [0, counted]
    assert patient.state.table("ambulance")[0, 0, Ambulance.ADMITTED] == counted
    assert patient.next(DONE).action == LEAVE
