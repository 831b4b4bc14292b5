"""A network scenario as flat arrays: the world that `pathway/network.py` sees."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sim.lookup import reader
from sim.scenario.network_distributions import DistributionFamilies, SingleFamilies
from sim.scenario.network_schema import (
    EXIT,
    Arrivals,
    Links,
    NetworkScenario,
    Station,
    for_class,
)
from sim.world.distributions import Distributions, DistributionsBuilder
from sim.world.fields import Ints, Reals, ints, reals
from sim.world.pools import (
    NO_LIMIT,
    UNLIMITED,
    Pools,
    PoolsBuilder,
    Segment,
)

NOWHERE = -1
"""As a station: the exit. As a distribution: none (no travel, endless patience)."""
LEVELS_AT_LEAST = 1024
"""Numbers present that are told apart where nothing limits how many can be."""


class ArrivalKind(IntEnum):
    """How the patients of a class arrive."""

    RATES = 0
    """Poisson, at a rate that may change over the week."""
    REGULAR = 1
    SCRIPTED = 2


@dataclass(frozen=True)
class NetworkWorld(Distributions):
    """A queueing network. Time is in minutes; a *cell* is ``class * stations + station``."""

    stations: Ints
    """(1,) number of stations."""
    counted_from: Ints
    """(1,) the first period that is counted."""
    start_minute_of_week: Ints
    """(1,) minute of the week, 0 = Monday 00:00, at time 0."""

    class_name: Ints
    """(classes,) a number made from the class's name: the name of its random stream."""
    arrival_kind: Ints
    """(classes,) an `ArrivalKind`."""
    arrival_start: Ints
    """(classes + 1,) first row of the class in `arrival_minute` and `arrival_rate`."""
    arrival_minute: Reals
    """(arrival rows,) rates: minute of the week from which the rate holds (the first is 0);
    regular: time of the first arrival; scripted: times of the arrivals, sorted."""
    arrival_rate: Reals
    """(arrival rows,) rates: patients per minute; regular: minutes between arrivals."""

    class_links: Ints
    """(classes,) the set of links along which a class begins."""
    cell_links: Ints
    """(cells,) the set of links along which a class leaves a station."""
    link_start: Ints
    """(sets + 1,) first link of each set."""
    link_share: Reals
    """(links,) probability of this or an earlier link of the set; above the last is the exit."""
    link_station: Ints
    """(links,) where the link leads."""
    link_travel: Ints
    """(links,) distribution of the travel time, or `NOWHERE`."""

    service: Ints
    """(cells,) distribution of the service time."""
    priority: Ints
    """(cells,) 0 is served first."""
    patience: Ints
    """(cells,) distribution of the patience, or `NOWHERE` for endless patience."""
    on_renege: Ints
    """(cells,) station after patience ran out, or `NOWHERE`."""
    on_full: Ints
    """(cells,) station when there is no room to wait, or `NOWHERE`."""
    hold_until_next: Ints
    """(cells,) 1 = keeps the server while waiting for the next station."""


world_stations = reader(NetworkWorld, "stations")
world_counted_from = reader(NetworkWorld, "counted_from")
start_minute_of_week = reader(NetworkWorld, "start_minute_of_week")
arrival_kind = reader(NetworkWorld, "arrival_kind")
arrival_start = reader(NetworkWorld, "arrival_start")
arrival_minute = reader(NetworkWorld, "arrival_minute")
arrival_rate = reader(NetworkWorld, "arrival_rate")
class_links = reader(NetworkWorld, "class_links")
cell_links = reader(NetworkWorld, "cell_links")
link_start = reader(NetworkWorld, "link_start")
link_share = reader(NetworkWorld, "link_share")
link_station = reader(NetworkWorld, "link_station")
link_travel = reader(NetworkWorld, "link_travel")
service = reader(NetworkWorld, "service")
priority = reader(NetworkWorld, "priority")
patience = reader(NetworkWorld, "patience")
on_renege = reader(NetworkWorld, "on_renege")
on_full = reader(NetworkWorld, "on_full")
hold_until_next = reader(NetworkWorld, "hold_until_next")


def stream_name(name: str) -> int:
    """Return the number of a class's random stream: it depends on the class's name only."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big")


def build_network(scenario: NetworkScenario) -> tuple[NetworkWorld, Pools]:
    """Return the world and the pools of a checked network scenario.

    Parameters
    ----------
    scenario : NetworkScenario
        Classes become streams and groups, stations become pools, both in the order of the file.
    """
    return _NetworkBuilder(scenario).world(), network_pools(scenario)


def counted_from(scenario: NetworkScenario) -> int:
    """Return the first counted period: 1 after a warm-up, else 0."""
    return 1 if scenario.run.warm_up > 0.0 else 0


class _NetworkBuilder:
    """Collects the arrays of one network."""

    def __init__(self, scenario: NetworkScenario) -> None:
        self.scenario = scenario
        self.number = {name: row for row, name in enumerate(scenario.stations)} | {EXIT: NOWHERE}
        self.distributions = DistributionsBuilder()
        self.link_start = [0]
        self.link_share: list[float] = []
        self.link_station: list[int] = []
        self.link_travel: list[int] = []

    def world(self) -> NetworkWorld:
        scenario, classes = self.scenario, self.scenario.classes
        arrivals = [arrival_rows(patients.arrivals) for patients in classes.values()]
        starts = [0]
        for _, of_class in arrivals:
            starts.append(starts[-1] + len(of_class))
        rows = [row for _, of_class in arrivals for row in of_class]
        # Before the world is put together: this fills the links and the distributions.
        cells = {
            "cell_links": self._per_cell(self._next),
            "service": self._per_cell(self._service),
            "priority": self._per_cell(self._priority),
            "patience": self._per_cell(self._patience),
            "on_renege": self._per_cell(self._on_renege),
            "on_full": self._per_cell(self._on_full),
            "hold_until_next": self._per_cell(self._hold_until_next),
        }
        class_links = [self._links(patients.start) for patients in classes.values()]
        fields: dict[str, Any] = {**cells, **self.distributions.build()}
        return NetworkWorld(
            stations=ints([len(scenario.stations)]),
            counted_from=ints([counted_from(scenario)]),
            start_minute_of_week=ints([scenario.run.start]),
            class_name=ints([stream_name(name) for name in classes]),
            arrival_kind=ints([kind for kind, _ in arrivals]),
            arrival_start=ints(starts),
            arrival_minute=reals([minute for minute, _ in rows]),
            arrival_rate=reals([rate for _, rate in rows]),
            class_links=ints(class_links),
            link_start=ints(self.link_start),
            link_share=reals(self.link_share),
            link_station=ints(self.link_station),
            link_travel=ints(self.link_travel),
            **fields,
        )

    def _per_cell(self, value: Callable[[Station, str], int]) -> Ints:
        """Return one value for every class and station."""
        stations = self.scenario.stations.values()
        return ints(
            [value(station, name) for name in self.scenario.classes for station in stations]
        )

    def _row(self, distribution: DistributionFamilies | None) -> int:
        """Add a distribution, or return `NOWHERE` for none."""
        if distribution is None:
            return NOWHERE
        if distribution.mixture is not None:
            parts = distribution.mixture
            rows = [self._single_row(part.time) for part in parts]
            return self.distributions.mixture([part.share for part in parts], rows)
        return self._single_row(distribution)

    def _single_row(self, distribution: SingleFamilies) -> int:
        """Add a distribution that is not a mixture of named parts."""
        family, name = distribution.chosen, distribution.chosen_name
        if name == "empirical":
            return self.distributions.empirical(family.minutes)
        row: int = getattr(self.distributions, name)(**family.model_dump())
        return row

    def _links(self, links: Links) -> int:
        """Add a set of links with cumulative shares and return its number."""
        total = 0.0
        for station, link in links.items():
            if station == EXIT:
                continue
            total += link.share
            self.link_share.append(1.0 if total > 1.0 - 1e-9 else total)
            self.link_station.append(self.number[station])
            self.link_travel.append(self._row(link.travel))
        self.link_start.append(len(self.link_share))
        return len(self.link_start) - 2

    def _next(self, station: Station, patients: str) -> int:
        return self._links(for_class(station.next, patients) or {})

    def _service(self, station: Station, patients: str) -> int:
        return self._row(for_class(station.service, patients))

    def _priority(self, station: Station, patients: str) -> int:
        return for_class(station.priority, patients) or 0

    def _patience(self, station: Station, patients: str) -> int:
        return self._row(for_class(station.patience, patients))

    def _on_renege(self, station: Station, patients: str) -> int:
        return self.number[for_class(station.on_renege, patients) or EXIT]

    def _on_full(self, station: Station, patients: str) -> int:
        return self.number[for_class(station.on_full, patients) or EXIT]

    def _hold_until_next(self, station: Station, patients: str) -> int:
        return int(for_class(station.hold_until_next, patients) or False)


def arrival_rows(arrivals: Arrivals) -> tuple[ArrivalKind, list[tuple[float, float]]]:
    """Return how a class arrives as rows of `NetworkWorld.arrival_minute` and `arrival_rate`."""
    if arrivals.poisson is not None:
        return ArrivalKind.RATES, [(0.0, arrivals.poisson)]
    if arrivals.piecewise is not None:
        rates = [(minute, entry.rate) for entry in arrivals.piecewise for minute in entry.start]
        return ArrivalKind.RATES, weekly(rates)
    if arrivals.regular is not None:
        return ArrivalKind.REGULAR, [(arrivals.regular.first, arrivals.regular.every)]
    assert arrivals.scripted is not None
    return ArrivalKind.SCRIPTED, [(time, 0.0) for time in arrivals.scripted.minutes]


def weekly(entries: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    """Return (minute of week, value) sorted and from minute 0 on: Monday begins as Sunday ends."""
    ordered = sorted((float(minute), value) for minute, value in entries)
    if ordered[0][0] > 0.0:
        ordered.insert(0, (0.0, ordered[-1][1]))
    return ordered


def network_pools(scenario: NetworkScenario) -> Pools:
    """Return the stations as pools, in the order of the file."""
    builder = PoolsBuilder()
    for number, station in enumerate(scenario.stations.values()):
        entries = [
            (minute, UNLIMITED if entry.servers is None else entry.servers)
            for entry in station.servers
            for minute in entry.start
        ]
        segments: list[Segment] = [(int(m), int(servers), 0) for m, servers in weekly(entries)]
        builder.add(
            segments,
            wait_row=number * len(scenario.classes),
            room=NO_LIMIT if station.room is None else station.room,
            levels=_levels(station, max(servers for _, servers, _ in segments)),
        )
    return builder.build()


def _levels(station: Station, servers: int) -> int:
    """Return how many numbers present are told apart at a station."""
    if station.room is None or servers == UNLIMITED:
        return LEVELS_AT_LEAST if servers == UNLIMITED else max(LEVELS_AT_LEAST, 2 * servers)
    return servers + station.room + 1
