"""Meeting targets one by one and all together, run by run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measure.statistics import CONFIDENCE, Target, wilson_interval

JUDGED = ("simulated", "derived")
"""Kinds of indicator that meeting a target says something about; the others are stated or not modelled."""

JOINT_COLUMNS = ["scenario", "targets", "met", "runs", "probability", "low", "high"]


def judged_targets(targets: pd.DataFrame) -> dict[str, Target]:
    """Return the targets that runs are held against, by indicator.

    Parameters
    ----------
    targets : DataFrame
        Columns ``indicator, operator, target, tolerance, kind``.
    """
    chosen = targets[(targets["operator"] != "") & targets["kind"].isin(JUDGED)]
    return {
        str(row["indicator"]): Target(
            row["operator"], float(row["target"]), float(row["tolerance"])
        )
        for _, row in chosen.iterrows()
    }


def runs_that_meet(indicators: pd.DataFrame, targets: dict[str, Target]) -> pd.DataFrame:
    """Return which runs meet which target.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value``; rows of all tiers and counties
        together are used.
    targets : dict of str to Target
        By indicator; those that no run has a value for are left out.

    Returns
    -------
    DataFrame of float
        A row per (scenario, replication), a column per indicator: 1 where the target is met, 0 where it is not,
        ``NaN`` where the indicator is not defined, as a mean stay without any stay: such a run says nothing
        about the target, as in `sim.measure.statistics.probability_of_meeting`.
    """
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    values = whole.pivot(index=["scenario", "replication"], columns="indicator", values="value")
    known = [name for name in targets if name in values and values[name].notna().any()]
    met = {
        name: np.where(values[name].isna(), np.nan, targets[name].accepts(values[name]))
        for name in known
    }
    return pd.DataFrame(met, values.index)


def joint_table(
    indicators: pd.DataFrame, targets: pd.DataFrame, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return how likely a run meets all targets at once, with Wilson's interval.

    Parameters
    ----------
    indicators : DataFrame
        As for `runs_that_meet`.
    targets : DataFrame
        As for `judged_targets`.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `JOINT_COLUMNS`: ``targets`` is how many targets were judged, ``met`` in how many of ``runs``
        all of them were met. Runs in which one of them is not defined are left out. A scenario without a
        run in which all targets can be judged has no row.
    """
    met = runs_that_meet(indicators, judged_targets(targets))
    rows = []
    if len(met.columns):
        all_met = met.dropna().min(axis=1)
        for scenario, runs in all_met.groupby(level="scenario", sort=False):
            chance = wilson_interval(int(runs.sum()), len(runs), confidence)
            found = (chance.mean, chance.low, chance.high)
            rows.append((scenario, len(met.columns), int(runs.sum()), len(runs), *found))
    return pd.DataFrame(rows, columns=JOINT_COLUMNS)
