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


def make_drawable(figure: Figure) -> None:
    """Replace what cannot be drawn in the texts of a figure: characters without a glyph, control characters."""
    for artist in figure.findobj(Text):
        if isinstance(artist, Text) and artist.get_text():
            text = artist.get_text()
            drawable = without_gaps("\n".join(plain(line) for line in text.split("\n")))
            if drawable != text:
                artist.set_text(drawable)
