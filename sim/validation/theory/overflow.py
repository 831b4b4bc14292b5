"""A hospital without a waiting list whose refused patients try a second one (alternative routing).

What is refused comes in bursts: it is *peaked*, its variance above its mean (Kosten 1937, Wilkinson 1956), so
the second hospital refuses more of it than of patients who come to it at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.validation.theory.markov import State, explored, stationary


@dataclass(frozen=True)
class Overflow:
    """What happens at two hospitals of which the second takes the overflow of the first."""

    first_refused: float
    """Share of the first hospital's patients who find it full: Erlang's loss formula."""
    overflow_refused: float
    """Of those, the share whom the second hospital refuses too."""
    own_refused: float
    """Share of the second hospital's own patients whom it refuses."""
    first_present: float
    """Mean number of patients in the first hospital."""
    second_present: float
    """Mean number of patients in the second one."""


def overflow(
    rates: tuple[float, float], services: tuple[float, float], beds: tuple[int, int]
) -> Overflow:
    """Return the exact stationary answer, by the chain of the numbers in both hospitals.

    Parameters
    ----------
    rates : tuple of float
        Poisson arrivals per minute at the first and, of its own, at the second hospital.
    services : tuple of float
        Mean stays in minutes, exponential.
    beds : tuple of int
    """

    def moves(state: State) -> Iterator[tuple[float, State]]:
        first, second = state
        if first < beds[0]:
            yield rates[0], (first + 1, second)
        if second < beds[1]:
            overflowing = rates[0] if first == beds[0] else 0.0
            yield rates[1] + overflowing, (first, second + 1)
        yield first / services[0], (first - 1, second)
        yield second / services[1], (first, second - 1)

    chain = explored((0, 0), moves)
    shares = stationary(chain)
    first_full = chain.values(lambda s: s[0] == beds[0])
    second_full = chain.values(lambda s: s[1] == beds[1])
    refused = float(shares @ first_full)
    return Overflow(
        first_refused=refused,
        overflow_refused=float(shares @ (first_full * second_full)) / refused,
        own_refused=float(shares @ second_full),
        first_present=float(shares @ chain.values(lambda s: s[0])),
        second_present=float(shares @ chain.values(lambda s: s[1])),
    )
