"""One process at a time in a study's folder.

The operating system holds the lock for as long as the process lives, so a killed study never leaves a folder
locked. A file beside it holds the process number, only to be named in the message to the second process.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sim.errors import InputError, Problem
from sim.runs.atomic import clear_os_errors, is_alive, write_text

_LONGEST_NUMBER = 20
_TRIES, _PAUSE_SECONDS = 20, 0.05
"""How long the one who is turned away waits for the number of the other, who may just have begun."""


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
            process = _process_in(owner)
            what = (
                f"in use by another run (process {process}); wait for it or choose another folder"
                if process
                else "in use by another run; wait for it or choose another folder"
            )
            raise InputError(Problem(what, path.parent)) from None
    # A file of that name with something else in it is somebody's own.
    is_free = owner.is_symlink() or not owner.is_file() or bool(_written_in(owner))
    try:
        if is_free:
            write_text(owner, f"{os.getpid()}\n")
        try:
            yield
        finally:
            if is_free:
                with suppress(OSError):
                    owner.unlink(missing_ok=True)
    finally:
        lock.release()


def _process_in(owner: Path) -> str:
    """Return the number of the process that holds the lock, or nothing if it does not say so in a moment."""
    for _ in range(_TRIES):
        process = _written_in(owner)
        # What a killed process has written stays until the next one has written its own.
        if process and is_alive(int(process)):
            return process
        time.sleep(_PAUSE_SECONDS)
    return ""


def _written_in(owner: Path) -> str:
    """Return the process number that a file holds, or nothing if it is none."""
    with suppress(OSError):
        if owner.is_file() and owner.stat().st_size <= _LONGEST_NUMBER:
            found = re.fullmatch(r"[0-9]+\s*", owner.read_text("ascii", "replace"))
            return found[0].strip() if found else ""
    return ""
