"""Durations and dates."""

from __future__ import annotations

from datetime import date

import pytest

from sim.scenario.units import duration_minutes, iso_date, whole_days, whole_weeks


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 min", 30),
        ("2 h", 120),
        ("1.5h", 90),
        ("60 d", 86_400),
        ("8 w", 80_640),
        ("1 y", 524_160),
    ],
)
def test_durations(text: str, minutes: float) -> None:
    assert duration_minutes(text) == minutes


@pytest.mark.parametrize("value", [60, "60", "d", "-3 d", "3 days", None, True, "1 m", "", "1 2 d"])
def test_no_durations(value: object) -> None:
    with pytest.raises(ValueError, match=r"needs|unknown unit|0 or longer"):
        duration_minutes(value)


def test_a_year_is_52_whole_weeks() -> None:
    assert whole_weeks("1 y") == 364


def test_parts_of_a_day_and_of_a_week() -> None:
    assert whole_days("48 h") == 2
    with pytest.raises(ValueError, match="whole days"):
        whole_days("30 min")
    with pytest.raises(ValueError, match="'8 w' or '9 w', not '60 d'"):
        whole_weeks("60 d")


def test_dates() -> None:
    assert iso_date("2024-02-29") == date(2024, 2, 29)
    assert iso_date(date(2024, 2, 29)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("2023-02-29", "no day"),
        ("01.07.2023", "must be a date"),
        (20230701, "must be a date"),
        ("1823-07-01", "between 1950 and 2100"),
    ],
)
def test_no_dates(value: object, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        iso_date(value)
