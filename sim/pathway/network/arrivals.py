"""When the patients of a network's class come, alone or together."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, patient_key
from sim.kernel import entry_kernel, kernel
from sim.lookup import first_not_below
from sim.pathway.network import state as memory
from sim.pathway.network.clock import WEEK, week_minute_at
from sim.time_units import MINUTES_PER_DAY, MONTH_DAYS
from sim.world.network import world
from sim.world.network.world import NOWHERE, ArrivalKind
from sim.world.time_grid import to_tick

_REGULAR, _SCRIPTED = int(ArrivalKind.REGULAR), int(ArrivalKind.SCRIPTED)
_ONSET, _BATCH = int(Purpose.ONSET), int(Purpose.BATCH)
_YEAR = float(sum(MONTH_DAYS) * MINUTES_PER_DAY)
_MONTH_ENDS = tuple(
    float(sum(MONTH_DAYS[: month + 1]) * MINUTES_PER_DAY) for month in range(len(MONTH_DAYS))
)
_batch_row = first_not_below(world.batch_upto)


@kernel
def _weekly_total(w: int, first: int, end: int) -> float:
    """Return how many arrivals the rates of a week add up to."""
    weekly = 0.0
    for row in range(first, end):
        until = world.arrival_minute(w, row + 1) if row + 1 < end else WEEK
        weekly += (until - world.arrival_minute(w, row)) * world.arrival_rate(w, row)
    return weekly


@kernel
def _minutes_until(w: int, first: int, end: int, now: float, amount: float) -> float:
    """Return how long the rates of a week take to add up to `amount`, from `now` on.

    This turns a Poisson process of rate 1 into one whose rate follows the week.
    """
    weekly = _weekly_total(w, first, end)
    if weekly <= 0.0:
        return math.inf
    weeks = math.floor(amount / weekly)
    left = amount - weeks * weekly
    minute = week_minute_at(w, now)
    row = end - 1
    while world.arrival_minute(w, row) > minute:
        row -= 1
    gap: float = weeks * WEEK
    while True:
        until = world.arrival_minute(w, row + 1) if row + 1 < end else WEEK
        rate = world.arrival_rate(w, row)
        if rate > 0.0 and left <= (until - minute) * rate:
            gap += left / rate
            return gap
        left -= (until - minute) * rate
        gap += until - minute
        row = row + 1 if row + 1 < end else first
        minute = world.arrival_minute(w, row)


@kernel
def _month_at(minute_of_year: float) -> int:
    month = 0
    while month < len(_MONTH_ENDS) - 1 and _MONTH_ENDS[month] <= minute_of_year:
        month += 1
    return month


@kernel
def _minutes_until_in_year(
    w: int, stream: int, first: int, end: int, now: float, left: float
) -> float:
    """Do what `_minutes_until` does where the rates of a week are multiplied by a factor of the month."""
    if _weekly_total(w, first, end) <= 0.0:
        return math.inf
    minute = week_minute_at(w, now)
    of_year = (world.start_minute_of_year(w, 0) + now) % _YEAR
    row, month = end - 1, _month_at(of_year)
    while world.arrival_minute(w, row) > minute:
        row -= 1
    gap = 0.0
    while True:
        until = world.arrival_minute(w, row + 1) if row + 1 < end else WEEK
        stretch = min(until - minute, _MONTH_ENDS[month] - of_year)
        rate = world.arrival_rate(w, row) * world.month_factor(
            w, world.arrival_month(w, stream) + month
        )
        if rate > 0.0 and left <= stretch * rate:
            return gap + left / rate
        left -= stretch * rate
        gap += stretch
        if until - minute <= _MONTH_ENDS[month] - of_year:
            of_year += stretch
            row = row + 1 if row + 1 < end else first
            minute = world.arrival_minute(w, row)
        else:
            minute += stretch
            of_year = _MONTH_ENDS[month] % _YEAR
            month = (month + 1) % len(_MONTH_ENDS)


@kernel
def _minutes_to_arrival(w: int, s: int, stream: int, number: int, now: float) -> float:
    """Return the minutes to the next arrival, whose first patient is `number`; inf when there is none."""
    arrival = memory.arrivals(s, stream)
    memory.set_arrivals(s, stream, arrival + 1)
    kind = world.arrival_kind(w, stream)
    first, end = world.arrival_start(w, stream), world.arrival_start(w, stream + 1)
    if kind == _REGULAR:
        at: float = world.arrival_minute(w, first) + arrival * world.arrival_rate(w, first)
        return at - now
    if kind == _SCRIPTED:
        at = world.arrival_minute(w, first + arrival) if first + arrival < end else math.inf
        return at - now
    amount = -math.log(draw(patient_key(memory.stream(s, stream), number), _ONSET, 0))
    if world.arrival_month(w, stream) != NOWHERE:
        return _minutes_until_in_year(w, stream, first, end, now, amount)
    if end == first + 1:
        rate: float = world.arrival_rate(w, first)
        return amount / rate if rate > 0.0 else math.inf
    return _minutes_until(w, first, end, now, amount)


@kernel
def _others_in_batch(w: int, s: int, stream: int, number: int) -> int:
    """Return how many come together with the first patient of an arrival."""
    first, end = world.batch_start(w, stream), world.batch_start(w, stream + 1)
    if end == first:
        return 0
    u = draw(patient_key(memory.stream(s, stream), number), _BATCH, 0)
    return world.batch_size(w, _batch_row(w, first, end - 1, u)) - 1


@entry_kernel
def next_gap(w: int, s: int, stream: int, now: float) -> float:
    """Return the minutes until the next patient of a class (a stream) comes; inf when there is none.

    The gap, and how many come together, are part of the luck of the patient who comes first.
    """
    number, left = memory.onsets(s, stream), memory.batch_left(s, stream)
    memory.set_onsets(s, stream, number + 1)
    if left > 0:
        memory.set_batch_left(s, stream, left - 1)
        return 0.0
    gap = _minutes_to_arrival(w, s, stream, number, now)
    due = to_tick(now + gap)
    if due >= world.arrival_until(w, stream):
        return math.inf
    memory.set_batch_left(s, stream, _others_in_batch(w, s, stream, number))
    memory.set_due(s, stream, due)
    return gap
