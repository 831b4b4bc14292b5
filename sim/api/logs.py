"""The patient log: every step of every patient of one replication."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

import pandas as pd
import pyarrow.parquet as pq

from sim.api.arguments import checked
from sim.api.options import OneRunOptions, Source
from sim.api.scenarios import read_all
from sim.api.shipped import scenarios_folder
from sim.questions.patient_log import is_patient_log, write_patient_log
from sim.runs.outputs import check_output_file
from sim.subjects.prepare import prepare
from sim.subjects.registry import subject_of


@checked(OneRunOptions)
def write_log(
    source: Source, out: Path | str, *, replication: int = 0, **options: Unpack[OneRunOptions]
) -> int:
    """Run one replication and write its log as a Parquet file.

    Parameters
    ----------
    source : str, Path, mapping, Scenario or NetworkScenario
    out : Path or str
        The file.
    replication : int
        0, 1, ...
    **options
        See `sim.api.options.OneRunOptions`.

    Returns
    -------
    int
        Rows written, one for each step of each patient.

    Raises
    ------
    InputError
        If the scenario is wrong, or the file cannot be written.
    """
    (scenario,) = read_all([source], options)
    check_output_file(Path(out), is_patient_log, _inputs(source))
    folder = scenarios_folder(options.get("scenarios"))
    subject = subject_of(scenario)
    prepare(subject.pathway)
    model, names = subject.logged(scenario, folder)
    return write_patient_log(model, names, scenario.run.seed, replication, Path(out))


def _inputs(source: Source) -> list[Path]:
    return [Path(source)] if isinstance(source, str | Path) else []


@checked(OneRunOptions)
def log(
    source: Source, *, replication: int = 0, **options: Unpack[OneRunOptions]
) -> Iterator[pd.DataFrame]:
    """Yield the log of one replication in pieces of some hundred thousand rows, in the order of time.

    The log lies on the disk meanwhile, so that one of any length can be read.

    Parameters
    ----------
    source, replication, **options
        As of `write_log`.

    Yields
    ------
    DataFrame
        A row for each step of each patient; ``docs/reference-log.md`` has columns and units.

    Raises
    ------
    InputError
        As of `write_log`.
    """
    with TemporaryDirectory(prefix="tiered-care-") as folder:
        file = Path(folder) / "log.parquet"
        write_log(source, file, replication=replication, **options)
        with pq.ParquetFile(file) as log_file:
            for group in range(log_file.num_row_groups):
                piece: pd.DataFrame = log_file.read_row_group(group).to_pandas()
                yield piece
