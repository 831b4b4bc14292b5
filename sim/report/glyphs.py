"""Which characters figures can draw; imports nothing that takes time, so that `check` can ask."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

STAND_IN = "〓"
"""The geta mark, which Chinese and Japanese typesetters put where a type is missing."""


@cache
def drawn_characters() -> frozenset[int]:
    """Return the code points that a font of the figures has glyphs for.

    ``font/characters.txt`` lists them as hexadecimal ranges, ``4E00-4E09``; it is made with the font.
    """
    text = (files("sim.report") / "font" / "characters.txt").read_text(encoding="ascii")
    points: set[int] = set()
    for line in text.split():
        first, _, last = line.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that figures cannot draw, each once; spaces and line ends are drawn.

    >>> missing_glyphs("县医院")
    ''
    """
    drawn = drawn_characters()
    return "".join(
        dict.fromkeys(sign for sign in text if ord(sign) not in drawn and not sign.isspace())
    )


def without_gaps(text: str) -> str:
    """Return a text in which `STAND_IN` stands for every character that figures cannot draw."""
    missing = missing_glyphs(text)
    return text.translate({ord(sign): STAND_IN for sign in missing}) if missing else text
