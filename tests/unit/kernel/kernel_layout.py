"""A layout to test access with, and kernels that use it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kernel import open_kernel
from sim.lookup import adder, column_adder, column_reader, column_writer, reader, writer
from sim.memory import record
from sim.world.fields import Ints, Reals

TRIPLE = np.dtype([("left", "f8"), ("middle", "f8"), ("right", "f8")])
MIXED = record(short="i1", bit="u1", half="i2", word="i4", weight="f8", pair="u2", next="i2")


@dataclass
class Shelf:
    counts: Ints
    sizes: Reals
    """Rows, each a TRIPLE."""
    rows: Ints
    """Rows, each a MIXED."""
    last: Ints


_count = reader(Shelf, "counts")
_set_count = writer(Shelf, "counts")
_add_count = adder(Shelf, "counts")
_size = reader(Shelf, "sizes")
_add_size = adder(Shelf, "sizes")
_last = reader(Shelf, "last")
_middle = column_reader(Shelf, "sizes", TRIPLE, "middle")
_set_middle = column_writer(Shelf, "sizes", TRIPLE, "middle")
_short = column_reader(Shelf, "rows", MIXED, "short")
_bit = column_reader(Shelf, "rows", MIXED, "bit")
_half = column_reader(Shelf, "rows", MIXED, "half")
_word = column_reader(Shelf, "rows", MIXED, "word")
_weight = column_reader(Shelf, "rows", MIXED, "weight")
_set_short = column_writer(Shelf, "rows", MIXED, "short")
_set_bit = column_writer(Shelf, "rows", MIXED, "bit")
_set_half = column_writer(Shelf, "rows", MIXED, "half")
_set_word = column_writer(Shelf, "rows", MIXED, "word")
_set_weight = column_writer(Shelf, "rows", MIXED, "weight")
_cell = reader(Shelf, "rows")
_set_cell = writer(Shelf, "rows")
_pair = column_reader(Shelf, "rows", MIXED, "pair")
_next = column_reader(Shelf, "rows", MIXED, "next")
_add_pair = column_adder(Shelf, "rows", MIXED, "pair")
_add_next = column_adder(Shelf, "rows", MIXED, "next")
_add_weight = column_adder(Shelf, "rows", MIXED, "weight")


@open_kernel
def count_at(shelf: int, index: int) -> int:
    return _count(shelf, index)


@open_kernel
def last_at(shelf: int, index: int) -> int:
    return _last(shelf, index)


@open_kernel
def size_at(shelf: int, index: int) -> float:
    return _size(shelf, index)


@open_kernel
def middle_of(shelf: int, row: int) -> float:
    return _middle(shelf, row)


@open_kernel
def put_count(shelf: int, index: int, value: int) -> None:
    _set_count(shelf, index, value)


@open_kernel
def more_count(shelf: int, index: int, value: int) -> None:
    _add_count(shelf, index, value)


@open_kernel
def more_size(shelf: int, index: int, value: float) -> None:
    _add_size(shelf, index, value)


@open_kernel
def put_middle(shelf: int, row: int, value: float) -> None:
    _set_middle(shelf, row, value)


@open_kernel
def row_of(shelf: int, row: int) -> tuple[int, int, int, int, float]:
    return (
        _short(shelf, row),
        _bit(shelf, row),
        _half(shelf, row),
        _word(shelf, row),
        _weight(shelf, row),
    )


@open_kernel
def put_row(
    shelf: int, row: int, short: int, bit: int, half: int, word: int, weight: float
) -> None:
    _set_short(shelf, row, short)
    _set_bit(shelf, row, bit)
    _set_half(shelf, row, half)
    _set_word(shelf, row, word)
    _set_weight(shelf, row, weight)


@open_kernel
def add_to_row(shelf: int, row: int, pair: int, following: int, weight: float) -> None:
    _add_pair(shelf, row, pair)
    _add_next(shelf, row, following)
    _add_weight(shelf, row, weight)


@open_kernel
def columns_and_cells(shelf: int, weight_cell: int) -> tuple[float, int, float]:
    """Write and read the weight of row 0 in turn, as a column and as a cell of the field."""
    _set_weight(shelf, 0, 1.0)
    before = _weight(shelf, 0)
    bits = _cell(shelf, weight_cell)
    _set_cell(shelf, weight_cell, 0)
    return before, bits, _weight(shelf, 0)
