"""The parts of a validation find what is wrong, and only that."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli.app import main
from sim.engine.choose import ENGINES
from sim.engine.compiled import simulate
from sim.engine.tally import Tally
from sim.questions.fit import TARGETS
from sim.region import Region
from sim.scenario import Scenario, load_scenario, overridden
from sim.scenario.care.inputs import Inputs
from sim.scenario.network.load import load_network
from sim.subjects.network.model import network_model
from sim.time_units import on_grid
from sim.validation import engines, validate
from sim.validation.directions import DIRECTIONS, Direction, directions_section
from sim.validation.engines import differing
from sim.validation.fit_section import FIGURES, fit_section
from sim.validation.runs_section import engines_section, invariants_section, shortened
from sim.validation.section import Section
from sim.validation.theory.suite import CASES
from sim.validation.theory_section import by_case, kind_of, theory_section

SCENARIOS = Path(__file__).parents[3] / "scenarios"
SMALL = {"warm_up": "1 w", "length": "1 w"}


@pytest.fixture(scope="module")
def base() -> Scenario:
    scenario = load_scenario("baseline-2020", SCENARIOS)
    return overridden(scenario, region=["fujian/taining"], run=SMALL)


def case_of(system: str):
    return next(case for case in CASES if case.system == system)


# --- theory --------------------------------------------------------------------------------------


def test_theory_rows_hold_theory_interval_and_deviation() -> None:
    section = theory_section([case_of("erlang_b").shorter(20.0)])
    assert section.problems == ()
    table = section.table
    assert list(table["measure"]) == ["refused_share", "number_present", "utilisation", "entered"]
    assert list(table["kind"]) == ["losses", "present", "present", "control"]
    assert (table["low"] < table["simulated"]).all()
    assert table["z"].to_numpy() == pytest.approx(
        (table["simulated"] - table["theory"]) / table["standard_error"]
    )
    (row,) = by_case(table).itertuples(index=False)
    assert row.measures == 3
    assert row.largest_z == pytest.approx(table["z"].iloc[:3].abs().max())


def test_a_wrong_theory_is_a_problem_of_the_section() -> None:
    case = case_of("erlang_b").shorter(20.0)
    key = ("patient", "desk", "refused_share")
    wrong = replace(case, precise=case.precise | {key: 1.3 * case.precise[key]})
    (problem,) = theory_section([wrong]).problems
    assert "refused_share" in problem


def test_rare_cases_are_not_shortened() -> None:
    (rare,) = (case for case in CASES if case.rare)
    assert rare.shorter(20.0).patients == rare.patients
    assert kind_of("inside_at_60") == "present"


# --- engines and invariants ----------------------------------------------------------------------


def test_engines_that_differ_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    case = replace(case_of("shifts"), patients=4_000)
    model = network_model(case.scenario())
    assert differing(model, 1) == []
    right = ENGINES["compiled"]

    def wrong(*arguments: object, **options: object) -> Tally:
        tally = right(*arguments, **options)  # type: ignore[arg-type]
        tally.amounts[0, 0, 0, 0] = np.nextafter(tally.amounts[0, 0, 0, 0], np.inf)
        tally.state.arrays.left_count[0] += 1
        return tally

    monkeypatch.setattr(engines, "ENGINES", {**ENGINES, "compiled": wrong})
    assert differing(model, 1) == ["amounts", "left_count"]


def test_engines_are_compared_on_cases_and_shipped_scenarios(
    whole_fujian: Region, tmp_path: Path
) -> None:
    only_base(tmp_path)
    networks = tmp_path / "networks"
    networks.mkdir()
    (networks / "mmc.yaml").symlink_to(SCENARIOS / "networks" / "mmc.yaml")
    (networks / "written.yaml").write_text(WRITTEN, encoding="utf-8")
    (networks / "times.csv").write_text("time\n0\n1\n1\n2.5\n")
    section = engines_section(whole_fujian, tmp_path, (case_of("overflow"),))
    assert section.problems == ()
    assert list(zip(section.table["name"], section.table["kind"], strict=True)) == [
        ("overflow-to-city", "theory"),
        ("baseline-2020", "care"),
        ("mmc", "network"),
        ("written", "network"),
    ]


def test_every_shipped_network_is_compared(
    whole_fujian: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    monkeypatch.setattr("sim.validation.runs_section.shipped_care", lambda _: [])
    monkeypatch.setattr("sim.validation.runs_section.differing", lambda *_: [])
    section = engines_section(whole_fujian, SCENARIOS, (), compared.append)
    pages = sorted(page.stem for page in (SCENARIOS / "networks").glob("*.yaml"))
    assert sorted(section.table["name"]) == pages
    told = [f"{n} of {len(pages)} done: {name}" for n, name in enumerate(section.table["name"], 1)]
    assert compared == told
    assert len(pages) > 3


def test_long_networks_are_shortened_and_short_ones_are_not() -> None:
    scenario = load_network(SCENARIOS / "networks" / "mmc.yaml", SCENARIOS)
    report = scenario.report.model_copy(update={"census_at": [60.0, 40_000.0]})
    scenario = scenario.model_copy(update={"report": report})
    assert shortened(scenario) is scenario
    short = shortened(scenario, 500)
    assert short.run.warm_up / short.run.length == pytest.approx(2 / 30)
    assert short.report.census_at == [60.0]
    assert on_grid(short.run.warm_up) == short.run.warm_up
    assert on_grid(short.run.length) == short.run.length
    # Twelve an hour; four standard deviations of a Poisson number, and those of the run that was measured.
    entered = simulate(network_model(short), short.run.seed, 0).entered
    assert abs(entered - 500) < 4 * 500**0.5


WRITTEN = """\
kind: network
name: written
title: {zh: 写定, en: Written}
run: {warm_up: 0 d, length: 1 d, replications: 1, seed: 1}
classes: {patient: {arrivals: {scripted: {file: times.csv, unit: h}}, start: desk}}
stations: {desk: {servers: 1, service: {exponential: 1 h}, room: 1}}
"""


def only_base(folder: Path) -> None:
    """Make a scenarios folder with the base year alone."""
    text = (SCENARIOS / "baseline-2020.yaml").read_text("utf-8").replace("youxi", "taining")
    (folder / "baseline-2020.yaml").write_text(text, "utf-8")
    for name in ("regions", "targets"):
        (folder / name).symlink_to(SCENARIOS / name)


def test_invariants_are_checked_with_the_log(
    whole_fujian: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_base(tmp_path)
    section = invariants_section(whole_fujian, tmp_path)
    (row,) = section.table.itertuples(index=False)
    assert (row.name, row.checked, row.violated) == ("baseline-2020", "log", 0)
    assert row.steps > row.patients > 1_000
    monkeypatch.setattr("sim.validation.runs_section.broken_in_log", lambda *_: ["a bed too many"])
    assert invariants_section(whole_fujian, tmp_path).problems == ("baseline-2020: a bed too many",)


# --- published figures ---------------------------------------------------------------------------


def test_figures_are_compared_in_their_own_units(
    whole_fujian: Region, base: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.validation.fit_section.SPREAD", ("taining",))
    folder = SCENARIOS / "regions/fujian"
    run = {**SMALL, "replications": 2}
    section = fit_section(whole_fujian, base, folder, whole=False, workers=1, run=run)
    assert section.problems == ()
    table = section.table.set_index(["figure", "tier"])
    # By hand from the statistics: 230 million visits and 5.5 million admissions of 41,540,086 people.
    people = whole_fujian.population
    assert table.loc[("visits_per_person", ""), "published"] == pytest.approx(230e6 / people)
    assert table.loc[("admissions_per_100", ""), "high"] == pytest.approx(100 * 5.8e6 / people)
    assert table.loc[("primary_visit_share", ""), "published"] == pytest.approx(0.5626)
    for visit in ("visits", "admissions"):
        shares = table.loc[f"tier_share_{visit}", "model"]
        assert 0.9 < shares.sum() <= 1.0 + 1e-12  # stays in villages have no target
    assert (table["model_low"] < table["model"]).all()
    assert (table["model"] < table["model_high"]).all()
    within = (table["low"] <= table["model"]) & (table["model"] <= table["high"])
    assert (table["fits"] == within).all()
    assert len(table) == len(pd.read_csv(folder / TARGETS)) + len(FIGURES)


# --- directions ----------------------------------------------------------------------------------


def test_directions_are_paired_and_judged(whole_fujian: Region, base: Scenario) -> None:
    (doctors,) = (d for d in DIRECTIONS if d.name == "doctors_wait")
    wrong = replace(doctors, expected=1, certain=True)
    nothing = Direction("nothing", lambda _: None, "doctor_wait_mean", -1, "nobody")
    section = directions_section(whole_fujian, base, 3, directions=(doctors, wrong, nothing))
    right, contrary, same = section.table.itertuples(index=False)
    assert (right.verdict, contrary.verdict, same.verdict) == (
        "confirmed", "contradicted", "undecided",
    )  # fmt: skip
    assert right.low < right.difference < right.high < 0.0
    # The same luck: without a change there is no difference at all.
    assert (same.difference, same.low, same.high) == (0.0, 0.0, 0.0)
    (problem,) = section.problems
    assert "went the other way in 3 replications" in problem


@pytest.mark.parametrize("direction", DIRECTIONS, ids=lambda d: d.name)
def test_every_direction_changes_the_inputs(whole_fujian: Region, direction: Direction) -> None:
    before, after = Inputs.of(whole_fujian), Inputs.of(whole_fujian)
    direction.change(after)
    same = [
        getattr(before, name).equals(getattr(after, name))
        for name in ("counties", "facilities", "reimbursement", "capability_gain")
    ]
    assert not (all(same) and before.behaviour == after.behaviour)
    assert direction.source


# --- the command ---------------------------------------------------------------------------------


def run_command(out: Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["validate", "--quick", "--out", str(out), "--scenarios", str(SCENARIOS)])
    return int(ended.value.code or 0)


def test_a_part_that_breaks_is_named_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks() -> Section:
        raise ZeroDivisionError("no patients")

    monkeypatch.setattr(validate, "shipped_care", lambda _: [])
    monkeypatch.setattr(validate, "_parts", lambda *_, **__: {"engines": breaks})
    assert run_command(tmp_path / "out") == 1
    assert "engines: ZeroDivisionError: no patients" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_part_with_problems_fails_the_command_but_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from validations import validation

    sections = {section.name: section for section in validation().sections}
    sections["invariants"] = replace(sections["invariants"], problems=("a patient is lost",))
    parts = {name: (lambda part=part: part) for name, part in sections.items()}
    monkeypatch.setattr(validate, "shipped_care", lambda _: [])
    monkeypatch.setattr(validate, "_parts", lambda *_, **__: parts)
    assert run_command(tmp_path / "out") == 1
    error = capsys.readouterr().err
    assert "invariants: a patient is lost" in error
    assert "not passed: invariants" in error
    assert "a patient is lost" in (tmp_path / "out/validation.md").read_text("utf-8")


@pytest.mark.slow
def test_the_quick_edition_passes(tmp_path: Path) -> None:
    assert run_command(tmp_path / "out") == 0
    summary = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))
    assert summary["passed"]
    assert all(part["rows"] for part in summary["sections"].values())
