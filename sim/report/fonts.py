"""The font of all figures: carried by the project, so that a figure looks the same on every machine.

It is a part of Noto Sans SC (SIL Open Font License, `font/README.md`); what it lacks is drawn with the font
that comes with matplotlib, and what neither has by `STAND_IN`. No character keeps a figure from being drawn.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from sim.report.glyphs import without_gaps
from sim.safe_text import plain

FONT = Path(__file__).parent / "font" / "NotoSansSC-Subset.ttf"
FAMILY = "Noto Sans SC Subset"
LATIN_FAMILY = "DejaVu Sans"  # ships with matplotlib


@cache
def families() -> list[str]:
    """Return the families of figures, first choice first; the first time make them known."""
    fontManager.addfont(str(FONT))
    return [FAMILY, LATIN_FAMILY]


def drawable(text: str) -> str:
    """Return a text with signs in the place of characters that cannot be drawn; it may have several lines."""
    return without_gaps("\n".join(map(plain, text.split("\n"))))


def make_drawable(figure: Figure) -> None:
    """Do so with all texts of a figure but names beside axes, which are written anew when drawn."""
    for artist in figure.findobj(Text):
        if isinstance(artist, Text) and (text := artist.get_text()):
            artist.set_text(drawable(text))
