"""Open networks of M/M/c stations: each behaves as if it stood alone (Jackson 1957)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def jackson_rates(outside: Sequence[float], routing: Sequence[Sequence[float]]) -> list[float]:
    """Return the arrival rate at each station of an open Jackson network (1957).

    Parameters
    ----------
    outside : sequence of float
        Arrivals from outside at each station.
    routing : sequence of sequences of float
        Probability of going from a station (row) to another (column).
    """
    transposed = np.asarray(routing, dtype=float).T
    rates = np.linalg.solve(np.eye(len(outside)) - transposed, np.asarray(outside, dtype=float))
    return [float(rate) for rate in rates]
