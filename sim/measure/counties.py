"""Each county by itself, where several are simulated: a pooled figure hides who misses a target."""

from __future__ import annotations

import pandas as pd

from sim.measure.compare import summarise
from sim.measure.statistics import Target, verdict_of_interval
from sim.measure.tables import StudyTables

COUNTY_COLUMNS = ["scenario", "county", "indicator", "mean", "low", "high", "verdict"]


def by_county(tables: StudyTables, indicator: str) -> pd.DataFrame:
    """Return an indicator by scenario and county, each judged by itself.

    Parameters
    ----------
    tables : StudyTables
    indicator : str
        One that is measured by county.

    Returns
    -------
    DataFrame
        Columns `COUNTY_COLUMNS`, in the unit of the indicator; no row where one county was simulated. A
        ``verdict`` is ``met`` or ``not_met`` if the whole interval is on that side of the scenario's target,
        else ``undecided``; ``no_target`` without one. Unmet need, not counted by county here, does not enter.
    """
    runs = tables.indicators
    runs = runs[
        (runs["indicator"] == indicator) & (runs["tier"] == "") & (runs["county"] != 0)
    ].dropna(subset=["value"])
    if runs["county"].nunique() < 2:
        return pd.DataFrame(columns=COUNTY_COLUMNS)
    table = summarise(runs)
    card = tables.scorecard[tables.scorecard["indicator"] == indicator].set_index("scenario")
    targets = {
        str(name): Target(row["operator"], float(row["target"]), float(row["tolerance"]))
        for name, row in card.iterrows()
        if row["operator"]
    }
    verdicts = [
        verdict_of_interval(low, high, targets[name]) if name in targets else "no_target"
        for name, low, high in zip(table["scenario"], table["low"], table["high"], strict=True)
    ]
    return table.assign(verdict=verdicts)[COUNTY_COLUMNS]
