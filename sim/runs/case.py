"""What a study is made of: cases, the function that runs one, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

import pandas as pd

Payload = TypeVar("Payload")


@dataclass(frozen=True)
class Case(Generic[Payload]):
    """One scenario of a study, as far as a study needs to know it.

    Attributes
    ----------
    name : str
        Name of the scenario; it labels results and must never change them.
    replications : int
        How many replications are wanted, numbered from 0. More of them later reuse the first ones.
    determinants : mapping
        Everything that determines a result beside the replication and the package's own code, in
        plain JSON types: for example the resolved scenario without its titles, the hashes of the
        region's files, the engine and the seed. Two cases with equal determinants share their runs.
    payload : Payload
        What the run function needs, small and picklable (a scenario, not a world).
    resolved : str
        The resolved scenario as YAML, for people; written to ``scenarios/<name>.yaml``.
    family : str
        Cases of one family begin alike and can be run together; "" is a case for itself. It changes no
        result.
    shared : float
        Share of a run, 0 to 1, that all cases of the family have in common.
    files : mapping
        SHA-256 of every file that a run reads, by its absolute path: a worker on another machine must have the
        same ones.
    """

    name: str
    replications: int
    determinants: Mapping[str, object]
    payload: Payload
    resolved: str = field(default="", repr=False)
    family: str = ""
    shared: float = 0.0
    files: Mapping[str, str] = field(default_factory=dict, repr=False)


def checked(check: bool) -> dict[str, object]:
    """Return what the determinants of a case say of checks: those of unchecked runs do not mention any."""
    return {"check": True} if check else {}


RunResult: TypeAlias = Mapping[str, pd.DataFrame]
"""Tidy frames of one run by name (``indicators``...), without scenario and replication."""

RunOne: TypeAlias = Callable[[Case[Payload], int, int], RunResult]
"""Runs one replication of a case on a number of threads, which must not change the result; importable by name,
since it is called in other processes."""

RunTogether: TypeAlias = Callable[
    [Sequence[Case[Payload]], int, int], Iterator[tuple[int, RunResult]]
]
"""Runs one replication of several cases of a family on a number of threads. Yields the place of a case and its
result, each as soon as it is there; the results are those of single runs. Importable by name."""
