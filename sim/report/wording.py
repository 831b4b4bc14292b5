"""Numbers and names as people read them."""

from __future__ import annotations

import math
import textwrap

import pandas as pd

from sim.glossary import Language, label, term

MISSING = "–"


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


def has_interval(low: float, high: float) -> bool:
    """Return whether there is an interval to show: one replication gives none."""
    return not (math.isnan(low) or math.isnan(high)) and high > low


def scenario_titles(scenarios: pd.DataFrame, lang: Language) -> dict[str, str]:
    """Return scenario titles by scenario name, in the order of showing."""
    ordered = scenarios.sort_values("order", kind="stable")
    return dict(zip(ordered["scenario"], ordered[f"title_{lang}"], strict=True))


def wrapped(text: str, lang: Language) -> str:
    """Return a title broken into lines short enough to stand beside an axis."""
    return textwrap.fill(text, 10 if lang == "zh" else 22)
