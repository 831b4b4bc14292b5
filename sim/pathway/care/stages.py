"""Where on the path a patient is, and the three kinds of step in the path's own words."""

from __future__ import annotations

from enum import IntEnum

from sim.kernel import kernel
from sim.pathway.care import state
from sim.pathway.steps import HOLD, LEAVE, SEIZE, Step, make_step
from sim.world.care.world import NONE, Priority


class Stage(IntEnum):
    """What the patient is doing until the next event."""

    NEW = 0
    TRAVELLING = 1
    WAITING_FOR_DOCTOR = 2
    CONSULTATION = 3
    WAITING_FOR_EXAM = 4
    EXAM = 5
    WAITING_FOR_BED = 6
    ACUTE_STAY = 7
    ARRANGING_STEP_DOWN = 8
    WAITING_FOR_STEP_DOWN = 9
    STEP_DOWN_STAY = 10
    LONG_STAY = 11
    AT_HOME = 12
    EXAM_PUT_OFF = 13


@kernel
def priority_of(s: int, row: int) -> int:
    """Return the patient's priority class."""
    if state.get_emergency(s, row) == 1:
        return Priority.EMERGENCY + 0
    return Priority.REFERRED + 0 if state.get_referred(s, row) == 1 else Priority.ROUTINE + 0


@kernel
def seize(s: int, row: int, stage: int, pool: int, patience: float, keep: int) -> Step:
    """Queue for a pool by the patient's priority, for at most `patience` minutes."""
    state.set_stage(s, row, stage + 0)
    priority = priority_of(s, row)
    return make_step(SEIZE, pool, priority, priority, patience, keep)


@kernel
def hold(s: int, row: int, stage: int, minutes: float, keep: int) -> Step:
    """Stay for `minutes`, with (`keep` = 1) or without the held server."""
    return go(s, row, stage, minutes, keep, NONE)


@kernel
def go(s: int, row: int, stage: int, minutes: float, keep: int, pool: int) -> Step:
    """Be where a pool is in `minutes`, with (`keep` = 1) or without the held server."""
    state.set_stage(s, row, stage + 0)
    state.set_time(s, row, state.get_time(s, row) + minutes)
    return make_step(HOLD, pool, 0, 0, minutes, keep)


@kernel
def leave() -> Step:
    """Go home for good."""
    return make_step(LEAVE, NONE, 0, 0, 0.0, 0)
