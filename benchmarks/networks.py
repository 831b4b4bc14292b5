"""The networks that every tool runs, each defined here once.

Arrivals are Poisson, services and patience exponential, so that theory (`benchmarks.theory`) knows
what every tool must find. Times are in minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve


@dataclass(frozen=True)
class Station:
    """Servers with one queue, first come first served.

    Attributes
    ----------
    servers : int
    service : float
        Mean minutes with a server.
    arrivals : float
        Patients per minute from outside.
    routes : tuple of (int, float)
        Station and probability; the rest leaves.
    patience : float, optional
        Mean minutes a patient waits before leaving the network; None = for ever. Only where nobody
        goes on to another station: so the network stays one with a known answer (product form).
    """

    servers: int
    service: float
    arrivals: float = 0.0
    routes: tuple[tuple[int, float], ...] = ()
    patience: float | None = None

    def __post_init__(self) -> None:
        if self.patience is not None and self.routes:
            raise ValueError("a station with patience must be the last of its patients")


@dataclass(frozen=True)
class Network:
    """Stations and the ways between them."""

    name: str
    title: str
    stations: tuple[Station, ...]

    @property
    def arrivals(self) -> float:
        """Patients per minute from outside."""
        return sum(station.arrivals for station in self.stations)

    @property
    def impatient(self) -> bool:
        """Whether anybody may leave a queue."""
        return any(station.patience is not None for station in self.stations)

    def routing(self) -> csr_array:
        """Return the probabilities of going from a station (row) to another (column)."""
        ways = [(i, j, p) for i, s in enumerate(self.stations) for j, p in s.routes]
        rows, columns, shares = zip(*ways, strict=True) if ways else ((), (), ())
        size = len(self.stations)
        return csr_array((np.array(shares, dtype=float), (rows, columns)), shape=(size, size))

    def visit_rates(self) -> np.ndarray:
        """Return how many patients per minute come to each station (the traffic equations)."""
        outside = np.array([station.arrivals for station in self.stations])
        if not any(station.routes for station in self.stations):
            return outside
        balance = (eye_array(len(self.stations)) - self.routing().T).tocsc()
        return np.asarray(spsolve(balance, outside))


def balanced(network: Network, load: float) -> Network:
    """Return the network with services such that every server has the same load."""
    rates = network.visit_rates()
    stations = tuple(
        replace(station, service=load * station.servers / float(rate))
        for station, rate in zip(network.stations, rates, strict=True)
    )
    return replace(network, stations=stations)


def three_doctors() -> Network:
    """Return M/M/3 with a load of 0.8."""
    return Network("mm3", "M/M/3, load 0.8", (Station(3, 12.0, arrivals=0.2),))


def referral() -> Network:
    """Return 12 stations: referral upwards, some patients sent back, patience at the top."""
    clinics = [Station(1, 1.0, 0.05, ((6 + i // 2, 0.25), (9, 0.05))) for i in range(6)]
    townships = [Station(2, 1.0, 0.02, ((9, 0.3),)) for _ in range(3)]
    county = Station(4, 1.0, 0.01, ((6, 0.05), (7, 0.05), (8, 0.05), (10, 0.2), (11, 0.05)))
    shell = Network("shell", "", (*clinics, *townships, county, Station(2, 1.0), Station(1, 1.0)))
    *below, city, province = balanced(shell, 0.8).stations
    top = (replace(city, patience=2.0 * city.service), replace(province, patience=province.service))
    return Network("referral-12", "Referral, 12 stations, impatience at the top", (*below, *top))


def tiered(size: int) -> Network:
    """Return a county-like network, every server with a load of 0.7.

    Of 100 stations 80 are clinics, 15 township centres, 3 county hospitals, one a city and one a
    provincial hospital; other sizes alike.
    """
    townships, counties, tops = (max(1, round(share * size)) for share in (0.15, 0.03, 0.01))
    clinics = size - townships - counties - 2 * tops
    township, county = clinics, clinics + townships
    city, province = county + counties, county + counties + tops
    stations = [
        Station(
            1,
            1.0,
            0.05,
            ((township + i * townships // clinics, 0.2), (county + i * counties // clinics, 0.05)),
        )
        for i in range(clinics)
    ]
    stations += [
        Station(3, 1.0, 0.0, ((county + i * counties // townships, 0.25),))
        for i in range(townships)
    ]
    for i in range(counties):
        back = township + i * townships // counties
        up = ((city + i * tops // counties, 0.15), (province + i * tops // counties, 0.03))
        stations.append(Station(8, 1.0, 0.0, ((back, 0.1), *up)))
    stations += [Station(10, 1.0, 0.0, ((province + i, 0.1),)) for i in range(tops)]
    stations += [Station(10, 1.0) for _ in range(tops)]
    shell = Network(f"tiered-{size}", f"County-like, {size:,} stations", tuple(stations))
    return balanced(shell, 0.7)


def impatient(patience: int) -> Network:
    """Return three doctors with a quarter too much to do; the queue grows with the patience."""
    station = Station(3, 12.0, arrivals=0.3125, patience=float(patience))
    return Network(f"patience-{patience}", f"Mean patience {patience} min", (station,))


_FIXED: Mapping[str, Callable[[], Network]] = MappingProxyType(
    {"mm3": three_doctors, "referral-12": referral}
)
_SIZED: Mapping[str, Callable[[int], Network]] = MappingProxyType(
    {"tiered": tiered, "patience": impatient}
)


def network_named(name: str) -> Network:
    """Return a network by its name, such as ``mm3`` or ``tiered-100``.

    Raises
    ------
    KeyError
        If there is no such network.
    """
    if name in _FIXED:
        return _FIXED[name]()
    family, _, number = name.partition("-")
    return _SIZED[family](int(number))
