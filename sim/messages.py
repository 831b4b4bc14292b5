"""What people are told, in Chinese: messages are written in English where they arise and translated here.

``messages.zh.csv`` beside this file has a row for every message: the English template as it stands in the
code, ``{}`` for each value, and the Chinese one, where ``{}`` are the values in the same order or ``{0}``,
``{1}`` ... in another. A line is translated by the template whose fixed text it matches; of several, by
the one with the longest. Values that are messages themselves are translated as well. A line without a
template stays as it is. ``python tests/message_catalogue.py`` lists what has no row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise

from sim.errors import Problem
from sim.glossary import Language

FILE = "messages.zh.csv"
_HINT = re.compile(r"(?P<said>.*); did you mean '(?P<word>[^']*)'\?", re.DOTALL)
_LEADING_HINT = re.compile(r"; did you mean '(?P<word>[^']*)'\?")
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_OPTION = "--lang"


@dataclass(frozen=True)
class Template:
    """One message.

    Attributes
    ----------
    english, chinese : str
        The fixed text, with a place for each value.
    """

    english: str
    chinese: str

    @property
    def fixed_length(self) -> int:
        """Characters that are no values."""
        return len(self.english.replace("{}", ""))

    @cached_property
    def quoted(self) -> tuple[bool, ...]:
        """Whether each value stands in quotes: then it is what somebody wrote, never a message."""
        parts = self.english.split("{}")
        return tuple(
            before.endswith("'") and after.startswith("'") for before, after in pairwise(parts)
        )

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a line must match; one group for each value."""
        fixed = self.english.split("{}")
        parts = [re.escape(fixed[0])]
        for place, text in enumerate(fixed[1:]):
            # A value right after another is an afterthought, such as "; did you mean 'x'?", or nothing.
            parts.append("((?:[;,] .*?)?)" if place and not fixed[place] else "(.*?)")
            parts.append(re.escape(text))
        return re.compile("".join(parts), re.DOTALL)


def message_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of help, errors and progress, known before the arguments are parsed.

    Parameters
    ----------
    arguments : sequence of str
        The command line. ``--lang zh`` or ``--lang en`` decides.
    environment : mapping
        Without the option the first of LC_ALL, LC_MESSAGES and LANG that is set: Chinese if it begins
        with ``zh``, otherwise English.
    """
    stated: list[str] = []
    for place, argument in enumerate(arguments):
        if argument == _OPTION:
            stated += arguments[place + 1 : place + 2]
        elif argument.startswith(f"{_OPTION}="):
            stated.append(argument.partition("=")[2])
    if stated and stated[-1] in ("zh", "en"):
        return "zh" if stated[-1] == "zh" else "en"
    locale = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


@cache
def templates() -> tuple[Template, ...]:
    """Return all messages in the order of the file, read once."""
    text = (files("sim") / FILE).read_text(encoding="utf-8")
    return tuple(
        Template(row["english"], row["chinese"]) for row in csv.DictReader(text.splitlines())
    )


def translated(line: str, lang: Language) -> str:
    """Return a message in a language; one that is not known stays English.

    Parameters
    ----------
    line : str
        In English, with its values.
    lang : {"zh", "en"}
        Language asked for.
    """
    if lang == "en" or not line.strip():
        return line
    template = _match(line)
    if template is not None:
        values = template.pattern.fullmatch(line)
        assert values is not None
        return _filled(
            template.chinese,
            [
                value if quoted else _part(value, lang)
                for value, quoted in zip(values.groups(), template.quoted, strict=True)
            ],
        )
    hint = _HINT.fullmatch(line)
    if hint is not None:
        return f"{translated(hint['said'], lang)}；是否应为“{hint['word']}”？"
    return line


def problem_line(problem: Problem, lang: Language) -> str:
    """Return a problem as a line; file, line and key stay as they are."""
    what = " ".join(problem.what.split())
    return str(Problem(translated(what, lang), problem.file, problem.line, problem.key))


def _part(value: str, lang: Language) -> str:
    """Return a value, translated if it is a message itself, such as what is allowed; never a single word."""
    if " " not in value or lang == "en":
        return value
    # An afterthought may hold a hint and go on after it.
    hint = _LEADING_HINT.match(value)
    if hint is None:
        return translated(value, lang)
    rest = value[hint.end() :]
    return f"；是否应为“{hint['word']}”？{translated(rest.strip(), lang)}"


def _filled(text: str, values: Sequence[str]) -> str:
    """Return a text with its places filled; braces in values are only text."""
    order = iter(range(len(values)))

    def value(place: re.Match[str]) -> str:
        return values[int(place[1]) if place[1] else next(order)]

    return re.sub(r"\{(\d*)\}", value, text)


def _match(line: str) -> Template | None:
    """Return the template with the longest fixed text that a line matches."""
    candidates = [*_by_first_word().get(_first_word(line), ()), *_by_first_word().get("", ())]
    matching = [template for template in candidates if template.pattern.fullmatch(line)]
    return max(matching, key=lambda template: template.fixed_length, default=None)


def _first_word(text: str) -> str:
    return text.partition(" ")[0]


@cache
def _by_first_word() -> Mapping[str, Sequence[Template]]:
    """Return the templates by the word they begin with; those that begin with a value under ''."""
    index: dict[str, list[Template]] = {}
    for template in templates():
        word = _first_word(template.english)
        index.setdefault("" if "{}" in word else word, []).append(template)
    return index
