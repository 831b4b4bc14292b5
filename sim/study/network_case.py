"""A network scenario as a case of a study."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.choose import EngineName
from sim.measure.network import network_measures, number_present
from sim.scenario.network_schema import NetworkScenario
from sim.study.case import Case, RunResult
from sim.study.network import simulate_network
from sim.study.run_key import hash_text


@dataclass(frozen=True)
class NetworkPayload:
    """What a worker needs to run a network."""

    scenario: NetworkScenario
    engine: EngineName


def network_case(
    scenario: NetworkScenario, engine: EngineName = "compiled"
) -> Case[NetworkPayload]:
    """Return a network scenario as a case; the file's text and its data determine the results."""
    return Case(
        name=scenario.name,
        replications=scenario.run.replications,
        determinants={"network": hash_text(scenario.model_dump_json()), "engine": engine},
        payload=NetworkPayload(scenario, engine),
    )


def run_network_case(case: Case[NetworkPayload], replication: int, _threads: int) -> RunResult:
    """Run one replication of a network scenario."""
    scenario = case.payload.scenario
    tally = simulate_network(scenario, replication, case.payload.engine)
    return {
        "measures": network_measures(scenario, tally, replication).drop(columns="replication"),
        "present": number_present(scenario, tally, replication).drop(columns="replication"),
    }
