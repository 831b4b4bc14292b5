"""Whether a run meets a target: its value is accepted, and not too many found no place.

A rate is of those who were treated. Where many were not, it says little of the county: such a run does not
count as meeting a target that is counted from patients, in the scorecard, in joint probabilities and under
uncertain assumptions alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measure.statistics import Target

JUDGED = ("simulated", "derived")
"""Kinds of indicator that meeting a target says something about; the others are stated or not modelled."""

COUNTED = "simulated"
"""The kind that is counted from patients."""

UNMET_SHARES = ("unmet_visit_share", "unmet_admission_share")
"""Indicators: shares of needed visits, and of needed stays, that found no place."""

NOT_JUDGED = "not_judged"
"""Verdict on what those who were treated meet, or might, while too many found no place."""
MOST_UNMET = 0.15
"""When more of the needed visits, or stays, found no place, no target is called met that is counted from
those who did (assumed; 2020 has about 0.1 of stays, nearly all referrals that were not followed)."""


def run_values(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the values of runs over all tiers and counties: a row per run, a column per indicator.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value``.
    """
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    return whole.pivot(index=["scenario", "replication"], columns="indicator", values="value")


def judged_targets(targets: pd.DataFrame) -> dict[str, Target]:
    """Return the targets that runs are compared with, by indicator.

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


def found_a_place(values: pd.DataFrame) -> pd.Series:
    """Return in which runs at most `MOST_UNMET` of what was needed found no place.

    Parameters
    ----------
    values : DataFrame
        As `run_values` returns it; where unmet need is not measured, no run is disqualified by it.
    """
    measured = [share for share in UNMET_SHARES if share in values]
    return ~(values[measured] > MOST_UNMET).any(axis=1)


def run_meets(value: pd.Series, target: Target, place: pd.Series | None) -> pd.Series:
    """Return 1 for each run that meets a target, 0 for each that does not, NaN where there is no value.

    Parameters
    ----------
    value : Series of float
        By run, in the unit of the indicator.
    target : Target
    place : Series of bool, optional
        Of the same runs, as `found_a_place` returns it, if the indicator is counted from patients.
    """
    met = pd.Series(target.accepts(value), value.index)
    if place is not None:
        met &= place
    return met.astype(np.float64).where(value.notna())


def runs_that_meet(indicators: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return which runs meet which target.

    Parameters
    ----------
    indicators : DataFrame
        Columns ``scenario, replication, indicator, tier, county, value``; rows of all tiers and counties
        together are used.
    targets : DataFrame
        As for `judged_targets`; those that no run has a value for are left out.

    Returns
    -------
    DataFrame of float
        A row per (scenario, replication), a column per indicator: 1 where the target is met, 0 where it is not,
        ``NaN`` where the indicator is not defined, as a mean stay without any stay: such a run says nothing
        about the target.
    """
    values = run_values(indicators)
    place = found_a_place(values)
    counted = set(targets.loc[targets["kind"] == COUNTED, "indicator"])
    met = {
        name: run_meets(values[name], target, place if name in counted else None)
        for name, target in judged_targets(targets).items()
        if name in values and values[name].notna().any()
    }
    return pd.DataFrame(met, values.index)
