"""Who falls ill, when and with what."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, patient_key
from sim.kernel import entry_kernel, kernel
from sim.pathway.care import state, view
from sim.pathway.care.record import count_event
from sim.pathway.care.state import STREAM_WIDTH, Event
from sim.world.care import AGE_BANDS, NONE, Behaviour, Setting

_AGES = len(AGE_BANDS)
_HOUR, _DAY, _WEEK_HOURS = 60.0, 1440.0, 168


@entry_kernel
def next_gap(w: int, s: int, stream: int, now: float) -> float:
    """Return the minutes from `now` to the stream's next onset; inf when there is none in the run.

    A Poisson process whose rate is constant within an hour: one unit exponential is used up along the
    rate, hour by hour.
    """
    cell = stream * STREAM_WIDTH
    number = state.stream_state(s, cell + 1)
    key = patient_key(state.stream_state(s, cell), number)
    need = -math.log(draw(key, Purpose.ONSET, 0))
    days = view.settings(w, Setting.DAYS)
    people = view.place_people(w, view.stream_place(w, stream))
    group = view.stream_onset_group(w, stream)
    hours = view.stream_profile(w, stream) * _WEEK_HOURS
    offset = view.settings(w, Setting.START_MINUTE_OF_WEEK)
    time = now
    while True:
        day = math.floor(time / _DAY)
        if day >= days:
            return math.inf
        rate = people * view.onset_rate(w, group * days + day)
        if rate <= 0.0:
            time = (day + 1) * _DAY
            continue
        hour = math.floor(time / _HOUR)
        end = (hour + 1) * _HOUR
        hour_of_week = math.floor((offset + hour * _HOUR) / _HOUR) % _WEEK_HOURS
        rate *= view.hour_factor(w, hours + hour_of_week)
        if need < rate * (end - time):
            state.set_stream_state(s, cell + 1, number + 1)
            state.set_stream_state(s, cell + 2, view.onset_mix(w, group * days + day))
            return time + need / rate - now
        need -= rate * (end - time)
        time = end


@kernel
def _pick(w: int, row: int, size: int, u: float) -> int:
    """Return the first cell of a cumulative row of the mix that exceeds `u`."""
    low, high = 0, size - 1
    while low < high:
        middle = (low + high) // 2
        if view.mix(w, row * size + middle) > u:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def _pick_scheme(w: int, group: int, u: float) -> int:
    schemes = view.settings(w, Setting.SCHEMES)
    scheme = 0
    while scheme < schemes - 1 and view.scheme_share(w, group * schemes + scheme) <= u:
        scheme += 1
    return scheme


@kernel
def severity_band(w: int, complexity: float) -> int:
    """Return the severity as patients see it: 0 mild, 1 moderate, 2 severe."""
    if complexity < view.behaviour(w, Behaviour.MODERATE_FROM):
        return 0
    return 1 if complexity < view.behaviour(w, Behaviour.SEVERE_FROM) else 2


@entry_kernel
def begin(w: int, s: int, row: int, stream: int, number: int) -> int:
    """Fill the row of a new patient; return 0 when the episode is prevented or no care is sought."""
    cell = stream * STREAM_WIDTH
    key = patient_key(state.stream_state(s, cell), number)
    place = view.stream_place(w, stream)
    group = view.place_group(w, place)
    conditions = view.settings(w, Setting.CONDITIONS)
    size = _AGES * conditions
    who = _pick(w, state.stream_state(s, cell + 2), size, draw(key, Purpose.WHO, 0))
    age, condition = who // conditions, who % conditions
    county = view.place_county(w, place)
    count_event(s, w, county, Event.ONSETS)
    if view.stream_layer(w, stream) == 0:
        keep = view.keep_share(w, group * size + who)
        if draw(key, Purpose.THINNING, 0) >= keep:
            count_event(s, w, county, Event.PREVENTED)
            return 0
    if draw(key, Purpose.SEEKING, 0) >= view.seek_share(w, condition):
        count_event(s, w, county, Event.NOT_SOUGHT)
        return 0
    complexity = draw(key, Purpose.COMPLEXITY, 0)
    contract = draw(key, Purpose.CONTRACT, 0) < view.contract_share(w, age)
    state.set_key(s, row, key)
    state.set_place(s, row, place)
    state.set_age(s, row, age)
    state.set_condition(s, row, condition)
    state.set_scheme(s, row, _pick_scheme(w, group, draw(key, Purpose.SCHEME, 0)))
    state.set_contract(s, row, 1 if contract else 0)
    state.set_emergency(s, row, view.stream_profile(w, stream))
    state.set_band(s, row, severity_band(w, complexity))
    state.set_complexity(s, row, complexity)
    _clear(s, row)
    return 1


@kernel
def _clear(s: int, row: int) -> None:
    """Reset what the path will fill in; rows are used again."""
    state.set_stage(s, row, 0)
    state.set_facility(s, row, NONE)
    state.set_position(s, row, NONE)
    state.set_visits(s, row, 0)
    state.set_referred(s, row, 0)
    state.set_reason(s, row, 0)
    state.set_first_tier(s, row, NONE)
    state.set_direct(s, row, 0)
    state.set_readmitted(s, row, 0)
    state.set_step_down(s, row, NONE)
    state.set_since_onset(s, row, 0.0)
    state.set_acute(s, row, 0.0)
    state.set_rehabilitation(s, row, 0.0)
