"""How many patients a network brings, on average."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.scenario.network.arrivals import Arrivals, RateFrom
from sim.scenario.network.schema import NetworkScenario, PatientClass, ServersFrom
from sim.scenario.network.units import MINUTES_PER
from sim.time_units import MONTH_DAYS

_WEEK = MINUTES_PER["week"]


def patients_per_minute(scenario: NetworkScenario, patients: PatientClass) -> float:
    """Return how many patients of a class come per minute, on average over the week and the year."""
    arrivals, run = patients.arrivals, scenario.run
    if arrivals is None:
        return 0.0
    per_arrival = arrivals.batch.mean if arrivals.batch is not None else 1.0
    factor = arrivals.factor * run.arrival_factor if arrivals.is_random else 1.0
    for factors, weights in (
        (arrivals.hours, None),
        (arrivals.weekdays, None),
        (arrivals.months, MONTH_DAYS),
    ):
        factor *= 1.0 if factors is None else float(np.average(factors, weights=weights))
    return per_arrival * factor * _arrivals_per_minute(arrivals, run.end)


def _arrivals_per_minute(arrivals: Arrivals, minutes: float) -> float:
    if arrivals.poisson is not None:
        return arrivals.poisson
    if arrivals.piecewise is not None:
        return over_the_week(arrivals.piecewise, [entry.rate for entry in arrivals.piecewise])
    if arrivals.regular is not None:
        return 1.0 / arrivals.regular.every
    assert arrivals.scripted is not None
    return sum(time <= minutes for time in arrivals.scripted.minutes) / minutes


def over_the_week(entries: Sequence[RateFrom | ServersFrom], values: list[float]) -> float:
    """Return the mean over the week of values that hold from their entry to the next one."""
    marks = sorted(
        (minute, value)
        for entry, value in zip(entries, values, strict=True)
        for minute in entry.start
    )
    ends = [minute for minute, _ in marks[1:]] + [marks[0][0] + _WEEK]
    total: float = sum(
        value * (end - minute) for (minute, value), end in zip(marks, ends, strict=True)
    )
    return total / _WEEK
