"""A network on this project's compiled engine."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.networks import Network
from benchmarks.tools.scenario import run_on
from benchmarks.work import Work


def prepare(network: Network, minutes: float, seed: int) -> Callable[[], Work]:
    """Return a call that runs a network from its empty start."""
    return run_on("compiled", network, minutes, seed)
