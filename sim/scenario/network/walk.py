"""Ways through a network that may not be: without end, in no time, or into a lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from sim.reading.yaml_file import KeyPath
from sim.scenario.network.schema import EXIT, SEND_HOME, NetworkScenario, for_class
from sim.scenario.network.ways import (
    Cell,
    Leaving,
    leavings,
    next_sets,
    start_sets,
    stops,
    ways_along,
)

Found = Iterator[tuple[KeyPath, str]]
Place = TypeVar("Place")


def walk_problems(scenario: NetworkScenario) -> Found:
    """Follow every class through a network whose links all lead somewhere."""
    before: dict[Cell, list[Cell]] = {}

    def ways(cell: Cell) -> list[Cell]:
        if cell.station == EXIT:
            return []
        return [way.to for leaving in leavings(scenario, cell) for way in leaving.ways]

    starts = [
        way.to
        for name, patients in scenario.classes.items()
        for held in start_sets(patients)
        for way in ways_along(scenario, held.links, name)
    ]
    visited = _reached(starts, ways)
    for cell in visited:
        for to in ways(cell):
            before.setdefault(to, []).append(cell)
    leave = _reached(
        [cell for cell in visited if cell.station == EXIT], lambda c: before.get(c, [])
    )
    cells = [cell for cell in _in_order(scenario) if cell in visited]
    for cell in cells:
        at: KeyPath = ("stations", cell.station)
        if for_class(scenario.stations[cell.station].service, cell.patients) is None:
            yield (
                (*at, "service"),
                f"the class '{cell.patients}' comes here and has no service time",
            )
        if cell not in leave:
            key = "next_by_clock" if scenario.stations[cell.station].next_by_clock else "next"
            what = f"patients of the class '{cell.patients}' never leave from here"
            yield (*at, key), what
        yield from _held(scenario, cell)
    for name, patients in scenario.classes.items():
        if patients.arrivals is None and not any(cell.patients == name for cell in visited):
            yield ("classes", name), "has no arrivals, and nobody changes to it"
    yield from _kept_from_nobody(scenario, cells)
    yield from _rounds(scenario, cells)
    yield from _locks(scenario, cells)


def _kept_from_nobody(scenario: NetworkScenario, cells: list[Cell]) -> Found:
    """Find servers kept free where those for whom they are kept are all who come."""
    for name, station in scenario.stations.items():
        coming = [cell.patients for cell in cells if cell.station == name]
        if station.reserved and coming and set(coming) <= set(station.reserved_for):
            what = f"names every class that comes here ({', '.join(coming)}): nobody is kept out"
            yield ("stations", name, "reserved_for"), f"{what}; leave out one or more"


def _in_order(scenario: NetworkScenario) -> list[Cell]:
    return [Cell(name, station) for name in scenario.classes for station in scenario.stations]


def _rounds(scenario: NetworkScenario, cells: list[Cell]) -> Found:
    """Find ways on which a patient can be sent round in no time for ever."""

    def at_once(cell: Cell) -> list[Cell]:
        return [
            way.to
            for leaving in leavings(scenario, cell)
            if leaving.at_once and not _may_exit(leaving)
            for way in leaving.ways
            if not way.takes_time and way.to.station != EXIT
        ]

    cycle = _cycle(cells, at_once)
    if cycle:
        names = " -> ".join(cell.station for cell in cycle)
        what = f"the class '{cycle[0].patients}' can be sent round in no time: {names}"
        yield ("stations", cycle[0].station), what


def _may_exit(leaving: Leaving) -> bool:
    """Tell whether some leave: a loop that is left with some probability ends; one without does not."""
    return any(way.to.station == EXIT for way in leaving.ways)


def _held(scenario: NetworkScenario, cell: Cell) -> Found:
    """Find servers that are to be kept where that has no meaning."""
    station = scenario.stations[cell.station]
    at: KeyPath = ("stations", cell.station)
    if not for_class(station.hold_until_next, cell.patients):
        if for_class(station.hold_limit, cell.patients) is not None:
            what = (
                f"has no effect: the class '{cell.patients}' does not hold until the next station"
            )
            yield (*at, "hold_limit"), what
        return
    for held in next_sets(scenario, cell):
        if not held.links:
            what = f"the class '{cell.patients}' has no next station to wait for"
            yield (*at, "hold_until_next"), what
        for target, link in held.links.items():
            if link.travel is not None:
                what = f"the way to '{target}' takes time: the server cannot be kept on it"
                yield (*at, "hold_until_next"), what


def _locks(scenario: NetworkScenario, cells: list[Cell]) -> Found:
    """Find stations whose kept servers can wait for each other for ever."""

    def goes_on_to(cell: Cell) -> list[Cell]:
        """Where one who keeps a server may be sent next, still keeping it."""
        return [
            way.to
            for leaving in leavings(scenario, cell)
            if leaving.key not in ("next", "on_hold_limit")
            for way in leaving.ways
            if way.to.station != EXIT and not way.takes_time
        ]

    def waits_for(name: str) -> list[str]:
        found: list[str] = []
        for cell in cells:
            station = scenario.stations[name]
            if cell.station != name or not for_class(station.hold_until_next, cell.patients):
                continue
            if for_class(station.hold_limit, cell.patients) is not None:
                continue
            first = [
                Cell(link.becomes or cell.patients, stops(scenario, target)[-1])
                for held in next_sets(scenario, cell)
                for target, link in held.links.items()
                if target != EXIT and link.share > 0.0
            ]
            found += [c.station for c in _reached(first, goes_on_to) if _can_wait(scenario, c)]
        return found

    cycle = _cycle(list(scenario.stations), waits_for)
    if cycle:
        what = f"servers kept can wait for each other for ever: {' -> '.join(cycle)}"
        yield ("stations", cycle[0], "hold_until_next"), what


def _can_wait(scenario: NetworkScenario, cell: Cell) -> bool:
    """Tell whether a class may have to wait at a station for ever."""
    station = scenario.stations[cell.station]
    if station.closes and station.at_closing == SEND_HOME:
        return False
    limited = any(entry.servers is not None for entry in station.servers)
    return limited and station.room != 0 and for_class(station.patience, cell.patients) is None


def _reached(start: Iterable[Cell], ways: Callable[[Cell], list[Cell]]) -> dict[Cell, None]:
    """Return every cell that can be reached, the first ones included."""
    reached: dict[Cell, None] = {}
    todo = list(start)
    while todo:
        cell = todo.pop()
        if cell not in reached:
            reached[cell] = None
            todo += ways(cell)
    return reached


def _cycle(start: list[Place], ways: Callable[[Place], list[Place]]) -> list[Place]:
    """Return one way that leads back to where it began, or an empty list."""
    for first in start:
        before: dict[Place, Place] = {}
        todo = [first]
        while todo:
            place = todo.pop()
            for target in ways(place):
                if target == first:
                    way = [first, place]
                    while way[-1] != first:
                        way.append(before[way[-1]])
                    return way[::-1]
                if target not in before:
                    before[target] = place
                    todo.append(target)
    return []
