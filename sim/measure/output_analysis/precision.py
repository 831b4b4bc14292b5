"""How many replications are enough: the confidence-interval method with look-ahead.

Replications are added until the half-width of the mean's interval is as small as wanted, and stays so
for some replications more, since a half-width that falls below by luck rises again (Robinson 2004; Hoad,
Robinson and Davies 2010, *Journal of the Operational Research Society* 61:1632-1644). The wanted half-width
may be absolute, in the unit of the quantity, which suits shares and differences near zero; or relative to the
mean, as in the paper.

The answer is read from the half-widths of the first 2, 3, 4, ... replications, so that it does not depend on
how many were run at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy  # not its `special`, as in sim.measure.statistics
from numpy.typing import ArrayLike, NDArray

from sim.errors import ARGUMENT, InputError, Problem
from sim.measure.statistics import CONFIDENCE, Estimate, Floats, mean_interval

FIRST = 3
"""Replications before the first look; the variance of fewer means nothing."""
LOOK_AHEAD = 5
"""Replications, per hundred of them from one hundred on, during which a half-width has to stay small."""


@dataclass(frozen=True)
class Aim:
    """The half-width that is wanted.

    Attributes
    ----------
    half_width : float
        Above 0: in the unit of the quantity, or as a share of its mean.
    relative : bool
        Whether it is a share of the mean.

    Raises
    ------
    InputError
        If it is not a finite number above 0.
    """

    half_width: float
    relative: bool = False

    def __post_init__(self) -> None:
        width: object = self.half_width
        is_number = isinstance(width, int | float | np.number) and not isinstance(width, bool)
        if not (is_number and 0.0 < self.half_width < np.inf):
            what = f"a half-width is a number above 0, not {width!r}"
            raise InputError(Problem(what, ARGUMENT, key="half_width"))


@dataclass(frozen=True)
class Rule:
    """When to stop.

    Attributes
    ----------
    first : int
        Replications before the first look, at least 2.
    look_ahead : int
        Per hundred replications; 0 stops at once.
    maximum : int
        Replications that are never exceeded, those of the look-ahead included.
    confidence : float
        Level of the intervals.

    Raises
    ------
    ValueError
        If a number is impossible.
    """

    maximum: int
    first: int = FIRST
    look_ahead: int = LOOK_AHEAD
    confidence: float = CONFIDENCE

    def __post_init__(self) -> None:
        if self.first < 2 or self.look_ahead < 0 or self.maximum < self.first:
            raise ValueError("needs first >= 2, look_ahead >= 0 and maximum >= first")

    def ahead(self, n: int) -> int:
        """Return how many replications after the n-th must be as precise."""
        return self.look_ahead * max(n, 100) // 100


@dataclass(frozen=True)
class Precision:
    """What is known of a quantity's precision.

    Attributes
    ----------
    name : str
    needed : int or None
        Replications that are enough; None if that is not shown by those that there are.
    estimate : Estimate
        Of all replications there are.
    aim : Aim
    """

    name: str
    needed: int | None
    estimate: Estimate
    aim: Aim

    @property
    def half_width(self) -> float:
        """Half the width of the interval; ``NaN`` where there is none."""
        return (self.estimate.high - self.estimate.low) / 2.0


ValuesOf = Callable[[int], Mapping[str, Floats]]
"""``values_of(n)``: the values of replications 0 to n - 1 by the quantity's name; always the same for the same
replication."""


def running_half_widths(values: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Return mean and half-width of the first 1, 2, 3, ... replications.

    Parameters
    ----------
    values : array_like of float, shape (replications,)
        ``NaN`` is left out.
    confidence : float

    Returns
    -------
    mean, half_width : array of float, shape (replications,)
        ``NaN`` before the first, and the second, defined value.
    """
    value = np.asarray(values, dtype=np.float64)
    defined = ~np.isnan(value)
    n = defined.cumsum()
    # About the first defined value, so that equal values have a half-width of exactly zero.
    origin = value[defined.argmax()] if defined.any() else 0.0
    distance = np.where(defined, value - origin, 0.0)
    shift = distance.cumsum() / np.maximum(n, 1)
    squares = np.maximum(0.0, (distance**2).cumsum() - n * shift**2)
    degrees = np.where(n > 1, n - 1.0, np.nan)
    student = scipy.special.stdtrit(degrees, 0.5 + confidence / 2)
    half = student * np.sqrt(squares / degrees / np.maximum(n, 1))
    return np.where(n > 0, origin + shift, np.nan), half


def precise_enough(values: ArrayLike, aim: Aim, confidence: float) -> NDArray[np.bool_]:
    """Return whether the first 1, 2, 3, ... replications are as precise as wanted."""
    mean, half = running_half_widths(values, confidence)
    return np.asarray(half <= (aim.half_width * np.abs(mean) if aim.relative else aim.half_width))


def replications_needed(values: ArrayLike, aim: Aim, rule: Rule) -> int | None:
    """Return after how many replications the aim is reached and kept during the look-ahead.

    Parameters
    ----------
    values : array_like of float, shape (replications,)
    aim : Aim
    rule : Rule

    Returns
    -------
    int or None
        None if these replications do not show it, those of the look-ahead included.
    """
    enough = precise_enough(values, aim, rule.confidence)
    for n in range(rule.first, enough.size + 1):
        last = n + rule.ahead(n)
        if last <= enough.size and enough[n - 1 : last].all():
            return n
    return None


def until_precise(values_of: ValuesOf, aims: Mapping[str, Aim], rule: Rule) -> list[Precision]:
    """Add replications until all aims are reached, or there are as many as may be.

    Parameters
    ----------
    values_of : callable
        See `ValuesOf`; asked for a growing number of replications, several more at a time where many
        more are expected to be needed.
    aims : mapping of str to Aim
        By the quantity's name.
    rule : Rule

    Returns
    -------
    list of Precision
        In the order of the aims.
    """
    n = min(rule.maximum, rule.first + rule.ahead(rule.first))
    while True:
        values = values_of(n)
        found = [
            Precision(
                name,
                replications_needed(values[name], aim, rule),
                mean_interval(values[name], rule.confidence),
                aim,
            )
            for name, aim in aims.items()
        ]
        unmet = [each for each in found if each.needed is None]
        if not unmet or n >= rule.maximum:
            return found
        n = min(rule.maximum, max(n + 1, max(_expected(each, n, rule) for each in unmet)))


def _expected(found: Precision, n: int, rule: Rule) -> int:
    """Return how many replications to have next: half-widths shrink with the root of their number.

    Never more than twice as many: the first variances are rough.
    """
    aim = found.aim.half_width * (abs(found.estimate.mean) if found.aim.relative else 1.0)
    ratio = found.half_width / aim if aim > 0.0 else np.inf
    # A quantity that is hardly ever defined has no half-width yet.
    growth = min(2.0, ratio**2) if np.isfinite(ratio) else 2.0
    wanted = int(np.ceil(n * growth))
    return min(2 * n, wanted + rule.ahead(wanted))
