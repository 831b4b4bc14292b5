"""Faults in the time of day: the patient's clock, closed doors, coming again."""

from __future__ import annotations

from tests.mutation.fault import Fault

_CLOCK = ("tests/unit/pathway/test_care_clock.py",)

CLOCK = (
    Fault(
        "a patient's clock stands still in a queue",
        "sim/pathway/care/path.py",
        "state.set_time(s, row, state.get_time(s, row) + waited)",
        "state.set_time(s, row, state.get_time(s, row))",
        _CLOCK,
    ),
    Fault(
        "a patient's clock begins at the end of the stretch before the onset",
        "sim/pathway/care/onset.py",
        "state.set_stream_onset(s, stream, now + gap)",
        "state.set_stream_onset(s, stream, now)",
        _CLOCK,
    ),
    Fault(
        "the week of a calendar begins with the run",
        "sim/pathway/care/doors.py",
        "(view.settings(w, Setting.START_MINUTE_OF_WEEK) + time)",
        "(0.0 * view.settings(w, Setting.START_MINUTE_OF_WEEK) + time)",
        _CLOCK,
    ),
    Fault(
        "a door that closes this minute is still open",
        "sim/pathway/care/doors.py",
        "while view.door_end(w, cell) <= minute:",
        "while view.door_end(w, cell) < minute:",
        _CLOCK,
    ),
    Fault(
        "who sets out later comes when the door is closed again",
        "sim/pathway/care/doors.py",
        "spread = min(view.behaviour(w, Behaviour.SET_OUT_SPREAD_MIN), is_open_for)",
        "spread = view.behaviour(w, Behaviour.SET_OUT_SPREAD_MIN)",
        _CLOCK,
    ),
    Fault(
        "all who set out later come at the minute of opening",
        "sim/pathway/care/doors.py",
        "return wait + u * spread",
        "return wait + 0.0 * u * spread",
        _CLOCK,
    ),
    Fault(
        "emergencies take no night duty for open",
        "sim/pathway/care/doors.py",
        "return view.night_duty(w, facility) == 1 or opens_in",
        "return view.night_duty(w, facility) == 2 or opens_in",
        _CLOCK,
    ),
    Fault(
        "emergencies wait for doors to open",
        "sim/pathway/care/referral.py",
        "if state.get_emergency(s, row) == 0 and state.get_direct(s, row) == 0:",
        "if state.get_direct(s, row) == 0:",
        _CLOCK,
    ),
    Fault(
        "who goes straight to a bed waits for a door",
        "sim/pathway/care/referral.py",
        "if state.get_emergency(s, row) == 0 and state.get_direct(s, row) == 0:",
        "if state.get_emergency(s, row) == 0:",
        _CLOCK,
    ),
    Fault(
        "an emergency goes to the nearest door, closed or not",
        "sim/pathway/care/reach.py",
        "closed = not finds_doctor(w, s, row, item)\n",
        "closed = finds_doctor(w, s, row, item) and False\n",
        _CLOCK,
    ),
    Fault(
        "one open by calendar on Sunday night closes at midnight",
        "sim/world/care/build/doors.py",
        "if starts[0][1] == starts[-1][1]:",
        "if starts[0][1] is None:",
        _CLOCK,
    ),
    Fault(
        "a duty in some hours is a duty at all",
        "sim/world/care/build/doors.py",
        "np.minimum.reduceat",
        "np.maximum.reduceat",
        _CLOCK,
    ),
    Fault(
        "emergencies are sent home at closing time",
        "sim/pathway/care/visit.py",
        "    if state.get_emergency(s, row) == 0:\n        closing",
        "    if state.get_emergency(s, row) <= 1:\n        closing",
        _CLOCK,
    ),
    Fault(
        "lost patience counts as sent home",
        "sim/pathway/care/visit.py",
        "1 if closing < patience else 0",
        "1 if closing < math.inf else 0",
        _CLOCK,
    ),
    Fault(
        "who finds no room counts as sent home",
        "sim/pathway/care/referral.py",
        "sent_home = reneged and state",
        "sent_home = state",
        _CLOCK,
    ),
    Fault(
        "one queue more is left than is allowed",
        "sim/pathway/care/referral.py",
        "if attempts >= view.behaviour",
        "if attempts > view.behaviour",
        _CLOCK,
    ),
    Fault(
        "emergencies come again",
        "sim/pathway/care/referral.py",
        "if state.get_emergency(s, row) == 1:\n        position = nearest_able",
        "if state.get_emergency(s, row) == 2:\n        position = nearest_able",
        _CLOCK,
    ),
    Fault(
        "who lost patience comes again at once",
        "sim/pathway/care/referral.py",
        "        delay += closes\n",
        "        delay += 0.0 * closes\n",
        _CLOCK,
    ),
    Fault(
        "attempts of before are not forgotten",
        "sim/pathway/care/visit.py",
        "facility = state.get_facility(s, row)\n    state.set_attempts(s, row, 0)",
        "facility = state.get_facility(s, row)",
        _CLOCK,
    ),
    Fault(
        "a new patient has the attempts of the row's last one",
        "sim/pathway/care/onset.py",
        "    state.set_attempts(s, row, 0)\n",
        "    state.set_attempts(s, row, state.get_attempts(s, row))\n",
        _CLOCK,
    ),
)
