"""Tables in Markdown, and measured tables inside a written page.

These stand between two marks and are replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.errors import InputError, Problem
from sim.runs.atomic import clear_os_errors, write_text
from sim.safe_text import for_markdown

BEGINS, ENDS = "<!-- measured: {name} -->", "<!-- end of {name} -->"


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, right_from: int | None = None
) -> list[str]:
    """Return the lines of a Markdown table; nothing in a cell is markup.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequences
        As many cells as headings.
    right_from : int, optional
        The first column of those that stand at the right, as numbers do.
    """
    left = len(headings) if right_from is None else right_from
    marks = ["--", "--:"]
    lines = [_line(headings), "|" + "".join(f"{marks[i >= left]}|" for i in range(len(headings)))]
    return [*lines, *(_line([str(cell) for cell in row]) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(for_markdown, cells)) + " |"


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
    before, after = _around(file, begins, ends)
    write_text(file, f"{before}{begins}\n\n{text.strip()}\n\n{ends}{after}")


def check_has_marks(file: Path, names: Iterable[str]) -> None:
    """Refuse a page into which `write_measured` could not write.

    Raises
    ------
    InputError
        As `write_measured`.
    """
    for name in names:
        _around(file, BEGINS.format(name=name), ENDS.format(name=name))


def _around(file: Path, begins: str, ends: str) -> tuple[str, str]:
    """Return what stands before and after two marks."""
    with clear_os_errors(file, "cannot read or write"):
        page = file.read_text(encoding="utf-8")
    before, found, rest = page.partition(begins)
    _, found_end, after = rest.partition(ends)
    if not (found and found_end):
        raise InputError(Problem(f"lacks the lines '{begins}' and '{ends}'", file))
    return before, after
