"""The patient log: one row for every step of every patient of one replication."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.engine.compiled import simulate
from sim.engine.log import LOG_WIDTH, log_columns
from sim.engine.model import Model
from sim.questions.log_names import NamedColumn, care_log_names, network_log_names
from sim.region import load_region
from sim.runs.atomic import atomic_file, clear_os_errors
from sim.scenario import Scenario, region_folder
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.model import care_model, care_worlds
from sim.subjects.network.model import network_model
from sim.world.fields import Reals

GROUP_ROWS = 100_000
"""Rows of a row group. An engine hands over a few thousand at a time: too few for a file that is read fast."""

_MANY_VALUES = frozenset({"time", "patient", "waited", "minutes"})


def write_patient_log(
    scenario: Scenario | NetworkScenario, folder: Path, replication: int, out: Path
) -> int:
    """Run one replication and write its log.

    Parameters
    ----------
    scenario : Scenario or NetworkScenario
    folder : Path
        The scenarios folder.
    replication : int
    out : Path
        Parquet file. Columns ``time`` (minutes from the start of the run), ``patient``, ``event``,
        ``waited``, ``action``, ``pool``, ``minutes``, ``keep`` (see `sim.pathway.steps`), five
        that the pathway describes, and the names of what these number, ``event_name`` and so on.

    Returns
    -------
    int
        Rows written.
    """
    if isinstance(scenario, NetworkScenario):
        model, names = network_model(scenario), network_log_names(scenario)
    else:
        built = care_worlds(load_region(region_folder(scenario, folder)), scenario)
        model, names = care_model(built), care_log_names(built)
    with clear_os_errors(out), atomic_file(out) as temporary:
        return write_log_of(model, names, scenario.run.seed, replication, temporary)


def write_log_of(
    model: Model, names: Mapping[str, NamedColumn], seed: int, replication: int, path: Path
) -> int:
    """Run one replication of a model, write its log and return the number of rows."""
    describes = model.pathway.describes
    # A run without patients leaves a file with the columns alone.
    empty = _table(np.zeros((0, LOG_WIDTH)), describes, names)
    # Times and patients hardly repeat: a dictionary of them costs time and saves nothing.
    few = [name for name in empty.column_names if name not in _MANY_VALUES]
    with pq.ParquetWriter(path, empty.schema, use_dictionary=few) as writer:
        groups = _RowGroups(writer, describes, names)
        simulate(model, seed, replication, groups.add)
        groups.write_rest()
    return groups.total


def _table(rows: Reals, describes: tuple[str, ...], names: Mapping[str, NamedColumn]) -> pa.Table:
    """Return rows as columns, the names of numbers after all numbers."""
    columns = log_columns(rows, describes)
    named = {name: column.of(columns[column.source]) for name, column in names.items()}
    return pa.table({**columns, **named})


class _RowGroups:
    """Holds rows back until they fill a row group, and never many more."""

    def __init__(
        self, writer: Any, describes: tuple[str, ...], names: Mapping[str, NamedColumn]
    ) -> None:
        self.total = 0
        self._writer, self._describes, self._names = writer, describes, names
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
        table = _table(rows, self._describes, self._names)
        self._writer.write_table(table, row_group_size=GROUP_ROWS)
        self.total += len(rows)
