"""Insurance rules of a year: deductibles, ceilings, catastrophic cover and medical assistance, by scheme."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.scenario.care.inputs import Inputs
from sim.world.care.build.money import FEN_PER_CNY
from sim.world.care.world import SETTINGS
from sim.world.fields import reals


def yearly_fields(inputs: Inputs) -> dict[str, Any]:
    """Return the rules of a year, money in fen; what is not stated is no rule."""
    table = inputs.schemes

    def amounts(*columns: str, missing: float) -> Any:
        values = table[list(columns)].to_numpy(dtype=float)
        return reals(np.where(np.isnan(values), missing, values) * FEN_PER_CNY)

    return {
        "yearly_deductible": amounts(
            *(f"yearly_deductible_{setting}_cny" for setting in SETTINGS), missing=0.0
        ),
        "yearly_ceiling": amounts(
            *(f"yearly_ceiling_{setting}_cny" for setting in SETTINGS), missing=np.inf
        ),
        "catastrophic_from": amounts("catastrophic_from_cny", missing=np.inf),
        "catastrophic_rate": reals(table["catastrophic_rate"]),
        "assisted_share": reals(table["assisted_share"]),
        "assistance_rate": reals(table["assistance_rate"]),
    }


def have_yearly_rules(epochs: Iterable[Inputs]) -> bool:
    """Tell whether some scheme has, at some time, a rule for which a year's bills must be known."""
    for inputs in epochs:
        rules = yearly_fields(inputs)
        if (
            (rules["yearly_deductible"] > 0.0).any()
            or np.isfinite(rules["yearly_ceiling"]).any()
            or np.isfinite(rules["catastrophic_from"]).any()
            or (rules["assisted_share"] * rules["assistance_rate"] > 0.0).any()
        ):
            return True
    return False
