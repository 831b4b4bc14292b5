"""Titles are shown as they are, told apart, or refused before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim

DESK = {
    "kind": "network",
    "run": {"warm_up": "0 min", "length": "1 d", "replications": 1, "seed": 1},
    "classes": {"visitor": {"arrivals": {"poisson": "6 per hour"}, "start": "desk"}},
    "stations": {"desk": {"servers": 1, "service": {"exponential": "8 min"}}},
}


@pytest.mark.parametrize("title", ["bell\x07", "ta\x0bb", "x" * 201, "right\u202eleft"])
def test_a_title_that_is_more_than_text_is_refused(title: str) -> None:
    scenario = {**DESK, "name": "desk", "title": {"zh": "试", "en": title}}
    with pytest.raises(sim.InputError, match=r"title: |title.en"):
        sim.load(scenario)


@pytest.mark.parametrize("changed", [{"name": "\ud800"}, {"title": {"zh": "试", "en": "\ud800"}}])
def test_half_a_character_is_told_in_plain_words(changed: dict[str, object]) -> None:
    with pytest.raises(
        sim.InputError,
        match=r"half a character, which no file can keep|invisible character U\+D800",
    ):
        sim.load({**DESK, "name": "desk", **changed})


def test_two_equal_titles_are_told_apart() -> None:
    from sim.api.study import told_apart

    title = {"zh": "窗口", "en": "A desk"}
    one, two = (sim.load({**DESK, "name": name, "title": title}) for name in ("one", "two"))
    other = sim.load({**DESK, "name": "other", "title": {"zh": "窗口", "en": "Another desk"}})
    titles = [scenario.title for scenario in told_apart([one, two, other])]
    assert [t.zh for t in titles] == ["窗口 (one)", "窗口 (two)", "窗口 (other)"]
    assert [t.en for t in titles] == ["A desk (one)", "A desk (two)", "Another desk"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("name: x\ntitle：{zh: 试, en: T}\nrun: {start: 2020-01-06}\n", 2, "'：'; write ':'"),
    ],
)
def test_punctuation_of_a_chinese_keyboard_is_named(
    tmp_path: Path, text: str, line: int, told: str
) -> None:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    (problem, *_) = sim.check(tmp_path / "x.yaml")
    assert told in problem.what
    assert problem.line == line
