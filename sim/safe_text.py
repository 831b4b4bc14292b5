"""Names and titles are text and nothing more, wherever they are written.

A name may come from a file, a table or a program, and hold an escape sequence, a formula, markup, or a mark of
writing direction. Input files with such names are refused (`sim.reading.text`); whatever still reaches an
output goes through here, and comes out harmless and whole: nothing is dropped, what cannot be shown is shown as
a sign for it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_CONTROL_PICTURES = 0x2400
_DELETE, _DELETE_PICTURE = 0x7F, "\u2421"
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
_NUMBERS = "iufbcmM"  # kinds of types that hold no text
_LONGEST_SHOWN, _SHOWN_OF_LONGER = 100, 60
_LONG_WORD = re.compile(rf"[\w.+-]{{{_LONGEST_SHOWN + 1},}}", re.ASCII)
_LONG_QUOTE = re.compile(rf"(?<![^\s(:,=])'[^']{{{_LONGEST_SHOWN + 1},}}'(?!\w)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def plain(text: str) -> str:
    r"""Return a text in one line of characters that show and do nothing.

    Control characters become their pictures (``␛``), other characters without a shape, such as marks of writing
    direction, their number (``\u202E``).

    >>> plain("a\x1b[31m")
    'a␛[31m'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    code = ord(sign)
    if code < ord(" "):
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return _DELETE_PICTURE
    if unicodedata.category(sign) not in _UNSHOWN:
        return sign
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def cut(text: str) -> str:
    """Return a message in which the beginning stands for what is very long: a number, a word, a text in quotes.

    Values come from files, where a number may have thousands of digits; what is wrong with it would stand at
    the end of the screen.

    >>> cut(f"not {10**200} but 'a'")
    "not 100000000000000000000000000000000000000000000000000000000000... but 'a'"
    """
    if len(text) <= _LONGEST_SHOWN:
        return text
    quoted = _LONG_QUOTE.sub(lambda found: f"{found[0][: _SHOWN_OF_LONGER + 1]}...'", text)
    return _LONG_WORD.sub(lambda found: f"{found[0][:_SHOWN_OF_LONGER]}...", quoted)


def for_terminal(text: str) -> str:
    """Return a text for `rich`: in one line, brackets are brackets."""
    from rich.markup import escape

    shown = plain(text)
    escaped = escape(shown)
    # A backslash at the end is doubled, for a bracket that may follow; in a cell nothing follows.
    return escaped[:-1] if escaped.endswith("\\\\") and not shown.endswith("\\\\") else escaped


def for_csv(text: str) -> str:
    """Return a text for a cell of a CSV file that spreadsheet programs do not take for a formula.

    A text that begins as a formula does gets an apostrophe before it, which is what OWASP advises ("CSV
    injection"); a number written as text stays as it is.

    >>> for_csv("=1+1"), for_csv("-5.2"), for_csv("about")
    ("'=1+1", '-5.2', 'about')
    """
    shown = plain(text)
    # A tab or line end at the beginning is a picture by now, but was there.
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{shown}"
    return shown


def frame_for_csv(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts are safe in CSV; numbers and headings are untouched."""
    texts = [name for name in frame.columns if frame[name].dtype.kind not in _NUMBERS]
    if not texts:
        return frame
    return frame.assign(**{str(name): _safe_column(frame[name]) for name in texts})


def _safe_column(column: pd.Series) -> pd.Series:
    """Return a column with safe texts; few differ, so each is looked at once."""
    column = column.astype(object)
    changed = {
        text: safe
        for text in column.unique()
        if isinstance(text, str) and (safe := for_csv(text)) != text
    }
    if not changed:
        return column
    return column.map(lambda cell: changed.get(cell, cell) if isinstance(cell, str) else cell)


def for_markdown(text: str) -> str:
    r"""Return a text in which no character is markup of Markdown or HTML.

    >>> for_markdown("a|b *c*")
    'a\\|b \\*c\\*'
    """
    return _MARKDOWN.sub(r"\\\1", plain(text).replace("&", "&amp;"))
