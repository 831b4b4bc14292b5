"""Meeting all targets together, run by run."""

from __future__ import annotations

import pandas as pd

from sim.measure.meeting import NOT_JUDGED, runs_that_meet
from sim.measure.statistics import CONFIDENCE, wilson_interval

JOINT_COLUMNS = ["scenario", "targets", "met", "runs", "probability", "low", "high"]


def joint_table(
    indicators: pd.DataFrame, targets: pd.DataFrame, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return how likely a run meets all targets at once, with Wilson's interval.

    Parameters
    ----------
    indicators : DataFrame
        As for `sim.measure.meeting.runs_that_meet`.
    targets : DataFrame
        As for `sim.measure.meeting.judged_targets`.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `JOINT_COLUMNS`: ``targets`` is how many targets were judged, ``met`` in how many of ``runs``
        all of them were met. Runs in which one of them is not defined are left out. A scenario without a
        run in which all targets can be judged has no row.
    """
    met = runs_that_meet(indicators, targets)
    rows = []
    if len(met.columns):
        all_met = met.dropna().min(axis=1)
        for scenario, runs in all_met.groupby(level="scenario", sort=False):
            chance = wilson_interval(int(runs.sum()), len(runs), confidence)
            found = (chance.mean, chance.low, chance.high)
            rows.append((scenario, len(met.columns), int(runs.sum()), len(runs), *found))
    return pd.DataFrame(rows, columns=JOINT_COLUMNS)


def met_nowhere(scorecard: pd.DataFrame) -> list[str]:
    """Return the indicators whose target no run of any scenario meets.

    Parameters
    ----------
    scorecard : DataFrame
        As `sim.measure.compare.scorecard` returns it. A target that is not judged for want of places is no
        miss.
    """
    judged = scorecard[scorecard["verdict"] != NOT_JUDGED]
    best = judged.groupby("indicator", sort=False)["probability"].max()
    return list(best[best == 0.0].index)


def blocking_targets(
    indicators: pd.DataFrame, scorecard: pd.DataFrame, scenario: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what keeps a scenario from meeting all its targets at once.

    Parameters
    ----------
    indicators, scorecard : DataFrame
        As for `joint_table` and `met_nowhere`.
    scenario : str

    Returns
    -------
    never, others : DataFrame
        The rows of the scorecard that no run meets, and the `joint_table` of all others.
    """
    own = scorecard[(scorecard["scenario"] == scenario) & (scorecard["verdict"] != NOT_JUDGED)]
    never = own[own["probability"] == 0.0]
    runs = indicators[indicators["scenario"] == scenario]
    return never, joint_table(runs, own[~own["indicator"].isin(never["indicator"])])
