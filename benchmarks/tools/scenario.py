"""A network as a scenario of this project, for both of its engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.networks import Network, Station
from benchmarks.work import Work
from sim.engine.choose import ENGINES, EngineName
from sim.engine.tally import Amount, Count, Tally
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.network.model import network_model


def run_on(engine: EngineName, network: Network, minutes: float, seed: int) -> Callable[[], Work]:
    """Return a call that runs a network on an engine from its empty start."""
    model = network_model(scenario_of(network, minutes, seed))

    def run() -> Work:
        return work_of(ENGINES[engine](model, seed, 0))

    return run


def scenario_of(network: Network, minutes: float, seed: int) -> NetworkScenario:
    """Return a network as a file would state it."""
    # A sum over all stations, not one for each of them.
    arrivals = network.arrivals
    start = {
        f"s{number}": station.arrivals / arrivals
        for number, station in enumerate(network.stations)
        if station.arrivals > 0.0
    }
    return NetworkScenario.model_validate(
        {
            "kind": "network",
            "name": network.name,
            "title": {"zh": network.title, "en": network.title},
            "run": {
                "warm_up": "0 min",
                "length": f"{minutes:.9f} min",
                "replications": 1,
                "seed": seed,
            },
            "classes": {
                "patient": {
                    "arrivals": {"poisson": f"{arrivals:.12f} per minute"},
                    "start": start,
                }
            },
            "stations": {f"s{n}": _station(station) for n, station in enumerate(network.stations)},
        }
    )


def _station(station: Station) -> dict[str, Any]:
    described: dict[str, Any] = {
        "servers": station.servers,
        "service": {"other": {"exponential": f"{station.service:.12f} min"}},
        "next": {"other": {f"s{number}": share for number, share in station.routes}},
    }
    if station.patience is not None:
        described["patience"] = {"other": {"exponential": f"{station.patience:.12f} min"}}
    return described


def work_of(tally: Tally) -> Work:
    """Return what an engine's tally says was done."""
    counts, amounts = tally.counts.sum(axis=(0, 1, 2)), tally.amounts.sum(axis=(0, 1, 2))
    reneged = int(counts[Count.RENEGED])
    return Work(
        entered=tally.entered,
        left=tally.left,
        visits=int(counts[Count.GRANTED]) + reneged,
        reneged=reneged,
        waited=float(amounts[Amount.WAIT] + amounts[Amount.LOST_WAIT]),
    )
