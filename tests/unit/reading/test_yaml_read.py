"""What is wrong with the form of a YAML file is told where it was written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.reading.yaml_file import read_yaml
from sim.scenario.inherit import read_with_parents


@pytest.mark.parametrize("opened", ["'Try}", '"Try}', '"Try}\n---', "Try", "{a: Try"])
def test_a_quote_or_bracket_that_is_never_closed_is_told_where_it_is_opened(
    tmp_path: Path, opened: str
) -> None:
    file = tmp_path / "open.yaml"
    file.write_text(
        f"kind: network\nname: open\ntitle: {{zh: 试, en: {opened}\n\n# no more\n", "utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_yaml(file)
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert "opened here and never closed" in problem.what


def test_a_long_chain_of_scenarios_has_an_end(tmp_path: Path) -> None:
    for number in range(1500):
        text = f"name: s{number}\ntitle: {{zh: 试, en: T}}\nextends: s{number + 1}\n"
        (tmp_path / f"s{number}.yaml").write_text(text, "utf-8")
    begun = time.monotonic()
    document, _ = read_with_parents(tmp_path / "s0.yaml", tmp_path)
    (problem,) = document.problems
    assert (problem.line, problem.key) == (3, "extends")
    assert problem.what == "has more than 20 files above it, each extending the next"
    assert time.monotonic() - begun < 10


def told_of(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_yaml(path)
    (problem,) = caught.value.problems
    return problem.what


def test_a_character_beyond_all_is_told(tmp_path: Path) -> None:
    assert "does not exist" in told_of(tmp_path / "a.yaml", 'kind: "\\U0011FFFF"\n')


@pytest.mark.parametrize(
    "text", ["a: [" + "1," * 300_000 + "1]\n", "".join(f"k{n}: 1\n" for n in range(80_000))]
)
def test_a_file_of_very_many_items_is_refused_soon(tmp_path: Path, text: str) -> None:
    begun = time.monotonic()
    assert "more than 50,000 lines and items" in told_of(tmp_path / "a.yaml", text)
    assert time.monotonic() - begun < 2


def test_digits_with_underscores_are_no_number(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 3_0\nb: 30\nc: 1_0.5\n", "utf-8")
    assert read_yaml(file).data == {"a": "3_0", "b": 30, "c": "1_0.5"}
