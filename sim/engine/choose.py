"""The two engines by name; they give the same result, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Protocol

from sim.engine import compiled, reference
from sim.engine.log import Log
from sim.engine.model import Model
from sim.engine.tally import Tally

EngineName = Literal["compiled", "simpy"]
"""``compiled`` is what everybody runs, ``simpy`` what a researcher reads and steps through."""


class Simulate(Protocol):
    """What an engine does."""

    def __call__(
        self,
        model: Model,
        seed: int,
        replication: int,
        log: Log | None = None,
        threads: int = 1,
    ) -> Tally:
        """Run one replication."""


RELEASE_LOCK: frozenset[EngineName] = frozenset({"compiled"})
"""Engines that let other threads run Python while they work."""

ENGINES: Mapping[EngineName, Simulate] = MappingProxyType(
    {"compiled": compiled.simulate, "simpy": reference.simulate}
)
