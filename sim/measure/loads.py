"""How busy departments, examination rooms and wards are, and which of them are hardly used or always full."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measure.care.loads import LOAD_KEYS, LOAD_VALUES
from sim.measure.statistics import CONFIDENCE, mean_intervals

LOW, HIGH = 0.20, 0.98
"""Use below which a pool is hardly needed, and above which it is never free: both ask for a reason."""
_WITH_INTERVAL = ("utilisation", "wait_mean")


def load_table(loads: pd.DataFrame, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return the loads of every kind of facility and skill, and of hospitals, over replications.

    Parameters
    ----------
    loads : DataFrame
        The frame ``loads`` of every run (`sim.measure.care.loads.loads_frame`), with ``scenario`` and
        ``replication``.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns ``scenario``, `LOAD_KEYS`, `LOAD_VALUES` as means over replications, ``utilisation`` and
        ``wait_mean`` with ``_low`` and ``_high``, ``n`` and ``mark``: ``low`` where less than 20 % of the time
        on duty is used, ``high`` above 98 %, else empty. In the order of the runs.
    """
    keys = ["scenario", *LOAD_KEYS]
    wide = loads.pivot(index=keys, columns="replication", values=list(LOAD_VALUES))
    wide = wide.reindex(pd.MultiIndex.from_frame(loads[keys].drop_duplicates()))
    frame = wide.index.to_frame(index=False)
    for value in LOAD_VALUES:
        found = mean_intervals(wide[value].to_numpy(dtype=float), confidence)
        frame[value] = found.mean
        if value in _WITH_INTERVAL:
            frame[f"{value}_low"], frame[f"{value}_high"] = found.low, found.high
        if value == "utilisation":
            frame["n"] = found.n
    use = frame["utilisation"]
    frame["mark"] = np.select([use < LOW, use > HIGH], ["low", "high"], "")
    return frame
