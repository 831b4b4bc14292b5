"""Areas of the real model, `baseline-2020` of Fujian."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import Timing, timed
from benchmarks.work import WrongWorkError, assert_close
from sim.engine.choose import ENGINES
from sim.engine.compiled import simulate
from sim.engine.tally import Tally
from sim.pathway.care.state import Event
from sim.region import load_region
from sim.scenario import load_scenario, overridden, region_folder
from sim.subjects.care.model import care_model, care_worlds
from sim.world.care.build.assemble import CareWorlds
from sim.world.care.world import HOURS, Setting

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SCENARIO = "baseline-2020"
COUNTY = "fujian/youxi"
_NO_YEARLY_RULES = {
    "yearly_deductible_outpatient_cny": 0.0,
    "yearly_deductible_inpatient_cny": 0.0,
    "yearly_ceiling_outpatient_cny": math.nan,
    "yearly_ceiling_inpatient_cny": math.nan,
    "catastrophic_from_cny": math.nan,
    "assisted_share": 0.0,
}


@dataclass(frozen=True)
class CareWork:
    """What a run of an area did.

    Attributes
    ----------
    people, facilities : int
        Of the area.
    entered, left, inside : int
        Patients.
    onsets : int
        Illnesses, of which some seek no care.
    expected_onsets : float
        What the area's rates add up to over the run.
    turned_away : int
        Onsets that did not become patients.
    fingerprint : str
        Of all counts and sums; equal for both engines.
    """

    people: int
    facilities: int
    entered: int
    left: int
    inside: int
    onsets: int
    expected_onsets: float
    turned_away: int
    fingerprint: str


@dataclass(frozen=True)
class CareRun:
    """One run of an area."""

    work: CareWork
    timing: Timing


def run_care(area: str, weeks: int, threads: int) -> CareRun:
    """Run an area on the compiled engine.

    Parameters
    ----------
    area : str
        As in a scenario file: ``fujian/youxi``, ``fujian/all``.
    weeks : int
    threads : int
    """
    return run_on_engine(area, weeks, simulate, threads=threads)


def run_without_yearly_rules(area: str, weeks: int) -> CareRun:
    """Run an area whose insurance has no rules of a year, so that nobody's bills are added up."""
    return run_on_engine(area, weeks, simulate, yearly=False)


def run_reference(area: str, weeks: int) -> CareRun:
    """Run an area on the reference engine."""
    return run_on_engine(area, weeks, ENGINES["simpy"])


def run_on_engine(
    area: str, weeks: int, engine: Callable[..., Tally], yearly: bool = True, **options: Any
) -> CareRun:
    """Build and run an area, everything counted from the first day, after a first short run."""
    # So that nothing is compiled, or read from the cache, in the run that counts.
    engine(care_model(built(COUNTY, 1)), 1, 0, **options)

    def prepare() -> Callable[[], tuple[CareWorlds, Tally]]:
        worlds = built(area, weeks, yearly)
        model = care_model(worlds)
        return lambda: (worlds, engine(model, 1, 0, **options))

    (worlds, tally), timing = timed(prepare)
    return CareRun(work_of(worlds, tally), timing)


def built(area: str, weeks: int, yearly: bool = True) -> CareWorlds:
    """Return the worlds of an area for some weeks without warm-up; `yearly`: with insurance rules of a year."""
    run = {"warm_up": "0 w", "length": f"{weeks} w", "replications": 1}
    scenario = overridden(load_scenario(SCENARIO, SCENARIOS), region=[area], run=run)
    region = load_region(region_folder(scenario, SCENARIOS))
    if not yearly:
        region = replace(region, schemes=region.schemes.assign(**_NO_YEARLY_RULES))
    worlds = care_worlds(region, scenario)
    if (worlds.worlds[0].settings[Setting.PERSONS] > 0) != yearly:
        raise WrongWorkError(f"{area} has{' no' if yearly else ''} rules of a year")
    return worlds


def work_of(worlds: CareWorlds, tally: Tally) -> CareWork:
    """Return what a tally says was done."""
    events = tally.state.table("events").sum(axis=(0, 1))
    digest = hashlib.sha256()
    for name in ("counts", "amounts", "wait_histogram", "level_minutes"):
        digest.update(getattr(tally, name).tobytes())
    for name in tally.state.shapes:
        digest.update(tally.state.table(name).tobytes())
    return CareWork(
        people=round(float(worlds.worlds[0].place_people.sum())),
        facilities=int(worlds.worlds[0].facility_tier.size),
        entered=tally.entered,
        left=tally.left,
        inside=tally.inside,
        onsets=int(events[Event.ONSETS]),
        expected_onsets=expected_onsets(worlds),
        turned_away=int(events[Event.PREVENTED] + events[Event.NOT_SOUGHT]),
        fingerprint=digest.hexdigest()[:16],
    )


def expected_onsets(worlds: CareWorlds) -> float:
    """Return how many onsets the rates of an area's streams add up to."""
    world, days = worlds.worlds[0], worlds.horizon.days
    rate = world.onset_rate.reshape(-1, days)
    hours = world.hours_before.reshape(-1, 7, HOURS + 1)[:, :, HOURS] * 60.0
    people = world.place_people[world.stream_place]
    first = worlds.horizon.first_day.weekday()
    return sum(
        float(
            np.sum(
                people
                * rate[world.stream_onset_group, day]
                * hours[world.stream_profile, (first + day) % 7]
            )
        )
        for day in range(days)
    )


def assert_care_work(name: str, work: CareWork, errors: float = 5.0) -> None:
    """Raise unless as many fell ill as the rates add up to, and every patient is accounted for.

    Parameters
    ----------
    name : str
    work : CareWork
    errors : float
        Standard errors of the number of onsets that chance is allowed.

    Raises
    ------
    WrongWorkError
    """
    wanted = work.expected_onsets
    assert_close(f"{name}: onsets", work.onsets, wanted, errors * math.sqrt(wanted))
    assert_close(f"{name}: patients of them", work.entered, work.onsets - work.turned_away, 0.0)
    assert_close(f"{name}: patients out and in", work.left + work.inside, work.entered, 0.0)
