"""A network in Cimba's Python package, one process per server and patients as entries of a queue.

Fewer processes, and so faster than one per patient; but whoever is only an entry cannot give up.
"""

from __future__ import annotations

from collections.abc import Callable

import cimba
from cimba import random

from benchmarks.networks import Network
from benchmarks.tools.cimba_processes import Desk, Hall, Source, hall_of, runner, sources_of
from benchmarks.work import Work


class QueueDesk(Desk):
    """A station whose queue holds the times at which patients came."""

    queue: cimba.Store[float]


class QueueHall(Hall):
    """Stations with queues."""

    desks: list[QueueDesk]


class QueueSource(Source):
    """Patients from outside, put into a queue."""

    hall: cimba.Ref[QueueHall]

    @cimba.process
    def arrivals(self) -> None:
        """Let patients come."""
        while True:
            cimba.hold(random.exponential(self.gap))
            self.hall.entered += 1
            self.hall.desks[self.place].queue.put(cimba.now())


class Server(cimba.Model):
    """One server of a station."""

    hall: cimba.Ref[QueueHall]
    desk: cimba.Ref[QueueDesk]

    @cimba.process
    def work(self) -> None:
        """Serve one patient after the other and send them on."""
        hall, desk = self.hall, self.desk
        while True:
            came = desk.queue.get()
            hall.visits += 1
            hall.waited += cimba.now() - came
            cimba.hold(random.exponential(desk.service))
            chance = random.uniform(0.0, 1.0)
            route = desk.first_route
            while route < desk.end_of_routes and chance >= hall.shares[route]:
                route += 1
            if route < desk.end_of_routes:
                hall.desks[hall.targets[route]].queue.put(cimba.now())
            else:
                hall.left += 1


class Region(cimba.Model):
    """The network."""

    hall: QueueHall
    sources: list[QueueSource]
    servers: list[Server]


def prepare(network: Network, minutes: float, seed: int) -> Callable[[], Work]:
    """Return a call that runs a network from its empty start."""
    region = Region()
    region.hall = hall_of(QueueHall(), QueueDesk, network)
    region.sources = sources_of(QueueSource, region.hall, network)
    servers = []
    for desk, station in zip(region.hall.desks, network.stations, strict=True):
        for _ in range(station.servers):
            server = Server()
            server.hall, server.desk = region.hall, desk
            servers.append(server)
    region.servers = servers
    return runner(region, region.hall, minutes, seed)
