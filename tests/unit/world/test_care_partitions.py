"""Which facilities and places form a partition, and on which level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.world.care.build.partitions import build_partitions, homes_of, order_of
from sim.world.care.build.people import STREAMS_PER_PLACE
from sim.world.partitions import Partition

# Places of counties 0, 0, 1, 2; facility 0 is everybody's, 1 of counties 0 and 1, the others of one.
_HOMES = {0: (0, 1, 2), 1: (0, 1), 2: (1,), 3: (0,), 4: (0,)}


def test_facilities_stand_for_their_county_their_prefecture_or_everybody() -> None:
    facilities = pd.DataFrame(
        {
            "tier": ["province", "city", "county", "township", "village", "outside"],
            "county": [0, 0, 350201, 350101, 350101, 0],
            "prefecture": [0, 350100, 350200, 350100, 350100, 0],
        }
    )
    # The second county goes to the hospitals of the first one's city.
    counties, hospitals_in = np.array([350101, 350201, 350301]), np.array([350100, 350100, 350300])
    homes = homes_of(facilities, counties, hospitals_in)
    assert homes == [(0, 1, 2), (0, 1), (1,), (0,), (0,), (0, 1, 2)]


def test_equal_ones_stand_together_the_most_shared_last() -> None:
    order = order_of(list(_HOMES.values()))
    assert order.tolist() == [3, 4, 2, 1, 0]


def test_counties_are_below_what_they_share() -> None:
    homes = [list(_HOMES.values())[index] for index in (3, 4, 2, 1, 0)]
    pool_facility = np.array([0, 0, 1, 2, 3, 3, 4])
    made = build_partitions(homes, pool_facility, np.array([0, 0, 1, 2]))
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
