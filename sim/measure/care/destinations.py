"""Who goes where: residents of each county by the county or the hospital that saw them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measure.care.totals import RunTotals
from sim.pathway.care.state import Visit


def destinations_frame(run: RunTotals) -> pd.DataFrame:
    """Return where the residents of each county were treated, by name.

    Returns
    -------
    DataFrame
        Columns ``county`` (of residence), ``tier`` (``county`` for everything up to the county tier),
        ``code`` (of the county; above it the hospital's number), ``name_zh``, ``name_en``, ``kind`` of visit
        and ``count`` (of the counted time).
    """
    cells = np.nonzero(run.destinations)
    county, destination, kind = cells
    places = run.built.reach.destinations.iloc[destination].reset_index(drop=True)
    return pd.DataFrame(
        {
            "county": run.built.catchment.counties[county],
            **{name: places[name].to_numpy() for name in ("tier", "code", "name_zh", "name_en")},
            "kind": np.asarray([visit.name.lower() for visit in Visit])[kind],
            "count": run.destinations[cells],
        }
    )
