"""How much work a network brings to each station, before anything is simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.scenario.network.arrivals import Arrivals, RateFrom
from sim.scenario.network.schema import (
    Links,
    NetworkScenario,
    PatientClass,
    ServersFrom,
    Station,
    for_class,
)
from sim.scenario.network.units import MINUTES_PER
from sim.scenario.network.ways import Cell, mean_shares, weighted_by_clock
from sim.time_units import MONTH_DAYS

Reals: TypeAlias = NDArray[np.float64]
_WEEK = MINUTES_PER["week"]


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
    """Return the load of every station, in the order of the file.

    Of stations that are tried in order, the first one gets all the work; ways that change with the clock
    count by how long they hold; and classes come as if they never stopped.
    """
    cells = [Cell(name, station) for name in scenario.classes for station in scenario.stations]
    number = {cell: row for row, cell in enumerate(cells)}
    first, routing = np.zeros(len(cells)), np.zeros((len(cells), len(cells)))
    for name, patients in scenario.classes.items():
        rate = _patients_per_minute(scenario, patients)
        for cell, share in mean_shares(scenario, _start_sets(patients), name) if rate else ():
            first[number[cell]] += rate * share
    for cell in cells:
        for to, share in mean_shares(scenario, _next_sets(scenario, cell), cell.patients):
            routing[number[cell], number[to]] += share
    # Cells that nobody comes to may lead nowhere; they are left out of the traffic equations.
    routing[~_reachable(first, routing)] = 0.0
    rates = np.linalg.solve(np.eye(len(cells)) - routing.T, first)
    work = [
        rate * _service_minutes(scenario, cell) for rate, cell in zip(rates, cells, strict=True)
    ]
    by_station = (len(scenario.classes), len(scenario.stations))
    total_rates = np.reshape(rates, by_station).sum(axis=0)
    total_work = np.reshape(work, by_station).sum(axis=0)
    return [
        StationLoad(name, 60.0 * total_rates[row], total_work[row], _servers(station))
        for row, (name, station) in enumerate(scenario.stations.items())
    ]


def _service_minutes(scenario: NetworkScenario, cell: Cell) -> float:
    service = for_class(scenario.stations[cell.station].service, cell.patients)
    return service.mean_minutes if service is not None else 0.0


def _start_sets(patients: PatientClass) -> list[tuple[float, Links]]:
    if patients.start_by_clock is not None:
        return weighted_by_clock(patients.start_by_clock)
    return [(1.0, patients.start or {})]


def _next_sets(scenario: NetworkScenario, cell: Cell) -> list[tuple[float, Links]]:
    station = scenario.stations[cell.station]
    by_clock = for_class(station.next_by_clock, cell.patients)
    if by_clock is not None:
        return weighted_by_clock(by_clock)
    return [(1.0, for_class(station.next, cell.patients) or {})]


def _reachable(first: Reals, routing: Reals) -> Any:
    reached = first > 0.0
    for _ in range(len(first)):
        reached = reached | (reached @ (routing > 0.0))
    return reached


def _patients_per_minute(scenario: NetworkScenario, patients: PatientClass) -> float:
    arrivals, run = patients.arrivals, scenario.run
    if arrivals is None:
        return 0.0
    per_arrival = arrivals.batch.mean if arrivals.batch is not None else 1.0
    factor = arrivals.factor * run.arrival_factor if arrivals.is_random else 1.0
    for factors, weights in (
        (arrivals.hours, None),
        (arrivals.weekdays, None),
        (arrivals.months, MONTH_DAYS),
    ):
        factor *= 1.0 if factors is None else float(np.average(factors, weights=weights))
    return per_arrival * factor * _arrivals_per_minute(arrivals, run.warm_up + run.length)


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
    ends = [minute for minute, _ in marks[1:]] + [marks[0][0] + _WEEK]
    total: float = sum(
        value * (end - minute) for (minute, value), end in zip(marks, ends, strict=True)
    )
    return total / _WEEK
