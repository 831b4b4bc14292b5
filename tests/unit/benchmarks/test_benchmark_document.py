"""The document that the benchmark writes."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import CHAPTERS, chapter, head, with_chapter
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


_SPEED = Section("Speed", "How fast.", ("tool", "s"), (("ours", "1"), ("theirs", "2")))
_SIZE = Section("Size", "How large.", ("tool", "MiB"), (("ours", "3"),))


def test_a_chapter_has_its_machine_and_every_table() -> None:
    text = "\n".join(chapter("Engines compared", [_SPEED]))
    assert text.startswith(f"# Engines compared\n\n{description()[:20]}")
    assert "| tool | s |\n|--|--:|\n| ours | 1 |\n| theirs | 2 |" in text


def test_a_chapter_takes_the_place_of_the_old_one() -> None:
    old = [f"# {title}\n\n## {title} table\n" for title in CHAPTERS]
    for place, title in enumerate(CHAPTERS):
        new = [*old]
        new[place] = "".join(f"{part}\n" for part in chapter(title, [_SIZE]))
        document = "\n".join([head(quick=False), *old])
        replaced = with_chapter(document, title, new[place])
        assert replaced.split() == "\n".join([head(quick=False), *new]).split()
        assert "\n\n\n" not in replaced
    with pytest.raises(ValueError, match="no chapter 'Else'"):
        with_chapter(document, "Else", "")


def test_the_machine_is_described() -> None:
    assert "numba" in description()
