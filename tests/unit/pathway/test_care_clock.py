"""Every patient has a clock: the engine's, though no pathway is told the time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from logs import run_with_log
from worlds import WARD_SERVERS, make_model, make_world, pools_of

from sim.engine import compiled, reference
from sim.engine.choose import Simulate
from sim.kernel import entry_kernel
from sim.pathway.care import state
from sim.pathway.steps import HOLD, SEIZE
from sim.subjects.care.model import CARE

_PARTS = 1 << 32


@entry_kernel
def _tell_the_time(_w: int, s: int, row: int) -> tuple[int, int, int, int, int]:
    """Describe a patient by the clock: whole minutes and parts of one, since a log holds whole numbers."""
    time = state.get_time(s, row)
    whole = int(time)
    return whole, int((time - whole) * _PARTS), 0, 0, 0


# Compiled code is kept by the name of the pathway.
_TOLD = replace(CARE, name="care_told_the_time", describe=_tell_the_time)


@pytest.mark.parametrize("simulate", [reference.simulate, compiled.simulate])
def test_a_patients_clock_is_the_engines(simulate: Simulate) -> None:
    """In every row of the log: now, or when the present hold ends.

    A hold's minutes are added by the pathway as by the engine, to the last bit. A wait is told as the
    difference of two times, each below 2^15 minutes, and added again: each of these two roundings is off by
    half of 2^-38 at most, the spacing of numbers below 2^15. Nobody waits more than 64 times.
    """
    pools, numbers = pools_of(WARD_SERVERS, {}, doctors=1)
    model = make_model(
        make_world(numbers, 300.0, admission_share=[0.3], exam_share=[0.5]), pools, 1
    )
    model = replace(model, pathway=_TOLD)
    _, rows = run_with_log(simulate, model, seed=5)
    waited: dict[int, int] = {}
    for time, patient, _, wait, action, _, minutes, _, whole, parts, *_ in rows:
        waited[patient] = waited.get(patient, 0) + (wait > 0.0)
        expected = time + minutes if action == HOLD else time
        error = abs(whole + parts / _PARTS - expected)
        assert error <= waited[patient] * 2.0**-38 + 1.0 / _PARTS
    assert max(waited.values()) < 64
    assert sum(row[4] == SEIZE for row in rows) > 1_000
    assert sum(row[3] > 0.0 for row in rows) > 200
