"""What a study of networks says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from sim.api.answer import Answer, Shown
from sim.measure.network.census import CENSUS_KEYS
from sim.measure.network.measures import MEASURE_KEYS, summarise
from sim.report.network_tables import loads_table, measures_table, network_caption, stuck_lines
from sim.report.words import Words
from sim.runs.paths import Planned
from sim.runs.study import StudyResult
from sim.scenario.network.schema import NetworkScenario
from sim.scenario.network.workload import loads_frame


def network_line(network: NetworkScenario, folder: Path) -> Callable[[Words], str]:
    """Return what says which network is simulated, how long and how often."""
    del folder
    return partial(network_caption, network)


def network_description(network: NetworkScenario, folder: Path) -> Shown:
    """Return the load of every station."""
    del folder
    loads = loads_frame(network)
    return Shown({"loads": loads}, lambda words: [loads_table(loads, network.name, words)])


def network_planned(networks: Sequence[NetworkScenario]) -> Planned:
    """Return the names of what a study of networks gives."""
    del networks
    return Planned(("measures", "loads", "census"))


def network_study(networks: Sequence[NetworkScenario], folder: Path, result: StudyResult) -> Answer:
    """Return means over replications, with intervals, of what is measured, and the load of every station."""
    del folder
    measures = summarise(result.frames["measures"], keys=("scenario", *MEASURE_KEYS))
    loads = {network.name: loads_frame(network) for network in networks}
    tables = {
        "measures": measures,
        "loads": pd.concat(
            [table.assign(scenario=name) for name, table in loads.items()], ignore_index=True
        ),
    }
    if "census" in result.frames:
        tables["census"] = summarise(result.frames["census"], keys=("scenario", *CENSUS_KEYS))

    def shown(words: Words) -> list[object]:
        parts: list[object] = []
        for network in networks:
            own = measures[measures["scenario"] == network.name]
            parts.append(measures_table(own, network, words))
            parts.append(loads_table(loads[network.name], network.name, words))
            parts += stuck_lines(own, network, words)
        return parts

    return Answer(tables=tables, frames=result.frames, manifest=result.manifest, _shown=shown)
