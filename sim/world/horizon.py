"""The days of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sim.time_units import MINUTES_PER_DAY
from sim.world.fields import Ints, Reals, ints, reals

PERIOD_DAYS = 7
WEEKS_PER_YEAR = 52
"""Of the year that rules of insurance are about, the first of which begins with the counted time."""
_COMMON_YEAR = 2021
"""A year of 365 days."""


def _is_leap_day(day: date) -> bool:
    return (day.month, day.day) == (2, 29)


@dataclass(frozen=True)
class Horizon:
    """From the first day of the warm-up to the last counted day.

    Attributes
    ----------
    first_day : date
        Time 0 is its midnight.
    warm_up_days, counted_days : int
        Both whole weeks.
    """

    first_day: date
    warm_up_days: int
    counted_days: int

    @property
    def days(self) -> int:
        """Days of the run."""
        return self.warm_up_days + self.counted_days

    @property
    def start_minute_of_week(self) -> int:
        """Minute of the week at time 0, 0 = Monday 00:00."""
        return self.first_day.weekday() * MINUTES_PER_DAY

    @property
    def months(self) -> Ints:
        """(days,) month of each day, 0 = January, in years of 365 days.

        Without leap days, so that runs that begin on the same day of different years have the same
        seasons, and with them the same onsets.
        """
        first = (
            self.first_day.replace(year=_COMMON_YEAR)
            if not _is_leap_day(self.first_day)
            else (date(_COMMON_YEAR, 2, 28))
        )
        start = first.timetuple().tm_yday - 1
        year = date(_COMMON_YEAR, 1, 1)
        return ints(
            [(year + timedelta(days=(start + d) % 365)).month - 1 for d in range(self.days)]
        )

    @property
    def period_starts(self) -> Reals:
        """Minutes at which weeks begin, and the end of the run."""
        return reals([d * MINUTES_PER_DAY for d in range(0, self.days + 1, PERIOD_DAYS)])

    @property
    def counted_from(self) -> int:
        """The first counted period."""
        return self.warm_up_days // PERIOD_DAYS

    def day_of(self, when: date) -> int:
        """Return the day of the run, 0 for the first day and before."""
        return max(0, (when - self.first_day).days)
