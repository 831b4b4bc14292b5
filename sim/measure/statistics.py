"""What can be said from a handful of replications: intervals, differences and verdicts.

A replication gives one value of an indicator. Replications are independent, so Student's t interval
of their mean applies; two scenarios that share their random numbers are compared replication by
replication (a paired t interval), which removes the luck they have in common.

``NaN`` means "not defined in this replication" (a mean stay in a year without any stay). Such
replications are left out and ``n`` says how many were used. Infinite values are refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy  # not its `special`, which takes a third of a second and is imported when used
from numpy.typing import ArrayLike, NDArray

CONFIDENCE = 0.95
"""Level of every interval unless another one is asked for."""

Operator = Literal[">=", ">", "<=", "<", "about"]
"""How a value is compared with a target."""

Verdict = Literal["met", "not_met", "undecided"]
"""What the replications say about a target."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its confidence interval.

    Attributes
    ----------
    mean : float
        Mean of the defined values; ``NaN`` when there is none.
    low, high : float
        Ends of the interval; ``NaN`` with fewer than two defined values.
    n : int
        Number of replications used.
    """

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Estimates:
    """Many estimates at once, one per row of a table of replications.

    Attributes
    ----------
    mean, low, high : array of float, shape (rows,)
        As in `Estimate`.
    n : array of int, shape (rows,)
        Number of replications used in each row.
    """

    mean: Floats
    low: Floats
    high: Floats
    n: NDArray[np.int64]


@dataclass(frozen=True)
class Target:
    """The values a plan accepts for an indicator.

    Attributes
    ----------
    operator : {">=", ">", "<=", "<", "about"}
        Side of `value` that is accepted; ``about`` accepts both within `tolerance`.
    value : float
        The target, in the unit of the indicator.
    tolerance : float
        How far a value may miss the target and still count as meeting it, same unit, not negative.
        ``about`` needs one; for the others ``NaN`` stands for none, and a small one forgives
        rounding, such as whole physicians that give 3.0499 per 1,000 where a plan says 3.05.

    Raises
    ------
    ValueError
        If the operator is unknown, a number is impossible, or ``about`` lacks a tolerance.
    """

    operator: Operator
    value: float
    tolerance: float = float("nan")

    def __post_init__(self) -> None:
        if self.operator not in (">=", ">", "<=", "<", "about"):
            raise ValueError(f"unknown operator {self.operator!r}; allowed: >=, >, <=, <, about")
        if not np.isfinite(self.value):
            raise ValueError(f"a target must be a finite number, not {self.value}")
        if np.isnan(self.tolerance) and self.operator == "about":
            raise ValueError("a target 'about' needs a tolerance")
        if np.isinf(self.tolerance) or self.tolerance < 0:
            raise ValueError(f"a tolerance is finite and not negative, not {self.tolerance}")

    def accepts(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return which of `values` meet the target; ``NaN`` never does."""
        value = np.asarray(values, dtype=np.float64)
        slack = 0.0 if np.isnan(self.tolerance) else self.tolerance
        lowest, highest = self.value - slack, self.value + slack
        accepted = {
            ">=": value >= lowest,
            ">": value > lowest,
            "<=": value <= highest,
            "<": value < highest,
            "about": (lowest <= value) & (value <= highest),
        }
        return np.asarray(accepted[self.operator])


def mean_intervals(replications: ArrayLike, confidence: float = CONFIDENCE) -> Estimates:
    """Return the mean and t interval of every row of a table of replications.

    Parameters
    ----------
    replications : array_like of float, shape (rows, replications)
        One value per replication; ``NaN`` where it is not defined.
    confidence : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    Estimates
        One estimate per row.

    Raises
    ------
    ValueError
        If a value is infinite or the confidence is not between 0 and 1.
    """
    table = np.asarray(replications, dtype=np.float64)
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"the confidence must lie between 0 and 1, not {confidence}")
    if table.ndim != 2:
        raise ValueError(f"expected rows of replications, got {table.ndim} dimension(s)")
    if np.isinf(table).any():
        raise ValueError("an indicator is infinite in a replication")
    if table.shape[1] == 0:
        table = np.full((len(table), 1), np.nan)
    defined = ~np.isnan(table)
    n = defined.sum(axis=1)
    # Distances from a value of the row itself keep rows of equal values exact (no rounding in the
    # mean), so that arithmetic without chance gets an interval of width zero.
    first = table[np.arange(len(table)), defined.argmax(axis=1)]
    distance = np.where(defined, table - first[:, None], 0.0)
    shift = distance.sum(axis=1) / np.maximum(n, 1)
    mean = first + shift
    squares = np.where(defined, (distance - shift[:, None]) ** 2, 0.0).sum(axis=1)
    degrees = np.where(n > 1, n - 1.0, np.nan)
    half = scipy.special.stdtrit(degrees, 0.5 + confidence / 2) * np.sqrt(
        squares / degrees / np.maximum(n, 1)
    )
    return Estimates(mean=mean, low=mean - half, high=mean + half, n=n.astype(np.int64))


def mean_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Return the mean over replications and its t interval.

    Parameters
    ----------
    values : array_like of float, shape (replications,)
        One value per replication; ``NaN`` where it is not defined.
    confidence : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        With fewer than two defined values the interval is not defined: its ends are ``NaN``.

    Raises
    ------
    ValueError
        If a value is infinite or the confidence is not between 0 and 1.
    """
    row = mean_intervals(np.asarray(values, dtype=np.float64).reshape(1, -1), confidence)
    return Estimate(float(row.mean[0]), float(row.low[0]), float(row.high[0]), int(row.n[0]))


def paired_difference(
    values: ArrayLike, base: ArrayLike, confidence: float = CONFIDENCE
) -> Estimate:
    """Return the mean of ``values - base``, paired by replication, and its t interval.

    Parameters
    ----------
    values, base : array_like of float, shape (replications,)
        The two scenarios under common random numbers: position i of both is the same replication.
        A pair with a ``NaN`` on either side is left out.
    confidence : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        The difference; ``n`` is the number of pairs used.

    Raises
    ------
    ValueError
        If the lengths differ or a value is infinite.
    """
    first, second = np.asarray(values, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"cannot pair {first.size} replications with {second.size}")
    if np.isinf(first).any() or np.isinf(second).any():
        raise ValueError("an indicator is infinite in a replication")
    return mean_interval(first - second, confidence)


def wilson_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> Estimate:
    """Return a share with Wilson's score interval, which stays within 0 and 1.

    Parameters
    ----------
    successes, trials : int
        Successes among trials, ``0 <= successes <= trials``.
    confidence : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        ``mean`` is the share; everything is ``NaN`` without a trial.

    Raises
    ------
    ValueError
        If the counts are impossible.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials are impossible")
    return wilson_of_share(successes / trials if trials else float("nan"), trials, confidence)


def wilson_of_share(share: float, trials: int, confidence: float = CONFIDENCE) -> Estimate:
    """Return a share with Wilson's interval where trials are not simply met or not.

    Parameters
    ----------
    share : float
        Mean over the trials of something between 0 and 1, such as the part of a sample's runs that meet a
        target. The interval is then wider than it need be, since such trials vary less than those that
        are met or not.
    trials : int
        Independent trials; everything is ``NaN`` without one.
    confidence : float
        Level of the interval, between 0 and 1.
    """
    if trials == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    z = float(scipy.special.ndtri(0.5 + confidence / 2))
    # Wilson (1927). `scipy.stats` has it, too, but importing all of that would slow every start.
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1.0 - share) / trials + (z / (2 * trials)) ** 2)
    scale = 1.0 + z * z / trials
    low = 0.0 if share == 0.0 else (middle - half) / scale
    high = 1.0 if share == 1.0 else (middle + half) / scale
    return Estimate(share, low, high, trials)


def verdict_of_interval(low: float, high: float, target: Target) -> Verdict:
    """Return what an interval says about a target.

    Parameters
    ----------
    low, high : float
        Ends of the interval of the mean; ``NaN`` when it is not defined.
    target : Target
        The values that are accepted.

    Returns
    -------
    {"met", "not_met", "undecided"}
        ``met`` if every value of the interval is accepted, ``not_met`` if none is, else
        ``undecided``.
    """
    if np.isnan(low) or np.isnan(high):
        return "undecided"
    # What a target accepts is one stretch of numbers: both ends inside means all inside.
    if bool(target.accepts([low, high]).all()):
        return "met"
    nearest_value = float(np.clip(target.value, low, high))
    return "undecided" if bool(target.accepts([low, high, nearest_value]).any()) else "not_met"


def verdict(values: ArrayLike, target: Target, confidence: float = CONFIDENCE) -> Verdict:
    """Return whether the mean over replications meets the target.

    The error rate holds for one indicator: among many undecided ones some will be called by chance.

    Parameters
    ----------
    values : array_like of float, shape (replications,)
        One value per replication; ``NaN`` is left out.
    target : Target
        The values that are accepted.
    confidence : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    {"met", "not_met", "undecided"}
        ``undecided`` whenever the interval is not defined, as with one replication.
    """
    estimate = mean_interval(values, confidence)
    return verdict_of_interval(estimate.low, estimate.high, target)
