"""The reference engine's clock: SimPy's, with times rounded to the grid where the model has one."""

from __future__ import annotations

from heapq import heappush
from itertools import count
from typing import Any

import simpy

from sim.time_units import on_grid


class Environment(simpy.Environment):
    """SimPy's environment, with the rounding of `sim.engine.clock`.

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
        """Schedule an event some minutes from now; ties in priority are first in, first out, as in SimPy."""
        heappush(self._queue, (self._told(self.now + delay), priority, next(self._order), event))

    def since(self, time: float) -> float:
        """Return the minutes since a time."""
        return self._told(self.now - time)

    def _told(self, minutes: float) -> float:
        return on_grid(minutes) if self._whole_ticks else minutes
