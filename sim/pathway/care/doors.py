"""When doors are open, by the patient's own clock and the calendar of a facility."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw
from sim.kernel import kernel, open_kernel
from sim.pathway.care import state, view
from sim.time_units import MINUTES_PER_WEEK
from sim.world.care.world import QUARTER_MIN, QUARTERS, Behaviour, Setting

AFTER_CLOSING_MIN = 1.0
"""Who comes again leaves so much later than the door closed, so that rounding finds it closed."""


@kernel
def _minute_of_week(w: int, time: float) -> float:
    """Return the minute of the week at a minute of the run."""
    return (view.settings(w, Setting.START_MINUTE_OF_WEEK) + time) % MINUTES_PER_WEEK


@kernel
def _stretch(w: int, facility: int, minute: float) -> int:
    """Return the cell of the stretch that a facility's calendar is in at a minute of the week."""
    quarter = view.facility_calendar(w, facility) * QUARTERS + int(minute / QUARTER_MIN)
    cell = view.door_guide(w, quarter)
    while view.door_end(w, cell) <= minute:
        cell += 1
    return cell


@open_kernel
def opens_in(w: int, facility: int, time: float) -> float:
    """Return the minutes from a minute of the run until a facility is open: 0 if it is, inf if it never is."""
    minute = _minute_of_week(w, time)
    cell = _stretch(w, facility, minute)
    return 0.0 if view.door_open(w, cell) == 1 else view.door_end(w, cell) - minute


@open_kernel
def closes_in(w: int, facility: int, time: float) -> float:
    """Return the minutes from a minute of the run until a facility closes next; inf if it never does."""
    minute = _minute_of_week(w, time)
    cell = _stretch(w, facility, minute)
    end = view.door_end(w, cell)
    if view.door_open(w, cell) == 0 and end < math.inf:
        end = view.door_end(w, cell + 1)
    return end - minute


@kernel
def takes_at(w: int, facility: int, time: float) -> bool:
    """Tell whether an emergency finds a doctor on duty: in opening hours, or at all hours."""
    return view.night_duty(w, facility) == 1 or opens_in(w, facility, time) == 0.0


@kernel
def comes_after_opening(w: int, facility: int, time: float, u: float) -> float:
    """Return the minutes from a minute of the run until somebody comes who would find the door closed.

    In the time after it opens: within `set_out_spread_min`, and while it is open, at the part `u` of that. 0 if
    it is open, and if it never is: to such a place people go at once, and their patience tells how that ends.
    """
    wait = opens_in(w, facility, time)
    if wait == 0.0 or wait == math.inf:
        return 0.0
    is_open_for = closes_in(w, facility, time) - wait
    spread = min(view.behaviour(w, Behaviour.SET_OUT_SPREAD_MIN), is_open_for)
    return wait + u * spread


@kernel
def set_out_later(w: int, s: int, row: int, facility: int, way: float) -> float:
    """Return by how many minutes a patient sets out later, so as not to come to a closed door."""
    u = draw(state.get_key(s, row), Purpose.SET_OUT, state.get_visits(s, row))
    return comes_after_opening(w, facility, state.get_time(s, row) + way, u)
