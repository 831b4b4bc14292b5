"""The manifest says how a study came about, and stored runs are found whole or refused."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
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
from sim.runs.run_store import (
    collect_frame,
    discard_damaged,
    find_run,
    frame_names,
    is_damaged,
    save_run,
)

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


def stored(folder: Path, key: str = "ab12") -> Path:
    """Keep a run of two tables and return its folder."""
    frames = {"flows": pd.DataFrame({"count": [1]}), "waits": pd.DataFrame({"mean": [2.5]})}
    record = RECORD.model_copy(update={"key": key, "status": "done"})
    save_run(folder / key, frames, record)
    return folder / key


def test_a_run_is_stored_and_found(tmp_path: Path) -> None:
    assert find_run(tmp_path / "ab12") is None
    record = find_run(stored(tmp_path))
    assert record is not None
    assert (record.scenario, record.key, record.status) == ("base", "ab12", "done")
    assert frame_names([record]) == ["flows", "waits"]


def _edit_record(folder: Path, **changes: object) -> None:
    file = folder / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no record": lambda run: (run / "run.json").unlink(),
    "half a record": lambda run: (run / "run.json").write_text("{"),
    "no text": lambda run: (run / "run.json").write_bytes(b"\xff\xfe"),
    "deeply nested": lambda run: (run / "run.json").write_text("[" * 100_000),
    "a huge record": lambda run: (run / "run.json").write_text(" " * (2 << 20)),
    "a pipe": lambda run: ((run / "run.json").unlink(), os.mkfifo(run / "run.json")),
    "another key": lambda run: _edit_record(run, key="cd34"),
    "not done": lambda run: _edit_record(run, status="waiting"),
    "a table less": lambda run: (run / "waits.parquet").unlink(),
    "a table cut short": lambda run: (run / "waits.parquet").write_bytes(b"PAR1"),
    "an edited value": lambda run: pd.DataFrame({"mean": [2.6]}).to_parquet(run / "waits.parquet"),
    "a linked table": lambda run: (
        (run / "waits.parquet").rename(run.parent / "elsewhere"),
        (run / "waits.parquet").symlink_to(run.parent / "elsewhere"),
    ),
    "a flipped bit": lambda run: _flip_a_bit(run / "flows.parquet"),
    "a copy of another run": lambda run: (
        shutil.rmtree(run),
        shutil.copytree(stored(run.parent, "ef56"), run),
    ),
    "a copy of another run under this name": lambda run: (
        shutil.rmtree(run),
        shutil.copytree(stored(run.parent, "ef56"), run),
        _edit_record(run, key=run.name),
    ),
    "no tables": lambda run: (
        *((run / f"{name}.parquet").unlink() for name in ("flows", "waits")),
        _edit_record(run, frames={}),
    ),
}


def _flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 4
    file.write_bytes(content)


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_run_is_not_believed_and_makes_room(tmp_path: Path, kind: str) -> None:
    run = stored(tmp_path)
    assert not is_damaged(run)
    DAMAGE[kind](run)
    assert find_run(run) is None
    assert is_damaged(run)
    discard_damaged(run)
    assert not run.exists()
    assert find_run(stored(tmp_path)) is not None


def test_what_somebody_keeps_in_the_folder_of_a_run_stays(tmp_path: Path) -> None:
    run = stored(tmp_path)
    mine = run / "my-own-analysis.parquet"
    pd.DataFrame({"mine": [1]}).to_parquet(mine)
    (run / "more.parquet").mkdir()
    (run / "more.parquet" / "notes.txt").write_text("notes")
    # Only the tables of the record are read: what lies beside them changes nothing.
    assert find_run(run) is not None
    (run / "waits.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError) as refused:
        discard_damaged(run)
    assert {p.file for p in refused.value.problems} == {mine, run / "more.parquet"}
    assert pd.read_parquet(mine)["mine"].tolist() == [1]
    assert (run / "more.parquet" / "notes.txt").read_text() == "notes"


def test_a_folder_in_place_of_the_record_stays(tmp_path: Path) -> None:
    run = stored(tmp_path)
    (run / "run.json").unlink()
    (run / "run.json").mkdir()
    (run / "run.json" / "notes.txt").write_text("notes")
    with pytest.raises(InputError, match=r"run\.json: is in the folder of a stored run"):
        discard_damaged(run)
    assert (run / "run.json" / "notes.txt").read_text() == "notes"


def test_what_is_no_folder_of_a_run_is_named_and_left_alone(tmp_path: Path) -> None:
    mine = stored(tmp_path, "mine")
    (tmp_path / "ab12").symlink_to(mine)
    (tmp_path / "cd34").write_text("notes")
    for name in ("ab12", "cd34"):
        with pytest.raises(InputError, match=f"{name}: stands where a run is kept"):
            find_run(tmp_path / name)
        discard_damaged_or_refuse(tmp_path / name)
    assert find_run(mine) is not None
    assert (tmp_path / "cd34").read_text() == "notes"


def discard_damaged_or_refuse(folder: Path) -> None:
    with contextlib.suppress(InputError):
        discard_damaged(folder)


def test_a_table_that_changes_while_it_is_read_is_not_shown(tmp_path: Path) -> None:
    run = stored(tmp_path)
    record = find_run(run)
    assert record is not None
    (run / "flows.parquet").write_bytes((run / "waits.parquet").read_bytes())
    with pytest.raises(InputError, match="ab12: this stored run was changed"):
        collect_frame("flows", [(record, run)], tmp_path / "flows.parquet")
    assert not (tmp_path / "flows.parquet").exists()


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
        record = save_run(folder, result, RECORD)
        runs.append((record.model_copy(update={"replication": number}), folder))
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
    assert set(pq.read_schema(tmp_path / "waits.parquet").metadata or {}) <= {b"pandas"}
