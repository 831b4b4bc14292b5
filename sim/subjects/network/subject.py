"""Small networks as a subject: what studies and questions ask of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pandas as pd

from sim.engine.choose import EngineName
from sim.engine.model import Model, Pathway
from sim.errors import ARGUMENT, InputError, Problem, refuse_unknown_quantities
from sim.measure.output_analysis.precision import Aim
from sim.reading.yaml_file import dotted
from sim.runs.case import Case, RunOne
from sim.scenario.network.load import load_network
from sim.scenario.network.resolve import network_with_run, resolved_network
from sim.scenario.network.schema import NetworkScenario
from sim.scenario.network.warnings import network_warnings
from sim.scenario.network.workload import loads_frame
from sim.scenario.title import Title
from sim.subjects.log_names import NamedColumn
from sim.subjects.network.cases import network_case, run_network_case
from sim.subjects.network.log_names import network_log_names
from sim.subjects.network.model import NETWORK_PATHWAY, network_model
from sim.subjects.network.quantities import quantities_of_network, with_quantities
from sim.subjects.network.series import long_run_series, network_series
from sim.subjects.series import SeriesRequest

HEADLINES = ("wait_mean", "number_present", "utilisation", "time_in_system_mean")
"""Judged of every station, all classes together, and of the network, unless others are asked for."""
AIMS: Mapping[str, Aim] = MappingProxyType(
    {
        "wait_mean": Aim(0.05, relative=True),
        "utilisation": Aim(0.02, relative=True),
        "time_in_system_mean": Aim(0.05, relative=True),
    }
)
"""By measure, of every station and the network, all classes together."""
_LEAST_REPLICATIONS = 2


class NetworkSubject:
    """Small networks; see `sim.subjects.subject.Subject`."""

    kind: ClassVar[str] = "network"
    frames: ClassVar[tuple[str, ...]] = ("measures", "present", "census")
    pathway: ClassVar[Pathway] = NETWORK_PATHWAY
    whole_weeks: ClassVar[bool] = False
    has_region: ClassVar[bool] = False
    is_compared: ClassVar[bool] = False

    def load(self, path_or_name: Path | str, folder: Path) -> NetworkScenario:
        """Read and check a network file."""
        return load_network(path_or_name, folder)

    def with_settings(
        self, scenario: NetworkScenario, region: Sequence[str], run: Mapping[str, object]
    ) -> NetworkScenario:
        """Return the network with other keys of its ``run``; it has no area."""
        if region:
            raise InputError(Problem("a network has no region", ARGUMENT, key="region"))
        return network_with_run(scenario, run)

    def with_title(self, scenario: NetworkScenario, title: Title) -> NetworkScenario:
        """Return a network with another title."""
        return scenario.model_copy(update={"title": title})

    def without_file(self, scenario: NetworkScenario) -> NetworkScenario:
        """Return the network: it never knows its file."""
        return scenario

    def problems(self, path_or_name: Path | str, folder: Path) -> list[Problem]:
        """Return what is wrong with a network file."""
        try:
            load_network(path_or_name, folder)
        except InputError as error:
            return list(error.problems)
        return []

    def remarks(
        self, scenario: NetworkScenario, folder: Path, *, quick: bool = False
    ) -> list[Problem]:
        """Return loads of 1 and more, arrivals after the end, stations that never open."""
        del folder, quick
        return [
            Problem(what, key=f"{scenario.name}: {dotted(at)}")
            for at, what in network_warnings(scenario)
        ]

    def loads(self, scenario: NetworkScenario) -> pd.DataFrame:
        """Return the load of every station by the traffic equations."""
        return loads_frame(scenario)

    def resolved(self, scenario: NetworkScenario) -> str:
        """Return a network with everything it inherits, as YAML."""
        return resolved_network(scenario)

    def cases(
        self, scenarios: Sequence[NetworkScenario], folder: Path, engine: EngineName, check: bool
    ) -> list[Case[Any]]:
        """Return networks as cases."""
        del folder
        return [network_case(scenario, engine, check) for scenario in scenarios]

    @property
    def run_one(self) -> RunOne[Any]:
        """What runs one replication of a case."""
        return run_network_case

    @property
    def run_together(self) -> None:
        """Networks have no families."""

    def logged(
        self, scenario: NetworkScenario, folder: Path
    ) -> tuple[Model, Mapping[str, NamedColumn]]:
        """Return the model of a network, and the names of what its log numbers."""
        del folder
        return network_model(scenario), network_log_names(scenario)

    def series(
        self, scenario: NetworkScenario, folder: Path, weeks: int, earlier: int, replications: int
    ) -> SeriesRequest:
        """Return the series of a network over its own length, or day by day where it has a calendar."""
        del folder
        return network_series(scenario, weeks, earlier, replications)

    def long_run(self, scenario: NetworkScenario, times: int, batches: int) -> SeriesRequest:
        """Return one long run; batches of a network with a calendar are whole weeks."""
        return long_run_series(scenario, times, batches)

    def series_replications(self, scenario: NetworkScenario) -> int:
        """Return the network's own number, two at least."""
        return max(_LEAST_REPLICATIONS, scenario.run.replications)

    def check_quantities(self, names: Sequence[str], scenario: NetworkScenario) -> None:
        """Refuse names that are not measured, such as ``wait_mean:clinic`` without a station clinic."""
        if names:
            refuse_unknown_quantities(names, quantities_of_network(scenario))

    def quantities(self, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return the measures by the names of their quantities."""
        return with_quantities(frames["measures"])

    def usual_aim(self, quantity: str) -> Aim | None:
        """Return the aim of a measure of the network or of a station, all classes together."""
        measure, *rest = quantity.split(":")
        return AIMS.get(measure) if len(rest) < 2 else None

    def usual_quantities(self, series: pd.DataFrame) -> list[str]:
        """Return the headline measures that ever are anything but zero."""
        # A station that keeps nobody waiting has no wait to judge.
        moving = series[series["value"].notna() & (series["value"] != 0.0)]["quantity"]
        return [
            name
            for name in dict.fromkeys(series["quantity"])
            if name.split(":")[0] in HEADLINES and name.count(":") < 2 and name in set(moving)
        ]
