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
)
