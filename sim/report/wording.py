"""Numbers and names as people read them."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
from rich.cells import cell_len

from sim.glossary import Language, glossary, label, term

MISSING = "–"
ROW_WIDTH = 22  # columns of a name beside an axis, see `wrapped`

_CHINESE = r"\u2e80-\u9fff\uf900-\uffef"
# What must stay on one line: a Latin word (up to 20 letters of it) or one Chinese character, with the
# brackets that open before it and the punctuation that follows it.
_PIECE = re.compile(
    rf"[（《〈「“‘]*(?:[^\s{_CHINESE}]{{1,20}}|[{_CHINESE}])[，。、：；！？）》〉」”’]*\s*"
)


def format_value(key: str, value: float, lang: Language) -> str:
    """Return a value of an indicator as shown: scaled, rounded, with % for shares.

    Parameters
    ----------
    key : str
        Glossary key of the indicator.
    value : float
        In natural units (a share as a fraction); NaN is shown as a dash.
    lang : Language
        ``zh`` or ``en``.
    """
    if math.isnan(value):
        return MISSING
    entry = term(key)
    percent = label("unit.percent", lang) if entry.is_share else ""
    return f"{value * entry.scale:,.{entry.decimals}f}{percent}"


def format_published(key: str, value: float, lang: Language) -> str:
    """Return a figure of the plan with the digits it was published with (``62.75%``, ``90%``)."""
    if math.isnan(value):
        return MISSING
    entry = term(key)
    percent = label("unit.percent", lang) if entry.is_share else ""
    whole, point, digits = f"{value * entry.scale:,.4f}".partition(".")
    digits = digits.rstrip("0")
    return f"{whole}{point if digits else ''}{digits}{percent}"


def format_interval(key: str, low: float, high: float) -> str:
    """Return an interval as ``low – high`` in the unit shown, a dash if there is none."""
    if not has_interval(low, high):
        return MISSING
    entry = term(key)
    low, high = possible(key, low, high)
    digits = entry.decimals
    return f"{low * entry.scale:,.{digits}f} – {high * entry.scale:,.{digits}f}"


def format_difference(key: str, value: float, lang: Language, *, with_unit: bool = True) -> str:
    """Return a difference with its sign; differences of shares are percentage points."""
    if math.isnan(value):
        return MISSING
    entry = term(key)
    points = f" {label('unit.points', lang)}" if entry.is_share and with_unit else ""
    text = f"{value * entry.scale:+,.{entry.decimals}f}"
    # A difference that rounds to nothing has no direction.
    unsigned = text[1:] if not any(digit in text for digit in "123456789") else text
    return unsigned + points


def format_target(key: str, operator: str, target: float, lang: Language) -> str:
    """Return a target such as ``≥90%`` or ``about 40%``, a dash if there is none."""
    if not operator or math.isnan(target):
        return MISSING
    sign = label(f"operator.{operator}", lang)
    space = " " if sign.isascii() and sign.isalpha() else ""
    return f"{sign}{space}{format_published(key, target, lang)}"


def with_unit(key: str, lang: Language) -> str:
    """Return an indicator's name followed by its unit, unless that is % (which numbers carry)."""
    entry = term(key)
    unit = entry.unit(lang)
    if not unit or entry.is_share:
        return entry.text(lang)
    return f"{entry.text(lang)}（{unit}）" if lang == "zh" else f"{entry.text(lang)} ({unit})"


def quantity_title(quantity: str, lang: Language, *, differences: bool = False) -> str:
    """Return a quantity and its unit as people read it; a network's measures are named as in its file.

    Differences of shares are in percentage points.
    """
    if quantity.partition(":")[0] not in glossary():
        return quantity
    entry = term(quantity)
    points = differences and entry.is_share
    unit = label("unit.points", lang) if points else entry.unit(lang)
    if not unit:
        return entry.text(lang)
    return f"{entry.text(lang)}（{unit}）" if lang == "zh" else f"{entry.text(lang)} ({unit})"


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


def scenario_titles(scenarios: pd.DataFrame, lang: Language) -> dict[str, str]:
    """Return scenario titles by scenario name, in the order of showing."""
    ordered = scenarios.sort_values("order", kind="stable")
    return dict(zip(ordered["scenario"], ordered[f"title_{lang}"], strict=True))


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
        Lines of at most that width, but for a word longer than it; none begins with a closing mark.
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)
