"""How a function becomes machine code.

Functions marked ``@kernel`` are plain scalar Python that Numba also compiles. They see arrays through
`sim.lookup`.

Environment
-----------
NUMBA_DISABLE_JIT=1
    Run everything interpreted, to step through it (about a thousand times slower).
NUMBA_CACHE_DIR=folder
    Keep compiled code there; it must belong to the user who runs this, and be writable by nobody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import types

from sim.kernel_cache import cache_folder, keep_on_disk

_Function = TypeVar("_Function", bound=Callable[..., Any])


KERNEL_SOURCES = (
    "behaviour.py",
    "chance.py",
    "glossary.py",
    "kernel.py",
    "lookup.py",
    "memory.py",
    "time_units.py",
    "world",
    "pathway",
    "engine",
)
"""Files and folders of the package that kernels, and the constants they are compiled with, come from."""


def source_hash(root: Path | None = None) -> str:
    """Return a hash of every source file that kernels depend on.

    Numba notices edits in a cached function's own file only, not in the files it calls; naming
    the cache folder by this hash makes a stale kernel impossible. A test holds that kernels take nothing
    from other files, so that an edit of a report does not cost a compilation.
    """
    root = root or Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for name in KERNEL_SOURCES:
        path = root / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


CACHE_FOLDER, NO_CACHE = cache_folder(source_hash())
"""Where compiled code is kept; or None and why no folder can be used: then it is compiled anew every time."""

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
    compiled: _Function = numba.njit(error_model="numpy", nogil=True)(function)
    if CACHE_FOLDER is not None and not numba.config.DISABLE_JIT:
        keep_on_disk(compiled)
    return compiled


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
