"""How much work a network brings to each station, before anything is simulated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # not its `sparse`, which is imported when used

from sim.scenario.network.schema import NetworkScenario, Station, for_class
from sim.scenario.network.volume import over_the_week, patients_per_minute
from sim.scenario.network.ways import Cell, mean_shares, next_sets, start_sets


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
        if self.servers > 0.0:
            return self.work / self.servers
        return float("inf") if self.work > 0.0 else 0.0


def station_loads(scenario: NetworkScenario) -> list[StationLoad]:
    """Return the load of every station, in the order of the file.

    Of stations that are tried in order, the first one gets all the work; ways that change with the clock
    count by how long they hold; and classes come as if they never stopped.
    """
    first: dict[Cell, float] = defaultdict(float)
    for name, patients in scenario.classes.items():
        rate = patients_per_minute(scenario, patients)
        for cell, share in mean_shares(scenario, start_sets(patients), name) if rate else ():
            first[cell] += rate * share
    rates, work = dict.fromkeys(scenario.stations, 0.0), dict.fromkeys(scenario.stations, 0.0)
    for cell, rate in _rates(scenario, first).items():
        rates[cell.station] += rate
        work[cell.station] += rate * _service_minutes(scenario, cell)
    return [
        StationLoad(name, 60.0 * rates[name], work[name], _servers(station))
        for name, station in scenario.stations.items()
    ]


def loads_frame(scenario: NetworkScenario) -> pd.DataFrame:
    """Return `station_loads` as a table.

    Returns
    -------
    DataFrame
        ``station``, ``arrivals_per_hour``, ``work`` and ``servers`` (busy, and on duty), ``load`` (work per
        server).
    """
    columns = ("station", "arrivals_per_hour", "work", "servers", "load")
    loads = station_loads(scenario)
    return pd.DataFrame({name: [getattr(load, name) for load in loads] for name in columns})


def _rates(scenario: NetworkScenario, first: Mapping[Cell, float]) -> dict[Cell, float]:
    """Return how many come to each cell per minute: the traffic equations of cells that anybody comes to."""
    number: dict[Cell, int] = {}
    shares: list[tuple[int, Cell, float]] = []
    todo = list(first)
    while todo:
        cell = todo.pop()
        if cell not in number:
            number[cell] = len(number)
            ways = mean_shares(scenario, next_sets(scenario, cell), cell.patients)
            shares += [(number[cell], to, share) for to, share in ways]
            todo += [to for to, _ in ways]
    if not number:
        return {}
    origins, targets, values = zip(*shares, strict=True) if shares else ((), (), ())
    size = len(number)
    routing = scipy.sparse.csc_array(
        (np.array(values, float), ([number[to] for to in targets], list(origins))), (size, size)
    )
    coming = np.array([first.get(cell, 0.0) for cell in number])
    equations = (scipy.sparse.eye_array(size) - routing).tocsc()
    return dict(zip(number, scipy.sparse.linalg.spsolve(equations, coming).tolist(), strict=True))


def _service_minutes(scenario: NetworkScenario, cell: Cell) -> float:
    service = for_class(scenario.stations[cell.station].service, cell.patients)
    return service.mean_minutes if service is not None else 0.0


def _servers(station: Station) -> float:
    servers = [float("inf") if e.servers is None else e.servers for e in station.servers]
    return over_the_week(station.servers, servers)
