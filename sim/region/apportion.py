"""Share out whole numbers by weight so that they add up exactly (largest remainder)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def apportion(total: int, weights: Floats, minimum: int = 0) -> Ints:
    """Share a whole number out in proportion to weights.

    Parameters
    ----------
    total : int
        What is shared out.
    weights : numpy.ndarray of float64, shape (n,)
        Non-negative; a weight of zero receives nothing.
    minimum : int
        What every positive weight receives first. If the total does not reach that far, the
        heaviest receive the minimum (the first of them what is left).

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Adds up to `total`.

    Raises
    ------
    ValueError
        If there is something to share and no weight is positive.
    """
    weights = np.asarray(weights, dtype=np.float64)
    positive = int(np.count_nonzero(weights > 0))
    if positive == 0:
        if total:
            raise ValueError(f"{total} cannot be shared out: no weight is positive")
        return np.zeros(len(weights), dtype=np.int64)
    if minimum and total < minimum * positive:
        return _heaviest_first(total, weights, minimum)
    floor = np.where(weights > 0, minimum, 0).astype(np.int64)
    group = np.zeros(len(weights), dtype=np.int64)
    rest = np.array([total - int(floor.sum())], dtype=np.int64)
    return floor + apportion_groups(rest, weights, group)


def _heaviest_first(total: int, weights: Floats, minimum: int) -> Ints:
    shares = np.zeros(len(weights), dtype=np.int64)
    order = np.argsort(-weights, kind="stable")
    full = total // minimum
    shares[order[:full]] = minimum
    shares[order[0]] += total - full * minimum
    return shares


def apportion_groups(totals: Ints, weights: Floats, group: Ints) -> Ints:
    """Share out one whole number per group among the group's members.

    Parameters
    ----------
    totals : numpy.ndarray of int64, shape (groups,)
        What each group shares out; a group with a positive total has a positive weight.
    weights : numpy.ndarray of float64, shape (n,)
        Non-negative weights.
    group : numpy.ndarray of int64, shape (n,)
        Group of each member, 0 to groups - 1.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Adds up to `totals` within every group; ties of the remainder go to the earlier member.
    """
    sums = np.bincount(group, weights=weights, minlength=len(totals))
    quotas = totals[group] * weights / np.where(sums > 0, sums, 1.0)[group]
    shares = np.floor(quotas).astype(np.int64)
    given = np.bincount(group, weights=shares, minlength=len(totals)).astype(np.int64)
    left = totals - given
    order = np.lexsort((np.arange(len(weights)), shares - quotas, group))
    starts = np.searchsorted(group[order], np.arange(len(totals)))
    rank = np.empty(len(weights), dtype=np.int64)
    rank[order] = np.arange(len(weights)) - starts[group[order]]
    return shares + (rank < left[group])
