"""The checks of a network's run find what is wrong with it, and nothing in a run that is right."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.engine.tally import Amount, Count, Tally
from sim.measure.network.invariants import broken_in_network
from sim.scenario.network.load import load_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import simulate_network

NETWORKS = Path(__file__).parents[3] / "scenarios" / "networks"
Ran = tuple[NetworkScenario, Tally]


def _short(name: str, warm_up: float) -> NetworkScenario:
    scenario = load_network(name, NETWORKS)
    run = scenario.run.model_copy(update={"warm_up": warm_up, "length": 40_320.0})
    return scenario.model_copy(update={"run": run})


@pytest.fixture(scope="module", params=[0.0, 10_080.0], ids=["from the start", "after a warm-up"])
def ran(request: pytest.FixtureRequest) -> Ran:
    scenario = _short("clinic-and-ward", request.param)
    return scenario, simulate_network(scenario, 0)


@pytest.mark.parametrize("name", sorted(path.stem for path in NETWORKS.glob("*.yaml")))
def test_nothing_is_wrong_with_a_shipped_network(name: str) -> None:
    scenario = _short(name, 10_080.0)
    assert broken_in_network(scenario, simulate_network(scenario, 0)) == []


def _lose_a_patient(tally: Tally) -> None:
    tally.left -= 1


def _lose_a_cancelled_wait(tally: Tally) -> None:
    tally.amounts[..., Amount.LOST_WAIT] += 60.0 * tally.counts[..., Count.RENEGED]


def _count_a_patient_out_twice(tally: Tally) -> None:
    tally.state.arrays.left_count[0] += 1


def _forget_time(tally: Tally) -> None:
    tally.level_minutes[0] -= 1.0


def _serve_longer(tally: Tally) -> None:
    tally.amounts[-1, 0, 0, Amount.BUSY_AREA] += 1.0


def _give_servers_that_are_not_there(tally: Tally) -> None:
    tally.amounts[..., Amount.BUSY_AREA] *= 40.0


def _forget_a_reason(tally: Tally) -> None:
    (reneged, *_) = np.flatnonzero(tally.state.arrays.unserved_count)
    tally.state.arrays.unserved_count[reneged] -= 1


def _keep_somebody_inside(tally: Tally) -> None:
    tally.state.arrays.inside_now[0] += 1


def _let_somebody_wait(tally: Tally) -> None:
    tally.state.arrays.waiting_now[0] += 1


def _hold_less_than_nothing(tally: Tally) -> None:
    tally.state.arrays.held_now[0] = -1


def _work_backwards(tally: Tally) -> None:
    tally.state.arrays.overtime[0] = -1.0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_give_servers_that_are_not_there, "was busier than its"),
        (_forget_a_reason, "are not as many as the reasons for it"),
        (_keep_somebody_inside, "began at stations and are inside"),
        (_let_somebody_wait, "do not agree on how many wait"),
        (_hold_less_than_nothing, "more servers are held than patients can hold"),
        (_work_backwards, "less than no time after closing"),
        (_lose_a_patient, "are inside"),
        (_lose_a_cancelled_wait, "sum of its waits"),
        (_count_a_patient_out_twice, "times in system"),
        (_forget_time, "numbers present were counted for"),
        (_serve_longer, "clinic: queue and service add up to"),
    ],
)
def test_what_is_wrong_is_told(ran: Ran, spoil: Callable[[Tally], None], words: str) -> None:
    scenario, tally = ran[0], copy.deepcopy(ran[1])
    assert broken_in_network(scenario, tally) == []
    spoil(tally)
    assert any(words in what for what in broken_in_network(scenario, tally))
