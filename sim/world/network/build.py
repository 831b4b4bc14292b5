"""From a network scenario to its world and its pools."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from sim.scenario.network.arrivals import Arrivals
from sim.scenario.network.distributions import DistributionFamilies, SingleFamilies
from sim.scenario.network.schema import (
    EXIT,
    ByClock,
    Links,
    NetworkScenario,
    PatientClass,
    Station,
    for_class,
)
from sim.world.distributions import DistributionsBuilder
from sim.world.fields import Ints, ints, reals
from sim.world.network.week import (
    arrival_rows,
    cumulative,
    network_periods,
    pool_rows,
    session_rows,
    start_minute_of_year,
    weekly,
)
from sim.world.network.world import NOWHERE, ClosingRule, NetworkWorld
from sim.world.pools import NO_LIMIT, UNLIMITED, Pools, PoolsBuilder, Segment

LEVELS_AT_LEAST = 1024
"""Numbers present that are told apart where nothing limits how many can be."""
_ALMOST_ALL = 1.0 - 1e-9


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
    distributions = DistributionsBuilder()
    ways = _Ways(scenario, distributions)
    # Before the world is put together: cells fill the ways and the distributions.
    fields: dict[str, Any] = {
        **_cells(scenario, ways),
        **_arrivals(scenario),
        **_sessions(scenario),
        **_calendar(scenario),
        "classes": ints([len(scenario.classes)]),
        "stations": ints([len(scenario.stations)]),
    }
    classes = [ways.begin(patients) for patients in scenario.classes.values()]
    world = NetworkWorld(class_way=ints(classes), **fields, **ways.build(), **distributions.build())
    return world, network_pools(scenario)


# --- classes ----------------------------------------------------------------------------------


def _arrivals(scenario: NetworkScenario) -> dict[str, Any]:
    """Return the fields that say how classes arrive."""
    run, classes = scenario.run, scenario.classes
    streams = [patients.arrivals for patients in classes.values()]
    kinds = [arrival_rows(each, run.arrival_factor) for each in streams]
    rows = [row for _, of_class in kinds for row in of_class]
    ends = [_end_of_arrivals(each, run.arrivals_until) for each in streams]
    batches = [each.batch if each is not None else None for each in streams]
    sizes = [[] if batch is None else batch.sizes for batch in batches]
    upto = [
        share
        for batch in batches
        if batch is not None
        for share in [*list(accumulate(batch.shares))[:-1], 1.0]
    ]
    months: list[int] = []
    factors: list[float] = []
    for each in streams:
        months.append(NOWHERE if each is None or each.months is None else len(factors))
        factors += [] if each is None or each.months is None else each.months
    return {
        "class_name": ints([stream_name(name) for name in classes]),
        "arrival_kind": ints([kind for kind, _ in kinds]),
        "arrival_start": ints(cumulative([of_class for _, of_class in kinds])),
        "arrival_minute": reals([minute for minute, _ in rows]),
        "arrival_rate": reals([rate for _, rate in rows]),
        "arrival_until": reals(ends),
        "arrival_month": ints(months),
        "month_factor": reals([*factors, 0.0]),
        "batch_start": ints(cumulative(sizes)),
        "batch_upto": reals([*upto, 0.0]),
        "batch_size": ints([*(size for of_class in sizes for size in of_class), 0]),
    }


def _end_of_arrivals(arrivals: Arrivals | None, of_all: float | None) -> float:
    """Return from when on nobody of a class comes."""
    of_class = None if arrivals is None else arrivals.until
    return min((time for time in (of_class, of_all) if time is not None), default=math.inf)


def _calendar(scenario: NetworkScenario) -> dict[str, Any]:
    """Return the fields that say when the run begins and when everybody is counted."""
    periods = network_periods(scenario)
    return {
        "counted_from": ints([periods.counted_from]),
        "start_minute_of_week": ints([scenario.run.start]),
        "start_minute_of_year": ints([start_minute_of_year(scenario.run)]),
        "period_time": ints(periods.times),
        "period_hour": ints(periods.hours),
        "census_rows": ints([periods.rows]),
    }


# --- stations ---------------------------------------------------------------------------------


def _sessions(scenario: NetworkScenario) -> dict[str, Any]:
    """Return the fields that say when stations are open."""
    stations = list(scenario.stations.values())
    sessions = [session_rows(station) for station in stations]
    rows = [row for of_station in sessions for row in of_station]
    rules = [
        ClosingRule[station.at_closing.upper()] if station.closes else ClosingRule.CARRY_OVER
        for station in stations
    ]
    return {
        "closing_rule": ints(rules),
        "session_start": ints(cumulative(sessions)),
        "session_minute": reals([minute for minute, _ in rows]),
        "session_open": ints([is_open for _, is_open in rows]),
    }


def _cells(scenario: NetworkScenario, ways: _Ways) -> dict[str, Any]:
    """Return the fields with one value for every class and station."""

    def per_cell(value: Callable[[Station, str], int]) -> Ints:
        stations = scenario.stations.values()
        return ints([value(station, name) for name in scenario.classes for station in stations])

    def distribution(key: str) -> Callable[[Station, str], int]:
        return lambda station, name: ways.row(for_class(getattr(station, key), name))

    def links(key: str) -> Callable[[Station, str], int]:
        return lambda station, name: ways.links(for_class(getattr(station, key), name) or {})

    return {
        "cell_way": per_cell(ways.go_on),
        "priority": per_cell(lambda station, name: for_class(station.priority, name) or 0),
        "hold_until_next": per_cell(
            lambda station, name: int(for_class(station.hold_until_next, name) or False)
        ),
        **{key: per_cell(distribution(key)) for key in ("service", "patience", "hold_limit")},
        **{
            key: per_cell(links(key))
            for key in ("on_renege", "on_full", "on_closing", "on_hold_limit")
        },
    }


@dataclass
class _Ways:
    """Collects ways, sets of links and the distributions on them."""

    scenario: NetworkScenario
    distributions: DistributionsBuilder
    _ways: list[list[tuple[float, int]]] = field(default_factory=list)
    _sets: list[int] = field(default_factory=lambda: [0])
    _share: list[float] = field(default_factory=list)
    _station: list[int] = field(default_factory=list)
    _group: list[int] = field(default_factory=list)
    _class: list[int] = field(default_factory=list)
    _travel: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stations = {name: row for row, name in enumerate(self.scenario.stations)}
        self._classes = {name: row for row, name in enumerate(self.scenario.classes)}
        self._groups = {name: row for row, name in enumerate(self.scenario.first_free)}

    def begin(self, patients: PatientClass) -> int:
        """Add the way on which a class begins."""
        return self._way(patients.start_by_clock, patients.start)

    def go_on(self, station: Station, patients: str) -> int:
        """Add the way on which a class leaves a station."""
        by_clock = for_class(station.next_by_clock, patients)
        return self._way(by_clock, for_class(station.next, patients))

    def links(self, links: Links) -> int:
        """Add a set of links with cumulative shares and return its number."""
        total = 0.0
        for target, link in links.items():
            if target == EXIT:
                continue
            total += link.share
            group = self._groups.get(target, NOWHERE)
            last = target if group == NOWHERE else self.scenario.first_free[target][-1]
            self._share.append(1.0 if total > _ALMOST_ALL else total)
            self._station.append(self._stations[last])
            self._group.append(group)
            self._class.append(NOWHERE if link.becomes is None else self._classes[link.becomes])
            self._travel.append(self.row(link.travel))
        self._sets.append(len(self._share))
        return len(self._sets) - 2

    def row(self, distribution: DistributionFamilies | None) -> int:
        """Add a distribution, or return `NOWHERE` for none."""
        if distribution is None:
            return NOWHERE
        if distribution.mixture is not None:
            parts = distribution.mixture
            rows = [self._single_row(part.time) for part in parts]
            return self.distributions.mixture([part.share for part in parts], rows)
        return self._single_row(distribution)

    def build(self) -> dict[str, Any]:
        """Return the fields that say where one can go."""
        rows = [row for way in self._ways for row in way]
        groups = list(self.scenario.first_free.values())
        tried = [self._stations[name] for names in groups for name in names]
        return {
            "way_start": ints(cumulative(self._ways)),
            "way_minute": reals([minute for minute, _ in rows]),
            "way_links": ints([links for _, links in rows]),
            "link_start": ints(self._sets),
            "link_share": reals([*self._share, 0.0]),
            "link_station": ints([*self._station, NOWHERE]),
            "link_group": ints([*self._group, NOWHERE]),
            "link_class": ints([*self._class, NOWHERE]),
            "link_travel": ints([*self._travel, NOWHERE]),
            "group_start": ints(cumulative(groups)),
            "group_station": ints([*tried, NOWHERE]),
        }

    def _way(self, by_clock: ByClock | None, links: Links | None) -> int:
        if by_clock is None:
            self._ways.append([(0.0, self.links(links or {}))])
        else:
            entries = [
                (minute, number)
                for number, entry in ((self.links(entry.to), entry) for entry in by_clock)
                for minute in entry.start
            ]
            self._ways.append(weekly(entries))
        return len(self._ways) - 1

    def _single_row(self, distribution: SingleFamilies) -> int:
        """Add a distribution that is not a mixture of named parts."""
        family, name = distribution.chosen, distribution.chosen_name
        if name == "empirical":
            return self.distributions.empirical(family.minutes)
        row: int = getattr(self.distributions, name)(**dict(family))
        return row


# --- pools ------------------------------------------------------------------------------------


def network_pools(scenario: NetworkScenario) -> Pools:
    """Return the stations as pools, in the order of the file."""
    builder = PoolsBuilder()
    for number, station in enumerate(scenario.stations.values()):
        segments: list[Segment] = [
            (int(minute), servers, min(servers, station.reserved))
            for minute, servers in pool_rows(station)
        ]
        builder.add(
            segments,
            wait_row=number * len(scenario.classes),
            reserved_for=_last_priority(station),
            room=NO_LIMIT if station.room is None else station.room,
            served_every=station.served_every,
            levels=_levels(station, [servers for _, servers, _ in segments]),
        )
    return builder.build()


def _last_priority(station: Station) -> int:
    """Return the last priority that may use reserved servers."""
    return max((for_class(station.priority, name) or 0 for name in station.reserved_for), default=0)


def _levels(station: Station, on_duty: Sequence[int]) -> int:
    """Return how many numbers present are told apart at a station."""
    servers = max(on_duty)
    if station.room is None or servers == UNLIMITED:
        return LEVELS_AT_LEAST if servers == UNLIMITED else max(LEVELS_AT_LEAST, 2 * servers)
    return servers + station.room + 1
