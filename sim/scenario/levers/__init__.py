"""The levers: one small file per family, none knows another."""

from sim.scenario.levers.base import Claim, Lever, overlap
from sim.scenario.levers.registry import LEVERS, lever_called, lever_names

__all__ = ["LEVERS", "Claim", "Lever", "lever_called", "lever_names", "overlap"]
