"""The patient log: one row for every step of every patient of one replication."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.engine.compiled import simulate
from sim.engine.log import LOG_HEAD, log_columns
from sim.engine.model import Model, Pathway
from sim.runs.atomic import atomic_file, clear_os_errors
from sim.subjects.log_names import NamedColumn
from sim.world.fields import Reals

GROUP_ROWS = 100_000
"""Rows of a row group. An engine hands over a few thousand at a time: too few for a file that is read fast."""

MARK = b"tiered-care-patient-log"
"""In the metadata of every log's file."""

_MANY_VALUES = frozenset({"time", "patient", "waited", "minutes"})


def write_patient_log(
    model: Model, names: Mapping[str, NamedColumn], seed: int, replication: int, out: Path
) -> int:
    """Run one replication of a model and write its log.

    Parameters
    ----------
    model : Model
    names : mapping of str to NamedColumn
        What the numbers of the log mean, `sim.subjects.log_names`.
    seed, replication : int
    out : Path
        Parquet file. Columns ``time`` (minutes from the start of the run), ``patient``, ``event``,
        ``waited``, ``action``, ``pool``, ``minutes``, ``keep`` (see `sim.pathway.steps`), those
        that the pathway describes, and the names of what these number, ``event_name`` and so on.

    Returns
    -------
    int
        Rows written.
    """
    with clear_os_errors(out), atomic_file(out) as temporary:
        return write_log_of(model, names, seed, replication, temporary)


def is_patient_log(path: Path) -> bool:
    """Tell whether a file is a log that `write_log_of` has written."""
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException):
        return False
    return MARK in metadata


def write_log_of(
    model: Model, names: Mapping[str, NamedColumn], seed: int, replication: int, path: Path
) -> int:
    """Run one replication of a model, write its log and return the number of rows."""
    pathway = model.pathway
    # A run without patients leaves a file with the columns alone.
    empty = _table(np.zeros((0, LOG_HEAD + len(pathway.describes))), pathway, names)
    # Times and patients hardly repeat: a dictionary of them costs time and saves nothing.
    few = [name for name in empty.column_names if name not in _MANY_VALUES]
    schema = empty.schema.with_metadata({MARK: b"1"})
    with pq.ParquetWriter(path, schema, use_dictionary=few) as writer:
        groups = _RowGroups(writer, pathway, names)
        simulate(model, seed, replication, groups.add)
        groups.write_rest()
    return groups.total


def _table(rows: Reals, pathway: Pathway, names: Mapping[str, NamedColumn]) -> pa.Table:
    """Return rows as columns, the names of numbers after all numbers."""
    columns = log_columns(rows, pathway)
    named = {name: column.of(columns[column.source]) for name, column in names.items()}
    return pa.table({**columns, **named})


class _RowGroups:
    """Holds rows back until they fill a row group, and never many more."""

    def __init__(self, writer: Any, pathway: Pathway, names: Mapping[str, NamedColumn]) -> None:
        self.total = 0
        self._writer, self._pathway, self._names = writer, pathway, names
        self._held: list[Reals] = []
        self._size = 0

    def add(self, rows: Reals) -> None:
        """Take rows over; write those that fill row groups."""
        self._held.append(rows)
        self._size += len(rows)
        if self._size >= GROUP_ROWS:
            held = np.concatenate(self._held)
            full = self._size - self._size % GROUP_ROWS
            self._write(held[:full])
            # A copy: a part of the array would keep all of it in memory.
            self._held, self._size = [held[full:].copy()], self._size - full

    def write_rest(self) -> None:
        """Write what is left at the end."""
        if self._size:
            self._write(np.concatenate(self._held))

    def _write(self, rows: Reals) -> None:
        table = _table(rows, self._pathway, self._names)
        table = table.replace_schema_metadata(self._writer.schema.metadata)
        self._writer.write_table(table, row_group_size=GROUP_ROWS)
        self.total += len(rows)
