"""What a network file can say beyond plain queues, against theory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.measure.network.measures import network_measures
from sim.scenario.network.load import load_network
from sim.subjects.network.model import simulate_network
from sim.validation.theory.stations import erlang_b

HEAD = """\
kind: network
name: test
title: {zh: 测试, en: Test}
run: {warm_up: 5 d, length: 120 d, replications: 20, seed: 20260101}
"""
ERRORS = 4.0
"""Standard errors; of fifteen figures one misses by chance in a hundred such tests (19 degrees of freedom)."""
Wanted = dict[tuple[str, str, str], float]


def _guarded(servers: int, kept: int, first: float, second: float) -> tuple[float, float]:
    """Return the shares lost of two classes (offered loads) when the second leaves `kept` servers free.

    A birth-death process: both classes are let in below ``servers - kept``, only the first one above.
    """
    weights = [1.0]
    for busy in range(1, servers + 1):
        load = first + (second if busy <= servers - kept else 0.0)
        weights.append(weights[-1] * load / busy)
    shares = np.array(weights) / sum(weights)
    return float(shares[-1]), float(shares[servers - kept :].sum())


def _ordered_entry() -> tuple[str, Wanted]:
    """Three single servers tried in order lose what three in one place lose (Erlang B)."""
    load = 1.5
    lost = [erlang_b(servers, load) for servers in range(4)]
    text = """
classes: {patient: {arrivals: {poisson: 1.5 per hour}, start: any}}
first_free: {any: [one, two, three]}
stations:
  one: {servers: 1, room: 0, service: {exponential: 1 h}}
  two: {servers: 1, room: 0, service: {exponential: 1 h}}
  three: {servers: 1, room: 0, service: {exponential: 1 h}}
"""
    wanted = {
        ("patient", name, "in_service"): load * (lost[place] - lost[place + 1])
        for place, name in enumerate(("one", "two", "three"))
    }
    return text, wanted | {("patient", "three", "refused_share"): lost[3] / lost[2]}


def _overflow_chain() -> tuple[str, Wanted]:
    """The same by overflow: who finds one full is sent to the next."""
    text, _ = _ordered_entry()
    text = text.replace("start: any", "start: one").replace(
        "first_free: {any: [one, two, three]}\n", ""
    )
    for name, following in (("one", "two"), ("two", "three")):
        text = text.replace(
            f"{name}: {{servers: 1, room: 0", f"{name}: {{servers: 1, room: 0, on_full: {following}"
        )
    lost = [erlang_b(servers, 1.5) for servers in range(4)]
    return text, {
        ("patient", "one", "refused_share"): lost[1],
        ("patient", "two", "refused_share"): lost[2] / lost[1],
        ("patient", "three", "refused_share"): lost[3] / lost[2],
    }


def _guard() -> tuple[str, Wanted]:
    urgent, routine = _guarded(10, 2, 3.0, 5.0)
    text = """
classes:
  urgent: {arrivals: {poisson: 3 per hour}, start: ward}
  routine: {arrivals: {poisson: 5 per hour}, start: ward}
stations:
  ward:
    servers: 10
    room: 0
    reserved: 2
    reserved_for: [urgent]
    priority: {urgent: 0, routine: 1}
    service: {exponential: 1 h}
"""
    return text, {
        ("urgent", "ward", "refused_share"): urgent,
        ("routine", "ward", "refused_share"): routine,
    }


def _hyperexponential() -> tuple[str, Wanted]:
    """M/G/1 (Pollaczek and Khinchine): rate * E[S^2] / 2 / (1 - load)."""
    rate, second_moment = 0.05, 0.75 * 2 * 4.0**2 + 0.25 * 2 * 28.0**2
    text = """
classes: {patient: {arrivals: {poisson: 3 per hour}, start: desk}}
stations:
  desk:
    servers: 1
    service: {hyperexponential: {shares: [0.75, 0.25], means: [4 min, 28 min]}}
"""
    wait = rate * second_moment / 2.0 / (1.0 - rate * 10.0)
    return text, {("patient", "desk", "wait_mean"): wait, ("patient", "desk", "waited_share"): 0.5}


def _batches() -> tuple[str, Wanted]:
    """M^X/M/1: the mean number present is load * (E[X] + E[X^2]) / 2 / E[X] / (1 - load)."""
    mean, square = 0.5 * 1 + 0.5 * 3, 0.5 * 1 + 0.5 * 9
    load = mean * 2.0 * 10.0 / 60.0
    text = """
classes:
  patient:
    arrivals: {poisson: 2 per hour, batch: {sizes: [1, 3], shares: [0.5, 0.5]}}
    start: desk
stations: {desk: {servers: 1, service: {exponential: 10 min}}}
"""
    present = load * (mean + square) / 2.0 / mean / (1.0 - load)
    return text, {
        ("patient", "desk", "number_present"): present,
        ("patient", "desk", "utilisation"): load,
    }


def _returns() -> tuple[str, Wanted]:
    """A follow-up with probability 0.4 after a delay, as another class: traffic equations, and M/M/1 in sum."""
    text = """
classes:
  patient: {arrivals: {poisson: 3 per hour}, start: desk}
  follow-up: {}
stations:
  desk:
    servers: 1
    service: {exponential: 10 min}
    next: {desk: {share: 0.4, travel: {exponential: 2 h}, becomes: follow-up}}
"""
    rate = 3.0 / 60.0 / 0.6
    return text, {
        ("follow-up", "desk", "in_service"): rate * 0.4 * 10.0,
        ("all", "desk", "number_present"): rate * 10.0 / (1.0 - rate * 10.0),
    }


@pytest.mark.parametrize(
    "case", [_ordered_entry, _overflow_chain, _guard, _hyperexponential, _batches, _returns]
)
def test_a_mechanism_does_what_theory_says(tmp_path: Path, case) -> None:
    text, wanted = case()
    file = tmp_path / "test.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    scenario = load_network(file, tmp_path)
    runs = []
    for replication in range(scenario.run.replications):
        table = network_measures(scenario, simulate_network(scenario, replication))
        runs.append(table.set_index(["class", "station", "measure"])["value"])
    for place, theory in wanted.items():
        values = np.array([run[place] for run in runs])
        error = values.std(ddof=1) / np.sqrt(values.size)
        assert abs(values.mean() - theory) < ERRORS * error, (place, values.mean(), theory)
