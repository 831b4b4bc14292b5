"""A researcher's first hour: load, change, run, ask, draw, all from Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

import sim

SHORT = {"region": "fujian/taining", "weeks": 1, "warm_up": 0, "replications": 2}
DESK = {
    "kind": "network",
    "name": "desk",
    "run": {"warm_up": "1 h", "length": "1 d", "replications": 3, "seed": 1},
    "classes": {"visitor": {"arrivals": {"poisson": "6 per hour"}, "start": "desk"}},
    "stations": {"desk": {"servers": 1, "service": {"exponential": "8 min"}}},
}


@pytest.fixture(scope="module")
def study() -> sim.Answer:
    return sim.run("baseline-2020", "plan-2025", **SHORT)  # type: ignore[arg-type]


def test_a_study_has_tidy_tables(study: sim.Answer) -> None:
    indicators = study["indicators"]
    assert isinstance(indicators, pd.DataFrame)
    assert list(indicators.columns[:2]) == ["scenario", "replication"]
    assert set(indicators["scenario"]) == {"baseline-2020", "plan-2025"}
    assert set(study["differences"]["scenario"]) == {"plan-2025"}
    assert {"scorecard", "flows", "facilities", "waits"} <= set(study.names)
    with pytest.raises(KeyError, match="there are: scorecard"):
        study["scorecards"]


def test_a_figure_is_a_matplotlib_figure(study: sim.Answer) -> None:
    assert isinstance(study.figure("in_county", lang="en"), Figure)
    with pytest.raises(KeyError, match="in_county"):
        study.figure("in-county")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sim.run("erlang-b")
    assert list(tmp_path.iterdir()) == []


def test_both_engines_give_the_same(study: sim.Answer) -> None:
    other = sim.run("baseline-2020", **{**SHORT, "replications": 1}, engine="simpy", check=True)  # type: ignore[arg-type]
    first = study["indicators"].query("scenario == 'baseline-2020' and replication == 0")
    pd.testing.assert_frame_equal(
        other["indicators"].reset_index(drop=True), first.reset_index(drop=True)
    )


def test_a_network_is_made_in_python_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    desk = sim.load(DESK)
    answer = sim.run(desk, progress=lambda ended, total: told.append((ended, total)), workers=1)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    measures = answer["measures"].set_index(["class", "station", "measure"])["mean"]
    assert 0.5 < measures["visitor", "desk", "utilisation"] < 1.0


def test_a_scenario_made_in_python_extends_one_in_a_file() -> None:
    fewer = sim.load({"name": "fewer", "extends": "plan-2025", "without": ["bed_plan"]})
    assert "- bed_plan" not in sim.resolved(fewer)
    assert "- family_doctor" in sim.resolved(fewer)
    assert next(str(change) for change in sim.changes(fewer)).startswith("-")


def test_all_problems_are_told_at_once_by_their_keys() -> None:
    wrong = {**DESK, "run": {"length": "1 d", "sed": 1}, "stations": {"desk": {"service": 3}}}
    with pytest.raises(sim.InputError) as raised:
        sim.load(wrong)
    told = [str(problem) for problem in raised.value.problems]
    assert len(told) >= 3
    assert not any(".yaml" in line for line in told)
    assert any("run.sed" in line for line in told)
    assert sim.check(wrong) == list(raised.value.problems)


def test_a_log_comes_in_pieces_and_as_a_file(tmp_path: Path) -> None:
    rows = sim.write_log(DESK, tmp_path / "log.parquet")
    pieces = list(sim.log(DESK))
    assert sum(len(piece) for piece in pieces) == rows > 100
    pd.testing.assert_frame_equal(
        pd.concat(pieces, ignore_index=True), pd.read_parquet(tmp_path / "log.parquet")
    )


def test_shipped_scenarios_can_be_taken_out_and_edited(tmp_path: Path) -> None:
    mine = sim.new(tmp_path)
    assert {item.name for item in sim.listing(scenarios=mine)} >= {"plan-2025", "erlang-b"}
    assert sim.check("plan-2025", scenarios=mine) == []
    with pytest.raises(sim.InputError, match="is there already"):
        sim.new(tmp_path)


def test_a_full_disk_is_one_line_and_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str, **_: object) -> None:
        raise OSError(28, "No space left on device", target)

    monkeypatch.setattr(shutil, "copystat", full)
    with pytest.raises(sim.InputError) as caught:
        sim.new(tmp_path / "a" / "b")
    where = tmp_path / "a" / "b"
    assert str(caught.value) == f"{where}: cannot write here: no space left on device"
    assert list(tmp_path.iterdir()) == []


def test_a_question_has_tables_and_words() -> None:
    answer = sim.leaks("baseline-2020", **SHORT)  # type: ignore[arg-type]
    assert {"leaks", "leaks_by_condition", "destinations"} == set(answer.tables)
    assert answer.shown("en")
