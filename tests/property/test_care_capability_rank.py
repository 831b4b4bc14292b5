"""A stronger facility never sends more patients up, all else equal and with the same seed."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import Visitors, behaviour, make_world, pools_of

from sim.pathway.care.stages import Stage
from sim.pathway.care.state import Work
from sim.pathway.steps import ARRIVED, DONE, GRANTED, LEAVE, SEIZE
from sim.world.care.world import Behaviour, CareWorld
from sim.world.fields import Reals

_PATIENTS = 60
_MOST_STEPS = 200
_FACILITIES = 7

shares = st.floats(0.0, 1.0)
capabilities = st.lists(shares, min_size=_FACILITIES, max_size=_FACILITIES)


def send_up(world: CareWorld, complexity: Reals) -> np.ndarray:
    """Let patients pass through without queues; return who each facility sends on, (patient, f)."""
    visitors = Visitors(world, _PATIENTS)
    visitors.rows["emergency"] = np.arange(_PATIENTS) % 3 == 0
    visitors.rows["complexity"] = complexity
    sent = np.zeros((_PATIENTS, _FACILITIES), dtype=bool)
    for row in range(_PATIENTS):
        event = ARRIVED
        for _ in range(_MOST_STEPS):
            before, here = visitors.stage(row), visitors.facility(row)
            step = visitors.next(event, row=row)
            if before in (Stage.CONSULTATION, Stage.EXAM) and visitors.facility(row) != here:
                sent[row, here] = True
            if step.action == LEAVE:
                break
            event = GRANTED if step.action == SEIZE else DONE
        else:
            raise AssertionError("a patient goes round in circles")
    # What the facilities count are referrals; those who choose for themselves are sent on too.
    counted = visitors.state.table("work")[:, Work.REFERRED_UP]
    assert (counted <= sent.sum(axis=0)).all()
    return sent


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    capability=capabilities,
    facility=st.integers(0, _FACILITIES - 1),
    stronger=shares,
    comply=shares,
    stays=shares,
    wards=st.sets(st.integers(1, 5)),
    seed=st.integers(0, 2**31),
)
def test_a_stronger_facility_sends_nobody_up_whom_it_did_not_before(
    capability: list[float],
    facility: int,
    stronger: float,
    comply: float,
    stays: float,
    wards: set[int],
    seed: int,
) -> None:
    _, numbers = pools_of(dict.fromkeys(wards, 5), {})
    rules = behaviour({Behaviour.COMPLY: comply, Behaviour.NONE_REFERRED: -1.0})

    def world(of_facility: float) -> CareWorld:
        row = list(capability)
        row[facility] = of_facility
        return make_world(
            numbers,
            capability=row,
            behaviour=rules,
            admission_share=[stays],
            recipe_share=[0.3] * 3,
        )

    complexity = np.random.default_rng(seed).uniform(size=_PATIENTS)
    weak = send_up(world(min(stronger, capability[facility])), complexity)
    strong = send_up(world(max(stronger, capability[facility])), complexity)
    assert not (strong[:, facility] & ~weak[:, facility]).any()


def test_a_stronger_hospital_keeps_exactly_those_between_the_thresholds() -> None:
    # Everybody begins at the hospital; who is told to go on thinks something of the others.
    able = np.full((3, _FACILITIES), 1e-12)
    able[:, 3] = 1.0
    complexity = (np.arange(_PATIENTS) + 0.5) / _PATIENTS

    def world(of_hospital: float) -> CareWorld:
        row = [0.3, 0.5, 0.6, of_hospital, 0.9, 0.97, 1.0]
        return make_world(able=able.ravel(), capability=row)

    weak, strong = send_up(world(0.4), complexity)[:, 3], send_up(world(0.7), complexity)[:, 3]
    choosing = np.arange(_PATIENTS) % 3 != 0
    between = (complexity > 0.4) & (complexity <= 0.7)
    assert ((weak & ~strong) == (between & choosing)).all()
