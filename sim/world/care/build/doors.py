"""When the doors of facilities are open: the calendars of their kinds, as the pathway looks them up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from sim.scenario.care.inputs import Inputs
from sim.time_units import MINUTES_PER_WEEK
from sim.world.care.build.resources import opening
from sim.world.care.build.skills import Skills
from sim.world.care.world import NONE, QUARTER_MIN, QUARTERS
from sim.world.fields import Ints, ints, reals
from sim.world.pools import Pools

Opening = Sequence[tuple[int, float]]
"""``(minute of the week, share of the doctors on duty)``, from Monday 00:00 on."""


def _stretches(hours: Opening) -> list[tuple[float, bool]]:
    """Return the stretches of a week and a bit more, as (end in minutes of the week, whether open).

    Two of the following week come after the last one: so from any minute of the week the end of the present
    stretch, and of the next, can be read without going back to Monday.
    """
    changes = [(minute, share > 0.0) for minute, share in hours]
    starts = [next(group) for _, group in groupby(changes, key=lambda change: change[1])]
    if len(starts) == 1:
        return [(np.inf, starts[0][1])]
    again = [
        (minute + week * MINUTES_PER_WEEK, is_open)
        for week in range(3)
        for minute, is_open in starts
    ]
    if starts[0][1] == starts[-1][1]:
        # What is so on Sunday night goes on on Monday morning: no change.
        again = [change for change in again if change[0] == 0 or change[0] % MINUTES_PER_WEEK]
    ends = [minute for minute, _ in again[1:]]
    last = next(number for number, end in enumerate(ends) if end >= MINUTES_PER_WEEK)
    return [(end, again[number][1]) for number, end in enumerate(ends[: last + 3])]


def door_fields(calendars: Sequence[Opening]) -> dict[str, Any]:
    """Return the stretches in which calendars are open or closed, and where to begin to look.

    Parameters
    ----------
    calendars : sequence of Opening
    """
    ends: list[float] = []
    are_open: list[bool] = []
    guide: list[int] = []
    for hours in calendars:
        first, stretches = len(ends), _stretches(hours)
        ends += [end for end, _ in stretches]
        are_open += [is_open for _, is_open in stretches]
        quarters = np.arange(QUARTERS) * QUARTER_MIN
        guide += (first + np.searchsorted(ends[first:], quarters, side="right")).tolist()
    return {"door_end": reals(ends), "door_open": ints(are_open), "door_guide": ints(guide)}


def night_duty(doctor_pool: Ints, pools: Pools) -> Ints:
    """Return of every facility 1 if there are doctors at all hours of the week, else 0.

    Parameters
    ----------
    doctor_pool : array
        Pools of its departments, or NONE, (facilities, skills of doctors).
    pools : Pools
    """
    least = np.minimum.reduceat(pools.segment_servers, pools.pattern_start[:-1])
    at_all_hours = (doctor_pool != NONE) & (least[pools.pattern[doctor_pool]] > 0)
    return ints(at_all_hours.any(axis=1))


def calendar_fields(
    inputs: Inputs, facilities: pd.DataFrame, facility_pool: Sequence[int], pools: Pools
) -> dict[str, Any]:
    """Return when the facilities of an epoch are open."""
    names = sorted(set(inputs.kinds["calendar"]))
    skills = Skills.of(inputs)
    pool = np.reshape(facility_pool, (-1, len(skills.names)))
    of_kind = inputs.kinds.set_index("kind")["calendar"].map(names.index)
    return {
        "facility_calendar": ints(of_kind.loc[facilities["kind"]]),
        "night_duty": night_duty(pool[:, skills.with_role("doctor")], pools),
        **door_fields([opening(inputs, name) for name in names]),
    }
