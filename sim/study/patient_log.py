"""The patient log: one row for every step of every patient of one replication."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.engine.compiled import simulate
from sim.engine.log import LOG_WIDTH, log_columns
from sim.engine.model import Model
from sim.region import load_region
from sim.scenario import Scenario, region_folder
from sim.scenario.network_schema import NetworkScenario
from sim.study.atomic import atomic_file, clear_os_errors
from sim.study.care_model import care_model, care_worlds
from sim.study.network import network_model
from sim.world.fields import Reals


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
        ``waited``, ``action``, ``pool``, ``minutes``, ``keep`` (see `sim.pathway.steps`) and five
        that the pathway describes.

    Returns
    -------
    int
        Rows written.
    """
    if isinstance(scenario, NetworkScenario):
        model = network_model(scenario)
    else:
        region = load_region(region_folder(scenario, folder))
        model = care_model(care_worlds(region, scenario))
    with clear_os_errors(out), atomic_file(out) as temporary:
        return _write(model, scenario.run.seed, replication, temporary)


def _write(model: Model, seed: int, replication: int, path: Path) -> int:
    describes = model.pathway.describes
    total = 0
    # A run without patients leaves a file with the columns alone.
    empty = pa.table(log_columns(np.zeros((0, LOG_WIDTH)), describes))
    with pq.ParquetWriter(path, empty.schema) as writer:

        def note(rows: Reals) -> None:
            nonlocal total
            total += len(rows)
            writer.write_table(pa.table(log_columns(rows, describes)))

        simulate(model, seed, replication, note)
    return total
