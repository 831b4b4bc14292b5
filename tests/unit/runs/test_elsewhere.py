"""A worker on another machine computes only what this machine would have computed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_model import Orders, called, make_case, run_one

from sim.runs.case import Case
from sim.runs.perform import Computer, Elsewhere, OtherMachineError, Task
from sim.runs.run_key import code_fingerprint, hash_file


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "beds.csv"
    file.write_text("beds\n3\n")
    return file


@pytest.fixture
def case(tmp_path: Path, table: Path) -> Case[Orders]:
    files = {str(table): hash_file(table)}
    return dataclasses.replace(make_case("base", tmp_path / "calls"), files=files)


def compute(case: Case[Orders], code: str, prepare: Callable[[], object] = lambda: None) -> int:
    computer = Computer(run_one, None, elsewhere=Elsewhere(code, prepare))
    ((record, frames),) = computer([Task(case, 0, "ab12")])
    assert frames is not None
    assert record.status == "done"
    return len(frames)


def test_the_same_code_and_files_compute(case: Case[Orders]) -> None:
    prepared: list[int] = []
    assert compute(case, code_fingerprint(), lambda: prepared.append(1)) == 2
    assert prepared == [1]


def test_other_code_computes_nothing(case: Case[Orders]) -> None:
    with pytest.raises(OtherMachineError, match="another edition of the program"):
        compute(case, "another")
    assert called(case.payload.calls) == []


SPOILT: dict[str, Callable[[Path], object]] = {
    "edited": lambda file: file.write_text("beds\n4\n"),
    "missing": lambda file: file.unlink(),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_another_file_computes_nothing(case: Case[Orders], table: Path, kind: str) -> None:
    SPOILT[kind](table)
    with pytest.raises(OtherMachineError, match=r"no such .*beds\.csv, or another one"):
        compute(case, code_fingerprint())
    assert called(case.payload.calls) == []
