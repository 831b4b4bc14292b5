"""Files and folders that appear whole or not at all, also when the power goes."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pandas as pd

from sim.errors import InputError, Problem
from sim.runs.outputs import refuse_irregular
from sim.safe_text import frame_for_csv

TEMPORARY_PREFIX = ".unfinished-"
"""How names of things that are still being written begin; what is left of a killed run."""
_TEMPORARY = re.compile(
    rf"{re.escape(TEMPORARY_PREFIX)}(?:(?P<machine>[0-9a-f]{{8}})\.(?P<process>[0-9]+)\.[0-9a-f]{{8}}|[0-9a-f]{{12}})-.+"
)
"""Such a name says who writes: the machine as `_machine` tells it, and the process."""
_ABANDONED_SECONDS = 7 * 24 * 3600.0
"""Nobody is still writing a thing that is as old."""


@contextmanager
def clear_os_errors(path: Path, doing: str = "cannot write here") -> Iterator[None]:
    """Turn what the operating system says about `path` into one line for people.

    Raises
    ------
    InputError
        If the body fails with an `OSError` (no permission, no space, a file where a folder must
        be).
    """
    try:
        yield
    except OSError as error:
        raise InputError(Problem(f"{doing}: {_reason(error)}", path)) from error


def _reason(error: OSError) -> str:
    """Return what the system says in words, without numbers and names."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        # What copies a folder tells every error, as (from, to, what); the first will do.
        said = str(error.args[0][0][-1])
        return re.sub(r"^\[[^\]]*\] ", "", said).partition(":")[0].lower()
    return (error.strerror or str(error)).lower()


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Give a temporary sibling of `path` to write to; rename it to `path` when the body succeeds.

    The temporary name keeps the suffix, since many writers choose the format by it.

    Raises
    ------
    InputError
        If the folder cannot be written to, or `path` is anything but a regular file or nothing.
    """
    refuse_irregular(path)
    temporary = unfinished(path)
    with clear_os_errors(path):
        try:
            yield temporary
            _flush(temporary)
            os.replace(temporary, path)
            _flush_folder(path.parent)
            with suppress(OSError):
                remove_unfinished(path.parent, shared=True, of=path.name)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a temporary sibling folder to fill; rename it to `path` when the body succeeds.

    If another process completed `path` in the meantime its folder stays and ours is dropped:
    a name stands for its content.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    temporary = unfinished(path)
    with clear_os_errors(path):
        temporary.mkdir(parents=True)
        try:
            yield temporary
            for file in sorted(temporary.iterdir()):
                _flush(file)
            _flush_folder(temporary)
            _rename_unless_there(temporary, path)
            _flush_folder(path.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends, atomically.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame without its index as CSV, atomically; its texts are no formulas (`sim.safe_text`).

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_text(path, frame_for_csv(frame).to_csv(index=False, lineterminator="\n"))


def remove_unfinished(folder: Path, *, shared: bool = False, of: str = "") -> None:
    """Remove what killed processes have left half-written in a folder; links are not followed.

    Parameters
    ----------
    folder : Path
        It need not be there.
    shared : bool
        Whether other processes may be writing in it now: then only that goes whose process has ended, or that
        is a week old.
    of : str
        Only what was to become the file of this name; by default everything.
    """
    if folder.is_symlink() or not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        names = [e.name for e in entries if e.name.startswith(TEMPORARY_PREFIX)]
    for name in names:
        found = _TEMPORARY.fullmatch(name)
        if found is None or not name.endswith(f"-{of}" if of else ""):
            continue
        entry = folder / name
        # Where others write as well, what is theirs may not be removed, or is gone by now.
        with suppress(OSError if shared else FileNotFoundError):
            if shared and not _is_abandoned(entry, found):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=shared)
            else:
                entry.unlink()


def _is_abandoned(entry: Path, name: re.Match[str]) -> bool:
    """Tell whether nobody writes a thing any more."""
    if name["machine"] == _machine() and not is_alive(int(name["process"])):
        return True
    return time.time() - entry.lstat().st_mtime >= _ABANDONED_SECONDS


def is_alive(process: int) -> bool:
    """Tell whether this machine has a process of a number, where the system can be asked.

    Parameters
    ----------
    process : int
    """
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


@cache
def _machine() -> str:
    """Return eight digits for what process numbers mean something on: this machine, or a container on it."""
    parts = [platform.node()]
    with suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:8]


def unfinished(path: Path) -> Path:
    """Return the name beside `path` under which it is written until it is whole.

    Parameters
    ----------
    path : Path
    """
    writer = f"{_machine()}.{os.getpid()}.{uuid.uuid4().hex[:8]}"
    return path.with_name(f"{TEMPORARY_PREFIX}{writer}-{path.name}")


def _rename_unless_there(temporary: Path, path: Path) -> None:
    try:
        temporary.rename(path)
    except OSError:
        if not path.is_dir():
            raise


def _flush(file: Path) -> None:
    """Ask the system to put a file's content on the disk."""
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    """Ask the system to put a folder's names on the disk, where folders can be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
