"""Network files for tests: written with a few lines changed."""

from __future__ import annotations

from pathlib import Path

from sim.measure.network.measures import network_measures
from sim.scenario.network.load import load_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import simulate_network

HEAD = """\
kind: network
name: test
title: {zh: 测试, en: Test}
run: {warm_up: 0 d, length: 1 d, replications: 1, seed: 1}
"""

ONE_DESK = (
    HEAD
    + """\
classes:
  patient:
    arrivals: {scripted: {times: [0, 10, 20, 30]}}
    start: desk
stations:
  desk:
    servers: 1
    service: 15 min
"""
)
SCRIPT = "scripted: {times: [0, 10, 20, 30]}"
"""Its arrivals."""
CLINIC = "  clinic: {servers: unlimited, service: 10 min}\n"
"""A station that the desk may lead to."""


def load(folder: Path, text: str) -> NetworkScenario:
    file = folder / "test.yaml"
    file.write_text(text, encoding="utf-8")
    return load_network(file, folder)


def measures(scenario: NetworkScenario, replication: int = 0) -> dict[tuple[str, str, str], float]:
    table = network_measures(scenario, simulate_network(scenario, replication), replication)
    return dict(table.set_index(["class", "station", "measure"])["value"])
