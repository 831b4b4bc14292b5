"""The region's definitions as the pathway reads them: what is inside, and what is common."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.glossary import TIERS
from sim.scenario.care.inputs import Inputs
from sim.world.care.world import CITY, COUNTY, NONE
from sim.world.fields import Ints, ints


def definition_fields(inputs: Inputs, facilities: pd.DataFrame, counties: Ints) -> dict[str, Any]:
    """Return `county_home`, `facility_city` and `common_until` of a CareWorld.

    A city is the code of its prefecture. A hospital of the province is nobody's city hospital, wherever it
    stands.

    Parameters
    ----------
    inputs : Inputs
    facilities : DataFrame
        Those of the run.
    counties : Ints
        (counties,) codes of the run's counties.
    """
    defined = inputs.region.definitions
    table = inputs.region.counties.set_index("county")  # neighbours outside the run, too
    is_district = ~table["kind"].isin(defined.county_area)
    city_of = table["prefecture"].where(is_district, NONE).astype(np.int64)
    by_city = defined.district_inside == "own_city"
    tier = np.asarray([TIERS.index(name) for name in facilities["tier"]])
    in_district = facilities["county"].map(city_of).fillna(NONE).to_numpy(np.int64)
    prefecture = facilities["prefecture"].to_numpy(np.int64)
    city = np.where(tier == CITY, prefecture, np.where(tier <= COUNTY, in_district, NONE))
    homes = city_of.loc[counties.tolist()].to_numpy()
    return {
        "county_home": ints(homes if by_city else np.full(counties.size, NONE)),
        "facility_city": ints(city),
        "common_until": ints(
            [defined.common_until(name) for name in inputs.conditions["condition"]]
        ),
    }


def inside_of(fields: dict[str, Any]) -> Any:
    """Return which facilities are inside for the residents of which county, (counties, facilities) of bool.

    The same rule as `sim.pathway.care.record.is_inside`, for all of them at once.
    """
    home = fields["county_home"][:, None]
    own = fields["facility_county"][None, :] == np.arange(home.size)[:, None]
    return own | ((home != NONE) & (fields["facility_city"][None, :] == home))
