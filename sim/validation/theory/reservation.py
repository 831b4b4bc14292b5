"""Servers kept free for the urgent: a routine patient starts only while more than those are free.

Known in telephony as trunk reservation, in wards as cutoff priority (Taylor and Templeton 1980).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.validation.theory.markov import State, explored, stationary


@dataclass(frozen=True)
class Reservation:
    """Two classes at a station that keeps servers for the first, in the long run.

    Pairs are of the urgent and of the routine class.
    """

    refused: tuple[float, float]
    """Shares of arrivals who find no room to wait."""
    queue_length: tuple[float, float]
    """Mean numbers waiting."""
    wait_mean: tuple[float, float]
    """Mean waits in minutes of those who are served."""
    in_service: tuple[float, float]
    """Mean numbers in service."""


def reservation(
    rates: tuple[float, float], service: float, servers: int, reserved: int, room: int
) -> Reservation:
    """Return the exact stationary answer, by the chain of busy servers and both queues.

    Parameters
    ----------
    rates : tuple of float
        Poisson arrivals per minute of the urgent and of the routine class.
    service : float
        Mean service in minutes, exponential, of both.
    servers : int
    reserved : int
        Of these, servers that only the urgent may take.
    room : int
        Waiting places, shared by both.
    """

    def moves(state: State) -> Iterator[tuple[float, State]]:
        busy, urgent, routine = state
        free = servers - busy
        may_wait = urgent + routine < room
        if free:
            yield rates[0], (busy + 1, urgent, routine)
        elif may_wait:
            yield rates[0], (busy, urgent + 1, routine)
        if free > reserved:
            yield rates[1], (busy + 1, urgent, routine)
        elif may_wait:
            yield rates[1], (busy, urgent, routine + 1)
        ends = busy / service
        if urgent:
            yield ends, (busy, urgent - 1, routine)
        elif routine and free + 1 > reserved:
            yield ends, (busy, urgent, routine - 1)
        else:
            yield ends, (busy - 1, urgent, routine)

    chain = explored((0, 0, 0), moves)
    shares = stationary(chain)
    full = chain.values(lambda s: s[1] + s[2] == room)
    turned_away = (
        float(shares @ (full * chain.values(lambda s: s[0] == servers))),
        float(shares @ (full * chain.values(lambda s: servers - s[0] <= reserved))),
    )
    queues = (
        float(shares @ chain.values(lambda s: s[1])),
        float(shares @ chain.values(lambda s: s[2])),
    )
    served = (rates[0] * (1.0 - turned_away[0]), rates[1] * (1.0 - turned_away[1]))
    return Reservation(
        refused=turned_away,
        queue_length=queues,
        wait_mean=(queues[0] / served[0], queues[1] / served[1]),
        in_service=(served[0] * service, served[1] * service),
    )
