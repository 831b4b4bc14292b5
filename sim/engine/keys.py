"""Tie keys of the compiled engine: rank and number in one whole number, ordered as `sim.engine.ties` says."""

from __future__ import annotations

from sim.kernel import kernel

_NUMBER_BITS = 56
"""Patient, pool and stream numbers are below 2 ** 56 (`MOST_STREAMS`); the rank stands above them."""
_NUMBER = (1 << _NUMBER_BITS) - 1


@kernel
def key_of(rank: int, number: int) -> int:
    """Return the tie key, which orders as `sim.engine.ties.tie_key` does."""
    return (rank << _NUMBER_BITS) + number


@kernel
def rank_of(key: int) -> int:
    """Return the rank of a tie key."""
    return key >> _NUMBER_BITS


@kernel
def number_in(key: int) -> int:
    """Return the number of a tie key."""
    return key & _NUMBER
