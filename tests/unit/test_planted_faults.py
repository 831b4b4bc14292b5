"""The faults of the exercise `make faults` still fit the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.__main__ import Trial, _page
from tests.mutation.fault import Fault
from tests.mutation.faults import FAULTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_fits_in_one_place_and_its_tests_exist(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text("utf-8").count(fault.right) == 1
    assert fault.right != fault.wrong
    assert all((ROOT / test).exists() for test in fault.tests)


def test_there_are_faults_in_all_parts_and_each_has_its_name() -> None:
    assert {fault.part for fault in FAULTS} >= {
        "pathway",
        "engine",
        "measure",
        "questions",
        "world",
        "scenario",
        "region",
        "reading",
        "runs",
        "subjects",
        "api",
    }
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 15


def test_the_page_keeps_the_rows_of_faults_that_were_not_tried() -> None:
    one, two, three = FAULTS[:3]
    first = _page([Trial(one, "tests/a.py::b", 1.0), Trial(three, "", 1.0)])
    assert "1 of 2 were noticed" in first
    assert first.endswith(f"| `{three.part}` | {three.name} | **nobody** |\n")
    both = _page([Trial(two, "tests/c.py", 1.0), Trial(three, "tests/d.py", 1.0)], first)
    assert "3 of 3 were noticed" in both
    assert [line.split(" | ")[1] for line in both.splitlines() if line.startswith("| `")] == [
        one.name, two.name, three.name,
    ]  # fmt: skip
    assert "`a.py::b`" in both
