"""Prices and insurance rules, and what patients expect to pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.glossary import TIERS
from sim.scenario.care.inputs import Inputs
from sim.world.care.world import COUNTY, SETTINGS
from sim.world.fields import Reals, reals

FEN_PER_CNY = 100.0


@dataclass(frozen=True)
class Rules:
    """The insurance rules; every array is (schemes, tiers, settings), 0 where there is no rule.

    Attributes
    ----------
    in_scope_share, rate : Reals
        Shares.
    deductible_cny, ceiling_cny : Reals
        CNY.
    unreferred_rate_loss : float
        Points of the rate lost above the county without a referral.
    """

    in_scope_share: Reals
    rate: Reals
    deductible_cny: Reals
    ceiling_cny: Reals
    unreferred_rate_loss: float

    @classmethod
    def of(cls, inputs: Inputs) -> Rules:
        """Return the rules of some inputs."""
        schemes = list(inputs.schemes["scheme"])
        index = pd.MultiIndex.from_product([schemes, TIERS, SETTINGS])
        table = inputs.reimbursement.set_index(["scheme", "tier", "setting"]).reindex(index)
        columns = ("in_scope_share", "rate", "deductible_cny", "ceiling_cny")
        values = table[list(columns)].fillna(0.0).to_numpy(dtype=float)
        shape = (len(schemes), len(TIERS), len(SETTINGS))
        arrays = {name: values[:, i].reshape(shape) for i, name in enumerate(columns)}
        return cls(**arrays, unreferred_rate_loss=inputs.behaviour["unreferred_rate_loss"])


def price_fields(inputs: Inputs, rules: Rules, facilities: pd.DataFrame) -> dict[str, Any]:
    """Return the prices of every facility (fen) and the insurance rules."""
    kinds = inputs.kinds.set_index("kind").loc[facilities["kind"]]
    return {
        "price_visit": reals(kinds["price_visit_cny"] * FEN_PER_CNY),
        "price_stay": reals(kinds["price_stay_cny"] * FEN_PER_CNY),
        "daily_share": reals(kinds["price_daily_share"]),
        "service_share": reals(kinds["service_share"]),
        "in_scope_share": reals(rules.in_scope_share),
        "rate": reals(rules.rate),
        "deductible": reals(rules.deductible_cny * FEN_PER_CNY),
        "ceiling": reals(rules.ceiling_cny * FEN_PER_CNY),
    }


def own_payment(
    rules: Rules, tier: int, setting: str, price_cny: Reals, *, referred: bool
) -> Reals:
    """Return what a patient expects to pay themselves, in CNY.

    Parameters
    ----------
    tier : int
    setting : {'outpatient', 'inpatient'}
    price_cny : Reals
        (conditions,)
    referred : bool
        Without a referral, points of reimbursement are lost above the county.

    Returns
    -------
    Reals
        (schemes, conditions)
    """
    cell = (slice(None), tier, SETTINGS.index(setting))
    loss = 0.0 if referred or tier <= COUNTY else rules.unreferred_rate_loss
    scope = rules.in_scope_share[cell][:, None]
    rate = np.maximum(rules.rate[cell][:, None] - loss, 0.0)
    deductible = rules.deductible_cny[cell][:, None]
    ceiling = rules.ceiling_cny[cell][:, None]
    fund = np.minimum(np.maximum(price_cny * scope - deductible, 0.0) * rate, ceiling)
    return np.asarray(price_cny - fund)
