"""A network in Cimba's Python package, one process per patient: what any of the networks needs."""

from __future__ import annotations

from collections.abc import Callable

import cimba
from cimba import random

from benchmarks.networks import Network
from benchmarks.work import Work

_GAVE_UP = 7


class Desk(cimba.Model):
    """A station."""

    servers: cimba.Resource
    service: cimba.Param[float] = 1.0
    patience: cimba.Param[float] = 0.0
    first_route: cimba.Param[int] = 0
    end_of_routes: cimba.Param[int] = 0


class Hall(cimba.Model):
    """All stations, the ways between them, and what is counted."""

    desks: list[Desk]
    shares: cimba.Array[float]
    targets: cimba.Array[int]
    entered: int = 0
    left: int = 0
    visits: int = 0
    reneged: int = 0
    waited: float = 0.0
    total_entered: cimba.Output[int]
    total_left: cimba.Output[int]
    total_visits: cimba.Output[int]
    total_reneged: cimba.Output[int]
    total_waited: cimba.Output[float]

    @cimba.on_end
    def report(self) -> None:
        """Hand over what was counted."""
        self.total_entered = self.entered
        self.total_left = self.left
        self.total_visits = self.visits
        self.total_reneged = self.reneged
        self.total_waited = self.waited


class Patient(cimba.Model):
    """Queue, be served, go on."""

    hall: cimba.Ref[Hall]
    place: int

    @cimba.process
    def life(self) -> None:
        """Go from station to station."""
        hall = self.hall
        while self.place >= 0:
            desk = hall.desks[self.place]
            came = cimba.now()
            if desk.patience > 0.0:
                cimba.this_process().timer_set(random.exponential(desk.patience), _GAVE_UP)
            signal = desk.servers.acquire(1)
            hall.visits += 1
            hall.waited += cimba.now() - came
            if signal != 0:
                hall.reneged += 1
                self.place = -1
            else:
                if desk.patience > 0.0:
                    cimba.this_process().timers_clear()
                cimba.hold(random.exponential(desk.service))
                desk.servers.release(1)
                chance = random.uniform(0.0, 1.0)
                route = desk.first_route
                while route < desk.end_of_routes and chance >= hall.shares[route]:
                    route += 1
                self.place = hall.targets[route] if route < desk.end_of_routes else -1
        hall.left += 1
        cimba.release(self)


class Source(cimba.Model):
    """Patients from outside."""

    hall: cimba.Ref[Hall]
    gap: cimba.Param[float]
    place: cimba.Param[int]

    @cimba.process
    def arrivals(self) -> None:
        """Let patients come."""
        while True:
            cimba.hold(random.exponential(self.gap))
            self.hall.entered += 1
            cimba.spawn(Patient, hall=self.hall, place=self.place)


class Region(cimba.Model):
    """The network."""

    hall: Hall
    sources: list[Source]


def prepare(network: Network, minutes: float, seed: int) -> Callable[[], Work]:
    """Return a call that runs a network from its empty start."""
    region = Region()
    region.hall = hall_of(Hall(), Desk, network)
    for desk, station in zip(region.hall.desks, network.stations, strict=True):
        desk.servers = cimba.Resource(capacity=station.servers)
        desk.patience = station.patience or 0.0
    region.sources = sources_of(Source, region.hall, network)
    return runner(region, region.hall, minutes, seed)


def hall_of(hall: Hall, desk_model: type[Desk], network: Network) -> Hall:
    """Fill a hall with the desks of a network and the ways between them."""
    shares: list[float] = []
    targets: list[int] = []
    desks = []
    for station in network.stations:
        desk = desk_model()
        desk.service, desk.first_route = station.service, len(shares)
        total = 0.0
        for place, share in station.routes:
            total += share
            shares.append(total)
            targets.append(place)
        desk.end_of_routes = len(shares)
        desks.append(desk)
    hall.desks, hall.shares = desks, cimba.Array(shares or [0.0])
    hall.targets = cimba.Array(targets or [0])
    return hall


def sources_of(source_model: type[Source], hall: Hall, network: Network) -> list[Source]:
    """Return a source for every station to which patients come from outside."""
    sources = []
    for place, station in enumerate(network.stations):
        if station.arrivals > 0.0:
            source = source_model()
            source.hall, source.gap, source.place = hall, 1.0 / station.arrivals, place
            sources.append(source)
    return sources


def runner(model: cimba.Model, hall: Hall, minutes: float, seed: int) -> Callable[[], Work]:
    """Return a call that runs a model and returns what its hall counted."""
    experiment = cimba.Experiment(model, window=cimba.Window(duration=minutes), seed=seed)

    def run() -> Work:
        found = experiment.run(workers=1)[hall]
        return Work(
            entered=int(found.total_entered.values[0, 0]),
            left=int(found.total_left.values[0, 0]),
            visits=int(found.total_visits.values[0, 0]),
            reneged=int(found.total_reneged.values[0, 0]),
            waited=float(found.total_waited.values[0, 0]),
        )

    return run
