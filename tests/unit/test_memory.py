"""Copies of arrays in lines and pages of their own hold what the arrays held."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.memory import aligned, compact, doubled, record, twin, with_twins
from sim.world.fields import Ints, Reals


@dataclass(frozen=True)
class Shelf:
    books: Ints
    prices: Reals
    shared: Ints


@pytest.mark.parametrize("size", [0, 1, 8, 9, 1000, 1 << 17])
@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_an_aligned_copy_has_its_own_lines(size: int, kind: type) -> None:
    values = np.arange(size).astype(kind)
    copy = aligned(values)
    assert copy.ctypes.data % 64 == 0 or size == 0
    assert copy.dtype == kind
    np.testing.assert_array_equal(copy, values)
    copy[:] = 0
    assert values.sum() == size * (size - 1) / 2


def test_columns_of_a_record_begin_at_multiples_of_their_sizes() -> None:
    row = record(small="i1", large="f8", medium="i2", unsigned="u4")
    sizes = {name: kind.itemsize for name, (kind, _) in row.fields.items()}
    assert sizes == {"small": 1, "large": 8, "medium": 2, "unsigned": 4}
    assert all(offset % kind.itemsize == 0 for kind, offset in row.fields.values())
    assert row.itemsize == 64
    assert record(**{f"c{number}": "f8" for number in range(9)}).itemsize == 128


def test_doubled_arrays_keep_their_contents() -> None:
    assert doubled(np.array([1, 2, 3])).tolist() == [1, 2, 3, 0, 0, 0]


def test_a_table_becomes_flat() -> None:
    assert aligned(np.ones((3, 4))).shape == (12,)


@pytest.mark.parametrize("size", [3, 1 << 17])
def test_a_compact_layout_holds_the_same_in_one_piece(size: int) -> None:
    old = Shelf(np.arange(size), np.linspace(0.0, 1.0, size), np.arange(4))
    new = compact(old, but=("shared",))
    np.testing.assert_array_equal(new.books, old.books)
    np.testing.assert_array_equal(new.prices, old.prices)
    assert new.shared is old.shared
    assert new.prices.ctypes.data - new.books.ctypes.data == -(-size * 8 // 64) * 64
    new.books[0] = 7
    new.prices[0] = 7.0
    assert (old.books[0], old.prices[0]) == (0, 0.0)
    assert (new.books[1], new.prices[-1]) == (1, 1.0)


@pytest.mark.parametrize("size", [0, 1, 9, 1 << 17])
def test_a_twin_has_the_same_bits_in_lines_of_its_own(size: int) -> None:
    for values in (np.arange(size), np.resize([0.0, -0.0, np.nan, 1.5], size)):
        copy = twin(values)
        assert copy.dtype == values.dtype
        assert copy.tobytes() == values.tobytes()
        assert copy.ctypes.data % 64 == 0 or size == 0
        assert not np.shares_memory(copy, values)


def test_twins_of_layouts_share_what_the_layouts_share() -> None:
    one = Shelf(np.arange(3), np.ones(2), np.arange(4))
    other = replace(one, books=np.arange(5))
    memo: dict[int, object] = {}
    first, second = with_twins(one, memo), with_twins(other, memo)
    assert first.shared is second.shared
    assert first.shared is not one.shared
    assert first.books is not second.books
    np.testing.assert_array_equal(second.books, other.books)
    assert with_twins(one, {}, ("prices",)).books is one.books
