"""Kernels read, write and add to exactly the cell they name."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from kernel_layout import (
    MIXED,
    Shelf,
    add_to_row,
    columns_and_cells,
    count_at,
    last_at,
    middle_of,
    more_count,
    more_size,
    put_count,
    put_middle,
    put_row,
    row_of,
    size_at,
)

from sim.lookup import AddressTable, column_reader, field_names, reader
from sim.world.fields import ints, reals


@pytest.fixture
def shelf() -> Shelf:
    rows = np.zeros(2, MIXED).view(np.int64)
    return Shelf(ints([5, 6, 7]), reals(np.arange(6) + 0.5), rows, ints([-9]))


def test_readers_give_the_cell_of_their_own_field(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    assert [count_at(table.address, i) for i in range(3)] == [5, 6, 7]
    assert [size_at(table.address, i) for i in range(6)] == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert last_at(table.address, 0) == -9


def test_column_readers_step_over_whole_rows(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    assert [middle_of(table.address, row) for row in range(2)] == [1.5, 4.5]


def test_writers_change_one_cell_and_no_other(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    put_count(table.address, 1, 60)
    more_count(table.address, 2, -10)
    more_size(table.address, 5, 0.25)
    put_middle(table.address, 0, 9.0)
    assert shelf.counts.tolist() == [5, 60, -3]
    assert shelf.sizes.tolist() == [0.5, 9.0, 2.5, 3.5, 4.5, 5.75]
    assert shelf.last.tolist() == [-9]


@pytest.mark.parametrize(
    "row",
    [(-128, 255, -32768, -(2**31), -0.1), (127, 0, 32767, 2**31 - 1, 1e300), (-1, 1, -1, -1, 0.0)],
)
def test_a_record_holds_the_extremes_of_its_columns(
    shelf: Shelf, row: tuple[int, int, int, int, float]
) -> None:
    table = AddressTable(shelf)
    put_row(table.address, 1, *row)
    assert row_of(table.address, 1) == row
    assert shelf.rows.view(MIXED)[1].item()[:5] == row
    assert row_of(table.address, 0) == (0, 0, 0, 0, 0.0)


def test_column_adders_change_their_column_only(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    rows = shelf.rows.view(MIXED)
    rows["pair"], rows["next"] = 65_000, -5
    add_to_row(table.address, 1, 535, -6, 0.25)
    assert rows["pair"].tolist() == [65_000, 65_535]
    assert rows["next"].tolist() == [-5, -11]
    assert rows["weight"].tolist() == [0.0, 0.25]


def test_a_column_and_the_cell_it_lies_in_are_the_same_memory(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    _, offset = MIXED.fields["weight"][:2]
    one = int(np.float64(1.0).view(np.int64))
    assert columns_and_cells(table.address, offset // 8) == (1.0, one, 0.0)


def test_columns_of_other_kinds_are_refused() -> None:
    with pytest.raises(
        TypeError, match="column 'half' must hold whole numbers or 8-byte real ones"
    ):
        column_reader(Shelf, "rows", np.dtype([("half", "f4"), ("other", "i4")]), "half")


def test_whole_numbers_written_to_real_fields_become_real(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    put_middle(table.address, 1, 3)
    more_size(table.address, 0, 2)
    assert shelf.sizes[[4, 0]].tolist() == [3.0, 2.5]


def test_a_copied_table_shows_the_copied_arrays(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    copied_shelf, copied = copy.deepcopy([shelf, table])
    put_count(copied.address, 0, 50)
    assert (count_at(table.address, 0), count_at(copied.address, 0)) == (5, 50)
    assert copied_shelf.counts.tolist() == [50, 6, 7]


def test_a_refreshed_table_keeps_its_address_and_finds_the_larger_array(shelf: Shelf) -> None:
    table = AddressTable(shelf)
    address = table.address
    shelf.counts = ints(range(100))
    table.refresh()
    assert table.address == address
    assert count_at(address, 99) == 99


@pytest.mark.parametrize(
    "array", [np.zeros(3, dtype=np.int32), np.zeros(3), np.zeros(6, dtype=np.int64)[::2]]
)
def test_arrays_of_another_kind_are_refused(shelf: Shelf, array: np.ndarray) -> None:
    shelf.counts = array
    with pytest.raises(TypeError, match=r"Shelf\.counts must be a contiguous"):
        AddressTable(shelf)


def test_fields_must_say_what_they_hold() -> None:
    from dataclasses import make_dataclass

    untyped = make_dataclass("Untyped", [("things", "list")])
    with pytest.raises(TypeError, match=r"Untyped\.things must be annotated Reals or Ints"):
        reader(untyped, "things")


def test_fields_stand_in_the_order_of_the_layout() -> None:
    assert field_names(Shelf) == ["counts", "sizes", "rows", "last"]
