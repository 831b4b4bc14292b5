"""A network scenario as a case of a study."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.choose import EngineName
from sim.engine.invariants import require
from sim.measure.network.census import census
from sim.measure.network.invariants import broken_in_network
from sim.measure.network.measures import network_measures, number_present
from sim.runs.case import Case, RunResult, checked
from sim.runs.run_key import hash_text
from sim.scenario.network.resolve import resolved_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import simulate_network


@dataclass(frozen=True)
class NetworkPayload:
    """What a worker needs to run a network."""

    scenario: NetworkScenario
    engine: EngineName
    check: bool = False
    """Whether runs are checked for the invariants."""


def network_case(
    scenario: NetworkScenario, engine: EngineName = "compiled", check: bool = False
) -> Case[NetworkPayload]:
    """Return a network scenario as a case; the file's text and its data determine the results.

    Parameters
    ----------
    scenario : NetworkScenario
    engine : {'compiled', 'simpy'}
    check : bool
        Fail runs that violate an invariant; runs that were not checked are not found again.
    """
    return Case(
        name=scenario.name,
        replications=scenario.run.replications,
        determinants={
            "network": hash_text(scenario.model_dump_json()),
            # In the network already; here for people who read the manifest.
            "run": scenario.run.model_dump(exclude={"replications"}, exclude_none=True),
            "engine": engine,
            **checked(check),
        },
        payload=NetworkPayload(scenario, engine, check),
        resolved=resolved_network(scenario),
    )


def run_network_case(case: Case[NetworkPayload], replication: int, _threads: int) -> RunResult:
    """Run one replication of a network scenario."""
    scenario = case.payload.scenario
    tally = simulate_network(scenario, replication, case.payload.engine)
    if case.payload.check:
        require(broken_in_network(scenario, tally))
    frames = {
        "measures": network_measures(scenario, tally, replication),
        "present": number_present(scenario, tally, replication),
        "census": census(scenario, tally, replication),
    }
    return {name: table.drop(columns="replication") for name, table in frames.items() if len(table)}
