"""How a function becomes machine code.

Functions marked ``@kernel`` are plain scalar Python that Numba also compiles. They see arrays through
`sim.lookup`.

Environment
-----------
NUMBA_DISABLE_JIT=1
    Run everything interpreted, to step through it (about a thousand times slower).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import platformdirs
from numba import types

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
