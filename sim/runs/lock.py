"""One process at a time in a study's folder.

The operating system holds the lock for as long as the process lives, so a killed study never leaves
a folder locked. The file holds the process number, only to be named in the message to the second
process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import InputError, Problem
from sim.runs.atomic import clear_os_errors

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        # A byte far behind the content: Windows forbids others to read what is locked.
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path` during the body; its folder must exist.

    Raises
    ------
    InputError
        If another process holds it, or the file cannot be written.
    """
    with clear_os_errors(path.parent):
        descriptor = _acquire(path)
    try:
        yield
    finally:
        # Removed while still held: who opened it meanwhile sees in `_is_current` that it is gone.
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _acquire(path: Path) -> int:
    """Return a descriptor of the locked file, with our process number written in it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _try_lock(descriptor)
        except (BlockingIOError, PermissionError):
            owner = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            what = f"in use by another run (process {owner}); wait for it or choose another folder"
            raise InputError(Problem(what, path.parent)) from None
        except OSError:
            os.close(descriptor)
            raise
        if _is_current(descriptor, path):
            os.truncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
            return descriptor
        os.close(descriptor)


def _is_current(descriptor: int, path: Path) -> bool:
    """Say whether `path` still names the file we opened; its last owner may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
