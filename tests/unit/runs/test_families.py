"""Cases of a family are run together: the same results, each kept by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from fake_model import Orders, called, make_case, run_one, run_together
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from sim.runs.case import Case
from sim.runs.executor import WorkerKind
from sim.runs.families import batches, pieces_of
from sim.runs.manifest import RunRecord, read_manifest
from sim.runs.paths import StudyPaths
from sim.runs.perform import Task
from sim.runs.progress import Progress, Quiet
from sim.runs.study import StudyInterrupted, StudyResult, run_study


@pytest.fixture
def paths(tmp_path: Path) -> StudyPaths:
    return StudyPaths(tmp_path / "results" / "beds")


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


def relatives(calls: Path, *names: str, replications: int = 2) -> list[Case[Orders]]:
    """Return cases of one family, which have different effects."""
    return [
        make_case(name, calls, effect=0.1 * i, replications=replications, family="one", shared=0.5)
        for i, name in enumerate(names)
    ]


def with_orders(case: Case[Orders], **orders: float) -> Case[Orders]:
    return dataclasses.replace(case, payload=dataclasses.replace(case.payload, **orders))


def run(
    cases: Sequence[Case[Orders]],
    paths: StudyPaths,
    workers: int = 1,
    progress: Progress | None = None,
    kind: WorkerKind = "processes",
) -> StudyResult:
    return run_study(cases, run_one, paths, workers, progress, kind=kind, run_together=run_together)


def statuses(result: StudyResult) -> list[tuple[str, int, str]]:
    return [(record.scenario, record.replication, record.status) for record in result.manifest.runs]


class Ears(Quiet):
    """Notes what is told, and how many runs were kept by then."""

    def __init__(self, paths: StudyPaths, stop_after: int = 10**6) -> None:
        self._paths, self._stop_after = paths, stop_after
        self.heard: list[tuple[str, int]] = []
        self.kept: list[int] = []

    def run_ended(self, record: RunRecord) -> None:
        self.heard.append((record.scenario, record.replication))
        self.kept.append(len([f for f in self._paths.runs.iterdir() if f.name[0] != "."]))
        if len(self.heard) == self._stop_after:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("workers", "kind"), [(1, "processes"), (2, "processes"), (2, "threads")])
def test_a_family_is_run_together_with_the_same_results(
    tmp_path: Path, calls: Path, workers: int, kind: WorkerKind
) -> None:
    cases = [*relatives(calls, "a", "b", "c"), make_case("alone", calls, effect=9.0)]
    together = run(cases, StudyPaths(tmp_path / "together"), workers, kind=kind)
    assert called(calls) == sorted(
        [f"{name}-{r}" for name in ("a", "b", "c", "a+b+c") for r in range(2)]
        + [f"alone-{r}" for r in range(3)]
    )
    apart = run_study(cases, run_one, StudyPaths(tmp_path / "apart"), workers)
    assert statuses(together) == statuses(apart)
    for name, frame in apart.frames.items():
        assert_frame_equal(together.frames[name], frame, check_exact=True)
    assert [r.key for r in together.manifest.runs] == [r.key for r in apart.manifest.runs]
    assert all(record.seconds is not None for record in together.manifest.runs)


def test_runs_are_told_of_one_by_one_and_kept_before(paths: StudyPaths, calls: Path) -> None:
    ears = Ears(paths)
    run(relatives(calls, "a", "b", "c"), paths, progress=ears)
    assert ears.heard == [("c", 0), ("b", 0), ("a", 0), ("c", 1), ("b", 1), ("a", 1)]
    assert ears.kept == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_runs_of_other_workers_are_told_of_before_their_family_is_done(
    paths: StudyPaths, calls: Path, kind: WorkerKind
) -> None:
    slow, quick = relatives(calls, "slow", "quick")
    ears = Ears(paths)
    run([with_orders(slow, seconds=4.0), quick], paths, 2, ears, kind)
    assert {name for name, _ in ears.heard[:2]} == {"quick"}
    assert ears.kept[0] <= 2
    assert len(ears.heard) == 4


def test_only_what_is_missing_is_run(paths: StudyPaths, calls: Path) -> None:
    first, second, third = relatives(calls, "a", "b", "c")
    run([dataclasses.replace(second, replications=1)], paths)
    result = run([first, second, third], paths)
    expected = ["a-0", "a-1", "b-0", "b-1", "c-0", "c-1", "a+c-0", "a+b+c-1"]
    assert called(calls) == sorted(expected)
    assert [record.reused for record in result.manifest.runs] == [False, False, True] + 3 * [False]
    run([first, second, third], paths)
    assert len(called(calls)) == 8


def test_a_failing_branch_costs_only_itself(paths: StudyPaths, calls: Path) -> None:
    first, second, third = relatives(calls, "a", "b", "c")
    second = with_orders(second, fails_at=1)
    result = run([first, second, third], paths)
    assert [run for run in statuses(result) if run[2] != "done"] == [("b", 1, "failed")]
    (failure,) = result.failures
    assert failure.error == "ValueError: no doctor anywhere"
    # The one that it held up says why it was run by itself.
    told = [r.error for r in result.manifest.runs if r.status == "done" and r.error is not None]
    assert told == [failure.error]
    # The one that was done before is not run again; those after it are, by themselves.
    assert called(calls).count("c-1") == 1
    assert called(calls).count("a-1") == 1
    assert called(calls).count("b-1") == 2


def test_a_family_that_ends_too_early_is_told_of(paths: StudyPaths, calls: Path) -> None:
    def with_one_missing(cases, replication, threads):
        results = run_together(cases, replication, threads)
        yield from (next(results) for _ in cases[1:])

    cases = relatives(calls, "a", "b", "c", replications=1)
    result = run_study(cases, run_one, paths, run_together=with_one_missing)
    assert [status for _, _, status in statuses(result)] == ["done"] * 3
    assert sum(record.error is not None for record in result.manifest.runs) == 1


def test_a_result_that_cannot_be_kept_costs_only_itself(paths: StudyPaths, calls: Path) -> None:
    def with_wrong_name(cases, replication, threads):
        for place, result in run_together(cases, replication, threads):
            yield place, {"Wrong name" if cases[place].name == "b" else "flows": result["flows"]}

    cases = relatives(calls, "a", "b", "c", replications=1)
    result = run_study(cases, run_one, paths, run_together=with_wrong_name)
    assert [status for _, _, status in statuses(result)] == ["done", "failed", "done"]


def test_ctrl_c_in_a_branch_keeps_what_is_done(paths: StudyPaths, calls: Path) -> None:
    first, second, third = relatives(calls, "a", "b", "c")
    with pytest.raises(StudyInterrupted, match="stopped: 4 of 6 runs are kept"):
        run([first, with_orders(second, stops_at=1), third], paths)
    assert len([r for r in read_manifest(paths.manifest).runs if r.status == "done"]) == 4
    run([first, second, third], paths)
    assert called(calls).count("c-1") == 1
    assert called(calls).count("a+b-1") == 1


def test_ctrl_c_keeps_what_other_processes_have_done(paths: StudyPaths, calls: Path) -> None:
    slow, quick = relatives(calls, "slow", "quick")
    with pytest.raises(StudyInterrupted) as stopped:
        run([with_orders(slow, seconds=30.0), quick], paths, 2, Ears(paths, stop_after=1))
    kept = len([file for file in paths.runs.iterdir() if not file.name.startswith(".")])
    assert kept >= 1
    assert f"stopped: {kept} of 4 runs are kept" in str(stopped.value)
    # Whichever of the two processes began first.
    assert {"slow-0", "slow-1"} & set(called(calls))


def test_a_process_that_dies_costs_only_what_was_not_done(paths: StudyPaths, calls: Path) -> None:
    first, second, third = relatives(calls, "a", "b", "c")
    ears = Ears(paths)
    result = run([first, with_orders(second, dies_at=0), third], paths, 2, ears)
    done = {run[:2] for run in statuses(result) if run[2] == "done"}
    assert done == {("c", 0), ("a", 1), ("b", 1), ("c", 1)}
    assert all("process died" in str(record.error) for record in result.failures)
    assert sorted(ears.heard) == [(name, r) for name in ("a", "b", "c") for r in range(2)]
    assert called(calls).count("c-0") == 1


def task(case: Case[Orders], replication: int) -> Task[Orders]:
    return Task(case, replication, f"{case.name}-{replication}")


def keys(cases: Sequence[Case[Orders]], workers: int | None, calls: Path) -> list[list[str]]:
    tasks = [task(case, r) for case in cases for r in range(case.replications)]
    return [[each.key for each in batch] for batch in batches(tasks, workers)]


def test_first_replications_of_all_come_first(calls: Path) -> None:
    alone = make_case("alone", calls, replications=2)
    cases = [alone, *relatives(calls, "a", "b", "c", "d")]
    assert keys(cases, 1, calls) == [
        ["alone-0"], ["a-0", "b-0", "c-0", "d-0"], ["alone-1"], ["a-1", "b-1", "c-1", "d-1"],
    ]  # fmt: skip
    assert keys(cases, 4, calls) == [
        ["alone-0"], ["a-0", "b-0"], ["c-0", "d-0"], ["alone-1"], ["a-1", "b-1"], ["c-1", "d-1"],
    ]  # fmt: skip
    apart = [f"{case.name}-{r}" for r in range(2) for case in cases]
    assert keys(cases, None, calls) == [[key] for key in apart]


def test_families_are_not_mixed(calls: Path) -> None:
    cases = relatives(calls, "a", "b", "c", "d", replications=1)
    cases[1::2] = [dataclasses.replace(case, family="two") for case in cases[1::2]]
    assert keys(cases, 1, calls) == [["a-0", "c-0"], ["b-0", "d-0"]]


@pytest.mark.parametrize(
    ("cases", "replications", "workers", "shared", "pieces"),
    [
        (6, 3, 1, 0.5, 1),
        (6, 3, 2, 0.5, 2),
        (4, 20, 2, 0.5, 1),
        (4, 1, 4, 0.5, 4),
        (4, 1, 2, 0.9, 2),
        (2, 1, 2, 1.0, 1),
        (6, 3, 2, 0.0, 6),
        (4, 20, 7, 0.0, 4),
    ],
)
def test_pieces_of_a_family(
    cases: int, replications: int, workers: int, shared: float, pieces: int
) -> None:
    assert pieces_of(cases, replications, workers, shared) == pieces


@given(
    cases=st.integers(1, 12),
    replications=st.integers(1, 30),
    workers=st.integers(1, 16),
    shared=st.fractions(0, 1, max_denominator=50),
)
def test_no_other_number_of_pieces_is_done_sooner(
    cases: int, replications: int, workers: int, shared: Fraction
) -> None:
    def longest(pieces: int) -> Fraction:
        largest = ceil(Fraction(cases, pieces))
        return ceil(Fraction(replications * pieces, workers)) * (shared + largest * (1 - shared))

    chosen = pieces_of(cases, replications, workers, float(shared))
    assert longest(chosen) <= min(map(longest, range(1, cases + 1))) * Fraction(10**9 + 1, 10**9)
    if shared == 0:
        assert chosen == cases
