"""Every message template of the program, found in its source, and what the catalogue lacks.

`PYTHONPATH=. python tests/message_catalogue.py` lists the messages that have no Chinese, each as a row to be
filled in, and the rows that no message uses.
"""

import ast
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sim.messages import templates

SOURCE = Path(__file__).resolve().parents[1] / "sim"
# Where a ValueError is meant for the person who wrote the input; elsewhere it is a mistake in the program.
VALIDATORS = ("scenario", "region", "api", "cli", "subjects", "questions")
SINKS = {
    "Problem",
    "problem",
    "InputError",
    "ValidationStopped",
    "BadParameter",
    "StudyInterrupted",
    "WorkersGoneError",
    "echo",
    "say",
    "told",
    "_write",
}
DEPTH = 6
# Messages of the library of the command line, and parts that are put together elsewhere.
KEPT = frozenset(
    {
        "(dynamic)",
        "Arguments",
        "Commands",
        "Error: {}",
        "Got unexpected extra argument ({})",
        "Got unexpected extra argument(s) ({})",
        "Got unexpected extra arguments ({})",
        "cannot write here: {}",
        "holds nothing that can be seen (U+{}); write words",
        "holds the invisible character U+{}; delete it",
        "Input should be a valid number, unable to parse string as a number",
        "Input should be greater than or equal to {}",
        "Input should be less than or equal to {}",
        "Invalid value for {}: {}",
        "Missing argument '{}'.",
        "Missing command.",
        "Missing option '{}'.",
        "No such command '{}'.",
        "No such command '{}'. Did you mean '{}'?",
        "No such option: {}",
        "No such option: {} (Possible options: {})",
        "No such option: {} Did you mean {}?",
        "Option '{}' does not take a value.",
        "Option '{}' requires an argument.",
        "Options",
        "Show this message and exit.",
        "Value error, '{}' is not one of {}.",
        "default: {}",
        "required",
        "runs",
        "time left",
        "must be a number, not {}{}",
        "must be a whole number, not {}{}",
        "must be at most {}, not {}{}",
        "must be at least {}, not {}{}",
        "must be above {}, not {}{}",
        "must be below {}, not {}{}",
        "a number",
        "a whole number",
        "the text '{}'",
        "at most {}",
        "at least {}",
        "above {}",
        "below {}",
        ", not {} and {}",
        "{} h {} min",
        "{} min",
        "{} of {} done: {}",
        "{} s",
    }
)


def messages() -> dict[str, list[str]]:
    """Return message templates (values as `{}`) with the places where they arise."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, tree in _trees().items():
        for text, line in _of_file(path, tree):
            text = " ".join(text.split())
            if re.search(
                r"[A-Za-z]{2,} [A-Za-z{'0-9]|[a-z]{3,}:? \{",
                text.replace("{}", " {} ").replace("  ", " "),
            ):
                found[text].append(f"sim/{path.relative_to(SOURCE)}:{line}")
        for text, line in _numbers(tree):
            found[text].append(f"sim/{path.relative_to(SOURCE)}:{line}")
    return found


def _numbers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what `counted` says of one and of several things: a value that is translated on its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "counted":
            words = [str(part.value) for part in node.args[1:] if isinstance(part, ast.Constant)]
            if words:
                yield words[0].replace("#", "1"), node.lineno
                yield words[-1].replace("#", "{}") + "s" * (len(words) == 1), node.lineno


@cache
def _trees() -> dict[Path, ast.Module]:
    return {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))
    }


@cache
def _functions() -> dict[str, list[ast.FunctionDef]]:
    functions = defaultdict(list)
    for tree in _trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                functions[node.name].append(node)
    return functions


@cache
def _constants() -> dict[str, list[ast.expr]]:
    constants = defaultdict(list)
    for tree in _trees().values():
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                constants[node.targets[0].id].append(node.value)
    return constants


def _of_file(path: Path, tree: ast.Module) -> Iterator[tuple[str, int]]:
    room = path.relative_to(SOURCE).parts[0]
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef | ast.Module):
            for node in _own_nodes(scope):
                for argument in _told(node, room):
                    for text in [
                        *_templates(argument, scope, DEPTH),
                        *_parts(argument, scope, DEPTH),
                    ]:
                        yield text, argument.lineno
        if room == "cli" and isinstance(scope, ast.FunctionDef) and not scope.name.startswith("_"):
            documentation = ast.get_docstring(scope)
            if documentation and _is_command(path, scope):
                yield documentation.split("\n\n")[0], scope.lineno


def _is_command(path: Path, function: ast.FunctionDef) -> bool:
    return path.stem in ("app", "evidence", "how_sure", "why") and function.name not in ("main",)


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope without those of functions inside it."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)


def _told(node: ast.AST, room: str) -> Iterator[ast.expr]:
    """Yield the arguments of a call that people are told."""
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    if name == "Problem":
        yield from node.args[:1]
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "what")
    elif name in SINKS or (name == "ValueError" and room in VALIDATORS):
        yield from node.args
    elif name in ("Option", "whole", "Argument", "Typer", "command", "add_typer"):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "help")


def _templates(node: ast.expr, scope: ast.AST, depth: int) -> list[str]:
    """Return what an expression can say; `{}` where only the run of the program knows."""
    if depth == 0:
        return ["{}"]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = _templates(node.left, scope, depth - 1)
        return [a + b for a in left for b in _templates(node.right, scope, depth - 1)]
    if isinstance(node, ast.IfExp):
        both = (node.body, node.orelse)
        return [text for part in both for text in _templates(part, scope, depth - 1)]
    if isinstance(node, ast.BoolOp):
        return [text for part in node.values for text in _templates(part, scope, depth - 1)]
    if isinstance(node, ast.Starred):
        return _templates(node.value, scope, depth - 1)
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return _templates(node.elt, scope, depth - 1)
    if isinstance(node, ast.Name):
        return _of_name(node.id, scope, depth)
    if isinstance(node, ast.Call):
        return _of_call(node, depth)
    return ["{}"]


def _parts(node: ast.expr, scope: ast.AST, depth: int) -> Iterator[str]:
    """Yield what the values inside a message can say: they are translated on their own."""
    if depth == 0:
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.FormattedValue):
            if isinstance(inner.value, ast.Name | ast.IfExp | ast.Call):
                yield from _templates(inner.value, scope, depth - 1)
        elif isinstance(inner, ast.Name):
            for value in _values(inner.id, scope):
                yield from _parts(value, scope, depth - 1)
        elif isinstance(inner, ast.Call) and len(_functions()[_called(inner)]) == 1:
            (function,) = _functions()[_called(inner)]
            for statement in _own_nodes(function):
                if isinstance(statement, ast.Return) and statement.value is not None:
                    yield from _parts(statement.value, function, depth - 1)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _values(name: str, scope: ast.AST) -> list[ast.expr]:
    return [
        node.value
        for node in _own_nodes(scope)
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
    ]


def _of_name(name: str, scope: ast.AST, depth: int) -> list[str]:
    values = _values(name, scope)
    if not values and name.isupper():
        values = _constants()[name]
    texts = [text for value in values for text in _templates(value, scope, depth - 1)]
    more = [
        text
        for node in _own_nodes(scope)
        if isinstance(node, ast.AugAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == name
        for text in _templates(node.value, scope, depth - 1)
    ]
    return [*texts, *more] or ["{}"]


def _of_call(node: ast.Call, depth: int) -> list[str]:
    name = _called(node)
    if name in ("nearest", "str", "translated", "counted") or len(_functions()[name]) != 1:
        return ["{}"]
    (function,) = _functions()[name]
    texts = [
        text
        for inner in _own_nodes(function)
        if isinstance(inner, ast.Return) and inner.value is not None
        for text in _templates(inner.value, function, depth - 1)
    ]
    return texts or ["{}"]


def missing() -> dict[str, list[str]]:
    """Return the templates that the catalogue does not have, with their places."""
    known = {template.english for template in templates()}
    return {text: places for text, places in sorted(messages().items()) if text not in known}


def unused() -> list[str]:
    """Return the rows of the catalogue that no message uses."""
    used = messages()
    return sorted(t.english for t in templates() if t.english not in used and t.english not in KEPT)


if __name__ == "__main__":
    writer = csv.writer(sys.stdout)
    for text, places in missing().items():
        sys.stdout.write(f"# {', '.join(places)}\n")
        writer.writerow([text, ""])
    for text in unused():
        sys.stdout.write(f"# not used: {text}\n")
