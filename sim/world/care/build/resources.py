"""Pools of a region: doctors by the hour, exam rooms, staffed beds by ward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.frames import rows
from sim.region.apportion import apportion
from sim.scenario.care.inputs import Inputs
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.build.reach import Reach
from sim.world.care.build.skills import Skills
from sim.world.care.world import NONE, Priority
from sim.world.fields import Reals
from sim.world.pools import MOST_SERVED_EVERY, UNLIMITED, Pools, PoolsBuilder, Segment

GROUPS = len(Priority)


def wait_rows(kinds: int, skills: int) -> int:
    """Return how many rows of the histogram of waits there are, for so many kinds of facilities and skills.

    A kind more than there are: the pools of those that are not simulated, where nobody waits.
    """
    return (kinds + 1) * skills * GROUPS


def wait_row(kind: int, skill: int, skills: int) -> int:
    """Return the first row of the waits at a kind of facilities, by number, for one of so many skills."""
    return (kind * skills + skill) * GROUPS


def staffed_beds(facilities: pd.DataFrame, kinds: pd.DataFrame) -> Reals:
    """Return the beds that can be used: no more than the staff suffices for.

    Parameters
    ----------
    facilities : DataFrame
        With columns ``kind``, ``beds`` and ``staff``.
    kinds : DataFrame
        Indexed by kind, with ``staff_per_bed``; 0 asks for no staff.
    """
    needed = kinds["staff_per_bed"].reindex(facilities["kind"]).to_numpy(dtype=float)
    beds = facilities["beds"].to_numpy(dtype=float)
    staff = facilities["staff"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(needed > 0.0, staff / needed, np.inf)
    return np.minimum(beds, most)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def opening(inputs: Inputs, calendar: str) -> list[tuple[int, float]]:
    """Return a calendar as (minute of the week, share of the doctors on duty), from Monday 00:00 on."""
    table = inputs.calendars[inputs.calendars["calendar"] == calendar]
    changes = {0: 0.0}
    for row in rows(table.sort_values(["weekday", "opens"])):
        midnight = (int(row.weekday) - 1) * MINUTES_PER_DAY
        changes[midnight + _minute(row.opens)] = float(row.share)
        changes.setdefault(midnight + _minute(row.closes), 0.0)
    return [item for item in sorted(changes.items()) if item[0] < 7 * MINUTES_PER_DAY]


def _on_duty(units: float, ratio: float, least: int) -> int:
    """Return whole servers: none for no units of the basis or no share of them, else some at least."""
    if units <= 0.0 or ratio <= 0.0:
        return 0
    return max(least, round(units * ratio))


def duty_segments(
    hours: list[tuple[int, float]], units: float, ratio: float, night_ratio: float, least: int = 1
) -> list[Segment]:
    """Return the weekly pattern of a service of staff: a ratio by opening hours, a duty at night."""
    night = _on_duty(units, night_ratio, least)
    return [
        (minute, max(night, _on_duty(units, ratio * share, least)) if share > 0.0 else night, 0)
        for minute, share in hours
    ]


def split_beds(beds: float, shares: list[float]) -> list[int]:
    """Split the whole beds among some into wards, by largest remainder; no shares, no beds."""
    total = int(np.floor(beds + 1e-9)) if sum(shares) > 0 else 0
    return apportion(total, np.array(shares)).tolist()


@dataclass(frozen=True)
class Resources:
    """The pools of one epoch and where they are.

    Attributes
    ----------
    pools : Pools
    facility_pool : list of int
        [f, skill] pool number or NONE.
    table : DataFrame
        Row per pool: ``facility`` (index), ``skill`` (its number), ``servers`` (beds, or most doctors on duty).
    """

    pools: Pools
    facility_pool: list[int]
    table: pd.DataFrame


def _facility_pools(
    facility: Any,
    services: Sequence[Any],
    skills: Skills,
    beds: float,
    part: float,
    hours: list[tuple[int, float]],
) -> dict[int, list[Segment]]:
    """Return the weekly patterns of one facility's pools, by skill."""
    if facility.tier == "outside" or part <= 0.0:
        # Who fills it is not simulated. Nobody counts the beds outside.
        beds = np.inf if facility.tier == "outside" else beds
        return {
            skills.number(service.skill): [(0, UNLIMITED, 0)]
            for service in services
            if service.basis != "beds" or _is_open_ward(service, beds)
        }
    physicians = facility.physicians
    units = {
        "doctors": (physicians + facility.village_doctors) * part,
        "physicians": physicians * part,
    }
    pools = {}
    for service in services:
        if service.basis == "beds":
            continue
        if service.role == "doctor" or units[service.basis] * service.ratio > 0.0:
            pools[skills.number(service.skill)] = duty_segments(
                hours, units[service.basis], service.ratio, service.night, service.least
            )
    wards = {skills.number(s.skill): s.share_of_beds for s in services if s.basis == "beds"}
    for ward, number in _ward_beds(facility, wards, skills, beds, part).items():
        if number > 0:
            pools[ward] = [(0, number, 0)]
    return pools


def _is_open_ward(service: Any, beds: float) -> bool:
    """Tell whether a service is a ward with beds, and not for step-down."""
    return service.role == "ward" and service.share_of_beds > 0.0 and beds > 0.0


def _ward_beds(
    facility: Any, wards: dict[int, float], skills: Skills, beds: float, part: float
) -> dict[int, int]:
    """Return the staffed beds by ward."""
    whole = beds if part >= 1.0 else max(beds * part, 1.0 if beds > 0 else 0.0)
    # Beds stated to be for step-down, as far as there is staff for them; the rest by the kind's shares.
    stated = int(whole * facility.step_down_beds / facility.beds + 1e-9) if facility.beds else 0
    parts = dict(zip(wards, split_beds(whole - stated, list(wards.values())), strict=True))
    step_down = skills.first("step_down")
    return {**parts, step_down: parts.get(step_down, 0) + stated}


def served_every(inputs: Inputs) -> dict[tuple[str, int], int]:
    """Return `Pools.served_every` by kind of facility and skill.

    Sensitivity analyses multiply what tables state: the result is whole, and 0, which is strict priority,
    only where 0 is stated.
    """
    skills = Skills.of(inputs)
    every = {}
    for service in rows(inputs.services):
        stated = float(service.served_every)
        whole = min(max(round(stated), 1), MOST_SERVED_EVERY) if stated > 0.0 else 0
        every[service.kind, skills.number(service.skill)] = whole
    return every


_Wanted = dict[tuple[int, int], list[Segment]]


def _wanted(inputs: Inputs, reach: Reach) -> _Wanted:
    """Return the weekly pattern of every pool, by facility index and skill."""
    numbers = reach.facilities["facility"]
    facilities = inputs.facilities_in_reach.set_index("facility").loc[numbers].reset_index()
    beds = staffed_beds(facilities, inputs.kinds.set_index("kind"))
    kinds = {kind.kind: kind for kind in rows(inputs.kinds)}
    services: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for service in rows(inputs.services):
        services[service.kind].append(service)
    skills = Skills.of(inputs)
    calendars = {kind.calendar: opening(inputs, kind.calendar) for kind in kinds.values()}
    found: _Wanted = {}
    for index, facility in enumerate(rows(facilities)):
        pools = _facility_pools(
            facility,
            services[facility.kind],
            skills,
            beds[index],
            float(reach.slice[index]),
            calendars[kinds[facility.kind].calendar],
        )
        found |= {(index, skill): pattern for skill, pattern in pools.items()}
    return found


def build_resources(epochs: Sequence[Inputs], reach: Reach) -> list[Resources]:
    """Turn staff and beds into pools, for every epoch.

    All epochs have the same pools. A ward that has no beds in one of them keeps its number there, without
    servers, and is not offered to patients.

    Parameters
    ----------
    epochs : sequence of Inputs
    reach : Reach
        The facilities; their rows in the inputs are found by facility number.
    """
    wanted = [_wanted(inputs, reach) for inputs in epochs]
    skills = Skills.of(epochs[0])
    keys = sorted({key for found in wanted for key in found})
    kinds = list(epochs[0].kinds["kind"])
    # Nobody waits where nobody else is simulated: no picture of the kind.
    waits_of = [
        kinds.index(kind) if part > 0.0 else len(kinds)
        for kind, part in zip(reach.facilities["kind"], reach.slice, strict=True)
    ]
    made = []
    for inputs, found in zip(epochs, wanted, strict=True):
        builder, rows = PoolsBuilder(), []
        every = served_every(inputs)
        places = [NONE] * (len(waits_of) * len(skills.names))
        for index, skill in keys:
            pattern = found.get((index, skill), [(0, 0, 0)])
            most = max(servers for _, servers, _ in pattern)
            row = wait_row(waits_of[index], skill, len(skills.names))
            kind = reach.facilities["kind"].iloc[index]
            pool = builder.add(pattern, wait_row=row, served_every=every.get((kind, skill), 0))
            if most > 0 or skill == skills.first("doctor"):
                places[index * len(skills.names) + skill] = pool
            rows.append((index, skill, most))
        table = pd.DataFrame(rows, columns=["facility", "skill", "servers"])
        made.append(Resources(builder.build(), places, table))
    return made
