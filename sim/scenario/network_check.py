"""What a network file may not say although each of its parts is well-formed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from sim.errors import nearest
from sim.scenario.network_distributions import FAMILIES
from sim.scenario.network_schema import (
    ALL,
    EXIT,
    OTHER,
    PER_CLASS,
    Links,
    NetworkScenario,
    RateFrom,
    ServersFrom,
    Station,
    for_class,
)
from sim.scenario.yaml_file import KeyPath

Found = Iterator[tuple[KeyPath, str]]
RESERVED = (EXIT, OTHER, ALL, *FAMILIES)
_SHARE_TOLERANCE = 1e-9


def network_problems(scenario: NetworkScenario) -> list[tuple[KeyPath, str]]:
    """Return everything that is wrong with a well-formed network: key path, and what is wrong."""
    problems = [*_names(scenario), *_calendars(scenario), *_destinations(scenario)]
    if problems:
        # What follows walks the links, which must lead somewhere.
        return problems
    for patients in scenario.classes:
        problems += _walk(scenario, patients)
    return problems + list(_locks(scenario))


# --- names and numbers --------------------------------------------------------------------


def _names(scenario: NetworkScenario) -> Found:
    for group in ("classes", "stations"):
        for name in getattr(scenario, group):
            if name in RESERVED:
                yield (group, name), f"the name '{name}' has a meaning of its own; choose another"
    for name in scenario.stations:
        if name in scenario.classes:
            yield ("stations", name), f"a class is also called '{name}'; names must differ"
    known = [*scenario.classes, OTHER]
    for name, station in scenario.stations.items():
        for key in PER_CLASS:
            for patients in getattr(station, key):
                if patients not in known:
                    what = f"unknown class '{patients}'; allowed: {', '.join(known)}"
                    yield ("stations", name, key, patients), what + nearest(patients, known)


def _calendars(scenario: NetworkScenario) -> Found:
    for name, patients in scenario.classes.items():
        if patients.arrivals.piecewise is not None:
            at: KeyPath = ("classes", name, "arrivals", "piecewise")
            yield from _twice(patients.arrivals.piecewise, at)
    for name, station in scenario.stations.items():
        yield from _twice(station.servers, ("stations", name, "servers"))


def _twice(entries: Sequence[RateFrom | ServersFrom], at: KeyPath) -> Found:
    """Find entries of a calendar that begin at the same minute of the week."""
    seen: dict[int, int] = {}
    for index, entry in enumerate(entries):
        again = [minute for minute in entry.start if minute in seen]
        if again:
            first = seen[again[0]] + 1
            yield (*at, index), f"begins at a time of the week at which entry {first} begins"
        seen.update(dict.fromkeys(entry.start, index))


def _destinations(scenario: NetworkScenario) -> Found:
    """Find links to nowhere and shares that do not add up."""
    for name, patients in scenario.classes.items():
        at: KeyPath = ("classes", name, "start")
        yield from _links(scenario, patients.start, at)
        total = math.fsum(link.share for link in patients.start.values())
        if EXIT not in patients.start and abs(total - 1.0) > _SHARE_TOLERANCE:
            yield at, f"the shares must add up to 1, not {total:g}"
        if EXIT in patients.start:
            yield (*at, EXIT), "patients must begin at a station"
    for name, station in scenario.stations.items():
        for patients_name, links in station.next.items():
            at = ("stations", name, "next", patients_name)
            yield from _links(scenario, links, at)
            total = math.fsum(link.share for link in links.values())
            if total > 1.0 + _SHARE_TOLERANCE:
                yield at, f"the shares add up to {total:g}; at most 1 (the rest exits)"
        for key, needs in (("on_renege", "patience"), ("on_full", "room")):
            targets: dict[str, str] = getattr(station, key)
            if key in station.model_fields_set and needs not in station.model_fields_set:
                yield ("stations", name, key), f"has no effect without '{needs}'"
            for patients_name, target in targets.items():
                yield from _known(scenario, target, ("stations", name, key, patients_name))


def _links(scenario: NetworkScenario, links: Links, at: KeyPath) -> Found:
    for target, link in links.items():
        yield from _known(scenario, target, (*at, target))
        if target == EXIT and link.travel is not None:
            yield (*at, target), "the way to the exit takes no time; use a station for it"


def _known(scenario: NetworkScenario, target: str, at: KeyPath) -> Found:
    allowed = [*scenario.stations, EXIT]
    if target not in allowed:
        yield (
            at,
            f"unknown station '{target}'; allowed: {', '.join(allowed)}{nearest(target, allowed)}",
        )


# --- ways through the network -------------------------------------------------------------


def _routes(station: Station, patients: str) -> dict[str, float]:
    """Return where a class goes after its service, with shares above 0, the exit included."""
    links = for_class(station.next, patients) or {}
    shares = {name: link.share for name, link in links.items() if link.share > 0.0}
    rest = 1.0 - math.fsum(share for name, share in shares.items() if name != EXIT)
    return {name: s for name, s in shares.items() if name != EXIT} | (
        {EXIT: rest} if rest > _SHARE_TOLERANCE else {}
    )


def _sent_away(station: Station, patients: str) -> list[str]:
    """Return where a class goes that is not served."""
    targets = []
    if for_class(station.patience, patients) is not None:
        targets.append(for_class(station.on_renege, patients) or EXIT)
    if station.room is not None:
        targets.append(for_class(station.on_full, patients) or EXIT)
    return targets


def _sent_away_at_once(station: Station, patients: str) -> list[str]:
    """Return where a class may go in the very instant in which it comes."""
    patience = for_class(station.patience, patients)
    targets = []
    if patience is not None and patience.constant is not None and patience.constant.value == 0.0:
        targets.append(for_class(station.on_renege, patients) or EXIT)
    if station.room is not None:
        targets.append(for_class(station.on_full, patients) or EXIT)
    service = for_class(station.service, patients)
    if service is not None and service.constant is not None and service.constant.value == 0.0:
        routes = _routes(station, patients)
        # A loop that is left with some probability ends; one without does not.
        targets += [] if EXIT in routes else list(routes)
    return targets


def _walk(scenario: NetworkScenario, patients: str) -> Found:
    """Follow one class through the network."""
    stations = scenario.stations

    def ways(name: str) -> list[str]:
        return [*_routes(stations[name], patients), *_sent_away(stations[name], patients)]

    start = scenario.classes[patients].start
    visited = _reached([name for name, link in start.items() if link.share > 0.0], ways)
    in_order = [name for name in stations if name in visited]
    for name in in_order:
        station, at = stations[name], ("stations", name)
        if for_class(station.service, patients) is None:
            yield (*at, "service"), f"the class '{patients}' comes here and has no service time"
        if EXIT not in _reached([name], ways):
            yield (*at, "next"), f"patients of the class '{patients}' never leave from here"
        yield from _held(scenario, name, patients)
    cycle = _cycle(in_order, lambda name: _sent_away_at_once(stations[name], patients))
    if cycle:
        what = f"the class '{patients}' can be sent round in no time: {' -> '.join(cycle)}"
        yield ("stations", cycle[0]), what


def _held(scenario: NetworkScenario, name: str, patients: str) -> Found:
    """Find servers that are to be kept where that has no meaning."""
    station = scenario.stations[name]
    if not for_class(station.hold_until_next, patients):
        return
    links = for_class(station.next, patients) or {}
    at: KeyPath = ("stations", name, "hold_until_next")
    if not links:
        yield at, f"the class '{patients}' has no next station to wait for"
    for target, link in links.items():
        if link.travel is not None:
            yield at, f"the way to '{target}' takes time: the server cannot be kept on it"


def _locks(scenario: NetworkScenario) -> Found:
    """Find stations whose kept servers can wait for each other for ever."""

    def waits_for(name: str) -> list[str]:
        station = scenario.stations[name]
        return [
            target
            for patients in scenario.classes
            if for_class(station.hold_until_next, patients)
            for target in _routes(station, patients)
            if target != EXIT and _can_wait_for_ever(scenario.stations[target], patients)
        ]

    cycle = _cycle(list(scenario.stations), waits_for)
    if cycle:
        what = f"servers kept can wait for each other for ever: {' -> '.join(cycle)}"
        yield ("stations", cycle[0], "hold_until_next"), what


def _can_wait_for_ever(station: Station, patients: str) -> bool:
    limited = any(entry.servers is not None for entry in station.servers)
    return limited and station.room != 0 and for_class(station.patience, patients) is None


def _reached(start: list[str], ways: Callable[[str], list[str]]) -> set[str]:
    """Return every place that can be reached, the first ones and the exit included."""
    reached: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [] if name == EXIT else ways(name)
    return reached


def _cycle(start: list[str], ways: Callable[[str], list[str]]) -> list[str]:
    """Return one way that leads back to where it began, or an empty list."""
    for first in start:
        if first == EXIT:
            continue
        before: dict[str, str] = {}
        todo = [first]
        while todo:
            name = todo.pop()
            for target in ways(name):
                if target == first:
                    way = [first, name]
                    while way[-1] != first:
                        way.append(before[way[-1]])
                    return way[::-1]
                if target != EXIT and target not in before:
                    before[target] = name
                    todo.append(target)
    return []
