"""The reference engine's clock: SimPy's, with times on the grid where the model wants it."""

from __future__ import annotations

from heapq import heappush
from itertools import count
from typing import Any

import simpy

from sim.time_units import on_grid


class Environment(simpy.Environment):
    """SimPy's environment; as `sim.engine.clock` is to the compiled engine.

    Parameters
    ----------
    whole_ticks : bool
        `Model.on_grid`.
    """

    def __init__(self, whole_ticks: bool) -> None:
        super().__init__(initial_time=0.0)
        self._whole_ticks = whole_ticks
        self._order = count()

    def schedule(
        self, event: simpy.Event, priority: Any = simpy.events.NORMAL, delay: Any = 0
    ) -> None:
        """Let an event happen some minutes from now; what is scheduled first, first, as SimPy does."""
        heappush(self._queue, (self._told(self.now + delay), priority, next(self._order), event))

    def since(self, time: float) -> float:
        """Return the minutes since a time."""
        return self._told(self.now - time)

    def _told(self, minutes: float) -> float:
        return on_grid(minutes) if self._whole_ticks else minutes
