"""Patients inside when nobody ever waits and arrivals follow the clock: M(t)/G/infinity.

The number inside at a time is Poisson, and its mean is the sum of all that arrived before, each weighted by
the chance of being still there (Eick, Massey and Whitt 1993, theorem 1):
``m(t) = integral over u > 0 of rate(t - u) P(S > u)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from scipy.stats import norm

Stay = Callable[[float], float]
"""The mean of the part of a stay below a number of minutes: ``E min(S, u)``, the integral of P(S > u)."""

_NEGLIGIBLE = 1e-12


def lognormal_stay(mean: float, sd: float) -> Stay:
    """Return the limited mean of a lognormal stay of given mean and deviation, in minutes."""
    variance = math.log1p((sd / mean) ** 2)
    spread = math.sqrt(variance)
    centre = math.log(mean) - variance / 2.0

    def below(minutes: float) -> float:
        if minutes <= 0.0:
            return 0.0
        scaled = (math.log(minutes) - centre) / spread
        return float(mean * norm.cdf(scaled - spread) + minutes * norm.sf(scaled))

    return below


def present_mean(
    rates: Sequence[tuple[float, float]], cycle: float, stay: Stay, mean: float, minute: float
) -> float:
    """Return the mean number inside at a minute of the cycle, in the long run.

    Parameters
    ----------
    rates : sequence of (minute, rate)
        Arrivals per minute from each minute of the cycle on, sorted, the first at 0.
    cycle : float
        Minutes after which the rates repeat.
    stay : callable
        The limited mean of the stay.
    mean : float
        The whole mean of the stay, in minutes.
    minute : float
        Within the cycle.
    """
    total = ago = 0.0
    while mean - stay(ago) > _NEGLIGIBLE * mean:
        # One cycle back: each rate held from `begin` to `end` minutes before the moment looked at.
        for (start, rate), until in zip(
            rates, [*(start for start, _ in rates[1:]), cycle], strict=True
        ):
            begin, end = (ago + (minute - edge) for edge in (until, start))
            total += rate * (stay(end) - stay(max(begin, 0.0))) if end > 0.0 else 0.0
        ago += cycle
    return total
