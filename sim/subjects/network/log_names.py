"""Names of what a network's patient log numbers."""

from __future__ import annotations

from collections.abc import Mapping

from sim.pathway.network.state import Stage
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.log_names import OF_ALL, NamedColumn, named_column


def network_log_names(scenario: NetworkScenario) -> Mapping[str, NamedColumn]:
    """Return the names in a network's log: its stations, its classes, and what patients do."""
    stations, classes = list(scenario.stations), list(scenario.classes)
    return {
        **OF_ALL,
        "pool_name": named_column("pool", stations),
        "class_name": named_column("class", classes),
        "station_name": named_column("station", stations),
        "stage_name": named_column("stage", [stage.name.lower() for stage in Stage]),
    }
