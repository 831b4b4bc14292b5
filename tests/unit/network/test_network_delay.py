"""The probability of delay by beds, from the time with each number present."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.measure.network.delay import delay_by_beds
from sim.measure.statistics import mean_interval


def presence(replication: int, shares: list[float], station: str = "ward") -> pd.DataFrame:
    rows = [(replication, station, number, share) for number, share in enumerate(shares)]
    return pd.DataFrame(rows, columns=["replication", "station", "present", "share"])


def test_shares_by_hand() -> None:
    table = pd.concat([presence(0, [0.5, 0.25, 0.25]), presence(0, [1.0], "other")])
    found = delay_by_beds(table, "ward")
    assert found["beds"].to_list() == [0, 1, 2]
    assert found["delayed"].to_list() == [1.0, pytest.approx(1 / 3), 0.25]
    assert found["one_in"].to_list() == [1.0, pytest.approx(3.0), 4.0]
    assert found[["low", "high"]].isna().all(axis=None)


def test_a_number_that_one_replication_never_saw_counts_as_no_time() -> None:
    table = pd.concat([presence(0, [0.5, 0.5]), presence(1, [0.25, 0.5, 0.25])])
    found = delay_by_beds(table, "ward")
    assert found["delayed"].to_list() == [1.0, pytest.approx(1.0 / 1.75), 0.125]
    assert (found["low"] <= found["delayed"]).all()
    # With all beds counted, the ratio is a plain mean: its interval is that of the mean.
    plain = mean_interval([0.0, 0.25])
    assert found["high"].iloc[2] == pytest.approx(min(1.0, plain.high))


def test_intervals_cover() -> None:
    random = np.random.default_rng(5)
    hits, trials = 0, 400
    for _ in range(trials):
        weights = random.gamma([40.0, 20.0, 10.0], 1.0, size=(20, 3))
        shares = weights / weights.sum(axis=1, keepdims=True)
        table = pd.concat([presence(r, list(row)) for r, row in enumerate(shares)])
        row = delay_by_beds(table, "ward").iloc[1]
        # Of Dirichlet shares: E[p1] / E[p0 + p1] = 20 / 60.
        hits += row["low"] <= 1 / 3 <= row["high"]
    assert hits / trials >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / trials)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"present": [1]}, {"present": "must be a table, the frame 'present'"}),
        ({"station": "wrd"}, {"station": "there is no station 'wrd'; did you mean 'ward'?"}),
        ({"station": ["ward"]}, {"station": "must be a name, not a value of type list"}),
        ({"confidence": 95}, {"confidence": "must be a number between 0 and 1, not 95"}),
        ({"confidence": float("nan")}, {"confidence": "must be a number between 0 and 1, not nan"}),
        ({"confidence": True}, {"confidence": "must be a number between 0 and 1, not True"}),
        (
            {"present": presence(0, [1.0]).drop(columns=["share", "present"])},
            {"present": "has no column present, share; needed: replication, station, present"},
        ),
        (
            {"present": pd.concat([presence(0, [0.5, 0.5])] * 2)},
            {"present": "twice in one replication; give the rows of one network"},
        ),
        (
            {"present": None, "station": 7, "confidence": "high"},
            {"present": "of type NoneType", "station": "of type int", "confidence": "not high"},
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(given: dict[str, Any], wrong: dict[str, str]) -> None:
    right = {"present": presence(0, [0.5, 0.5]), "station": "ward", "confidence": 0.9}
    with pytest.raises(InputError) as caught:
        delay_by_beds(**{**right, **given})
    told = {problem.key: problem.what for problem in caught.value.problems}
    assert told.keys() == wrong.keys()
    assert all(wrong[key] in what for key, what in told.items() if key)
