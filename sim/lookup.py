"""How compiled functions see arrays: through the address of a table of addresses.

Kernels never receive an array: a World is one integer, the address of a table with one ``(address, length)``
pair per field, and `reader`, `writer` and `adder` make the functions that look into it. What kernels write
to must not share memory with a field of another name::

    facility_tier = reader(CareWorld, "facility_tier")
    tier = facility_tier(w, f)

A field may also be made of records, rows of columns of different sizes (`sim.memory.record`), of which
`columns` and its like read, write and add to one. Lengths always count numbers of eight bytes.

So a call from Python costs well under a microsecond however many arrays a World has, compiled code
counts no references, and adding a field changes no signature.

Environment
-----------
SIM_CHECK_BOUNDS=1
    Every look-up checks its index and raises ``IndexError`` (tests use it).
"""

from __future__ import annotations

import copy
import ctypes
import dataclasses
import functools
import os
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from sim.kernel import kernel

CHECK_BOUNDS = os.environ.get("SIM_CHECK_BOUNDS", "") not in ("", "0")
_LONG = 8
"""Bytes of a number in a field."""


def _in_memory_of(names: tuple[str, ...], builder: Any, access: Any) -> Any:
    """Tell the compiler that a load or store touches the memory of this name and no other.

    Every field is an array of its own, and every column of a record its own part of one. Without knowing that,
    the compiler would have to look up addresses, and whatever it read before, again after every store.
    What touches a whole field may touch every column of it; a field must be seen through one record only.

    Parameters
    ----------
    names : tuple of str
        A field, or a field and a column, which is a part of the field's memory.
    """
    zero = ir.Constant(ir.IntType(64), 0)
    memory = builder.module.add_metadata(["fields"])
    for depth in range(len(names)):
        memory = builder.module.add_metadata([".".join(names[: depth + 1]), memory, zero])
    access.set_metadata("tbaa", builder.module.add_metadata([memory, memory, zero]))
    return access


def _load_from_table(builder: Any, table: Any, cell: int) -> Any:
    """Generate the look-up of an address or a length in the table of a layout."""
    number = ir.IntType(64)
    start = builder.inttoptr(table, ir.PointerType(number))
    pointer = builder.gep(start, [ir.Constant(number, cell)])
    return _in_memory_of(("address table",), builder, builder.load(pointer))


def _plainly_from_table(table: int, cell: int) -> int:
    """Look up an address or a length, for interpreted runs."""
    return ctypes.c_int64.from_address(int(table) + _LONG * cell).value


@dataclasses.dataclass(frozen=True)
class _Cell:
    """Where a look-up goes: `offset` bytes into piece `index`, of `stride` bytes, of the field at a slot."""

    names: tuple[str, ...]
    slot: int
    kind: np.dtype[Any]
    stride: int
    offset: int = 0

    @property
    def type(self) -> Any:
        """What kernels see: whole numbers of any size as 64-bit ones."""
        return types.float64 if self.kind.kind == "f" else types.int64

    @property
    def stored(self) -> Any:
        """What lies in memory."""
        return ir.DoubleType() if self.kind.kind == "f" else ir.IntType(8 * self.kind.itemsize)

    def pointer(self, context: Any, builder: Any, signature: Any, values: Any) -> Any:
        """Generate the pointer to the cell; arguments (table, index, ...)."""
        table, index = (
            context.cast(builder, value, kind, types.int64)
            for value, kind in zip(values[:2], signature.args[:2], strict=True)
        )
        number = ir.IntType(64)
        place = builder.mul(index, ir.Constant(number, self.stride))
        place = builder.add(place, ir.Constant(number, self.offset))
        array = _load_from_table(builder, table, 2 * self.slot)
        start = builder.inttoptr(array, ir.PointerType(ir.IntType(8)))
        return builder.bitcast(builder.gep(start, [place]), ir.PointerType(self.stored))

    def read(self, builder: Any, pointer: Any) -> Any:
        """Generate the load, which makes a short whole number long."""
        value = _in_memory_of(self.names, builder, builder.load(pointer))
        if self.kind.itemsize == _LONG:
            return value
        widen = builder.zext if self.kind.kind == "u" else builder.sext
        return widen(value, ir.IntType(64))

    def write(self, builder: Any, pointer: Any, value: Any) -> None:
        """Generate the store, which makes a long whole number short."""
        if self.kind.itemsize < _LONG:
            value = builder.trunc(value, self.stored)
        _in_memory_of(self.names, builder, builder.store(value, pointer))

    def plain(self, table: int, index: int) -> Any:
        """Return the cell as a C variable, for interpreted runs."""
        array = _plainly_from_table(table, 2 * self.slot)
        kind = np.ctypeslib.as_ctypes_type(self.kind)
        return kind.from_address(array + int(index) * self.stride + self.offset)


def _load(cell: _Cell) -> Callable[[int, int], Any]:
    """Make the look-up of a cell as an instruction, not as a function that must be compiled."""
    if numba.config.DISABLE_JIT:
        return lambda table, index: cell.plain(table, index).value

    def load(_context: Any, table: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return cell.read(builder, cell.pointer(context, builder, signature, values))

        return cell.type(table, index), generate

    made: Callable[[int, int], Any] = intrinsic(load)
    return made


def _store(cell: _Cell, add: bool = False) -> Callable[[int, int, Any], None]:
    """Make the instruction that sets a cell, or adds to it."""
    if numba.config.DISABLE_JIT:

        def store_plainly(table: int, index: int, value: Any) -> None:
            place = cell.plain(table, index)
            place.value = place.value + value if add else value

        return store_plainly

    def store(_context: Any, table: Any, index: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            pointer = cell.pointer(context, builder, signature, values)
            new = context.cast(builder, values[2], signature.args[2], cell.type)
            if add:
                plus = builder.fadd if cell.type is types.float64 else builder.add
                new = plus(cell.read(builder, pointer), new)
            cell.write(builder, pointer, new)
            return context.get_dummy_value()

        return types.void(table, index, value), generate

    made: Callable[[int, int, Any], None] = intrinsic(store)
    return made


def field_names(layout: type) -> list[str]:
    """Return the array fields of a layout (a dataclass), in table order."""
    return [field.name for field in dataclasses.fields(layout)]


@functools.cache
def _array_kinds(layout: type[Any]) -> tuple[tuple[str, np.dtype[Any]], ...]:
    """Return the array fields of a layout and the kind of their numbers, in table order."""
    return tuple(
        (name, np.dtype(np.float64 if _slot_and_kind(layout, name)[1] else np.int64))
        for name in field_names(layout)
    )


def _slot_and_kind(layout: type, name: str) -> tuple[int, bool]:
    slot = field_names(layout).index(name)
    # Not from the annotations: a layout may begin with the fields of another one.
    kind = dataclasses.fields(layout)[slot].type
    if kind not in ("Reals", "Ints"):
        raise TypeError(f"{layout.__name__}.{name} must be annotated Reals or Ints, not {kind}")
    return slot, kind == "Reals"


def _length(slot: int) -> Callable[[int], int]:
    """Return a kernel that gives how many 8-byte numbers the field at a slot has."""
    if numba.config.DISABLE_JIT:
        return lambda table: _plainly_from_table(table, 2 * slot + 1)

    def length(_context: Any, table: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return _load_from_table(builder, values[0], 2 * slot + 1)

        return types.int64(table), generate

    made: Callable[[int], int] = intrinsic(length)
    return made


def _bounds(cell: _Cell) -> Callable[[int, int], int]:
    """Return a kernel that gives back an index, or raises when it lies outside the field."""
    length, stride, offset = _length(cell.slot), cell.stride, cell.offset

    @kernel
    def checked(table: int, index: int) -> int:
        place = index * stride + offset
        if place < 0 or place >= length(table) * _LONG:
            raise IndexError("a kernel looked outside a field")
        return index + 0

    return checked


def _reading(cell: _Cell) -> Callable[[int, int], Any]:
    load = _load(cell)
    if not CHECK_BOUNDS:
        return load
    checked = _bounds(cell)

    @kernel
    def read(table: int, index: int) -> Any:
        return load(table, checked(table, index))

    return read


def _writing(cell: _Cell, add: bool = False) -> Callable[[int, int, Any], None]:
    store = _store(cell, add)
    if not CHECK_BOUNDS:
        return store
    checked = _bounds(cell)

    @kernel
    def write(table: int, index: int, value: Any) -> None:
        store(table, checked(table, index), value)

    return write


def _whole_field(layout: type, name: str) -> _Cell:
    slot, real = _slot_and_kind(layout, name)
    return _Cell((name,), slot, np.dtype(np.float64 if real else np.int64), _LONG)


def reader(layout: type, name: str) -> Callable[[int, int], Any]:
    """Return a kernel ``(table, index) -> value`` for one field of a layout."""
    return _reading(_whole_field(layout, name))


def writer(layout: type, name: str) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, index, value)`` that sets one cell of a field."""
    return _writing(_whole_field(layout, name))


def adder(layout: type, name: str) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, index, amount)`` that adds to one cell of a field."""
    return _writing(_whole_field(layout, name), add=True)


def _column(layout: type, name: str, record: np.dtype[np.void], column: str) -> _Cell:
    assert record.fields is not None
    kind, offset = record.fields[column][:2]
    if kind.kind not in "iuf" or (kind.kind == "f" and kind.itemsize != _LONG):
        raise TypeError(
            f"column '{column}' must hold whole numbers or 8-byte real ones, not {kind}"
        )
    slot, _ = _slot_and_kind(layout, name)
    return _Cell((name, column), slot, kind, record.itemsize, offset)


def column_reader(
    layout: type, name: str, record: np.dtype[np.void], column: str
) -> Callable[[int, int], Any]:
    """Return a kernel ``(table, row) -> value`` for one column of a field that is made of records.

    Parameters
    ----------
    record : dtype
        A row; see `sim.memory.record`. What it says of a column holds, whatever the field is annotated as.
    column : str
        Name of a column of 8-byte real numbers, or of whole ones of 1 to 8 bytes.
    """
    return _reading(_column(layout, name, record, column))


def column_writer(
    layout: type, name: str, record: np.dtype[np.void], column: str
) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, row, value)`` for one column; see `column_reader`."""
    return _writing(_column(layout, name, record, column))


def column_adder(
    layout: type, name: str, record: np.dtype[np.void], column: str
) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, row, amount)`` that adds to one column; see `column_reader`."""
    return _writing(_column(layout, name, record, column), add=True)


def columns(
    layout: type, name: str, record: np.dtype[np.void]
) -> Callable[[str], tuple[Callable[[int, int], Any], Callable[[int, int, Any], None]]]:
    """Return what gives, for the name of a column, how it is read and how it is written."""

    def column(wanted: str) -> tuple[Callable[[int, int], Any], Callable[[int, int, Any], None]]:
        return (
            column_reader(layout, name, record, wanted),
            column_writer(layout, name, record, wanted),
        )

    return column


def first_not_below(read: Callable[[int, int], Any]) -> Callable[[int, int, int, float], int]:
    """Return a kernel ``(table, low, high, value) -> index`` that bisects sorted cells.

    The index is of the first cell from `low` on, and before `high`, that is not below the value; `high`
    if there is none.

    Parameters
    ----------
    read : callable
        Made by `reader`.
    """

    @kernel
    def find(table: int, low: int, high: int, value: float) -> int:
        while low < high:
            middle = (low + high) // 2
            if read(table, middle) < value:
                low = middle + 1
            else:
                high = middle
        return low

    found: Callable[[int, int, int, float], int] = find
    return found


class AddressTable:
    """The addresses of a layout's arrays, as kernels see them.

    Parameters
    ----------
    arrays : dataclass instance
        Every field a C-contiguous array of int64 or float64, as annotated (`Ints`, `Reals`).

    Attributes
    ----------
    address : int
        What kernels receive. It stays valid as long as this object lives, also after `refresh`.
    """

    def __init__(self, arrays: Any) -> None:
        self._arrays = arrays
        fields = len(field_names(type(arrays)))
        self._known: list[Any] = [None] * fields
        self._table = np.zeros(2 * fields, dtype=np.int64)
        self.address = int(self._table.ctypes.data)
        self.refresh()

    def __deepcopy__(self, memo: dict[int, Any]) -> AddressTable:
        """Return the table of a copy of the arrays: addresses are never copied."""
        return AddressTable(copy.deepcopy(self._arrays, memo))

    def refresh(self) -> None:
        """Read the addresses again, after a field was replaced by a larger array."""
        layout = type(self._arrays)
        for slot, (name, kind) in enumerate(_array_kinds(layout)):  # type: ignore[arg-type]
            array = getattr(self._arrays, name)
            # Most are as they were: only rows for patients grow.
            if array is self._known[slot]:
                continue
            if array.dtype != kind or not array.flags.c_contiguous:
                raise TypeError(f"{layout.__name__}.{name} must be a contiguous {kind} array")
            self._known[slot] = array
            self._table[2 * slot] = array.ctypes.data
            self._table[2 * slot + 1] = array.size
