"""Time and memory of one run."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Timing:
    """What one run took.

    Attributes
    ----------
    cpu, wall : float
        Seconds, of this process only.
    set_up : float
        Seconds of processor time to build the model before.
    peak : float
        MiB that the process held at most, libraries included.
    """

    cpu: float
    wall: float
    set_up: float
    peak: float


def peak_memory() -> float:
    """Return the most memory this process ever held, in MiB.

    Linux counts what a parent held before starting this process into ``ru_maxrss``, so its own
    high-water mark is read where there is one.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024.0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def timed(prepare: Callable[[], Callable[[], Result]]) -> tuple[Result, Timing]:
    """Build a model, run it once and return its result and what that took."""
    before = time.process_time()
    run = prepare()
    cpu, wall = time.process_time(), time.perf_counter()
    result = run()
    timing = Timing(
        cpu=time.process_time() - cpu,
        wall=time.perf_counter() - wall,
        set_up=cpu - before,
        peak=peak_memory(),
    )
    return result, timing
