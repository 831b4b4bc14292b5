"""What a run of tiered care means: flows, waits, facilities and the plan's indicators."""

from sim.measure.care.run import run_frames

__all__ = ["run_frames"]
