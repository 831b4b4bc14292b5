"""Segments of a pool's week begin at their minute, not before it and not after."""

from __future__ import annotations

import math

import pytest

from sim.lookup import AddressTable
from sim.time_units import MINUTES_PER_WEEK
from sim.world.pools import UNLIMITED, PoolsBuilder, minutes_to_next_segment, segment_at

WEEK = float(MINUTES_PER_WEEK)


@pytest.fixture(scope="module")
def table() -> AddressTable:
    builder = PoolsBuilder()
    builder.add([(0, UNLIMITED, 0)], wait_row=0)
    builder.add([(0, 0, 0), (480, 2, 0), (1020, 0, 0)], wait_row=1)
    return AddressTable(builder.build())


@pytest.mark.parametrize(
    ("minute", "segment", "lasts"),
    [
        (0.0, 1, 480.0),
        (479.5, 1, 0.5),
        (480.0, 2, 540.0),
        (480.5, 2, 539.5),
        (1020.0, 3, WEEK - 1020.0),
        (WEEK - 0.5, 3, 0.5),
    ],
)
def test_a_segment_holds_from_its_minute_on(
    table: AddressTable, minute: float, segment: int, lasts: float
) -> None:
    assert segment_at(table.address, 1, minute) == segment
    assert minutes_to_next_segment(table.address, 1, minute) == lasts


def test_a_pattern_of_one_segment_lasts_for_ever(table: AddressTable) -> None:
    assert segment_at(table.address, 0, 1234.5) == 0
    assert minutes_to_next_segment(table.address, 0, 1234.5) == math.inf
