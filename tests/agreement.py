"""Run a model on both engines, hold them to the same bits, and count what happened on the way."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import fields
from itertools import chain

import numpy as np
from logs import LogRow, run_with_log

from sim.engine import compiled, reference
from sim.engine.invariants import broken_in_counts
from sim.engine.model import Model
from sim.engine.tally import Tally
from sim.pathway.steps import ARRIVED, DONE, GRANTED, HOLD, LEAVE, REFUSED, RENEGED, SEIZE

EVENT_NAMES = {
    ARRIVED: "arrived", GRANTED: "granted", RENEGED: "reneged", REFUSED: "refused", DONE: "done",
}  # fmt: skip
ACTION_NAMES = {SEIZE: "seize", HOLD: "hold", LEAVE: "leave"}
_MINUTES = (0, 3, 6)
"""Columns of a log row that are real numbers: time, waited, minutes."""


def run_both(model: Model, seed: int, replication: int = 0) -> tuple[Tally, list[LogRow]]:
    """Run a model on both engines, which must agree to the last bit.

    Compared are the patient log row by row, all counters of the engine, and all of the pathway's
    memory but the rows of patients, which an engine may give out as it likes, and ledgers.
    """
    tally, rows = run_with_log(reference.simulate, model, seed, replication)
    other, other_rows = run_with_log(compiled.simulate, model, seed, replication)
    for number, (row, other_row) in enumerate(zip(rows, other_rows, strict=False)):
        assert row == other_row, f"row {number} of the log"
    assert len(rows) == len(other_rows), "one log goes on after the other's end"
    assert _real_bits(rows) == _real_bits(other_rows)
    assert_same_tally(tally, other)
    assert broken_in_counts([epoch.pools for epoch in model.epochs], tally) == []
    return tally, rows


def assert_same_tally(tally: Tally, other: Tally) -> None:
    """Hold two tallies to the same bits, in all but the rows of patients."""
    for field in fields(Tally):
        if field.name != "state":
            _same(field.name, getattr(tally, field.name), getattr(other, field.name))
    for field in fields(tally.state.arrays):
        # How long a ledger is, and what lies in it when it is empty, is an engine's own affair.
        if not field.name.startswith(("patient", "ledger")):
            of_state = (getattr(each.state.arrays, field.name) for each in (tally, other))
            _same(field.name, *of_state)


def _real_bits(rows: list[LogRow]) -> bytes:
    return array("d", chain.from_iterable([row[i] for i in _MINUTES] for row in rows)).tobytes()


def _same(name: str, value: object, other: object) -> None:
    """Hold two counters to the same bits."""
    one, two = np.asarray(value), np.asarray(other)
    if one.dtype != two.dtype or one.shape != two.shape or one.tobytes() != two.tobytes():
        np.testing.assert_array_equal(two, one, err_msg=name)
        raise AssertionError(f"{name} is equal, but not to the bit")


def count_steps(seen: Counter[str], rows: list[LogRow]) -> None:
    """Add what a log shows of events, actions, queues and ties."""
    last: dict[int, LogRow] = {}
    cause: LogRow | None = None
    for row in rows:
        time, patient, event, waited, action, _, minutes = row[:7]
        name = EVENT_NAMES[event]
        seen[f"event {name}"] += 1
        seen[f"action {ACTION_NAMES[action]}"] += 1
        if action == SEIZE and minutes == float("inf"):
            seen["would wait for ever"] += 1
        if action == HOLD and minutes == 0.0:
            seen["held for no time"] += 1
        if event == RENEGED and waited == 0.0:
            seen["left at once"] += 1
        if waited > 0.0:
            seen[f"{name} after a wait"] += 1
            if last[patient][4] == SEIZE and last[patient][7]:
                seen["waited while keeping"] += 1
            if event == GRANTED and (cause is None or cause[0] < time):
                seen["granted by the calendar"] += 1
        # What an engine must put in order itself: events of one instant that cause each other not.
        if event in (ARRIVED, DONE) or (event == RENEGED and waited > 0.0):
            if cause is not None and cause[0] == time and cause[1] != patient:
                seen[f"tie {EVENT_NAMES[cause[2]]}-{name}"] += 1
            cause = row
        last[patient] = row


def assert_seen(seen: Counter[str], floors: dict[str, int]) -> None:
    """Hold what happened to minimal totals, so that a generator cannot silently cover less."""
    missing = {what: (seen[what], least) for what, least in floors.items() if seen[what] < least}
    assert not missing, f"seen less often than wanted (seen, wanted): {missing}"
