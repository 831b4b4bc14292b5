"""Ctrl-C is heard once and for all, even where Python loses it.

Python raises `KeyboardInterrupt` wherever the main thread happens to be. In a finaliser, or a callback from
machine code, it is printed and forgotten, and the work goes on as if nobody had asked for its end.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sim.engine.stop import stopped_by


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end the body at once, or at the next look of `sim.engine.stop.end_if_stopped`.

    A program that hears Ctrl-C its own way goes on doing so, and only the main thread can hear it.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C; at the latest when the body ends.
    """
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if threading.current_thread() is not threading.main_thread() or not is_ours:
        yield
        return
    asked = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, hear)
    try:
        with stopped_by(asked):
            yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked.is_set():
        raise KeyboardInterrupt
