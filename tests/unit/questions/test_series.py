"""Series are the run itself in slices; warm-ups are judged on them; commands show what they say."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counties import SCENARIOS, shipped

from sim.cli.app import main
from sim.engine.compiled import simulate
from sim.errors import InputError
from sim.measure.care import run_frames
from sim.measure.network.measures import COUNTS, network_measures
from sim.questions.long_run import batch_means_frame
from sim.questions.warm_up import judge_warm_up, series_table, welch_frame
from sim.scenario.network.load import load_network
from sim.scenario.network.schema import NetworkScenario
from sim.subjects.care.cases import model_of, worlds_of
from sim.subjects.care.series import care_series
from sim.subjects.network.model import network_model
from sim.subjects.network.series import is_steady, long_run_series, network_series
from sim.subjects.series import EARLIER, SeriesRequest, run_series

DAY = 1440.0


def network(
    folder: Path,
    arrivals: str = "poisson: 6 per hour",
    servers: str = "1",
    service: str = "{exponential: 8 min}",
) -> Any:
    """Return a desk that is busy four fifths of the time, run for a day after an hour of warm-up."""
    page = folder / "desk.yaml"
    page.write_text(
        "kind: network\nname: desk\ntitle: {zh: 台, en: A desk}\n"
        "run: {warm_up: 12 h, length: 8 d, replications: 3, seed: 5, start: Mon}\n"
        f"classes:\n  patient:\n    arrivals: {{{arrivals}}}\n    start: desk\n"
        f"stations:\n  desk:\n    servers: {servers}\n    service: {service}\n",
        encoding="utf-8",
    )
    return load_network(str(page), folder)


CLOCK = "piecewise: [{from: 00:00, rate: 0 per hour}, {from: weekdays 08:00, rate: 6 per hour}]"


def test_slices_of_a_network_add_up_to_its_run(tmp_path: Path) -> None:
    request = network_series(network(tmp_path), 8, 4, 2)
    (case,) = request.cases
    assert request.step * 200 == pytest.approx(8.5 * DAY)
    series = run_series(case, 1, 1)["series"]
    source = case.payload.source
    assert isinstance(source, NetworkScenario)
    whole = network_measures(source, simulate(network_model(source), source.run.seed, 1))
    whole = whole[whole["class"] == "all"].set_index(["measure", "station"])["value"]
    sums = series.groupby("quantity")["value"].sum()
    assert sums["arrivals:desk"] == whole["arrivals", "desk"]
    assert sums["left_finished"] == whole["left_finished", "all"]
    assert sums["queue_length:desk"] / 200 == pytest.approx(whole["queue_length", "desk"])
    assert series.groupby("quantity").size().eq(200).all()


WARD_ROUND = (
    "[{from: weekdays 08:00, servers: 2}, {from: weekdays 16:00, servers: 0}, "
    "{from: Wed 12:00, servers: 0}, {from: Wed 13:00, servers: 2}, "
    "{from: Sat 10:00, servers: 1}, {from: Sat 12:00, servers: 0}]\n    at_closing: serve"
)
CLOSINGS, ON_DUTY = [1, 1, 2, 1, 1, 1, 0], [960, 960, 840, 960, 960, 120, 0]
"""By day of the week, Monday first, read from the calendar."""


def test_a_slice_has_the_closings_and_the_servers_of_its_own_time(tmp_path: Path) -> None:
    request = network_series(network(tmp_path, servers=WARD_ROUND), 8, 4, 1)
    fresh, earlier = request.cases
    series = run_series(fresh, 0, 1)["series"].pivot(
        index="step", columns="quantity", values="value"
    )
    source = fresh.payload.source
    assert isinstance(source, NetworkScenario)
    whole = network_measures(source, simulate(network_model(source), source.run.seed, 0))
    whole = whole[whole["class"] == "all"].set_index(["measure", "station"])["value"]
    for quantity, weights in (("overtime_per_closing", CLOSINGS), ("utilisation", ON_DUTY)):
        each, by_day = series[f"{quantity}:desk"].to_numpy(), np.tile(weights, 8)
        np.testing.assert_array_equal(np.isnan(each), by_day == 0)
        mean = np.nansum(each * by_day) / by_day.sum()
        assert mean == pytest.approx(whole[quantity, "desk"])
        assert mean > 0.0
    # The same in a run that began four weeks before its first slice.
    shifted = run_series(earlier, 0, 1)["series"]
    shifted = shifted[shifted["quantity"] == "overtime_per_closing:desk"].sort_values("step")
    np.testing.assert_array_equal(shifted["value"].isna(), np.tile(CLOSINGS, 8) == 0)


def test_a_calendar_is_held_to_a_run_that_began_earlier(tmp_path: Path) -> None:
    scenario = network(tmp_path, CLOCK)
    assert not is_steady(scenario)
    assert not is_steady(
        network(tmp_path, servers="[{from: Mon 00:00, servers: 1}, {from: Tue 00:00, servers: 2}]")
    )
    request = network_series(scenario, 8, 4, 1)
    fresh, earlier = request.cases
    assert earlier.name == fresh.name + EARLIER
    assert (earlier.payload.begins, fresh.payload.begins) == (28 * DAY, 0.0)
    arrivals = series_table(
        pd.concat(
            [
                run_series(case, 0, 1)["series"].assign(scenario=case.name, replication=0)
                for case in request.cases
            ]
        ),
        request,
        "arrivals:desk",
    )[0]
    # Nobody comes on a Sunday in either of them; Monday to Saturday 00:00 the luck differs.
    assert (arrivals[6::7] == 0.0).all()
    assert (arrivals[0::7] != 0.0).any()


def test_written_arrivals_have_no_warm_up(tmp_path: Path) -> None:
    scenario = network(tmp_path, "scripted: {times: [1, 2, 3]}")
    with pytest.raises(InputError, match="arrivals of class 'patient' end"):
        network_series(scenario, 8, 4, 2)
    with pytest.raises(InputError, match="arrivals of class 'patient' end"):
        long_run_series(scenario, 1, 20)


def test_short_series_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least 8 weeks"):
        network_series(network(tmp_path, CLOCK), 7, 4, 2)
    with pytest.raises(InputError, match="at least 8 weeks"):
        care_series(shipped("baseline-2020"), SCENARIOS, 7, 4, 1)


def test_days_of_a_county_add_up_to_its_run() -> None:
    scenario = shipped("baseline-2020", warm_up=14, length=14)
    request = care_series(scenario, SCENARIOS, 8, 4, 1)
    assert request.warm_up == 14 * DAY
    fresh, earlier = request.cases
    source = fresh.payload.source
    assert source.scenario.run.start == scenario.run.first_day  # type: ignore[union-attr]
    gap = scenario.run.first_day - earlier.payload.source.scenario.run.start  # type: ignore[union-attr]
    assert gap.days == 28
    series = run_series(fresh, 0, 1)["series"]
    tally = simulate(model_of(source), scenario.run.seed, 0)  # type: ignore[arg-type]
    whole = run_frames(worlds_of(source), tally)["indicators"]  # type: ignore[arg-type]
    whole = whole[whole["tier"] == ""].set_index("indicator")["value"]
    means = series.groupby("quantity")["value"].mean()
    # Per year, so that the mean over days is the run's; counts of events, visits, and area over servers.
    for quantity in ("referrals_up", "diverted", "visits_per_person", "admissions_per_100"):
        assert means[quantity] == pytest.approx(whole[quantity], rel=1e-9)
    daily = series[series["quantity"] == "bed_occupancy"]["value"]
    assert daily.iloc[0] < 0.5 * daily.iloc[-14:].mean()


def fake(values: np.ndarray, warm_up: float, reference: np.ndarray | None = None) -> Any:
    """Return a series of days of one quantity, replications by column, and what asked for it."""

    def frame(name: str, table: np.ndarray) -> pd.DataFrame:
        step, replication = np.indices(table.shape)
        columns = {"replication": replication.ravel(), "step": step.ravel(), "value": table.ravel()}
        return pd.DataFrame(columns).assign(scenario=name, quantity="x")

    template = network_series_template()
    names = ["run"] if reference is None else ["run", "run" + EARLIER]
    tables = [values] if reference is None else [values, reference]
    cases = tuple(replace(template, name=name) for name in names)
    series = pd.concat([frame(n, t) for n, t in zip(names, tables, strict=True)])
    return series, SeriesRequest("run", cases, DAY, warm_up)


def network_series_template() -> Any:
    scenario = load_network(str(SCENARIOS / "networks" / "mmc.yaml"), SCENARIOS)
    return network_series(scenario, 8, 4, 1).cases[0]


def test_verdicts_on_a_known_beginning() -> None:
    values = np.tile([1.0, -1.0], (3, 100)).T.copy()
    values[:30] -= 20.0
    season = 50.0 * np.sin(np.arange(200.0))[:, None]
    for warm_up, verdict in ((30 * DAY, "enough"), (29 * DAY, "too_short")):
        series, request = fake(values + season, warm_up, season + np.zeros((200, 3)))
        (row,) = judge_warm_up(series, request, ["x"]).to_dict("records")
        assert (row["needed"], row["verdict"], row["n"]) == (30 * DAY, verdict, 3)
    # One distorted day of 171 is left over.
    assert row["left_over"] == pytest.approx((-21.0 + 0.0) / 171)
    series, request = fake(values, 30 * DAY)
    (row,) = judge_warm_up(series, request, ["x"]).to_dict("records")
    assert row["verdict"] == "enough"
    assert math.isnan(row["left_over"])
    rising, request = fake(np.arange(200.0)[:, None] + np.zeros(2), DAY)
    (row,) = judge_warm_up(rising, request, ["x"]).to_dict("records")
    assert row["verdict"] == "not_determined"
    assert math.isnan(row["needed"])


def test_welchs_frame_is_the_mean_over_replications() -> None:
    values = np.arange(400.0).reshape(200, 2)
    series, request = fake(values, DAY)
    frame = welch_frame(series, request, ["x"], 1)
    np.testing.assert_allclose(frame["value"], values.mean(axis=1))
    np.testing.assert_allclose(frame["moving_average"], values.mean(axis=1))
    assert frame["minutes"].iloc[:2].tolist() == [0.5 * DAY, 1.5 * DAY]


def test_batches_of_a_long_run_begin_after_its_warm_up(tmp_path: Path) -> None:
    request = long_run_series(network(tmp_path), 3, 10)
    (case,) = request.cases
    assert case.payload.edges[0] == 12 * 60.0
    assert case.payload.edges[-1] == pytest.approx(12 * 60.0 + 24 * DAY)
    series = run_series(case, 0, 1)["series"]
    frame = batch_means_frame(series, 10, request.step).set_index("quantity")
    row = frame.loc["arrivals_per_day:desk"]
    assert row["batches"] == 10
    # 144 patients a day in 10 batches of 2.4 days, Poisson: four standard errors.
    assert abs(row["mean"] - 144.0) < 4 * math.sqrt(144.0 / 24.0)
    assert "reneged_wait_mean:desk" not in frame.index


def test_a_long_run_shows_rates_and_not_counts_of_a_batch(tmp_path: Path) -> None:
    # One comes every two hours, of whom every other one is refused, since a service lasts three.
    scenario = network(tmp_path, "regular: 2 h", "1\n    room: 0", "3 h")
    frames = []
    for times in (5, 10):
        request = long_run_series(scenario, times, 10)
        series = run_series(request.cases[0], 0, 1)["series"]
        frames.append(batch_means_frame(series, 10, request.step).set_index("quantity")["mean"])
    short, long = frames
    assert short["arrivals_per_day:desk"] == 12.0
    assert short["refused_per_day:desk"] == short["left_finished_per_day"] == 6.0
    # Nothing that is shown grows with the run.
    pd.testing.assert_series_equal(short, long, rtol=1e-9)
    assert not set(short.index.str.partition(":").get_level_values(0)) & set(COUNTS)


def test_a_calendar_needs_batches_of_weeks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"times: .* 9 is enough"):
        long_run_series(network(tmp_path, CLOCK), 1, 10)
    assert long_run_series(network(tmp_path, CLOCK), 9, 10).step == 7 * DAY


def test_the_commands_write_and_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network(tmp_path)
    page, out = str(tmp_path / "desk.yaml"), tmp_path / "out"
    for words in (
        ["warm-up", page, "--lang", "en", "-n", "2", "--out", str(out / "w")],
        ["long-run", page, "--lang", "en", "--out", str(out / "l")],
        [
            *("precision", page, "--lang", "en", "--out", str(out / "p")),
            *("--half-width", "utilisation:desk=20%"),
            *("--half-width", "wait_mean:desk=0.001", "--max-replications", "9"),
        ],
    ):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--scenarios", str(tmp_path)])
        assert ended.value.code == 0
    shown = capsys.readouterr().out
    # With two replications the noisiest measure tells nothing.
    assert "Warm-up: at least" in shown
    assert "Not reached within 9 replications: Mean wait (desk)" in shown
    for file in (
        "w/warm_up.csv",
        "w/welch.csv",
        "w/figures/en/warm_up.png",
        "w/figures/en/warm_up.svg",
    ):
        assert (out / file).stat().st_size > 0
    assert len(pd.read_csv(out / "l" / "batch_means.csv")) > 10
    found = pd.read_csv(out / "p" / "precision.csv").set_index("quantity")
    assert found.loc["utilisation:desk", "needed"] <= 4
    assert math.isnan(found.loc["wait_mean:desk", "needed"])
    assert found.loc["wait_mean:desk", "n"] == 9
    # Kept in the folder, and found again.
    assert len(list((out / "p" / "runs").iterdir())) == 9


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["precision", "--half-width", "wait_maen:desk=5%"], "did you mean 'wait_mean:desk'"),
        (["precision", "--half-width", "wait_mean:desk=-1"], "a number above 0"),
        (["precision", "--half-width", "wait_mean:desk"], "a number above 0"),
        (["precision", "--region", "fujian"], "a network has no region"),
        (["warm-up", "-n", "2", "-q", "utilization:desk"], "did you mean 'utilisation:desk'"),
        (["warm-up", "--region", "fujian"], "a network has no region"),
        (["long-run", "--batches", "1001"], "must be a whole number from 10 to 1000"),
        (["long-run", "--times", "100001"], "must be a whole number from 1 to 100000"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    network(tmp_path)
    page = str(tmp_path / "desk.yaml")
    options = ["--scenarios", str(tmp_path), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        main([words[0], page, *words[1:], *options])
    assert ended.value.code == 2
    assert told in " ".join(capsys.readouterr().err.split())
