"""What is asked in Python is checked as what is asked on the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import main
from sim.errors import InputError
from sim.scenario import load_scenario, overridden
from sim.subjects.care.cases import targets_of

SCENARIOS = Path(__file__).parents[3] / "scenarios"
WRONG = {
    "extends": "baseline-2020",
    "region": "fujian/taining",
    "levers": [{"set": "facilities.beds", "where": {"county": "yuoxi"}, "plus": 1}],
}


@pytest.mark.parametrize("ask", [sim.load, sim.run, sim.leaks, sim.precision, sim.warm_up])
def test_an_option_that_does_not_exist_is_told(ask: Any) -> None:
    with pytest.raises(InputError, match="there is no option 'week'; did you mean 'weeks'"):
        ask("plan-2025", week=1)


def test_a_mapping_is_checked_as_the_file_it_would_be(tmp_path: Path) -> None:
    (told,) = sim.check(WRONG, scenarios=SCENARIOS)
    assert "did you mean 'youxi'" in told.what
    # Nobody has seen the file that it was for a moment.
    assert (told.file, told.line) == (None, None)
    right = {**WRONG, "levers": [{"set": "facilities.beds", "plus": 1}]}
    assert sim.check(right, scenarios=SCENARIOS) == []


def test_all_that_is_wrong_with_a_mapping_is_told_at_once() -> None:
    lever = {"set": "facilities.beds", "where": {"county": "yuoxi"}, "plus": 1, "to": 2}
    told = sim.check(
        {"extends": "plan-2052", "region": "fujian/taning", "levers": [lever]}, scenarios=SCENARIOS
    )
    assert {problem.key for problem in told} == {
        *("extends", "region", "levers[1]", "levers[1].set.where.county")
    }
    assert {(problem.file, problem.line) for problem in told} == {(None, None)}


def test_a_selector_that_fits_nothing_is_told_beside_a_lever_of_the_same_date() -> None:
    levers = [{"bed_plan": {"public": 3.6}}, {**WRONG["levers"][0], "to": 3}]
    del levers[1]["plus"]
    (told,) = sim.check({**WRONG, "levers": levers}, scenarios=SCENARIOS)
    assert "did you mean 'youxi'" in told.what


def test_a_scenario_that_was_loaded_is_checked_in_its_region() -> None:
    scenario = sim.load(WRONG, scenarios=SCENARIOS)
    (told,) = sim.check(scenario, scenarios=SCENARIOS)
    assert "did you mean 'youxi'" in told.what


def test_two_entries_of_a_mapping_on_one_number_are_told_without_lines() -> None:
    twice = [{"set": "behaviour.referral_comply", "to": 0.5}] * 2
    (told,) = sim.check({**WRONG, "levers": twice}, scenarios=SCENARIOS)
    assert str(told).endswith("is set from the beginning here and by another entry")


def test_check_looks_into_another_region(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SCENARIOS, tmp_path / "scenarios"))
    table = folder / "regions" / "one-hospital" / "facilities.csv"
    assert sim.check("baseline-2020", region="one-hospital", scenarios=folder) == []
    table.write_text(table.read_text("utf-8").replace(",110,", ",11O,"), "utf-8")
    assert sim.check("baseline-2020", scenarios=folder) == []
    (told,) = sim.check("baseline-2020", region="one-hospital", scenarios=folder)
    assert (told.line, told.key) == (2, "beds")


def test_a_change_after_the_end_of_a_shortened_run_is_told() -> None:
    late = {**WRONG, "levers": [{"from": "2020-07-01", "set": "facilities.beds", "plus": 1}]}
    assert sim.remarks(late, quick=True, scenarios=SCENARIOS) == []
    (told,) = sim.remarks(late, quick=True, weeks=4, scenarios=SCENARIOS)
    assert told.what.startswith("2020-07-01 is after the end of the run")


@pytest.mark.parametrize(
    ("region", "judged"), [("fujian", True), ("fujian/taining", False), ("one-hospital", False)]
)
def test_targets_of_the_province_are_the_provinces(region: str, judged: bool) -> None:
    scenario = overridden(load_scenario("baseline-2020", SCENARIOS), region=[region], run={})
    targets = targets_of(scenario).set_index("indicator")
    assert (targets["operator"]["public_beds_per_1000"] != "") == judged
    assert targets["operator"]["in_county_rate"] == ">="


def test_a_target_that_a_scenario_states_holds_wherever_it_runs() -> None:
    own = sim.load({**WRONG, "levers": [], "targets": {"public_beds_per_1000": ">= 3"}})
    assert targets_of(own)["operator"].tolist() == [">="]


def test_an_answer_names_what_it_has() -> None:
    answer = sim.run("erlang-b", weeks=9, replications=1, scenarios=SCENARIOS)
    assert repr(answer).startswith("Answer: measures (")
    with pytest.raises(KeyError, match="did you mean 'measures'"):
        answer["measure"]


@pytest.mark.parametrize(
    ("options", "argument", "option"),
    [
        ({"region": "fujian/mars"}, "region", ["--region", "fujian/mars"]),
        ({"region": "fujain/youxi"}, "region", ["--region", "fujain/youxi"]),
        ({"workers": "many"}, "workers", ["--workers", "many"]),
        ({"scenarios": "nowhere"}, "scenarios", ["--scenarios", "nowhere"]),
    ],
)
def test_an_error_names_the_argument_in_python_and_the_option_of_a_command(
    options: Any, argument: str, option: list[str], capsys: Any, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=f"^argument: {argument}: "):
        sim.run("plan-2025", **{"scenarios": SCENARIOS, **options})
    folder = [] if argument == "scenarios" else ["--scenarios", str(SCENARIOS)]
    with pytest.raises(SystemExit):
        main(["run", "plan-2025", *option, *folder, "--out", str(tmp_path / "out")])
    assert capsys.readouterr().err.startswith(f"{option[0]}: ")


def test_an_indicator_is_named_by_what_states_it(capsys: Any) -> None:
    with pytest.raises(InputError, match=r"^argument: indicators: there is no 'beds'"):
        sim.marginal("plan-2025", indicators=["beds"], scenarios=SCENARIOS)
    with pytest.raises(SystemExit):
        main(["why", "marginal", "plan-2025", "--indicator", "beds", "--scenarios", str(SCENARIOS)])
    assert capsys.readouterr().err.startswith("--indicator: there is no 'beds'")


def test_pictures_are_offered_where_there_are_any(capsys: Any, tmp_path: Path) -> None:
    for command in ("run", "compare", "why waterfall", "warm-up"):
        assert "--no-figures" in _help(capsys, command)
    for command in ("uncertainty", "precision", "why marginal", "why leaks", "why bottlenecks"):
        assert "--no-figures" not in _help(capsys, command)
    with pytest.raises(SystemExit):
        main(["run", "mmc", "-n", "1", "--weeks", "1", "--scenarios", str(SCENARIOS),
              "--lang", "en", "--out", str(tmp_path / "out")])  # fmt: skip
    assert "drawing" not in capsys.readouterr().out
    assert not (tmp_path / "out" / "figures").exists()


def _help(capsys: Any, command: str) -> str:
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    return str(capsys.readouterr().out)
