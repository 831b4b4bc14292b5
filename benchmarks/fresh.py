"""Run one measurement in a fresh process: ``python -m benchmarks.fresh '{"task": ...}'``.

A process of its own means memory of its own, and no tool disturbs another.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.networks import network_named
from benchmarks.timing import Timing, timed
from benchmarks.tools import tool_named
from sim.runs.executor import WorkerKind

ROOT = Path(__file__).parents[1]
_WARM_UP = ("mm3", 1000.0)
"""Network and minutes of a first run, in which tools compile what they need for any network."""


class FailedRunError(Exception):
    """A measurement ended with an error."""


@dataclass(frozen=True)
class Outcome:
    """What a fresh process measured: time, memory, and what was done."""

    timing: Timing
    work: Mapping[str, Any]


def in_fresh_process(task: str, **arguments: Any) -> Outcome:
    """Run one of `TASKS` in a process of its own.

    Raises
    ------
    FailedRunError
        With the end of what the process said.
    """
    order = json.dumps({"task": task, **arguments})
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fresh", order],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FailedRunError(f"{order}\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Outcome(Timing(**found["timing"]), found["work"])


def _network(tool: str, network: str, minutes: float, seed: int) -> Outcome:
    chosen, described = tool_named(tool), network_named(network)
    small, short = _WARM_UP
    chosen.prepare(network_named(small), short, seed)()
    work, timing = timed(lambda: chosen.prepare(described, minutes, seed))
    return Outcome(timing, asdict(work))


def _care(area: str, weeks: int, threads: int) -> Outcome:
    # Not at the top: other tools must not find Numba already used by this project.
    from benchmarks.care import run_care

    run = run_care(area, weeks, threads)
    return Outcome(run.timing, asdict(run.work))


def _care_reference(area: str, weeks: int) -> Outcome:
    from benchmarks.care import run_reference

    run = run_reference(area, weeks)
    return Outcome(run.timing, asdict(run.work))


def _care_without_yearly_rules(area: str, weeks: int) -> Outcome:
    from benchmarks.care import run_without_yearly_rules

    run = run_without_yearly_rules(area, weeks)
    return Outcome(run.timing, asdict(run.work))


def _care_log(weeks: int, log: str) -> Outcome:
    from benchmarks.log_cost import run_logged

    return Outcome(*run_logged(weeks, log))


def _replications(number: int, workers: int, kind: WorkerKind, weeks: int) -> Outcome:
    from benchmarks.replications import run_replications

    return Outcome(*run_replications(number, workers, kind, weeks))


TASKS: Mapping[str, Callable[..., Outcome]] = MappingProxyType(
    {
        "network": _network,
        "care": _care,
        "care_without_yearly_rules": _care_without_yearly_rules,
        "care_reference": _care_reference,
        "care_log": _care_log,
        "replications": _replications,
    }
)


def main(order: str) -> None:
    """Carry out one order and print its outcome as the last line."""
    arguments = json.loads(order)
    outcome = TASKS[arguments.pop("task")](**arguments)
    print(json.dumps({"timing": asdict(outcome.timing), "work": dict(outcome.work)}))


if __name__ == "__main__":
    main(sys.argv[1])
