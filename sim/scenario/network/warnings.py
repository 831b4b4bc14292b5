"""What a network file may say, and its author may not have meant: told by `check` and with every result."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.reading.yaml_file import KeyPath
from sim.scenario.network.schema import NetworkScenario, Station, for_class
from sim.scenario.network.workload import StationLoad, station_loads

Found = Iterator[tuple[KeyPath, str]]


def network_warnings(
    scenario: NetworkScenario, loads: list[StationLoad] | None = None
) -> list[tuple[KeyPath, str]]:
    """Return what is allowed and hardly meant: key path, and what follows from it.

    A station that has more to do than it can, one that never has a server, and arrivals at stated times that
    come when the run is over.

    Parameters
    ----------
    scenario : NetworkScenario
    loads : list of StationLoad, optional
        Of `station_loads`, where they are known already.
    """
    loads = station_loads(scenario) if loads is None else loads
    return [*_never_open(scenario, loads), *_overloaded(scenario, loads), *_too_late(scenario)]


def _overloaded(scenario: NetworkScenario, loads: list[StationLoad]) -> Found:
    for load in loads:
        if not 1.0 <= load.load < math.inf:
            continue
        station = scenario.stations[load.station]
        grows = any(_waits_for_ever(station, name) for name in scenario.classes)
        what = f"the load is {load.load:.4g}: as much work comes as the servers can do, or more"
        if grows and station.room is None and load.load > 1.0:
            what += ", so the queue grows as long as the run lasts"
        yield ("stations", load.station), f"{what}; means of waits are of those served only"


def _never_open(scenario: NetworkScenario, loads: list[StationLoad]) -> Found:
    """Find stations that somebody comes to, that never have a server, and that let nobody go."""
    for load in loads:
        station = scenario.stations[load.station]
        stuck = [name for name in scenario.classes if _waits_for_ever(station, name)]
        if load.servers == 0.0 and load.arrivals_per_hour > 0.0 and stuck:
            yield (
                ("stations", load.station, "servers"),
                "there is never a server: whoever comes here waits for ever"
                " (no patience, no limit of the room), and keeps what they hold meanwhile",
            )


def _waits_for_ever(station: Station, patients: str) -> bool:
    return station.room != 0 and for_class(station.patience, patients) is None


def _too_late(scenario: NetworkScenario) -> Found:
    """Find arrivals at stated times from the end of the run on, or from when on nobody comes."""
    run = scenario.run
    for name, patients in scenario.classes.items():
        arrivals = patients.arrivals
        if arrivals is None:
            continue
        ends = [run.end, run.arrivals_until, arrivals.until]
        end = min(time for time in ends if time is not None)
        at: KeyPath = ("classes", name, "arrivals")
        if arrivals.scripted is not None:
            times = arrivals.scripted.minutes
            late = sum(time >= end for time in times)
            if late:
                yield (
                    (*at, "scripted"),
                    f"{late} of {len(times)} arrivals have no effect: they come when the run is over or"
                    f" nobody comes any more, from minute {end:g} on (is 'unit' right?)",
                )
        if arrivals.regular is not None and arrivals.regular.first >= end:
            yield (*at, "regular", "first"), f"nobody comes: minute {end:g} is the end"
