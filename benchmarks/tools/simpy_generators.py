"""A network written directly in SimPy: one generator per patient, nothing of this project's engines."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from typing import Any

import simpy

from benchmarks.networks import Network, Station
from benchmarks.work import Work


class _Run:
    def __init__(self, network: Network, minutes: float, seed: int) -> None:
        self.stations, self.minutes = network.stations, minutes
        self.random = random.Random(seed)
        self.env = simpy.Environment()
        self.desks = [simpy.Resource(self.env, station.servers) for station in self.stations]
        self.entered = self.left = self.visits = self.reneged = 0
        self.waited = 0.0

    def __call__(self) -> Work:
        for number, station in enumerate(self.stations):
            if station.arrivals > 0.0:
                self.env.process(self.source(number, station.arrivals))
        self.env.run(until=self.minutes)
        return Work(self.entered, self.left, self.visits, self.reneged, self.waited)

    def source(self, number: int, rate: float) -> Generator[simpy.Event, Any, None]:
        while True:
            yield self.env.timeout(self.random.expovariate(rate))
            self.entered += 1
            self.env.process(self.patient(number))

    def patient(self, number: int) -> Generator[simpy.Event, Any, None]:
        env, place = self.env, number
        while place >= 0:
            station, came = self.stations[place], env.now
            with self.desks[place].request() as granted:
                if station.patience is None:
                    yield granted
                else:
                    yield granted | env.timeout(self.random.expovariate(1.0 / station.patience))
                self.visits += 1
                self.waited += env.now - came
                if not granted.triggered:
                    self.reneged += 1
                    break
                yield env.timeout(self.random.expovariate(1.0 / station.service))
            place = self.next_place(station)
        self.left += 1

    def next_place(self, station: Station) -> int:
        chance = self.random.random()
        for place, share in station.routes:
            chance -= share
            if chance < 0.0:
                return place
        return -1


def prepare(network: Network, minutes: float, seed: int) -> Callable[[], Work]:
    """Return a call that runs a network from its empty start."""
    return _Run(network, minutes, seed)
