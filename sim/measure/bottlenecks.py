"""Where waits and refusals come from."""

from __future__ import annotations

import pandas as pd

BOTTLENECK_COLUMNS = [
    *("scenario", "facility", "name_zh", "name_en", "kind", "tier", "resource"),
    *("left_per_year", "wait_hours", "wait_mean", "utilisation"),
]
_RESOURCES = {
    "doctor": ("doctor_left", "doctor_wait_hours", "doctor_wait_mean", "doctor_utilisation"),
    "bed": ("bed_left", "bed_wait_hours", "bed_wait_mean", "bed_occupancy"),
}


def bottleneck_table(facilities: pd.DataFrame) -> pd.DataFrame:
    """Return doctors and beds of every facility, those that most patients left for want of first.

    Parameters
    ----------
    facilities : DataFrame
        ``StudyTables.facilities``, means over replications.

    Returns
    -------
    DataFrame
        Columns `BOTTLENECK_COLUMNS`: patients per year who left the queue before they were served, or were
        not let into it; hours that all patients of a year waited; mean wait of those served in minutes;
        utilisation. Ordered by those who left, then by hours. Resources that nobody waited for are left out.
    """
    frames = []
    for resource, columns in _RESOURCES.items():
        names = dict(zip(columns, BOTTLENECK_COLUMNS[-4:], strict=True))
        frames.append(facilities.rename(columns=names).assign(resource=resource))
    table = pd.concat(frames, ignore_index=True)[BOTTLENECK_COLUMNS]
    waited = (table["left_per_year"] > 0.0) | (table["wait_hours"] > 0.0)
    return table[waited].sort_values(
        ["scenario", "left_per_year", "wait_hours", "facility", "resource"],
        ascending=[True, False, False, True, True],
        ignore_index=True,
    )


def by_kind(table: pd.DataFrame) -> pd.DataFrame:
    """Return a bottleneck table summed over the facilities of a kind, in its order."""
    summed = table.groupby(["kind", "resource"], as_index=False)[
        ["left_per_year", "wait_hours"]
    ].sum()
    return summed.sort_values(["left_per_year", "wait_hours"], ascending=False, ignore_index=True)
