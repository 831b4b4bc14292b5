"""Which facilities and places form a partition, and on which level."""

from __future__ import annotations

import numpy as np

from sim.world.care.build.partitions import build_partitions, order_of, sharers_of
from sim.world.care.build.people import STREAMS_PER_PLACE
from sim.world.partitions import Partition

# Places of counties 0, 0, 1, 2; facility 0 is everybody's, 1 of counties 0 and 1, the others of one.
_REACHED = {0: (0, 1, 2), 1: (0, 1), 2: (1,), 3: (0,), 4: (0,)}


def test_facilities_are_known_by_the_counties_that_reach_them() -> None:
    pairs = [(facility, county) for facility, known in _REACHED.items() for county in known]
    facility, county = np.array(pairs * 2)[::-1].T
    assert sharers_of(facility, county, len(_REACHED)) == list(_REACHED.values())


def test_equal_ones_stand_together_the_most_shared_last() -> None:
    order = order_of(list(_REACHED.values()))
    assert order.tolist() == [3, 4, 2, 1, 0]


def test_counties_are_below_what_they_share() -> None:
    sharers = [list(_REACHED.values())[index] for index in (3, 4, 2, 1, 0)]
    pool_facility = np.array([0, 0, 1, 2, 3, 3, 4])
    made = build_partitions(sharers, pool_facility, np.array([0, 0, 1, 2]))
    n = STREAMS_PER_PLACE
    assert made == (
        Partition(level=0, first_stream=0, streams=2 * n, first_pool=0, pools=3),
        Partition(level=0, first_stream=2 * n, streams=n, first_pool=3, pools=1),
        # A county without a facility of its own has patients all the same.
        Partition(level=0, first_stream=3 * n, streams=n, first_pool=0, pools=0),
        Partition(level=1, first_stream=0, streams=0, first_pool=4, pools=2),
        Partition(level=2, first_stream=0, streams=0, first_pool=6, pools=1),
    )


def test_one_county_is_one_partition() -> None:
    made = build_partitions([(0,), (0,)], np.array([0, 1]), np.array([0, 0]))
    assert made == (Partition(0, 0, 2 * STREAMS_PER_PLACE, 0, 2),)
