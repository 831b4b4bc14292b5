"""Who asks: the commands of `run_scenarios.py`."""

from sim.cli.app import main

__all__ = ["main"]
