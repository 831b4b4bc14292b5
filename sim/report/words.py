"""The words of a report in one language: terms, and numbers and names as people read them.

One object is made once, ``words = Words.of("zh")``, and handed to whatever draws or writes:

>>> words = Words.of("en")
>>> words["tier.county"]
'County'
>>> words.value("in_county_rate", 0.931)
'93.1%'
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from sim.glossary import LANGUAGES, Language, filled, glossary, term
from sim.report.wording import MISSING, has_interval, possible
from sim.time_units import MINUTES_PER_DAY, MINUTES_PER_WEEK

if TYPE_CHECKING:
    import pandas as pd

_MORE_DECIMALS = 2
_ALL, _PER_DAY = "all", "_per_day"
_OVER = re.compile(r"waited_over_(.+)_min_share")
_LENGTHS = MappingProxyType({"week": MINUTES_PER_WEEK, "day": MINUTES_PER_DAY, "hour": 60})
"""In minutes."""


class _InBoth(Protocol):
    """What has a text in both languages."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


class _Titled(Protocol):
    @property
    def title(self) -> Any: ...


@dataclass(frozen=True)
class Words:
    """Terms of the glossary in one language, and how numbers are written in it.

    Attributes
    ----------
    lang : {'zh', 'en'}
    """

    lang: Language

    def __post_init__(self) -> None:
        """Refuse another language."""
        if self.lang not in LANGUAGES:
            raise ValueError(f"'{self.lang}' is no language of the glossary; {LANGUAGES} are")

    @staticmethod
    @cache
    def of(lang: Language) -> Words:
        """Return the words of a language, the same object each time.

        Raises
        ------
        ValueError
            If it is none of `sim.glossary.LANGUAGES`.
        """
        return Words(lang)

    def __getitem__(self, key: str) -> str:
        """Return the term of a key; ``indicator:tier`` is composed.

        Raises
        ------
        KeyError
            If there is no such key, with the nearest one: a mistake in the program.
        """
        return term(key).text(self.lang)

    def filled(self, key: str, **values: object) -> str:
        """Return the term of a key with its values, in English with the right forms for one and for several."""
        return filled(self[key], **values)

    def unit(self, key: str) -> str:
        """Return the unit in which a key's values are shown, empty if it has none."""
        return term(key).unit(self.lang)

    def pick(self, both: _InBoth) -> str:
        """Return the text of something that has one in both languages, such as a `Title`."""
        return both.zh if self.lang == "zh" else both.en

    def title(self, titled: _Titled) -> str:
        """Return the title of a scenario, a network or a lever."""
        return self.pick(titled.title)

    def titles(self, scenarios: pd.DataFrame) -> dict[str, str]:
        """Return scenario titles by scenario name, in the order of showing.

        Parameters
        ----------
        scenarios : pandas.DataFrame
            As in ``StudyTables``.
        """
        ordered = scenarios.sort_values("order", kind="stable")
        return dict(zip(ordered["scenario"], ordered[self.column("title")], strict=True))

    def column(self, name: str) -> str:
        """Return the column of a table that holds a text in this language: ``name_zh``."""
        return f"{name}_{self.lang}"

    def listed(self, names: Iterable[str]) -> str:
        """Return names one after the other, with the sign that lists have in this language."""
        return ("、" if self.lang == "zh" else ", ").join(names)

    def joined(self, *sentences: str) -> str:
        """Return sentences one after the other in a line; empty ones are left out."""
        return ("" if self.lang == "zh" else " ").join(filter(None, sentences))

    def in_brackets(self, text: str, more: str) -> str:
        """Return a text with something in brackets after it, or as it is if that is empty."""
        if not more:
            return text
        return f"{text}（{more}）" if self.lang == "zh" else f"{text} ({more})"

    def value(self, key: str, value: float, *, more: int = 0) -> str:
        """Return a value of an indicator as shown: scaled, rounded, with % for shares.

        Parameters
        ----------
        key : str
            Glossary key of the indicator.
        value : float
            In natural units (a share as a fraction); NaN is shown as a dash.
        more : int
            Decimals beyond those of the glossary.
        """
        if math.isnan(value):
            return MISSING
        entry = term(key)
        percent = self["unit.percent"] if entry.is_share else ""
        return f"{value * entry.scale:,.{entry.decimals + more}f}{percent}"

    def published(self, key: str, value: float) -> str:
        """Return a figure of the plan with the digits it was published with (``62.75%``, ``90%``)."""
        if math.isnan(value):
            return MISSING
        entry = term(key)
        percent = self["unit.percent"] if entry.is_share else ""
        whole, point, digits = f"{value * entry.scale:,.4f}".partition(".")
        digits = digits.rstrip("0")
        return f"{whole}{point if digits else ''}{digits}{percent}"

    def interval(self, key: str, low: float, high: float) -> str:
        """Return an interval as ``low – high`` in the unit shown, a dash if there is none.

        Ends that would read the same get up to two decimals more.
        """
        if not has_interval(low, high):
            return MISSING
        entry = term(key)
        low, high = possible(key, low, high)
        ends = _told_apart(low * entry.scale, high * entry.scale, entry.decimals, "")
        return " – ".join(ends)

    def difference(self, key: str, value: float, *, with_unit: bool = True) -> str:
        """Return a difference with its sign; differences of shares are percentage points."""
        if math.isnan(value):
            return MISSING
        entry = term(key)
        points = self._points if entry.is_share and with_unit else ""
        return _signed(value * entry.scale, entry.decimals) + points

    def difference_interval(self, key: str, low: float, high: float) -> str:
        """Return the interval of a difference as ``[low, high]``, empty if there is none.

        Ends that would read the same get up to two decimals more.
        """
        if not has_interval(low, high):
            return ""
        entry = term(key)
        ends = _told_apart(low * entry.scale, high * entry.scale, entry.decimals, "+")
        return f"[{', '.join(ends)}]"

    def target(self, key: str, operator: str, target: float) -> str:
        """Return a target such as ``≥90%`` or ``about 40%``, a dash if there is none.

        Parameters
        ----------
        key : str
        operator : str
            ``>=``, ``>``, ``<=``, ``<``, ``about`` or empty.
        target : float
            In natural units.
        """
        if not operator or math.isnan(target):
            return MISSING
        sign = self[f"operator.{operator}"]
        space = " " if sign.isascii() and sign.isalpha() else ""
        return f"{sign}{space}{self.published(key, target)}"

    def tolerance(self, key: str, operator: str, tolerance: float) -> str:
        """Return how far from an ``about`` target still counts as met, ``±2 points``; else nothing."""
        if operator != "about" or math.isnan(tolerance):
            return ""
        width = self.published(key, tolerance).removesuffix("%")
        return f"±{width}{self._points if term(key).is_share else ''}"

    def with_unit(self, key: str) -> str:
        """Return an indicator's name followed by its unit, unless that is % (which numbers carry)."""
        entry = term(key)
        return self.in_brackets(self[key], "" if entry.is_share else entry.unit(self.lang))

    def quantity(self, quantity: str, *, differences: bool = False) -> str:
        """Return a quantity and its unit as people read it, a network's with station and class.

        Differences of shares are in percentage points.
        """
        name, *places = quantity.split(":")
        if name not in glossary():
            named = self.listed(place for place in places if place != _ALL)
            return self.in_brackets(self.measure(name), named)
        entry = term(quantity)
        points = differences and entry.is_share
        unit = self["unit.points"] if points else entry.unit(self.lang)
        return self.in_brackets(self[quantity], unit)

    def measure(self, name: str) -> str:
        """Return a measure of a network in words: ``time_in_system_q50`` is the median time in system."""
        over = _OVER.fullmatch(name)
        if over is not None:
            return self.filled("measure.waited_over_share", minutes=over[1])
        if name.endswith(_PER_DAY):
            return self.filled("measure.per_day", measure=self.measure(name.removesuffix(_PER_DAY)))
        key = f"measure.{name}"
        return self[key] if key in glossary() else name

    def lengths(self, *minutes: float) -> list[str]:
        """Return lengths of time in one unit, the largest from weeks to minutes in which all are whole."""
        unit, size = next(
            (
                (unit, size)
                for unit, size in _LENGTHS.items()
                if any(minutes) and all(time % size == 0 for time in minutes)
            ),
            ("minute", 1),
        )
        numbers = (time / size for time in minutes)
        return [
            self.filled(f"length.{unit}", n=int(n) if n == int(n) else float(f"{n:.6g}"))
            for n in numbers
        ]

    @property
    def _points(self) -> str:
        """Percentage points as they stand behind a number."""
        return self["unit.points"] if self.lang == "zh" else f" {self['unit.points']}"


def _signed(shown: float, decimals: int) -> str:
    """Return a number with its sign; one that rounds to nothing has none."""
    text = f"{shown:+,.{decimals}f}"
    return text if any(digit in text for digit in "123456789") else text[1:]


def _told_apart(low: float, high: float, decimals: int, sign: str) -> tuple[str, str]:
    """Return two numbers with as many decimals as it takes to tell them apart, within bounds."""
    ends = ("", "")
    for more in range(_MORE_DECIMALS + 1):
        if sign:
            ends = _signed(low, decimals + more), _signed(high, decimals + more)
        else:
            ends = f"{low:,.{decimals + more}f}", f"{high:,.{decimals + more}f}"
        if ends[0] != ends[1]:
            break
    return ends
