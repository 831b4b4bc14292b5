"""Exact answers from small Markov chains in continuous time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack
from scipy.sparse.linalg import spsolve

from sim.world.fields import Reals

State = tuple[int, ...]
Moves = Callable[[State], Iterable[tuple[float, State]]]
"""The ways out of a state: rates per minute, and where they lead."""


@dataclass(frozen=True)
class Chain:
    """The states of a chain and its rates.

    Attributes
    ----------
    states : list of tuple of int
        Every state that can be reached, the first one first.
    generator : csr_array
        (states, states) rates per minute; rows add up to 0.
    """

    states: list[State]
    generator: csr_array

    def values(self, of: Callable[[State], float]) -> Reals:
        """Return (states,) the value of a function in each state."""
        return np.array([float(of(state)) for state in self.states])


def explored(start: State, moves: Moves) -> Chain:
    """Return the chain of all states that can be reached from one.

    Parameters
    ----------
    start : tuple of int
    moves : callable
        Moves of rate 0 are left out.
    """
    number = {start: 0}
    states = [start]
    rows: list[int] = []
    columns: list[int] = []
    rates: list[float] = []
    for row, state in enumerate(states):  # grows while it is read
        for rate, target in moves(state):
            if rate <= 0.0:
                continue
            if target not in number:
                number[target] = len(states)
                states.append(target)
            rows += [row, row]
            columns += [number[target], row]
            rates += [rate, -rate]
    size = len(states)
    return Chain(states, csr_array((rates, (rows, columns)), shape=(size, size)))


def stationary(chain: Chain) -> Reals:
    """Return (states,) the share of time that an irreducible chain spends in each state.

    The balance equations with one of them, which follows from the others, replaced by "shares add up to 1".
    """
    size = len(chain.states)
    balance = chain.generator.T.tocsr()[:-1]
    equations = csc_array(vstack([balance, csr_array(np.ones((1, size)))]))
    right = np.zeros(size)
    right[-1] = 1.0
    shares: Reals = np.asarray(spsolve(equations, right))
    return shares
