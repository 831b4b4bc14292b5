"""The words in which a pathway and an engine talk.

A pathway answers every event with one step (action, pool, priority, group, minutes, keep); an engine carries
it out and comes back with the next event.
"""

from __future__ import annotations

from typing import TypeAlias

from sim.kernel import open_kernel

# Actions.
SEIZE = 0
"""Ask for one server of `pool`; `priority` 0 is served first, `minutes` is the patience.

``inf`` waits for ever; 0 leaves at once when no server is free. ``keep = 1``: what the patient holds is
released only when the pool is granted (a blocked bed); ``keep = 0``: it is released first.
"""
HOLD = 1
"""Stay for `minutes`; ``keep = 1`` with the held server (a stay), ``keep = 0`` without (travel).

`pool` is any pool of the place where the patient is when the hold ends, -1 for the present place.
"""
LEAVE = 2
"""Release everything and go."""

# Events.
ARRIVED = 0
"""The patient has just begun."""
GRANTED = 1
"""A server was given; `waited` tells how long it took."""
RENEGED = 2
"""Patience ran out; the patient is out of the queue but still holds what `keep` kept."""
REFUSED = 3
"""There was no room to wait."""
DONE = 4
"""The hold is over."""

Step: TypeAlias = tuple[int, float]
"""``(code, minutes)``: what `make_step` packs. Two numbers, because every one that compiled functions hand on
costs time at every event."""
_KEEP_BIT, _PRIORITY_BIT, _GROUP_BIT, _POOL_BIT = 2, 3, 5, 21
PRIORITIES = 1 << (_GROUP_BIT - _PRIORITY_BIT)
"""Priority classes of a pool."""
MOST_GROUPS = 1 << (_POOL_BIT - _GROUP_BIT)
"""Classes that waits can be counted by."""


@open_kernel
def make_step(action: int, pool: int, priority: int, group: int, minutes: float, keep: int) -> Step:
    """Return a step; `group` is the class that waits are counted by, `pool` -1 for none."""
    code = action | (keep << _KEEP_BIT) | (priority << _PRIORITY_BIT)
    return code | (group << _GROUP_BIT) | ((pool + 1) << _POOL_BIT), minutes


@open_kernel
def step_action(code: int) -> int:
    """Return the action of a step's code."""
    return code & 3


@open_kernel
def step_keep(code: int) -> int:
    """Return 1 if what is held is kept."""
    return (code >> _KEEP_BIT) & 1


@open_kernel
def step_priority(code: int) -> int:
    """Return the priority class."""
    return (code >> _PRIORITY_BIT) & (PRIORITIES - 1)


@open_kernel
def step_group(code: int) -> int:
    """Return the class that waits are counted by."""
    return (code >> _GROUP_BIT) & (MOST_GROUPS - 1)


@open_kernel
def step_pool(code: int) -> int:
    """Return the pool, or -1."""
    return (code >> _POOL_BIT) - 1
