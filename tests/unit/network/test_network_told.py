"""What `check` and `run` tell of a network: loads, what has no effect, who is stuck, and what was run."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from network_text import HEAD, ONE_DESK, load, measures
from typer.testing import CliRunner

from sim.cli.app import app
from sim.errors import InputError
from sim.scenario.network.load import load_network
from sim.scenario.network.resolve import network_with_run, resolved_network
from sim.scenario.network.warnings import network_warnings

NETWORKS = Path(__file__).parents[3] / "scenarios" / "networks"
OUT_OF_HAND = ONE_DESK.replace(
    "scripted: {times: [0, 10, 20, 30]}", "regular: {every: 10 min}"
).replace("service: 15 min", "service: 20 min")
NEVER_OPEN = (
    HEAD
    + """\
classes:
  x: {arrivals: {regular: {every: 6 h}}, start: a}
stations:
  a: {servers: 2, service: 1 h, next: closed, hold_until_next: true}
  closed: {servers: [{from: Mon 08:00, servers: 0}], service: 1 d}
"""
)


def warnings(folder: Path, text: str) -> list[str]:
    return [what for _, what in network_warnings(load(folder, text))]


def output(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--lang", "en"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_a_load_above_one_is_told(tmp_path: Path) -> None:
    (what,) = warnings(tmp_path, OUT_OF_HAND)
    assert "the load is 2:" in what
    assert "the queue grows as long as the run lasts" in what
    (limited,) = warnings(tmp_path, OUT_OF_HAND + "    room: 3\n")
    assert "the load is 2:" in limited
    assert "grows" not in limited
    assert warnings(tmp_path, OUT_OF_HAND.replace("20 min", "9 min")) == []


def test_arrivals_after_the_end_are_counted(tmp_path: Path) -> None:
    late = ONE_DESK.replace("[0, 10, 20, 30]", "[0, 1440, 3000]")
    (what,) = warnings(tmp_path, late)
    assert what.startswith("2 of 3 arrivals have no effect")
    assert measures(load(tmp_path, late))["patient", "desk", "arrivals"] == 1
    until = ONE_DESK.replace("[0, 10, 20, 30]}", "[0, 10, 20, 30]}, until: 20 min")
    (what,) = warnings(tmp_path, until)
    assert what.startswith("2 of 4 arrivals have no effect")


def test_a_station_that_never_opens_is_told_unless_there_is_a_way_out(tmp_path: Path) -> None:
    assert any("there is never a server" in what for what in warnings(tmp_path, NEVER_OPEN))
    for way_out in ("patience: 1 h", "room: 0"):
        text = NEVER_OPEN.replace("service: 1 d", f"service: 1 d, {way_out}")
        assert not any("never a server" in what for what in warnings(tmp_path, text))


def test_check_prints_loads_and_warnings(tmp_path: Path) -> None:
    file = tmp_path / "test.yaml"
    file.write_text(OUT_OF_HAND, encoding="utf-8")
    shown = output("check", str(file))
    assert "Load of the stations: test" in shown
    assert "Warning: test: stations.desk: the load is 2:" in shown


def test_a_run_says_what_was_run_and_who_is_stuck(tmp_path: Path) -> None:
    file, out = tmp_path / "test.yaml", tmp_path / "out"
    file.write_text(NEVER_OPEN, encoding="utf-8")
    options = ("--replications", "2", "--seed", "9", "--weeks", "1", "--warm-up", "0")
    shown = output("run", str(file), "--out", str(out), *options)
    assert "Test (test): 1 week counted after 0 weeks of warm-up; 2 replications, seed 9" in shown
    # Two beds, kept for ever by the first two patients.
    assert "closed: nobody was served; at the end 2 were waiting on average" in shown
    written = load_network(out / "scenarios" / "test.yaml", tmp_path)
    given = {"replications": 2, "seed": 9, "length": "1 w", "warm_up": "0 w"}
    assert written == network_with_run(load(tmp_path, NEVER_OPEN), given)
    assert (written.run.seed, written.run.length) == (9, 10080.0)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    stated = manifest["scenarios"][0]["determinants"]["run"]
    assert (stated["seed"], stated["length"], stated["warm_up"]) == (9, "7 d", "0 min")
    loads = pd.read_csv(out / "loads.csv").set_index("station")
    assert loads.loc["a", "load"] == pytest.approx(1 / 12)


def test_an_option_is_checked_like_the_file(tmp_path: Path) -> None:
    network = load(tmp_path, ONE_DESK + "report: {census_at: [20 h]}\n")
    with pytest.raises(InputError, match="argument: weeks: "):
        network_with_run(network, {"length": "100000 w"})
    longer = network_with_run(network, {"length": "2 w"})
    assert longer.run.length == 20160.0
    assert longer.run.warm_up == network.run.warm_up
    with pytest.raises(InputError, match=r"asked for.*before the end"):
        network_with_run(network, {"length": "1 h"})


@pytest.mark.parametrize("file", sorted(NETWORKS.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_resolved_network_is_the_network(file: Path, tmp_path: Path) -> None:
    network = load_network(file, NETWORKS)
    page = tmp_path / file.name
    page.write_text(resolved_network(network), encoding="utf-8")
    again = load_network(page, tmp_path)
    assert again == network.model_copy(update={"extends": None})
    assert resolved_network(again) == page.read_text(encoding="utf-8")


def test_two_networks_of_one_name_are_not_run_over_each_other(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test.yaml").write_text(ONE_DESK, encoding="utf-8")
    files = [str(tmp_path / folder / "test.yaml") for folder in ("a", "b")]
    with pytest.raises(InputError, match="2 scenarios are called 'test'; names must differ"):
        CliRunner().invoke(
            app, ["run", *files, "--out", str(tmp_path / "x")], catch_exceptions=False
        )
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("length: 1 d", "length: 300 y", "run.length: must be at most 200 y"),
        ("service: 15 min", "service: 201 y", "must be at most 200 y"),
        ("scripted: {times: [0, 10, 20, 30]}", "regular: {every: 0.0000000001 min}", "0.00001 s"),
        ("scripted: {times: [0, 10, 20, 30]}", "regular: {every: 0.00001 s}", "unknown unit 's'"),
        ("scripted: {times: [0, 10, 20, 30]}", "poisson: 900000 per minute", "would come"),
        ("scripted: {times: [0, 10, 20, 30]}", "poisson: 9000000 per minute", "at most 1,000,000"),
        ("servers: 1", "servers: 1\n    preempt: true", "desk.preempt: there is no pre-emption"),
    ],
)
def test_what_cannot_end_or_is_not_there_is_one_line(
    tmp_path: Path, before: str, after: str, what: str
) -> None:
    with pytest.raises(InputError) as told:
        load(tmp_path, ONE_DESK.replace(before, after))
    (problem,) = told.value.problems
    assert what in str(problem)


def test_long_tables_show_the_first_rows(tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(30)]
    stations = "".join(f"  {name}: {{servers: 1, service: 1 min}}\n" for name in names)
    classes = "".join(
        f"  c{name}: {{arrivals: {{regular: 1 h}}, start: {name}}}\n" for name in names
    )
    file, out = tmp_path / "test.yaml", tmp_path / "out"
    file.write_text(f"{HEAD}classes:\n{classes}stations:\n{stations}", encoding="utf-8")
    shown = output("run", str(file), "--out", str(out))
    assert "Only 40 of" in shown
    # First the network as a whole, then stations; of each measure there are at most so many.
    assert shown.count("Mean time in system of all who left") == 1
    assert 0 < shown.count("Mean number present") < 8
    written = pd.read_csv(out / "measures.csv")
    assert len(written) == 31 * 30 * 19 + 31 * 12
