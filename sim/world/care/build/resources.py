"""Pools of a region: doctors by the hour, exam rooms, staffed beds by ward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.frames import rows
from sim.glossary import TIERS
from sim.region.apportion import apportion
from sim.scenario.care.inputs import Inputs
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.build.reach import Reach
from sim.world.care.world import NONE, OUTSIDE, PoolKind, Priority
from sim.world.fields import Reals
from sim.world.pools import UNLIMITED, Pools, PoolsBuilder, Segment

_WARDS = {
    PoolKind.WARD_GENERAL: "ward_general",
    PoolKind.WARD_MATERNAL_CHILD: "ward_maternal_child",
    PoolKind.STEP_DOWN: "ward_step_down",
}
GROUPS = len(Priority)
WAIT_ROWS = len(TIERS) * len(PoolKind) * GROUPS


def wait_row(tier: int, kind: int) -> int:
    """Return the first row of a tier's and pool kind's waits in the histogram."""
    return (tier * len(PoolKind) + kind) * GROUPS


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


def _on_duty(persons: float, share: float) -> int:
    """Return whole servers: none for no persons or no share, else at least one."""
    if persons <= 0.0 or share <= 0.0:
        return 0
    return max(1, round(persons * share))


def duty_segments(
    hours: list[tuple[int, float]], persons: float, open_share: float, night_share: float
) -> list[Segment]:
    """Return the weekly pattern of a pool of persons: shares by opening hours, a duty at night."""
    night = _on_duty(persons, night_share)
    return [
        (minute, max(night, _on_duty(persons, open_share * share)) if share > 0.0 else night, 0)
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
        [f, PoolKind] pool number or NONE.
    table : DataFrame
        Row per pool: ``facility`` (index), ``pool_kind``, ``servers`` (beds, or most doctors on duty).
    """

    pools: Pools
    facility_pool: list[int]
    table: pd.DataFrame


def _facility_pools(
    facility: Any, kind: Any, beds: float, part: float, hours: list[tuple[int, float]]
) -> dict[PoolKind, list[Segment]]:
    """Return the weekly patterns of one facility's pools."""
    always = [(0, UNLIMITED, 0)]
    if facility.tier == "outside":
        return {PoolKind.DOCTOR: always, PoolKind.WARD_GENERAL: always}
    if part <= 0.0:
        # Who fills it is not simulated.
        wards = [ward for ward, share in _WARDS.items() if getattr(kind, share) > 0.0]
        open_wards = [w for w in wards if w != PoolKind.STEP_DOWN and beds > 0.0]
        return dict.fromkeys([PoolKind.DOCTOR, PoolKind.EXAM, *open_wards], always)
    doctors = (facility.physicians + facility.village_doctors) * part
    pools = {
        PoolKind.DOCTOR: duty_segments(hours, doctors, kind.outpatient_share, kind.night_share)
    }
    rooms = facility.physicians * part * kind.exam_servers_per_100_physicians / 100.0
    if kind.exam_servers_per_100_physicians > 0.0 and facility.physicians > 0:
        night = kind.exam_night_share if kind.night_share > 0.0 else 0.0
        pools[PoolKind.EXAM] = duty_segments(hours, max(rooms, 1.0), 1.0, night)
    whole = beds if part >= 1.0 else max(beds * part, 1.0 if beds > 0 else 0.0)
    # Beds stated to be for step-down, as far as there is staff for them; the rest by the kind's shares.
    stated = int(whole * facility.step_down_beds / facility.beds + 1e-9) if facility.beds else 0
    parts = split_beds(whole - stated, [getattr(kind, column) for column in _WARDS.values()])
    parts[list(_WARDS).index(PoolKind.STEP_DOWN)] += stated
    for ward, number in zip(_WARDS, parts, strict=True):
        if number > 0:
            pools[ward] = [(0, number, 0)]
    return pools


_Key = tuple[int, PoolKind]
_Wanted = dict[_Key, list[Segment]]


def _wanted(inputs: Inputs, reach: Reach) -> _Wanted:
    """Return the weekly pattern of every pool, by facility index and pool kind."""
    numbers = reach.facilities["facility"]
    facilities = inputs.facilities_in_reach.set_index("facility").loc[numbers].reset_index()
    beds = staffed_beds(facilities, inputs.kinds.set_index("kind"))
    kinds = {kind.kind: kind for kind in rows(inputs.kinds)}
    calendars = {kind.calendar: opening(inputs, kind.calendar) for kind in kinds.values()}
    found: _Wanted = {}
    for index, facility in enumerate(rows(facilities)):
        kind = kinds[facility.kind]
        hours = calendars[kind.calendar]
        part = float(reach.slice[index])
        for pool_kind, pattern in _facility_pools(facility, kind, beds[index], part, hours).items():
            found[index, pool_kind] = pattern
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
    keys = sorted({key for found in wanted for key in found})
    tiers = [TIERS.index(tier) for tier in reach.facilities["tier"]]
    # Nobody waits where nobody else is simulated: no picture of the tier.
    waits_of = [t if part > 0.0 else OUTSIDE for t, part in zip(tiers, reach.slice, strict=True)]
    made = []
    for found in wanted:
        builder, rows = PoolsBuilder(), []
        places = [NONE] * (len(tiers) * len(PoolKind))
        for index, kind in keys:
            pattern = found.get((index, kind), [(0, 0, 0)])
            most = max(servers for _, servers, _ in pattern)
            pool = builder.add(pattern, wait_row=wait_row(waits_of[index], kind))
            if most > 0 or kind == PoolKind.DOCTOR:
                places[index * len(PoolKind) + kind] = pool
            rows.append((index, int(kind), most))
        table = pd.DataFrame(rows, columns=["facility", "pool_kind", "servers"])
        made.append(Resources(builder.build(), places, table))
    return made
