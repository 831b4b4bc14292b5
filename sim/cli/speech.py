"""The language of help and errors; it must be known before the command line is parsed.

``--lang`` decides for everything. Without it messages follow the locale and results are Chinese.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import typer

from sim.errors import ARGUMENT, InputError, Problem
from sim.glossary import Language
from sim.messages import translated
from sim.safe_text import cut, plain

spoken: ContextVar[Language] = ContextVar("spoken", default="en")
"""The language of the messages of the command that is carried out."""

# What a command-line user gets wrong is an error of this class, whatever the library is built on.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


_OPTIONS = {
    "half_widths": "half-width",
    "indicators": "indicator",
    "kinds_file": "out",
    "maximum": "max-replications",
    "parameters": "parameter",
    "quantities": "quantity",
}
"""Options that are stated once for each value; the others are called as the argument."""

_BY_PLACE = frozenset({"source", "sources", "base", "goal", "folder"})
"""Arguments that a command takes by their place."""


def as_option(problem: Problem) -> Problem:
    """Return a problem with an argument as one with the option that states it."""
    if problem.file != ARGUMENT or problem.key is None:
        return problem
    if problem.key in _BY_PLACE:
        return replace(problem, file=None, key=None)
    name, dot, below = problem.key.partition(".")
    option = "--" + _OPTIONS.get(name, name).replace("_", "-")
    return replace(problem, file=None, key=option + dot + below)


def told(line: str) -> str:
    """Return a message in the language of the command that is carried out."""
    return translated(line, spoken.get())


def check_encoding(arguments: Sequence[str]) -> None:
    """Refuse arguments that are no text here: bytes of another encoding, or Chinese in a locale of ASCII.

    Raises
    ------
    InputError
        With each of them.
    """
    wrong = [word for word in arguments if not word.isascii() and not _is_text(word)]
    if wrong:
        raise InputError(
            *(f"'{plain(word)}' is no UTF-8 in this locale; set LC_ALL=C.UTF-8" for word in wrong)
        )


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def stated_language(command: Any, arguments: Sequence[str], language: Language) -> dict[str, Any]:
    """Return the defaults of all commands: a ``--lang`` before the command holds for the command too."""
    stated = any(word.partition("=")[0] == "--lang" for word in arguments)
    return {"default_map": _defaults(command, language)} if stated else {}


def _defaults(command: Any, language: Language) -> dict[str, Any]:
    inner = getattr(command, "commands", {})
    defaults: dict[str, Any] = {name: _defaults(inner[name], language) for name in inner}
    if any(parameter.name == "lang" for parameter in command.params):
        defaults["lang"] = language
    return defaults


def command_of(app: typer.Typer, language: Language) -> Any:
    """Return the program's commands with help in a language."""
    command = typer.main.get_command(app)
    if language == "zh":
        _translate(command)
    return command


def usage_lines(error: Any) -> list[str]:
    """Return what a wrong command line is told."""
    lines = []
    if error.ctx is not None:
        lines.append(error.ctx.get_usage())
        help_option = error.ctx.help_option_names[0]
        lines.append(told(f"Try '{error.ctx.command_path} {help_option}' for help."))
    return [*lines, told(f"Error: {cut(error.format_message())}")]


def _translate(command: Any) -> None:
    command.help = _help(command.help)
    command.short_help = command.help
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _help(parameter.help)
    formatter = _chinese(command.context_class.formatter_class)
    command.context_class = type(
        "ChineseContext", (command.context_class,), {"formatter_class": formatter}
    )
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)


def _help(text: str | None) -> str | None:
    return None if text is None else translated(" ".join(text.split()), "zh")


def _chinese(formatter: Any) -> Any:
    """Return a formatter of help whose headings and notes are Chinese."""

    class Chinese(formatter):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, "用法：")

        def write_heading(self, heading: str) -> None:
            super().write_heading(translated(heading, "zh"))

        def write_dl(self, rows: Sequence[tuple[str, str]], *more: Any, **options: Any) -> None:
            super().write_dl([(term, _note(text)) for term, text in rows], *more, **options)

    return Chinese


def _note(text: str) -> str:
    """Return the help of an option; what the library adds in brackets is translated part by part."""
    said, bracket, notes = text.rpartition("[")
    if not (bracket and notes.endswith("]")):
        return translated(text, "zh")
    parts = [translated(part, "zh") for part in notes[:-1].split("; ")]
    return f"{translated(said.rstrip(), 'zh')}  [{'；'.join(parts)}]".lstrip()
