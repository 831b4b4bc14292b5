"""How likely a stay is, by how the patient comes: by ambulance, or by their own means."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.scenario.care.inputs import Inputs
from sim.world.fields import Reals, reals


class StayOdds(NamedTuple):
    """P(stay | complexity x) = share (1 + gradient) x ** gradient, by condition.

    Attributes
    ----------
    by_ambulance : Reals
        (conditions,) share of all episodes that come by ambulance, 0 to 1.
    ambulance_admission, ambulance_gradient : Reals
        (conditions,) share of those that need a stay, and its gradient.
    other_admission, other_gradient : Reals
        (conditions,) of all other episodes.
    """

    by_ambulance: Reals
    ambulance_admission: Reals
    ambulance_gradient: Reals
    other_admission: Reals
    other_gradient: Reals


def stay_odds(inputs: Inputs) -> StayOdds:
    """Return how likely a stay is, so that the admissions of each condition are those it states.

    With q the condition's ``admission_share``, r the part of its episodes that come by ambulance and q_a
    their ``ambulance_admission``, the others have (q - r q_a) / (1 - r). Where an uncertain number was
    changed so that this would be no probability, q_a gives way, not q. A gradient is as steep as stated,
    or as the mean allows without a probability above 1.
    """
    table = inputs.conditions
    q, gradient, by_ambulance = (
        table["admission_share"].to_numpy(dtype=float),
        table["admission_gradient"].to_numpy(dtype=float),
        (table["emergency_share"] * table["ambulance_share"]).to_numpy(dtype=float),
    )
    stated = table["ambulance_admission"].fillna(table["admission_share"]).to_numpy(dtype=float)
    part = np.where(by_ambulance > 0.0, by_ambulance, 1.0)
    least, most = np.maximum(0.0, (q - 1.0 + part) / part), np.minimum(1.0, q / part)
    # Without ambulances nothing has to give way.
    ambulance = np.where(by_ambulance > 0.0, np.clip(stated, least, most), q)
    rest = np.where(by_ambulance < 1.0, 1.0 - by_ambulance, 1.0)
    others = np.where(by_ambulance > 0.0, (q - by_ambulance * ambulance) / rest, q)
    others = np.clip(others, 0.0, 1.0)
    return StayOdds(
        reals(by_ambulance),
        reals(ambulance),
        reals(_possible(gradient, ambulance)),
        reals(others),
        reals(_possible(gradient, others)),
    )


def _possible(gradient: Reals, share: Reals) -> Reals:
    """Return gradients that leave the probability at the highest complexity at most 1."""
    steepest = 1.0 / np.maximum(share, 1e-300) - 1.0
    return np.asarray(np.minimum(gradient, steepest))
