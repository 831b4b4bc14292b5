"""What a network does by the clock: rates and servers of the week, opening hours, times of a census."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

from sim.scenario.network.arrivals import MONTHS, Arrivals
from sim.scenario.network.schema import SERVE, NetworkRun, NetworkScenario, Station
from sim.time_units import MINUTES_PER_DAY, MINUTES_PER_WEEK, MONTH_DAYS, on_grid
from sim.world.network.world import NOWHERE, ArrivalKind
from sim.world.pools import UNLIMITED

_Value = TypeVar("_Value")
_HOUR = 60
HOURS_PER_WEEK = MINUTES_PER_WEEK // _HOUR


def weekly(entries: Sequence[tuple[int, _Value]]) -> list[tuple[float, _Value]]:
    """Return (minute of week, value) sorted and from minute 0 on: Monday begins as Sunday ends."""
    ordered = sorted(((float(minute), value) for minute, value in entries), key=lambda row: row[0])
    if ordered[0][0] > 0.0:
        ordered.insert(0, (0.0, ordered[-1][1]))
    return ordered


def joined(rows: Sequence[tuple[float, _Value]]) -> list[tuple[float, _Value]]:
    """Return rows of a week without those whose value is that of the row before."""
    kept: list[tuple[float, _Value]] = []
    for row in rows:
        if not kept or kept[-1][1] != row[1]:
            kept.append(row)
    return kept


def arrival_rows(
    arrivals: Arrivals | None, factor: float = 1.0
) -> tuple[ArrivalKind, list[tuple[float, float]]]:
    """Return how a class arrives as rows of `NetworkWorld.arrival_minute` and `arrival_rate`.

    Parameters
    ----------
    arrivals : Arrivals or None
        None for nobody.
    factor : float
        What rates are multiplied by, beside the class's own factor.
    """
    if arrivals is None:
        return ArrivalKind.RATES, [(0.0, 0.0)]
    factor *= arrivals.factor
    if arrivals.poisson is not None:
        return ArrivalKind.RATES, _hourly(arrivals, arrivals.poisson * factor)
    if arrivals.piecewise is not None:
        rates = [
            (minute, entry.rate * factor) for entry in arrivals.piecewise for minute in entry.start
        ]
        return ArrivalKind.RATES, weekly(rates)
    if arrivals.regular is not None:
        return ArrivalKind.REGULAR, [(arrivals.regular.first, arrivals.regular.every)]
    assert arrivals.scripted is not None
    return ArrivalKind.SCRIPTED, [(time, 0.0) for time in arrivals.scripted.minutes]


def _hourly(arrivals: Arrivals, rate: float) -> list[tuple[float, float]]:
    """Return the rates of a week from factors by hour of the day and by weekday."""
    by_hour, by_day = arrivals.hours or [1.0] * 24, arrivals.weekdays or [1.0] * 7
    return joined(
        [
            (float(MINUTES_PER_DAY * day + _HOUR * hour), rate * on_day * at_hour)
            for day, on_day in enumerate(by_day)
            for hour, at_hour in enumerate(by_hour)
        ]
    )


def start_minute_of_year(run: NetworkRun) -> int:
    """Return the minute of a year of 365 days at which a run begins."""
    return MINUTES_PER_DAY * sum(MONTH_DAYS[: MONTHS.index(run.month)])


def server_rows(station: Station) -> list[tuple[float, int]]:
    """Return the servers on duty by minute of the week, as the file states them."""
    return weekly(
        [
            (minute, UNLIMITED if entry.servers is None else entry.servers)
            for entry in station.servers
            for minute in entry.start
        ]
    )


def pool_rows(station: Station) -> list[tuple[float, int]]:
    """Return the servers of the station's pool.

    Where those who wait at closing are served, the last ones on duty stay: nobody new is let in meanwhile,
    so they serve those and no others.
    """
    rows = server_rows(station)
    if not (station.closes and station.at_closing == SERVE):
        return rows
    before = next(servers for _, servers in reversed(rows) if servers > 0)
    kept = []
    for minute, servers in rows:
        before = servers if servers > 0 else before
        kept.append((minute, before))
    return kept


def session_rows(station: Station) -> list[tuple[float, int]]:
    """Return from which minutes of the week on the station is open (1) or closed (0)."""
    return joined([(minute, int(servers > 0)) for minute, servers in server_rows(station)])


def closings(station: Station, begins: float, ends: float) -> int:
    """Return how often a station closes in a stretch of time.

    Parameters
    ----------
    station : Station
    begins, ends : float
        Minutes from a Monday 00:00; a closing at the beginning counts, one at the end does not.
    """
    rows = session_rows(station)
    minutes = [
        minute
        for index, (minute, is_open) in enumerate(rows)
        if not is_open and rows[index - 1][1] and len(rows) > 1
    ]
    return sum(_times(minute, begins, ends) for minute in minutes)


def _times(minute: float, first: float, end: float) -> int:
    """Return how often a minute of the week comes from `first` on and before `end`."""
    return int(-((minute - end) // MINUTES_PER_WEEK)) - int(-((minute - first) // MINUTES_PER_WEEK))


def server_minutes(station: Station, begins: float, ends: float) -> float:
    """Return the servers on duty, as the file states them, summed over a stretch of time.

    Parameters
    ----------
    station : Station
    begins, ends : float
        Minutes from a Monday 00:00.
    """
    rows = server_rows(station)
    row_ends = [minute for minute, _ in rows[1:]] + [float(MINUTES_PER_WEEK)]

    def until(time: float) -> float:
        """Return the sum from minute 0 of the first week on."""
        weeks, minute = divmod(time, MINUTES_PER_WEEK)
        whole = sum(n * (end - begin) for (begin, n), end in zip(rows, row_ends, strict=True))
        part = sum(
            n * max(0.0, min(end, minute) - begin)
            for (begin, n), end in zip(rows, row_ends, strict=True)
        )
        return weeks * whole + part

    return until(ends) - until(begins)


@dataclass(frozen=True)
class Periods:
    """When a run's periods begin, and which rows of the census are filled then.

    Attributes
    ----------
    starts : list of float
        Minutes; the last is the end of the run.
    counted_from : int
        The first period after the warm-up.
    times, hours : list of int
        Row of the census by period, or `NOWHERE`.
    rows : int
        Rows of the census: stated times in the order of the file, then the hours of the week.
    """

    starts: list[float]
    counted_from: int
    times: list[int]
    hours: list[int]
    rows: int

    @property
    def has_census(self) -> bool:
        """Whether anybody is counted at all."""
        return self.rows > 0


def network_periods(scenario: NetworkScenario) -> Periods:
    """Return the periods of a network's run: the warm-up, the counted time, and one from census to census."""
    run, report, end = scenario.run, scenario.report, scenario.run.end
    stated = {time: row for row, time in enumerate(dict.fromkeys(report.census_at))}
    hourly: dict[float, int] = {}
    if report.census_by_hour:
        # Every full hour of the clock in the counted time.
        first = -(-(run.start + run.warm_up) // _HOUR) * _HOUR - run.start
        for index in range(int(-(-(end - first) // _HOUR))):
            time = on_grid(first + _HOUR * index)
            hourly[time] = len(stated) + int((run.start + time) // _HOUR) % HOURS_PER_WEEK
    starts = sorted({0.0, run.warm_up, *stated, *hourly})
    return Periods(
        starts=[*starts, end],
        counted_from=starts.index(run.warm_up),
        times=[stated.get(start, NOWHERE) for start in starts],
        hours=[hourly.get(start, NOWHERE) for start in starts],
        rows=len(stated) + (HOURS_PER_WEEK if report.census_by_hour else 0),
    )


def cumulative(sizes: Sequence[Any]) -> list[int]:
    """Return where parts of these lengths begin in one list, and its length."""
    return list(accumulate((len(part) for part in sizes), initial=0))
