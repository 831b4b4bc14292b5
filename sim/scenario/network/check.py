"""What a network file may not say although each of its parts is well-formed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.errors import nearest, told_apart
from sim.glossary import LANGUAGES, label
from sim.reading.yaml_file import KeyPath
from sim.scenario.network.arrivals import RateFrom
from sim.scenario.network.distributions import FAMILIES
from sim.scenario.network.schema import (
    ALL,
    EXIT,
    OTHER,
    PER_CLASS,
    TWO_STATIONS,
    Links,
    LinksFrom,
    NetworkScenario,
    ServersFrom,
)
from sim.scenario.network.station import station_problems
from sim.scenario.network.volume import patients_per_minute
from sim.scenario.network.walk import walk_problems
from sim.scenario.network.ways import SHARE_TOLERANCE, start_sets

Found = Iterator[tuple[KeyPath, str]]
RESERVED = (EXIT, OTHER, ALL, *FAMILIES)
_ALL_TOGETHER = ("measure_of.all_classes", "measure_of.all_stations")
_MOST_PATIENTS = 1e9
_MOST_CELLS = 100_000
_AFTER_THE_END = "must be before the end of the run (warm_up + length)"


def network_problems(scenario: NetworkScenario) -> list[tuple[KeyPath, str]]:
    """Return everything that is wrong with a well-formed network: key path, and what is wrong."""
    problems = [
        *_size(scenario),
        *_names(scenario),
        *_first_free(scenario),
        *_calendars(scenario),
        *_arrivals(scenario),
        *_destinations(scenario),
        *station_problems(scenario),
    ]
    # What follows walks the links, which must lead somewhere.
    return problems or list(walk_problems(scenario))


# --- names and numbers --------------------------------------------------------------------


def _size(scenario: NetworkScenario) -> Found:
    """Find networks that no machine runs to the end."""
    classes, stations = len(scenario.classes), len(scenario.stations)
    if classes * stations > _MOST_CELLS:
        what = f"{classes:,} classes at {stations:,} stations are more than {_MOST_CELLS:,} pairs"
        yield ("classes",), f"{what}, of which each has counters of its own"
    run = scenario.run
    for name, patients in scenario.classes.items():
        coming = patients_per_minute(scenario, patients) * run.end
        if coming > _MOST_PATIENTS:
            what = f"about {coming:.2g} patients would come in one replication"
            yield ("classes", name, "arrivals"), f"{what}; allowed: {_MOST_PATIENTS:,.0f}"


def _reserved() -> tuple[str, ...]:
    """Return what no class or station is called: keywords, and how tables call all of them together."""
    shown = (label(key, lang) for key in _ALL_TOGETHER for lang in LANGUAGES)
    return tuple(dict.fromkeys((*RESERVED, *shown)))


def _names(scenario: NetworkScenario) -> Found:
    reserved = _reserved()
    for group in ("classes", "stations"):
        for name in getattr(scenario, group):
            if name in reserved:
                what = f"the name '{name}' has a meaning of its own; allowed: any but {', '.join(reserved)}"
                yield (group, name), what
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


def _first_free(scenario: NetworkScenario) -> Found:
    """Find lists of stations that are none, or with names that mean something else."""
    reserved = _reserved()
    for name, stations in scenario.first_free.items():
        at: KeyPath = ("first_free", name)
        if name in reserved or name in scenario.classes or name in scenario.stations:
            yield at, f"the name '{name}' is in use; choose another"
        if len(stations) == 2 and len(set(stations)) == 1:
            yield at, TWO_STATIONS
        for index, tried in enumerate(stations):
            if tried not in scenario.stations:
                hint = nearest(tried, list(scenario.stations))
                what = f"unknown station '{tried}'; allowed: {', '.join(scenario.stations)}{hint}"
                yield (*at, index), what
            elif tried in stations[:index] and index < len(stations) - 1:
                yield (*at, index), f"'{tried}' was tried already; only the last may stand twice"


def _calendars(scenario: NetworkScenario) -> Found:
    for name, patients in scenario.classes.items():
        at: KeyPath = ("classes", name)
        if patients.arrivals is not None and patients.arrivals.piecewise is not None:
            yield from _twice(patients.arrivals.piecewise, (*at, "arrivals", "piecewise"))
        yield from _twice(patients.start_by_clock or (), (*at, "start_by_clock"))
    for name, station in scenario.stations.items():
        yield from _twice(station.servers, ("stations", name, "servers"))
        for patients_name, entries in station.next_by_clock.items():
            yield from _twice(entries, ("stations", name, "next_by_clock", patients_name))


def _twice(entries: Sequence[RateFrom | ServersFrom | LinksFrom], at: KeyPath) -> Found:
    """Find entries of a calendar that begin at the same minute of the week."""
    seen: dict[int, int] = {}
    for index, entry in enumerate(entries):
        again = [minute for minute in entry.start if minute in seen]
        if again:
            first = seen[again[0]] + 1
            yield (*at, index), f"begins at a time of the week at which entry {first} begins"
        seen.update(dict.fromkeys(entry.start, index))


def _arrivals(scenario: NetworkScenario) -> Found:
    """Find classes that do not say how they come, and factors and times without effect."""
    run = scenario.run
    end = run.end
    for name, patients in scenario.classes.items():
        at: KeyPath = ("classes", name)
        ways = [key for key in ("start", "start_by_clock") if getattr(patients, key) is not None]
        if patients.arrivals is None and ways:
            yield (*at, "arrivals"), "is missing"
        if patients.arrivals is not None and len(ways) != 1:
            what = f"needs exactly one of: start, start_by_clock; given: {' and '.join(ways) or 'none'}"
            yield (*at, "start"), what
        if patients.arrivals is None:
            continue
        if run.arrival_factor != 1.0 and not patients.arrivals.is_random:
            what = f"has no meaning for '{name}', whose times are fixed; give the others a 'factor'"
            yield ("run", "arrival_factor"), what
        if patients.arrivals.until is not None and patients.arrivals.until >= end:
            yield (*at, "arrivals", "until"), _AFTER_THE_END
    if run.arrivals_until is not None and run.arrivals_until >= end:
        yield ("run", "arrivals_until"), _AFTER_THE_END
    for index, time in enumerate(scenario.report.census_at):
        if time >= end:
            yield ("report", "census_at", index), _AFTER_THE_END


def _destinations(scenario: NetworkScenario) -> Found:
    """Find links to nowhere and shares that do not add up."""
    for name, patients in scenario.classes.items():
        for held in start_sets(patients):
            at: KeyPath = ("classes", name, *held.key)
            yield from _links(scenario, held.links, at)
            total = math.fsum(link.share for link in held.links.values())
            if EXIT in held.links:
                yield (*at, EXIT), "patients must begin at a station"
            elif abs(total - 1.0) > SHARE_TOLERANCE:
                yield at, f"the shares must add up to 1, not {told_apart(total, 1.0)}"
    for name, station in scenario.stations.items():
        for key in ("next", "on_renege", "on_full", "on_closing", "on_hold_limit"):
            for patients_name, links in getattr(station, key).items():
                yield from _shares(scenario, links, ("stations", name, key, patients_name))
        for patients_name, entries in station.next_by_clock.items():
            for index, entry in enumerate(entries):
                at = ("stations", name, "next_by_clock", patients_name, index, "to")
                yield from _shares(scenario, entry.to, at)


def _shares(scenario: NetworkScenario, links: Links, at: KeyPath) -> Found:
    yield from _links(scenario, links, at)
    total = math.fsum(link.share for link in links.values())
    if total > 1.0 + SHARE_TOLERANCE:
        yield at, f"the shares add up to {told_apart(total, 1.0)}; at most 1 (the rest exits)"


def _links(scenario: NetworkScenario, links: Links, at: KeyPath) -> Found:
    allowed = [*scenario.stations, *scenario.first_free, EXIT]
    for target, link in links.items():
        if target not in allowed:
            hint = nearest(target, allowed)
            yield (*at, target), f"unknown station '{target}'; allowed: {', '.join(allowed)}{hint}"
        if target == EXIT and link.travel is not None:
            yield (*at, target), "the way to the exit takes no time; use a station for it"
        if target == EXIT and link.becomes is not None:
            yield (*at, target), "who leaves becomes nobody"
        elif link.becomes is not None and link.becomes not in scenario.classes:
            hint = nearest(link.becomes, list(scenario.classes))
            known = ", ".join(scenario.classes)
            yield (*at, target), f"unknown class '{link.becomes}'; allowed: {known}{hint}"
