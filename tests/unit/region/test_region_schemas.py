"""The tables of a region are declared whole: every column has its type, range, default and words."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from sim.region import Region
from sim.region.reading import Column, read_table
from sim.region.reference import reference_page
from sim.region.region import REGION_TABLES
from sim.region.schemas import (
    Table,
    acting_tables,
    allowed_words,
    column,
    local_tables,
    schema,
    tables,
)

FOLDER = Path(__file__).parents[3] / "sim" / "region" / "schema"
COLUMNS = [
    (table, declared)
    for table in tables().values()
    for declared in (*table.schema.columns, *table.added)
]


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / name).read_text("utf-8").splitlines()))


def name_of(value: object) -> str:
    return getattr(value, "name", "")


def test_every_table_has_columns_and_every_column_a_table() -> None:
    assert {row["table"] for row in rows("columns.csv")} == set(tables())
    names = [(row["table"], row["column"]) for row in rows("columns.csv")]
    assert len(set(names)) == len(names) == len(COLUMNS)


def test_what_a_region_holds_is_declared() -> None:
    assert set(REGION_TABLES) <= set(tables())
    norms = {"prefectures", "layout", "hospital_split", "institution_types", "outsides"}
    assert set(tables()) - set(REGION_TABLES) == norms


@pytest.mark.parametrize("table", tables().values(), ids=name_of)
def test_a_table_is_declared_whole(table: Table) -> None:
    assert table.left_out in ("needed", "like", "laid_out", "empty")
    assert set(table.spared_by) <= set(tables())
    names = [declared.name for declared in table.schema.columns]
    assert set(table.schema.key) <= set(names)
    # What tells one row from another is never made up.
    assert all(column(table.name, name).default is None for name in table.schema.key)
    assert table.zh
    assert table.en
    assert ("county" in names) == (table.name in local_tables())


@pytest.mark.parametrize(("table", "declared"), COLUMNS, ids=name_of)
def test_a_column_is_declared_whole(table: Table, declared: Column) -> None:
    assert declared.type in ("text", "whole", "number", "yes_no", "time"), table.name
    assert all((declared.zh, declared.en, declared.unit, declared.unit_zh))
    assert (declared.low is None) == (declared.high is None)
    if declared.low is not None and declared.high is not None:
        assert declared.type in ("whole", "number")
        assert declared.low < declared.high
    assert not declared.allowed or declared.type == "text"
    assert len(set(declared.allowed)) == len(declared.allowed)
    assert not any(word != word.strip() or word.startswith("=") for word in declared.allowed)


@pytest.mark.parametrize(("table", "declared"), COLUMNS, ids=name_of)
def test_a_default_is_a_value_of_its_column(table: Table, declared: Column) -> None:
    value = declared.default
    if value is None:
        return
    kinds = {"text": str, "time": str, "whole": int, "number": float, "yes_no": bool}
    assert type(value) is kinds[declared.type], table.name
    # -1 and a code of 0 stand for what is not stated, as an empty text or no number does.
    if value in ("", -1) or (value == 0 and declared.unit == "code"):
        return
    if isinstance(value, str):
        assert not declared.allowed or value in declared.allowed
    elif not math.isnan(value) and declared.low is not None and declared.high is not None:
        assert declared.low <= value <= declared.high


def test_words_of_another_column_are_its_words() -> None:
    told = [row for row in rows("columns.csv") if row["allowed"].startswith("=")]
    assert len(told) > 5
    for row in told:
        other = row["allowed"].removeprefix("=").split(".")
        assert allowed_words(row["table"], row["column"]) == allowed_words(*other) != ()


def test_needed_says_one_of_four_things() -> None:
    assert {row["needed"] for row in rows("columns.csv")} == {"yes", "no", "column", "added"}
    for row in rows("columns.csv"):
        if row["needed"] in ("yes", "added"):
            assert row["default"] == ""


def test_levers_change_copies_of_tables_that_a_region_has(fujian: Region) -> None:
    assert set(acting_tables()) <= set(REGION_TABLES)
    for name in acting_tables():
        table = tables()[name]
        assert len(getattr(fujian, name)) or table.left_out == "empty"


def test_a_misspelt_table_or_column_gets_a_hint() -> None:
    with pytest.raises(KeyError, match=r"no table 'facilitys'.*did you mean 'facilities'\?"):
        column("facilitys", "beds")
    with pytest.raises(KeyError, match=r"no column 'physicans'.*did you mean 'physicians'\?"):
        column("facilities", "physicans")
    assert column("capability", "any_kind").type == "number"


@pytest.mark.parametrize(
    "table", [t for t in tables().values() if t.schema.extra is None], ids=name_of
)
def test_a_misspelt_column_of_a_file_gets_a_hint(tmp_path: Path, table: Table) -> None:
    names = [declared.name for declared in table.schema.columns]
    last = max(names, key=len)
    header = [f"{name}x" if name == last else name for name in names]
    (tmp_path / "t.csv").write_text(",".join(header) + "\n" + ",".join("1" * len(names)), "utf-8")
    _, problems = read_table(tmp_path / "t.csv", schema(table.name))
    told = [str(problem) for problem in problems if problem.key == f"{last}x"]
    assert told == [f"{tmp_path}/t.csv:1: {last}x: unknown column; did you mean '{last}'?"]


def test_every_column_stands_on_the_page() -> None:
    page = reference_page()
    assert page.endswith("|\n")
    assert not page.endswith("\n\n")
    for table, declared in COLUMNS:
        section = page.split(f"## `{table.name}`")[1].split("\n## ")[0]
        assert f"| `{declared.name}` | {declared.en} | {declared.zh} |" in section
