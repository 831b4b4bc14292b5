"""A scenario made in Python is a file of a folder of its own: no name leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import sim


@pytest.mark.parametrize("name", ["../plan", "a/b", "", "x" * 300, "a\nb", "\ud800"])
def test_a_name_that_leads_elsewhere_is_refused_and_writes_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (problem,) = sim.check({"kind": "network", "name": name})
    assert problem.key == "name"
    assert problem.what
    assert [*tmp_path.iterdir()] == []


def test_an_unknown_kind_names_no_file() -> None:
    (problem,) = sim.check({"kind": "x" * 5000})
    assert (problem.file, problem.line, problem.key) == (None, None, "kind")
    assert len(problem.what) < 200


def test_a_file_elsewhere_is_not_written_over(tmp_path: Path) -> None:
    precious = tmp_path / "precious.yaml"
    precious.write_text("precious: 1\n")
    assert sim.check({"kind": "network", "name": str(precious.with_suffix(""))})
    assert precious.read_text() == "precious: 1\n"


def test_a_pipe_elsewhere_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert sim.check({"kind": "network", "name": str(tmp_path / "pipe")})
