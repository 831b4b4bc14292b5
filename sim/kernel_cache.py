"""Compiled code on disk: kept in a folder that nobody else can write to, and not believed when it is garbled.

What lies there is unpickled and run, so whoever can write into the folder could run code as this user.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs
from numba.core.caching import FunctionCache, IndexDataCacheFile

_OWNER_ONLY = 0o700
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_DIGEST_BYTES = hashlib.sha256().digest_size


def cache_folder(name: str) -> tuple[Path | None, str]:
    """Return the folder for compiled code, made if need be; or None and why none can be used.

    Parameters
    ----------
    name : str
        Of the folder, in ``NUMBA_CACHE_DIR`` or else where this system keeps what can be made again.
    """
    stated = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(stated) if stated else Path(platformdirs.user_cache_dir("tiered-care-sim"))
    folder = root / name
    try:
        root.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        folder.mkdir(exist_ok=True, mode=_OWNER_ONLY)
        with tempfile.TemporaryFile(dir=folder):
            pass
        # In a sticky folder, such as the system's temporary one, nobody can put a folder in place of ours.
        foreign = next(
            (place for place in (root, folder) if not _is_own(place, place == root)), None
        )
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        return None, f"the cache folder cannot be written ({folder}: {reason})"
    if foreign is not None:
        return None, f"others can write to the cache folder (chmod go-w {foreign})"
    return folder, ""


def _is_own(folder: Path, sticky_will_do: bool) -> bool:
    """Tell whether nobody but this user and the system's can change what a folder holds."""
    if os.name != "posix":
        return True
    status = folder.stat()
    if sticky_will_do and status.st_mode & stat.S_ISVTX:
        return True
    return status.st_uid in (0, os.geteuid()) and not status.st_mode & _OTHERS_WRITE


def keep_on_disk(dispatcher: Any) -> None:
    """Have a compiled function look for its machine code on disk first, and leave it there.

    Parameters
    ----------
    dispatcher : numba dispatcher
        What `numba.njit` returned.
    """
    try:
        # As its `enable_caching` does, with a cache that survives what is found in it.
        dispatcher._cache = _CheckedCache(dispatcher.py_func)
    except (OSError, RuntimeError) as error:
        _say_once(f"compiled code cannot be kept, it is compiled anew every time ({error})")


class _CheckedFiles(IndexDataCacheFile):  # type: ignore[misc, unused-ignore]
    """Files of machine code that begin with their check sum."""

    def _save_data(self, name: str, data: object) -> None:
        content = self._dump(data)
        with self._open_for_write(self._data_path(name)) as stream:
            stream.write(hashlib.sha256(content).digest() + content)

    def _load_data(self, name: str) -> object:
        stored = Path(self._data_path(name)).read_bytes()
        digest, content = stored[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            raise pickle.UnpicklingError("the check sum is another one")
        return pickle.loads(content)


class _CheckedCache(FunctionCache):  # type: ignore[misc, unused-ignore]
    """The cache of a function: what is garbled is compiled anew, what cannot be kept is done without."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = _CheckedFiles(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=self._impl.locator.get_source_stamp(),
        )

    @property
    def _place(self) -> Path:
        """The folder of all functions: one line is enough for them."""
        return Path(self._cache_path).parent

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return a function's machine code, or None if it is not there or not as it was written."""
        try:
            return super().load_overload(sig, target_context)
        except MemoryError:
            # What lies there is as good as ever.
            raise
        except Exception:  # Unpickling what is garbled raises anything.
            _say_once(f"compiled code in {self._place} is garbled; it is compiled anew")
            self._try(self.flush)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a function's machine code if that is possible."""
        self._try(lambda: super(_CheckedCache, self).save_overload(sig, data))

    def _try(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            _say_once(
                f"compiled code cannot be kept in {self._place}: {reason}; it is compiled anew every time"
            )


@cache
def _say_once(line: str) -> None:
    sys.stderr.write(f"{line}\n")
