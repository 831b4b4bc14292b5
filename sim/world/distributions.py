"""Distributions as rows of numbers, drawn from one uniform by its quantile function.

A world that needs distributions begins with these fields (``class MyWorld(Distributions)``), so
that ``sample(w, row, u)`` finds them at the same place in every world.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import scipy  # not its `special`, which takes a third of a second and is imported when used

from sim.chance import log_deviation, normal_quantile
from sim.kernel import kernel
from sim.lookup import column_reader, reader
from sim.world.fields import Ints, Reals, ints, reals


class Family(IntEnum):
    """How a row turns a uniform number into a value."""

    CONSTANT = 0
    EXPONENTIAL = 1
    LOGNORMAL = 2
    GAMMA = 3
    UNIFORM = 4
    TRIANGULAR = 5
    EMPIRICAL = 6
    WEIBULL = 7
    NORMAL = 8
    MIXTURE = 9


_PARAMETERS = np.dtype([("first", "f8"), ("second", "f8"), ("third", "f8")])
"""Columns of `Distributions.distribution_parameters`."""


@dataclass(frozen=True)
class Distributions:
    """Distributions, one per row; their values are in the world's unit (minutes)."""

    distribution_family: Ints
    """(rows,) a `Family`."""
    distribution_parameters: Reals
    """(rows, 3) constant: value; exponential: mean; lognormal: mean and standard deviation of the
    logarithm; gamma: scale; uniform: low, high; triangular: low, mode, high; weibull: scale, 1 / shape;
    normal: mean and standard deviation before it was cut off, and the share that was left of it."""
    distribution_table: Ints
    """(rows,) where the row's table begins in `distribution_values` (gamma, empirical, mixture)."""
    distribution_size: Ints
    """(rows,) numbers in the table of an empirical row, or of a mixture."""
    distribution_values: Reals
    """Tables: log-quantile and slope at every knot (gamma), the sorted values (empirical), or the cumulative
    shares of the parts, then their rows (mixture)."""


# The largest normal score of a 52-bit uniform is 8.21.
_SCORE_LIMIT = 8.3
_KNOTS = 513
_SPACING = 2.0 * _SCORE_LIMIT / (_KNOTS - 1)
_LOG_ROOT_2_PI = math.log(math.sqrt(2.0 * math.pi))

_CONSTANT, _EXPONENTIAL, _LOGNORMAL = (
    int(Family.CONSTANT), int(Family.EXPONENTIAL), int(Family.LOGNORMAL)
)  # fmt: skip
_GAMMA, _UNIFORM, _TRIANGULAR = int(Family.GAMMA), int(Family.UNIFORM), int(Family.TRIANGULAR)
_WEIBULL, _NORMAL, _MIXTURE = int(Family.WEIBULL), int(Family.NORMAL), int(Family.MIXTURE)
_LEAST_UNIFORM, _GREATEST_UNIFORM = 2.0**-53, 1.0 - 2.0**-53

_family = reader(Distributions, "distribution_family")
_first = column_reader(Distributions, "distribution_parameters", _PARAMETERS, "first")
_second = column_reader(Distributions, "distribution_parameters", _PARAMETERS, "second")
_third = column_reader(Distributions, "distribution_parameters", _PARAMETERS, "third")
_table = reader(Distributions, "distribution_table")
_size = reader(Distributions, "distribution_size")
_value = reader(Distributions, "distribution_values")


@kernel
def _tabulated_log_quantile(w: int, table: int, score: float) -> float:
    """Interpolate a log-quantile at a normal score, by cubic Hermite polynomials."""
    position = (score + _SCORE_LIMIT) / _SPACING
    knot = int(position)
    t = position - knot
    cell = table + 2 * knot
    left, left_slope = _value(w, cell), _value(w, cell + 1) * _SPACING
    right, right_slope = _value(w, cell + 2), _value(w, cell + 3) * _SPACING
    rise = right - left
    bend = left_slope + right_slope - 2.0 * rise
    value: float = left + t * (left_slope + t * (rise - left_slope - bend + t * bend))
    return value


@kernel
def _triangular_quantile(u: float, low: float, mode: float, high: float) -> float:
    width = high - low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


@kernel
def _cut_normal_quantile(u: float, mean: float, deviation: float, left: float) -> float:
    """Return the quantile of a normal distribution of which only the upper share `left` is left."""
    return max(0.0, mean - deviation * normal_quantile((1.0 - u) * left))


@kernel
def _first_above(w: int, first: int, parts: int, u: float) -> int:
    """Return the first part whose cumulative share is above `u`."""
    part = 0
    while part < parts - 1 and _value(w, first + part) <= u:
        part += 1
    return part


@kernel
def _quantile(w: int, row: int, u: float) -> float:
    family = _family(w, row)
    first: float = _first(w, row)
    if family == _CONSTANT:
        return first
    if family == _EXPONENTIAL:
        return -math.log1p(-u) * first
    if family == _LOGNORMAL:
        return math.exp(first + _second(w, row) * normal_quantile(u))
    if family == _GAMMA:
        return first * math.exp(_tabulated_log_quantile(w, _table(w, row), normal_quantile(u)))
    if family == _UNIFORM:
        high: float = _second(w, row)
        return first + u * (high - first)
    if family == _TRIANGULAR:
        return _triangular_quantile(u, first, _second(w, row), _third(w, row))
    if family == _WEIBULL:
        return first * (-math.log1p(-u)) ** _second(w, row)
    if family == _NORMAL:
        return _cut_normal_quantile(u, first, _second(w, row), _third(w, row))
    observed: float = _value(w, _table(w, row) + int(u * _size(w, row)))
    return observed


@kernel
def sample(w: int, row: int, u: float) -> float:
    """Return the value of a row at `u`: its quantile, or of a mixture that of one of its parts.

    Parameters
    ----------
    w : int
        Address of a world whose layout begins with `Distributions`.
    row : int
        The distribution.
    u : float
        Strictly between 0 and 1. The value rises with `u`; of a mixture within each part, one part after the
        other.
    """
    if _family(w, row) == _MIXTURE:
        # One number decides both: which part it falls in, and how far.
        parts, first_part = _size(w, row) // 2, _table(w, row)
        part = _first_above(w, first_part, parts, u)
        below = _value(w, first_part + part - 1) if part > 0 else 0.0
        u = (u - below) / (_value(w, first_part + part) - below)
        u = min(max(u, _LEAST_UNIFORM), _GREATEST_UNIFORM)
        row = int(_value(w, first_part + parts + part))
    return _quantile(w, row, u)


def gamma_table(shape: float) -> Reals:
    """Return log-quantile and slope of the standard gamma distribution at every knot.

    Interpolated in the normal score, both tails become smooth: the relative error of the quantile
    stays below one in a million for shapes from 0.01 (a coefficient of variation of 10) upwards.

    Parameters
    ----------
    shape : float
        Shape parameter, above 0.

    Returns
    -------
    Reals
        (2 * knots,) log-quantile, slope, log-quantile, slope, ...
    """
    scores = np.linspace(-_SCORE_LIMIT, _SCORE_LIMIT, _KNOTS)
    lower = scipy.special.gammaincinv(shape, scipy.special.ndtr(scores))
    upper = scipy.special.gammainccinv(shape, scipy.special.ndtr(-scores))
    with np.errstate(divide="ignore"):
        logarithms = np.log(np.where(scores < 0.0, lower, upper))
    # Far to the left the distribution function is a pure power of the quantile, also where the
    # quantile itself is too small for a floating-point number.
    power = (scipy.special.log_ndtr(scores) + scipy.special.gammaln(shape + 1.0)) / shape
    logarithms = np.where(power < -35.0, power, logarithms)
    quantiles = np.exp(logarithms)
    density = (shape * logarithms) - quantiles - scipy.special.gammaln(shape)
    slopes = np.exp(-(scores**2) / 2.0 - _LOG_ROOT_2_PI - density)
    return np.column_stack([logarithms, slopes]).ravel()


@dataclass
class DistributionsBuilder:
    """Collects distributions; each method returns the row, and equal ones share it."""

    _rows: dict[tuple[float, ...], int] = field(default_factory=dict)
    _tables: list[Reals] = field(default_factory=list)
    _table_starts: list[int] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)
    _values: int = 0

    def constant(self, value: float) -> int:
        """Add one value that is always taken."""
        return self._add(Family.CONSTANT, (value,))

    def exponential(self, mean: float) -> int:
        """Add an exponential distribution."""
        return self._add(Family.EXPONENTIAL, (mean,))

    def lognormal(self, mean: float, sd: float) -> int:
        """Add a lognormal distribution by its own mean and standard deviation."""
        sigma = log_deviation(sd / mean)
        return self._add(Family.LOGNORMAL, (math.log(mean) - 0.5 * sigma * sigma, sigma))

    def gamma(self, mean: float, sd: float) -> int:
        """Add a gamma distribution by its mean and standard deviation."""
        shape = (mean / sd) ** 2
        return self._add(Family.GAMMA, (mean / shape, shape), gamma_table(shape))

    def erlang(self, mean: float, phases: int) -> int:
        """Add the sum of `phases` equal exponential times."""
        return self._add(Family.GAMMA, (mean / phases, float(phases)), gamma_table(phases))

    def uniform(self, low: float, high: float) -> int:
        """Add a uniform distribution."""
        return self._add(Family.UNIFORM, (low, high))

    def triangular(self, low: float, mode: float, high: float) -> int:
        """Add a triangular distribution."""
        return self._add(Family.TRIANGULAR, (low, mode, high))

    def empirical(self, values: Iterable[float]) -> int:
        """Add observed values, each as likely as the others."""
        table = np.sort(reals(values))
        return self._add(Family.EMPIRICAL, (), table, key=tuple(table))

    def weibull(self, scale: float, shape: float) -> int:
        """Add a Weibull distribution; a shape below 1 means that who has waited long waits longer."""
        return self._add(Family.WEIBULL, (scale, 1.0 / shape))

    def normal(self, mean: float, sd: float, low: float) -> int:
        """Add a normal distribution cut off below `low`; mean and sd are those before that."""
        left = float(scipy.special.ndtr((mean - low) / sd))
        return self._add(Family.NORMAL, (mean, sd, left))

    def mixture(self, shares: Sequence[float], rows: Sequence[int]) -> int:
        """Add a mixture of distributions that were added before and are no mixtures themselves.

        Parameters
        ----------
        shares : sequence of float
            Above 0; they add up to 1.
        rows : sequence of int
        """
        upper = np.cumsum(reals(shares))
        upper[-1] = 1.0
        table = np.concatenate([upper, reals(rows)])
        return self._add(Family.MIXTURE, (), table, key=tuple(table))

    def hyperexponential(self, shares: Sequence[float], means: Sequence[float]) -> int:
        """Add a mixture of exponential distributions."""
        return self.mixture(shares, [self.exponential(mean) for mean in means])

    def build(self) -> dict[str, Any]:
        """Return the fields of `Distributions`, by name."""
        parameters = np.zeros((len(self._rows), _PARAMETERS.itemsize // 8))
        for key, row in self._rows.items():
            if key[0] not in (Family.EMPIRICAL, Family.MIXTURE):
                parameters[row, : len(key) - 1] = key[1:]
        return {
            "distribution_family": ints([key[0] for key in self._rows]),
            "distribution_parameters": reals(parameters),
            "distribution_table": ints(self._table_starts),
            "distribution_size": ints(self._sizes),
            "distribution_values": reals(np.concatenate([*self._tables, np.zeros(1)])),
        }

    def _add(
        self,
        family: Family,
        parameters: tuple[float, ...],
        table: Reals | None = None,
        key: Sequence[float] = (),
    ) -> int:
        identity = (float(family), *parameters, *key)
        if identity in self._rows:
            return self._rows[identity]
        self._rows[identity] = len(self._rows)
        self._table_starts.append(self._values)
        self._sizes.append(0 if table is None else table.size)
        if table is not None:
            self._tables.append(table)
            self._values += table.size
        return self._rows[identity]
