"""What may stand in a name or a title that people read: text, and nothing that is more than text."""

from __future__ import annotations

import unicodedata

LONGEST_TITLE = 200
_DIRECTION_MARKS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs without a shape: fillers of syllables, the empty cell of Braille."""


def problem_of_text(text: str, longest: int = LONGEST_TITLE) -> str:
    """Return what keeps a text from being shown, or nothing.

    A text in which nothing can be seen names nothing. Control characters break tables and workbooks, marks of
    writing direction make other words of what stands beside them, and a very long title takes gigabytes to
    draw.

    Parameters
    ----------
    text : str
    longest : int
        Characters allowed.
    """
    if len(text) > longest:
        return f"has {len(text):,} characters; at most {longest} are allowed"
    for sign in text:
        if unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") or sign in _DIRECTION_MARKS:
            return f"holds the invisible character U+{ord(sign):04X}; delete it"
    if text and not any(map(_is_seen, text)):
        return f"holds nothing that can be seen (U+{ord(text[0]):04X}); write words"
    return ""


def _is_seen(sign: str) -> bool:
    """Tell whether a character has a shape of its own: a letter, a digit, a sign."""
    return unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANKS
