"""End a run when another thread asks for it, between two windows of simulated time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_asked: ContextVar[threading.Event | None] = ContextVar("asked", default=None)


@contextmanager
def stopped_by(event: threading.Event) -> Iterator[None]:
    """Let an event end the runs that this thread carries out in the body."""
    token = _asked.set(event)
    try:
        yield
    finally:
        _asked.reset(token)


def end_if_stopped() -> None:
    """End the run here if it has been asked to.

    Raises
    ------
    KeyboardInterrupt
        As if Ctrl-C had reached this thread, which it never does.
    """
    event = _asked.get()
    if event is not None and event.is_set():
        raise KeyboardInterrupt
