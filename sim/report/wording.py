"""Numbers and lines of text as people read them, in whatever language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np
from rich.cells import cell_len

from sim.glossary import glossary, term

MISSING = "–"
ROW_WIDTH = 22  # columns of a name beside an axis, see `wrapped`

_CHINESE = r"\u2e80-\u9fff\uf900-\uffef"
# What must stay on one line: a Latin word (up to 20 letters of it) or one Chinese character, with the
# brackets that open before it and the punctuation that follows it.
_PIECE = re.compile(
    rf"[（《〈「“‘]*(?:[^\s{_CHINESE}]{{1,20}}|[{_CHINESE}])[，。、：；！？）》〉」”’]*\s*"
)
_AFTER_HYPHEN = re.compile(r"(?<=\w-)(?=\w)")


def quantity_scale(quantity: str) -> float:
    """Return what a quantity's values are multiplied by to be shown."""
    return term(quantity).scale if quantity.partition(":")[0] in glossary() else 1.0


def has_interval(low: float, high: float) -> bool:
    """Return whether there is an interval to show: one replication gives none."""
    return not (math.isnan(low) or math.isnan(high)) and high > low


def possible(key: str, low: float, high: float) -> tuple[float, float]:
    """Return the part of an interval that an indicator can take: a share lies between 0 and 1."""
    if not term(key).is_share or low > 1 or high < 0:
        return low, high
    return max(low, 0.0), min(high, 1.0)


def significant(value: float, digits: int, *, sign: bool = False) -> str:
    """Return a number with so many significant digits, never as a power of ten; a dash for none.

    Parameters
    ----------
    value : float
    digits : int
        At least 1; further ones are rounded, before the point to zeros.
    sign : bool
        Show that of a positive number, too.
    """
    if math.isnan(value):
        return MISSING
    return np.format_float_positional(
        value, precision=digits, unique=False, fractional=False, trim="-", sign=sign
    )


def wrapped(text: str, width: int = ROW_WIDTH) -> str:
    """Return a text broken into lines, by the rules of English and of Chinese.

    Parameters
    ----------
    text : str
        One line.
    width : int
        Columns in a line; a Latin letter takes one, a Chinese character two.

    Returns
    -------
    str
        Lines of at most that width, but for a word longer than it; none begins with a closing mark. A word
        is broken after a hyphen only, and only where it needs more than a line.
    """
    lines = [""]
    for piece in _pieces(text, width):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _pieces(text: str, width: int) -> Iterator[str]:
    """Yield what must stay on one line."""
    for piece in _PIECE.findall(text):
        if cell_len(piece.rstrip()) <= width:
            yield piece
        else:
            yield from _AFTER_HYPHEN.split(piece)
