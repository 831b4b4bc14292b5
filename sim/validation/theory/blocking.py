"""Two stations one after the other without room between: who is not taken yet keeps a server of the first.

A county bed kept until the step-down bed is free. The chain of such a line was first solved for single
servers by Hunt (1956).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.validation.theory.markov import State, explored, stationary


@dataclass(frozen=True)
class BlockedTandem:
    """Two stations with blocking after service, in the long run."""

    refused: float
    """Share of arrivals who find no room to wait."""
    throughput: float
    """Patients per minute who get through."""
    queue_length: float
    """Mean number waiting for the first station."""
    blocked: float
    """Mean number who keep a server of the first station and wait for the second."""
    first_taken: float
    """Mean number of the first station's servers taken, the blocked ones included."""
    second_busy: float
    """Mean number in service at the second station."""


def blocked_tandem(
    rate: float, services: tuple[float, float], servers: tuple[int, int], room: int
) -> BlockedTandem:
    """Return the exact stationary answer of a line of two stations with blocking.

    Parameters
    ----------
    rate : float
        Poisson arrivals per minute.
    services : tuple of float
        Mean services in minutes, exponential.
    servers : tuple of int
    room : int
        Waiting places before the first station.
    """

    def serving(state: State) -> int:
        here, blocked, _ = state
        return min(here, servers[0] - blocked)

    def moves(state: State) -> Iterator[tuple[float, State]]:
        # Here: waiting for or in service at the first station; those blocked are counted apart.
        here, blocked, second = state
        if here < servers[0] - blocked + room:
            yield rate, (here + 1, blocked, second)
        done = serving(state) / services[0]
        if second < servers[1]:
            yield done, (here - 1, blocked, second + 1)
        else:
            yield done, (here - 1, blocked + 1, second)
        freed = second / services[1]
        if blocked:
            yield freed, (here, blocked - 1, second)
        else:
            yield freed, (here, blocked, second - 1)

    chain = explored((0, 0, 0), moves)
    shares = stationary(chain)
    busy = float(shares @ chain.values(lambda s: s[2]))
    blocked = float(shares @ chain.values(lambda s: s[1]))
    full = chain.values(lambda s: s[0] == servers[0] - s[1] + room)
    return BlockedTandem(
        refused=float(shares @ full),
        throughput=busy / services[1],
        queue_length=float(shares @ chain.values(lambda s: s[0] - serving(s))),
        blocked=blocked,
        first_taken=blocked + float(shares @ chain.values(serving)),
        second_busy=busy,
    )
