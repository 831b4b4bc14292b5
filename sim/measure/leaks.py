"""Which care leaves the county, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measure.statistics import CONFIDENCE, mean_intervals

LEAK_KEYS = ["scenario", "county", "condition", "tier", "reason"]
LEAK_COLUMNS = [*LEAK_KEYS, "per_year", "share", "low", "high", "n"]


def leak_table(
    flows: pd.DataFrame, years: dict[str, float], confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return the visits and stays outside the county by county, condition, tier and reason.

    Parameters
    ----------
    flows : DataFrame
        ``StudyTables.flows``.
    years : dict of str to float
        Counted time of each scenario.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `LEAK_COLUMNS`, the largest first within a scenario. ``per_year`` is the mean over
        replications; ``share`` is of all care that leaves, with its interval. A cell that is empty in a
        replication counts as 0.
    """
    outside = flows[flows["reason"] != ""]
    frames = [
        _of_scenario(group, str(name), flows, years[str(name)], confidence)
        for name, group in outside.groupby("scenario", sort=False)
    ]
    return (
        pd.concat(frames, ignore_index=True)[LEAK_COLUMNS]
        if frames
        else pd.DataFrame(columns=LEAK_COLUMNS)
    )


def _of_scenario(
    leaks: pd.DataFrame, name: str, flows: pd.DataFrame, years: float, confidence: float
) -> pd.DataFrame:
    runs = sorted(flows.loc[flows["scenario"] == name, "replication"].unique())
    counts = leaks.pivot_table(
        index=LEAK_KEYS, columns="replication", values="count", aggfunc="sum", fill_value=0
    ).reindex(columns=runs, fill_value=0)
    shares = counts / counts.sum()
    estimates = mean_intervals(shares.to_numpy(dtype=np.float64), confidence)
    frame = counts.index.to_frame(index=False).assign(
        per_year=counts.mean(axis=1).to_numpy() / years,
        share=estimates.mean,
        low=estimates.low,
        high=estimates.high,
        n=estimates.n,
    )
    order = ["per_year", *LEAK_KEYS]
    return frame.sort_values(order, ascending=[False] + [True] * len(LEAK_KEYS))


def leaks_by(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return a leak table summed over all but some keys, the largest first; without intervals."""
    summed = table.groupby(["scenario", *keys], as_index=False)[["per_year", "share"]].sum()
    return summed.sort_values(["scenario", "per_year"], ascending=[True, False], ignore_index=True)
