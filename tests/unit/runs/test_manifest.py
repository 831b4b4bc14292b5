"""The manifest says how a study came about, and stored runs are found whole or refused."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_model import make_case

import sim
from sim.errors import InputError
from sim.runs.manifest import (
    RunRecord,
    git_state,
    new_manifest,
    read_manifest,
    write_manifest,
)
from sim.runs.run_key import hash_json
from sim.runs.run_store import collect_frame, find_run, frame_names, save_run

RECORD = RunRecord(scenario="base", replication=0, key="ab12", status="done")


def test_the_manifest_holds_what_is_needed_to_repeat_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["/somewhere/run_scenarios.py", "run", "plan-2025"])
    case = make_case("plan-2025", tmp_path)
    case.determinants["scenario"] = long = "beds: 3.6\n" * 100  # type: ignore[index]
    write_manifest(new_manifest([case], [RECORD], workers=2), tmp_path / "manifest.json")
    content = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert content["command"] == ["run_scenarios.py", "run", "plan-2025"]
    assert content["package"] == sim.__version__
    assert {"numpy", "numba", "simpy", "pyarrow"} <= content["libraries"].keys()
    assert content["machine"]["processors"] == os.cpu_count()
    assert content["scenarios"][0]["determinants"] == {
        "scenario": f"sha256:{hash_json(long)}",
        "seed": 1,
    }
    assert content["scenarios"][0]["determinants_sha256"] == hash_json(case.determinants)
    assert content["runs"][0]["key"] == "ab12"
    assert (content["status"], content["ended"]) == ("running", None)
    assert read_manifest(tmp_path / "manifest.json").runs == [RECORD]


def test_a_missing_manifest_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_manifest(tmp_path / "manifest.json")
    assert str(error.value).endswith("manifest.json: cannot read: no such file or directory")


def test_only_sources_that_git_keeps_have_a_commit(tmp_path: Path) -> None:
    assert git_state(tmp_path) is None

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    package, installed = tmp_path / "package", tmp_path / "venv"
    for folder in (package, installed):
        folder.mkdir()
        (folder / "__init__.py").write_text("")
    git("init", "-q")
    git("add", "package")
    git("commit", "-q", "-m", "first")
    state = git_state(package)
    assert state is not None
    assert (state.commit, state.changed) == (git("rev-parse", "HEAD"), False)
    assert git_state(installed) is None
    (package / "__init__.py").write_text("changed = 1")
    assert git_state(package) == state.model_copy(update={"changed": True})


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(Path(sim.__file__).parent) is None


def test_a_run_is_stored_and_found(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "ab12"
    assert find_run(folder) is None
    kept = save_run(folder, {"flows": pd.DataFrame({"count": [1]})}, RECORD)
    assert kept == RECORD.model_copy(update={"frames": ("flows",)})
    assert find_run(folder) == kept
    assert frame_names([folder]) == ["flows"]


@pytest.mark.parametrize("content", [None, b"{", b"\xff\xfe"])
def test_a_damaged_run_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(InputError, match="this stored run is damaged; delete the folder"):
        find_run(tmp_path)


def test_a_damaged_frame_is_refused(tmp_path: Path) -> None:
    save_run(tmp_path / "a", {"flows": pd.DataFrame({"count": [1]})}, RECORD)
    (tmp_path / "a" / "flows.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="a: this stored run is damaged"):
        collect_frame("flows", [(RECORD, tmp_path / "a")], tmp_path / "flows.parquet")
    assert not (tmp_path / "flows.parquet").exists()


def test_a_run_without_one_of_its_frames_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"count": [1]})
    save_run(tmp_path / "a", {"flows": frame, "waits": frame}, RECORD)
    (tmp_path / "a" / "waits.parquet").unlink()
    with pytest.raises(InputError, match="a: this stored run is damaged; delete the folder"):
        find_run(tmp_path / "a")


@pytest.mark.parametrize("name", ["run.json", "../x", "Flows", ""])
def test_frames_need_plain_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="a frame cannot be called"):
        save_run(tmp_path / "a", {name: pd.DataFrame()}, RECORD)
    assert not (tmp_path / "a").exists()


def test_frames_of_different_runs_are_put_together(tmp_path: Path) -> None:
    frames = [
        {"waits": pd.DataFrame({"mean": [1, 2], "tier": ["county", "city"]}, index=[7, 7])},
        {"waits": pd.DataFrame({"mean": pd.Series([], dtype=float), "tier": []})},
        {"flows": pd.DataFrame({"count": [1]})},
        {"waits": pd.DataFrame({"mean": [np.nan], "tier": ["县级"]})},
    ]
    runs = []
    for number, result in enumerate(frames):
        folder = tmp_path / str(number)
        save_run(folder, result, RECORD)
        runs.append((RECORD.model_copy(update={"replication": number}), folder))
    frame = collect_frame("waits", runs, tmp_path / "waits.parquet")
    expected = pd.DataFrame(
        {
            "scenario": ["base"] * 3,
            "replication": [0, 0, 3],
            "mean": [1.0, 2.0, np.nan],
            "tier": ["county", "city", "县级"],
        }
    )
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "waits.parquet"), frame)
