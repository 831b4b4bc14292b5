"""Results of single runs on disk: one folder per run, complete or not there.

A folder is named by the key of its run. It holds one Parquet file per frame and ``run.json``, the record of how
the run was computed, with the check sum of each file. Each file says in its metadata of which run it is, so
that one of another run is not believed, whatever the record says.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import InputError, Problem
from sim.runs.atomic import atomic_file, atomic_folder, clear_os_errors
from sim.runs.case import RunResult
from sim.runs.manifest import RunRecord
from sim.runs.run_key import hash_file

LABELS = ("scenario", "replication")
"""Columns a collected frame begins with; a single run must not have them."""

_FRAME_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RECORD = "run.json"
_MOST_RECORD_BYTES = 1 << 20
_KEY = b"tiered_care_run"
"""Under which name the metadata of a file hold the key of its run."""


def save_run(folder: Path, result: RunResult, record: RunRecord) -> RunRecord:
    """Write the frames of a run and its record to `folder`, atomically; return the record as written.

    Raises
    ------
    ValueError
        If a frame's name or columns are not allowed.
    InputError
        If the folder cannot be written to.
    """
    for name, frame in result.items():
        if not _FRAME_NAME.fullmatch(name):
            raise ValueError(f"a frame cannot be called {name!r}; use small letters, digits and _")
        taken = set(LABELS) & set(frame.columns)
        if taken:
            raise ValueError(f"frame {name} has the reserved columns {sorted(taken)}")
    with atomic_folder(folder) as temporary:
        checksums = {}
        for name, frame in sorted(result.items()):
            table = _marked(pa.Table.from_pandas(frame, preserve_index=False), record.key)
            pq.write_table(table, temporary / f"{name}.parquet")
            checksums[name] = hash_file(temporary / f"{name}.parquet")
        record = record.model_copy(update={"frames": checksums})
        text = record.model_dump_json(indent=2) + "\n"
        (temporary / _RECORD).write_text(text, encoding="utf-8")
    return record


def find_run(folder: Path) -> RunRecord | None:
    """Return the record of a finished run, or ``None`` if the run is missing or its folder is damaged.

    A folder that was cut short, edited, or copied from another run is damaged: its record names another run or
    its tables have other check sums. `discard_damaged` makes room for the run that is computed again.

    Raises
    ------
    InputError
        If something is in the way that is no folder of a run: a file, a link.
    """
    _refuse_foreign(folder)
    if not folder.is_dir():
        return None
    try:
        record = _read_record(folder)
        return record if _is_whole(folder, record) else None
    except (OSError, ValueError, RecursionError, pa.ArrowException):
        return None


def is_damaged(folder: Path) -> bool:
    """Tell whether there is a folder of a run that `find_run` does not believe."""
    return folder.is_dir() and not folder.is_symlink() and find_run(folder) is None


def check_discardable(folder: Path) -> None:
    """Refuse to make room for a run where somebody keeps a file of their own.

    Raises
    ------
    InputError
        If the folder of a damaged run holds something that no run has written.
    """
    foreign = _foreign(folder) if is_damaged(folder) else []
    if foreign:
        what = (
            "is in the folder of a stored run that is damaged, and no run has written it; move it"
        )
        raise InputError(*(Problem(what, entry) for entry in foreign))


def discard_damaged(folder: Path) -> None:
    """Remove the folder of a damaged run, so that the run can be kept there again.

    Raises
    ------
    InputError
        As of `check_discardable`.
    """
    check_discardable(folder)
    if is_damaged(folder):
        with clear_os_errors(folder):
            shutil.rmtree(folder)


def _foreign(folder: Path) -> list[Path]:
    """Return what lies in the folder of a run and no run has written.

    A table is a run's if the record names it, or if it says so itself.
    """
    try:
        names = {f"{name}.parquet" for name in _read_record(folder).frames}
    except (OSError, ValueError, RecursionError):
        names = set()
    return [entry for entry in folder.iterdir() if not _is_of_a_run(entry, {_RECORD, *names})]


def _is_of_a_run(entry: Path, names: set[str]) -> bool:
    mode = entry.lstat().st_mode
    if stat.S_ISDIR(mode):
        return False
    if entry.name in names:
        return True
    try:
        return (
            stat.S_ISREG(mode)
            and entry.suffix == ".parquet"
            and _KEY in (pq.read_schema(entry).metadata or {})
        )
    except (OSError, pa.ArrowException):
        return False


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(Problem("stands where a run is kept, and is no folder of one", folder))


def _read_record(folder: Path) -> RunRecord:
    """Return the record as it stands.

    Raises
    ------
    OSError, ValueError, RecursionError
        If it is none.
    """
    file = folder / _RECORD
    if not stat.S_ISREG(file.lstat().st_mode) or file.stat().st_size > _MOST_RECORD_BYTES:
        raise ValueError("no record of a run")
    return RunRecord.model_validate_json(file.read_bytes())


def _is_whole(folder: Path, record: RunRecord) -> bool:
    """Tell whether a folder holds the run it is named after, all of it, as it was written."""
    if record.key != folder.name or record.status != "done":
        return False
    # What else somebody has put there is no part of it: only the tables of the record are read. A run without
    # tables has nothing that says whose it is.
    return bool(record.frames) and all(
        _has_checksum(file, checksum) and _is_marked(pq.read_schema(file), record.key)
        for file, checksum in ((folder / f"{n}.parquet", c) for n, c in record.frames.items())
    )


def _marked(table: pa.Table, key: str) -> pa.Table:
    """Return a table whose metadata hold the key of the run that it is of."""
    return table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: key.encode()})


def _is_marked(schema: pa.Schema, key: str) -> bool:
    """Tell whether a table is of the run with this key."""
    return bool((schema.metadata or {}).get(_KEY) == key.encode())


def _unmarked(table: pa.Table) -> pa.Table:
    """Return a table that is of no one run."""
    known = table.schema.metadata or {}
    return table.replace_schema_metadata({k: v for k, v in known.items() if k != _KEY})


def _has_checksum(file: Path, checksum: str) -> bool:
    return stat.S_ISREG(file.lstat().st_mode) and hash_file(file) == checksum


def frame_names(records: Iterable[RunRecord]) -> list[str]:
    """Return the names of the frames that the runs hold, sorted."""
    return sorted({name for record in records for name in record.frames})


def collect_frame(name: str, runs: Sequence[tuple[RunRecord, Path]], path: Path) -> pd.DataFrame:
    """Put one frame of many runs below each other, write it as Parquet and return it.

    Parameters
    ----------
    name : str
        Name of the frame; runs without it add no rows.
    runs : sequence of (RunRecord, Path)
        The runs in the order wanted, with their folders.
    path : Path
        The Parquet file to write.

    Returns
    -------
    DataFrame
        Columns ``scenario`` and ``replication``, then those of the runs.

    Raises
    ------
    InputError
        If a run's file is damaged, or the file cannot be written.
    """
    tables = [
        _labelled(folder / f"{name}.parquet", record, record.frames[name])
        for record, folder in runs
        if name in record.frames
    ]
    # The column types of a frame without rows are guesses; they must not spoil those of the others.
    tables = [table for table in tables if table.num_rows] or tables[:1]
    table = pa.concat_tables(tables, promote_options="permissive")
    with atomic_file(path) as temporary:
        pq.write_table(table, temporary)
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _labelled(file: Path, record: RunRecord, checksum: str) -> pa.Table:
    """Return a run's table with scenario and replication as its first columns."""
    try:
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != checksum:
            raise _damaged(file.parent)
        table = pq.read_table(pa.BufferReader(content))
    except (OSError, pa.ArrowException) as error:
        raise _damaged(file.parent) from error
    if not _is_marked(table.schema, record.key):
        raise _damaged(file.parent)
    # The frame of a study is of many runs.
    table, rows = _unmarked(table), table.num_rows
    replication = pa.array([record.replication] * rows, pa.int64())
    table = table.add_column(0, LABELS[1], replication)
    return table.add_column(0, LABELS[0], pa.array([record.scenario] * rows, pa.string()))


def _damaged(folder: Path) -> InputError:
    what = "this stored run was changed while it was read; the same command computes it again"
    return InputError(Problem(what, folder))
