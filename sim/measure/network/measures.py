"""What a network run means: one tidy table of measures per class and station."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.tally import Amount, Count, Extreme, Tally
from sim.measure.network.quantiles import histogram_quantiles
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
    tables = [totals.station_measures(), totals.system_measures()]
    columns = {name: np.concatenate([table[name] for table in tables]) for name in COLUMNS[1:]}
    return pd.DataFrame({"replication": replication, **columns}, columns=list(COLUMNS))


def number_present(scenario: NetworkScenario, tally: Tally, replication: int = 0) -> pd.DataFrame:
    """Return the share of the counted time with 0, 1, 2, ... patients at each station.

    Returns
    -------
    DataFrame
        Columns ``replication, station, present, share``, up to the highest number that occurred.
        The last number that a station tells apart (see `sim.world.network.build.LEVELS_AT_LEAST`)
        includes all above it.
    """
    levels: list[Ints] = []
    shares: list[Reals] = []
    starts = network_pools(scenario).level_start
    for first, end in pairwise(starts):
        minutes = np.trim_zeros(tally.level_minutes[first:end], "b")
        shares.append(minutes / minutes.sum())
        levels.append(np.arange(minutes.size))
    columns = {
        "replication": replication,
        "station": np.repeat(_names(scenario.stations), [share.size for share in shares]),
        "present": np.concatenate(levels),
        "share": np.concatenate(shares),
    }
    return pd.DataFrame(columns)


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


def _names(names: Iterable[str]) -> Any:
    """Return names as an array of text objects, which tables hold."""
    return np.array(list(names), dtype=object)


def _with_all(values: Any) -> Any:
    """Return sums of all classes below the values of each; the first axis is that of the classes."""
    return np.concatenate([values, values.sum(axis=0, keepdims=True)])


class _Columns:
    """Measures of every class, and of all together, in places that not all have all of them.

    Parameters
    ----------
    classes, places : sequence of str
        What the first and the second axis of every measure stand for.
    """

    def __init__(self, classes: Sequence[str], places: Sequence[str]) -> None:
        self._classes, self._places = _names([*classes, ALL]), _names(places)
        self._measures: list[str] = []
        self._values: list[Reals] = []
        self._has: list[Any] = []

    def add(self, measure: str, values: Any, has: Any = True) -> None:
        """Add a measure, (classes + 1, places), and tell which places have it."""
        self._measures.append(measure)
        self._values.append(np.asarray(values, dtype=float))
        self._has.append(np.broadcast_to(np.asarray(has), self._places.shape))

    def table(self) -> dict[str, Any]:
        """Return columns of a tidy table, ordered by class, place and measure."""
        values, has = np.stack(self._values, axis=-1), np.stack(self._has, axis=-1)
        kept = np.broadcast_to(has, values.shape)
        of_class, place, measure = np.nonzero(kept)
        return {
            "class": self._classes[of_class],
            "station": self._places[place],
            "measure": _names(self._measures)[measure],
            "value": values[kept],
        }


class _Totals:
    """The counted period of one replication, summed up; of classes and all of them, then by station."""

    def __init__(self, scenario: NetworkScenario, tally: Tally) -> None:
        counted = slice(tally.counted_from, None)
        self.scenario, self.tally = scenario, tally
        begins, ends = float(tally.starts[tally.counted_from]), float(tally.starts[-1])
        self.minutes = ends - begins
        # The tally may be of a stretch of the run: what the calendar brings is that of its own time.
        on_the_clock = (scenario.run.start + begins, scenario.run.start + ends)
        # (columns, classes + 1, stations)
        self.counts: Ints = _with_all(tally.counts[counted].sum(axis=0).swapaxes(0, 1)).T.swapaxes(
            1, 2
        )
        self.amounts: Reals = _with_all(
            tally.amounts[counted].sum(axis=0).swapaxes(0, 1)
        ).T.swapaxes(1, 2)
        # "60 min" and "1 h" are one threshold.
        self.thresholds = list(dict.fromkeys(scenario.report.waits_over))
        stations = list(scenario.stations.values())
        self.limited = [
            all(entry.servers is not None for entry in each.servers) for each in stations
        ]
        self.arrays: NetworkArrays = tally.state.arrays
        by_cell = (len(scenario.classes), len(stations), REASONS)
        self.unserved: Ints = _with_all(self.arrays.unserved_count.reshape(by_cell))
        self.unserved_wait: Reals = _with_all(self.arrays.unserved_wait.reshape(by_cell))
        self.overtime: Reals = _with_all(self.arrays.overtime.reshape(by_cell[:2]))
        self.holds_are_limited = any(each.hold_limit for each in stations)
        self.closes = np.array([each.closes for each in stations])
        self.closings = [closings(each, *on_the_clock) if each.closes else 0 for each in stations]
        self.on_duty = [
            server_minutes(station, *on_the_clock)
            if station.closes and station.at_closing == SERVE
            else area
            for station, area in zip(stations, self.amounts[Amount.SERVER_AREA, -1], strict=True)
        ]

    def station_measures(self) -> dict[str, Any]:
        """Return the measures of every class at every station."""
        columns = _Columns(list(self.scenario.classes), list(self.scenario.stations))
        add, counts, amounts = columns.add, self.counts, self.amounts
        by_reason = np.moveaxis(self.unserved, -1, 0)
        # Who only looked for a free server did not come; who found the doors closed did.
        looked = by_reason[Unserved.NONE_FREE] + by_reason[Unserved.NONE_FREE_NOR_ROOM]
        came = counts[Count.JOINED] - looked + by_reason[Unserved.CLOSED]
        reneged, refused = by_reason[Unserved.PATIENCE], by_reason[Unserved.FULL]
        add("arrivals", came)
        add("granted", counts[Count.GRANTED])
        add("reneged", reneged)
        add("refused", refused)
        add("reneged_share", _ratio(reneged, came))
        add("refused_share", _ratio(refused, came))
        sent_home = by_reason[Unserved.CLOSING] + by_reason[Unserved.CLOSED]
        add("sent_home", sent_home, self.closes)
        add("sent_home_share", _ratio(sent_home, came), self.closes)
        add("overtime_per_closing", _ratio(self.overtime, self.closings), self.closes)
        add("hold_limit_reached", by_reason[Unserved.HOLD_LIMIT], self.holds_are_limited)
        self._add_waits(columns)
        lost = self.unserved_wait[..., Unserved.PATIENCE]
        add("reneged_wait_mean", _ratio(lost, reneged))
        queue, busy = amounts[Amount.QUEUE_AREA], amounts[Amount.BUSY_AREA]
        add("queue_length", queue / self.minutes)
        add("in_service", busy / self.minutes)
        add("number_present", (queue + busy) / self.minutes)
        add("utilisation", _ratio(busy, self.on_duty), self.limited)
        waiting = self.arrays.waiting_now.reshape(counts.shape[1] - 1, -1)
        add("waiting_at_end", _with_all(waiting))
        return columns.table()

    def _add_waits(self, columns: _Columns) -> None:
        """Add the measures of the waits of those who were served."""
        add, counts = columns.add, self.counts
        granted, total = counts[Count.GRANTED], self.amounts[Amount.WAIT]
        add("wait_mean", _ratio(total, granted))
        add("wait_sd", _deviation(granted, total, self.amounts[Amount.WAIT_SQUARED]))
        edges, tally = self.tally.wait_edges, self.tally
        # As the engine has it, by station and class: it may be too large to turn round.
        by_station = (granted.shape[1], granted.shape[0] - 1, -1)
        histogram = tally.wait_histogram.reshape(by_station)
        quantiles = _quantiles(histogram, edges, tally.wait_range.reshape(by_station))
        for level, values in zip(QUANTILES, quantiles, strict=True):
            add(f"wait_q{100 * level:.0f}", values)
        add("waited_share", _ratio(counts[Count.WAITED], granted))
        add("waited_mean", _ratio(total, counts[Count.WAITED]))
        for threshold in self.thresholds:
            above = histogram[..., edges.searchsorted(threshold) + 1 :].sum(axis=-1)
            share = _ratio(_with_all(above.T), granted)
            add(f"waited_over_{threshold:g}_min_share", share)

    def system_measures(self) -> dict[str, Any]:
        """Return the measures of every class in the network as a whole."""
        columns, arrays = _Columns(list(self.scenario.classes), [ALL]), self.arrays
        add, done = columns.add, [Fate.FINISHED]
        left = _with_all(arrays.left_count.reshape(-1, FATES))
        total = _with_all(arrays.time_sum.reshape(-1, FATES))
        squares = _with_all(arrays.time_squares.reshape(-1, FATES))
        histogram = arrays.time_histogram.reshape(-1, FATES, TIME_BINS)[:, Fate.FINISHED]
        ranges = arrays.time_range.reshape(-1, FATES, len(Extreme))[:, Fate.FINISHED]
        add("entered", _with_all(arrays.entered_count[:, None]))
        for fate in Fate:
            add(f"left_{fate.name.lower()}", left[:, [fate]])
        add("time_in_system_mean", _ratio(total[:, done], left[:, done]))
        add("time_in_system_sd", _deviation(left[:, done], total[:, done], squares[:, done]))
        quantiles = _quantiles(histogram[None], time_edges(), ranges[None])
        for level, values in zip(QUANTILES, quantiles, strict=True):
            add(f"time_in_system_q{100 * level:.0f}", values)
        of_all = _ratio(total.sum(axis=1, keepdims=True), left.sum(axis=1, keepdims=True))
        add("time_in_system_mean_of_all", of_all)
        inside = arrays.inside_now.reshape(len(arrays.entered_count), -1)
        add("inside_at_end", _with_all(inside.sum(axis=1, keepdims=True)))
        return columns.table()


def _quantiles(histogram: Ints, edges: Reals, ranges: Reals) -> Reals:
    """Return `QUANTILES`, (levels, classes + 1, places): of each class, and of all of them together.

    Parameters
    ----------
    histogram : Ints
        (places, classes, bins + 1)
    edges : Reals
        (bins,)
    ranges : Reals
        (places, classes, len(Extreme)) the least and the most of each.
    """
    least, most = ranges[..., Extreme.LEAST], ranges[..., Extreme.MOST]
    places, classes, bins = histogram.shape
    of_each = histogram_quantiles(
        histogram.reshape(-1, bins), edges, QUANTILES, least.ravel(), most.ravel()
    )
    of_all = histogram_quantiles(
        histogram.sum(axis=1), edges, QUANTILES, least.min(axis=1), most.max(axis=1)
    )
    found = np.concatenate([of_each.reshape(places, classes, -1), of_all[:, None]], axis=1)
    return found.T


def _ratio(part: Any, whole: Any) -> Reals:
    """Return parts of wholes; NaN where there is nothing."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    whole = np.broadcast_to(whole, part.shape)
    ratios: Reals = np.full(part.shape, np.nan)
    np.divide(part, whole, out=ratios, where=whole > 0)
    return ratios


def _deviation(count: Ints, total: Reals, squares: Reals) -> Reals:
    """Return standard deviations from numbers of values, their sums and sums of squares."""
    several = count > 1
    n = np.where(several, count, 2)
    variance = np.maximum(0.0, squares - total * total / n) / (n - 1)
    deviations: Reals = np.where(several, np.sqrt(variance), np.nan)
    return deviations
