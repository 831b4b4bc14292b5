"""The questions after why and how sure, as a planner asks them: small, short, from the command line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli.app import app
from sim.errors import InputError
from sim.questions.marginal import INCREMENTS

SHIPPED = Path(__file__).parents[2] / "scenarios"
SHORT = ("--region", "fujian/taining", "--weeks", "1", "--warm-up", "0", "--workers", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped scenarios, one that differs from the baseline in two families, and one that sets a delay."""
    copy = Path(shutil.copytree(SHIPPED, tmp_path / "scenarios"))
    (copy / "two-families.yaml").write_text(
        "name: two-families\nextends: baseline-2020\ntitle: {zh: 两类措施, en: Two families}\n"
        "levers:\n  - first_contact: {bound: 0.5}\n  - extra: {county_beds: 20}\n",
        encoding="utf-8",
    )
    (copy / "two-way.yaml").write_text(
        "name: two-way\nextends: baseline-2020\ntitle: {zh: 双向转诊, en: Two-way}\n"
        "levers:\n  - two_way_referral: {}\n",
        encoding="utf-8",
    )
    (copy / "all-bound.yaml").write_text(
        "name: all-bound\nextends: baseline-2020\ntitle: {zh: 全部首诊, en: All bound}\n"
        "levers:\n  - first_contact: {bound: 1.0}\n",
        encoding="utf-8",
    )
    return copy


def asked(folder: Path, *words: str) -> tuple[Path, str]:
    """Ask in English and return the results folder and what was shown."""
    out = folder.parent / "results"
    options = ("--scenarios", str(folder), "--out", str(out), "--lang", "en")
    result = CliRunner().invoke(app, [*words, *SHORT, *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out, result.output


def test_a_waterfall_adds_up_to_the_difference(folder: Path) -> None:
    words = ("why", "waterfall", "baseline-2020", "two-families", "-n", "2")
    out, shown = asked(folder, *words)
    table = pd.read_csv(out / "waterfall.csv")
    rate = table[table["indicator"] == "in_county_rate"].set_index(["way", "part"])["mean"]
    assert set(rate["shapley"].index) == {"referral and contact", "additions"}
    assert rate["shapley"].sum() == pytest.approx(rate["total"].iloc[0])
    assert rate["base"].iloc[0] + rate["total"].iloc[0] == pytest.approx(rate["goal"].iloc[0])
    assert rate["first", "referral and contact"] > 0.0
    assert (out / "figures" / "en" / "waterfall.png").stat().st_size > 10_000
    assert "First contact and referral" in shown
    assert "Two families" in shown


def test_a_share_that_is_full_does_not_end_the_question_of_marginal_values(folder: Path) -> None:
    out, shown = asked(folder, "why", "marginal", "all-bound", "-n", "1")
    table = pd.read_csv(out / "marginal.csv")
    assert table["increment"].nunique() == len(INCREMENTS) - 1
    words = " ".join(shown.split())
    assert "Left out: One point of episodes bound to primary care" in words
    assert "hold together for the 9 increments" in words


def test_leaks_and_bottlenecks_of_the_same_runs(folder: Path) -> None:
    out, shown = asked(folder, "why", "leaks", "baseline-2020", "-n", "2")
    leaks = pd.read_csv(out / "leaks.csv")
    assert leaks["share"].sum() == pytest.approx(1.0)
    flows = pd.read_parquet(out / "flows.parquet")
    outside = flows.loc[flows["reason"] != "", "count"].sum()
    assert leaks["per_year"].sum() == pytest.approx(outside / 2 / (7 / 365))
    whole = pd.read_csv(out / "leaks_by_condition.csv").query("reason.isna()")
    assert whole["per_year"].sum() == pytest.approx(leaks["per_year"].sum())
    assert "which care leaves the county and why" in shown
    out, shown = asked(folder, "why", "bottlenecks", "baseline-2020", "-n", "2")
    assert len(list((out / "runs").iterdir())) == 2
    assert "where do waits and refusals come from" in shown
    table = pd.read_csv(out / "bottlenecks.csv")
    assert (table["left_per_year_high"] > table["left_per_year"]).any()
    kinds = pd.read_csv(out / "bottlenecks_by_kind.csv")
    assert kinds["left_per_year"].sum() == pytest.approx(table["left_per_year"].sum())
    # The folder now answers the second question only.
    assert not (out / "leaks.csv").exists()
    assert not (out / "leaks_by_condition.csv").exists()


def test_how_sure_with_two_samples(folder: Path) -> None:
    travel, delay = "behaviour.travel_per_minute", "behaviour.step_down_delay_hours"
    words = ("uncertainty", "baseline-2020", "two-way", "--samples", "2", "-n", "1")
    out, shown = asked(folder, *words, "--parameter", travel, "--parameter", delay)
    samples = pd.read_csv(out / "samples.csv")
    assert list(samples.columns) == ["sample", travel, delay]
    assert samples[travel].nunique() == 2
    # The lever sets the delay: doubt about it moves the baseline only.
    moved = pd.read_csv(out / "influence.csv").groupby("scenario")["parameter"].agg(set)
    assert moved.to_dict() == {"baseline-2020": {travel, delay}, "two-way": {travel}}
    assert f"makes no difference here: {delay}" in " ".join(shown.split())
    table = pd.read_csv(out / "uncertainty.csv")
    table = table[table["scenario"] == "baseline-2020"].set_index("indicator")
    assert table.loc["in_county_rate", "q05"] < table.loc["in_county_rate", "q95"]
    assert "all_targets" in table.index
    assert "All targets at once" in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("why", "waterfall", "baseline-2020", "plan-2025"), "also differ in their run"),
        (("why", "leaks", "mmc"), "networks have no levers"),
        (("why", "marginal", "plan-2025", "--indicator", "in_county_rte"), "in_county_rate"),
        (
            ("uncertainty", "plan-2025", "--parameter", "services.minutes.imagin"),
            "services.minutes.imaging",
        ),
        (
            ("uncertainty", "two-way", "--parameter", "behaviour.step_down_delay_hours"),
            "own levers",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_runs(
    folder: Path, words: tuple[str, ...], told: str
) -> None:
    out = folder.parent / "results"
    with pytest.raises(InputError, match=told):
        CliRunner().invoke(
            app,
            [*words, "--scenarios", str(folder), "--out", str(out)],
            catch_exceptions=False,
        )
    assert not out.exists()


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [("warm-up", "--quantity", "wait_mean:nowhere"), ("precision", "--half-width", "wait_mean=1")],
)
def test_so_is_a_quantity_that_a_network_does_not_have(
    command: str, option: str, value: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = [command, "mmc", option, value, "--scenarios", str(SHIPPED), "--out", str(out)]
    with pytest.raises(
        InputError, match=r"no quantity 'wait_mean.*did you mean 'wait_mean:clinic'"
    ):
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert not out.exists()


@pytest.mark.parametrize(
    ("command", "option"), [("warm-up", "--quantity"), ("precision", "--half-width")]
)
def test_a_misspelt_quantity_is_told_before_anything_runs(
    command: str, option: str, tmp_path: Path
) -> None:
    value = {"--quantity": "bed_ocupancy", "--half-width": "bed_ocupancy=0.01"}[option]
    out = tmp_path / "out"
    words = [
        command,
        "baseline-2020",
        option,
        value,
        "--scenarios",
        str(SHIPPED),
        "--out",
        str(out),
    ]
    with pytest.raises(InputError, match="no quantity 'bed_ocupancy'; did you mean 'bed_occ"):
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["warm-up", "baseline-2020", "--weeks", "11"], "argument: weeks: .* at least 12 weeks"),
        (["run", "baseline-2020", "--weeks", "100000000"], "argument: weeks: must be at most"),
        (["validate", "--quick", "--publish", "/dev/null/docs"], "/dev/null/docs"),
        (["coverage", "--write", "/dev/null/page.md"], "/dev/null/page.md"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_runs(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.validation.validate.validated", _never)
    monkeypatch.setattr("sim.api.execution.run_study", _never)
    out = tmp_path / "out"
    words = [*words, "--scenarios", str(SHIPPED), "--out", str(out)]
    with pytest.raises(InputError) as raised:
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert re.search(told, str(raised.value))
    assert not out.exists()


def _never(*_: object, **__: object) -> None:
    raise AssertionError("something runs")


def test_a_parameter_named_twice_is_one(folder: Path) -> None:
    name = "behaviour.travel_per_minute"
    words = ("uncertainty", "baseline-2020", "--samples", "2", "-n", "1")
    out, _ = asked(folder, *words, "--parameter", name, "--parameter", name)
    assert list(pd.read_csv(out / "samples.csv").columns) == ["sample", name]
