"""How durations, rates and times of the week are written: what `sim.scenario.network.units` reads back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sim.scenario.units import MINUTES
from sim.time_units import on_grid

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SETS = {(0, 1, 2, 3, 4, 5, 6): "daily", (0, 1, 2, 3, 4): "weekdays", (5, 6): "weekends"}
_DAY_MIN = 1440


def shortest(value: float, units: Mapping[str, float], back: Callable[[str, str], float]) -> str:
    """Return the shortest text of a value that reads back as the same number.

    Parameters
    ----------
    value : float
        In the smallest unit, of which the first of `units` is one.
    units : mapping
        Word of a unit, and what a number of them is multiplied by.
    back : callable
        ``(number as text, unit) -> value``, what the reader does.
    """
    # The quotient may miss by a hair what was written; its first digits then do not.
    texts = [
        (np.format_float_positional(float(f"{value / size:.{digits}g}"), trim="-"), unit)
        for unit, size in units.items()
        for digits in (15, 17)
    ]
    exact = [text for text in texts if back(*text) == value]
    return "{} {}".format(*min(exact, key=lambda text: len(text[0])))


def duration_text(minutes: float) -> str:
    """Return minutes as a file writes them, in the unit that makes the text shortest."""
    units = {word: float(size) for word, size in MINUTES.items()}
    return shortest(minutes, units, lambda number, unit: on_grid(float(number) * MINUTES[unit]))


def week_times(minutes: tuple[int, ...]) -> str:
    """Return ``weekdays 08:00`` for the minutes of the week that it means."""
    days, minute = tuple(m // _DAY_MIN for m in minutes), minutes[0] % _DAY_MIN
    word = _SETS.get(days) or _DAYS[days[0]]
    return f"{word} {minute // 60:02}:{minute % 60:02}"
