"""Every wrong argument is told by its name before anything runs, and all of a call at once."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.api.arguments import RULES
from sim.api.options import EngineOptions
from sim.cli import main
from sim.errors import ARGUMENT, InputError
from sim.measure.output_analysis.batch_means import LEAST_BATCHES
from sim.measure.output_analysis.precision import FIRST
from sim.ranges import BATCHES, MAXIMUM, SERIES_WEEKS
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.series import LEAST_WEEKS

ROOT = Path(__file__).parents[3]
SCENARIOS = ROOT / "scenarios"
PLAN, QUEUE = "plan-2025", "erlang-b"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


OF_EVERY_SCENARIO = [
    {"region": 350429},
    {"region": ""},
    {"region": []},
    {"region": ["fujian/youxi", 3]},
    {"weeks": "4"},
    {"weeks": 0},
    {"weeks": True},
    {"weeks": 10**40},
    {"warm_up": -1},
    {"replications": 1.5},
    {"replications": 0},
    {"seed": -1},
    {"seed": "one"},
    {"scenarios": 5},
    {"scenarios": ""},
    {"scenarios": "nowhere"},
    {"week": 1},
]
OF_EVERY_STUDY = [
    *OF_EVERY_SCENARIO,
    {"workers": 0},
    {"workers": "zz"},
    {"workers": 2.0},
    {"workers": "tcp://host:99999"},
    {"progress": 3},
    {"out": 5},
    {"out": ""},
    {"lang": "fr"},
    {"lang": None},
]
CALLS: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    *((sim.load, (PLAN,), wrong) for wrong in (*OF_EVERY_SCENARIO[:-3], {"workers": 1}, {"out": "x"})),
    *((ask, (PLAN,), {"figures": True}) for ask in (sim.remarks, sim.describe, sim.resolved)),
    *((sim.load, (source,), {}) for source in (5, None, [PLAN], b"plan-2025")),
    *((sim.run, (PLAN,), wrong) for wrong in OF_EVERY_STUDY),
    *((sim.run, (QUEUE,), wrong) for wrong in OF_EVERY_STUDY if wrong != {"weeks": 10**40}),
    (sim.run, (PLAN,), {"engine": "fast"}),
    (sim.run, (PLAN,), {"check": "no"}),
    (sim.run, (PLAN,), {"figures": "no"}),
    (sim.run, ([PLAN, QUEUE],), {}),
    *((ask, (), {}) for ask in (sim.run, sim.compare, sim.precision, sim.leaks)),
    *((ask, (), {}) for ask in (sim.uncertainty, sim.bottlenecks)),
    (sim.compare, (PLAN,), {}),
    *((sim.marginal, (PLAN,), wrong) for wrong in ({"engine": "simpy"}, {"figures": False})),
    *((sim.marginal, (PLAN,), {"indicators": wrong}) for wrong in ("bed_occupancy", [], [3])),
    (sim.waterfall, ("no-reform-2025", PLAN), {"by": "part"}),
    (sim.waterfall, (3, PLAN), {}),
    (sim.leaks, (PLAN,), {"figures": True}),
    *((sim.uncertainty, (PLAN,), {"samples": wrong}) for wrong in (0, 1, 10**6, "50")),
    (sim.uncertainty, (PLAN,), {"replications": 0}),
    (sim.uncertainty, (PLAN,), {"parameters": "unknown"}),
    *((sim.precision, (QUEUE,), {"maximum": wrong}) for wrong in (1, None, 3.5)),
    (sim.precision, (QUEUE,), {"look_ahead": -1}),
    (sim.precision, (QUEUE,), {"replications": 3}),
    *((sim.precision, (QUEUE,), {"half_widths": wrong}) for wrong in ({}, 0.1, "wait_mean")),
    *((sim.warm_up, (PLAN,), {"window": wrong}) for wrong in (-1, 1.5)),
    (sim.warm_up, (PLAN,), {"earlier": 3}),
    (sim.warm_up, (PLAN,), {"weeks": 7}),
    (sim.warm_up, (PLAN,), {"replications": 1}),
    (sim.warm_up, (PLAN,), {"quantities": "bed_wait_mean"}),
    (sim.warm_up, (PLAN,), {"quantities": ["bed"]}),
    (sim.precision, (QUEUE,), {"half_widths": {"wait": sim.Aim(1.0)}}),
    (sim.long_run, (QUEUE,), {"times": 0}),
    (sim.long_run, (QUEUE,), {"batches": 9}),
    (sim.long_run, (QUEUE,), {"replications": 2}),
    (sim.write_log, (PLAN, "log.parquet"), {"replication": -1}),
    (sim.write_log, (PLAN, "log.parquet"), {"replications": 2}),
    (sim.write_log, (PLAN,), {"out": 3}),
    (sim.log, (PLAN,), {"replication": "0"}),
    *((sim.fit, (), {"rounds": wrong}) for wrong in (0, 51, "6")),
    *((sim.fit, (), wrong) for wrong in ({"out": "x"}, {"kinds_file": 3}, {"workers": 0})),
    *((sim.coverage, ("out",), {"repetitions": wrong}) for wrong in (1, "many")),
    *((sim.coverage, ("out",), wrong) for wrong in ({"replications": 2}, {"write": 3})),
    *((sim.coverage, (), {"out": wrong}) for wrong in (None, 5, "")),
    *((sim.validate, (), wrong) for wrong in ({"quick": 1}, {"lang": "fr"}, {"tell": "me"})),
    *((sim.validate, (), wrong) for wrong in ({"out": 3}, {"publish": "docs"}, {"quik": True})),
    *((sim.new, (), {"folder": wrong}) for wrong in (None, 3, "")),
    *((sim.areas, (), {"region": wrong}) for wrong in (None, 3, "", "mars")),
    *((sim.listing, (), wrong) for wrong in ({"scenarios": 3}, {"scenario": "x"})),
    *((sim.check, (PLAN,), wrong) for wrong in ({"region": 3}, {"weeks": 3})),
    (sim.remarks, (PLAN,), {"quick": "yes"}),
]  # fmt: skip


def _name(call: tuple[Any, tuple[Any, ...], dict[str, Any]]) -> str:
    ask, given, options = call
    return f"{ask.__name__} {given} {options}"[:60]


@pytest.mark.parametrize("call", CALLS, ids=_name)
def test_a_wrong_argument_is_told_by_its_name(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, given, options = call
    # Whatever runs or compiles would do this first.
    for module in ("execution", "evidence"):
        monkeypatch.setattr(f"sim.api.{module}.prepare", lambda *_: pytest.fail("something ran"))
    with pytest.raises(InputError) as raised:
        ask(*given, **options)
    (problem,) = raised.value.problems
    (first, *_) = inspect.signature(ask).parameters
    assert problem.file == ARGUMENT
    assert problem.key == next(iter(options), first)


def test_all_that_is_wrong_with_a_call_is_told_at_once() -> None:
    with pytest.raises(InputError) as raised:
        sim.run(3, week=1, weeks="4", workers=0, lang="fr", figures="no", engine="fast")  # type: ignore[call-arg, arg-type]
    told = [problem.key for problem in raised.value.problems]
    assert sorted(str(key) for key in told) == [
        *("engine", "figures", "lang", "sources", "week", "weeks", "workers"),
    ]


def test_a_half_width_that_is_none_is_told_by_its_quantity() -> None:
    with pytest.raises(InputError, match=r"half_widths\.wait_mean: must be a half-width") as raised:
        sim.precision(QUEUE, half_widths={"wait_mean": 0.1, "wait_p95": 3})  # type: ignore[dict-item]
    assert len(raised.value.problems) == 2


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), "x", None, True])
def test_a_half_width_is_a_number_above_0(wrong: Any) -> None:
    with pytest.raises(InputError, match="half_width: a half-width is a number above 0"):
        sim.Aim(wrong)


def test_a_language_of_an_answer_is_held_too() -> None:
    described = sim.describe(PLAN, region="fujian/taining")
    with pytest.raises(InputError, match=r"lang: must be one of zh, en, not the text 'fr'"):
        described.shown("fr")  # type: ignore[arg-type]


def test_a_region_without_shares_to_fit_to_is_told() -> None:
    with pytest.raises(InputError, match=r"fit_targets\.csv: is missing"):
        sim.fit(region="one-hospital")


def test_numbers_of_numpy_are_numbers() -> None:
    scenario = sim.load(QUEUE, replications=np.int64(3), seed=np.uint8(7))  # type: ignore[arg-type]
    assert (scenario.run.replications, scenario.run.seed) == (3, 7)


def test_what_a_function_has_may_be_left_out() -> None:
    settings = dict.fromkeys(("region", "weeks", "warm_up", "replications", "seed"))
    assert isinstance(sim.load(QUEUE, **settings), NetworkScenario)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sim.__all__)
def test_every_argument_has_a_rule(name: str) -> None:
    function = getattr(sim, name)
    taken = {*inspect.signature(function).parameters} - {"options"}
    # These run nothing and read no file: a table of one's own, a console.
    beside = ("shipped_scenarios", "progress_on", "delay_by_beds")
    assert name in beside or taken <= {*RULES}
    assert {*EngineOptions.__annotations__} <= {*RULES}


def test_limits_are_those_of_whoever_computes() -> None:
    assert (BATCHES.least, MAXIMUM.least) == (LEAST_BATCHES, FIRST)
    assert SERIES_WEEKS.least == LEAST_WEEKS


@pytest.mark.parametrize(
    "words",
    [
        ["why", "waterfall", "plan-2025", "plan-2025", "--replications", "0"],
        ["uncertainty", "plan-2025", "--samples", "1"],
        ["precision", "erlang-b", "--max-replications", "2"],
        ["warm-up", "plan-2025", "--window", "-1"],
        ["long-run", "erlang-b", "--batches", "9"],
        ["long-run", "erlang-b", "--times", "100001"],
        ["fit", "--rounds", "51"],
        ["coverage", "--repetitions", "1"],
        ["log", "plan-2025", "log.parquet", "--replication", "-1"],
    ],
    ids=" ".join,
)
def test_a_command_refuses_the_same(words: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--lang", "en"] if words[0] not in ("fit", "coverage", "log") else words)
    assert ended.value.code == 2
    assert "must be a whole number" in capsys.readouterr().err


def test_a_command_says_what_it_lacks_without_the_name_of_an_argument(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        main(["compare", PLAN])
    told = capsys.readouterr().err
    assert told == "compare needs two scenarios or more; the first is the base\n"


def test_a_port_that_there_is_not_is_told_by_the_argument_and_by_the_option(capsys: Any) -> None:
    with pytest.raises(InputError, match=r"^argument: workers: there is no port 99999"):
        sim.run(QUEUE, workers="tcp://host:99999")
    with pytest.raises(SystemExit):
        main(["run", QUEUE, "--workers", "tcp://host:99999"])
    assert capsys.readouterr().err.startswith("--workers: there is no port 99999")


def test_a_script_without_a_guard_is_told_what_to_do(tmp_path: Path) -> None:
    script = tmp_path / "plain.py"
    script.write_text(
        "import sim\n"
        f"options = dict(scenarios={str(SCENARIOS)!r}, engine='simpy', weeks=9, workers=2)\n"
        "sim.run('erlang-b', replications=2, **options)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, script], check=False, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 1
    told = [line for line in ended.stderr.splitlines() if "failed: scenario erlang-b" in line]
    assert len(told) == 2
    assert all("under if __name__ == '__main__':, or use workers=1" in line for line in told)


def test_remarks_are_told_once() -> None:
    both = ["facilities.beds", "facilities.physicians"]
    entry = {"set": both, "times": 2, "from": "2020-07-01"}
    made = {"extends": "baseline-2020", "region": "fujian/taining", "levers": [entry]}
    (remark,) = sim.remarks(made, quick=True, weeks=4)
    assert remark.what.startswith("2020-07-01 is after the end of the run")


def test_what_is_known_of_a_scenario_has_a_row_per_county() -> None:
    areas = ["fujian/taining", "fujian/youxi"]
    shown = sim.describe(PLAN, region=areas, weeks=4, warm_up=1, replications=3, seed=9)
    table = shown["area"]
    assert [*table.columns] == [
        *("county", "name_zh", "name_en", "people"),
        *("start", "weeks", "warm_up_weeks", "replications", "seed"),
    ]
    assert {*table["name_en"]} == {"Taining", "Youxi"}
    assert table[["weeks", "warm_up_weeks", "replications", "seed"]].to_numpy().tolist() == [
        [4, 1, 3, 9],
        [4, 1, 3, 9],
    ]
    known = sim.areas("fujian").set_index("county")["population"]
    assert table["people"].tolist() == known[table["county"]].tolist()


def test_what_no_scheduler_hands_out_is_computed_here() -> None:
    for ask in (sim.fit, sim.validate):
        with pytest.raises(sim.InputError, match="on this machine alone") as caught:
            ask(workers="tcp://localhost:8786")
        assert caught.value.problems[0].key == "workers"
