"""Replications are added to scenarios, to their differences or to a network until they are precise."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError, RunsFailed
from sim.measure.output_analysis.precision import Aim, Rule, replications_needed
from sim.questions.precision import precision_frame, precision_of
from sim.runs.case import Case
from sim.runs.manifest import RunRecord
from sim.subjects.care.subject import AIMS, CareSubject

USUAL = CareSubject().usual_aim
QUANTITIES = CareSubject().quantities
LUCK = np.random.default_rng(6).normal(0.0, 0.02, 200)
OWN = np.random.default_rng(7).normal(0.0, 0.001, 200)
RATES = {"base": 0.8 + LUCK, "plan": 0.9 + LUCK + OWN}


def cases(*names: str) -> list[Case[None]]:
    return [Case(name, 1, {}, None) for name in names]


class Studies:
    """Studies of two scenarios whose values are known; remembers how many replications were asked for."""

    def __init__(self, failures: int = 0) -> None:
        self.asked: list[int] = []
        self.failures = [
            RunRecord(scenario="base", replication=0, key="k", error="no bed")
        ] * failures

    def __call__(self, wanted: Sequence[Case[Any]]) -> Any:
        (n,) = {case.replications for case in wanted}
        self.asked.append(n)
        rows = [
            (case.name, replication, indicator, tier, county, RATES[case.name][replication])
            for case in wanted
            for replication in range(n)
            for indicator, tier, county in (
                ("in_county_rate", "", 0),
                ("in_county_rate", "", 350429),
                ("bed_occupancy", "county", 0),
            )
        ]
        columns = ["scenario", "replication", "indicator", "tier", "county", "value"]
        frames = {"indicators": pd.DataFrame(rows, columns=columns)}
        return SimpleNamespace(frames=frames, failures=self.failures)


def test_levels_need_what_the_rule_says() -> None:
    rule, studies = Rule(200), Studies()
    (found,) = precision_of(
        cases("base"), studies, QUANTITIES, {"in_county_rate": Aim(0.005)}, USUAL, rule
    )
    assert found.name == "in_county_rate"
    assert found.needed == replications_needed(RATES["base"], Aim(0.005), rule)
    assert found.needed is not None
    assert found.needed > 20
    assert studies.asked[-1] < 200


def test_no_number_of_replications_is_run_twice() -> None:
    studies = Studies()
    rule = Rule(maximum=200)
    precision_of(cases("base"), studies, QUANTITIES, {"in_county_rate": Aim(0.004)}, USUAL, rule)
    assert len(studies.asked) == len(set(studies.asked)) > 1


def test_differences_need_fewer() -> None:
    rule, studies = Rule(200), Studies()
    (found,) = precision_of(
        cases("base", "plan"), studies, QUANTITIES, {"in_county_rate": Aim(0.005)}, USUAL, rule
    )
    assert found.name == "plan: in_county_rate"
    assert found.needed == 3
    assert found.estimate.mean == pytest.approx(0.1 + OWN[: found.estimate.n].mean())


def test_the_usual_aims_are_those_there_are() -> None:
    found = precision_of(cases("base"), Studies(), QUANTITIES, None, USUAL, Rule(9))
    assert [each.name for each in found] == ["in_county_rate"]
    assert found[0].aim == AIMS["in_county_rate"]
    frame = precision_frame(found)
    assert frame["needed"].isna().all()
    assert frame["n"].tolist() == [9]


def test_tiers_are_quantities() -> None:
    (found,) = precision_of(
        cases("base"), Studies(), QUANTITIES, {"bed_occupancy:county": Aim(0.5)}, USUAL, Rule(9)
    )
    assert found.needed == 3
    with pytest.raises(InputError, match="did you mean 'bed_occupancy:county'"):
        precision_of(
            cases("base"), Studies(), QUANTITIES, {"bed_occupancy:counti": Aim(0.5)}, USUAL, Rule(9)
        )


def test_failed_runs_tell_nothing() -> None:
    with pytest.raises(RunsFailed, match="scenario base, replication 0: no bed"):
        precision_of(cases("base"), Studies(failures=1), QUANTITIES, None, USUAL, Rule(100))
