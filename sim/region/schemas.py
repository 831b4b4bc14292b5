"""The tables of a region and their columns, as ``schema/tables.csv`` and ``schema/columns.csv`` declare them.

Checks, the list of tables, the page ``docs/reference-tables.md`` and what a scenario may set all come from
these two files; ``former.csv`` tells what became of columns that are no more.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

from sim.errors import nearest
from sim.region.reading import CellType, Column, Schema, Settable

LeftOut = Literal["needed", "like", "laid_out", "empty"]
"""What holds where a region has no such table: it is refused; the table of the region that it is ``like``
holds; it is laid out; it has no rows."""


@dataclass(frozen=True)
class Table:
    """One table of a region.

    Attributes
    ----------
    name : str
        As ``region.yaml`` names it.
    schema : Schema
        What its file may hold.
    added : tuple of Column
        Columns that loading adds.
    left_out : str
        What holds where a region does not have it, see `LeftOut`.
    spared_by : tuple of str
        Tables beside which it is of no use: nothing is left that is laid out by it.
    acts : bool
        Whether scenarios work on a copy of it, so that levers can change it.
    local : bool
        Whether its rows lie in a county.
    family : str
        The family of levers that a change of its numbers counts as; empty if scenarios cannot set them.
    zh, en : str
        What one row is.
    """

    name: str
    schema: Schema
    added: tuple[Column, ...]
    left_out: LeftOut
    spared_by: tuple[str, ...]
    acts: bool
    local: bool
    family: str
    zh: str
    en: str

    def is_spared(self, there: Container[str]) -> bool:
        """Tell whether a region with some tables has no use for this one."""
        return bool(self.spared_by) and all(name in there for name in self.spared_by)


@cache
def tables() -> Mapping[str, Table]:
    """Return every table by its name, read once."""
    columns, added = _columns()
    former: dict[str, dict[str, str]] = {}
    for row in _rows("former.csv"):
        former.setdefault(row["table"], {})[row["column"]] = row["now"]
    declared: dict[str, Table] = {}
    for row in _rows("tables.csv"):
        name = row["table"]
        further = cast("CellType | None", row["further_columns"] or None)
        declared[name] = Table(
            name=name,
            schema=Schema(
                tuple(columns[name]), tuple(row["key"].split(";")), further, former.get(name, {})
            ),
            added=tuple(added.get(name, ())),
            left_out=cast("LeftOut", row["left_out"]),
            spared_by=tuple(filter(None, row["spared_by"].split(";"))),
            acts=row["acts"] == "yes",
            local=row["local"] == "yes",
            family=row["family"],
            zh=row["zh"],
            en=row["en"],
        )
    return MappingProxyType(declared)


def acting_tables() -> tuple[str, ...]:
    """Return the tables that levers can change."""
    return tuple(name for name, table in tables().items() if table.acts)


def local_tables() -> tuple[str, ...]:
    """Return the tables whose rows lie in a county."""
    return tuple(name for name, table in tables().items() if table.local)


def families() -> Mapping[str, str]:
    """Return the tables whose numbers scenarios can set, and the family of levers each counts as."""
    return {name: table.family for name, table in tables().items() if table.family}


def settable_columns(table: str) -> list[str]:
    """Return the numbers of a table that scenarios can set.

    Who lives where, how far it is and at which hours people fall ill are the same on all dates of a run.
    """
    return [column.name for column in schema(table).columns if column.settable]


def schema(table: str) -> Schema:
    """Return what the file of a table may hold."""
    return tables()[table].schema


def column(table: str, name: str) -> Column:
    """Return the declaration of a column: type, unit, range, words, and what it is.

    Parameters
    ----------
    table, name : str
        Of a table with further columns (``capability``) any name is known.

    Raises
    ------
    KeyError
        If there is no such table or column; with the nearest right spelling.
    """
    if table not in tables():
        raise KeyError(f"a region has no table '{table}'{nearest(table, [*tables()])}")
    declared = tables()[table]
    known = {each.name: each for each in (*declared.schema.columns, *declared.added)}
    if name in known:
        return known[name]
    if declared.schema.extra is None:
        raise KeyError(f"the table {table} has no column '{name}'{nearest(name, [*known])}")
    return declared.schema.further(name)


def allowed_words(table: str, name: str) -> tuple[str, ...]:
    """Return the words that a text column may hold, in the order of the schema."""
    return column(table, name).allowed


def _rows(file: str) -> Iterator[dict[str, str]]:
    text = (files("sim") / "region" / "schema" / file).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _columns() -> tuple[dict[str, list[Column]], dict[str, list[Column]]]:
    """Return the columns of files, and those that loading adds, by table."""
    rows = list(_rows("columns.csv"))
    allowed = {f"{row['table']}.{row['column']}": row["allowed"] for row in rows}
    stated: dict[str, list[Column]] = {}
    added: dict[str, list[Column]] = {}
    for row in rows:
        # '=kinds.kind' means the words of that column.
        listed = row["allowed"]
        listed = allowed[listed[1:]] if listed.startswith("=") else listed
        kind = cast("CellType", row["type"])
        declared = Column(
            name=row["column"],
            type=kind,
            low=float(row["low"]) if row["low"] else None,
            high=float(row["high"]) if row["high"] else None,
            allowed=tuple(listed.split(";")) if listed else (),
            default=None if row["needed"] in ("yes", "added") else _default(kind, row["default"]),
            whole_column=row["needed"] == "column",
            settable=cast("Settable", row["set"]),
            unit=row["unit"],
            unit_zh=row["unit_zh"],
            zh=row["zh"],
            en=row["en"],
        )
        target = added if row["needed"] == "added" else stated
        target.setdefault(row["table"], []).append(declared)
    return stated, added


def _default(kind: CellType, text: str) -> object:
    if kind == "whole":
        return int(text)
    if kind == "number":
        return float(text)
    return text == "True" if kind == "yes_no" else text
