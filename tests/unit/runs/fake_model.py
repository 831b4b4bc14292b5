"""A made-up model for studies: cheap, countable, and able to fail in every way a run can.

Kept in a file of its own because worker processes import the run function by name.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.runs.case import Case
from sim.runs.paths import StudyPaths
from sim.runs.study import run_study


@dataclass(frozen=True)
class Orders:
    """What a fake run does: its effect, where it notes that it was called, and how it fails."""

    effect: float
    calls: Path
    seconds: float = 0.0
    fails_at: int = -1
    dies_at: int = -1
    stops_at: int = -1


def make_case(
    name: str,
    calls: Path,
    *,
    effect: float = 0.0,
    replications: int = 3,
    family: str = "",
    shared: float = 0.0,
    **orders: float,
) -> Case[Orders]:
    determinants = {"scenario": {"effect": effect}, "seed": 1}
    payload = Orders(effect, calls, **orders)
    resolved = f"name: {name}\n"
    return Case(name, replications, determinants, payload, resolved, family, shared)


def run_one(case: Case[Orders], replication: int, _threads: int = 1) -> dict[str, pd.DataFrame]:
    orders = case.payload
    _note(orders.calls, f"{case.name}-{replication}")
    time.sleep(orders.seconds)
    if replication == orders.fails_at:
        raise ValueError("no doctor\nanywhere")
    if replication == orders.dies_at:
        os.kill(os.getpid(), signal.SIGKILL)
    if replication == orders.stops_at:
        raise KeyboardInterrupt
    luck = np.random.default_rng(replication).normal()
    indicators = pd.DataFrame(
        {
            "indicator": ["in_county_rate", "visits"],
            "tier": ["", "county"],
            "county": [0, 350429],
            "value": [0.8 + luck / 100 + orders.effect, np.nan],
        }
    )
    flows = pd.DataFrame({"reason": ["preference"], "count": [int(100 * luck)]})
    return {"indicators": indicators, "flows": flows}


def run_together(
    cases: Sequence[Case[Orders]], replication: int, threads: int
) -> Iterator[tuple[int, dict[str, pd.DataFrame]]]:
    """Run some cases, the last one first, and note that they were run together."""
    _note(cases[0].payload.calls, f"{'+'.join(case.name for case in cases)}-{replication}")
    for place, case in reversed(list(enumerate(cases))):
        yield place, run_one(case, replication, threads)


def _note(calls: Path, run: str) -> None:
    calls.mkdir(parents=True, exist_ok=True)
    (calls / f"{run}-{os.getpid()}-{uuid.uuid4().hex}").touch()


def called(calls: Path) -> list[str]:
    """Return which runs were computed, as ``scenario-replication``, sorted."""
    return sorted(file.name.rsplit("-", 2)[0] for file in calls.iterdir()) if calls.exists() else []


def main() -> None:
    """Run two cases: ``fake_model.py FOLDER CALLS WORKERS SECONDS REPLICATIONS``."""
    folder, calls, workers, seconds, replications = sys.argv[1:]
    cases = [
        make_case(
            name,
            Path(calls),
            effect=effect,
            seconds=float(seconds),
            replications=int(replications),
        )
        for name, effect in (("base", 0.0), ("more-beds", 0.05))
    ]
    result = run_study(cases, run_one, StudyPaths(Path(folder)), workers=int(workers))
    sys.stdout.write(result.frames["indicators"].to_json())
    sys.stdout.write("".join(record.key for record in result.manifest.runs))


if __name__ == "__main__":
    main()
