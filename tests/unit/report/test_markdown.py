"""Tables in Markdown, and pages whose measured tables are replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.report.markdown import markdown_table, write_measured


def test_bars_in_cells_do_not_break_a_table() -> None:
    assert markdown_table(["a", "b"], [("x|y", 1)]) == ["| a | b |", "|--|--|", "| x\\|y | 1 |"]


def test_numbers_stand_at_the_right() -> None:
    assert markdown_table(["a", "b", "c"], [], right_from=1) == ["| a | b | c |", "|--|--:|--:|"]


def test_measured_tables_replace_what_stood_there(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: x -->\nold\n<!-- end of x -->\nafter\n", "utf-8")
    for table in ("new", "newer"):
        write_measured(page, "x", table)
        text = page.read_text("utf-8")
        assert text == f"before\n<!-- measured: x -->\n\n{table}\n\n<!-- end of x -->\nafter\n"
    with pytest.raises(InputError, match="measured: y"):
        write_measured(page, "y", "new")
    with pytest.raises(InputError, match="cannot read"):
        write_measured(tmp_path / "none.md", "x", "new")
