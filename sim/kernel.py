"""How a function becomes machine code, and how it sees arrays.

Functions marked ``@kernel`` are plain scalar Python that Numba also compiles. They never receive an
array: a World is one integer, the address of a table with one ``(address, length)`` pair per field,
and `reader`, `writer` and `adder` make the functions that look into it. What kernels write
to must not share memory with a field of another name::

    facility_tier = reader(CareWorld, "facility_tier")
    tier = facility_tier(w, f)

So a call from Python costs well under a microsecond however many arrays a World has, compiled code
counts no references, and adding a field changes no signature.

Environment
-----------
NUMBA_DISABLE_JIT=1
    Run everything interpreted, to step through it (about a thousand times slower).
SIM_CHECK_BOUNDS=1
    Every look-up checks its index and raises ``IndexError`` (tests use it).
"""

from __future__ import annotations

import copy
import ctypes
import dataclasses
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
import platformdirs
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_Function = TypeVar("_Function", bound=Callable[..., Any])

CHECK_BOUNDS = os.environ.get("SIM_CHECK_BOUNDS", "") not in ("", "0")


def source_hash(folder: Path | None = None) -> str:
    """Return a hash of every Python source file of the package.

    Numba notices edits in a cached function's own file only, not in the files it calls; naming
    the cache folder by this hash makes a stale kernel impossible.
    """
    root = folder or Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _writable_cache() -> Path | None:
    """Return the folder for compiled code, or None where nothing can be written."""
    wanted = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(wanted) if wanted else Path(platformdirs.user_cache_dir("tiered-care-sim"))
    folder = root / source_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


CACHE_FOLDER = _writable_cache()
"""Where compiled code is kept; None when no folder can be written, then it is compiled anew."""

if CACHE_FOLDER is not None:
    numba.config.CACHE_DIR = str(CACHE_FOLDER)


def kernel(function: _Function) -> _Function:
    """Mark a scalar function that other kernels call; Python cannot (that saves compiling time)."""
    compiled: _Function = numba.njit(
        error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True
    )(function)
    return compiled


def open_kernel(function: _Function) -> _Function:
    """Mark a scalar function that kernels and Python call."""
    compiled: _Function = numba.njit(error_model="numpy", nogil=True)(function)
    return compiled


def entry_kernel(function: _Function) -> _Function:
    """Mark a kernel that Python calls directly; its machine code is kept on disk."""
    compiled: _Function = numba.njit(
        error_model="numpy", nogil=True, cache=CACHE_FOLDER is not None
    )(function)
    return compiled


def _pointer(context: Any, builder: Any, cell: Any, address: Any, index: Any) -> Any:
    """Generate the pointer to cell `index` of the array at an address."""
    kind = context.get_value_type(cell)
    return builder.gep(builder.inttoptr(address, ir.PointerType(kind)), [index])


def _in_memory_of(name: str, builder: Any, access: Any) -> Any:
    """Tell the compiler that a load or store touches the memory of this name and no other.

    Every field is an array of its own. Without knowing that, the compiler would have to look up
    addresses, and whatever it read before, again after every store.
    """
    zero = ir.Constant(ir.IntType(64), 0)
    root = builder.module.add_metadata(["fields"])
    memory = builder.module.add_metadata([name, root, zero])
    access.set_metadata("tbaa", builder.module.add_metadata([memory, memory, zero]))
    return access


def _load_from_table(context: Any, builder: Any, table: Any, cell: int) -> Any:
    """Generate the look-up of an address or a length in the table of a layout."""
    pointer = _pointer(context, builder, types.int64, table, ir.Constant(ir.IntType(64), cell))
    return _in_memory_of("address table", builder, builder.load(pointer))


def is_compiled() -> bool:
    """Tell whether compiled code of this very source lies in the cache."""
    return CACHE_FOLDER is not None and next(CACHE_FOLDER.rglob("*.nbi"), None) is not None


def compile_now(function: Callable[..., Any], arguments: str) -> None:
    """Compile an entry kernel before it is called, or take it from the cache.

    Parameters
    ----------
    function : callable
        Made by `entry_kernel`.
    arguments : str
        One letter per argument: ``i`` for a whole number, ``f`` for a real one.
    """
    if not numba.config.DISABLE_JIT:
        kinds = {"i": types.int64, "f": types.float64}
        dispatcher: Any = function
        dispatcher.compile(tuple(kinds[letter] for letter in arguments))


@dataclasses.dataclass(frozen=True)
class _Cell:
    """Where a look-up goes: cell ``index * width + column`` of the field at a slot."""

    name: str
    slot: int
    real: bool
    width: int = 1
    column: int = 0

    @property
    def type(self) -> Any:
        return types.float64 if self.real else types.int64

    def pointer(self, context: Any, builder: Any, signature: Any, values: Any) -> Any:
        """Generate the pointer to the cell; arguments (table, index, ...)."""
        table, index = (
            context.cast(builder, value, kind, types.int64)
            for value, kind in zip(values[:2], signature.args[:2], strict=True)
        )
        number = ir.IntType(64)
        index = builder.mul(index, ir.Constant(number, self.width))
        index = builder.add(index, ir.Constant(number, self.column))
        array = _load_from_table(context, builder, table, 2 * self.slot)
        return _pointer(context, builder, self.type, array, index)

    def plain(self, table: int, index: int) -> Any:
        """Return the cell as a C variable, for interpreted runs."""
        array = ctypes.c_int64.from_address(int(table) + 16 * self.slot).value
        kind = ctypes.c_double if self.real else ctypes.c_int64
        return kind.from_address(array + 8 * (int(index) * self.width + self.column))


def _load(cell: _Cell) -> Callable[[int, int], Any]:
    """Make the look-up of a cell as an instruction, not as a function that must be compiled."""
    if numba.config.DISABLE_JIT:
        return lambda table, index: cell.plain(table, index).value

    def load(_context: Any, table: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            pointer = cell.pointer(context, builder, signature, values)
            return _in_memory_of(cell.name, builder, builder.load(pointer))

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
                plus = builder.fadd if cell.real else builder.add
                new = plus(_in_memory_of(cell.name, builder, builder.load(pointer)), new)
            _in_memory_of(cell.name, builder, builder.store(new, pointer))
            return context.get_dummy_value()

        return types.void(table, index, value), generate

    made: Callable[[int, int, Any], None] = intrinsic(store)
    return made


def field_names(layout: type) -> list[str]:
    """Return the array fields of a layout (a dataclass), in table order."""
    return [field.name for field in dataclasses.fields(layout)]


def _slot_and_kind(layout: type, name: str) -> tuple[int, bool]:
    slot = field_names(layout).index(name)
    # Not from the annotations: a layout may begin with the fields of another one.
    kind = dataclasses.fields(layout)[slot].type
    if kind not in ("Reals", "Ints"):
        raise TypeError(f"{layout.__name__}.{name} must be annotated Reals or Ints, not {kind}")
    return slot, kind == "Reals"


def _length(slot: int) -> Callable[[int], int]:
    """Return a kernel that gives the length of the field at a slot."""
    # The length lies in the cell after the address, which is cell 1 of a table that begins there.
    if numba.config.DISABLE_JIT:
        return lambda table: ctypes.c_int64.from_address(int(table) + 16 * slot + 8).value

    def length(_context: Any, table: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return _load_from_table(context, builder, values[0], 2 * slot + 1)

        return types.int64(table), generate

    made: Callable[[int], int] = intrinsic(length)
    return made


def _bounds(cell: _Cell) -> Callable[[int, int], int]:
    """Return a kernel that gives back an index, or raises when it lies outside the field."""
    length, width, column = _length(cell.slot), cell.width, cell.column

    @kernel
    def checked(table: int, index: int) -> int:
        place = index * width + column
        if place < 0 or place >= length(table):
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


def reader(layout: type, name: str) -> Callable[[int, int], Any]:
    """Return a kernel ``(table, index) -> value`` for one field of a layout."""
    return _reading(_Cell(name, *_slot_and_kind(layout, name)))


def writer(layout: type, name: str) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, index, value)`` that sets one cell of a field."""
    return _writing(_Cell(name, *_slot_and_kind(layout, name)))


def adder(layout: type, name: str) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, index, amount)`` that adds to one cell of a field."""
    return _writing(_Cell(name, *_slot_and_kind(layout, name)), add=True)


def _column(layout: type, name: str, width: int, column: int, real: bool) -> _Cell:
    slot, kind = _slot_and_kind(layout, name)
    return _Cell(name, slot, kind or real, width, int(column))


def column_reader(
    layout: type, name: str, width: int, column: int, *, real: bool = False
) -> Callable[[int, int], Any]:
    """Return a kernel ``(table, row) -> value`` for one column of a field stored in rows.

    Parameters
    ----------
    real : bool
        The column holds real numbers, also in a field of whole ones: its cells are the same eight
        bytes, so that a row of both kinds lies in one piece.
    """
    return _reading(_column(layout, name, width, column, real))


def column_writer(
    layout: type, name: str, width: int, column: int, *, real: bool = False
) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, row, value)`` for one column; see `column_reader`."""
    return _writing(_column(layout, name, width, column, real))


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
        self._table = np.zeros(2 * len(field_names(type(arrays))), dtype=np.int64)
        self.address = int(self._table.ctypes.data)
        self.refresh()

    def __deepcopy__(self, memo: dict[int, Any]) -> AddressTable:
        """Return the table of a copy of the arrays: addresses are never copied."""
        return AddressTable(copy.deepcopy(self._arrays, memo))

    def refresh(self) -> None:
        """Read the addresses again, after a field was replaced by a larger array."""
        layout = type(self._arrays)
        for slot, name in enumerate(field_names(layout)):
            array = getattr(self._arrays, name)
            wanted = np.float64 if _slot_and_kind(layout, name)[1] else np.int64
            if array.dtype != wanted or not array.flags.c_contiguous:
                raise TypeError(f"{layout.__name__}.{name} must be a contiguous {wanted} array")
            self._table[2 * slot] = array.ctypes.data
            self._table[2 * slot + 1] = array.size
