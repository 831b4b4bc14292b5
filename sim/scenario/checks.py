"""Say what pydantic found wrong in words for people, with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.errors import Problem, nearest
from sim.reading.yaml_file import Document, KeyPath

ErrorDetails = dict[str, Any]

LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("above", "gt"),
    "less_than": ("below", "lt"),
}
KINDS = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "'key: value' lines",
    "model_type": "'key: value' lines",
    "model_attributes_type": "'key: value' lines",
}


def problems_from(
    error: ValidationError,
    model: type[BaseModel],
    document: Document,
    at: KeyPath = (),
    *,
    wanted: Callable[[ErrorDetails], bool] = lambda _: True,
) -> list[Problem]:
    """Turn a validation error into problems.

    Parameters
    ----------
    error : ValidationError
        What pydantic raised for ``model``.
    model : type of BaseModel
        The model the data were checked against.
    document : Document
        Where the data came from, with lines.
    at : tuple
        Key path of the data in the document.
    wanted : callable
        Tells which errors are problems; all unless stated.
    """
    problems = []
    for details in error.errors():
        if not wanted(dict(details)):
            continue
        loc = details["loc"]
        # A key that is no name is told at itself.
        path = (*at, *(loc[:-1] if loc[-1:] == ("[key]",) else loc))
        problems.append(document.problem(path, words(dict(details), model)))
    return problems


def shown(value: Any) -> str:
    """Return a value as a planner wrote it, short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text '{value[:40]}'"
    if isinstance(value, dict):
        return "'key: value' lines"
    if isinstance(value, list | tuple):
        return "a list"
    return f"{value}"


def words(details: ErrorDetails, model: type[BaseModel]) -> str:
    """Return one line for one error."""
    kind, value = details["type"], details["input"]
    if kind == "extra_forbidden":
        return unknown_key(str(details["loc"][-1]), allowed_keys(model, details["loc"][:-1]))
    if kind == "missing":
        return "is missing"
    if kind in LIMITS:
        word, limit = LIMITS[kind]
        bound = details["ctx"][limit]
        hint = ""
        if kind == "less_than_equal" and bound == 1 and value <= 100:
            hint = f"; a share: {value:g} % is written {value / 100:g}"
        if isinstance(value, str):
            # Only durations are written as text and limited as numbers.
            return f"must be {word} {bound:g} days, not '{value}'"
        return f"must be {word} {_in_full(bound)}, not {_in_full(value)}{hint}"
    if kind == "finite_number":
        return "must be a finite number"
    if kind == "literal_error":
        allowed = details["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        names = ", ".join(name or "nothing" for name in allowed)
        return f"must be one of {names}, not {shown(value)}{nearest(str(value), allowed)}"
    if kind == "value_error":
        return str(details["ctx"]["error"])
    if kind in ("string_too_short", "too_short"):
        return "must not be empty"
    if kind == "string_too_long":
        return f"has {len(value):,} characters; at most {details['ctx']['max_length']} are allowed"
    if kind == "too_long":
        return f"has {len(value):,} entries; at most {details['ctx']['max_length']:,} are allowed"
    if kind == "string_unicode":
        return "holds half a character, which no file can keep; write it anew"
    if kind == "float_type" and type(value) is int:
        return "must be a finite number"
    if kind in KINDS:
        return f"must be {KINDS[kind]}, not {shown(value)}{_percent_hint(kind, value)}"
    # Never the library's own words, which are for programmers.
    return f"cannot be {shown(value)}"


def _in_full(number: float) -> str:
    """Return whole numbers with all their digits: two of them can differ in the last one only."""
    return f"{number}" if isinstance(number, int) else f"{number:g}"


def _percent_hint(kind: str, value: Any) -> str:
    """Explain how a share is written to those who write a per cent sign."""
    if kind == "float_type" and isinstance(value, str) and value.strip().endswith("%"):
        return "; shares are written as fractions, 60 % is 0.6"
    return ""


def unknown_key(key: str, allowed: list[str]) -> str:
    """Say that a key is unknown and which ones there are."""
    return f"unknown key '{key}'; allowed: {', '.join(allowed)}{nearest(key, allowed)}"


def allowed_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys allowed at a place inside a model."""
    place: Any = model
    for part in path:
        place = _inside(place, part)
    found = next(kind for kind in _alternatives(place) if _is_model(kind))
    return [field.alias or name for name, field in found.model_fields.items()]


def _inside(annotation: Any, part: str | int) -> Any:
    """Return the annotation of one key or item of a model, a mapping or a list."""
    for kind in _alternatives(annotation):
        if _is_model(kind):
            for name, field in kind.model_fields.items():
                if part in (name, field.alias):
                    return field.annotation
        elif get_origin(kind) is dict:
            return get_args(kind)[1]
        elif get_origin(kind) in (list, tuple) and isinstance(part, int):
            return get_args(kind)[0]
    raise TypeError(f"no '{part}' in {annotation}")


def _alternatives(annotation: Any) -> list[Any]:
    """Return what an annotation may stand for: ``Annotated[A | None, ...]`` is A or None."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [kind for part in get_args(annotation) for kind in _alternatives(part)]
    return [annotation]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def argument_of_run(place: tuple[str | int, ...]) -> str:
    """Return the argument that sets a key of ``run``; the length is told in weeks."""
    key = str(place[0])
    return "weeks" if key == "length" else key
