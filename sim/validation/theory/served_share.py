"""Priorities with a served share: every few calls that pass over a later class, who joined first is next.

One server and limited room. The chain keeps the whole line, by class in order of arrival, and how many calls
have passed over a later class: as small a state would not tell who joined first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.validation.theory.markov import State, explored, stationary


@dataclass(frozen=True)
class ServedShare:
    """Classes of patients at one server, in the long run; rows are priorities, the first is served first."""

    refused: float
    """Share of arrivals who find no room to wait, of every class."""
    queue_length: tuple[float, ...]
    """Mean numbers waiting."""
    wait_mean: tuple[float, ...]
    """Mean waits in minutes of those who are served."""
    in_service: tuple[float, ...]
    """Mean numbers in service."""


def called(line: State, turn: int, served_every: int) -> tuple[int, int]:
    """Return whose turn it is when the server is free, as a place in the line, and the calls counted then.

    Parameters
    ----------
    line : tuple of int
        Classes of those who wait, who joined first first; somebody waits.
    turn : int
        Calls that passed over a later class since somebody was called for having joined first.
    served_every : int
        0 for strict priority.
    """
    first = line.index(min(line))
    if served_every == 0 or line[first] == max(line):
        return first, turn
    turn = min(turn + 1, served_every)
    if line[first] == 0 or turn < served_every:
        return first, turn
    return 0, 0


def served_share(
    rates: tuple[float, ...], service: float, served_every: int, room: int
) -> ServedShare:
    """Return the exact stationary answer of one server, by the chain of all lines.

    Parameters
    ----------
    rates : tuple of float
        Poisson arrivals per minute, by priority; the first class, 0, is never passed over.
    service : float
        Mean service in minutes, exponential, of all classes.
    served_every : int
        Every how many calls that pass over a later class the one that joined first is served, of all
        classes but the first; 0 for strict priority.
    room : int
        Waiting places, shared by all.
    """

    def moves(state: State) -> Iterator[tuple[float, State]]:
        busy, turn, line = state[0], state[1], state[2:]
        for priority, rate in enumerate(rates):
            if not busy:
                yield rate, (1, turn)
            elif len(line) < room:
                yield rate, (1, turn, *line, priority)
        if line:
            place, counted = called(line, turn, served_every)
            yield 1.0 / service, (1, counted, *line[:place], *line[place + 1 :])
        elif busy:
            yield 1.0 / service, (0, turn)

    chain = explored((0, 0), moves)
    shares = stationary(chain)
    refused = float(shares @ chain.values(lambda s: len(s) == room + 2))
    served = [rate * (1.0 - refused) for rate in rates]
    lines = [state[2:] for state in chain.states]
    queues = tuple(
        float(sum(share * line.count(priority) for share, line in zip(shares, lines, strict=True)))
        for priority in range(len(rates))
    )
    return ServedShare(
        refused=refused,
        queue_length=queues,
        wait_mean=tuple(queue / rate for queue, rate in zip(queues, served, strict=True)),
        in_service=tuple(rate * service for rate in served),
    )
