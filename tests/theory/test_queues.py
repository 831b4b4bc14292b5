"""The simulation against queueing theory: within 4 standard errors, and these within 1 %."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from agreement import run_both

from sim.measure.network.invariants import broken_in_network
from sim.subjects.network.model import network_model
from sim.validation.theory.case import REPLICATIONS, Case, measured
from sim.validation.theory.comparison import Comparison, compared, controlled_mean
from sim.validation.theory.suite import CASES


def test_controlled_mean_takes_out_what_the_control_explains() -> None:
    control = np.array([1.0, -1.0, 3.0, 0.5, 2.0])
    noise = np.array([0.1, -0.1, 0.0, 0.1, -0.1])
    mean, error = controlled_mean(
        7.0 + 2.0 * (control - 1.0) + noise, control[:, None], np.array([1.0])
    )
    assert mean == pytest.approx(7.0, abs=0.1)
    assert error < 0.1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_simulation_agrees_with_theory(case: Case) -> None:
    rows, broken = compared(case)
    assert [row.problem for row in rows if row.problem] == []
    assert broken == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_engines_agree_to_the_bit(case: Case) -> None:
    short = replace(
        case, patients=1_000 * REPLICATIONS, warm_up=case.warm_up if case.weekly else 50
    )
    scenario = short.scenario()
    tally, _ = run_both(network_model(scenario), scenario.run.seed)
    assert tally.entered > 500
    assert broken_in_network(scenario, tally) == []


def test_a_wrong_theory_is_noticed() -> None:
    # Erlang B without the peaks of the overflow: the city would refuse both classes alike.
    (case,) = (case for case in CASES if case.system == "overflow")
    key = ("local", "city", "refused_share")
    as_at_random = case.precise[("urban", "city", "refused_share")]
    wrong = replace(case.shorter(10.0), precise={key: as_at_random})
    rows, _ = compared(wrong)
    assert [row.key for row in rows if row.problem] == [key]


def test_a_reservation_that_is_not_there_is_noticed() -> None:
    (case,) = (case for case in CASES if case.system == "reservation")
    ward = {key: value for key, value in case.stations["ward"].items() if "reserved" not in key}
    assert len(ward) == len(case.stations["ward"]) - 2
    rows, _ = compared(replace(case.shorter(20.0), stations={"ward": ward}))
    assert ("routine", "ward", "wait_mean") in [row.key for row in rows if row.problem]


def test_a_served_share_that_is_not_there_is_noticed() -> None:
    case = next(case for case in CASES if case.system == "served_share")
    desk = {**case.stations["doctor"], "served_every": 0}
    rows, _ = compared(replace(case.shorter(20.0), stations={"doctor": desk}))
    wrong = [row.key for row in rows if row.problem]
    assert ("referred", "doctor", "wait_mean") in wrong
    assert ("routine", "doctor", "wait_mean") in wrong


def test_the_census_counts_whom_the_tally_counts() -> None:
    (case,) = (case for case in CASES if case.census)
    every_hour = tuple(range(0, 1440, 60))
    hourly = measured(replace(case.shorter(40.0), census=every_hour, precise={
        ("all", "all", f"inside_at_{minute}"): 1.0 for minute in every_hour
    }))  # fmt: skip
    by_hour = np.mean([hourly.values[("all", "all", f"inside_at_{m}")] for m in every_hour], axis=0)
    over_time = hourly.values[("patient", "ward", "number_present")]
    # A mean over 24 moments is not one over the day; the two go together run by run.
    assert np.corrcoef(by_hour, over_time)[0, 1] > 0.98
    assert by_hour.mean() == pytest.approx(np.mean(over_time), rel=0.02)


def test_precision_is_asked_of_the_standard_error() -> None:
    row = Comparison("mm1", "mmc", "", ("patient", "desk", "wait_mean"), 1.0, 1.0, 0.02, 39, 0.01)
    assert "standard error" in row.problem
    assert replace(row, precision=0.03).problem == ""
    assert "not 1" in replace(row, simulated=1.1, precision=0.03).problem
    assert replace(row, simulated=1.1).z == pytest.approx(5.0)


def test_what_does_not_vary_must_be_equal() -> None:
    row = Comparison("mm1", "mmc", "", ("patient", "desk", "wait_mean"), 1.0, 1.0, 0.0, 39)
    assert (row.z, row.problem) == (0.0, "")
    off = replace(row, simulated=1.0 + 1e-9)
    assert off.z == float("inf")
    assert off.problem
