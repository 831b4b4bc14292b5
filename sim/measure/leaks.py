"""Which care leaves the county, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.measure.statistics import CONFIDENCE, mean_intervals

LEAK_KEYS = ("county", "condition", "tier", "reason")
LEAK_VALUES = (
    *("per_year", "per_year_low", "per_year_high"),
    *("share", "share_low", "share_high", "n"),
)


def leak_table(
    flows: pd.DataFrame,
    years: Mapping[str, float],
    keys: Sequence[str] = LEAK_KEYS,
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Return the visits and stays outside the county by county, condition, tier and reason.

    Parameters
    ----------
    flows : DataFrame
        ``StudyTables.flows``.
    years : mapping of str to float
        Counted time of each scenario.
    keys : sequence of str
        Some of `LEAK_KEYS`; the rest is summed over, replication by replication.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns ``scenario``, the keys and `LEAK_VALUES`, the largest first within a scenario. ``per_year`` is
        the mean over replications, ``share`` that of the shares of all care that leaves; both with their t
        intervals, whose ends are ``NaN`` with one replication. A cell that is empty in a replication counts as
        0; a replication that nothing leaves in has no shares and is left out of them.
    """
    outside = flows[flows["reason"] != ""]
    frames = [
        _of_scenario(group, str(name), flows, years[str(name)], list(keys), confidence)
        for name, group in outside.groupby("scenario", sort=False)
    ]
    if not frames:
        return pd.DataFrame(columns=["scenario", *keys, *LEAK_VALUES])
    return pd.concat(frames, ignore_index=True)


def _of_scenario(
    leaks: pd.DataFrame,
    name: str,
    flows: pd.DataFrame,
    years: float,
    keys: list[str],
    confidence: float,
) -> pd.DataFrame:
    runs = sorted(flows.loc[flows["scenario"] == name, "replication"].unique())
    counts = leaks.pivot_table(
        index=["scenario", *keys],
        columns="replication",
        values="count",
        aggfunc="sum",
        fill_value=0,
    ).reindex(columns=runs, fill_value=0)
    numbers = mean_intervals(counts.to_numpy(dtype=np.float64) / years, confidence)
    shares = mean_intervals((counts / counts.sum()).to_numpy(dtype=np.float64), confidence)
    frame = counts.index.to_frame(index=False).assign(
        per_year=numbers.mean,
        per_year_low=numbers.low,
        per_year_high=numbers.high,
        share=shares.mean,
        share_low=shares.low,
        share_high=shares.high,
        n=numbers.n,
    )
    return frame.sort_values(["per_year", *keys], ascending=[False] + [True] * len(keys))


def leaks_by_condition(
    flows: pd.DataFrame, years: Mapping[str, float], confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return the leaks of each condition, by reason and, with reason ``""``, for all reasons together.

    Parameters and columns are those of `leak_table` with the keys condition and reason; the rows of all
    reasons come first.
    """
    whole = leak_table(flows, years, ["condition"], confidence)
    whole.insert(2, "reason", "")
    parts = leak_table(flows, years, ["condition", "reason"], confidence)
    return pd.concat([whole, parts], ignore_index=True) if len(parts) else parts
