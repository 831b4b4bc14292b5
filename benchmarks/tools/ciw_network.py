"""A network in Ciw."""

from __future__ import annotations

from collections.abc import Callable

import ciw
import numpy as np

from benchmarks.networks import Network
from benchmarks.work import Work


def prepare(network: Network, minutes: float, seed: int) -> Callable[[], Work]:
    """Return a call that runs a network from its empty start and reads Ciw's records."""
    stations = network.stations
    patience = [
        ciw.dists.Exponential(1.0 / s.patience) if s.patience is not None else None
        for s in stations
    ]
    described = ciw.create_network(
        arrival_distributions=[
            ciw.dists.Exponential(s.arrivals) if s.arrivals > 0.0 else None for s in stations
        ],
        service_distributions=[ciw.dists.Exponential(1.0 / s.service) for s in stations],
        number_of_servers=[s.servers for s in stations],
        routing=_routing(network),
        reneging_time_distributions=patience if network.impatient else None,
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(described)

    def run() -> Work:
        simulation.simulate_until_max_time(minutes)
        records = simulation.get_all_records()
        return Work(
            entered=simulation.nodes[0].number_of_individuals,
            left=len(simulation.nodes[-1].all_individuals),
            visits=len(records),
            reneged=sum(record.record_type == "renege" for record in records),
            waited=sum(record.waiting_time for record in records),
        )

    return run


def _routing(network: Network) -> list[list[float]]:
    size = len(network.stations)
    table = np.zeros((size, size))
    for row, station in enumerate(network.stations):
        for column, share in station.routes:
            table[row, column] = share
    routing: list[list[float]] = table.tolist()
    return routing
