"""The levers: one small file per family, none knows another."""

from sim.scenario.care.levers.base import Claim, Lever, overlap
from sim.scenario.care.levers.registry import LEVERS, lever_called, lever_names

__all__ = ["LEVERS", "Claim", "Lever", "lever_called", "lever_names", "overlap"]
