"""Rates and times of the week as a network file writes them: ``3 per hour``, ``Mon 08:00``."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from sim.errors import nearest
from sim.scenario.network.written import duration_text, shortest, week_times
from sim.scenario.units import duration_minutes
from sim.time_units import on_grid

MINUTES_PER = {"minute": 1.0, "hour": 60.0, "day": 1440.0, "week": 10080.0}
UNIT_MINUTES = {"min": 1.0, "h": 60.0, "d": 1440.0, "w": 10080.0}
_POSITIVE = "longer than 0"
HIGHEST_PER_MINUTE = 1e6
LONGEST_YEARS = 200
"""Times are exact up to here, and nobody simulates more."""
LONGEST_MIN = LONGEST_YEARS * 364 * 1440.0

_DAYS: dict[str, tuple[int, ...]] = {
    name: (day,) for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}
_DAYS |= {"weekdays": (0, 1, 2, 3, 4), "weekends": (5, 6), "daily": (0, 1, 2, 3, 4, 5, 6)}
_DAY_WORDS = "Mon, Tue, Wed, Thu, Fri, Sat, Sun, weekdays, weekends, daily"


def rate_per_minute(value: object) -> float:
    """Return a rate per minute.

    Parameters
    ----------
    value : object
        What the file holds; only text such as ``"3 per hour"`` is accepted.

    Raises
    ------
    ValueError
        If it is no number "per" minute, hour, day or week.
    """
    example = "a rate such as '3 per hour' (minute, hour, day, week)"
    if not isinstance(value, str):
        raise ValueError(f"needs {example}, not {value!r}")
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s+per\s+(\w+)\s*", value)
    if match is None:
        raise ValueError(f"needs {example}, not '{value}'")
    number, unit = match.groups()
    if unit not in MINUTES_PER:
        hint = nearest(unit, list(MINUTES_PER))
        raise ValueError(f"unknown '{unit}'; allowed: {', '.join(MINUTES_PER)}{hint}")
    rate = float(number) / MINUTES_PER[unit]
    if rate > HIGHEST_PER_MINUTE:
        raise ValueError(f"must be at most {HIGHEST_PER_MINUTE:,.0f} per minute, not '{value}'")
    return rate


def _rate_text(rate: float) -> str:
    units = {f"per {word}": 1.0 / minutes for word, minutes in MINUTES_PER.items()}
    return shortest(rate, units, lambda number, unit: rate_per_minute(f"{number} {unit}"))


def week_minutes(value: object) -> tuple[int, ...]:
    """Return the minutes of the week, 0 = Monday 00:00, that a text such as ``Mon 08:00`` means.

    Parameters
    ----------
    value : object
        A time of day, on its own for every day, or after a weekday, ``weekdays`` or ``weekends``.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    example = f"a time such as '08:00' or 'Mon 08:00' ({_DAY_WORDS})"
    if not isinstance(value, str):
        raise ValueError(f"needs {example}, not {value!r}")
    match = re.fullmatch(r"\s*(?:([A-Za-z]+)\s+)?(\d{1,2}):(\d{2})\s*", value)
    if match is None:
        raise ValueError(f"needs {example}, not '{value}'")
    word, hour, minute = (match[1] or "daily").lower(), int(match[2]), int(match[3])
    days = _DAYS.get(word, _DAYS.get(word[:3]) if word.endswith("day") else None)
    if days is None:
        raise ValueError(f"unknown day '{match[1]}'; allowed: {_DAY_WORDS}")
    if hour > 23 or minute > 59:
        raise ValueError(f"there is no time {hour:02}:{minute:02}; allowed: 00:00 to 23:59")
    return tuple(day * 1440 + hour * 60 + minute for day in days)


def week_minute(value: object) -> int:
    """Return one minute of the week, from a weekday (00:00) or a weekday and a time.

    Raises
    ------
    ValueError
        If the text does not name one weekday.
    """
    text = f"{value} 00:00" if isinstance(value, str) and value.strip().isalpha() else value
    minutes = week_minutes(text)
    if len(minutes) != 1:
        raise ValueError(f"needs one weekday, such as 'Mon' or 'Mon 08:00', not {value!r}")
    return minutes[0]


def network_minutes(value: object, allowed: str = "0 or longer") -> float:
    """Return a duration in minutes, in whole ticks (`sim.time_units.on_grid`).

    Parameters
    ----------
    value : object
        What the file holds, such as ``"2.4 min"``.
    allowed : str
        What is told to those who write less than 0.

    Raises
    ------
    ValueError
        If it is no duration, or longer than any network may last.
    """
    minutes = duration_minutes(value, allowed)
    if minutes > LONGEST_MIN:
        raise ValueError(f"must be at most {LONGEST_YEARS} y, not '{str(value).strip()}'")
    return on_grid(minutes)


def _above_zero(value: object) -> float:
    minutes = network_minutes(value, _POSITIVE)
    if minutes <= 0.0:
        if duration_minutes(value, _POSITIVE) > 0.0:
            raise ValueError("must be at least 0.00001 s, which times are told apart by")
        raise ValueError(f"must be {_POSITIVE}")
    return minutes


Minutes = Annotated[
    float,
    BeforeValidator(network_minutes, json_schema_input_type=str),
    PlainSerializer(duration_text),
]
PositiveMinutes = Annotated[
    float, BeforeValidator(_above_zero, json_schema_input_type=str), PlainSerializer(duration_text)
]
RatePerMinute = Annotated[
    float, BeforeValidator(rate_per_minute, json_schema_input_type=str), PlainSerializer(_rate_text)
]
WeekMinutes = Annotated[
    tuple[int, ...],
    BeforeValidator(week_minutes, json_schema_input_type=str),
    PlainSerializer(week_times),
]
WeekMinute = Annotated[
    int,
    BeforeValidator(week_minute, json_schema_input_type=str),
    PlainSerializer(lambda minute: week_times((minute,))),
]
Probability = Annotated[float, Field(ge=0.0, le=1.0, strict=True)]


def unit_minutes(value: Any) -> float:
    """Return the minutes of a unit.

    Raises
    ------
    ValueError
        If the unit is unknown.
    """
    if not isinstance(value, str) or value not in UNIT_MINUTES:
        raise ValueError(f"unknown unit '{value}'; allowed: {', '.join(UNIT_MINUTES)}")
    return UNIT_MINUTES[value]


UnitMinutes = Annotated[
    float,
    BeforeValidator(unit_minutes, json_schema_input_type=str),
    PlainSerializer(lambda size: next(unit for unit, each in UNIT_MINUTES.items() if each == size)),
]
