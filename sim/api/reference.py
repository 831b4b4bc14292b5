"""The reference page of the public interface, made from its docstrings.

``python -m sim.api.reference > docs/reference-api.md``
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import sim
from sim.api.options import (
    DrawnOptions,
    EngineOptions,
    FitOptions,
    OneRunOptions,
    OneStudyOptions,
    Options,
    RunOptions,
    StudyOptions,
)

GROUPS: dict[str, tuple[str, ...]] = {
    "Scenarios": (
        "load",
        "check",
        "remarks",
        "describe",
        "loads",
        "listing",
        "areas",
        "resolved",
        "changes",
        "shipped_scenarios",
        "new",
    ),
    "Runs": ("run", "compare", "log", "write_log", "delay_by_beds"),
    "Why": ("waterfall", "marginal", "leaks", "bottlenecks", "workload"),
    "How sure": ("uncertainty", "precision", "warm_up", "long_run", "Aim"),
    "Evidence": ("validate", "coverage", "fit", "Validation", "Coverage"),
    "Answers": ("Answer", "Shown", "Listing", "Change", "Progress", "progress_on"),
    "Errors": ("InputError", "Problem", "RunsFailed", "StudyInterrupted", "ValidationStopped"),
}
"""Every public name, in the order of the page."""
OPTIONS = (
    OneRunOptions,
    RunOptions,
    StudyOptions,
    Options,
    DrawnOptions,
    EngineOptions,
    OneStudyOptions,
    FitOptions,
)
_HEAD = """# The public interface

`import sim` (or `import tiered_care as sim`, where a project has a module of that name already). The command
line asks these functions and nothing else. [The tutorial](tutorial.ipynb) goes from a first run to a figure.

Made from the docstrings by `python -m sim.api.reference > docs/reference-api.md`.
"""
_SECTION = re.compile(r"^(\w[\w ]*)\n-+\n", re.M)


def page() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD, _options_chapter()]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_entry(name, getattr(sim, name)) for name in names]
    return "\n".join(parts)


def _options_chapter() -> str:
    """Return what all functions that run something can be told."""
    lines = ["## Options", "", "A function refuses options of others.", ""]
    for kind in OPTIONS:
        lines += [f"**`{kind.__name__}`**", "", *_docstring(kind), ""]
    return "\n".join(lines)


def _entry(name: str, thing: Any) -> str:
    """Return the chapter of one public name."""
    lines = [
        f"### `{name}`",
        "",
        "```python",
        _signature(name, thing),
        "```",
        "",
        *_docstring(thing),
    ]
    if inspect.isclass(thing):
        for method, function in _methods(thing):
            lines += ["", f"**`{name}.{method}`** {_first(function)}"]
    return "\n".join([*lines, ""])


def _methods(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    for method, function in vars(kind).items():
        if not method.startswith("_") and (
            inspect.isfunction(function) or isinstance(function, property)
        ):
            yield method, function


def _first(function: Any) -> str:
    return (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")


def _signature(name: str, thing: Any) -> str:
    if any(field.startswith("_") for field in getattr(thing, "__dataclass_fields__", ())):
        # Made by the functions above, never by hand.
        return f"sim.{name}"
    try:
        signature = str(inspect.signature(thing))
    except (TypeError, ValueError):
        return f"sim.{name}"
    short = re.sub(
        r"typing\.|collections\.abc\.|sim\.api\.\w+\.|sim\.[\w.]+\.(?=[A-Z])", "", signature
    )
    return f"sim.{name}{short.replace(chr(39), '')}"


def _docstring(thing: Any) -> list[str]:
    """Return a NumPy-style docstring as Markdown."""
    return _sections(inspect.getdoc(thing) or "")


def _sections(text: str) -> list[str]:
    """Return the parts of a docstring: prose as it is, listed names as a list."""
    pieces = _SECTION.split(text)
    lines = [pieces[0].strip()]
    for heading, body in zip(pieces[1::2], pieces[2::2], strict=True):
        lines += ["", f"*{heading}*", "", *_listed(body)]
    return [line.replace("``", "`") for line in lines]


def _listed(body: str) -> list[str]:
    """Return the entries of a section, each name with its words on one line."""
    entries: list[tuple[str, list[str]]] = []
    for line in body.rstrip().splitlines():
        if line and not line.startswith(" "):
            entries.append((line.strip(), []))
        elif line.strip():
            entries[-1][1].append(line.strip())
    return [f"- `{name}`: {' '.join(words)}" if words else f"- `{name}`" for name, words in entries]


if __name__ == "__main__":
    sys.stdout.write(page())
