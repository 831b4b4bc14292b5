"""Where waits and refusals come from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.measure.statistics import CONFIDENCE, mean_intervals

FACILITY = ("facility", "name_zh", "name_en", "kind", "tier")
"""Columns that name a facility."""
SUMS = ("left_per_year", "wait_hours")
"""What can be summed over facilities."""
VALUES = (*SUMS, "wait_mean", "utilisation")
_RESOURCES = {
    "doctor": ("doctor_left", "doctor_wait_hours", "doctor_wait_mean", "doctor_utilisation"),
    "bed": ("bed_left", "bed_wait_hours", "bed_wait_mean", "bed_occupancy"),
}


def bottleneck_table(facilities: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return doctors and beds of every facility, those that most patients left for want of first.

    Parameters
    ----------
    facilities : DataFrame
        Facilities of every run, with a column ``replication``.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns ``scenario``, `FACILITY`, ``resource``, each of `VALUES` with its ``_low`` and ``_high``, and
        ``n``: patients per year who left the queue before they were served, or were not let into it; hours
        that all patients of a year waited; mean wait of those served in minutes; utilisation. Means over
        replications with their t intervals, ``NaN`` with fewer than two values; a replication in which
        nobody was served has no mean wait and is left out of it. Ordered by those who left, then by hours.
        Resources that nobody waited for are left out.
    """
    return _summarised(_by_resource(facilities), FACILITY, VALUES, confidence)


def bottlenecks_by_kind(facilities: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return what can be summed of a bottleneck table, over the facilities of a kind.

    Parameters
    ----------
    facilities : DataFrame
        Facilities of every run, with a column ``replication``.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns ``scenario, kind, resource``, each of `SUMS` with its ``_low`` and ``_high``, ``n``; sums over
        facilities replication by replication, then as `bottleneck_table`, in its order.
    """
    table = _by_resource(facilities)
    keys = ["scenario", "replication", "kind", "resource"]
    summed = table.groupby(keys, sort=False, as_index=False)[list(SUMS)].sum()
    return _summarised(summed, ["kind"], SUMS, confidence)


def _by_resource(facilities: pd.DataFrame) -> pd.DataFrame:
    """Return facilities with a row each for doctors and for beds."""
    frames = []
    for resource, columns in _RESOURCES.items():
        names = dict(zip(columns, VALUES, strict=True))
        frames.append(facilities.rename(columns=names).assign(resource=resource))
    columns_kept = ["scenario", "replication", *FACILITY, "resource", *VALUES]
    return pd.concat(frames, ignore_index=True)[columns_kept]


def _summarised(
    table: pd.DataFrame, named_by: Sequence[str], values: Sequence[str], confidence: float
) -> pd.DataFrame:
    """Return means over replications with their intervals where anybody waited, the largest first."""
    keys = ["scenario", *named_by, "resource"]
    wide = table.pivot(index=keys, columns="replication", values=list(values))
    frame = wide.index.to_frame(index=False)
    estimates = {
        value: mean_intervals(wide[value].to_numpy(dtype=float), confidence) for value in values
    }
    for value, found in estimates.items():
        frame[value] = found.mean
        frame[f"{value}_low"], frame[f"{value}_high"] = found.low, found.high
    frame["n"] = estimates[values[0]].n
    order = ["scenario", *SUMS, *named_by[:1], "resource"]
    frame = frame[(frame["left_per_year"] > 0.0) | (frame["wait_hours"] > 0.0)]
    return frame.sort_values(order, ascending=[True, False, False, True, True], ignore_index=True)
