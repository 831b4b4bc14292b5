"""A network scenario as a case of a study."""

from __future__ import annotations

from sim.measure.network import network_measures, number_present
from sim.scenario.network_schema import NetworkScenario
from sim.study.case import Case, RunResult
from sim.study.network import simulate_network
from sim.study.run_key import hash_text

ENGINE = "simpy"


def network_case(scenario: NetworkScenario) -> Case[NetworkScenario]:
    """Return a network scenario as a case; the file's text and its data determine the results."""
    return Case(
        name=scenario.name,
        replications=scenario.run.replications,
        determinants={"network": hash_text(scenario.model_dump_json()), "engine": ENGINE},
        payload=scenario,
    )


def run_network_case(case: Case[NetworkScenario], replication: int) -> RunResult:
    """Run one replication of a network scenario."""
    tally = simulate_network(case.payload, replication)
    return {
        "measures": network_measures(case.payload, tally, replication).drop(columns="replication"),
        "present": number_present(case.payload, tally, replication).drop(columns="replication"),
    }
