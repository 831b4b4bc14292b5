"""The reference page of levers, written from their declarations."""

from __future__ import annotations

import inspect
import sys
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.care.levers.base import Lever
from sim.scenario.care.levers.registry import LEVERS

HEAD = """# Levers

Every lever a scenario file may name under `levers`, with what it does in the model and what it may
be set to. This page is written from the declarations in `sim/scenario/care/levers/` by
`python -m sim.scenario.care.levers.reference > docs/reference-levers.md`; a test holds that it is
current.

A lever is one item of a list. Dates are optional; a lever without `from` acts from the beginning of
the run.

```yaml
levers:
  - bed_plan: {public: 3.6, private: null}
  - from: 2025-07-01
    until: 2026-01-01
    first_contact: {bound: 0.5}
```

- A parameter that is left out has the default below: the plan's own figure where there is one.
- `null` leaves the region's own value alone, where the type ends in "or null".
- A group of keys (`inpatient`, `staff_per_bed`) is stated as a whole: what is left out inside it
  has the default in its own row, not the figure of the group's row.
- A lever named with nothing after it is refused: `bed_plan: {}` means the plan's own figures, and a parent's
  lever is taken away with `without: [bed_plan]`. To put it off, state it anew with a date after taking it away.
- A parameter that a file does not state and that is set all the same is told by `check` and `run`.
- `where: {county: youxi}` beside a lever has it act on that county's own people and facilities only, where the
  lever's table below says so. Numbers of single facilities, and policies that only set numbers, need no lever:
  [how to write policies](how-to-policies.md).
- Where two levers set one value from different dates, the later one holds while it acts.
  From the same date it is an error, which names both lines. `extra` sets nothing: it adds to what
  the others have set by that day, from its own date on, however late they begin.
- Scenarios of one study that differ only from some date on share the run until then, the warm-up for
  instance: it is simulated once per replication, with the same results. Scenarios that differ in who
  falls ill (`ageing`, also from a later date), or in which kinds of ward a facility ever has, share
  nothing.
- Without `where`, levers act on the whole region (the province), also when a scenario simulates one county
  of it.
- "Plan" is the province's plan for 2021-2025; task numbers with a T are those of its task list of
  2025.
"""

TYPE_WORDS = {float: "number", int: "whole number", bool: "true or false", str: "word"}
LIMIT_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def reference_page() -> str:
    """Return the page as Markdown."""
    parts = [HEAD, _contents()]
    family = ""
    for lever in sorted(LEVERS, key=lambda lever: _families().index(lever.family)):
        if lever.family != family:
            family = lever.family
            parts.append(f"## {family[0].upper()}{family[1:]}\n")
        parts.append(_section(lever))
    return "\n".join(parts)


def _families() -> list[str]:
    """Return the families in the order of the registry."""
    return list(dict.fromkeys(lever.family for lever in LEVERS))


def _contents() -> str:
    """Return the table of levers."""
    rows = ["| lever | name | 名称 | tasks of the plan |", "|--|--|--|--|"]
    rows += [
        f"| [`{lever.name}`](#{lever.name}) | {lever.title.en} | {lever.title.zh} | {lever.tasks} |"
        for lever in LEVERS
    ]
    return "\n".join(rows) + "\n"


def _section(lever: type[Lever]) -> str:
    """Return the section of one lever."""
    words = inspect.cleandoc(lever.__doc__ or "")
    lines = [f"### `{lever.name}`\n", f"**{lever.title.en} / {lever.title.zh}.** {words}\n"]
    lines += [f"Should move: {', '.join(f'`{name}`' for name in lever.moves)}.\n"]
    if lever.local:
        lines += ["`where`: `county`, `prefecture` (with its city hospitals).\n"]
    lines += ["| parameter | meaning | type | unit | default | allowed | plausible | source |"]
    lines += ["|--|--|--|--|--|--|--|--|"]
    lines += _rows(lever, "")
    return "\n".join(lines) + "\n"


def _rows(model: type[BaseModel], above: str) -> list[str]:
    """Return the table rows of a model's parameters, nested ones under their dotted names."""
    rows = []
    for name, field in model.model_fields.items():
        inner = _inner_model(field.annotation)
        rows.append(_row(f"{above}{name}", field, inner))
        if inner is None:
            continue
        if _uniform(inner):
            rows.append(_uniform_row(inner, f"{above}{name}."))
        else:
            rows += _rows(inner, f"{above}{name}.")
    return rows


def _uniform(model: type[BaseModel]) -> bool:
    """Tell whether the parameters of a model differ in nothing but name and description."""
    cells = {_cells(name, field, None)[2:] for name, field in model.model_fields.items()}
    return len(cells) == 1 and all(
        _inner_model(field.annotation) is None for field in model.model_fields.values()
    )


def _uniform_row(model: type[BaseModel], above: str) -> str:
    """Return one row for parameters that are declared alike."""
    names = ", ".join(f"`{name}`" for name in model.model_fields)
    field = next(iter(model.model_fields.values()))
    cells = _cells("", field, None)
    return "| " + " | ".join((f"`{above}…`", f"one each for {names}", *cells[2:])) + " |"


def _row(name: str, field: FieldInfo, inner: type[BaseModel] | None) -> str:
    """Return the table row of one parameter."""
    return "| " + " | ".join(_cells(name, field, inner)) + " |"


def _cells(name: str, field: FieldInfo, inner: type[BaseModel] | None) -> tuple[str, ...]:
    """Return the cells of one parameter's row."""
    extra = field.json_schema_extra
    notes: dict[str, Any] = dict(extra) if isinstance(extra, dict) else {}
    span = notes.get("range")
    return (
        f"`{name}`",
        field.description or "",
        _type_words(field, inner),
        str(notes["unit"]),
        _shown(field.default),
        _limits(field),
        f"{span[0]:g} to {span[1]:g}" if span else "",
        str(notes["source"]),
    )


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation such as ``Model | None``."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _type_words(field: FieldInfo, inner: type[BaseModel] | None) -> str:
    """Return the type in words."""
    parts = get_args(field.annotation) or (field.annotation,)
    optional = " or null" if type(None) in parts else ""
    if inner is not None:
        return f"keys below{optional}"
    for kind, words in TYPE_WORDS.items():
        if kind in parts:
            return ("word or list" if tuple in map(_origin, parts) else words) + optional
    return "list"


def _origin(part: Any) -> Any:
    """Return ``tuple`` for ``tuple[str, ...]``."""
    return getattr(part, "__origin__", part)


def _shown(default: Any) -> str:
    """Return a default as a scenario would write it."""
    if default is None:
        return "`null`"
    if isinstance(default, BaseModel):
        given = default.model_dump(exclude_none=True, exclude_defaults=False)
        return _flow(given) if any(given.values()) else "`null` throughout"
    return _flow(list(default) if isinstance(default, tuple) else default)


def _flow(value: Any) -> str:
    """Return a value in YAML's one-line form."""
    return f"`{_plain(value)}`"


def _plain(value: Any) -> str:
    """Return a value in YAML's one-line form, without the code marks."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        given = {key: inner for key, inner in value.items() if inner != {}}
        return "{" + ", ".join(f"{key}: {_plain(inner)}" for key, inner in given.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_plain(inner) for inner in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _limits(field: FieldInfo) -> str:
    """Return the hard limits."""
    limits = []
    for mark in field.metadata:
        for name, sign in LIMIT_SIGNS.items():
            if hasattr(mark, name):
                limits.append(f"{sign} {getattr(mark, name):g}")
    return ", ".join(limits)


if __name__ == "__main__":
    sys.stdout.write(reference_page())
