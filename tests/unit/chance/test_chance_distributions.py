"""Quantile functions against SciPy, and the moments of what is drawn with them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, special

from sim.chance import exponential, log_deviation, lognormal, normal_quantile
from sim.kernel import open_kernel
from sim.world.fields import Reals

_TAILS = [10.0**-k for k in range(1, 17)]
_CENTRE = [k / 1000 for k in range(1, 1000) if k != 500]


@open_kernel
def _quantiles(u: Reals, out: Reals) -> None:
    for i in range(u.size):
        out[i] = normal_quantile(u[i])


def test_normal_quantile_equals_scipys() -> None:
    u = np.array(_TAILS + _CENTRE + [2.0**-53, 1.0 - 2.0**-53, 0.075, 0.925, 1e-300])
    out = np.empty_like(u)
    _quantiles(u, out)
    np.testing.assert_allclose(out, special.ndtri(u), rtol=1e-14, atol=0.0)


def test_normal_quantile_is_symmetric_about_the_median() -> None:
    assert normal_quantile(0.5) == 0.0
    # u and 1 - u are exact for multiples of 2**-20.
    for k in range(1, 2**19, 997):
        assert normal_quantile(k * 2.0**-20) == -normal_quantile(1.0 - k * 2.0**-20)


def test_normal_quantile_increases() -> None:
    u = np.linspace(1e-6, 1.0 - 1e-6, 200_001)
    out = np.empty_like(u)
    _quantiles(u, out)
    assert (np.diff(out) > 0.0).all()


@pytest.mark.parametrize(("mean", "cv"), [(6.0, 0.45), (11520.0, 0.6), (1.0, 1.5)])
def test_lognormal_has_the_mean_and_variation_it_is_given(mean: float, cv: float) -> None:
    # Integrals over the normal score z, with u = Phi(z).
    def moment(power: int) -> float:
        def part(z: float) -> float:
            value = lognormal(float(special.ndtr(z)), mean, log_deviation(cv)) ** power
            return float(value * math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi))

        # Above 8 the rounding of u to 53 bits would show.
        return float(integrate.quad(part, -9.0, 7.5, epsabs=0.0, epsrel=1e-11, limit=400)[0])

    # What lies above z = 7.5 weighs Phi(2 s - 7.5) of the second moment; s**2 = log(1 + cv**2).
    left_out = float(special.ndtr(2.0 * math.sqrt(math.log1p(cv * cv)) - 7.5))
    tolerance = 2.0 * left_out + 1e-7
    assert moment(1) == pytest.approx(mean, rel=tolerance)
    assert moment(2) == pytest.approx(mean * mean * (1.0 + cv * cv), rel=tolerance)


def test_lognormal_without_variation_is_its_mean() -> None:
    assert lognormal(0.123, 42.0, 0.0) == 42.0


def test_exponential_is_the_quantile_of_the_complement() -> None:
    for u in (*_TAILS, *_CENTRE):
        assert exponential(u, 30.0) == pytest.approx(-30.0 * math.log(u), rel=1e-15)
    mean, _ = integrate.quad(lambda u: exponential(u, 30.0), 0.0, 1.0)
    square, _ = integrate.quad(lambda u: exponential(u, 30.0) ** 2, 0.0, 1.0)
    assert mean == pytest.approx(30.0, rel=1e-8)
    assert square == pytest.approx(2.0 * 900.0, rel=1e-8)
