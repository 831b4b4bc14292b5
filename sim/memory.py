"""Where arrays lie: in lines and large pages of their own, which makes looking them up faster."""

from __future__ import annotations

import dataclasses
import mmap
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

_Layout = TypeVar("_Layout")
_LINE = 64
"""Bytes that a processor fetches from memory at a time."""
_LARGE_PAGE = 1 << 21
_WORTH_A_LARGE_PAGE = 1 << 19
_CELL = 8


def record(**columns: str) -> np.dtype[np.void]:
    """Return a row of columns of different sizes, in whole lines.

    Parameters
    ----------
    columns : str
        NumPy's short names, such as ``i8`` or ``u2``; each begins at a multiple of its own size.
    """
    row = np.dtype(list(columns.items()), align=True)
    assert row.fields is not None
    return np.dtype(
        {
            "names": list(columns),
            "formats": list(columns.values()),
            "offsets": [row.fields[name][1] for name in columns],
            "itemsize": -(-row.itemsize // _LINE) * _LINE,
        }
    )


def packed(**columns: str) -> np.dtype[np.void]:
    """Return a row of columns of different sizes, as short as it can be; for rows of which there are millions.

    Parameters
    ----------
    columns : str
        As of `record`. The row must be whole numbers of 8 bytes.
    """
    row = np.dtype(list(columns.items()), align=True)
    if row.itemsize % _CELL:
        raise ValueError(f"a row of {row.itemsize} bytes does not fill cells of {_CELL}")
    return row


def _room(size: int) -> Any:
    """Return zeroed bytes that begin at a line; in large pages if there are many of them."""
    if size < _WORTH_A_LARGE_PAGE:
        block = np.zeros(size + _LINE, dtype=np.uint8)
        return block[-block.ctypes.data % _LINE :][:size]
    memory = mmap.mmap(-1, size + _LARGE_PAGE)
    # Without large pages the results are the same: they only spare looking up where pages are.
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    block = np.frombuffer(memory, dtype=np.uint8)
    return block[-block.ctypes.data % _LARGE_PAGE :][:size]


def _padded(values: Any) -> int:
    """Return the bytes of an array of 8-byte numbers in whole lines."""
    return -(-int(values.size) * _CELL // _LINE) * _LINE


def aligned(values: Any) -> Any:
    """Return a flat copy of an array of 8-byte numbers that has its lines of memory for itself.

    So that a record is fetched in as few lines as it fills, and that threads which write to different arrays
    never wait for each other.
    """
    copy = _room(_padded(values)).view(values.dtype)[: values.size]
    copy[:] = values.ravel()
    return copy


def doubled(values: Any) -> Any:
    """Return an aligned copy of a flat array, followed by as many zeros."""
    return aligned(np.concatenate([values, np.zeros_like(values)]))


def twin(values: Any) -> Any:
    """Return an exact copy of an array of 8-byte numbers, in lines of its own.

    It takes up memory only where something else than zero lies: most counters of a large region are empty.
    """
    copy = _room(_padded(values)).view(np.int64)[: values.size].reshape(values.shape)
    bits = values.view(np.int64)
    np.copyto(copy, bits, where=bits != 0)
    return copy.view(values.dtype)


def with_twins(
    arrays: _Layout, memo: dict[int, Any], names: Sequence[str] | None = None
) -> _Layout:
    """Return a layout with twins of its arrays; what its ``__deepcopy__`` is made of.

    Parameters
    ----------
    arrays : dataclass instance
        All fields arrays of 8-byte numbers.
    memo : dict
        Of `copy.deepcopy`: an array that several layouts share has one twin, which their copies share.
    names : sequence of str, optional
        Fields to copy; all, if not given.
    """
    if names is None:
        names = [field.name for field in dataclasses.fields(arrays)]  # type: ignore[arg-type]
    for name in names:
        old = getattr(arrays, name)
        if id(old) not in memo:
            memo[id(old)] = twin(old)
    new = {name: memo[id(getattr(arrays, name))] for name in names}
    return dataclasses.replace(arrays, **new)  # type: ignore[type-var]


def compact(arrays: _Layout, but: tuple[str, ...] = ()) -> _Layout:
    """Return a layout with all its arrays copied into one piece of memory.

    Parameters
    ----------
    arrays : dataclass instance
        All fields flat arrays of 8-byte numbers.
    but : tuple of str
        Fields that stay where they are.
    """
    names = [field.name for field in dataclasses.fields(arrays) if field.name not in but]  # type: ignore[arg-type]
    old = {name: getattr(arrays, name) for name in names}
    block, start, new = _room(sum(_padded(values) for values in old.values())), 0, {}
    for name, values in old.items():
        new[name] = block[start:].view(values.dtype)[: values.size]
        new[name][:] = values
        start += _padded(values)
    return dataclasses.replace(arrays, **new)  # type: ignore[type-var]
