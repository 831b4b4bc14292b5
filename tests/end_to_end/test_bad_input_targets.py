"""Broken tables of targets: file, line and column of what is wrong."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import load_targets

SHIPPED = Path(__file__).parents[2] / "scenarios" / "targets"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a copy of the plan's table."""
    return Path(shutil.copy(SHIPPED / "plan.csv", tmp_path / "plan.csv"))


@dataclass(frozen=True)
class TableCase:
    """A change to the table of targets and the problem it makes."""

    name: str
    old: str
    new: str
    line: int
    column: str
    words: str


TABLES = [
    TableCase("column name", "value_2020", "valeu_2020", 1, "valeu_2020", "mean 'value_2020'?"),
    TableCase("text", ",78.33,>=,", ",about 78,>=,", 2, "value_2020", "must be a number or empty"),
    TableCase(
        "operator", ",78.33,>=,", ",78.33,=>,", 2, "operator", "one of >=, <=, about, nothing"
    ),
    TableCase("no operator", ",78.33,>=,", ",78.33,,", 2, "operator", "go together"),
    TableCase("no tolerance", ",0.40,0.02,", ",0.40,,", 8, "tolerance", "needs a tolerance"),
    TableCase("twice", "2,maternal_mortality", "2,life_expectancy", 3, "indicator", "on line 2"),
    TableCase("infinite", ",78.33,>=,", ",inf,>=,", 2, "value_2020", "finite"),
]


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case.name)
def test_bad_table_of_targets(case: TableCase, table: Path) -> None:
    text = table.read_text(encoding="utf-8")
    assert case.old in text
    table.write_text(text.replace(case.old, case.new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_targets(table)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.key) == (table, case.line, case.column)
    assert case.words in problem.what


def test_broken_row_of_targets(table: Path) -> None:
    text = table.read_text(encoding="utf-8")
    table.write_text(text + "1,2,3" + ",x" * 20 + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="this row has 23 cells") as caught:
        load_targets(table)
    assert "\n" not in str(caught.value)
