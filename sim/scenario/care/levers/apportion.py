"""Whole beds and people, shared out over the facilities of a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.region.apportion import apportion


def share_out(total: int, weights: pd.Series) -> pd.Series:
    """Share a whole number out in proportion to weights, by largest remainder.

    Parameters
    ----------
    total : int
        What to share out, not negative.
    weights : Series
        Not negative; at least one positive if there is something to share.

    Returns
    -------
    Series of int64
        Adds up to `total`, with the index of `weights`.
    """
    return pd.Series(apportion(total, weights.to_numpy(dtype=np.float64)), index=weights.index)
