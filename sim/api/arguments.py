"""What the arguments of public functions may be, told before anything runs: all that is wrong at once.

`RULES` has a rule for every argument and option by its name; `checked` holds a function to them. What hangs on
other input, such as whether there is such an indicator, is for those who know it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar, get_args, get_type_hints

import numpy as np

from sim import ranges
from sim.api.shipped import scenarios_folder
from sim.engine.choose import EngineName
from sim.errors import ARGUMENT, InputError, Problem, nearest
from sim.glossary import LANGUAGES
from sim.measure.output_analysis.precision import Aim
from sim.ranges import Whole
from sim.runs.progress import Progress
from sim.runs.workers import Workers
from sim.scenario import Scenario
from sim.scenario.care.between import Grain
from sim.scenario.network.schema import NetworkScenario

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Rule = Callable[[Any], Iterable[Problem]]
"""Returns what is wrong with a value; the key of each problem is set by who asks."""
_MOST_DIGITS = 30


def whole(allowed: Whole) -> Rule:
    """Return the rule of a whole number."""

    def wrong(value: object) -> Iterator[Problem]:
        if isinstance(value, int) and not isinstance(value, bool) and allowed.holds(value):
            return
        given = _as_given(value)
        if allowed.most is not None:
            what = f"must be a whole number from {allowed.least} to {allowed.most}, not {given}"
            yield Problem(what, ARGUMENT)
        else:
            yield Problem(
                f"must be a whole number, at least {allowed.least}, not {given}", ARGUMENT
            )

    return wrong


def one_of(allowed: Sequence[str]) -> Rule:
    """Return the rule of a word that is one of a few."""

    def wrong(value: object) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in allowed:
            near = nearest(value, [*allowed]) if isinstance(value, str) else ""
            what = f"must be one of {', '.join(allowed)}, not {_as_given(value)}{near}"
            yield Problem(what, ARGUMENT)

    return wrong


def at_least(least: int) -> Rule:
    """Return the rule of scenarios that are compared or run together."""

    def wrong(value: Sequence[object]) -> Iterator[Problem]:
        if not value:
            yield Problem("at least one scenario is needed", ARGUMENT)
        elif len(value) < least:
            what = "compare needs two scenarios or more; the first is the base"
            yield Problem(what, ARGUMENT)
        for each in value:
            yield from _source(each)

    return wrong


def _source(value: object) -> Iterator[Problem]:
    if not isinstance(value, str | Path | Mapping | Scenario | NetworkScenario):
        what = f"must be a name, a file, a mapping or what `load` returns, not {_as_given(value)}"
        yield Problem(what, ARGUMENT)


def _flag(value: object) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(f"must be True or False, not {_as_given(value)}", ARGUMENT)


def word(value: object) -> Iterator[Problem]:
    """Yield why a value is no name."""
    if not isinstance(value, str):
        yield Problem(f"must be a name, not {_as_given(value)}", ARGUMENT)


def _words(value: object) -> Iterator[Problem]:
    if not _is_list_of_words(value):
        yield Problem(f"must be a list of names, not {_as_given(value)}", ARGUMENT)


def _area(value: object) -> Iterator[Problem]:
    is_word = isinstance(value, str) and value.strip()
    if not (is_word or _is_list_of_words(value)):
        given = _as_given(value)
        what = f"must be an area such as fujian/youxi, or a list of them, not {given}"
        yield Problem(what, ARGUMENT)


def _is_list_of_words(value: object) -> bool:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        return False
    return all(isinstance(word, str) and word.strip() for word in value)


def _place(value: object) -> Iterator[Problem]:
    named = isinstance(value, Path) or (isinstance(value, str) and value.strip())
    if not named or "\0" in str(value):
        yield Problem(f"must be the path of a file or folder, not {_as_given(value)}", ARGUMENT)


def _scenarios(value: Any) -> Iterator[Problem]:
    wrong = [*_place(value)]
    yield from wrong or _refused_by(scenarios_folder, value)


def _workers(value: Any) -> Iterator[Problem]:
    yield from _refused_by(Workers.of, value)


def _refused_by(function: Callable[[Any], object], value: object) -> tuple[Problem, ...]:
    """Return why a function that knows best refuses a value."""
    try:
        function(value)
    except InputError as error:
        return error.problems
    return ()


def _progress(value: object) -> Iterator[Problem]:
    if not (callable(value) or isinstance(value, Progress)):
        what = f"must be a function of two numbers or a `Progress`, not {_as_given(value)}"
        yield Problem(what, ARGUMENT)


def _tell(value: object) -> Iterator[Problem]:
    if not callable(value):
        yield Problem(f"must be a function of a line, not {_as_given(value)}", ARGUMENT)


def _half_widths(value: object) -> Iterator[Problem]:
    if not isinstance(value, Mapping) or not value:
        what = f"must be a mapping of quantities to half-widths, not {_as_given(value)}"
        yield Problem(what, ARGUMENT)
        return
    for name, aim in value.items():
        if not isinstance(name, str):
            yield Problem(f"must be a name, not {_as_given(name)}", ARGUMENT)
        if not isinstance(aim, Aim):
            what = f"must be a half-width such as sim.Aim(0.002), not {_as_given(aim)}"
            yield Problem(what, ARGUMENT, key=str(name))


def _as_given(value: object) -> str:
    """Return a value as it is told to whoever gave it."""
    if isinstance(value, str):
        return f"the text '{value}'"
    if isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS:
        return f"a number of more than {_MOST_DIGITS} digits"
    if value is None or isinstance(value, int | float):
        return str(value)
    if isinstance(value, Sequence | Mapping) and not value:
        return "an empty one"
    if isinstance(value, Sequence) and len(value) <= 3:
        return f"{[*value]}"
    return f"a value of type {type(value).__name__}"


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **dict.fromkeys(("source", "base", "goal"), _source),
        "sources": at_least(1),
        "region": _area,
        "weeks": whole(ranges.WEEKS),
        "warm_up": whole(ranges.WARM_UP),
        "replications": whole(ranges.REPLICATIONS),
        "seed": whole(ranges.SEED),
        "scenarios": _scenarios,
        "workers": _workers,
        "progress": _progress,
        "tell": _tell,
        "lang": one_of(LANGUAGES),
        "engine": one_of(get_args(EngineName)),
        "by": one_of(get_args(Grain)),
        **dict.fromkeys(("figures", "check", "quick"), _flag),
        **dict.fromkeys(("out", "folder", "publish", "write", "kinds_file", "path"), _place),
        **dict.fromkeys(("indicators", "parameters", "quantities"), _words),
        "name": word,
        "half_widths": _half_widths,
        "replication": whole(ranges.REPLICATION),
        "samples": whole(ranges.SAMPLES),
        "maximum": whole(ranges.MAXIMUM),
        "look_ahead": whole(ranges.LOOK_AHEAD),
        "earlier": whole(ranges.EARLIER),
        "window": whole(ranges.WINDOW),
        "times": whole(ranges.TIMES),
        "batches": whole(ranges.BATCHES),
        "rounds": whole(ranges.ROUNDS),
        "repetitions": whole(ranges.REPETITIONS),
    }
)
"""By the argument's name, wherever it stands."""


@dataclass(frozen=True)
class _Taken:
    """What a function takes.

    Attributes
    ----------
    signature : Signature
    options : tuple of str
        Names of its ``**options``.
    unset : frozenset of str
        Arguments and options that may be None, which stands for what is usual.
    rules : mapping of str to callable
    """

    signature: inspect.Signature
    options: tuple[str, ...]
    unset: frozenset[str]
    rules: Mapping[str, Rule]

    @classmethod
    def by(
        cls, function: Callable[..., object], options: type[Any] | None, own: Mapping[str, Rule]
    ) -> _Taken:
        """Return what a function takes whose ``**options`` are those of a TypedDict."""
        signature = inspect.signature(function)
        hints = {} if options is None else get_type_hints(options)
        unset = {name for name, hint in hints.items() if type(None) in get_args(hint)}
        unset |= {name for name, its in signature.parameters.items() if its.default is None}
        return cls(signature, tuple(hints), frozenset(unset), {**RULES, **own})

    @property
    def keywords(self) -> list[str]:
        """Names that may be stated."""
        positional = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
        own = [name for name, its in self.signature.parameters.items() if its.kind in positional]
        return [name for name in (*own, *self.options) if name != "self"]

    def problems(self, args: Sequence[object], given: Mapping[str, object]) -> Iterator[Problem]:
        """Yield all that is wrong with a call."""
        keywords = self.keywords
        for name in given:
            if name not in keywords:
                near, allowed = nearest(name, keywords), ", ".join(keywords)
                what = f"there is no option '{name}'{near}; allowed: {allowed}"
                yield Problem(what, ARGUMENT, key=name)
        right = {name: value for name, value in given.items() if name in keywords}
        bound = self.signature.bind_partial(*args, **right)
        bound.apply_defaults()
        stated = {**bound.arguments, **bound.arguments.get("options", {})}
        for name, value in stated.items():
            if name in ("self", "options") or (value is None and name in self.unset):
                continue
            for problem in self.rules[name](value):
                below = "" if problem.key in (None, name) else f".{problem.key}"
                yield replace(problem, key=name + below)


def checked(
    options: type[Any] | None = None, **own: Rule
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Hold the arguments of a function against `RULES` before it is called.

    Parameters
    ----------
    options : type, optional
        The TypedDict of its ``**options``; all others are refused.
    **own : callable
        Rules of this function in place of those in the table.
    """

    def hold(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        taken = _Taken.by(function, options, own)

        @wraps(function)
        def call(*args: Arguments.args, **given: Arguments.kwargs) -> Result:
            stated = [_of_python(value) for value in args]
            named = {name: _of_python(value) for name, value in given.items()}
            problems = dict.fromkeys(taken.problems(stated, named))
            if problems:
                raise InputError(*problems)
            return function(*stated, **named)  # type: ignore[arg-type]

        return call

    return hold


@contextmanager
def problems_of(argument: str) -> Iterator[None]:
    """Let what the body refuses be told of an argument."""
    try:
        yield
    except InputError as error:
        of_it = (replace(problem, file=ARGUMENT, key=argument) for problem in error.problems)
        raise InputError(*of_it) from None


def _of_python(value: object) -> object:
    """Return a number of NumPy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value
