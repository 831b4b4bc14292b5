"""A checked run that contradicts itself fails; an unchecked one is another run."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.engine.choose import ENGINES
from sim.engine.invariants import BrokenInvariantError
from sim.engine.tally import Tally
from sim.scenario import load_scenario, overridden
from sim.scenario.network.load import load_network
from sim.subjects.care import cases as care_case_module
from sim.subjects.care.cases import care_case, run_care_case, run_care_cases
from sim.subjects.network import model as network_module
from sim.subjects.network.cases import network_case, run_network_case

SCENARIOS = Path(__file__).parents[3] / "scenarios"
WEEK = {"warm_up": "0 w", "length": "1 w", "replications": 1}


@pytest.fixture
def wrong_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine lose a patient."""
    right = ENGINES["compiled"]

    def simulate(*arguments: object, **options: object) -> Tally:
        tally = right(*arguments, **options)  # type: ignore[arg-type]
        tally.entered += 1
        return tally

    engines = {**ENGINES, "compiled": simulate}
    monkeypatch.setattr(care_case_module, "ENGINES", engines)
    monkeypatch.setattr(network_module, "ENGINES", engines)


@pytest.mark.usefixtures("wrong_engine")
def test_a_network_run_fails_only_if_it_is_checked() -> None:
    network = load_network("erlang-b", SCENARIOS / "networks")
    assert run_network_case(network_case(network), 0, 1)
    with pytest.raises(BrokenInvariantError, match="patients entered"):
        run_network_case(network_case(network, check=True), 0, 1)


@pytest.mark.usefixtures("wrong_engine")
def test_a_care_run_fails_only_if_it_is_checked() -> None:
    scenario = overridden(
        load_scenario("baseline-2020", SCENARIOS), region=["fujian/taining"], run=WEEK
    )
    assert run_care_case(care_case(scenario, SCENARIOS), 0, 1)
    with pytest.raises(BrokenInvariantError, match="patients entered"):
        run_care_case(care_case(scenario, SCENARIOS, check=True), 0, 1)


def test_right_runs_pass_together_and_by_themselves() -> None:
    scenario = overridden(
        load_scenario("plan-2025", SCENARIOS), region=["fujian/taining"], run=WEEK
    )
    case = care_case(scenario, SCENARIOS, check=True)
    assert run_care_case(case, 0, 1)["indicators"].equals(
        next(run_care_cases([case], 0, 1))[1]["indicators"]
    )


def test_a_run_that_was_not_checked_is_not_found_again() -> None:
    network = load_network("mmc", SCENARIOS / "networks")
    checked, unchecked = network_case(network, check=True), network_case(network)
    assert checked.determinants != unchecked.determinants
    assert "check" not in unchecked.determinants
