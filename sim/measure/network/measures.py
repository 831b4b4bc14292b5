"""What a network run means: one tidy table of measures per class and station."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from sim.engine.tally import Amount, Count, Tally
from sim.measure.statistics import CONFIDENCE, mean_intervals
from sim.pathway.network.state import (
    FATES,
    REASONS,
    TIME_BINS,
    Fate,
    NetworkArrays,
    Unserved,
    time_edges,
)
from sim.scenario.network.schema import ALL, SERVE, NetworkScenario
from sim.world.fields import Ints, Reals
from sim.world.network.build import network_pools
from sim.world.network.week import closings, server_minutes

QUANTILES = (0.5, 0.9, 0.95)
MEASURE_KEYS = ("class", "station", "measure")
"""Columns that say what a value is of."""
COLUMNS = ("replication", *MEASURE_KEYS, "value")
COUNTS = (
    *("arrivals", "granted", "reneged", "refused", "sent_home", "hold_limit_reached", "entered"),
    *(f"left_{fate.name.lower()}" for fate in Fate),
)
"""Measures that grow with the time that is counted; all others are means, shares or states."""
_NAN = float("nan")

_Measures = Iterator[tuple[str, float]]


def network_measures(scenario: NetworkScenario, tally: Tally, replication: int = 0) -> pd.DataFrame:
    """Return everything that was measured in one replication's counted period.

    Parameters
    ----------
    scenario : NetworkScenario
        The scenario that was run; names and thresholds come from it.
    tally : Tally
        Of one replication.
    replication : int
        Its number, for the first column.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; times in minutes. The class ``all`` stands for all classes together,
        the station ``all`` for the network. What is not defined (the mean wait of nobody) is NaN.
    """
    totals = _Totals(scenario, tally)
    rows = [
        (replication, name, station, measure, value)
        for group, name in totals.classes
        for pool, station in enumerate(scenario.stations)
        for measure, value in totals.station_measures(pool, group)
    ]
    rows += [
        (replication, name, ALL, measure, value)
        for group, name in totals.classes
        for measure, value in totals.system_measures(group)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def number_present(scenario: NetworkScenario, tally: Tally, replication: int = 0) -> pd.DataFrame:
    """Return the share of the counted time with 0, 1, 2, ... patients at each station.

    Returns
    -------
    DataFrame
        Columns ``replication, station, present, share``, up to the highest number that occurred.
        The last number that a station tells apart (see `sim.world.network.build.LEVELS_AT_LEAST`)
        includes all above it.
    """
    frames = []
    starts = network_pools(scenario).level_start
    for pool, station in enumerate(scenario.stations):
        first, end = starts[pool], starts[pool + 1]
        minutes = np.trim_zeros(tally.level_minutes[first:end], "b")
        share = minutes / minutes.sum()
        levels = np.arange(share.size)
        frames.append(
            pd.DataFrame(
                {"replication": replication, "station": station, "present": levels, "share": share}
            )
        )
    return pd.concat(frames, ignore_index=True)


def summarise(
    measures: pd.DataFrame,
    confidence: float = CONFIDENCE,
    keys: Sequence[str] = MEASURE_KEYS,
) -> pd.DataFrame:
    """Return means over replications with t intervals.

    Parameters
    ----------
    measures : DataFrame
        Tables of `network_measures`, one below the other.
    confidence : float
        Level of the intervals, between 0 and 1.
    keys : sequence of str
        Columns that say what a value is of.

    Returns
    -------
    DataFrame
        The keys, and columns ``mean, low, high, n``; a value that is not defined in a
        replication is left out, and `n` says how many were used.
    """
    table = measures.pivot(index=list(keys), columns="replication", values="value")
    order = pd.MultiIndex.from_frame(measures[list(keys)].drop_duplicates())
    table = table.reindex(order)
    found = mean_intervals(table.to_numpy(), confidence)
    estimates = {"mean": found.mean, "low": found.low, "high": found.high, "n": found.n}
    return pd.DataFrame(estimates, index=table.index).reset_index()


class _Totals:
    """The counted period of one replication, summed up."""

    def __init__(self, scenario: NetworkScenario, tally: Tally) -> None:
        counted = slice(tally.counted_from, None)
        self.tally = tally
        begins, ends = float(tally.starts[tally.counted_from]), float(tally.starts[-1])
        self.minutes = ends - begins
        # The tally may be of a stretch of the run: what the calendar brings is that of its own time.
        on_the_clock = (scenario.run.start + begins, scenario.run.start + ends)
        self.counts: Ints = tally.counts[counted].sum(axis=0)
        self.amounts: Reals = tally.amounts[counted].sum(axis=0)
        # "60 min" and "1 h" are one threshold.
        self.thresholds = list(dict.fromkeys(scenario.report.waits_over))
        count = len(scenario.classes)
        self.every = slice(0, count)
        self.classes = [
            *((slice(group, group + 1), name) for group, name in enumerate(scenario.classes)),
            (self.every, ALL),
        ]
        self.limited = [
            all(entry.servers is not None for entry in station.servers)
            for station in scenario.stations.values()
        ]
        self.arrays: NetworkArrays = tally.state.arrays
        by_cell = (count, len(scenario.stations), REASONS)
        self.unserved = self.arrays.unserved_count.reshape(by_cell)
        self.unserved_wait = self.arrays.unserved_wait.reshape(by_cell)
        self.overtime = self.arrays.overtime.reshape(by_cell[:2])
        self.holds_are_limited = any(station.hold_limit for station in scenario.stations.values())
        self.closings = [
            closings(station, *on_the_clock) if station.closes else None
            for station in scenario.stations.values()
        ]
        self.on_duty = [
            server_minutes(station, *on_the_clock)
            if station.closes and station.at_closing == SERVE
            else self.amounts[pool, self.every, Amount.SERVER_AREA].sum()
            for pool, station in enumerate(scenario.stations.values())
        ]

    def station_measures(self, pool: int, group: slice) -> _Measures:
        """Yield the measures of some classes at a station."""
        counts = self.counts[pool, group].sum(axis=0)
        amounts = self.amounts[pool, group].sum(axis=0)
        unserved = self.unserved[group, pool].sum(axis=0)
        # Who only looked for a free server did not come; who found the doors closed did.
        looked = unserved[Unserved.NONE_FREE] + unserved[Unserved.NONE_FREE_NOR_ROOM]
        came = counts[Count.JOINED] - looked + unserved[Unserved.CLOSED]
        reneged, refused = unserved[Unserved.PATIENCE], unserved[Unserved.FULL]
        yield "arrivals", came
        yield "granted", counts[Count.GRANTED]
        yield "reneged", reneged
        yield "refused", refused
        yield "reneged_share", _ratio(reneged, came)
        yield "refused_share", _ratio(refused, came)
        yield from self._closing_measures(pool, group, came)
        if self.holds_are_limited:
            yield "hold_limit_reached", unserved[Unserved.HOLD_LIMIT]
        yield from self._wait_measures(pool, group, counts, amounts)
        lost = self.unserved_wait[group, pool, Unserved.PATIENCE].sum()
        yield "reneged_wait_mean", _ratio(lost, reneged)
        queue, busy = amounts[Amount.QUEUE_AREA], amounts[Amount.BUSY_AREA]
        yield "queue_length", queue / self.minutes
        yield "in_service", busy / self.minutes
        yield "number_present", (queue + busy) / self.minutes
        if self.limited[pool]:
            yield "utilisation", _ratio(busy, self.on_duty[pool])

    def _closing_measures(self, pool: int, group: slice, came: int) -> _Measures:
        """Yield what happened at closing, where a station closes."""
        closed = self.closings[pool]
        if closed is None:
            return
        unserved = self.unserved[group, pool].sum(axis=0)
        sent_home = unserved[Unserved.CLOSING] + unserved[Unserved.CLOSED]
        yield "sent_home", sent_home
        yield "sent_home_share", _ratio(sent_home, came)
        yield "overtime_per_closing", _ratio(self.overtime[group, pool].sum(), closed)

    def _wait_measures(self, pool: int, group: slice, counts: Ints, amounts: Reals) -> _Measures:
        """Yield the measures of the waits of those who were served."""
        granted = counts[Count.GRANTED]
        total, squares = amounts[Amount.WAIT], amounts[Amount.WAIT_SQUARED]
        yield "wait_mean", _ratio(total, granted)
        yield "wait_sd", _deviation(granted, total, squares)
        edges = self.tally.wait_edges
        rows = self.tally.wait_histogram.reshape(len(self.counts), -1, edges.size + 1)
        histogram = rows[pool, group].sum(axis=0)
        for q in QUANTILES:
            yield f"wait_q{100 * q:.0f}", histogram_quantile(histogram, edges, q)
        yield "waited_share", _ratio(counts[Count.WAITED], granted)
        for threshold in self.thresholds:
            above = histogram[edges.searchsorted(threshold) + 1 :].sum()
            yield f"waited_over_{threshold:g}_min_share", _ratio(above, granted)

    def system_measures(self, group: slice) -> _Measures:
        """Yield the measures of some classes in the network as a whole."""
        left = self.arrays.left_count.reshape(-1, FATES)[group].sum(axis=0)
        total = self.arrays.time_sum.reshape(-1, FATES)[group].sum(axis=0)
        squares = self.arrays.time_squares.reshape(-1, FATES)[group].sum(axis=0)
        histogram = self.arrays.time_histogram.reshape(-1, FATES, TIME_BINS)[group].sum(axis=0)
        yield "entered", self.arrays.entered_count[group].sum()
        for fate in Fate:
            yield f"left_{fate.name.lower()}", left[fate]
        done = Fate.FINISHED
        yield "time_in_system_mean", _ratio(total[done], left[done])
        yield "time_in_system_sd", _deviation(left[done], total[done], squares[done])
        for q in QUANTILES:
            value = histogram_quantile(histogram[done], time_edges(), q)
            yield f"time_in_system_q{100 * q:.0f}", value
        yield "time_in_system_mean_of_all", _ratio(total.sum(), left.sum())
        inside = self.arrays.inside_now.reshape(len(self.arrays.entered_count), -1)
        yield "inside_at_end", inside[group].sum()


def histogram_quantile(histogram: Ints, edges: Reals, q: float) -> float:
    """Return a quantile read from a histogram, straight within a bin.

    Parameters
    ----------
    histogram : Ints
        (bins + 1,) counts; the last bin is open.
    edges : Reals
        (bins,) upper edges, sorted; what lies up to the first one counts as equal to it.
    q : float
        Between 0 and 1.

    Returns
    -------
    float
        NaN for an empty histogram; the last edge when the quantile lies in the open bin.
    """
    total = histogram.sum()
    if total == 0:
        return _NAN
    below = histogram.cumsum()
    wanted = q * total
    cell = int(below.searchsorted(wanted))
    if cell == 0 or cell >= edges.size:
        return float(edges[min(cell, edges.size - 1)])
    inside = (wanted - below[cell - 1]) / histogram[cell]
    return float(edges[cell - 1] + inside * (edges[cell] - edges[cell - 1]))


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else _NAN


def _deviation(count: int, total: float, squares: float) -> float:
    """Return the standard deviation of `count` values from their sum and sum of squares."""
    if count < 2:
        return _NAN
    return float(np.sqrt(max(0.0, squares - total * total / count) / (count - 1)))
