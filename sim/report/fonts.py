"""Fonts that can draw Chinese: find one, use it, and refuse to draw empty boxes.

The font of the package ``zhplot`` (Noto Sans SC, SIL Open Font License) comes first, so that a figure
looks the same on every machine; an installed Chinese font is second. Importing that package would
change matplotlib's settings for the whole program, so its font file is only located, never imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from sim.errors import InputError, Problem

FONT_PACKAGE = "zhplot"
PACKAGED_FILE = Path("fonts") / "NotoSansSC-Regular.ttf"
INSTALLED_FAMILIES = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
)
LATIN_FAMILY = "DejaVu Sans"  # ships with matplotlib
SAMPLE = "县域内就诊率乡镇卫生院"


@cache
def characters(file: Path) -> frozenset[int]:
    """Return the code points a font file has glyphs for."""
    return frozenset(FT2Font(str(file)).get_charmap())


def packaged_font() -> Path | None:
    """Return the font file inside the font package, or None if the package is not installed."""
    spec = find_spec(FONT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(spec.submodule_search_locations[0]) / PACKAGED_FILE
    return file if file.is_file() else None


def installed_font() -> Path | None:
    """Return the first font of this machine, in our order, that draws simplified Chinese."""
    for family in INSTALLED_FAMILIES:
        for entry in fontManager.ttflist:
            file = Path(entry.fname)
            if entry.name == family and file.is_file() and draws(file, SAMPLE):
                return file
    return None


def draws(file: Path, text: str) -> bool:
    """Return whether a font file has a glyph for every character of a text."""
    return {ord(character) for character in text} <= characters(file)


def chinese_family() -> str | None:
    """Return the name of a font family that draws Chinese, known to matplotlib, or None."""
    file = packaged_font() or installed_font()
    if file is None:
        return None
    if all(entry.fname != str(file) for entry in fontManager.ttflist):
        fontManager.addfont(str(file))
    return FT2Font(str(file)).family_name


def families(lang: str) -> list[str]:
    """Return the font families for figures in a language, first choice first.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``. English figures also use the Chinese font where there is one, because a
        scenario or facility may have only a Chinese name.

    Raises
    ------
    InputError
        If Chinese is asked for and no font draws it.
    """
    chinese = chinese_family()
    if chinese is not None:
        return [chinese, LATIN_FAMILY]
    if lang == "zh":
        raise InputError(
            Problem(
                "no font with Chinese characters was found; "
                f"`pip install {FONT_PACKAGE}` brings one, or use --lang en"
            )
        )
    return [LATIN_FAMILY]


def undrawable(text: str, names: Iterable[str]) -> str:
    """Return the characters of a text that none of the font families has a glyph for."""
    covered: set[int] = set()
    for name in names:
        # In a list: a bare name would be read as a pattern, in which a hyphen has a meaning.
        found = fontManager.findfont(FontProperties(family=[name]))
        covered |= characters(Path(str(found)))
    return "".join(sorted({c for c in text if not c.isspace() and ord(c) not in covered}))


def require_glyphs(figure: Figure) -> None:
    """Check that every character in a figure can be drawn.

    Raises
    ------
    InputError
        If a character would show as an empty box.
    """
    missing = {
        character
        for artist in figure.findobj(Text)
        if isinstance(artist, Text) and artist.get_visible()
        for character in undrawable(artist.get_text(), artist.get_fontfamily())
    }
    if missing:
        raise InputError(
            Problem(
                f"no font was found for the characters '{''.join(sorted(missing))}'; "
                f"`pip install {FONT_PACKAGE}` brings one for Chinese"
            )
        )
