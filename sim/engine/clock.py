"""The compiled engine's clock: the time at which an event is due, and the time since an earlier one.

Where a model's durations are whole numbers of ticks (`Model.on_grid`), so are its times: events that are
simultaneous on paper are simultaneous in the run, and the tie rule decides. Other times are sums of floats.
"""

from __future__ import annotations

from sim.engine import access as a
from sim.engine.arrays import Fixed, Moment
from sim.kernel import kernel
from sim.world.time_grid import to_tick


@kernel
def time_in(e: int, minutes: float) -> float:
    """Return the time some minutes from now."""
    time: float = a.moment(e, Moment.NOW) + minutes
    return to_tick(time) if a.fixed(e, Fixed.ON_GRID) == 1 else time


@kernel
def time_since(e: int, time: float) -> float:
    """Return the minutes since a time."""
    minutes: float = a.moment(e, Moment.NOW) - time
    return to_tick(minutes) if a.fixed(e, Fixed.ON_GRID) == 1 else minutes
