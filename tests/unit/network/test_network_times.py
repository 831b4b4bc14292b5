"""Broken CSV files of a network are refused, in one line for people per mistake, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from network_text import HEAD, load

from sim.cli import main
from sim.errors import InputError
from sim.scenario.network.times import arrival_times, observed_times

TWO_CLASSES = (
    HEAD
    + """\
classes:
  urgent:
    arrivals: {scripted: {file: times.csv, unit: h}}
    start: desk
  routine:
    arrivals: {scripted: {file: times.csv}}
    start: desk
stations:
  desk:
    servers: 1
    service: {empirical: {file: stays.csv, column: minutes}}
"""
)
STAYS = "patient,minutes\na,3\nb,5\n"

CASES = [
    # rows of times.csv, then (line, column, words) of every problem
    ("time,class\nsoon,urgent\n1,routine\n", [(2, "time", "number from 0 upwards, not 'soon'")]),
    ("time,class\n,urgent\n1,routine\n", [(2, "time", "number from 0 upwards, not ''")]),
    ("time,class\n1,urgent\n-4,routine\n", [(3, "time", "number from 0 upwards, not '-4'")]),
    ("time,class\n1,urgent\ninf,routine\n", [(3, "time", "number from 0 upwards, not 'inf'")]),
    ("time,class\n5,urgent\n3,urgent\n1,routine\n", [(3, "time", "at least 5, the time before it, not '3'")]),
    ("time,class\n1,urgent\n2,urgnt\n3,routine\n", [(3, "class", "allowed: urgent, routine; did you mean")]),
    ("time,class\n1,urgent\n2\n3,routine\n", [(3, None, "1 cell and the header has 2")]),
    ("time,class\n1,urgent,desk\n2,urgent\n3,routine\n", [(2, None, "3 cells and the header has 2")]),
    ("time,station\n1,desk\n2,dosk\n", [(1, "station", "unknown column 'station'; allowed: time, class")]),
    ("time,clas\n1,urgent\n2,routine\n", [(1, "clas", "did you mean 'class'?")]),
    ("time,time\n1,2\n", [(1, "time", "two columns of this name")]),
    ("tme\n1\n", [(1, None, "no column 'time'; there are: tme; did you mean 'tme'?")]),
    ("", [(1, None, "no column 'time'; there are: none")]),
    ("time\n", [(None, None, "no row for the class 'urgent'"), (None, None, "no row for the class 'routine'")]),
    ("time,class\n1,urgent\n", [(None, None, "no row for the class 'routine'")]),
    ('time,class\n1,"urgent\n', [(2, None, "not a readable CSV table")]),
    ('"time\n', [(1, None, "not a readable CSV table")]),
    (
        "time,class\nx,urgent\n7,routine\n-1,urgent\n4,walk-in\n6,routine\n9,routine,desk\n",
        [
            (2, "time", "'x'"), (4, "time", "'-1'"), (5, "class", "'walk-in'"),
            (6, "time", "at least 7"), (7, None, "3 cells"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "told"), CASES, ids=[repr(rows)[:50] for rows, _ in CASES])
def test_every_mistake_among_arrivals_is_told_with_its_place(
    tmp_path: Path, rows: str, told: list[tuple[int | None, str | None, str]]
) -> None:
    (tmp_path / "times.csv").write_text(rows)
    (tmp_path / "stays.csv").write_text(STAYS)
    with pytest.raises(InputError) as caught:
        load(tmp_path, TWO_CLASSES)
    # These and nothing else: no line that the network lacks what its broken file should give.
    problems = sorted(caught.value.problems, key=lambda problem: problem.line or 0)
    assert [(p.file, p.line, p.key) for p in problems] == [
        (tmp_path / "times.csv", line, column) for line, column, _ in told
    ]
    for problem, (_, _, words) in zip(problems, told, strict=True):
        assert words in problem.what


def test_problems_of_several_files_and_of_the_page_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text("time\n1\nsoon\n")
    (tmp_path / "stays.csv").write_text("patient,minutes\na,-3\nb,long\n")
    with pytest.raises(InputError) as caught:
        load(tmp_path, TWO_CLASSES.replace("servers: 1", "servers: -1"))
    assert [(p.file.name, p.line) for p in caught.value.problems] == [
        ("times.csv", 3), ("stays.csv", 2), ("stays.csv", 3), ("test.yaml", 14),
    ]  # fmt: skip


def test_check_says_where_and_what_on_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, times = tmp_path / "test.yaml", tmp_path / "times.csv"
    page.write_text(TWO_CLASSES, encoding="utf-8")
    (tmp_path / "stays.csv").write_text(STAYS)
    times.write_text("time,class\n1,urgent\n8 h,routine\n")
    with pytest.raises(SystemExit) as ended:
        main(["check", str(page), "--scenarios", str(tmp_path)])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told == f"{times}:3: time: must be a number from 0 upwards, not '8 h'\n"


def test_a_systematic_mistake_does_not_fill_the_screen(tmp_path: Path) -> None:
    file = tmp_path / "times.csv"
    file.write_text("time\n" + "soon\n" * 1000)
    with pytest.raises(InputError) as caught:
        arrival_times(file, "urgent", ["urgent"])
    *shown, last = caught.value.problems
    assert [problem.line for problem in shown] == list(range(2, 22))
    assert str(last) == f"{file}: has 980 further problems"


def test_classes_are_in_order_each_for_itself_and_may_arrive_together(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text("class, time\nurgent,2\nurgent, 2\n\nroutine,0.5\n")
    (tmp_path / "stays.csv").write_text(STAYS)
    network = load(tmp_path, TWO_CLASSES)
    arrivals = {name: each.arrivals.scripted for name, each in network.classes.items()}
    assert arrivals["urgent"] is not None
    assert arrivals["routine"] is not None
    assert arrivals["urgent"].minutes == [120.0, 120.0]
    assert arrivals["routine"].minutes == [0.5]


def test_without_a_column_of_classes_every_row_is_of_every_class(tmp_path: Path) -> None:
    file = tmp_path / "times.csv"
    file.write_text("time\n1\n2\n")
    for name in ("urgent", "routine"):
        assert arrival_times(file, name, ["urgent", "routine"]) == [1.0, 2.0]


def test_observed_times_may_stand_in_any_order_beside_other_columns(tmp_path: Path) -> None:
    file = tmp_path / "stays.csv"
    file.write_text("patient,minutes,note\na,5,\nb,3,\n")
    assert observed_times(file, "minutes") == [5.0, 3.0]
    file.write_text("patient,minutes\n")
    with pytest.raises(InputError, match="there is no row"):
        observed_times(file, "minutes")
