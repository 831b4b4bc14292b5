"""Servers and arrivals by the clock: the exact periodic answer of a small chain.

A shift's end does not stop those in service: they finish, and nobody new starts while more are at work than
are on duty. Between two changes the chain has constant rates, so its law moves by a matrix exponential, and
the time spent in each state by the integral of one (Van Loan 1978).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.linalg import expm

from sim.world.fields import Reals


@dataclass(frozen=True)
class Shift:
    """A part of the cycle."""

    minutes: float
    rate: float
    """Poisson arrivals per minute."""
    servers: int
    """On duty."""


@dataclass(frozen=True)
class ShiftWork:
    """A station with shifts, in the long run over whole cycles."""

    refused: float
    """Share of arrivals who find no room to wait."""
    queue_length: float
    """Mean number waiting."""
    in_service: float
    """Mean number in service."""
    wait_mean: float
    """Mean wait in minutes of those who are served."""
    utilisation: float
    """Servers at work over servers on duty."""


def shift_work(shifts: Sequence[Shift], service: float, room: int) -> ShiftWork:
    """Return the exact periodic answer of a station whose servers and arrivals follow the clock.

    Parameters
    ----------
    shifts : sequence of Shift
        One cycle: a day, or a week.
    service : float
        Mean service in minutes, exponential.
    room : int
        Waiting places.
    """
    most = max(shift.servers for shift in shifts)
    states = list(product(range(room + 1), range(most + 1)))  # waiting, busy
    begins = _first_law(shifts, service, states)
    waiting, busy = np.array(states, dtype=float).T
    cycle = sum(shift.minutes for shift in shifts)
    arrivals = sum(shift.minutes * shift.rate for shift in shifts)
    queue_area = busy_area = refused = 0.0
    for shift, law in zip(shifts, begins, strict=True):
        spent = law @ _integral(_generator(shift, service, states), shift.minutes)
        full = (waiting == room) & (busy >= shift.servers)
        queue_area += float(spent @ waiting)
        busy_area += float(spent @ busy)
        refused += shift.rate * float(spent @ full)
    return ShiftWork(
        refused=refused / arrivals,
        queue_length=queue_area / cycle,
        in_service=busy_area / cycle,
        wait_mean=queue_area / (arrivals - refused),
        utilisation=busy_area / sum(shift.minutes * shift.servers for shift in shifts),
    )


def _first_law(
    shifts: Sequence[Shift], service: float, states: list[tuple[int, int]]
) -> list[Reals]:
    """Return the law of the states at the beginning of each shift, the same in every cycle."""
    number = {state: row for row, state in enumerate(states)}
    starts = [_start_of(shift, states, number) for shift in shifts]
    passes = [expm(_generator(shift, service, states) * shift.minutes) for shift in shifts]
    whole = np.eye(len(states))
    for start, passed in zip(starts, passes, strict=True):
        whole = whole @ start @ passed
    # The law at the end of a cycle is that at its beginning, and adds up to 1.
    equations = np.vstack([whole.T - np.eye(len(states)), np.ones(len(states))])
    right = np.append(np.zeros(len(states)), 1.0)
    law, *_ = np.linalg.lstsq(equations, right, rcond=None)
    found = []
    for start, passed in zip(starts, passes, strict=True):
        found.append(law @ start)
        law = found[-1] @ passed
    return found


def _start_of(
    shift: Shift, states: list[tuple[int, int]], number: dict[tuple[int, int], int]
) -> Reals:
    """Return where each state goes when a shift begins: those waiting take the servers added."""
    matrix = np.zeros((len(states), len(states)))
    for row, (waiting, busy) in enumerate(states):
        starting = min(waiting, max(0, shift.servers - busy))
        matrix[row, number[waiting - starting, busy + starting]] = 1.0
    return matrix


def _generator(shift: Shift, service: float, states: list[tuple[int, int]]) -> Reals:
    """Return the rates of a shift; states with a queue and a free server never occur in it."""
    number = {state: row for row, state in enumerate(states)}
    room = states[-1][0]
    rates = np.zeros((len(states), len(states)))
    for row, (waiting, busy) in enumerate(states):
        if busy < shift.servers:
            rates[row, number[waiting, busy + 1]] += shift.rate
        elif waiting < room:
            rates[row, number[waiting + 1, busy]] += shift.rate
        if busy:
            goes_on = waiting > 0 and busy <= shift.servers
            rates[row, number[(waiting - 1, busy) if goes_on else (waiting, busy - 1)]] += (
                busy / service
            )
    rates -= np.diag(rates.sum(axis=1))
    return rates


def _integral(generator: Reals, minutes: float) -> Reals:
    """Return the integral of the matrix exponential over a time (Van Loan 1978)."""
    size = len(generator)
    block = np.zeros((2 * size, 2 * size))
    block[:size, :size] = generator
    block[:size, size:] = np.eye(size)
    integral: Reals = expm(block * minutes)[:size, size:]
    return integral
