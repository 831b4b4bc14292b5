"""Bisection of sorted cells, against NumPy's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel import open_kernel
from sim.lookup import AddressTable, first_not_below, reader
from sim.world.fields import Reals, reals


@dataclass
class Row:
    cells: Reals


_find = first_not_below(reader(Row, "cells"))


@open_kernel
def find(table: int, low: int, high: int, value: float) -> int:
    return _find(table, low, high, value)


@given(
    cells=st.lists(st.integers(0, 6).map(float), min_size=1, max_size=30).map(sorted),
    ends=st.tuples(st.integers(0, 30), st.integers(0, 30)),
    value=st.integers(-1, 7).map(float),
)
def test_bisection_is_numpys(cells: list[float], ends: tuple[int, int], value: float) -> None:
    low, high = sorted(min(end, len(cells)) for end in ends)
    row = Row(reals(cells))
    table = AddressTable(row)
    expected = low + int(np.searchsorted(row.cells[low:high], value, side="left"))
    assert find(table.address, low, high, value) == expected
