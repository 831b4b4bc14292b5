"""The series of a small network over its own length, and of one long run cut into batches."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.engine.snapshots import snapshots
from sim.errors import ARGUMENT, InputError, Problem
from sim.measure.network.measures import network_measures
from sim.scenario.network.schema import NetworkReport, NetworkScenario
from sim.subjects.network.cases import network_case
from sim.subjects.network.model import network_model
from sim.subjects.network.quantities import with_quantities
from sim.subjects.series import (
    EARLIER,
    SeriesPayload,
    SeriesRequest,
    SliceRows,
    check_series_length,
    series_case,
    slices_between,
)
from sim.time_units import MINUTES_PER_DAY, MINUTES_PER_WEEK

STEADY_SLICES = 200
"""Slices of a network without a calendar: forty batches of five."""


def network_series(
    scenario: NetworkScenario, weeks: int, earlier: int, replications: int
) -> SeriesRequest:
    """Return the series of a network over its own length, warm-up included.

    A network that is the same at all times is cut into 200 slices; one with a calendar into days, of
    `weeks` weeks, beside a run that began earlier.

    Raises
    ------
    InputError
        If arrivals end or follow the months: they have no state to settle into.
    """
    refuse_arrivals_that_end(scenario)
    run = scenario.run
    if is_steady(scenario):
        step, slices = run.end / STEADY_SLICES, STEADY_SLICES
        shifts = {"": 0.0}
    else:
        check_series_length(weeks, run.warm_up / MINUTES_PER_DAY)
        step, slices = float(MINUTES_PER_DAY), 7 * weeks
        shifts = {"": 0.0, EARLIER: 7.0 * earlier * MINUTES_PER_DAY}
    cases = []
    for ending, before in shifts.items():
        changed = run.model_copy(
            update={
                "warm_up": 0.0,
                "length": before + step * slices,
                "replications": replications,
            }
        )
        shifted = scenario.model_copy(update={"run": changed, "report": _without_census(scenario)})
        payload = SeriesPayload(measure_slices, shifted, before, step, slices)
        cases.append(series_case(network_case(shifted), payload, scenario.name + ending))
    return SeriesRequest(scenario.name, tuple(cases), step, run.warm_up)


def long_run_series(scenario: NetworkScenario, times: int, batches: int) -> SeriesRequest:
    """Return one run, so many times as long as the file's, in slices that are its batches.

    A network with a calendar is cut into whole weeks.

    Raises
    ------
    InputError
        If arrivals end or follow the months, or a calendar leaves a batch less than a week.
    """
    refuse_arrivals_that_end(scenario)
    step = times * scenario.run.length / batches
    if not is_steady(scenario):
        step = math.floor(step / MINUTES_PER_WEEK) * float(MINUTES_PER_WEEK)
        if step == 0.0:
            needed = math.ceil(batches * MINUTES_PER_WEEK / scenario.run.length)
            what = f"{batches} batches of whole weeks need a longer run; {needed} is enough"
            raise InputError(Problem(what, ARGUMENT, key="times"))
    warm_up = scenario.run.warm_up
    run = scenario.run.model_copy(
        update={"warm_up": 0.0, "length": warm_up + step * batches, "replications": 1}
    )
    changed = scenario.model_copy(update={"run": run, "report": _without_census(scenario)})
    payload = SeriesPayload(measure_slices, changed, warm_up, step, batches)
    case = series_case(network_case(changed), payload, scenario.name)
    return SeriesRequest(scenario.name, (case,), step, warm_up)


def refuse_arrivals_that_end(scenario: NetworkScenario) -> None:
    """Refuse networks that have no long run: whose arrivals are written, stop, or follow the months.

    Raises
    ------
    InputError
        With every class of that kind.
    """
    problems = []
    if scenario.run.arrivals_until is not None:
        problems.append(Problem("arrivals stop, so there is no state to settle into", key="run"))
    for name, patients in scenario.classes.items():
        arrivals = patients.arrivals
        if arrivals is None:
            continue
        if arrivals.scripted is not None or arrivals.until is not None:
            problems.append(
                Problem(f"the arrivals of class '{name}' end, so it has no state to settle into")
            )
        if arrivals.months is not None:
            what = f"class '{name}' follows the months; leave them out to look at one month's rate"
            problems.append(Problem(what))
    if problems:
        raise InputError(*problems)


def is_steady(scenario: NetworkScenario) -> bool:
    """Tell whether a network is the same at all times of the week."""
    stated = [c.arrivals for c in scenario.classes.values() if c.arrivals is not None]
    arrivals = all(
        (a.poisson is not None or a.regular is not None) and a.hours is None and a.weekdays is None
        for a in stated
    )
    ways = all(c.start_by_clock is None for c in scenario.classes.values()) and not any(
        station.next_by_clock for station in scenario.stations.values()
    )
    servers = all(
        len(station.servers) == 1 and len(station.servers[0].start) == 1
        for station in scenario.stations.values()
    )
    return arrivals and ways and servers


def measure_slices(payload: SeriesPayload, replication: int, threads: int) -> Iterator[SliceRows]:
    """Run one replication and yield the measures of each slice."""
    scenario: NetworkScenario = payload.source
    model, edges = network_model(scenario), payload.edges
    times = [edge for edge in edges if edge > 0.0]
    # The end of the run, to the bit: equal steps may miss it by rounding.
    times[-1] = min(times[-1], float(model.period_starts[-1]))
    looks = snapshots(model, scenario.run.seed, replication, times, threads)
    for tally in slices_between(looks, edges):
        measures = with_quantities(network_measures(scenario, tally))
        yield list(zip(measures["quantity"], measures["value"].astype(float), strict=True))


def _without_census(scenario: NetworkScenario) -> NetworkReport:
    """Return what is reported of a network but for the census, which has times of its own."""
    return scenario.report.model_copy(update={"census_at": [], "census_by_hour": False})
