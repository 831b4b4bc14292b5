"""What a station of a network file may not say: keys without effect, and servers kept for the wrong ones."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import nearest
from sim.reading.yaml_file import KeyPath
from sim.scenario.network.schema import (
    CARRY_OVER,
    NetworkScenario,
    Station,
    for_class,
)

Found = Iterator[tuple[KeyPath, str]]
_NEEDS = (
    ("on_renege", "patience"),
    ("on_full", "room"),
    ("on_hold_limit", "hold_limit"),
    ("hold_limit", "hold_until_next"),
    ("reserved_for", "reserved"),
    ("reserved", "reserved_for"),
    ("on_closing", "at_closing"),
    ("served_every", "priority"),
)


def station_problems(scenario: NetworkScenario) -> Found:
    """Return what is wrong with stations taken one by one: key path, and what is wrong."""
    for name, station in scenario.stations.items():
        at: KeyPath = ("stations", name)
        given = station.model_fields_set
        for key, needs in _NEEDS:
            if key in given and needs not in given:
                yield (*at, key), f"has no effect without '{needs}'"
        yield from _one_kind_of_next(station, at)
        yield from _closing(station, at)
        yield from _reserved(scenario, station, at)
        yield from _served_every(scenario, station, at)


def _one_kind_of_next(station: Station, at: KeyPath) -> Found:
    for patients in station.next_by_clock:
        if patients in station.next:
            yield (*at, "next_by_clock", patients), "give 'next' or 'next_by_clock', not both"


def _closing(station: Station, at: KeyPath) -> Found:
    if "at_closing" in station.model_fields_set and not station.closes:
        yield (
            (*at, "at_closing"),
            "has no effect: the station never closes (no time with 0 servers)",
        )
    if station.on_closing and station.at_closing == CARRY_OVER:
        yield (*at, "on_closing"), "has no effect where those who wait are carried over"
    if station.at_closing != CARRY_OVER and any(entry.servers is None for entry in station.servers):
        yield (*at, "at_closing"), "needs a limited number of servers at all times"


def _reserved(scenario: NetworkScenario, station: Station, at: KeyPath) -> Found:
    """Find servers kept free that there are not, or for nobody, or behind others."""
    known = list(scenario.classes)
    for index, name in enumerate(station.reserved_for):
        if name not in known:
            what = f"unknown class '{name}'; allowed: {', '.join(known)}{nearest(name, known)}"
            yield (*at, "reserved_for", index), what
        elif name in station.reserved_for[:index]:
            yield (*at, "reserved_for", index), f"'{name}' stands twice; name each class once"
    if not station.reserved:
        # Both keys emptied are how a file takes back what the one that it extends keeps free.
        if station.reserved_for and "reserved" in station.model_fields_set:
            what = "must be at least 1 with 'reserved_for' (for none kept free, that is [])"
            yield (*at, "reserved"), what
        return
    if "reserved_for" in station.model_fields_set and not station.reserved_for:
        yield (*at, "reserved_for"), f"must name one class or more of: {', '.join(known)}"
    yield from _enough(station, at)
    priority = {name: for_class(station.priority, name) or 0 for name in known}
    inside = [priority[name] for name in station.reserved_for if name in known]
    outside = [priority[name] for name in known if name not in station.reserved_for]
    if inside and outside and max(inside) >= min(outside):
        what = "those for whom servers are kept must be served before all others: give them a lower 'priority'"
        yield (*at, "reserved_for"), what


def _served_every(scenario: NetworkScenario, station: Station, at: KeyPath) -> Found:
    """Find a served share where nobody can be passed over whose turn would come."""
    if station.served_every == 0 or "priority" not in station.model_fields_set:
        return
    later = {for_class(station.priority, name) or 0 for name in scenario.classes} - {0}
    if len(later) < 2:
        what = "has no effect: needs classes of two priorities beside 0, which is never passed over"
        yield (*at, "served_every"), what


def _enough(station: Station, at: KeyPath) -> Found:
    """Find more servers kept free than there ever are."""
    counts = [entry.servers for entry in station.servers]
    limited = [count for count in counts if count is not None]
    if not limited:
        yield (*at, "reserved"), "has no effect where servers are unlimited"
    elif len(limited) == len(counts) and station.reserved > max(limited):
        what = f"must be at most {max(limited)}, the most servers ever on duty"
        yield (*at, "reserved"), f"{what}, not {station.reserved}"
