"""Times of the compiled engine: when something is due, and how long ago something was.

A model whose durations are whole numbers of ticks (`Model.on_grid`) has times that are, so that times equal on
paper meet the tie rule. Others are as floating-point numbers add up.
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
