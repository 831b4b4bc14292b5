"""The patient log as a file: every row in order, in few row groups."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from sim.engine.compiled import simulate
from sim.engine.log import LOG_COLUMNS, log_columns
from sim.questions.patient_log import GROUP_ROWS, write_patient_log
from sim.region import load_region
from sim.scenario import load_scenario, overridden
from sim.scenario.network.load import load_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.subject import CareSubject
from sim.subjects.network.model import NETWORK_PATHWAY, network_model
from sim.subjects.network.subject import NetworkSubject
from sim.world.fields import Reals

NETWORK = NetworkSubject()
SCENARIOS = Path(__file__).parents[3] / "scenarios"
NETWORKS = SCENARIOS / "networks"
NAMES = (*("event_name", "action_name", "pool_name", "class_name", "station_name", "stage_name"),)
COLUMNS = (*LOG_COLUMNS, *NETWORK_PATHWAY.describes, *NAMES)


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

    assert write_patient_log(*NETWORK.logged(network, NETWORKS), network.run.seed, 2, out) == len(
        rows
    )
    with pq.ParquetFile(out) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        table = file.read()
    assert len(sizes) == ceil(len(rows) / GROUP_ROWS)
    assert set(sizes[:-1]) == {GROUP_ROWS}
    assert table.column_names == list(COLUMNS)
    for name, column in log_columns(rows, NETWORK_PATHWAY).items():
        found = table[name].to_numpy()
        assert found.dtype == column.dtype
        np.testing.assert_array_equal(found, column)


def test_names_stand_beside_numbers(tmp_path: Path) -> None:
    out = tmp_path / "log.parquet"
    write_patient_log(*NETWORK.logged(mmc(1.0), NETWORKS), mmc(1.0).run.seed, 0, out)
    log = pq.read_table(out).to_pandas()
    assert all(log[name].dtype == "category" for name in NAMES)
    first, second = log.iloc[0], log.iloc[1]
    assert (first["event_name"], first["action_name"]) == ("arrived", "seize")
    assert (second["event_name"], second["action_name"]) == ("granted", "hold")
    assert set(log["pool_name"].dropna()) == {"clinic"}
    # Who leaves asks for no pool.
    assert log.loc[log["pool"] < 0, "pool_name"].isna().all()
    assert (log["action_name"] == "leave").equals(log["pool"] < 0)
    steps = log.groupby("event", observed=True)["event_name"].unique()
    assert {number: list(names) for number, names in steps.items()} == {
        0: ["arrived"],
        1: ["granted"],
        4: ["done"],
    }


def test_a_regions_log_names_facilities_and_conditions(tmp_path: Path) -> None:
    scenario = overridden(
        load_scenario("baseline-2020", SCENARIOS),
        region=["fujian/taining"],
        run={"length": "1 w", "warm_up": "0 w"},
    )
    out = tmp_path / "log.parquet"
    write_patient_log(*CareSubject().logged(scenario, SCENARIOS), scenario.run.seed, 0, out)
    log = pq.read_table(out).to_pandas()
    beds = log[log["stage_name"] == "acute_stay"]
    assert len(beds)
    assert set(log["action_name"]) == {"seize", "hold", "leave"}
    seized = log.loc[log["stage_name"] == "waiting_for_doctor", "pool_name"].dropna().astype(str)
    region = load_region(SCENARIOS / "regions" / "fujian")
    departments = region.skills.loc[region.skills["role"] == "doctor", "skill"]
    # The last part of a pool's name; the least visited may see nobody in a week.
    seen = set(seized.str.split().str[-1])
    assert {"doctor", "medicine", "emergency"} <= seen <= set(departments)
    assert set(log["condition_name"].dropna()) <= set(region.conditions["condition"])
    # A facility's name is that of the code in the name of the pool asked for there.
    names = region.facilities.set_index("facility")["name_zh"]
    waits = log[log["stage_name"] == "waiting_for_doctor"].dropna(subset=["pool_name"])
    codes = waits["pool_name"].astype(str).str.split().str[0].astype(int)
    assert (names.loc[codes].to_numpy() == waits["facility_name"].astype(str).to_numpy()).all()


def test_a_log_without_patients_has_its_columns(tmp_path: Path) -> None:
    out = tmp_path / "log.parquet"
    # Shorter than the way to the first arrival.
    assert write_patient_log(*NETWORK.logged(mmc(1e-9), NETWORKS), 1, 0, out) == 0
    assert pq.read_table(out).column_names == list(COLUMNS)
