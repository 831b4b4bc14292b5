"""Where a study writes: names, refusals, whole files only, one process at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
from fake_model import called, make_case, run_one

from sim.errors import InputError
from sim.runs import atomic
from sim.runs.atomic import atomic_file, atomic_folder, unfinished, write_csv, write_text
from sim.runs.lock import hold_lock
from sim.runs.paths import StudyPaths
from sim.runs.study import run_study
from sim.runs.workers import Workers

ROOT = Path(__file__).parents[3]


def one_line(error: pytest.ExceptionInfo[InputError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_every_output_of_the_architecture_has_its_path(tmp_path: Path) -> None:
    paths = StudyPaths(tmp_path)
    named = [
        *(paths.scenario("plan-2025"), paths.manifest, paths.answer("scorecard")),
        *(paths.table("indicators"), paths.summary("zh"), paths.figures_in("en")),
        *(paths.run("ab12"), paths.lock, paths.answer("waterfall")),
    ]
    assert [path.relative_to(tmp_path).as_posix() for path in named] == [
        *("scenarios/plan-2025.yaml", "manifest.json", "scorecard.csv"),
        *("indicators.parquet", "summary.zh.xlsx", "figures/en", "runs/ab12", ".lock"),
        "waterfall.csv",
    ]


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "-x", "a b", "a\n"])
def test_names_that_are_no_file_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot name a file"):
        StudyPaths(tmp_path).scenario(name)


def test_chinese_names_are_welcome(tmp_path: Path) -> None:
    assert StudyPaths(tmp_path).scenario("规划-2025").name == "规划-2025.yaml"


def test_a_folder_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no UTF-8"):
        StudyPaths(tmp_path / os.fsdecode(b"a\xff"))


def refused(folder: Path, calls: Path) -> str:
    with pytest.raises(InputError) as error:
        run_study([make_case("base", calls)], run_one, StudyPaths(folder))
    assert called(calls) == []
    return one_line(error)


def test_a_folder_that_is_no_study_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("mine")
    what = refused(folder, tmp_path / "calls")
    assert what.startswith(f"{folder}: holds files but no study")
    assert [file.name for file in folder.iterdir()] == ["chapter.txt"]


@pytest.mark.parametrize("text", ["{", '{"format": "another"}', "[]"])
def test_a_manifest_of_something_else_is_not_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    (tmp_path / "scorecard.csv").write_text("mine")
    what = refused(tmp_path, tmp_path / "calls")
    assert what.startswith(f"{tmp_path / 'manifest.json'}: not the manifest of a study")
    assert (tmp_path / "manifest.json").read_text() == text
    assert (tmp_path / "scorecard.csv").read_text() == "mine"


def test_a_refused_folder_holds_no_lock_afterwards(tmp_path: Path) -> None:
    paths = StudyPaths(tmp_path / "beds")
    run_study([make_case("base", tmp_path / "calls")], run_one, paths)
    paths.lock.unlink()
    (paths.folder / "scenarios" / "mine.yaml").mkdir()
    with pytest.raises(InputError, match=r"mine\.yaml: is a folder"):
        run_study([make_case("mine", tmp_path / "calls")], run_one, paths)
    assert not paths.lock.exists()


def test_a_scheduler_that_does_not_answer_leaves_no_folder(tmp_path: Path) -> None:
    cases = [make_case("base", tmp_path / "calls")]
    with pytest.raises(InputError, match="no scheduler answers"):
        run_study(cases, run_one, StudyPaths(tmp_path / "results" / "beds"), "tcp://127.0.0.1:1")
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("port", ["0", "65536", "99999", "9" * 5000])
def test_a_port_that_no_machine_has_is_refused_at_once(port: str) -> None:
    with pytest.raises(InputError, match="allowed: 1 to 65535"):
        Workers.of(f"tcp://nohost.invalid:{port}")
    assert Workers.of("tcp://[::1]:65535").address == "tcp://[::1]:65535"


def test_an_empty_folder_and_leftovers_of_a_killed_start_are_fine(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("1")
    (tmp_path / ".unfinished-0123456789ab-manifest.json").write_text("{")
    run_study([make_case("base", tmp_path.parent / "calls")], run_one, StudyPaths(tmp_path))
    assert [file.name for file in tmp_path.glob(".*")] == [".lock"]


def test_a_path_through_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    folder = tmp_path / "results" / "beds"
    assert refused(folder, tmp_path / "calls") == f"{folder}: cannot write here: not a directory"
    what = refused(tmp_path / "results", tmp_path / "calls")
    assert what == f"{tmp_path / 'results'}: cannot write here: not a directory"


@pytest.mark.skipif(
    sys.platform != "linux", reason="needs a folder that not even root may write to"
)
def test_a_read_only_folder_is_one_clear_line(tmp_path: Path) -> None:
    for folder in (Path("/sys/kernel"), Path("/sys/kernel/beds")):
        what = refused(folder, tmp_path / "calls")
        assert what.startswith(f"{folder}: ")
        assert "cannot write here" in what or "holds files but no study" in what


def test_a_full_disk_is_one_clear_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(InputError) as error:
        write_text(tmp_path / "manifest.json", "{}")
    what = one_line(error)
    assert what == f"{tmp_path / 'manifest.json'}: cannot write here: no space left on device"
    assert list(tmp_path.iterdir()) == []


def test_a_file_appears_whole_or_keeps_its_old_content(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def write_half() -> None:
        with atomic_file(path) as temporary:
            temporary.write_text("half")
            assert temporary.suffix == ".txt"
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        write_half()
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
    write_text(path, "人口\n")
    assert path.read_bytes() == "人口\n".encode()


def test_what_a_killed_process_left_goes_when_the_file_is_written(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from sim.runs.atomic import atomic_file\n"
        "with atomic_file(Path(sys.argv[1])) as f: f.touch(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    for name in ("x.csv", "y.csv"):
        command = [sys.executable, "-c", code, str(tmp_path / name)]
        subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / ".unfinished-novel-x.csv").write_text("mine")
    write_text(tmp_path / "x.csv", "a\n")
    (left,) = tmp_path.glob(".unfinished-*-y.csv")
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"x.csv", ".unfinished-novel-x.csv", left.name}


def test_pictures_of_a_killed_run_are_no_outputs_and_go(tmp_path: Path) -> None:
    paths = StudyPaths(tmp_path / "beds")
    left = unfinished(paths.figures / "zh" / "map.png")
    left.parent.mkdir(parents=True)
    left.touch()
    assert paths.outputs() == []
    paths.clear([], same=True)
    assert not left.exists()


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "key"

    def write_half() -> None:
        with atomic_folder(path) as temporary:
            (temporary / "a").write_text("half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        write_half()
    assert list((tmp_path / "runs").iterdir()) == []
    with atomic_folder(path) as temporary:
        (temporary / "a").write_text("whole")
        assert not path.exists()
    with atomic_folder(path) as temporary:  # somebody else was faster: theirs stays
        (temporary / "a").write_text("again")
    assert (path / "a").read_text() == "whole"
    assert [entry.name for entry in (tmp_path / "runs").iterdir()] == ["key"]


def test_a_frame_is_written_without_its_index(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"indicator": ["a"], "value": [0.1]}), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == b"indicator,value\na,0.1\n"


def test_the_lock_names_its_owner_and_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    owner = rf"in use by another run \(process {os.getpid()}\)"
    with hold_lock(path), pytest.raises(InputError, match=owner):
        hold_lock(path).__enter__()
    with hold_lock(path):
        pass
    assert [file.name for file in tmp_path.iterdir()] == [".lock"]


def test_who_has_just_begun_is_named_and_who_says_nothing_is_not(tmp_path: Path) -> None:
    path, owner = tmp_path / ".lock", tmp_path / ".lock-owner"
    with hold_lock(path):
        for words in ("", "4194305\n", "unknown"):  # nobody's number, or none
            owner.write_text(words)
            with pytest.raises(InputError, match="in use by another run; wait for it"):
                hold_lock(path).__enter__()
        owner.unlink()
        writing = threading.Timer(0.2, owner.write_text, [f"{os.getpid()}\n"])
        writing.start()
        with pytest.raises(InputError, match=rf"\(process {os.getpid()}\)"):
            hold_lock(path).__enter__()
        writing.join()


def test_a_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    code = (
        "import os, signal, sys; from pathlib import Path; from sim.runs.lock import hold_lock\n"
        "with hold_lock(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", code, str(path)]
    dead = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert dead.returncode == -signal.SIGKILL
    owner = tmp_path / ".lock-owner"
    assert owner.exists()
    with hold_lock(path):
        assert owner.read_text() == f"{os.getpid()}\n"


def test_a_lock_is_not_written_through_a_link(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    for name in (".lock", ".lock-owner"):
        mine.write_text("mine")
        (tmp_path / name).symlink_to(mine)
        with pytest.raises(InputError):
            hold_lock(tmp_path / ".lock").__enter__()
        assert mine.read_text() == "mine"
        (tmp_path / name).unlink()
    with hold_lock(tmp_path / ".lock"):
        pass


def test_never_two_holders_however_fast_they_change(tmp_path: Path) -> None:
    path, inside, worst = tmp_path / ".lock", [], []

    def compete() -> None:
        entered = 0
        while entered < 25:
            try:
                with hold_lock(path):
                    inside.append(1)
                    worst.append(len(inside))
                    inside.pop()
                    entered += 1
            except InputError:
                continue

    threads = [threading.Thread(target=compete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert worst == [1] * 100


@pytest.mark.parametrize("content", ["notes", "", "12 and more"])
def test_a_file_of_somebody_beside_the_lock_stays(tmp_path: Path, content: str) -> None:
    owner = tmp_path / ".lock-owner"
    owner.write_text(content)
    with hold_lock(tmp_path / ".lock"):
        assert owner.read_text() == content
    assert owner.read_text() == content
