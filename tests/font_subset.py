"""Make the font that figures are drawn with: a part of Noto Sans SC, carried by the project.

    python tests/font_subset.py NotoSansSC-Regular.ttf

`sim/report/font/README.md` says where the whole font comes from. Kept are the 6,763 characters of GB 2312,
those of names of towns and villages of Fujian that it lacks (below), those of the glossary and the shipped
scenarios, and the Latin, Greek and punctuation that titles use.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
FONT = ROOT / "sim/report/font/NotoSansSC-Subset.ttf"
CHARACTERS = FONT.with_name("characters.txt")
LATIN = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
FAMILY = "Noto Sans SC Subset"
# Of the names of towns and villages of Fujian (division codes of 2023), what GB 2312 lacks.
RARE = "㘵囷坋坵垇垞垱垵垾塅墈墘岎岞崑崙扆昇朏棪楩檺沶洑浿湆湧漈濛珪琯畓砵硋硿磜磹磻礵筜筶筼菉萩藟蟳衕迴邠陑"
# Frequent in names of people, firms and hospitals, and also not in GB 2312.
FREQUENT = "镕堃喆瑄玥珺璟昉晞晟翀甯祎祺筱邨闫鋆淼犇猋飚粧峯裡碁嚞囍錡鑫焜炜煊熠玹琤琭甦"
RANGES = (
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x0370, 0x03FF), (0x2000, 0x206F), (0x20AC, 0x20AC),
    (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x2199), (0x2200, 0x22FF), (0x2460, 0x2473),
    (0x25A0, 0x25FF), (0x3000, 0x301F), (0xFF00, 0xFF5E), (0xFFE0, 0xFFE6),
)  # fmt: skip


def gb2312() -> set[str]:
    """All characters of both levels of GB 2312."""
    characters = set()
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                characters.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return characters


def wanted() -> set[int]:
    """All code points that the font shall have."""
    texts = {RARE, FREQUENT, *gb2312()}
    files = [ROOT / "sim/glossary.csv", *(ROOT / "scenarios").rglob("*.csv")]
    files += (ROOT / "scenarios").rglob("*.yaml")
    texts |= {file.read_text(encoding="utf-8") for file in files}
    points = {ord(character) for text in texts for character in text}
    return points | {point for low, high in RANGES for point in range(low, high + 1)}


def make(whole: Path) -> None:
    """Write the part of a font that is wanted, without hints and features, under a name of its own."""
    font = TTFont(whole, recalcTimestamp=False)
    options = subset.Options(
        hinting=False, layout_features=["kern"], notdef_outline=True, glyph_names=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14], name_languages=[0x409],
        drop_tables=["BASE", "STAT", "gasp", "prep", "vhea", "vmtx"],
    )  # fmt: skip
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=wanted())
    chosen.subset(font)
    for entry in font["name"].names:
        if entry.nameID in (1, 4):
            # Another name than the whole font's, so that neither is taken for the other.
            entry.string = FAMILY
        elif entry.nameID in (3, 6):
            entry.string = FAMILY.replace(" ", "")
    FONT.parent.mkdir(exist_ok=True)
    font.save(FONT)
    CHARACTERS.write_text("\n".join(ranges(drawn())) + "\n", encoding="ascii")


def drawn() -> set[int]:
    """All code points with a glyph in the font or in the one that comes with matplotlib."""
    return {point for file in (FONT, LATIN) for point in TTFont(file).getBestCmap()}


def ranges(points: Iterable[int]) -> list[str]:
    """Code points as ranges of hexadecimal numbers."""
    pairs: list[list[int]] = []
    for point in sorted(points):
        if pairs and pairs[-1][1] == point - 1:
            pairs[-1][1] = point
        else:
            pairs.append([point, point])
    return [f"{a:04X}" if a == b else f"{a:04X}-{b:04X}" for a, b in pairs]


if __name__ == "__main__":
    make(Path(sys.argv[1]))
