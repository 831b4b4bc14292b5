"""The words of the project: every Chinese and English term that people are shown.

All labels of figures, tables and the terminal come from ``glossary.csv`` beside this file, so that a
term is translated once and reads the same everywhere. Keys are bare for indicators
(``bed_occupancy``) and carry a family for everything else (``tier.county``, ``reason.capacity``,
``text.leak_title``). An indicator of one tier is composed: ``bed_occupancy:county``.
"""

from __future__ import annotations

import csv
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from sim.errors import nearest

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")
TIERS = ("village", "township", "county", "city", "province", "outside")
"""Tiers from the bottom up; `outside` is outside the province."""
AGE_BANDS = ("0_4", "5_14", "15_59", "60_79", "80_plus")
"""Ages in years, as columns of a region's tables name them."""
LEAK_REASONS = ("preference", "capability", "capacity", "emergency", "referred_treatable")


@dataclass(frozen=True)
class Term:
    """One entry of the glossary.

    Attributes
    ----------
    key : str
        Name used in code and in result tables.
    zh, en : str
        The term in Chinese and in English.
    unit_zh, unit_en : str
        Unit in which the value is *shown*; empty for terms that are no quantity.
    scale : float
        What a value is multiplied by to be shown in that unit: shares are held as fractions and shown
        in per cent (100).
    decimals : int
        Digits after the point when shown.
    note : str
        What exactly is meant, in English.
    """

    key: str
    zh: str
    en: str
    unit_zh: str = ""
    unit_en: str = ""
    scale: float = 1.0
    decimals: int = 1
    note: str = ""

    @property
    def is_share(self) -> bool:
        """Whether values are fractions shown in per cent."""
        return self.unit_en == "%"

    def text(self, lang: Language) -> str:
        """Return the term in a language."""
        return self.zh if lang == "zh" else self.en

    def unit(self, lang: Language) -> str:
        """Return the unit in a language."""
        return self.unit_zh if lang == "zh" else self.unit_en


def counted(number: float, one: str, many: str = "") -> str:
    """Return words for a number of things in English, singular for one: ``counted(1, "# week")``.

    Parameters
    ----------
    number : float
        Stands where the words have ``#``; some need none.
    one, many : str
        Words for one, and for any other number; the plural of one, with an s, unless stated.
    """
    words = one if number == 1 else many or f"{one}s"
    return words.replace("#", f"{number:,}")


class _Filler(string.Formatter):
    """Fills texts in which a number can have two forms: ``{weeks:# week|# weeks}``."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return counted(value, one, many) if bar else str(super().format_field(value, format_spec))


_FILLER = _Filler()


def filled(text: str, **values: object) -> str:
    """Return a text of the glossary with its values; ``{weeks:# week|# weeks}`` is as `counted` has it."""
    return _FILLER.format(text, **values)


@cache
def glossary() -> Mapping[str, Term]:
    """Return all terms by key, read once from ``glossary.csv``."""
    text = (files("sim") / "glossary.csv").read_text(encoding="utf-8")
    terms = {
        row["key"]: Term(
            row["key"],
            row["zh"],
            row["en"],
            row["unit_zh"],
            row["unit_en"],
            float(row["scale"] or 1),
            int(row["decimals"] or 1),
            row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    }
    return MappingProxyType(terms)


def indicator_names() -> list[str]:
    """Return the keys of all indicators; those of other terms carry their family before a dot."""
    return [key for key in glossary() if "." not in key]


def term(key: str) -> Term:
    """Return the term of a key; for ``indicator:tier`` the indicator's term with the tier's name.

    Raises
    ------
    KeyError
        If there is no such key, with the nearest one: a mistake in the program, not in its input.
    """
    indicator, colon, tier = key.partition(":")
    if colon:
        whole, part = term(indicator), term(f"tier.{tier}")
        return Term(
            key,
            f"{whole.zh}（{part.zh}）",
            f"{whole.en} ({part.en.lower()})",
            whole.unit_zh,
            whole.unit_en,
            whole.scale,
            whole.decimals,
            whole.note,
        )
    terms = glossary()
    if key not in terms:
        raise KeyError(f"no term '{key}' in the glossary{nearest(key, list(terms))}")
    return terms[key]


def label(key: str, lang: Language) -> str:
    """Return the term of a key in a language.

    Raises
    ------
    KeyError
        If there is no such key.
    """
    return term(key).text(lang)


def unit(key: str, lang: Language) -> str:
    """Return the unit in which a key's values are shown, empty if it has none.

    Raises
    ------
    KeyError
        If there is no such key.
    """
    return term(key).unit(lang)
