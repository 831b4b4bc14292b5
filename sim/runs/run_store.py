"""Results of single runs on disk: one folder per run, complete or not there.

A run's folder holds one Parquet file per frame and ``run.json``, the record of how it was computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from sim.errors import InputError, Problem
from sim.runs.atomic import atomic_file, atomic_folder
from sim.runs.case import RunResult
from sim.runs.manifest import RunRecord

LABELS = ("scenario", "replication")
"""Columns a collected frame begins with; a single run must not have them."""

_FRAME_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RECORD = "run.json"


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
    record = record.model_copy(update={"frames": tuple(sorted(result))})
    with atomic_folder(folder) as temporary:
        for name, frame in result.items():
            table = pa.Table.from_pandas(frame, preserve_index=False)
            pq.write_table(table, temporary / f"{name}.parquet")
        text = record.model_dump_json(indent=2) + "\n"
        (temporary / _RECORD).write_text(text, encoding="utf-8")
    return record


def find_run(folder: Path) -> RunRecord | None:
    """Return the record of a finished run, or ``None`` if the run is missing.

    Raises
    ------
    InputError
        If the folder is there but damaged.
    """
    if not folder.is_dir():
        return None
    try:
        record = RunRecord.model_validate_json((folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError) as error:
        raise _damaged(folder) from error
    if not all((folder / f"{name}.parquet").is_file() for name in record.frames):
        raise _damaged(folder)
    return record


def frame_names(folders: Iterable[Path]) -> list[str]:
    """Return the names of the frames that the runs hold, sorted."""
    return sorted({file.stem for folder in folders for file in folder.glob("*.parquet")})


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
        _labelled(folder / f"{name}.parquet", record)
        for record, folder in runs
        if (folder / f"{name}.parquet").is_file()
    ]
    # The column types of a frame without rows are guesses; they must not spoil those of the others.
    tables = [table for table in tables if table.num_rows] or tables[:1]
    table = pa.concat_tables(tables, promote_options="permissive")
    with atomic_file(path) as temporary:
        pq.write_table(table, temporary)
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _labelled(file: Path, record: RunRecord) -> pa.Table:
    """Return a run's table with scenario and replication as its first columns."""
    try:
        table = pq.read_table(file)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(file.parent) from error
    rows = table.num_rows
    replication = pa.array([record.replication] * rows, pa.int64())
    table = table.add_column(0, LABELS[1], replication)
    return table.add_column(0, LABELS[0], pa.array([record.scenario] * rows, pa.string()))


def _damaged(folder: Path) -> InputError:
    return InputError(Problem("this stored run is damaged; delete the folder", folder))
