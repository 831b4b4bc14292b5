"""A run meets a target by its value, and not if too many found no place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.measure.compare import scorecard
from sim.measure.joint import joint_table
from sim.measure.meeting import MOST_UNMET, runs_that_meet
from sim.measure.statistics import wilson_interval

NAN = float("nan")
TARGETS = pd.DataFrame(
    {
        "number": ["1", "2"],
        "indicator": ["rate", "beds"],
        "operator": [">=", ">="],
        "target": [0.9, 5.0],
        "tolerance": NAN,
        "value_2020": NAN,
        "nature": "binding",
        "kind": ["simulated", "derived"],
    }
)


def runs(**values: list[float]) -> pd.DataFrame:
    rows = [
        ("a", replication, name, "", 0, value)
        for name, found in values.items()
        for replication, value in enumerate(found)
    ]
    columns = ["scenario", "replication", "indicator", "tier", "county", "value"]
    return pd.DataFrame(rows, columns=columns)


def test_the_probability_of_meeting_is_a_share_of_the_runs_with_a_value() -> None:
    rate = scorecard(runs(rate=[0.91, 0.89, NAN, 0.93, 0.90]), TARGETS).iloc[0]
    expected = wilson_interval(3, 4)
    found = rate[["probability", "probability_low", "probability_high"]]
    assert tuple(found) == (expected.mean, expected.low, expected.high)
    assert np.isnan(scorecard(runs(rate=[NAN]), TARGETS).iloc[0]["probability"])


@pytest.mark.parametrize("share", ["unmet_visit_share", "unmet_admission_share"])
def test_a_run_in_which_many_found_no_place_meets_nothing_counted_from_patients(share: str) -> None:
    unmet = [0.0, MOST_UNMET, MOST_UNMET + 1e-9, 1.0]
    table = runs(rate=[0.95] * 4, beds=[6.0] * 4, **{share: unmet})
    met = runs_that_meet(table, TARGETS)
    assert met["rate"].tolist() == [1, 1, 0, 0]
    assert met["beds"].tolist() == [1, 1, 1, 1]
    assert joint_table(table, TARGETS)["met"].tolist() == [2]
    # Over all runs together the scorecard does not judge, and its share of runs says the same as here.
    card = scorecard(table, TARGETS)
    assert card["verdict"].tolist() == ["not_judged", "met"]
    assert card["probability"].tolist() == [0.5, 1.0]


def test_a_run_without_stays_is_judged_by_its_visits() -> None:
    table = runs(rate=[0.95, 0.95], unmet_visit_share=[0.1, 0.2], unmet_admission_share=[NAN, NAN])
    assert runs_that_meet(table, TARGETS)["rate"].tolist() == [1, 0]


def test_nothing_is_held_against_runs_that_do_not_count_unmet_need() -> None:
    assert runs_that_meet(runs(rate=[0.95, 0.8, NAN]), TARGETS)["rate"].tolist()[:2] == [1, 0]
