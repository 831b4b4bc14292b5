"""A layout to test access with, and kernels that use it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.kernel import adder, column_reader, column_writer, open_kernel, reader, writer
from sim.world.fields import Ints, Reals

WIDTH = 3


@dataclass
class Shelf:
    counts: Ints
    sizes: Reals
    """Rows of WIDTH columns."""
    last: Ints


_count = reader(Shelf, "counts")
_set_count = writer(Shelf, "counts")
_add_count = adder(Shelf, "counts")
_size = reader(Shelf, "sizes")
_add_size = adder(Shelf, "sizes")
_last = reader(Shelf, "last")
_middle = column_reader(Shelf, "sizes", WIDTH, 1)
_set_middle = column_writer(Shelf, "sizes", WIDTH, 1)
_weight = column_reader(Shelf, "counts", WIDTH, 2, real=True)
_set_weight = column_writer(Shelf, "counts", WIDTH, 2, real=True)


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
def weight_of(shelf: int, row: int) -> float:
    return _weight(shelf, row)


@open_kernel
def put_weight(shelf: int, row: int, value: float) -> None:
    _set_weight(shelf, row, value)
