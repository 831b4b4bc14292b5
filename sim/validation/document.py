"""Measured tables inside a written page: they stand between two marks and are replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.errors import InputError, Problem
from sim.study.atomic import clear_os_errors, write_text

BEGINS, ENDS = "<!-- measured: {name} -->", "<!-- end of {name} -->"


def markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown; all columns but the first are numbers, at the right."""
    lines = [heads, ["--", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_measured(file: Path, name: str, text: str) -> None:
    """Put a text between the marks of a name in a file.

    Parameters
    ----------
    file : Path
        A page with the lines ``<!-- measured: name -->`` and ``<!-- end of name -->``.
    name : str
    text : str
        Markdown.

    Raises
    ------
    InputError
        If the file cannot be read or written, or lacks the marks.
    """
    begins, ends = BEGINS.format(name=name), ENDS.format(name=name)
    with clear_os_errors(file, "cannot read or write"):
        page = file.read_text(encoding="utf-8")
        before, found, rest = page.partition(begins)
        _, found_end, after = rest.partition(ends)
        if not (found and found_end):
            raise InputError(Problem(f"lacks the lines '{begins}' and '{ends}'", file))
        write_text(file, f"{before}{begins}\n\n{text.strip()}\n\n{ends}{after}")
