"""Which parts of a region can run side by side: counties, then what several of them share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sim.world.care.build.people import STREAMS_PER_PLACE
from sim.world.fields import Ints
from sim.world.partitions import Partition

Sharers = tuple[int, ...]
"""The counties whose people can reach a facility, as indices in order."""
SHORTEST_WINDOW = 60.0
"""Minutes. Partitions that had to wait for each other more often than this would cost more than they save."""


def sharers_of(facility: Ints, county: Ints, facilities: int) -> list[Sharers]:
    """Return for every facility the counties that reach it.

    Parameters
    ----------
    facility, county : Ints
        (items,) every facility within reach of a place, and the place's county.
    facilities : int
    """
    pairs = np.unique(np.stack([facility, county], axis=1), axis=0)
    ends = np.searchsorted(pairs[:, 0], np.arange(facilities + 1))
    return [tuple(pairs[first:end, 1].tolist()) for first, end in pairwise(ends)]


def order_of(sharers: Sequence[Sharers]) -> Ints:
    """Return the order of facilities in which those of one partition stand together."""
    keys = [(len(counties), counties, index) for index, counties in enumerate(sharers)]
    return np.asarray([index for _, _, index in sorted(keys)], dtype=np.int64)


def _levels(groups: Sequence[Sharers]) -> dict[Sharers, int]:
    """Return the level of each group: above all groups that are part of it.

    Patients go up and down between groups of which one is part of the other. Two that overlap otherwise would
    stand side by side, and the engine refuses to send a patient from one to the other.
    """
    levels: dict[Sharers, int] = {}
    for group in sorted(groups, key=len):
        below = [level for other, level in levels.items() if set(other) < set(group)]
        levels[group] = 1 + max(below, default=-1)
    return levels


def build_partitions(
    sharers: Sequence[Sharers], pool_facility: Ints, place_county: Ints
) -> tuple[Partition, ...]:
    """Return the partitions of a run: one per county, one per group of counties that share facilities.

    Parameters
    ----------
    sharers : sequence of tuple of int
        By facility, in an order in which equal ones stand together.
    pool_facility : Ints
        (pools,) facility of each pool, sorted.
    place_county : Ints
        (places,) county of each place, sorted.
    """
    counties = sorted(set(place_county.tolist()))
    groups = list(dict.fromkeys([*((county,) for county in counties), *sharers]))
    levels, number = _levels(groups), {group: index for index, group in enumerate(groups)}
    pool_group = np.asarray([number[sharers[facility]] for facility in pool_facility])
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
