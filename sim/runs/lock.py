"""One process at a time in a study's folder.

The operating system holds the lock for as long as the process lives, so a killed study never leaves a folder
locked. A file beside it holds the process number, only to be named in the message to the second process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sim.errors import InputError, Problem
from sim.runs.atomic import clear_os_errors, write_text

_LONGEST_NUMBER = 20


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path` during the body; its folder must exist. The empty file stays.

    Raises
    ------
    InputError
        If another process holds it, or the file cannot be written.
    """
    lock, owner = FileLock(path, blocking=False), path.with_name(f"{path.name}-owner")
    with clear_os_errors(path.parent):
        try:
            lock.acquire()
        except Timeout:
            what = f"in use by another run (process {_written_in(owner)}); wait for it or choose another folder"
            raise InputError(Problem(what, path.parent)) from None
    try:
        write_text(owner, f"{os.getpid()}\n")
        try:
            yield
        finally:
            with suppress(OSError):
                owner.unlink(missing_ok=True)
    finally:
        lock.release()


def _written_in(owner: Path) -> str:
    """Return the process number that a file holds, as far as it is one."""
    with suppress(OSError):
        if owner.is_file() and owner.stat().st_size <= _LONGEST_NUMBER:
            return owner.read_text("ascii", "replace").strip() or "unknown"
    return "unknown"
