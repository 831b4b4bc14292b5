"""Who falls ill, when and with what."""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, patient_key
from sim.glossary import AGE_BANDS
from sim.kernel import entry_kernel, kernel
from sim.pathway.care import state, view
from sim.pathway.care.account import account_class, are_kept
from sim.pathway.care.capability import decide_stay
from sim.pathway.care.person import index_of_person, person_key, scheme_of
from sim.pathway.care.record import count_ambulance, count_event, count_not_sought
from sim.pathway.care.state import AccountClass, Ambulance, Event
from sim.time_units import MINUTES_PER_DAY
from sim.world.care.world import HOURS, MIX_STEPS, NONE, Behaviour, Setting

_AGES = len(AGE_BANDS)
_HOUR, _DAY = 60.0, 1440.0
_WEEKDAYS, _EDGES = 7, HOURS + 1


@kernel
def _minute_of_day(w: int, row: int, hour: int, amount: float) -> float:
    """Return the minute, from `hour` on, before which `amount` of a day's hour factors lies."""
    while hour < HOURS - 1 and view.hours_before(w, row + hour + 1) <= amount:
        hour += 1
    start, end = view.hours_before(w, row + hour), view.hours_before(w, row + hour + 1)
    # By rounding, `amount` may be all of a day that ends with hours without onsets.
    part = (amount - start) / (end - start) if end > start else 1.0
    return (hour + part) * _HOUR


@entry_kernel
def next_gap(w: int, s: int, stream: int, now: float) -> float:
    """Return the minutes from `now` to the stream's next onset; inf when there is none in the run.

    A Poisson process whose rate is constant within an hour: one unit exponential is used up along the
    rate, day by day.
    """
    number = state.stream_number(s, stream)
    key = patient_key(state.stream_key_of(s, stream), number)
    need = -math.log(draw(key, Purpose.ONSET, 0))
    days = view.settings(w, Setting.DAYS)
    people = view.place_people(w, view.stream_place(w, stream)) * _HOUR
    rates = view.stream_onset_group(w, stream) * days
    week = view.stream_profile(w, stream) * _WEEKDAYS
    weekday = view.settings(w, Setting.START_MINUTE_OF_WEEK) // MINUTES_PER_DAY
    hours = int(now / _HOUR)
    day, hour = hours // HOURS, hours % HOURS
    row = (week + (weekday + day) % _WEEKDAYS) * _EDGES
    past = view.hours_before(w, row + hour)
    past += (now / _HOUR - hours) * (view.hours_before(w, row + hour + 1) - past)
    while day < days:
        rate = people * view.onset_rate(w, rates + day)
        left = view.hours_before(w, row + HOURS) - past
        if need < rate * left:
            state.set_stream_number(s, stream, number + 1)
            state.set_stream_mix(s, stream, view.onset_mix(w, rates + day))
            gap = day * _DAY + _minute_of_day(w, row, hour, past + need / rate) - now
            # As an engine adds it, so that both have the same minute to the last bit.
            state.set_stream_onset(s, stream, now + gap)
            return gap
        need -= rate * left
        day, hour, past = day + 1, 0, 0.0
        row = (week + (weekday + day) % _WEEKDAYS) * _EDGES
    return math.inf


@kernel
def _pick(w: int, row: int, size: int, u: float) -> int:
    """Return the first cell of a cumulative row of the mix that exceeds `u`."""
    cell = view.mix_guide(w, row * MIX_STEPS + int(u * MIX_STEPS))
    while cell < size - 1 and view.mix(w, row * size + cell) <= u:
        cell += 1
    return cell


@kernel
def severity_band(w: int, complexity: float) -> int:
    """Return the severity as patients see it: 0 mild, 1 moderate, 2 severe."""
    if complexity < view.behaviour(w, Behaviour.MODERATE_FROM):
        return 0
    return 1 if complexity < view.behaviour(w, Behaviour.SEVERE_FROM) else 2


@entry_kernel
def begin(w: int, s: int, row: int, stream: int, number: int) -> int:
    """Fill the row of a new patient; return 0 when the episode is prevented or no care is sought."""
    key = patient_key(state.stream_key_of(s, stream), number)
    place = view.stream_place(w, stream)
    group = view.place_group(w, place)
    conditions = view.settings(w, Setting.CONDITIONS)
    size = _AGES * conditions
    who = _pick(w, state.stream_mix(s, stream), size, draw(key, Purpose.WHO, 0))
    age, condition = who // conditions, who % conditions
    county = view.place_county(w, place)
    count_event(s, w, county, Event.ONSETS)
    if view.stream_layer(w, stream) == 0:
        keep = view.keep_share(w, group * size + who)
        if draw(key, Purpose.THINNING, 0) >= keep:
            count_event(s, w, county, Event.PREVENTED)
            return 0
    complexity = draw(key, Purpose.COMPLEXITY, 0)
    state.set_key(s, row, key)
    state.set_time(s, row, state.stream_onset(s, stream))
    state.set_county(s, row, county)
    state.set_condition(s, row, condition)
    state.set_complexity(s, row, complexity)
    emergency = view.stream_profile(w, stream)
    calls = emergency == 1 and draw(key, Purpose.AMBULANCE, 0) < view.ambulance_share(w, condition)
    state.set_ambulance(s, row, 1 if calls else 0)
    stay = 1 if decide_stay(w, s, row) else 0
    if draw(key, Purpose.SEEKING, 0) >= view.seek_share(w, condition):
        count_not_sought(w, s, row, stay)
        return 0
    if stay == 1:
        count_event(s, w, county, Event.STAYS_BEGUN)
    if calls:
        count_ambulance(w, s, row, Ambulance.CALLS + 0, Event.AMBULANCE_CALLS + 0)
    index = index_of_person(w, s, key, place, age, condition)
    person = person_key(s, place, age, index)
    contract = draw(person, Purpose.CONTRACT, 0) < view.contract_share(w, age)
    state.set_place(s, row, place)
    state.set_age(s, row, age)
    state.set_scheme(s, row, scheme_of(w, group, person))
    state.set_contract(s, row, 1 if contract else 0)
    state.set_emergency(s, row, emergency)
    state.set_band(s, row, severity_band(w, complexity))
    state.set_stay_needed(s, row, stay)
    _clear(s, row)
    if are_kept(w):
        _open_account(w, s, row, view.person_first(w, place * _AGES + age) + index)
    return 1


@kernel
def _open_account(w: int, s: int, row: int, person: int) -> None:
    """Look up once, at the onset, how far the person is in the year's account."""
    reached = account_class(w, s, state.get_scheme(s, row), person)
    state.set_person(s, row, person)
    if reached >= AccountClass.ABOVE_THRESHOLD:
        count_event(s, w, state.get_county(s, row), Event.BEGUN_PROTECTED + 0)


@kernel
def _clear(s: int, row: int) -> None:
    """Reset what is read before it is written; what only stays have, they set first."""
    state.set_stage(s, row, 0)
    state.set_facility(s, row, NONE)
    state.set_position(s, row, NONE)
    state.set_visits(s, row, 0)
    state.set_referred(s, row, 0)
    state.set_reason(s, row, 0)
    state.set_why_far(s, row, 0)
    state.set_first_tier(s, row, NONE)
    state.set_direct(s, row, 0)
    state.set_readmitted(s, row, 0)
    state.set_placed(s, row, 0)
    state.set_attempts(s, row, 0)
    state.set_since_onset(s, row, 0.0)
