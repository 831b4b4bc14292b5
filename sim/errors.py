"""Errors meant for people: where, what, and what is allowed, in one line each."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input.

    Attributes
    ----------
    what : str
        What is wrong and what is allowed, in plain words, one line.
    file : Path or None
        The file it was found in.
    line : int or None
        Line in that file, counted from 1.
    key : str or None
        The key or column, dotted for nested keys (``levers[2].bed_plan.public``).
    """

    what: str
    file: Path | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        """Return ``file:line: key: what``, leaving out what is not known."""
        place = "" if self.file is None else str(self.file)
        if self.line is not None:
            place += f":{self.line}"
        parts = [part for part in (place, self.key, self.what) if part]
        return " ".join(": ".join(parts).split())


class InputError(Exception):
    """The input cannot be used; nothing has been run or written.

    Parameters
    ----------
    *problems : Problem or str
        Everything that was found wrong, all at once.
    """

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(
            problem if isinstance(problem, Problem) else Problem(problem) for problem in problems
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, allowed: list[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest right spelling, or nothing."""
    close = get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""
