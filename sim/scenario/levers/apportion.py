"""Whole numbers that add up exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd


def apportion(weights: pd.Series, total: int) -> pd.Series:
    """Share a whole number out in proportion to weights, by largest remainder.

    Parameters
    ----------
    weights : Series
        Not negative, with a positive sum.
    total : int
        What to share out, not negative.

    Returns
    -------
    Series of int64
        Adds up to `total`; equal remainders go to the earlier row.
    """
    exact = weights.to_numpy(dtype=float) * (total / float(weights.sum()))
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return pd.Series(whole, index=weights.index)
