"""Every family against SciPy, from the far left to the far right tail."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import integrate, special, stats

from sim.kernel import entry_kernel
from sim.lookup import AddressTable
from sim.scenario.network.distributions import Distribution, DistributionFamilies
from sim.world.distributions import Distributions, DistributionsBuilder, sample

SCORES = np.linspace(-8.1, 8.1, 1501)
UNIFORMS = np.clip(special.ndtr(SCORES), 2.0**-53, 1.0 - 2.0**-53)


@entry_kernel
def _sample(w: int, row: int, u: float) -> float:
    return sample(w, row, u)


def quantiles(name: str, *parameters: object, uniforms: np.ndarray = UNIFORMS) -> np.ndarray:
    builder = DistributionsBuilder()
    builder.constant(1.0)
    row = getattr(builder, name)(*parameters)
    table = AddressTable(Distributions(**builder.build()))
    return np.array([_sample(table.address, row, float(u)) for u in uniforms])


def exact(frozen: object) -> np.ndarray:
    """Quantiles from the nearer tail, where SciPy keeps its digits."""
    return np.where(UNIFORMS < 0.5, frozen.ppf(UNIFORMS), frozen.isf(1.0 - UNIFORMS))


@pytest.mark.parametrize("cv", [10.0, 4.0, 2.0, 1.0, 0.5, 0.1, 0.01, 0.001])
def test_gamma_is_within_a_millionth_also_in_the_tails(cv: float) -> None:
    found = quantiles("gamma", 5.0, 5.0 * cv)
    shape = cv**-2.0
    wanted = exact(stats.gamma(shape, scale=5.0 / shape))
    normal = wanted > 1e-300
    assert normal.sum() > 600
    np.testing.assert_allclose(found[normal], wanted[normal], rtol=1e-6)
    # Where SciPy's quantile is too small for a number, so is ours.
    assert np.all(found[~normal] < 1e-290)


@pytest.mark.parametrize("phases", [1, 2, 3, 10, 1000])
def test_erlang_is_the_sum_of_phases(phases: int) -> None:
    wanted = exact(stats.gamma(phases, scale=6.0 / phases))
    np.testing.assert_allclose(quantiles("erlang", 6.0, phases), wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "parameters", "frozen"),
    [
        ("exponential", (3.0,), stats.expon(scale=3.0)),
        (
            "lognormal",
            (6.0, 3.0),
            stats.lognorm(math.sqrt(math.log(1.25)), scale=6.0 / math.sqrt(1.25)),
        ),
        ("uniform", (2.0, 5.0), stats.uniform(2.0, 3.0)),
        ("triangular", (1.0, 2.0, 6.0), stats.triang(0.2, 1.0, 5.0)),
        ("triangular", (1.0, 1.0, 6.0), stats.triang(0.0, 1.0, 5.0)),
        ("triangular", (1.0, 6.0, 6.0), stats.triang(1.0, 1.0, 5.0)),
        ("weibull", (3.0, 0.5), stats.weibull_min(0.5, scale=3.0)),
        ("weibull", (3.0, 2.5), stats.weibull_min(2.5, scale=3.0)),
    ],
)
def test_other_families_are_exact(name: str, parameters: tuple, frozen: object) -> None:
    np.testing.assert_allclose(quantiles(name, *parameters), exact(frozen), rtol=1e-9)


@pytest.mark.parametrize(
    ("mean", "sd", "low"), [(10.0, 3.0, 0.0), (1.0, 4.0, 0.0), (2.0, 1.0, 5.0)]
)
def test_a_normal_distribution_is_cut_off_below(mean: float, sd: float, low: float) -> None:
    found = quantiles("normal", mean, sd, low)
    # SciPy's own quantiles lose digits in the upper tail; its survival function does not.
    left = stats.norm.sf((low - mean) / sd)
    above = stats.norm.sf((found - mean) / sd) / left
    np.testing.assert_allclose(above, 1.0 - UNIFORMS, rtol=1e-9)
    assert found.min() >= low - 1e-9
    spec = {"normal": {"mean": f"{mean} min", "sd": f"{sd} min", "low": f"{low} min"}}
    stated = TypeAdapter(Distribution).validate_python(spec).mean_minutes
    assert stated == pytest.approx(stats.truncnorm((low - mean) / sd, np.inf, mean, sd).mean())


def test_a_mixture_has_the_distribution_functions_of_its_parts_in_their_shares() -> None:
    builder = DistributionsBuilder()
    parts = [builder.constant(4.0), builder.exponential(2.0), builder.uniform(3.0, 9.0)]
    row = builder.mixture([0.2, 0.5, 0.3], parts)
    table = AddressTable(Distributions(**builder.build()))
    # The midpoints of a fine grid take every value in its share: to one in 200,000.
    uniforms = (np.arange(200_000) + 0.5) / 200_000
    found = np.array([_sample(table.address, row, float(u)) for u in uniforms])
    for value in (0.5, 2.0, 3.9, 4.0, 5.0, 8.0):
        wanted = 0.2 * (value >= 4.0) + 0.5 * stats.expon(scale=2.0).cdf(value)
        wanted += 0.3 * stats.uniform(3.0, 6.0).cdf(value)
        assert (found <= value).mean() == pytest.approx(wanted, abs=3 / 200_000)


def test_the_ends_of_a_mixtures_parts_stay_inside_them() -> None:
    edges = np.array([2.0**-53, 0.25, np.nextafter(0.25, 0.0), 0.75, 1.0 - 2.0**-53])
    found = quantiles("hyperexponential", [0.25, 0.5, 0.25], [1.0, 2.0, 9.0], uniforms=edges)
    assert np.all((found > 0.0) & (found < 400.0))


def test_constant_and_empirical() -> None:
    assert set(quantiles("constant", 7.5)) == {7.5}
    u = np.array([1e-9, 0.24, 0.26, 0.6, 1.0 - 2.0**-53])
    found = quantiles("empirical", [8.0, 2.0, 4.0, 4.0], uniforms=u)
    assert found.tolist() == [2.0, 2.0, 4.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("gamma", (5.0, 2.0)),
        ("gamma", (5.0, 10.0)),
        ("lognormal", (5.0, 5.0)),
        ("erlang", (4.0, 3)),
    ],
)
def test_the_mean_is_what_the_file_says(name: str, parameters: tuple[float, ...]) -> None:
    density = stats.norm.pdf(SCORES)
    found = integrate.simpson(quantiles(name, *parameters) * density, x=SCORES)
    assert found == pytest.approx(parameters[0], rel=1e-5)


def test_equal_distributions_share_a_row() -> None:
    builder = DistributionsBuilder()
    first = builder.gamma(5.0, 2.0)
    assert builder.gamma(5.0, 2.0) == first
    assert builder.gamma(5.0, 2.5) != first
    assert builder.empirical([1.0, 2.0]) != builder.empirical([1.0, 3.0])


@pytest.mark.parametrize(
    ("spec", "mean"),
    [
        ({"constant": "2 h"}, 120.0),
        ("30 min", 30.0),
        ({"exponential": {"mean": "1 d"}}, 1440.0),
        ({"uniform": {"low": "10 min", "high": "20 min"}}, 15.0),
        ({"triangular": {"low": "0 min", "mode": "3 min", "high": "6 min"}}, 3.0),
        ({"empirical": {"values": [1, 2, 6], "unit": "h"}}, 180.0),
        ({"weibull": {"scale": "10 min", "shape": 2.0}}, 10.0 * math.sqrt(math.pi) / 2.0),
        ({"hyperexponential": {"shares": [0.9, 0.1], "means": ["10 min", "1 h"]}}, 15.0),
        (
            {
                "mixture": [
                    {"share": 0.5, "time": "10 min"},
                    {"share": 0.5, "time": {"exponential": "1 h"}},
                ]
            },
            35.0,
        ),
    ],
)
def test_means_that_files_state(spec: object, mean: float) -> None:
    found: DistributionFamilies = TypeAdapter(Distribution).validate_python(spec)
    assert found.mean_minutes == pytest.approx(mean)
