"""Capability of facilities, and the weights by which patients choose among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.frames import rows
from sim.glossary import TIERS
from sim.scenario.care.inputs import Inputs
from sim.world.care.build.money import Rules, own_payment
from sim.world.care.build.nests import nest_scales
from sim.world.care.world import BANDS, COUNTY, NONE, SETTINGS
from sim.world.fields import Ints, Reals, ints, reals


def band_edges(inputs: Inputs) -> Reals:
    """Return the complexities that bound the severity bands, 0 to 1."""
    values = inputs.behaviour
    return reals([0.0, values["severity_moderate_from"], values["severity_severe_from"], 1.0])


def perceived_inability(inputs: Inputs, capability: Reals) -> Reals:
    """Return the part of each severity band that a facility cannot finish, (conditions, bands)."""
    edges = band_edges(inputs)
    low, high = edges[:-1][None, :], edges[1:][None, :]
    return np.asarray(np.clip((high - capability[:, None]) / (high - low), 0.0, 1.0))


def profiles(inputs: Inputs, facilities: pd.DataFrame) -> tuple[Ints, list[tuple[str, Reals]]]:
    """Group facilities that are alike in kind and capability.

    Returns
    -------
    facility_profile : Ints
        (facilities,)
    kinds : list of (kind, capability)
        One per profile; capability by condition.
    """
    gained = set(inputs.capability_gain["county"])
    order = list(inputs.conditions["condition"])
    keys: dict[tuple[str, int], int] = {}
    found: list[tuple[str, Reals]] = []
    numbers = []
    for row in rows(facilities):
        key = (str(row.kind), int(row.county) if row.county in gained else 0)
        if key not in keys:
            keys[key] = len(found)
            values = inputs.capability_of(*key).loc[order].to_numpy(dtype=float)
            found.append((key[0], values))
        numbers.append(keys[key])
    return ints(numbers), found


def _scale_of(inputs: Inputs, kind: pd.Series) -> float:
    """Return the parameter of the nest that a kind (a row of its table) belongs to."""
    return float(nest_scales(inputs)[TIERS.index(kind["tier"])])


def pay_weights(inputs: Inputs, rules: Rules, kind_name: str) -> Reals:
    """Return the choice weights of what care costs at one kind, (settings, spared, schemes, conditions).

    By the rules of the bill, without a referral (0) and where nothing is lost for want of one (1): at the fork
    to a visit that of the visit, at the fork to a stay that of a stay of mean length.
    """
    kind = inputs.kinds.set_index("kind").T[kind_name]
    weights = []
    for setting, name in zip(SETTINGS, ("visit", "stay"), strict=True):
        slope = inputs.behaviour[f"cost_{name}_per_100_cny"] / (100.0 * _scale_of(inputs, kind))
        price = kind[f"price_{name}_cny"] * inputs.conditions[f"{name}_weight"].to_numpy(float)
        tier = TIERS.index(kind["tier"])
        own = [own_payment(rules, tier, setting, price, referred=each) for each in (False, True)]
        weights.append(np.exp(slope * np.stack(own)))
    return np.stack(weights)


def stay_appeals(inputs: Inputs, facilities: pd.DataFrame) -> Reals:
    """Return the choice weight of each facility as a place of stay.

    Of the constant of its kind, and the logarithm of the beds of one of its institutions beside the region's
    median of the kind before any policy.
    """
    whole = inputs.region.facilities
    size = (whole["beds"] / whole["institutions"]).where(whole["beds"] > 0)
    usual = facilities["kind"].map(size.groupby(whole["kind"]).median()).to_numpy(float)
    own = (facilities["beds"] / facilities["institutions"]).to_numpy(float)
    constant = (
        inputs.kinds.set_index("kind")["constant_stay"].loc[facilities["kind"]].to_numpy(float)
    )
    # The hospitals outside the province have no beds of their own in the tables, and are never full.
    known = (own > 0.0) & (usual > 0.0)
    relative = np.log(np.where(known, own, 1.0) / np.where(known, usual, 1.0))
    tier = [TIERS.index(tier) for tier in facilities["tier"]]
    utility = constant + inputs.behaviour["hospital_size"] * relative
    return reals(np.exp(utility / nest_scales(inputs)[tier]))


def able_weights(inputs: Inputs, kind_name: str, capability: Reals) -> Reals:
    """Return the choice weights of what patients think of one profile, (conditions, bands).

    Of the constant of the kind and band, and the perceived inability; 0 for a condition that the facility
    does not treat at all.
    """
    kind = inputs.kinds.set_index("kind").T[kind_name]
    constants = np.array([float(kind[f"constant_{band}"]) for band in BANDS])
    shortfall = inputs.behaviour["capability_shortfall"] * perceived_inability(inputs, capability)
    utility = (constants[None, :] + shortfall) / _scale_of(inputs, kind)
    return np.where(capability[:, None] > 0.0, np.exp(utility), 0.0)


def county_best(
    capability: Reals,
    inside: Any,
    facility_pool: list[int],
    wards: tuple[Ints, int],
) -> tuple[Reals, Reals]:
    """Return the best capability among the facilities inside each county, and among those with beds.

    Parameters
    ----------
    capability : Reals
        (facilities, conditions)
    inside : array of bool
        (counties, facilities) as `sim.world.care.build.definitions.inside_of` tells.
    wards : tuple of Ints and int
        (severity bands, conditions) skill of the ward each condition needs, and the general one.

    Returns
    -------
    any : Reals
        (counties, conditions)
    with_ward : Reals
        (counties, severity bands, conditions)
    """
    pools = np.asarray(facility_pool).reshape(len(capability), -1)
    ward, general = wards[0].reshape(len(BANDS), -1), wards[1]
    # A ward of milder cases, or the general one, stands in.
    stands_in = (pools[:, ward[0]] != NONE) | (pools[:, [general]] != NONE)
    has_ward = (pools[:, ward] != NONE) | stands_in[:, None]
    best = np.zeros((len(inside), capability.shape[1]))
    warded = np.zeros((len(inside), *ward.shape))
    for index, here in enumerate(inside):
        if here.any():
            best[index] = capability[here].max(axis=0)
            warded[index] = np.where(has_ward[here], capability[here][:, None], 0.0).max(axis=0)
    return best, warded


def share_by_tier(inputs: Inputs, facilities: pd.DataFrame, name: str) -> Reals:
    """Return a share of referring doctors, ``name`` of the tier, by facility; 0 above the city."""
    by_tier = {tier: inputs.behaviour.get(f"{name}_{tier}", 0.0) for tier in TIERS[: COUNTY + 2]}
    return reals([by_tier.get(tier, 0.0) for tier in facilities["tier"]])


def contract_weights(inputs: Inputs) -> Reals:
    """Return the choice weight that a contract adds to primary institutions, by condition."""
    values = inputs.behaviour
    chronic = inputs.conditions["chronic"].to_numpy(dtype=float)
    bonus = values["contract_bonus"] + values["contract_chronic_bonus"] * chronic
    return reals(np.exp(bonus / inputs.behaviour["nest_primary"]))


_LEAST_ODDS = 1e-6
"""A share of 0 or 1 has no odds: nearly nobody, or nearly all."""


def step_down_odds(inputs: Inputs) -> Reals:
    """Return the odds of accepting a single step-down bed next door, by condition."""
    special = inputs.step_down_acceptance.set_index("condition")["accept"]
    shares = inputs.conditions["condition"].map(special)
    shares = shares.fillna(inputs.behaviour["step_down_accept"]).astype(float)
    shares = shares.clip(_LEAST_ODDS, 1.0 - _LEAST_ODDS)
    return reals(shares / (1.0 - shares))


def preference_fields(inputs: Inputs, rules: Rules, facilities: pd.DataFrame) -> dict[str, Any]:
    """Return capability and choice weights by profile, and what else choice and referral read."""
    numbers, found = profiles(inputs, facilities)
    return {
        "facility_profile": numbers,
        "capability": reals(np.concatenate([values for _, values in found])),
        "pay": reals(np.stack([pay_weights(inputs, rules, kind) for kind, _ in found], axis=-1)),
        "stay_appeal": stay_appeals(inputs, facilities),
        "able": reals(np.stack([able_weights(inputs, *each) for each in found], axis=-1)),
        "over_referral": share_by_tier(inputs, facilities, "over_referral"),
        "formal_referral": share_by_tier(inputs, facilities, "formal_referral"),
        "contract_weight": contract_weights(inputs),
        "step_down_odds": step_down_odds(inputs),
    }
