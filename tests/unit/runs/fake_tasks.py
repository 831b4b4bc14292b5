"""Tasks for the executor, in a file that other processes import quickly."""

from __future__ import annotations

import os


def double(number: int) -> tuple[int, int]:
    """Return twice the number and the process that computed it; 3 is an error."""
    if number == 3:
        raise ValueError("three")
    return 2 * number, os.getpid()


class Unsendable(int):
    """A task that no other process can be given."""

    def __reduce__(self) -> str:
        raise TypeError("cannot be sent")
