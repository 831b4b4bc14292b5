"""The document that the benchmark writes."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import document
from benchmarks.machine import description
from benchmarks.table import Section, number, spread, times


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.01234, "0.0123"), (9.876, "9.88"), (99.96, "100"), (1234.0, "1,230")],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_ratios_and_spreads() -> None:
    assert times(1.23) == "× 1.2"
    assert times(123.4) == "× 123"
    assert spread([1.0, 2.0, 3.0]) == "100 %"


def test_a_document_has_its_machine_and_every_table() -> None:
    section = Section("Speed", "How fast.", ("tool", "s"), (("ours", "1"), ("theirs", "2")))
    text = "\n".join(document("A machine.", [("Engines", [section])], quick=True))
    assert "A machine." in text
    assert "| tool | s |\n|--|--:|\n| ours | 1 |\n| theirs | 2 |" in text


def test_the_machine_is_described() -> None:
    assert "numba" in description()
