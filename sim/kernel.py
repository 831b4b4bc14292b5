"""How a function becomes machine code, and how it sees arrays.

Functions marked ``@kernel`` are plain scalar Python that Numba also compiles. They never receive an
array: a World is one integer, the address of a table with one ``(address, length)`` pair per field,
and `reader`, `writer` and `adder` make the functions that look into it::

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
    """Mark a scalar function that engines and other kernels call."""
    compiled: _Function = numba.njit(error_model="numpy", nogil=True)(function)
    return compiled


def entry_kernel(function: _Function) -> _Function:
    """Mark a kernel that Python calls directly; its machine code is kept on disk."""
    compiled: _Function = numba.njit(
        error_model="numpy", nogil=True, cache=CACHE_FOLDER is not None
    )(function)
    return compiled


def _memory_access(real: bool, store: bool) -> Callable[..., Any]:
    """Make the load (or store) of one 8-byte cell at ``address + 8 * index``."""
    cell = types.float64 if real else types.int64
    if numba.config.DISABLE_JIT:
        c_type = ctypes.c_double if real else ctypes.c_int64

        def load_plainly(address: int, index: int) -> Any:
            return c_type.from_address(int(address) + 8 * int(index)).value

        def store_plainly(address: int, index: int, value: Any) -> None:
            c_type.from_address(int(address) + 8 * int(index)).value = value

        return store_plainly if store else load_plainly

    def pointer(context: Any, builder: Any, address: Any, index: Any) -> Any:
        kind = context.get_value_type(cell)
        return builder.gep(builder.inttoptr(address, ir.PointerType(kind)), [index])

    def load(_context: Any, _address: Any, _index: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return builder.load(pointer(context, builder, values[0], values[1]))

        return cell(types.int64, types.int64), generate

    def save(_context: Any, _address: Any, _index: Any, _value: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            builder.store(values[2], pointer(context, builder, values[0], values[1]))
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, cell), generate

    made: Callable[..., Any] = intrinsic(save if store else load)
    return made


_load_int = _memory_access(real=False, store=False)
_load_real = _memory_access(real=True, store=False)
_store_int = _memory_access(real=False, store=True)
_store_real = _memory_access(real=True, store=True)


@kernel
def _checked(table: int, slot: int, index: int) -> int:
    """Return the index, or raise when it lies outside the field."""
    if index < 0 or index >= _load_int(table, 2 * slot + 1):
        raise IndexError("a kernel looked outside a field")
    return index


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


def reader(layout: type, name: str) -> Callable[[int, int], Any]:
    """Return a kernel ``(table, index) -> value`` for one field of a layout."""
    slot, real = _slot_and_kind(layout, name)
    load = _load_real if real else _load_int
    if CHECK_BOUNDS:

        @kernel
        def read_checked(table: int, index: int) -> Any:
            return load(_load_int(table, 2 * slot), _checked(table, slot, index))

        return read_checked

    @kernel
    def read(table: int, index: int) -> Any:
        return load(_load_int(table, 2 * slot), index)

    return read


def writer(layout: type, name: str) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, index, value)`` that sets one cell of a field."""
    slot, real = _slot_and_kind(layout, name)
    store = _store_real if real else _store_int
    if CHECK_BOUNDS:

        @kernel
        def write_checked(table: int, index: int, value: Any) -> None:
            store(_load_int(table, 2 * slot), _checked(table, slot, index), value)

        return write_checked

    @kernel
    def write(table: int, index: int, value: Any) -> None:
        store(_load_int(table, 2 * slot), index, value)

    return write


def adder(layout: type, name: str) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, index, amount)`` that adds to one cell of a field."""
    read, write = reader(layout, name), writer(layout, name)

    @kernel
    def add(table: int, index: int, amount: Any) -> None:
        write(table, index, read(table, index) + amount)

    return add


def column_reader(
    layout: type, name: str, width: int, column: int
) -> Callable[[int, int], Any]:
    """Return a kernel ``(table, row) -> value`` for one column of a field stored in rows."""
    read = reader(layout, name)

    @kernel
    def read_column(table: int, row: int) -> Any:
        return read(table, row * width + column)

    return read_column


def column_writer(
    layout: type, name: str, width: int, column: int
) -> Callable[[int, int, Any], None]:
    """Return a kernel ``(table, row, value)`` for one column of a field stored in rows."""
    write = writer(layout, name)

    @kernel
    def write_column(table: int, row: int, value: Any) -> None:
        write(table, row * width + column, value)

    return write_column


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
