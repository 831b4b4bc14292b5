"""In tests every run of both engines is held to the invariants, without being asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.engine.choose import ENGINES
from sim.engine.invariants import BrokenInvariantError
from sim.engine.model import Model
from sim.scenario.network.load import load_network
from sim.subjects.network.model import network_model

NETWORKS = Path(__file__).parents[3] / "scenarios" / "networks"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_broken_run_ends_in_an_error(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert os.environ["SIM_CHECK_COUNTS"] == "1"
    scenario = load_network("mmc", NETWORKS)
    run = scenario.run.model_copy(update={"warm_up": 0.0, "length": 60.0})
    model: Model = network_model(scenario.model_copy(update={"run": run}))
    monkeypatch.setattr("sim.engine.invariants.broken_in_counts", lambda *_: ["somebody is lost"])
    with pytest.raises(BrokenInvariantError, match="somebody is lost"):
        ENGINES[engine](model, 1, 0)
    monkeypatch.setenv("SIM_CHECK_COUNTS", "0")
    ENGINES[engine](model, 1, 0)
