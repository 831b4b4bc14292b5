"""Shipped scenarios give their committed answers."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.answers import ANSWERS, answer, shipped


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_gives_its_committed_answer(name: str) -> None:
    committed = pd.read_csv(ANSWERS / f"{name}.csv", dtype=str)
    pd.testing.assert_frame_equal(answer(name).astype(str), committed)


def test_every_answer_has_its_scenario() -> None:
    assert sorted(file.stem for file in ANSWERS.glob("*.csv")) == shipped()
