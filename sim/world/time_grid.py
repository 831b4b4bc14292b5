"""The grid of times as kernels see it; see `sim.time_units.on_grid`."""

from __future__ import annotations

from sim.kernel import kernel
from sim.time_units import on_grid

to_tick = kernel(on_grid)
"""``minutes -> minutes``, the nearest whole number of ticks."""
