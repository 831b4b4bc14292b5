"""A whole study: computed once, kept, resumed, and the same however many processes work."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import fake_model
import pandas as pd
import pytest
from fake_model import called, make_case, run_one
from pandas.testing import assert_frame_equal

from sim.errors import InputError
from sim.runs import study
from sim.runs.atomic import unfinished
from sim.runs.lock import hold_lock
from sim.runs.manifest import RunRecord, read_manifest, write_manifest
from sim.runs.paths import Planned, StudyPaths
from sim.runs.progress import Lines
from sim.runs.study import StudyInterrupted, StudyResult, run_study

ROOT = Path(__file__).parents[3]


@pytest.fixture
def paths(tmp_path: Path) -> StudyPaths:
    return StudyPaths(tmp_path / "results" / "beds")


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


def start(
    paths: StudyPaths, calls: Path, *, workers: int = 1, seconds: float = 0.0, replications: int = 3
) -> subprocess.Popen[str]:
    numbers = [str(workers), str(seconds), str(replications)]
    return subprocess.Popen(
        [sys.executable, fake_model.__file__, str(paths.folder), str(calls), *numbers],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=_hear_ctrl_c,
    )


def _hear_ctrl_c() -> None:
    """Undo what a shell does to commands in its background: they are born deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def finished_runs(paths: StudyPaths) -> list[Path]:
    return [entry for entry in paths.runs.glob("*") if not entry.name.startswith(".")]


def is_held(paths: StudyPaths) -> bool:
    try:
        with hold_lock(paths.lock):
            return False
    except InputError:
        return True


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_frames_are_in_the_order_of_cases_and_replications(paths: StudyPaths, calls: Path) -> None:
    cases = [make_case("zebra", calls), make_case("ant", calls, effect=0.1, replications=2)]
    result = run_study(cases, run_one, paths)
    runs = result.frames["flows"][["scenario", "replication"]].to_records(index=False).tolist()
    assert runs == [("zebra", 0), ("zebra", 1), ("zebra", 2), ("ant", 0), ("ant", 1)]
    assert list(result.frames["indicators"].columns) == [
        *("scenario", "replication", "indicator", "tier", "county", "value")
    ]
    assert_frame_equal(pd.read_parquet(paths.table("flows")), result.frames["flows"])
    assert paths.scenario("ant").read_text() == "name: ant\n"
    assert result.manifest.status == "done"
    assert result.manifest == read_manifest(paths.manifest)
    assert not is_held(paths)


def test_one_worker_and_two_give_identical_results(tmp_path: Path, calls: Path) -> None:
    results = []
    for workers in (1, 2):
        # The first replications are the slowest: two processes finish them out of order.
        cases = [
            make_case("base", calls / str(workers), seconds=0.3),
            make_case("more-beds", calls / str(workers), effect=0.05),
        ]
        paths = StudyPaths(tmp_path / f"workers-{workers}")
        results.append(run_study(cases, run_one, paths, workers=workers))
    for name in ("indicators", "flows"):
        assert_frame_equal(results[0].frames[name], results[1].frames[name], check_exact=True)
        files = [StudyPaths(tmp_path / f"workers-{n}").table(name).read_bytes() for n in (1, 2)]
        assert files[0] == files[1]
    processes = {file.name.split("-")[-2] for file in (calls / "2").iterdir()}
    assert len(processes) == 2
    assert str(os.getpid()) not in processes


def test_any_hash_seed_gives_the_same_results_and_keys(tmp_path: Path, calls: Path) -> None:
    answers = set()
    for hash_seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed}
        arguments = [str(tmp_path / hash_seed), str(calls), "1", "0", "2"]
        command = [sys.executable, fake_model.__file__, *arguments]
        answers.add(
            subprocess.run(command, env=environment, check=True, capture_output=True).stdout
        )
    assert len(answers) == 1
    assert b"in_county_rate" in answers.pop()


def test_running_again_computes_nothing(paths: StudyPaths, calls: Path) -> None:
    cases = [make_case("base", calls)]
    first = run_study(cases, run_one, paths)
    second = run_study(cases, run_one, paths)
    assert called(calls) == ["base-0", "base-1", "base-2"]
    assert_frame_equal(first.frames["indicators"], second.frames["indicators"])
    assert [record.reused for record in second.manifest.runs] == [True] * 3
    assert [r.seconds for r in second.manifest.runs] == [r.seconds for r in first.manifest.runs]


def test_more_replications_reuse_the_first_ones(paths: StudyPaths, calls: Path) -> None:
    run_study([make_case("base", calls, replications=2)], run_one, paths)
    result = run_study([make_case("base", calls, replications=4)], run_one, paths)
    assert called(calls) == ["base-0", "base-1", "base-2", "base-3"]
    assert result.frames["flows"]["replication"].tolist() == [0, 1, 2, 3]


def test_a_changed_determinant_computes_anew_and_a_change_back_does_not(
    paths: StudyPaths, calls: Path
) -> None:
    before = run_study([make_case("base", calls, replications=1)], run_one, paths)
    changed = run_study([make_case("base", calls, replications=1, effect=0.1)], run_one, paths)
    again = run_study([make_case("base", calls, replications=1)], run_one, paths)
    assert called(calls) == ["base-0", "base-0"]
    values = [r.frames["indicators"]["value"][0] for r in (before, changed, again)]
    assert values[1] == pytest.approx(values[0] + 0.1)
    assert values[2] == values[0]


def test_changed_code_computes_anew(
    paths: StudyPaths, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_study([make_case("base", calls, replications=1)], run_one, paths)
    monkeypatch.setattr(study, "code_fingerprint", lambda: "another edition")
    run_study([make_case("base", calls, replications=1)], run_one, paths)
    assert called(calls) == ["base-0", "base-0"]


def test_cases_with_equal_determinants_share_their_runs(paths: StudyPaths, calls: Path) -> None:
    result = run_study([make_case("base", calls), make_case("same", calls)], run_one, paths)
    assert called(calls) == ["base-0", "base-1", "base-2"]
    halves = [
        result.frames["indicators"].query("scenario == @name").drop(columns="scenario")
        for name in ("base", "same")
    ]
    assert_frame_equal(halves[0], halves[1].reset_index(drop=True))


def test_outputs_of_an_earlier_study_do_not_stay(paths: StudyPaths, calls: Path) -> None:
    def finish(_: StudyResult, paths: StudyPaths) -> None:
        paths.answer("scorecard").write_text("old")

    run_study([make_case("old", calls)], run_one, paths, finish=finish)
    assert {"scorecard.csv", "flows.parquet", "scenarios/old.yaml"} <= set(
        read_manifest(paths.manifest).files
    )
    run_study([make_case("new", calls)], run_one, paths)
    assert [file.name for file in paths.scenarios.iterdir()] == ["new.yaml"]
    assert not paths.answer("scorecard").exists()


def test_what_a_study_has_not_written_stays(paths: StudyPaths, calls: Path) -> None:
    run_study([make_case("old", calls)], run_one, paths)
    mine = ["mine.parquet", ".unfinished-novel.txt", "figures/holiday.png", "joint.csv"]
    paths.figures.mkdir()
    for name in mine:
        (paths.folder / name).write_text("mine")
    run_study([make_case("new", calls)], run_one, paths)
    assert [(paths.folder / name).read_text() for name in mine] == ["mine"] * 4
    assert not set(mine) & set(read_manifest(paths.manifest).files)


@pytest.mark.parametrize(
    "name",
    [
        *("scorecard.csv", "scenarios/new.yaml", "waits.parquet"),
        *("figures/zh/leak.svg", "summary.zh.xlsx"),
    ],
)
def test_nothing_runs_where_a_foreign_file_would_be_written_over(
    paths: StudyPaths, calls: Path, name: str
) -> None:
    run_study([make_case("old", calls)], run_one, paths)
    before = called(calls)
    (paths.folder / name).parent.mkdir(parents=True, exist_ok=True)
    (paths.folder / name).write_text("mine")
    planned = Planned(("joint", "scorecard"), ("waits",), ("leak",), workbook=True)
    with pytest.raises(InputError, match=f"{name}: is there and no study has written it"):
        run_study([make_case("new", calls)], run_one, paths, planned=planned)
    assert called(calls) == before
    assert (paths.folder / name).read_text() == "mine"
    # What the study before has written is still there.
    assert (paths.scenarios / "old.yaml").is_file()


@pytest.mark.parametrize("name", ["flows.parquet", "figures/zh/leak.svg", "summary.zh.xlsx"])
def test_a_foreign_file_is_never_written_over(paths: StudyPaths, calls: Path, name: str) -> None:
    def finish(_: StudyResult, paths: StudyPaths) -> None:
        for file in (paths.summary("zh"), paths.figure("leak", "zh")):
            file.write_text("new")

    mine = paths.folder / name
    mine.parent.mkdir(parents=True, exist_ok=True)
    paths.folder.joinpath("manifest.json").write_text('{"format": "tiered-care-study/2"}')
    mine.write_text("mine")
    with pytest.raises(InputError, match="no study has written it"):
        run_study([make_case("new", calls)], run_one, paths, finish=finish)
    assert mine.read_text() == "mine"


def test_what_was_there_before_a_study_that_was_killed_is_still_nobodys(
    paths: StudyPaths, calls: Path
) -> None:
    run_study([make_case("old", calls)], run_one, paths)
    (paths.folder / "mine.csv").write_text("mine")
    (paths.folder / "joint.csv").write_text("half of it")
    update = {"files": [], "status": "running", "foreign": ["mine.csv"]}
    write_manifest(read_manifest(paths.manifest).model_copy(update=update), paths.manifest)
    run_study([make_case("new", calls)], run_one, paths)
    assert (paths.folder / "mine.csv").read_text() == "mine"
    assert not paths.answer("joint").exists()
    assert not (paths.scenarios / "old.yaml").exists()


def test_a_folder_or_a_file_in_the_way_is_told_before_anything_goes(
    paths: StudyPaths, calls: Path
) -> None:
    run_study([make_case("base", calls)], run_one, paths)
    paths.scenario("base").unlink()
    paths.scenario("base").mkdir()
    with pytest.raises(InputError, match=r"base\.yaml: is a folder"):
        run_study([make_case("base", calls)], run_one, paths)
    assert paths.table("flows").is_file()
    paths.scenario("base").rmdir()
    shutil.rmtree(paths.runs)
    paths.runs.write_text("no folder")
    with pytest.raises(InputError, match="runs: is where runs are kept, and is no folder"):
        run_study([make_case("base", calls)], run_one, paths)
    assert paths.table("flows").is_file()


def test_what_somebody_put_beside_a_stored_run_stays(paths: StudyPaths, calls: Path) -> None:
    run_study([make_case("base", calls)], run_one, paths)
    run = finished_runs(paths)[0]
    (run / "thesis.txt").write_text("mine")
    before = called(calls)
    assert run_study([make_case("base", calls)], run_one, paths).failures == []
    assert called(calls) == before
    (run / "flows.parquet").write_bytes(b"half")
    with pytest.raises(InputError, match=r"thesis\.txt: is in the folder of a stored run"):
        run_study([make_case("base", calls)], run_one, paths)
    assert (run / "thesis.txt").read_text() == "mine"


def test_outputs_that_a_killed_study_left_are_listed_once_they_are_written_again(
    paths: StudyPaths, calls: Path
) -> None:
    run_study([make_case("old", calls)], run_one, paths)
    killed = read_manifest(paths.manifest).model_copy(update={"files": [], "status": "running"})
    write_manifest(killed, paths.manifest)
    run_study([make_case("old", calls)], run_one, paths)
    assert {"flows.parquet", "scenarios/old.yaml"} <= set(read_manifest(paths.manifest).files)


def test_a_study_does_not_go_where_runs_are_kept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is where studies keep their runs"):
        StudyPaths(tmp_path / "results" / "runs")


def test_links_are_not_followed(paths: StudyPaths, calls: Path, tmp_path: Path) -> None:
    run_study([make_case("old", calls)], run_one, paths)
    (tmp_path / "album").mkdir()
    (tmp_path / "album" / "holiday.png").write_text("mine")
    paths.figures.symlink_to(tmp_path / "album")
    with pytest.raises(InputError, match="holds a link where a study writes"):
        run_study([make_case("new", calls)], run_one, paths)
    assert (tmp_path / "album" / "holiday.png").read_text() == "mine"


def test_studies_side_by_side_share_their_runs(paths: StudyPaths, calls: Path) -> None:
    other = StudyPaths(paths.folder.parent / "other")
    assert paths.runs == other.runs == paths.folder.parent / "runs"
    run_study([make_case("base", calls)], run_one, paths)
    before = len(called(calls))
    result = run_study([make_case("base", calls)], run_one, other)
    assert len(called(calls)) == before
    assert all(record.reused for record in result.manifest.runs)


def test_a_damaged_run_is_computed_again(paths: StudyPaths, calls: Path) -> None:
    first = run_study([make_case("base", calls)], run_one, paths)
    run = paths.run(first.manifest.runs[1].key)
    (run / "flows.parquet").write_bytes(b"PAR1")
    before, heard = len(called(calls)), []
    lines = Lines(heard.append, every_seconds=1e9)
    again = run_study([make_case("base", calls)], run_one, paths, progress=lines)
    assert len(called(calls)) == before + 1
    assert heard[0].endswith("; 1 stored run was damaged and is computed again")
    assert_frame_equal(again.frames["flows"], first.frames["flows"])


def test_a_failing_run_is_named_and_the_others_go_on(paths: StudyPaths, calls: Path) -> None:
    cases = [make_case("base", calls, fails_at=1), make_case("more-beds", calls, effect=0.05)]
    result = run_study(cases, run_one, paths)
    (failure,) = result.failures
    assert (failure.scenario, failure.replication) == ("base", 1)
    assert failure.error == "ValueError: no doctor anywhere"
    assert failure.traceback is not None
    assert "fake_model.py" in failure.traceback
    assert result.manifest.status == "failed"
    assert len(result.frames["flows"]) == 5
    # A failure is not kept: once mended, only this run is computed.
    mended = run_study([make_case("base", calls), cases[1]], run_one, paths)
    assert called(calls).count("base-1") == 2
    assert len(called(calls)) == 7
    assert mended.failures == []


def test_if_all_runs_fail_there_are_no_frames(paths: StudyPaths, calls: Path) -> None:
    result = run_study([make_case("base", calls, replications=1, fails_at=0)], run_one, paths)
    assert result.frames == {}
    assert len(result.failures) == 1


def test_a_process_that_dies_costs_only_its_own_run(paths: StudyPaths, calls: Path) -> None:
    result = run_study([make_case("base", calls, dies_at=1)], run_one, paths, workers=2)
    (failure,) = result.failures
    assert (failure.scenario, failure.replication) == ("base", 1)
    assert "process died" in str(failure.error)
    assert result.frames["flows"]["replication"].tolist() == [0, 2]


def test_frames_with_reserved_columns_are_a_failure(paths: StudyPaths, calls: Path) -> None:
    def with_scenario(case: object, replication: int, threads: int) -> dict[str, pd.DataFrame]:
        return {"indicators": pd.DataFrame({"scenario": ["x"]})}

    result = run_study([make_case("base", calls, replications=1)], with_scenario, paths)
    assert "reserved columns ['scenario']" in str(result.failures[0].error)


def test_a_killed_study_resumes(paths: StudyPaths, calls: Path) -> None:
    process = start(paths, calls, workers=2, seconds=0.25, replications=6)
    wait_until(lambda: len(finished_runs(paths)) >= 2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not any(is_alive(int(f.name.split("-")[-2])) for f in calls.iterdir()), 60)
    known = len(finished_runs(paths))
    assert 2 <= known < 12
    assert read_manifest(paths.manifest).status == "running"
    leftover = paths.runs / ".unfinished-0123456789ab-x"
    leftover.mkdir()
    os.utime(leftover, (0, 0))
    # In a shared store only what is surely nobody's goes: of a process that has ended, or old.
    died = unfinished(paths.runs / "x")
    died = died.with_name(died.name.replace(f".{os.getpid()}.", f".{process.pid}."))
    died.mkdir()
    (died / "flows.parquet").write_text("PAR1")
    mine = [unfinished(paths.runs / "y"), paths.runs / ".unfinished-00000000.1.00000000-z"]
    for folder in mine:
        folder.mkdir()
    already = len(called(calls))

    cases = [make_case("base", calls, replications=6)]
    cases.append(make_case("more-beds", calls, effect=0.05, replications=6))
    run_study(cases, run_one, paths)
    assert len(called(calls)) == already + 12 - known
    assert read_manifest(paths.manifest).status == "done"
    assert len(finished_runs(paths)) == 12
    assert sorted(paths.runs.glob(".*")) == sorted(mine)


def test_ctrl_c_keeps_what_is_done_and_says_so(paths: StudyPaths, calls: Path) -> None:
    with pytest.raises(
        StudyInterrupted, match=r"^stopped: 2 of 3 runs are kept in .*beds; the same"
    ):
        run_study([make_case("base", calls, stops_at=2)], run_one, paths)
    assert read_manifest(paths.manifest).status == "interrupted"
    run_study([make_case("base", calls)], run_one, paths)
    assert called(calls) == ["base-0", "base-1", "base-2", "base-2"]


def test_ctrl_c_stops_the_processes_at_once(paths: StudyPaths, calls: Path) -> None:
    # A run takes ten minutes: whoever waits for one is found out, however slow the machine.
    process = start(paths, calls, workers=2, seconds=600, replications=3)
    wait_until(lambda: len(called(calls)) >= 2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert "stopped: 0 of 6 runs are kept" in errors
    assert len(called(calls)) == 2
    wait_until(lambda: not any(is_alive(int(f.name.split("-")[-2])) for f in calls.iterdir()), 5)


def test_a_second_study_in_the_same_folder_is_turned_away(paths: StudyPaths, calls: Path) -> None:
    process = start(paths, calls, seconds=0.5, replications=1)
    wait_until(lambda: called(calls))
    with pytest.raises(InputError) as error:
        run_study([make_case("base", calls)], run_one, paths)
    assert str(error.value) == (
        f"{paths.folder}: in use by another run (process {process.pid}); "
        "wait for it or choose another folder"
    )
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors


def test_finish_writes_while_the_folder_is_held(paths: StudyPaths, calls: Path) -> None:
    seen = []

    def finish(result: StudyResult, paths: StudyPaths) -> None:
        assert is_held(paths)
        seen.append(len(result.frames["flows"]))

    run_study([make_case("base", calls)], run_one, paths, finish=finish)
    assert seen == [3]


def test_a_folder_of_another_edition_is_used_on(paths: StudyPaths, calls: Path) -> None:
    paths.folder.mkdir(parents=True)
    paths.manifest.write_text('{"format": "tiered-care-study/0", "unheard": 1}')
    run_study([make_case("base", calls)], run_one, paths)
    assert read_manifest(paths.manifest).status == "done"


def test_determinants_without_a_canonical_form_write_nothing(
    paths: StudyPaths, calls: Path
) -> None:
    case = dataclasses.replace(make_case("base", calls), determinants={"region": Path()})
    with pytest.raises(TypeError, match="serializable"):
        run_study([case], run_one, paths)
    assert not paths.folder.exists()


def test_a_failing_finish_is_recorded(paths: StudyPaths, calls: Path) -> None:
    def finish(result: StudyResult, paths: StudyPaths) -> None:
        raise RuntimeError("no font")

    with pytest.raises(RuntimeError, match="no font"):
        run_study([make_case("base", calls)], run_one, paths, finish=finish)
    assert read_manifest(paths.manifest).status == "failed"
    assert not is_held(paths)


def test_progress_hears_of_every_computed_run(paths: StudyPaths, calls: Path) -> None:
    class Ears:
        heard: list[object]

        def __init__(self) -> None:
            self.heard = []

        def begin(self, to_compute: int, reused: int, workers: int, damaged: int = 0) -> None:
            assert damaged == 0
            self.heard.append((to_compute, reused, workers))

        def run_ended(self, record: RunRecord) -> None:
            self.heard.append((record.scenario, record.replication, record.status))

        def end(self) -> None:
            self.heard.append("end")

    run_study([make_case("base", calls, replications=1)], run_one, paths)
    ears = Ears()
    cases = [
        make_case("base", calls, fails_at=1),
        make_case("more-beds", calls, effect=0.1, replications=2),
    ]
    run_study(cases, run_one, paths, progress=ears)
    # The first replications of all scenarios come before the second ones.
    assert ears.heard == [
        (4, 1, 1),
        ("more-beds", 0, "done"),
        ("base", 1, "failed"),
        ("more-beds", 1, "done"),
        ("base", 2, "done"),
        "end",
    ]


def test_all_problems_of_the_cases_are_told_at_once(paths: StudyPaths, calls: Path) -> None:
    cases = [
        make_case("base", calls),
        make_case("base", calls, effect=1.0),
        make_case("a/b", calls, replications=0),
    ]
    with pytest.raises(InputError) as error:
        run_study(cases, run_one, paths)
    assert [str(problem) for problem in error.value.problems] == [
        "2 scenarios are called 'base'; names must differ",
        "'a/b' cannot name a file; allowed: a letter or digit, then also _ . + -",
        "a/b: 0 replications cannot be run; at least 1 is needed",
    ]
    with pytest.raises(InputError, match="must be a number from 1"):
        run_study(cases, run_one, paths, workers=0)
    assert not paths.folder.exists()
    with pytest.raises(InputError, match="at least one scenario"):
        run_study([], run_one, paths)
