"""Everything that must be the same however Python and Numba run: printed as JSON.

Run as a program, in another mode than the tests themselves.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(_TESTS))

from counties import SCENARIOS, shipped  # noqa: E402
from worlds import CENTRE, WARD_SERVERS, make_model, make_world, pools_of  # noqa: E402

from sim.chance import (  # noqa: E402
    draw,
    exponential,
    lognormal,
    normal_quantile,
    patient_key,
    run_key,
    stream_key,
)
from sim.engine.log import LOG_COLUMNS  # noqa: E402
from sim.engine.model import Model  # noqa: E402
from sim.engine.reference import simulate  # noqa: E402
from sim.region import load_region  # noqa: E402
from sim.scenario.care.inputs import Inputs  # noqa: E402
from sim.scenario.care.levers import LEVERS  # noqa: E402
from sim.subjects.care.model import care_model, horizon_of  # noqa: E402
from sim.world.care.build.assemble import build_care_worlds  # noqa: E402
from sim.world.fields import Reals  # noqa: E402

_LEVERS_FOR_ONE_HOSPITAL = ("ageing", "family_doctor", "two_way_referral", "tiered_reimbursement")


def draws() -> list[str]:
    """Return draws and quantiles, in full precision."""
    found = []
    for seed, replication, name in ((0, 0, 0), (1, 3, 1401716004004), (2**32 - 1, 9, 2)):
        stream = stream_key(run_key(seed, replication), name)
        for number in range(20):
            u = draw(patient_key(stream, number), 1 + number, number * 7)
            found += [u, normal_quantile(u), exponential(u, 30.0), lognormal(u, 8.5, 0.45)]
    return [float(value).hex() for value in found]


def hand_made_model() -> Model:
    """Return a week of the hand-made county in which every stage of the path happens."""
    pools, numbers = pools_of({**WARD_SERVERS, CENTRE: 1}, {CENTRE: 1}, doctors=1)
    world = make_world(
        numbers,
        onsets_per_day=12.0,
        admission_share=[0.5],
        rehabilitation_share=[0.5],
        step_down_odds=[2.0],
        readmission_share=[0.5],
        recipe_share=[0.5] * 3,
        over_referral=[0.1] * 7,
        acute_minutes=[1000.0],
        rehabilitation_minutes=[900.0],
        admission_gradient=[0.7],
    )
    return make_model(world, pools, weeks=1)


def town_model() -> Model:
    """Return two weeks of the region with one hospital, under several levers."""
    scenario = shipped("plan-2025", warm_up=7, length=7)
    region = load_region(SCENARIOS / "regions" / "one-hospital")
    inputs = Inputs.of(region)
    for lever in LEVERS:
        if lever.name in _LEVERS_FOR_ONE_HOSPITAL:
            lever().apply(inputs)
    return care_model(build_care_worlds(Inputs.of(region), [(0, inputs)], horizon_of(scenario)))


def log_digest(model: Model) -> list[object]:
    """Return the number of rows of a patient log and a digest of every bit in it."""
    digest, rows, stages = hashlib.sha256(), 0, set()
    stage = len(LOG_COLUMNS) + model.pathway.describes.index("stage")

    def note(chunk: Reals) -> None:
        nonlocal rows
        rows += len(chunk)
        stages.update(chunk[:, stage].astype(int).tolist())
        digest.update(chunk.tobytes())

    simulate(model, 1, 0, note)
    return [rows, sorted(stages), digest.hexdigest()]


_PARTS: dict[str, Callable[[], object]] = {
    "draws": draws,
    "hand-made": lambda: log_digest(hand_made_model()),
    "town": lambda: log_digest(town_model()),
}


def answers(parts: Sequence[str] = tuple(_PARTS)) -> dict[str, object]:
    """Return some of the answers; the town is too slow for interpreted runs."""
    return {part: _PARTS[part]() for part in parts}


if __name__ == "__main__":
    json.dump(answers(sys.argv[1:]), sys.stdout)
