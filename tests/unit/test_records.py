"""What every event needs of a patient lies in one line of memory, and numbers that do not fit are refused."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from worlds import WARD_SERVERS, make_model, make_world, pools_of

from sim.chance import run_key
from sim.engine.arrays import GROUP, MOST_NUMBERED, NODE, POOL, new_arrays
from sim.engine.keys import key_of
from sim.engine.ties import (
    GIVEN_BACK,
    MOST_STREAMS,
    ONSET,
    PATIENTS_PER_STREAM,
    patient_number,
)
from sim.kernel import open_kernel
from sim.pathway.care import state
from sim.pathway.network import state as network_memory
from sim.world.care.world import Setting
from sim.world.partitions import Partition

_LINE = 64
_OF_STAYS = {"acute", "rehabilitation", "step_down", "tried", "person", "recipe"}
"""And what exams need."""


@open_kernel
def keyed(rank: int, number: int) -> int:
    """Return a tie key, which kernels alone can make."""
    return key_of(rank, number)


@pytest.mark.parametrize("record", [NODE, POOL, network_memory.PATIENT])
def test_records_fill_one_line(record: np.dtype) -> None:
    assert record.itemsize == _LINE


def test_what_only_stays_need_lies_in_the_second_line() -> None:
    fields = state.PATIENT.fields
    assert state.PATIENT.itemsize == 2 * _LINE
    for name, (kind, offset) in fields.items():
        assert (offset >= _LINE) == (name in _OF_STAYS), name
        assert name in _OF_STAYS or offset + kind.itemsize <= _LINE


def test_a_group_takes_two_lines() -> None:
    assert GROUP.itemsize == 2 * _LINE


@pytest.mark.parametrize(
    ("field", "what"), [("level_minutes", "levels"), ("wait_histogram", "rows of waits")]
)
def test_more_than_four_bytes_can_number_is_refused(field: str, what: str) -> None:
    # Broadcast from one number, so that it takes no memory.
    large = np.broadcast_to(0.0, (MOST_NUMBERED + 1,))
    tally = {
        "counts": np.zeros((1, 1, 1, 5)),
        "level_minutes": np.zeros(1),
        "wait_histogram": np.zeros((1, 3)),
        field: large,
    }
    wrong = f"a partition has 2,147,483,649 {what}; allowed: 2,147,483,648"
    with pytest.raises(ValueError, match=wrong):
        new_arrays(SimpleNamespace(**tally), Partition(0, 0, 1, 0, 1), 8, 0)


@pytest.mark.parametrize(
    ("setting", "most", "what"),
    [
        (Setting.CONDITIONS, 32_768, "conditions or counties"),
        (Setting.COUNTIES, 32_768, "conditions or counties"),
        (Setting.SCHEMES, 128, "schemes"),
    ],
)
def test_more_than_a_patients_row_can_number_are_refused(
    setting: Setting, most: int, what: str
) -> None:
    world = make_world()
    world.settings[setting] = most + 1
    with pytest.raises(ValueError, match=f"more than {most:,} {what}"):
        state.CareState(world, run_key(1, 0), 1)


def test_more_streams_than_a_tie_key_can_name_are_refused() -> None:
    pools, numbers = pools_of(WARD_SERVERS, {})
    model = make_model(make_world(numbers), pools)
    with pytest.raises(ValueError, match="at most 16,777,216 streams, not 16,777,217"):
        replace(model, streams=MOST_STREAMS + 1, partitions=())


def test_the_largest_number_of_a_patient_leaves_the_rank_its_room() -> None:
    largest = patient_number(MOST_STREAMS - 1, PATIENTS_PER_STREAM - 1)
    key = keyed(GIVEN_BACK, largest)
    assert (key >> 56, key & ((1 << 56) - 1)) == (GIVEN_BACK, largest)
    assert keyed(GIVEN_BACK, 0) > keyed(ONSET, largest)
