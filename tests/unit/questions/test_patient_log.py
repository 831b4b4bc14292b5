"""The patient log as a file: every row in order, in few row groups."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from sim.engine.compiled import simulate
from sim.engine.log import LOG_COLUMNS, log_columns
from sim.questions.patient_log import GROUP_ROWS, write_patient_log
from sim.scenario.network.load import load_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import NETWORK_PATHWAY, network_model
from sim.world.fields import Reals

NETWORKS = Path(__file__).parents[3] / "scenarios" / "networks"
COLUMNS = (*LOG_COLUMNS, *NETWORK_PATHWAY.describes)


def mmc(days: float) -> NetworkScenario:
    """The shipped M/M/c without a warm-up, for some days."""
    network = load_network("mmc", NETWORKS)
    run = network.run.model_copy(update={"warm_up": 0.0, "length": 1440.0 * days})
    return network.model_copy(update={"run": run})


def test_a_long_log_has_few_row_groups_and_every_row_in_order(tmp_path: Path) -> None:
    network, out = mmc(300.0), tmp_path / "log.parquet"
    handed_over: list[Reals] = []
    simulate(network_model(network), network.run.seed, 2, handed_over.append)
    rows = np.concatenate(handed_over)
    assert len(rows) > 2 * GROUP_ROWS
    assert len(handed_over) > 20

    assert write_patient_log(network_model(network), network.run.seed, 2, out) == len(rows)
    with pq.ParquetFile(out) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        table = file.read()
    assert len(sizes) == ceil(len(rows) / GROUP_ROWS)
    assert set(sizes[:-1]) == {GROUP_ROWS}
    assert table.column_names == list(COLUMNS)
    for name, column in log_columns(rows, NETWORK_PATHWAY.describes).items():
        found = table[name].to_numpy()
        assert found.dtype == column.dtype
        np.testing.assert_array_equal(found, column)


def test_a_log_without_patients_has_its_columns(tmp_path: Path) -> None:
    out = tmp_path / "log.parquet"
    # Shorter than the way to the first arrival.
    assert write_patient_log(network_model(mmc(1e-9)), 1, 0, out) == 0
    assert pq.read_table(out).column_names == list(COLUMNS)
