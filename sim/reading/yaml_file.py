"""Read one YAML file and remember on which line every key stands.

The file is composed into nodes, not constructed into objects: nodes know their lines, and no tag
can ever create an object. Dates stay text here, so that a wrong one is reported by the schema with
its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sim.errors import InputError, Problem
from sim.reading.files import read_text

KeyPath = tuple[str | int, ...]

_SEPARATORS = ("\n", ",", "[", "{")
_MOST_PARTS = 50_000
"""Of a file: a second of reading for every five thousand."""

PLAIN_KINDS = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")


def dotted(path: KeyPath) -> str:
    """Return ``levers[1].bed_plan.public`` for a key path; list items are counted from 1."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


@dataclass(frozen=True)
class Mark:
    """Where a key was written.

    Attributes
    ----------
    file : Path or None
        The file; None of what was made in Python.
    line : int or None
        Line, counted from 1; None where there are no lines, as on a command line.
    key : str
        Dotted key as it stands in that file.
    """

    file: Path | None
    line: int | None
    key: str

    def without_file(self) -> Mark:
        """Return the mark of a key that stands in no file that anybody has seen."""
        return Mark(None, None, self.key)

    def problem(self, what: str, *below: str) -> Problem:
        """Return a problem at this place; `below` names keys inside it that have no line."""
        key = ".".join(filter(None, (self.key, *below)))
        return Problem(what, self.file, self.line, key or None)


@dataclass
class Document:
    """Plain values and the place each was written.

    Attributes
    ----------
    data : dict
        The file's content: dict, list, str, int, float, bool, None.
    marks : dict
        Key path -> place. The empty path is the file itself.
    problems : list of Problem
        What was found wrong while merging parents; reported with the rest.
    unread : set of str
        Keys that name files of which one could not be read (``extends``, ``with``): what is missing here may
        stand in it.
    """

    data: dict[str, Any]
    marks: dict[KeyPath, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    @property
    def file(self) -> Path:
        """The file the document was read from (after a merge: the child's)."""
        file = self.marks[()].file
        if file is None:
            raise ValueError("a document is read from a file")
        return file

    def mark(self, path: KeyPath) -> tuple[Mark, KeyPath]:
        """Return the place of the innermost written key on a path, and the rest of the path."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.marks:
                return self.marks[path[:length]], path[length:]
        return self.marks[()], path

    def _at(self, path: KeyPath) -> Any:
        """Return the value at a key path, or None where there is none."""
        value: Any = self.data
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def problem(self, path: KeyPath, what: str) -> Problem:
        """Return a problem at a key path."""
        mark, rest = self.mark(path)
        if _is_plain(self._at(path[: len(path) - len(rest)])):
            # A number in place of a calendar, or a time of a distribution: nothing is written below it.
            rest = ()
        if rest and isinstance(rest[0], int):
            # Items of lists stand right behind their list: servers[1].
            mark = Mark(mark.file, mark.line, f"{mark.key}{dotted(rest[:1])}")
            rest = rest[1:]
        return mark.problem(what, *([dotted(rest)] if rest else []))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def read_yaml(path: Path, needed: Sequence[str] = ("name", "title", "run")) -> Document:
    """Read a YAML mapping with its lines.

    Parameters
    ----------
    path : Path
        The file.
    needed : sequence of str
        The keys that an empty file is told to have.

    Raises
    ------
    InputError
        With every problem that can be told at this level: unreadable file, broken YAML, tabs,
        duplicate keys, references, tags, an empty file, no mapping at the top.
    """
    text = read_text(path)
    if sum(map(text.count, _SEPARATORS)) > _MOST_PARTS:
        raise InputError(Problem(f"has more than {_MOST_PARTS:,} lines and items", path))
    root = _compose(path, text)
    if root is None:
        keys = ", ".join(needed)
        raise InputError(Problem(f"the file is empty; these keys are needed: {keys}", path, 1))
    if not isinstance(root, MappingNode):
        line = root.start_mark.line + 1
        raise InputError(Problem("must hold 'key: value' lines at the top", path, line))
    reader = _NodeReader(path)
    data = reader.value(root, ())
    if reader.problems:
        raise InputError(*reader.problems)
    reader.marks[()] = Mark(path, 1, "")
    return Document(data, reader.marks)


def _compose(path: Path, text: str) -> Node | None:
    """Return the root node; syntax errors become one problem with a line."""
    try:
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        opened = _left_open(error)
        # Where it should have been closed nobody knows; the parser notices at the end of the file.
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        full_width = _full_width(text.splitlines(), line)
        if full_width is not None:
            sign, at = full_width
            what = f"holds a full-width '{sign}'; write '{FULL_WIDTH[sign]}', and a space after a colon"
            raise InputError(Problem(what, path, at)) from None
        what = opened or _plain_syntax_error(error, text, line)
        raise InputError(Problem(what, path, line)) from None
    except RecursionError:
        raise InputError(Problem("is nested too deeply to be read", path)) from None
    except (ValueError, OverflowError):
        what = "holds an escaped character that does not exist, such as \\U0011FFFF"
        raise InputError(Problem(what, path)) from None
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise InputError(
            Problem("holds a control character that YAML forbids", path, line)
        ) from None
    return root


_AT_AN_END = re.compile("unexpected (end of stream|document separator)")


def _left_open(error: MarkedYAMLError) -> str:
    """Say what is opened and never closed, or nothing if that is not what is wrong."""
    context, problem = error.context or "", error.problem or ""
    if "quoted scalar" in context and _AT_AN_END.search(problem):
        return "broken YAML: a quote (' or \") is opened here and never closed"
    if "flow" in context and "<stream end>" in problem:
        return "broken YAML: a bracket ([ or {) is opened here and never closed"
    return ""


def _plain_syntax_error(error: MarkedYAMLError, text: str, line: int | None) -> str:
    """Say a YAML syntax error in words for people who do not know YAML."""
    problem = error.problem or "cannot be understood"
    lines = text.splitlines()
    if line is not None and line <= len(lines):
        indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
        if "\t" in indent:
            return "a tab is used to indent; use spaces"
    if "mapping values are not allowed" in problem:
        return "broken YAML: a ':' too many or wrong indentation; put text with ': ' in quotes"
    if "another document" in problem:
        return "holds two documents ('---'); one per file"
    if "undefined alias" in problem:
        return "references ('*name') are not used here; put text with '*' in quotes"
    return f"broken YAML: {problem}"


FULL_WIDTH = {
    "：": ":",
    "，": ",",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "－": "-",
    "＃": "#",
}
"""Punctuation of Chinese keyboards, and what YAML takes in its place."""


def _full_width(lines: list[str], line: int | None) -> tuple[str, int] | None:
    """Return the full-width sign that stands for one of YAML, and its line.

    The parser stumbles over it there or on the next line.
    """
    for number in (line or 0, (line or 0) - 1):
        text = lines[number - 1] if 0 < number <= len(lines) else ""
        if match := re.match(r"\s*(?:- )?[\w.-]*([：｛［－])", text):
            return match[1], number
    return None


class _NodeReader:
    """Turns nodes into plain values, noting lines and collecting problems."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.marks: dict[KeyPath, Mark] = {}
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def report(self, what: str, node: Node, path: KeyPath) -> None:
        """Note a problem at a node."""
        line = node.start_mark.line + 1
        self.problems.append(Problem(what, self.path, line, dotted(path) or None))

    def value(self, node: Node, path: KeyPath) -> Any:
        """Return the plain value of a node and of everything below it."""
        if id(node) in self.seen:
            # A node met twice is an alias; a few of them nested can grow without bound. The node
            # itself stands where it was named first, so the line is that of the key.
            what = "references ('&name', '*name') are not used here"
            self.problems.append(self.marks[path].problem(what))
            return None
        self.seen.add(id(node))
        if _plain_kind(node) not in PLAIN_KINDS:
            self.report(f"the tag '{node.tag}' is not used here", node, path)
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                self.marks[(*path, index)] = self.mark(item, (*path, index))
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node.value, _plain_kind(node))

    def mark(self, node: Node, path: KeyPath) -> Mark:
        """Return the place of a node."""
        return Mark(self.path, node.start_mark.line + 1, dotted(path))

    def mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
        """Return a mapping; keys must be text and stand once."""
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            if key is None or not key:
                self.report("a key must be one word", key_node, path)
                continue
            below = (*path, key)
            if key in values:
                first = self.marks[below].line
                self.report(f"'{key}' stands twice, first on line {first}", key_node, below)
                continue
            self.marks[below] = self.mark(key_node, below)
            values[key] = self.value(value_node, below)
        return values


def _plain_kind(node: Node) -> str:
    """Return what YAML itself takes a node for, such as ``int``."""
    return str(node.tag).removeprefix("tag:yaml.org,2002:")


def _scalar(text: str, kind: str) -> Any:
    """Return None, a bool, a number or text; dates stay text."""
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in ("int", "float"):
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    """Return a decimal number; other notations (0x1F) stay text, which the schema refuses."""
    if "_" in text:
        # 1_000 is a number to YAML 1.1 and to Python, and a word to YAML 1.2.
        return text
    plain = text.lower().replace(".inf", "inf").replace(".nan", "nan")
    for kind in (int, float):
        try:
            return kind(plain)
        except ValueError:
            continue
    return text
