"""Where care goes that leaves the county: why people left, and why they went as far as they did."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.measure.leaks import LEAK_VALUES, leak_table
from sim.measure.statistics import CONFIDENCE

DESTINATION_KEYS = ("tier", "why_left", "why_far")


def destination_table(
    far: pd.DataFrame, years: Mapping[str, float], confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return the visits and stays outside the county by tier and both reasons.

    Parameters
    ----------
    far : DataFrame
        ``StudyTables.far``.
    years : mapping of str to float
        Counted time of each scenario.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns ``scenario``, `DESTINATION_KEYS` and `sim.measure.leaks.LEAK_VALUES`, the largest first within
        a scenario. Summed over ``why_far`` these are the leaks by tier and reason.
    """
    leaks = far.assign(reason=far["why_left"])
    table = leak_table(leaks, years, DESTINATION_KEYS, confidence)
    return table[["scenario", *DESTINATION_KEYS, *LEAK_VALUES]]
