"""Nests of the choice: how alike facilities of like tiers are, and the noise that they share."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from sim.glossary import TIERS
from sim.scenario.care.inputs import Inputs
from sim.world.care.world import NEST_CELLS, NEST_OF_TIER, NESTS
from sim.world.fields import Reals, reals

_ANGLES, _POINTS = 1200, 1500
"""Where the distribution is integrated, and at how many of its values."""
_DEEPEST = 20.0
"""The angles end at pi less exp(-20)."""
_FIRST = 2.0**-20
"""Probability that stands for 0 at the lower end, whose tail is thinner than any power."""


def nest_scales(inputs: Inputs) -> Reals:
    """Return the nest parameter (0 to 1) that belongs to each tier."""
    names = [f"nest_{NESTS[NEST_OF_TIER[tier]]}" for tier in range(len(TIERS))]
    return reals([inputs.behaviour[name] for name in names])


def _log_angle_factor(scale: float, left: Reals) -> Reals:
    """Return the logarithm of Kanter's factor A at the angles pi - `left`."""
    angle = math.pi - left
    top = np.log(np.sin((1.0 - scale) * angle))
    return np.asarray(
        top + (scale * np.log(np.sin(scale * angle)) - np.log(np.sin(left))) / (1.0 - scale)
    )


@lru_cache(maxsize=64)
def _distribution(scale: float) -> tuple[Reals, Reals, Reals]:
    """Return values of ln S, rising, the logarithms of their probabilities and of what is above them.

    S is positive stable, E exp(-tS) = exp(-t**scale): its distribution is (1/pi) times the integral of
    exp(-A(angle) y) over 0 to pi, y = s**(-scale / (1 - scale)) (Kanter 1975, Annals of Probability 3:697).
    """
    depth = (np.arange(_ANGLES) + 0.5) * (_DEEPEST / _ANGLES)
    share = np.exp(-depth) * (_DEEPEST / _ANGLES)
    factor = _log_angle_factor(scale, math.pi * np.exp(-depth))
    highest = math.log(25.0) - factor.min()
    widest = math.log1p(highest + 20.0 / (1.0 - scale) + 10.0)
    log_y = highest - np.expm1(np.linspace(0.0, widest, _POINTS))
    # Beyond exp(700) it is the same: exp(-exp(700)) is 0.
    powers = np.exp(np.minimum(factor[None, :] + log_y[:, None], 700.0))
    below = np.exp(-powers) @ share
    above = -np.expm1(-powers) @ share + math.exp(-_DEEPEST)
    return -log_y * (1.0 - scale) / scale, np.log(below), np.log(above)


def log_stable(scale: float, below: Reals, above: Reals) -> Reals:
    """Return quantiles of ln S, S positive stable with the exponent `scale` (0 to 1; 1: always 0).

    Parameters
    ----------
    below, above : Reals
        Probabilities of less and of more; both, since either may be tiny. Where there is nothing above, the
        value is that up to which the last stretch of the table is on average right.
    """
    if scale == 1.0:
        return np.zeros(below.size)
    value, log_below, log_above = _distribution(scale)
    last = 1.0 / NEST_CELLS**2
    low = np.interp(np.log(np.maximum(below, _FIRST)), log_below, value)
    high = np.interp(-np.log(np.maximum(above, last)), -log_above, value)
    # The tail of ln S is exponential with the rate `scale`, so its mean excess is 1 / scale.
    high = high + np.where(above < last, 2.0 / scale, 0.0)
    return np.where(below < above, low, high)


def nest_table(scales: Reals) -> Reals:
    """Return the table of ln S by nest that the pathway draws from.

    Parameters
    ----------
    scales : Reals
        (nests,)

    Returns
    -------
    Reals
        (nests, 3, NEST_CELLS + 2): even cells of probability, the first of them divided once more, and the
        last one, that from the end.
    """
    cells = np.minimum(np.arange(NEST_CELLS + 2) / NEST_CELLS, 1.0)
    fine = np.minimum(np.arange(NEST_CELLS + 2) / NEST_CELLS**2, 1.0)
    below = np.concatenate([cells, fine, 1.0 - fine])
    above = np.concatenate([1.0 - cells, 1.0 - fine, fine])
    return reals([log_stable(float(scale), below, above) for scale in scales])


def nest_fields(inputs: Inputs) -> dict[str, Any]:
    """Return the table of the noises that nests share."""
    return {"log_stable": nest_table(reals([inputs.behaviour[f"nest_{nest}"] for nest in NESTS]))}
