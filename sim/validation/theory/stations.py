"""Closed forms of single stations: Erlang's formulas, M/M/c, M/G/1, priorities, patience.

Rates are per minute, times in minutes; `servers` is c, offered load a = rate * mean service time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def erlang_b(servers: int, load: float) -> float:
    """Return the probability that an arrival finds all servers busy and is lost (M/G/c/c; Erlang 1917)."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Return the probability that an arrival waits (M/M/c, load below the servers; Erlang 1917)."""
    blocked = erlang_b(servers, load)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


@dataclass(frozen=True)
class MMc:
    """M/M/c without limits on the queue."""

    rate: float
    service: float
    servers: int

    @property
    def load(self) -> float:
        """Offered load in Erlang."""
        return self.rate * self.service

    @property
    def waited_share(self) -> float:
        """Share of patients who wait."""
        return erlang_c(self.servers, self.load)

    @property
    def wait_mean(self) -> float:
        """Mean wait of all patients."""
        return self.waited_share * self.service / (self.servers - self.load)

    def waited_over(self, minutes: float) -> float:
        """Return the share of patients who wait longer than `minutes`."""
        return self.waited_share * math.exp(-(self.servers - self.load) * minutes / self.service)

    def wait_quantile(self, share: float) -> float:
        """Return the wait that a share of patients do not exceed (waits are 0 or exponential)."""
        spare = (self.servers - self.load) / self.service
        return max(0.0, math.log(self.waited_share / (1.0 - share)) / spare)

    def present(self, number: int) -> float:
        """Return the share of time with `number` patients present."""
        none = 1.0 / (
            sum(self.load**n / math.factorial(n) for n in range(self.servers))
            + self.load**self.servers
            / math.factorial(self.servers)
            / (1.0 - self.load / self.servers)
        )
        if number < self.servers:
            return none * self.load**number / math.factorial(number)
        full = none * self.load**self.servers / math.factorial(self.servers)
        return full * (self.load / self.servers) ** (number - self.servers)


def mg1_wait_mean(rate: float, mean: float, sd: float) -> float:
    """Return the mean wait in M/G/1 (Pollaczek and Khinchine)."""
    return rate * (mean**2 + sd**2) / (2.0 * (1.0 - rate * mean))


def priority_wait_means(rates: Sequence[float], service: float, servers: int) -> list[float]:
    """Return the mean wait of each class in M/M/c with non-preemptive priorities (Cobham 1954).

    All classes have the same exponential service; the first class goes first.
    """
    total = sum(rates) * service
    anyone = erlang_c(servers, total) * service / (servers - total) * (1.0 - total / servers)
    waits, below = [], 0.0
    for rate in rates:
        upto = below + rate * service / servers
        waits.append(anyone / ((1.0 - below) * (1.0 - upto)))
        below = upto
    return waits


@dataclass(frozen=True)
class ErlangA:
    """M/M/c with exponential patience (Palm 1957)."""

    reneged_share: float
    """Share of arrivals who leave the queue."""
    waited_share: float
    """Share of arrivals who find all servers busy."""
    queue_length: float
    """Mean number waiting."""
    in_service: float
    """Mean number in service."""


def erlang_a(rate: float, service: float, servers: int, patience: float) -> ErlangA:
    """Return M/M/c with patience of the given mean, by its birth and death chain."""
    weights = [1.0]
    while weights[-1] > 1e-18 * max(weights) or len(weights) <= servers:
        n = len(weights)
        leaving = min(n, servers) / service + max(0, n - servers) / patience
        weights.append(weights[-1] * rate / leaving)
    share = np.array(weights) / math.fsum(weights)
    present = np.arange(share.size)
    queue = float(share @ np.maximum(present - servers, 0))
    return ErlangA(
        reneged_share=queue / patience / rate,
        waited_share=float(share[servers:].sum()),
        queue_length=queue,
        in_service=float(share @ np.minimum(present, servers)),
    )
