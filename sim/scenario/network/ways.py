"""Where the patients of a class can go from a station: what checks and loads are worked out on.

A *cell* is a class at a station; who changes class moves to another class's cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sim.scenario.network.schema import (
    EXIT,
    SEND_HOME,
    SERVE,
    ByClock,
    Links,
    NetworkScenario,
    PatientClass,
    for_class,
)
from sim.scenario.network.units import MINUTES_PER

SHARE_TOLERANCE = 1e-9
_WEEK = MINUTES_PER["week"]


class Cell(NamedTuple):
    """A class at a station; the station is `EXIT` for those who leave."""

    patients: str
    station: str


class Way(NamedTuple):
    """One way out of a cell."""

    share: float
    to: Cell
    takes_time: bool


class LinkSet(NamedTuple):
    """Links that hold together: all week, or from some times of the week on."""

    links: Links
    key: tuple[str | int, ...]
    """Where it is written, below the class or station."""
    start: tuple[int, ...] = (0,)
    """Minutes of the week."""


class Leaving(NamedTuple):
    """All ways out of a cell for one reason, and whether the reason can arise the instant one comes."""

    key: str
    ways: list[Way]
    at_once: bool
    keeps: bool
    """Whether the server of the station before may be kept on them."""


def start_sets(patients: PatientClass) -> list[LinkSet]:
    """Return all sets of links along which a class may begin."""
    if patients.start_by_clock is not None:
        return _by_clock(patients.start_by_clock, "start_by_clock")
    return [] if patients.start is None else [LinkSet(patients.start, ("start",))]


def next_sets(scenario: NetworkScenario, cell: Cell) -> list[LinkSet]:
    """Return all sets of links along which a class may go on after its service."""
    station = scenario.stations[cell.station]
    by_clock = for_class(station.next_by_clock, cell.patients)
    if by_clock is not None:
        return _by_clock(by_clock, "next_by_clock")
    return [LinkSet(for_class(station.next, cell.patients) or {}, ("next",))]


def stops(scenario: NetworkScenario, target: str) -> list[str]:
    """Return the stations that a target stands for, in the order in which they are tried."""
    return list(scenario.first_free.get(target, [target]))


def ways_along(scenario: NetworkScenario, links: Links, patients: str) -> list[Way]:
    """Return where a set of links may lead, the exit included; any station of several may be the one.

    The share of a target that stands for several stations is given to each of them.
    """
    ways = [
        Way(link.share, Cell(link.becomes or patients, stop), _takes_time(link.travel))
        for target, link in links.items()
        if target != EXIT and link.share > 0.0
        for stop in stops(scenario, target)
    ]
    rest = 1.0 - math.fsum(link.share for target, link in links.items() if target != EXIT)
    return ways + ([Way(rest, Cell(patients, EXIT), False)] if rest > SHARE_TOLERANCE else [])


def leavings(scenario: NetworkScenario, cell: Cell) -> Iterator[Leaving]:
    """Yield everything that can make a class leave a station, with the ways it then has."""
    station, patients = scenario.stations[cell.station], cell.patients
    holds = bool(for_class(station.hold_until_next, patients))
    service = for_class(station.service, patients)
    at_once = service is not None and service.is_zero
    for held in next_sets(scenario, cell):
        yield Leaving("next", ways_along(scenario, held.links, patients), at_once, holds)

    def sent(key: str, at_once: bool, keeps: bool) -> Leaving:
        links = for_class(getattr(station, key), patients) or {}
        return Leaving(key, ways_along(scenario, links, patients), at_once, keeps)

    patience = for_class(station.patience, patients)
    if patience is not None:
        yield sent("on_renege", patience.is_zero, True)
    if station.room is not None:
        yield sent("on_full", True, True)
    if station.closes and station.at_closing in (SERVE, SEND_HOME):
        yield sent("on_closing", True, True)
    if holds and (limit := for_class(station.hold_limit, patients)) is not None:
        yield sent("on_hold_limit", limit.is_zero, False)


def mean_shares(
    scenario: NetworkScenario, sets: Sequence[LinkSet], patients: str
) -> list[tuple[Cell, float]]:
    """Return how often each cell comes next on average; of several stations, the first one gets all."""
    return [
        (Cell(link.becomes or patients, stops(scenario, target)[0]), weight * link.share)
        for weight, links in _weighted(sets)
        for target, link in links.items()
        if target != EXIT and link.share > 0.0
    ]


def _weighted(sets: Sequence[LinkSet]) -> list[tuple[float, Links]]:
    """Return the sets of links of a week with the share of the week in which each holds."""
    marks = sorted((minute, index) for index, held in enumerate(sets) for minute in held.start)
    ends = [minute for minute, _ in marks[1:]] + [minute + _WEEK for minute, _ in marks[:1]]
    return [
        ((end - minute) / _WEEK, sets[index].links)
        for (minute, index), end in zip(marks, ends, strict=True)
    ]


def _takes_time(travel: object) -> bool:
    return travel is not None and not getattr(travel, "is_zero", False)


def _by_clock(entries: ByClock, key: str) -> list[LinkSet]:
    return [LinkSet(e.to, (key, index, "to"), e.start) for index, e in enumerate(entries)]
