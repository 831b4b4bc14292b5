"""No command writes over anything but what the same command has written before."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[2]
TAINING = {"region": "fujian/taining", "weeks": 1, "warm_up": 0}
DESK = """kind: network
name: desk
title: {zh: 试, en: Tried}
run: {warm_up: 1 h, length: 1 d, replications: 1, seed: 1}
classes: {visitor: {arrivals: {poisson: 6 per hour}, start: desk}}
stations: {desk: {servers: 1, service: {exponential: 8 min}}}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    file = tmp_path / "desk.yaml"
    file.write_text(DESK, "utf-8")
    return file


OBSTACLES: dict[str, Callable[[Path], object]] = {
    "somebody's file": lambda path: path.write_text("mine"),
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a link": lambda path: path.symlink_to(path.parent / "desk.yaml"),
    "a broken link": lambda path: path.symlink_to(path.parent / "nothing"),
}


def _look(path: Path) -> tuple[int, bytes | str]:
    """Return what a path is and holds, without following links."""
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return mode, os.readlink(path)
    return mode, path.read_bytes() if stat.S_ISREG(mode) else b""


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_a_log_writes_over_nothing_but_a_log(desk: Path, tmp_path: Path, obstacle: str) -> None:
    out = tmp_path / "log.parquet"
    OBSTACLES[obstacle](out)
    before = _look(out)
    with pytest.raises(sim.InputError, match=r"log\.parquet"):
        sim.write_log(desk, out)
    assert _look(out) == before


def test_a_log_is_not_written_over_its_scenario(desk: Path) -> None:
    with pytest.raises(sim.InputError, match="is read by this command"):
        sim.write_log(desk, desk)
    assert desk.read_text("utf-8") == DESK


def test_a_log_is_written_over_a_log(desk: Path, tmp_path: Path) -> None:
    rows = sim.write_log(desk, tmp_path / "log.parquet")
    assert sim.write_log(desk, tmp_path / "log.parquet") == rows


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_device_is_left_alone(desk: Path) -> None:
    before = os.stat("/dev/null")
    with pytest.raises(sim.InputError, match="/dev/null: is a device"):
        sim.write_log(desk, "/dev/null")
    assert os.stat("/dev/null").st_rdev == before.st_rdev


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_a_fit_writes_over_nothing_but_a_table_of_kinds(
    desk: Path, tmp_path: Path, obstacle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.api.evidence.fit_constants", _never)
    out = tmp_path / "kinds.csv"
    OBSTACLES[obstacle](out)
    before = _look(out)
    with pytest.raises(sim.InputError, match=r"kinds\.csv"):
        sim.fit(kinds_file=out)
    assert _look(out) == before


def test_a_fit_does_not_touch_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.api.evidence.fit_constants", _never)
    own = ROOT / "scenarios/regions/fujian/kinds.csv"
    with pytest.raises(sim.InputError, match="is read by this command"):
        sim.fit(kinds_file=own, scenarios=ROOT / "scenarios")


def test_a_validation_writes_into_no_other_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.validation.validate.validated", _never)
    (tmp_path / "summary.json").write_text('{"mine": 1}')
    with pytest.raises(sim.InputError, match="holds files but no validation"):
        sim.validate(out=tmp_path)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "validation-report.md").write_text("# Mine")
    with pytest.raises(sim.InputError, match="was not written by this command"):
        sim.validate(out=tmp_path / "out", publish=docs)
    assert (docs / "validation-report.md").read_text() == "# Mine"


@pytest.mark.parametrize("obstacle", [*OBSTACLES])
def test_a_study_takes_no_other_folder(desk: Path, tmp_path: Path, obstacle: str) -> None:
    out = tmp_path / "study"
    if obstacle == "a folder":
        out.mkdir()
        (out / "thesis.txt").write_text("mine")
    else:
        OBSTACLES[obstacle](out)
    before = _look(out)
    with pytest.raises(sim.InputError, match="study"):
        sim.run(desk, out=out)
    assert _look(out) == before


def test_two_networks_of_one_name_are_not_one_study(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "desk.yaml"
    other.write_text(DESK.replace("8 min", "7 min"), "utf-8")
    with pytest.raises(sim.InputError, match="2 scenarios are called 'desk'"):
        sim.run(desk, other, out=tmp_path / "study")
    assert not (tmp_path / "study").exists()


def _never(*_: object, **__: object) -> None:
    raise AssertionError("something runs")
