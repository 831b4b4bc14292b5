"""Lengths of time that everything above agrees on."""

from __future__ import annotations

MINUTES_PER_DAY = 1440
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month of a year without a leap day."""
TICKS_PER_MINUTE = 6e6
"""A tick is 10 microseconds: hundredths of a second, minute, hour and day are whole numbers of it."""

_WHOLE = 1.5 * 2.0**52


def on_grid(minutes: float) -> float:
    """Return a time or a duration as the nearest whole number of ticks.

    Times equal on paper are the same number then, however they came about: a sum of durations on the grid is
    off by far less than half a tick, for times below a thousand years, and is put right by the next rounding.
    A binary fraction of a minute would make sums exact, but 2.4 minutes are no whole number of any: after ten
    of them it would not be 24 minutes past.

    Parameters
    ----------
    minutes : float
        May be infinite.
    """
    # To add and take away a number whose last digit is 1 rounds to whole ones, half to even, in two steps.
    return ((minutes * TICKS_PER_MINUTE + _WHOLE) - _WHOLE) / TICKS_PER_MINUTE
