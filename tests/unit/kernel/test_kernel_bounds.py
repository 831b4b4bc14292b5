"""With SIM_CHECK_BOUNDS=1 a look outside a field raises, compiled or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_LOOK_EVERYWHERE = """
import json, sys
from kernel_layout import *
from sim.lookup import AddressTable
from sim.world.fields import ints, reals

def outcome(function, *arguments):
    try:
        function(table.address, *arguments)
    except IndexError:
        return "refused"
    return "allowed"

shelf = Shelf(ints([5, 6, 7]), reals(range(6)), np.zeros(2, MIXED).view(np.int64), ints([-9]))
table = AddressTable(shelf)
found = {
    "first": outcome(count_at, 0), "last": outcome(count_at, 2),
    "before": outcome(count_at, -1), "after": outcome(count_at, 3),
    "last row": outcome(middle_of, 1), "row after": outcome(middle_of, 2),
    "row before": outcome(middle_of, -1),
    "last record": outcome(row_of, 1), "record after": outcome(row_of, 2),
    "write after": outcome(put_count, 3, 1), "add after": outcome(more_size, 6, 1.0),
    "write row after": outcome(put_middle, 2, 1.0), "write last": outcome(put_count, 2, 8),
}
found["counts"] = shelf.counts.tolist()
sys.stdout.write(json.dumps(found))
"""


@pytest.mark.parametrize("interpreted", ["0", "1"])
def test_looks_outside_a_field_raise(interpreted: str) -> None:
    environment = {
        **os.environ,
        "SIM_CHECK_BOUNDS": "1",
        "NUMBA_DISABLE_JIT": interpreted,
        "PYTHONPATH": os.pathsep.join([str(_ROOT), str(Path(__file__).parent)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", _LOOK_EVERYWHERE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "first": "allowed",
        "last": "allowed",
        "last record": "allowed",
        "record after": "refused",
        "before": "refused",
        "after": "refused",
        "last row": "allowed",
        "row after": "refused",
        "row before": "refused",
        "write after": "refused",
        "add after": "refused",
        "write row after": "refused",
        "write last": "allowed",
        "counts": [5, 6, 8],
    }
