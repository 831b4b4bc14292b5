"""Durations and dates as a planner writes them: ``60 d``, ``8 w``, ``30 min``, ``2023-07-01``."""

from __future__ import annotations

import math
import re
import sys
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from sim.errors import nearest
from sim.time_units import MINUTES_PER_DAY, MINUTES_PER_WEEK

# A counted year is 52 whole weeks, so that every weekday is counted equally often.
MINUTES = {
    "min": 1,
    "h": 60,
    "d": MINUTES_PER_DAY,
    "w": MINUTES_PER_WEEK,
    "y": 364 * MINUTES_PER_DAY,
}
EXAMPLE = "a number and a unit, for example '60 d' (min, h, d, w, or y = 52 weeks)"
FIRST_YEAR, LAST_YEAR = 1950, 2100


def duration_minutes(text: object, allowed: str = "0 or longer") -> float:
    """Return a duration in minutes.

    Parameters
    ----------
    text : object
        What the file holds; only text such as ``"60 d"`` is accepted.
    allowed : str
        What is told to those who write less than 0.

    Raises
    ------
    ValueError
        If there is no number, no unit, the unit is unknown, or the number is below 0 or no longer finite.
    """
    if not isinstance(text, str):
        raise ValueError(f"needs {EXAMPLE}, not {text!r}")
    match = re.fullmatch(r"\s*(-?)(\d+(?:\.\d+)?)\s*([^\d\s.]+)\s*", text)
    if match is None:
        raise ValueError(f"needs {EXAMPLE}, not '{text}'")
    sign, number, unit = match.groups()
    if unit not in MINUTES:
        hint = nearest(unit, list(MINUTES)) or (
            f"; did you mean '{unit[0]}'?" if unit[0] in MINUTES else ""
        )
        raise ValueError(f"unknown unit '{unit}'; allowed: {', '.join(MINUTES)}{hint}")
    minutes = float(number) * MINUTES[unit]
    if sign:
        raise ValueError(f"must be {allowed}, not '{text.strip()}'")
    if not math.isfinite(minutes):
        raise ValueError(f"must be shorter than {sys.float_info.max:.0e} minutes")
    return minutes


def whole_days(value: object) -> int:
    """Return a duration as whole days.

    Raises
    ------
    ValueError
        If it is no duration, or not a whole number of days.
    """
    minutes = duration_minutes(value)
    if minutes % MINUTES_PER_DAY:
        raise ValueError(f"must be whole days, not '{value}'")
    return int(minutes // MINUTES_PER_DAY)


def whole_weeks(value: object) -> int:
    """Return a duration of whole weeks, in days.

    Raises
    ------
    ValueError
        If it is no duration, or not a whole number of weeks.
    """
    days = whole_days(value)
    if days % 7:
        below, above = days // 7, days // 7 + 1
        raise ValueError(f"must be whole weeks: '{below} w' or '{above} w', not '{value}'")
    return days


def iso_date(value: object) -> date:
    """Return a date written as ``YYYY-MM-DD``.

    Raises
    ------
    ValueError
        If it is no such date, or before 1950 or after 2100.
    """
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(f"must be a date such as 2023-07-01, not {value!r}")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"there is no day {value}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must be between {FIRST_YEAR} and {LAST_YEAR}, not {value}")
    return day


WholeDays = Annotated[int, BeforeValidator(whole_days, json_schema_input_type=str)]
WholeWeeks = Annotated[int, BeforeValidator(whole_weeks, json_schema_input_type=str)]
IsoDate = Annotated[date, BeforeValidator(iso_date, json_schema_input_type=date)]
