"""What a study of networks says."""

from __future__ import annotations

from collections.abc import Sequence

from sim.api.answer import Answer
from sim.glossary import Language
from sim.measure.network.census import CENSUS_KEYS
from sim.measure.network.measures import MEASURE_KEYS, summarise
from sim.report.network_tables import measures_table
from sim.runs.study import StudyResult
from sim.scenario.network.schema import NetworkScenario


def network_study(networks: Sequence[NetworkScenario], result: StudyResult) -> Answer:
    """Return means over replications, with intervals, of what is measured."""
    measures = summarise(result.frames["measures"], keys=("scenario", *MEASURE_KEYS))
    tables = {"measures": measures}
    if "census" in result.frames:
        tables["census"] = summarise(result.frames["census"], keys=("scenario", *CENSUS_KEYS))

    def shown(lang: Language) -> list[object]:
        return [
            measures_table(measures[measures["scenario"] == network.name], network, lang)
            for network in networks
        ]

    return Answer(tables=tables, frames=result.frames, manifest=result.manifest, _shown=shown)
