"""The words in which a pathway and an engine talk.

A pathway answers every event with one step ``(action, pool, priority, group, minutes, keep)``; an
engine carries it out and comes back with the next event. Small integers, so that both compile.
"""

from __future__ import annotations

from typing import TypeAlias

# Actions.
SEIZE = 0
"""Ask for one server of `pool`; `priority` 0 is served first, `minutes` is the patience.

``inf`` waits for ever; 0 leaves at once when no server is free. ``keep = 1``: what the patient holds is
released only when the pool is granted (a blocked bed); ``keep = 0``: it is released first.
"""
HOLD = 1
"""Stay for `minutes`; ``keep = 1`` with the held server (a stay), ``keep = 0`` without (travel)."""
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

Step: TypeAlias = tuple[int, int, int, int, float, int]
"""``(action, pool, priority, group, minutes, keep)``; `group` is the class that waits are counted by."""
