"""The reference page of a region's tables, written from their declarations."""

from __future__ import annotations

import math
import sys

from sim.region.reading import Column
from sim.region.schemas import Table, tables

HEAD = """# Tables of a region

Every table that a `region.yaml` may name under `tables`, and every column. This page is written from
`sim/region/schema/` by `python -m sim.region.reference > docs/reference-tables.md`; a test holds that it is
current. How to make a region of your own: [how-to-region.md](how-to-region.md).

A table is a `.csv` file (comma, semicolon or tab; UTF-8, UTF-16 or GB18030) or the first sheet of an `.xlsx`
file. Its columns stand in any order; one that is not listed here is refused. "If left out" says what holds
where a column is not there; in a column that is there a cell may be empty only where the page says *cell or
column*.
Shares are written between 0 and 1, times as `08:30`.
"""

_TYPES = {
    "text": "text",
    "whole": "whole number",
    "number": "number",
    "yes_no": "yes or no",
    "time": "time",
}
_LEFT_OUT = {
    "needed": "it is needed",
    "like": "taken from the region that `like` names",
    "laid_out": "laid out",
    "empty": "it has no rows",
}


def reference_page() -> str:
    """Return the page as Markdown."""
    return "\n".join([HEAD, _contents(), *(_section(table) for table in tables().values())])


def _contents() -> str:
    rows = ["| table | one row per | 每行 | if left out |", "|--|--|--|--|"]
    for table in tables().values():
        left_out = _LEFT_OUT[table.left_out]
        if table.spared_by:
            left_out += f", unless there is {' and '.join(f'`{n}`' for n in table.spared_by)}"
        rows.append(f"| [`{table.name}`](#{table.name}) | {table.en} | {table.zh} | {left_out} |")
    return "\n".join(rows) + "\n"


def _section(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.schema.key)
    row = f"One row per {table.en} / {table.zh}."
    lines = [f"## `{table.name}`\n", f"{row} Different in every row: {key}.\n"]
    lines += ["| column | what | 含义 | type | unit | 单位 | allowed | if left out |"]
    lines += ["|--|--|--|--|--|--|--|--|"]
    lines += [_row(column, added=False) for column in table.schema.columns]
    if table.schema.extra is not None:
        lines.append(
            "| any kind of facility | share of the condition's episodes that it can finish | "
            "该类机构能诊治的比例 | number | share | 比例 | 0 to 1 | needed for every kind |"
        )
    lines += [_row(column, added=True) for column in table.added]
    return "\n".join(lines) + "\n"


def _row(column: Column, *, added: bool) -> str:
    cells = (
        f"`{column.name}`",
        column.en,
        column.zh,
        _TYPES[column.type],
        column.unit,
        column.unit_zh,
        _allowed(column),
        "made when the region is loaded" if added else _left_out(column),
    )
    return "| " + " | ".join(cells) + " |"


def _allowed(column: Column) -> str:
    if column.allowed:
        return ", ".join(f"`{word}`" for word in column.allowed)
    if column.low is None or column.high is None:
        return ""
    return f"{column.low:,.15g} to {column.high:,.15g}"


def _left_out(column: Column) -> str:
    """Return what holds without the column, and whether single cells may be empty."""
    if column.default is None:
        return "needed"
    where = "column" if column.whole_column else "cell or column"
    value = column.default
    if value in ("", -1) or (isinstance(value, float) and math.isnan(value)):
        return where
    if isinstance(value, bool):
        return f"`{'yes' if value else 'no'}` ({where})"
    return where if value == 0 and column.unit == "code" else f"`{value}` ({where})"


if __name__ == "__main__":
    sys.stdout.write(reference_page())
