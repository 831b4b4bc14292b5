"""Every patient has a clock, the engine's though no pathway is told the time; and goes by it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from counties import shipped, small_worlds
from logs import run_with_log
from worlds import (
    CENTRE,
    CITY_HOSPITAL,
    CLINIC,
    ELSEWHERE,
    HOSPITAL,
    MINUTES,
    PROVINCIAL,
    WARD_SERVERS,
    Visitors,
    behaviour,
    make_model,
    make_world,
    pools_of,
    settings,
)

from sim.engine import compiled, reference
from sim.engine.choose import Simulate
from sim.kernel import entry_kernel
from sim.lookup import AddressTable
from sim.pathway.care import state
from sim.pathway.care.doors import closes_in, opens_in
from sim.pathway.care.onset import begin, next_gap
from sim.pathway.care.path import DESCRIBES
from sim.pathway.care.stages import Stage
from sim.pathway.care.state import End, Event, Work
from sim.pathway.steps import ARRIVED, DONE, GRANTED, HOLD, LEAVE, REFUSED, RENEGED, SEIZE
from sim.region import Region
from sim.subjects.care.model import CARE
from sim.world.care.build.doors import Opening, door_fields, night_duty
from sim.world.care.world import BANDS, NONE, Behaviour, Priority, Setting
from sim.world.fields import ints
from sim.world.pools import PoolsBuilder

_PARTS = 1 << 32


@entry_kernel
def _tell_the_time(_w: int, s: int, row: int) -> tuple[int, int]:
    """Describe a patient by the clock: whole minutes and parts of one, since a log holds whole numbers."""
    time = state.get_time(s, row)
    whole = int(time)
    return whole, int((time - whole) * _PARTS)


# Compiled code is kept by the name of the pathway.
_TOLD = replace(
    CARE, name="care_told_the_time", describe=_tell_the_time, describes=("whole", "parts")
)


@pytest.mark.parametrize("simulate", [reference.simulate, compiled.simulate])
def test_a_patients_clock_is_the_engines(simulate: Simulate) -> None:
    """In every row of the log: now, or when the present hold ends.

    A hold's minutes are added by the pathway as by the engine, to the last bit. A wait is told as the
    difference of two times, each below 2^15 minutes, and added again: each of these two roundings is off by
    half of 2^-38 at most, the spacing of numbers below 2^15. From then on the two clocks' sums may be rounded
    differently, each by as much.
    """
    pools, numbers = pools_of(WARD_SERVERS, {}, doctors=1)
    model = make_model(
        make_world(numbers, 300.0, admission_share=[0.3], recipe_share=[0.5] * 3), pools, 1
    )
    model = replace(model, pathway=_TOLD)
    _, rows = run_with_log(simulate, model, seed=5)
    roundings: dict[int, int] = {}
    for time, patient, _, wait, action, _, minutes, _, whole, parts in rows:
        before = roundings.get(patient, 0)
        roundings[patient] = before + (1 if wait > 0.0 or before else 0)
        expected = time + minutes if action == HOLD else time
        error = abs(whole + parts / _PARTS - expected)
        assert error <= roundings[patient] * 2.0**-38 + 1.0 / _PARTS
    assert sum(row[4] == SEIZE for row in rows) > 1_000
    assert sum(row[3] > 0.0 for row in rows) > 200


_HOURS = [(0, 0.0), (480, 1.0), (720, 0.0), (870, 0.8), (1050, 0.0)]
"""Monday from 8 to 12 and from 14:30 to 17:30, and closed for the rest of the week."""


def _at(minute: float, hours: Opening = _HOURS, **fields: Any) -> Visitors:
    """Return a patient who falls ill at a minute of the week; all facilities are open at the same hours."""
    night = fields.pop("night_duty", [0] * 7)
    world = make_world(night_duty=night, **door_fields([hours]), **fields)
    patient = Visitors(world)
    patient.start(time=minute)
    return patient


@pytest.mark.parametrize(
    ("minute", "opens", "closes"),
    [
        (0.0, 480.0, 720.0),
        (479.5, 0.5, 240.5),
        (480.0, 0.0, 240.0),
        (719.0, 0.0, 1.0),
        (720.0, 150.0, 330.0),
        (1049.99, 0.0, 0.01),
        (1050.0, 9510.0, 9750.0),
        (10_079.0, 481.0, 721.0),
        (10_080.0, 480.0, 720.0),
        (3 * 10_080.0 + 870.0, 0.0, 180.0),
    ],
)
def test_when_doors_open_and_close(minute: float, opens: float, closes: float) -> None:
    patient = _at(0.0)
    assert opens_in(patient.w, CLINIC, minute) == pytest.approx(opens)
    assert closes_in(patient.w, CLINIC, minute) == pytest.approx(closes)


def test_a_door_may_open_and_close_within_a_quarter_of_an_hour() -> None:
    patient = _at(0.0, [(0, 0.0), (485, 1.0), (725, 0.0)])
    assert opens_in(patient.w, CLINIC, 484.0) == 1.0
    assert opens_in(patient.w, CLINIC, 485.0) == 0.0
    assert closes_in(patient.w, CLINIC, 724.0) == 1.0
    assert opens_in(patient.w, CLINIC, 725.0) == 10_080.0 + 485.0 - 725.0


def test_the_week_of_a_calendar_begins_where_the_run_does() -> None:
    """On a run that begins on Sunday at 12:00 the door opens after 20 hours."""
    patient = _at(0.0, settings=settings({Setting.START_MINUTE_OF_WEEK: 6 * 1440 + 720}))
    assert opens_in(patient.w, CLINIC, 0.0) == 1200.0


@pytest.mark.parametrize(("share", "opens"), [(1.0, 0.0), (0.0, math.inf)])
def test_a_door_that_never_changes(share: float, opens: float) -> None:
    patient = _at(0.0, [(0, share)])
    assert opens_in(patient.w, CLINIC, 5000.0) == opens
    assert closes_in(patient.w, CLINIC, 5000.0) == math.inf
    assert patient.next(ARRIVED).minutes == MINUTES[patient.facility()]


def test_a_calendar_open_over_sunday_night_does_not_close_at_midnight() -> None:
    """Open from Sunday 20:00 to Monday 6:00."""
    patient = _at(0.0, [(0, 1.0), (360, 0.0), (6 * 1440 + 1200, 1.0)])
    assert closes_in(patient.w, CLINIC, 6 * 1440 + 1320.0) == 480.0
    assert closes_in(patient.w, CLINIC, 60.0) == 300.0
    assert opens_in(patient.w, CLINIC, 400.0) == 6 * 1440 + 800.0


def test_who_would_come_before_the_door_opens_comes_after_it_does() -> None:
    """At 6:30, ten minutes from the clinic: there within 90 minutes after 8:00, all minutes alike."""
    count = 2_000
    world = make_world(**door_fields([_HOURS]), able=_only(CLINIC))
    patients = Visitors(world, count)
    patients.start(time=390.0)
    came = np.array([390.0 + patients.next(ARRIVED, row=row).minutes for row in range(count)])
    assert came.min() >= 480.0
    assert came.max() < 570.0
    # Four standard errors of the mean of a uniform number.
    assert came.mean() == pytest.approx(525.0, abs=4 * 90.0 / math.sqrt(12 * count))
    assert np.array_equal(patients.rows["time"][:count], came)
    assert np.allclose(patients.rows["since_onset"][:count], came - 390.0)


def test_nobody_comes_after_the_door_has_closed_again() -> None:
    """It is open for half an hour, shorter than the 90 minutes in which people come."""
    world = make_world(**door_fields([[(0, 0.0), (480, 1.0), (510, 0.0)]]), able=_only(CLINIC))
    patients = Visitors(world, 500)
    came = np.array([patients.next(ARRIVED, row=row).minutes for row in range(500)])
    assert came.min() >= 480.0
    assert 505.0 < came.max() < 510.0


def test_who_comes_to_an_open_door_sets_out_at_once() -> None:
    patient = _at(475.0, able=_only(CLINIC))
    assert patient.next(ARRIVED).minutes == MINUTES[CLINIC]


def test_who_goes_straight_to_a_bed_waits_for_no_door() -> None:
    patient = _at(0.0)
    patient.start(time=0.0, stage=Stage.WAITING_FOR_BED, stay_needed=1, direct=1)
    patient.rows["facility"] = patient.rows["position"] = HOSPITAL
    step = patient.next(RENEGED, waited=10.0)
    assert patient.facility() != HOSPITAL
    arranging = 0.0 if patient.facility() >= CITY_HOSPITAL else 60.0
    assert step.minutes == arranging + MINUTES[patient.facility()]


def test_emergencies_set_out_at_once_and_go_where_a_doctor_is_on_duty() -> None:
    """The centre and the nearer hospital are closed at night; the next one has a duty."""
    duty = [0, 0, 0, 1, 1, 1, 1]
    patient = _at(0.0, night_duty=duty)
    patient.start(time=0.0, emergency=1, complexity=0.4)
    assert patient.next(ARRIVED).minutes == MINUTES[HOSPITAL]
    assert patient.facility() == HOSPITAL
    by_day = _at(0.0, night_duty=duty)
    by_day.start(time=460.0, emergency=1, complexity=0.4)
    by_day.next(ARRIVED)
    assert by_day.facility() == CENTRE


def test_where_nobody_has_a_duty_an_emergency_goes_to_the_nearest() -> None:
    patient = _at(0.0)
    patient.start(time=0.0, emergency=1, complexity=0.4)
    patient.next(ARRIVED)
    assert patient.facility() == CENTRE


def test_an_emergency_that_is_sent_on_goes_where_a_doctor_is_on_duty() -> None:
    """The first able from the county up would be the hospital, which is closed at night."""
    patient = _at(0.0, night_duty=[0, 0, 0, 0, 1, 1, 1])
    patient.start(time=0.0, emergency=1, complexity=0.7, stage=Stage.EXAM, stay_needed=0)
    patient.start(facility=CENTRE, position=CENTRE)
    patient.next(DONE)
    assert patient.facility() == CITY_HOSPITAL


def test_an_emergency_leaves_a_queue_for_an_open_door_only() -> None:
    patient = _at(0.0, night_duty=[0, 0, 0, 0, 0, 1, 1])
    patient.start(time=0.0, emergency=1, stage=Stage.WAITING_FOR_DOCTOR, visits=1)
    patient.rows["facility"] = patient.rows["position"] = CENTRE
    assert patient.next(RENEGED, waited=5.0).action == HOLD
    assert patient.facility() in (PROVINCIAL, ELSEWHERE)


def test_night_duty_is_a_doctor_at_all_hours() -> None:
    builder = PoolsBuilder()
    for segments in ([(0, 1, 0), (480, 5, 0)], [(0, 0, 0), (480, 5, 0)], [(0, 2, 0)]):
        builder.add(segments, wait_row=0)
    departments = ints([[0, NONE], [1, NONE], [2, NONE], [1, 0], [NONE, NONE]])
    assert night_duty(departments.reshape(-1, 2), builder.build()).tolist() == [1, 0, 1, 1, 0]


def test_fujians_doors_are_open_when_the_calendar_says(whole_fujian: Region) -> None:
    """A hospital's doctors have a duty at night, yet its doors are open in its hours only."""
    built = small_worlds(whole_fujian, shipped("baseline-2020"))
    world = built.worlds[0]
    kinds = built.reach.facilities["kind"].to_numpy()
    tables = (AddressTable(world), built)
    start = int(world.settings[Setting.START_MINUTE_OF_WEEK])
    for kind, opens in (
        ("county_general", 480.0),
        ("private_clinic", 480.0),
        ("village_clinic", 420.0),
    ):
        facility = int(np.flatnonzero(kinds == kind)[0])
        monday = float(-start % 10_080)
        assert opens_in(tables[0].address, facility, monday) == opens
        assert world.night_duty[facility] == (kind == "county_general")


# --- leaving a queue -----------------------------------------------------------------------------


def _in_queue(
    count: int = 1, hours: Opening = _HOURS, patience: float = math.inf, **changes: float
) -> Visitors:
    """Return patients on their way to the clinic, who always come again, with a mean patience."""
    values = {Behaviour.COME_AGAIN: 0.0} | {Behaviour[name]: each for name, each in changes.items()}
    world = make_world(
        **door_fields([hours]),
        able=_only(CLINIC),
        doctor_patience=[patience] * len(Priority),
        behaviour=behaviour(values),
    )
    patients = Visitors(world, count)
    patients.start(stage=Stage.TRAVELLING, complexity=0.1, visits=1)
    patients.rows["facility"] = patients.rows["position"] = CLINIC
    return patients


def test_patience_ends_when_the_door_closes() -> None:
    patient = _in_queue()
    patient.rows["time"] = 700.0
    step = patient.next(DONE)
    assert (step.action, step.minutes, patient.cell("closing")) == (SEIZE, 20.0, 1)
    patient.next(RENEGED, waited=20.0)
    assert (patient.happened(Event.LEFT_CLOSED), patient.happened(Event.ABANDONED)) == (1, 0)
    assert patient.worked(CLINIC, Work.ABANDONED) == 0


def test_patience_that_ends_before_the_door_closes_is_the_patients_own() -> None:
    world = make_world(**door_fields([_HOURS]), doctor_patience=[0.0] * len(Priority))
    patient = Visitors(world)
    patient.start(stage=Stage.TRAVELLING, facility=CLINIC, position=CLINIC, time=600.0)
    assert (patient.next(DONE).minutes, patient.cell("closing")) == (0.0, 0)
    patient.next(RENEGED)
    assert (patient.happened(Event.LEFT_CLOSED), patient.happened(Event.ABANDONED)) == (0, 1)


def test_no_room_to_wait_is_not_being_sent_home() -> None:
    patient = _in_queue()
    patient.rows["time"] = 700.0
    patient.next(DONE)
    patient.next(REFUSED)
    assert (patient.happened(Event.LEFT_CLOSED), patient.happened(Event.ABANDONED)) == (0, 1)


def test_emergencies_are_not_sent_home_and_do_not_come_again() -> None:
    patient = _in_queue()
    patient.rows["time"] = 700.0
    patient.rows["emergency"] = 1
    assert patient.next(DONE).minutes == math.inf
    # The nearest other that takes emergencies.
    assert patient.next(RENEGED, waited=30.0).action == HOLD
    assert patient.facility() == CENTRE
    assert patient.happened(Event.CAME_AGAIN) == 0
    assert patient.happened(Event.WENT_ELSEWHERE) == 1


@pytest.mark.parametrize(
    ("came", "patience", "left", "opens"),
    [
        (700.0, math.inf, 720.0, 870.0),
        (900.0, math.inf, 1050.0, 10_560.0),
        (600.0, 0.0, 600.0, 870.0),
        (900.0, 0.0, 900.0, 10_560.0),
        (750.0, 0.0, 750.0, 870.0),
    ],
)
def test_who_comes_again_comes_when_it_opens_next(
    came: float, patience: float, left: float, opens: float
) -> None:
    """After the midday break, or next Monday: who was sent home, had no patience, or came too early."""
    patients = _in_queue(200, patience=patience)
    for row in range(200):
        patients.rows["time"][row] = came
        patients.next(DONE, row=row)
        patients.next(RENEGED, waited=left - came, row=row)
    arrives = patients.rows["time"][:200]
    assert opens <= arrives.min()
    assert opens + 80.0 < arrives.max() < opens + 90.0
    assert (patients.rows["facility"][:200] == CLINIC).all()
    assert patients.happened(Event.CAME_AGAIN) == 200
    assert patients.happened(Event.LEFT_CLOSED) == (200 if patience > 0.0 else 0)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_no_door_ever_changes_one_comes_again_a_day_later(share: float) -> None:
    patient = _in_queue(hours=[(0, share)])
    patient.rows["time"] = 600.0
    patient.next(DONE)
    patient.next(RENEGED, waited=50.0)
    assert patient.rows["time"][0] == 650.0 + 1440.0 + MINUTES[CLINIC]


def test_three_queues_left_are_all() -> None:
    patient = _in_queue()
    steps = []
    for _ in range(3):
        patient.next(DONE)
        steps.append(patient.next(RENEGED, waited=5.0).action)
    assert steps == [HOLD, HOLD, LEAVE]
    assert patient.state.table("ends")[..., End.LEFT_UNSEEN].sum() == 1


def test_who_has_seen_a_doctor_may_try_three_times_again() -> None:
    patient = _in_queue()
    patient.rows["attempts"] = 2
    patient.next(DONE)
    patient.next(GRANTED)
    assert patient.cell("attempts") == 0


def test_a_new_patient_has_left_no_queue_and_begins_at_the_onset() -> None:
    patient = Visitors(make_world())
    patient.rows["attempts"] = 2
    gap = next_gap(patient.w, patient.s, 0, 100.0)
    assert begin(patient.w, patient.s, 0, 0, 0) == 1
    assert patient.cell("attempts") == 0
    assert patient.rows["time"][0] == 100.0 + gap


def test_attempts_are_a_truncated_geometric_number() -> None:
    """Without any doctor everybody leaves: of n queues the next is joined with the retry share r.

    The mean of at most three is 1 + r + r^2, the mean square 1 + 3 r + 5 r^2.
    """
    count, share = 4_000, 0.4
    weight = make_world().reach_weight[CLINIC]
    patients = _in_queue(count, NONE_AFTER_QUEUE=math.log(weight * (1.0 - share) / share))
    for row in range(count):
        while patients.next(DONE, row=row).action == SEIZE:
            if patients.next(RENEGED, waited=5.0, row=row).action == LEAVE:
                break
    mean = 1.0 + share + share**2
    variance = 1.0 + 3.0 * share + 5.0 * share**2 - mean**2
    attempts = patients.rows["attempts"][:count]
    assert attempts.max() == 3
    assert attempts.mean() == pytest.approx(mean, abs=4.0 * math.sqrt(variance / count))
    assert patients.happened(Event.CAME_AGAIN) == attempts.sum() - count


def test_nobody_but_emergencies_waits_at_a_closed_door() -> None:
    """In every row of a log: whoever asks for a doctor does so in opening hours, and is out of the queue after.

    Two facilities have a duty at night, yet only emergencies come then.
    """
    hours = [(day * 1440 + minute, share) for day in range(7) for minute, share in _HOURS]
    pools, numbers = pools_of(WARD_SERVERS, {}, doctors=1)
    world = make_world(
        numbers,
        300.0,
        behaviour=behaviour({Behaviour.COME_AGAIN: 2.0, Behaviour.NONE_AFTER_QUEUE: -1.0}),
        night_duty=[0, 0, 0, 1, 1, 1, 1],
        **door_fields([hours]),
    )
    _, rows = run_with_log(compiled.simulate, make_model(world, pools, 1), seed=7)
    stages = Counter[str]()
    for time, _, event, waited, action, _, _, _, *described in rows:
        minute = time % 1440.0
        joined = action == SEIZE and described[DESCRIBES.index("stage")] == Stage.WAITING_FOR_DOCTOR
        if joined:
            stages[
                "by day" if 480.0 <= minute < 720.0 or 870.0 <= minute < 1050.0 else "by night"
            ] += 1
        if (
            event == RENEGED
            and waited > 0.0
            and min(abs(minute - 720.0), abs(minute - 1050.0)) < 1e-6
        ):
            stages["sent home"] += 1
    # One onset in ten is an emergency, and the doors are closed for 17 hours of 24.
    assert 0 < stages["by night"] < 0.1 * stages["by day"]
    assert stages["sent home"] > 20


def _only(facility: int) -> list[float]:
    """Return choice weights by which everybody goes to one facility."""
    return [float(f == facility) for f in range(7)] * len(BANDS)
