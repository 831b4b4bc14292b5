"""How much work a network brings to each station, before anything is simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.network_schema import (
    EXIT,
    Arrivals,
    Links,
    NetworkScenario,
    RateFrom,
    ServersFrom,
    Station,
    for_class,
)

_MINUTES_PER_WEEK = 10080


@dataclass(frozen=True)
class StationLoad:
    """What a station has to do on average over the week, if nobody leaves a queue or is refused."""

    station: str
    arrivals_per_hour: float
    work: float
    """Servers that would be busy on average."""
    servers: float
    """Servers on duty on average; inf where they are unlimited."""

    @property
    def load(self) -> float:
        """Work per server; from 1 on the queue grows without bound unless patients leave it."""
        return self.work / self.servers if self.servers > 0.0 else float("inf")


def station_loads(scenario: NetworkScenario) -> list[StationLoad]:
    """Return the load of every station, in the order of the file."""
    names = list(scenario.stations)
    rates = np.zeros(len(names))
    work = np.zeros(len(names))
    for patients, described in scenario.classes.items():
        flow = _flow(scenario, patients, described.start)
        flow *= _arrivals_per_minute(described.arrivals, scenario.run.warm_up + scenario.run.length)
        rates += flow
        for row, station in enumerate(scenario.stations.values()):
            service = for_class(station.service, patients)
            work[row] += flow[row] * service.mean_minutes if service is not None else 0.0
    return [
        StationLoad(name, 60.0 * rates[row], work[row], _servers(scenario.stations[name]))
        for row, name in enumerate(names)
    ]


def _flow(scenario: NetworkScenario, patients: str, start: Links) -> np.ndarray:
    """Return how often a patient of a class comes to each station (the traffic equations)."""
    number = {name: row for row, name in enumerate(scenario.stations)}
    routing = np.zeros((len(number), len(number)))
    for name, station in scenario.stations.items():
        for target, link in (for_class(station.next, patients) or {}).items():
            if target != EXIT:
                routing[number[name], number[target]] = link.share
    first = np.zeros(len(number))
    for target, link in start.items():
        first[number[target]] = link.share
    reached = _reachable(first, routing)
    # Stations that the class never comes to may lead nowhere; they are left out of the equations.
    routing[~reached] = 0.0
    flow: np.ndarray = np.linalg.solve(np.eye(len(number)) - routing.T, first)
    return flow


def _reachable(first: np.ndarray, routing: np.ndarray) -> np.ndarray:
    reached = first > 0.0
    for _ in range(len(first)):
        reached = reached | (reached @ (routing > 0.0))
    return reached


def _arrivals_per_minute(arrivals: Arrivals, minutes: float) -> float:
    if arrivals.poisson is not None:
        return arrivals.poisson
    if arrivals.piecewise is not None:
        return _over_the_week(arrivals.piecewise, [entry.rate for entry in arrivals.piecewise])
    if arrivals.regular is not None:
        return 1.0 / arrivals.regular.every
    assert arrivals.scripted is not None
    return sum(time <= minutes for time in arrivals.scripted.minutes) / minutes


def _servers(station: Station) -> float:
    servers = [float("inf") if e.servers is None else e.servers for e in station.servers]
    return _over_the_week(station.servers, servers)


def _over_the_week(entries: Sequence[RateFrom | ServersFrom], values: list[float]) -> float:
    """Return the mean over the week of values that hold from their entry to the next one."""
    marks = sorted(
        (minute, value)
        for entry, value in zip(entries, values, strict=True)
        for minute in entry.start
    )
    ends = [minute for minute, _ in marks[1:]] + [marks[0][0] + _MINUTES_PER_WEEK]
    total: float = sum(
        value * (end - minute) for (minute, value), end in zip(marks, ends, strict=True)
    )
    return total / _MINUTES_PER_WEEK
