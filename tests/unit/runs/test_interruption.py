"""Ctrl-C where Python forgets it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from sim.engine.stop import end_if_stopped
from sim.runs.executor import run_tasks
from sim.runs.interruption import interruptible


@pytest.fixture(autouse=True)
def _hearing() -> Iterator[None]:
    """Hear Ctrl-C as Python does: what a shell runs in its background is born deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_and_forget(_: object = None) -> None:
    """Press Ctrl-C where its exception is lost, as in a finaliser."""
    with suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_what_was_forgotten_ends_the_body_at_its_next_look() -> None:
    reached = []

    @interruptible()
    def work() -> None:
        press_and_forget()
        reached.append("before the look")
        end_if_stopped()
        reached.append("after the look")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert reached == ["before the look"]


def test_what_was_forgotten_ends_the_body_at_the_latest_at_its_end() -> None:
    with pytest.raises(KeyboardInterrupt), interruptible():
        press_and_forget()


@pytest.mark.parametrize("workers", [1, 2])
def test_no_further_task_begins(workers: int) -> None:
    done: list[None] = []

    def report(_: None) -> None:
        done.append(None)
        press_and_forget()

    with pytest.raises(KeyboardInterrupt), interruptible():
        run_tasks(lambda _: None, range(50), workers, report, lambda *_: None, "threads")
    # Those that had ended when the first was reported are reported as well.
    assert len(done) <= workers + 1


def test_ctrl_c_ends_the_body_at_once_and_is_heard_as_before_afterwards() -> None:
    @interruptible()
    def work() -> None:
        signal.raise_signal(signal.SIGINT)
        pytest.fail("goes on after Ctrl-C")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_that_hears_ctrl_c_itself_goes_on_doing_so() -> None:
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
            end_if_stopped()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]


def test_other_threads_cannot_hear_ctrl_c() -> None:
    ended = []

    def work() -> None:
        with interruptible():
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == [True]
