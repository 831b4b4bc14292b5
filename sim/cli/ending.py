"""How a command ends: a line on standard error for whatever went wrong, and its exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import typer

from sim.cli.speech import UsageError, as_option, told, usage_lines
from sim.errors import InputError, Problem, RunsFailed, StudyInterrupted
from sim.glossary import Language, counted
from sim.messages import problem_line

_LONGEST_SHOWN = 200
INTERRUPTED = 130
_WRONG_INPUT, _FAILED = 2, 1


def tell_ending(error: BaseException, language: Language) -> int:
    """Say why a command ended and return its exit code.

    Parameters
    ----------
    error : BaseException
    language : {"zh", "en"}
        Of messages.
    """
    lines, code = _ending(error, language)
    for line in lines:
        typer.echo(line, err=True)
    return code


def leave_unread() -> None:
    """Give up what standard output cannot take; Python would try again when it ends, with another exit code."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ending(error: BaseException, language: Language) -> tuple[list[str], int]:
    if isinstance(error, UsageError):
        return usage_lines(error), _WRONG_INPUT
    if isinstance(error, InputError):
        return [problem_line(as_option(p), language) for p in error.problems], _WRONG_INPUT
    if isinstance(error, RunsFailed):
        # Each was told when it failed.
        return [told(f"{counted(len(error.failures), '# run')} failed; no answer")], _FAILED
    if isinstance(error, StudyInterrupted):
        return [told(str(error))], INTERRUPTED
    if isinstance(error, KeyboardInterrupt):
        return [], INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # The reader, such as `head`, has had enough.
        return [], 0
    if isinstance(error, MemoryError):
        return [told("there is too little memory for this")], _FAILED
    if isinstance(error, OSError):
        # A name that is too long, a file that may not be read, a disk that is full.
        file = None if error.filename is None else Path(str(error.filename)[:_LONGEST_SHOWN])
        what = f"cannot be read or written: {error.strerror or error}"
        return [problem_line(Problem(what, file), language)], _WRONG_INPUT
    line = " ".join(f"{type(error).__name__}: {error}".split())
    return [told(f"unexpected: {line} (--debug before the command shows where)")], _FAILED
