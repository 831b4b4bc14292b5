"""Numbers and tables as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MISSING = "—"


@dataclass(frozen=True)
class Section:
    """A table with what it means.

    Attributes
    ----------
    title : str
    text : str
        What is measured and how to read it.
    head : tuple of str
    rows : tuple of tuples of str
    """

    title: str
    text: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Return the section as Markdown."""
        lines = [f"## {self.title}", "", self.text, "", _row(self.head)]
        lines.append("|--|" + "--:|" * (len(self.head) - 1))
        lines += [_row(row) for row in self.rows]
        return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def number(value: float, digits: int = 3) -> str:
    """Return a number with some significant digits and thousands set apart."""
    if value >= 10 ** (digits - 1):
        rounded = round(value, digits - len(str(int(value))))
        return f"{rounded:,.0f}"
    return f"{value:.{digits}g}" if value else "0"


def times(ratio: float) -> str:
    """Return a ratio such as ``x 12``."""
    return f"× {number(ratio, 2)}" if ratio < 10 else f"× {number(ratio)}"


def spread(values: Sequence[float]) -> str:
    """Return how far the rounds lie apart, as a share of their median."""
    middle = median(values)
    return f"{100.0 * (max(values) - min(values)) / middle:.0f} %" if middle > 0.0 else MISSING
