"""Random arrays with a liking for the edges: shares of exactly 0 and 1, waits of no and endless time.

Hypothesis draws a small recipe, which says how large a world is, and one number; from that number
NumPy fills the arrays, a thousand times faster than one draw of Hypothesis per cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.world.fields import Ints, Reals
from sim.world.pools import NO_LIMIT, Segment

_HOURS = 168


class Luck:
    """A stream of random numbers, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def chance(self, share: float) -> bool:
        """Return True with a probability."""
        return bool(self.random.random() < share)

    def number(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return int(self.random.integers(low, high + 1))

    def numbers(self, low: int, high: int, size: int) -> Ints:
        """Return whole numbers, both ends included."""
        return self.random.integers(low, high + 1, size)

    def one_of(self, values: Sequence[Any]) -> Any:
        """Return one of some values."""
        return values[int(self.random.integers(len(values)))]

    def some_of(self, values: Sequence[float], size: int) -> Reals:
        """Return values picked one by one."""
        picked: Reals = np.asarray(values, dtype=np.float64)[
            self.random.integers(len(values), size=size)
        ]
        return picked

    def between(self, low: float, high: float, size: int) -> Reals:
        """Return real numbers between two limits."""
        return self.random.uniform(low, high, size)

    def share(self, edges: float = 0.3, low: float = 0.0) -> float:
        """Return one share, see `shares`."""
        return float(self.shares(1, edges, low)[0])

    def shares(self, size: int, edges: float = 0.3, low: float = 0.0) -> Reals:
        """Return numbers from `low` to 1; a part of them, `edges`, is exactly `low` or 1."""
        values = self.random.uniform(low, 1.0, size)
        edge = self.random.random(size)
        values[edge < 0.5 * edges] = low
        values[edge > 1.0 - 0.5 * edges] = 1.0
        return values

    def cumulative(self, rows: int, size: int, zeros: float = 0.3) -> Reals:
        """Return rows of cumulative shares that end at 1; some cells have no share."""
        weights = self.random.random((rows, size))
        weights[self.random.random((rows, size)) < zeros] = 0.0
        weights[:, -1] += 1e-3
        totals = weights.cumsum(axis=1)
        return np.asarray(totals / totals[:, -1:])

    def week(self, most: int, reserves: bool = False) -> list[Segment]:
        """Return the servers of a week: always the same number, or changing by the hour.

        A third of the shifts have no servers at all.
        """
        changes = self.one_of([0, 0, 2, 7, 14])
        hours = np.unique(np.append(self.random.integers(1, _HOURS, changes), 0))
        servers = self.random.integers(1, most + 1, hours.size)
        if changes:
            servers[self.random.random(hours.size) < 1 / 3] = 0
        kept = np.minimum(servers, self.random.integers(0, 3, hours.size) * int(reserves))
        return [
            (60 * int(hour), int(number), int(reserved))
            for hour, number, reserved in zip(hours, servers, kept, strict=True)
        ]

    def room(self) -> int:
        """Return a number of waiting places; mostly any number may wait."""
        return int(self.one_of([NO_LIMIT] * 10 + [0, 1, 3]))
