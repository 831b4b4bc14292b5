"""The tools that are compared: each file makes a runnable model from a network's definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from benchmarks.networks import Network
from benchmarks.work import Work


@dataclass(frozen=True)
class Tool:
    """One row of a comparison.

    Attributes
    ----------
    name : str
        Also the module under `benchmarks.tools` with ``prepare(network, minutes, seed)``.
    title : str
    package : str
        What must be installed.
    knows_patience : bool
        Whether patients can give up.
    """

    name: str
    title: str
    package: str
    knows_patience: bool = True

    @property
    def installed(self) -> bool:
        """Whether the tool can be run here."""
        return find_spec(self.package) is not None

    def prepare(self, network: Network, minutes: float, seed: int) -> Callable[[], Work]:
        """Return a call that runs a network from its empty start."""
        module = import_module(f"benchmarks.tools.{self.name}")
        run: Callable[[], Work] = module.prepare(network, minutes, seed)
        return run


OURS = Tool("compiled", "this project, compiled engine", "sim")
REFERENCE = Tool("reference", "this project, SimPy reference engine", "simpy")
TOOLS = (
    Tool("simpy_generators", "SimPy, written directly", "simpy"),
    REFERENCE,
    Tool("ciw_network", "Ciw", "ciw"),
    Tool("cimba_processes", "Cimba (Python), process per patient", "cimba"),
    Tool("cimba_servers", "Cimba (Python), process per server", "cimba", knows_patience=False),
    OURS,
)


def tool_named(name: str) -> Tool:
    """Return a tool by its name."""
    return next(tool for tool in TOOLS if tool.name == name)
