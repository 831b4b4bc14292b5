"""What may be written over: nothing but what this program has written.

Every command asks here before anything runs. A file is ours if its content says so (the schema of a table, the
head of a page), never by its name alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from sim.errors import InputError, Problem

IsOurs = Callable[[Path], bool]


def check_output_file(path: Path, is_ours: IsOurs, inputs: Iterable[Path] = ()) -> None:
    """Refuse a file that a command must not write.

    Parameters
    ----------
    path : Path
        Where a command would write.
    is_ours : callable
        Tells of a regular file whether the same command may have written it.
    inputs : iterable of Path
        What the command reads.

    Raises
    ------
    InputError
        If it is an input, a folder, a link, a device, a pipe or somebody else's file, or has no folder to lie
        in.
    """
    if not path.parent.is_dir():
        raise InputError(Problem("there is no such folder; make it first", path.parent))
    refuse_irregular(path)
    if not path.exists():
        return
    if any(given.exists() and given.samefile(path) for given in inputs):
        raise InputError(Problem("is read by this command; write to another file", path))
    if not is_ours(path):
        what = "is there and was not written by this command; choose another name or delete it"
        raise InputError(Problem(what, path))


def refuse_irregular(path: Path) -> None:
    """Refuse to write over anything that is there and is no regular file.

    Raises
    ------
    InputError
        If it is a folder, link, device, pipe or socket.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(Problem(f"cannot be written: {reason}", path)) from error
    if not stat.S_ISREG(mode):
        raise InputError(Problem(f"is {_kind(mode)}, not a file to write to", path))


def _kind(mode: int) -> str:
    kinds = {
        stat.S_ISDIR: "a folder",
        stat.S_ISLNK: "a link",
        stat.S_ISFIFO: "a pipe",
        stat.S_ISSOCK: "a socket",
    }
    return next((word for test, word in kinds.items() if test(mode)), "a device")
