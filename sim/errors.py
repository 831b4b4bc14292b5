"""Errors meant for people: where, what, and what is allowed, in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from sim.safe_text import cut, plain


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

    def __post_init__(self) -> None:
        """Cut very long values, here for all messages."""
        object.__setattr__(self, "what", cut(self.what))
        if self.key is not None:
            object.__setattr__(self, "key", cut(self.key))

    def __str__(self) -> str:
        """Return ``file:line: key: what``, leaving out what is not known."""
        place = "" if self.file is None else str(self.file)
        if self.line is not None:
            place += f":{self.line}"
        parts = [part for part in (place, self.key, self.what) if part]
        return plain(" ".join(": ".join(parts).split()))


ARGUMENT = Path("argument")
"""Stands in the place of a file where an argument of a function is wrong, which the key names.

Commands name their option instead.
"""


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


class RunsFailed(Exception):  # noqa: N818
    """Some runs of a study failed, so that there is no answer; those that did not are kept.

    Parameters
    ----------
    failures : sequence of str
        One line for each run that failed: scenario, replication and what it met.
    """

    def __init__(self, failures: Sequence[str]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(self.failures))


class StudyInterrupted(Exception):  # noqa: N818
    """Ctrl-C during a study, or its workers elsewhere are gone; the message says what is kept.

    Not a KeyboardInterrupt, which the library of the command line would end without a word.
    """


class ValidationStopped(Exception):  # noqa: N818
    """A part of the validation could not be carried out; the message begins with its name."""


def refuse_unknown_quantities(names: Sequence[str], known: Sequence[str]) -> None:
    """Refuse names of quantities that are not known, each with the nearest right one.

    Raises
    ------
    InputError
        With every such name.
    """
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            *(f"there is no quantity '{name}'{nearest(name, [*known])}" for name in unknown)
        )


def nearest(word: str, allowed: list[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest right spelling, or nothing."""
    close = get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


_DIGITS, _ALL_DIGITS = 4, 17
"""How many digits of a number are told, and how many tell any two numbers apart."""


def told_apart(number: float, *others: float) -> str:
    """Return a number in as few digits, but four, as show that it is none of some others.

    >>> told_apart(0.95, 1.0), told_apart(1.0000001, 1.0)
    ('0.95', '1.0000001')
    """
    texts = (f"{number:.{digits}g}" for digits in range(_DIGITS, _ALL_DIGITS + 1))
    return next((text for text in texts if float(text) not in others), f"{number:g}")
