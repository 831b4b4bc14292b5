"""The tie rule: the order of simultaneous events.

1. epochs and periods begin, 2. holds end, 3. servers change, 4. patience ends, 5. onsets, 6. release of servers
kept during the wait for another one; within each, by number (patient, pool or stream). The immediate
consequences of an event (a server that becomes free is given to the head of its queue) are carried out before
the next event, in the order in which they were caused. Within one patient's step, a server that is not kept is
released, and granted to the next patient, before the patient moves.
"""

from __future__ import annotations

CALENDAR = 2
HOLD_ENDS = 3
SERVERS_CHANGE = 4
PATIENCE_ENDS = 5
ONSET = 6
GIVEN_BACK = 7

_NUMBERS = 1 << 64


def tie_key(rank: int, number: int = 0) -> int:
    """Return the key that orders events of one instant; ranks start above SimPy's own 0 and 1."""
    return rank * _NUMBERS + number


PATIENTS_PER_STREAM = 1 << 32
MOST_STREAMS = 1 << 24
"""So that patients' numbers are below 2 ** 56, and leave room for a rank in a whole number of 64 bits."""


def patient_number(stream: int, number: int) -> int:
    """Return the number that names a patient in ties and logs: stream, then order in the stream."""
    return stream * PATIENTS_PER_STREAM + number
