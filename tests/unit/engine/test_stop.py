"""A run ends where it is asked to: between two windows, and no other run does."""

from __future__ import annotations

import threading

import pytest
from engine_script import Patient, hold, model, seize, servers

from sim.engine.compiled import simulate
from sim.engine.model import Model
from sim.engine.stop import stopped_by
from sim.world.fields import Reals
from sim.world.partitions import Partition

WINDOW, END = 4.0, 40.0


def two_partitions() -> Model:
    """Return two partitions of a patient every half minute, in windows of four minutes."""
    steps: list[Patient] = [
        (0.5 * (number % 60), [seize(number // 60), hold(0.1)]) for number in range(120)
    ]
    parts = [Partition(0, 0, 60, 0, 1), Partition(0, 60, 60, 1, 1)]
    return model(
        steps, [servers(1), servers(1)], periods=(0.0, END), partitions=parts, window=WINDOW
    )


def test_a_run_ends_at_its_next_window() -> None:
    event, seen = threading.Event(), []

    def log(rows: Reals) -> None:
        seen.append(float(rows[:, 0].max()))
        if seen[-1] > 2.5 * WINDOW:
            event.set()

    with stopped_by(event), pytest.raises(KeyboardInterrupt):
        simulate(two_partitions(), 1, 0, log)
    assert 2.5 * WINDOW < max(seen) <= 3.0 * WINDOW


def test_a_run_that_has_not_begun_does_not_begin() -> None:
    event = threading.Event()
    event.set()
    with stopped_by(event), pytest.raises(KeyboardInterrupt):
        simulate(two_partitions(), 1, 0)


def test_a_run_beside_the_body_goes_on() -> None:
    event = threading.Event()
    event.set()
    with stopped_by(event):
        pass
    assert simulate(two_partitions(), 1, 0).starts[-1] == END
