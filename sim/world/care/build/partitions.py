"""Which parts of a region can run side by side: counties, then what several of them share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.frames import rows
from sim.glossary import TIERS
from sim.world.care.build.people import STREAMS_PER_PLACE
from sim.world.care.world import CITY, COUNTY
from sim.world.fields import Ints
from sim.world.partitions import Partition

Home = tuple[int, ...]
"""The counties of a run that a facility stands for, as indices in order: one, those of a prefecture, or all.

All, too, where it stands for none of them: hospitals of neighbours that are not simulated themselves.
"""
SHORTEST_WINDOW = 30.0
"""Minutes. Partitions that had to wait for each other more often than this would cost more than they save."""


def homes_of(facilities: pd.DataFrame, counties: Ints, hospitals_in: Ints) -> list[Home]:
    """Return the home of every facility, whoever can reach it.

    Parameters
    ----------
    facilities : DataFrame
        With columns ``tier``, ``county`` and ``prefecture``.
    counties : Ints
        (counties,) codes of the run's counties.
    hospitals_in : Ints
        (counties,) the prefecture whose city hospitals serve each of them.
    """
    number = {int(code): index for index, code in enumerate(counties)}
    everywhere = tuple(range(counties.size))
    homes: list[Home] = []
    for facility in rows(facilities):
        tier = TIERS.index(facility.tier)
        if tier <= COUNTY and int(facility.county) in number:
            homes.append((number[int(facility.county)],))
            continue
        served: Home = ()
        if tier == CITY:
            served = tuple(np.flatnonzero(hospitals_in == facility.prefecture).tolist())
        # A city's hospital is above every county, also above one of another city that reaches it.
        homes.append(served if len(served) > 1 else everywhere)
    return homes


def order_of(homes: Sequence[Home]) -> Ints:
    """Return the order of facilities in which those of one partition stand together."""
    keys = [(len(counties), counties, index) for index, counties in enumerate(homes)]
    return np.asarray([index for _, _, index in sorted(keys)], dtype=np.int64)


def _levels(groups: Sequence[Home]) -> dict[Home, int]:
    """Return the level of each group: above all groups that are part of it.

    The way to a level above may take any time; every other way to another group takes a window.
    """
    levels: dict[Home, int] = {}
    for group in sorted(groups, key=len):
        below = [level for other, level in levels.items() if set(other) < set(group)]
        levels[group] = 1 + max(below, default=-1)
    return levels


def build_partitions(
    homes: Sequence[Home], pool_facility: Ints, place_county: Ints
) -> tuple[Partition, ...]:
    """Return the partitions of a run: one per county, one per group of counties that facilities stand for.

    Parameters
    ----------
    homes : sequence of tuple of int
        By facility, in an order in which equal ones stand together.
    pool_facility : Ints
        (pools,) facility of each pool, sorted.
    place_county : Ints
        (places,) county of each place, sorted.
    """
    counties = sorted(set(place_county.tolist()))
    groups = list(dict.fromkeys([*((county,) for county in counties), *homes]))
    levels, number = _levels(groups), {group: index for index, group in enumerate(groups)}
    pool_group = np.asarray([number[homes[facility]] for facility in pool_facility])
    made = []
    for index, group in enumerate(groups):
        pools = np.flatnonzero(pool_group == index)
        if len(pools) and pools[-1] - pools[0] + 1 != len(pools):
            raise ValueError(f"the pools of the counties {group} do not stand together")
        places = np.flatnonzero((place_county == group[0]) & (len(group) == 1))
        first_pool = int(pools[0]) if len(pools) else 0
        first_place = int(places[0]) if len(places) else 0
        made.append(
            Partition(
                level=levels[group],
                first_stream=first_place * STREAMS_PER_PLACE,
                streams=len(places) * STREAMS_PER_PLACE,
                first_pool=first_pool,
                pools=len(pools),
            )
        )
    return tuple(made)
