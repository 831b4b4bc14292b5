"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a Markdown table; bars within cells are escaped.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequences
        As many cells as headings.
    """
    lines = [_line(headings), "|" + "--|" * len(headings)]
    return [*lines, *(_line([str(cell) for cell in row]) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
