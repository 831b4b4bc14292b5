"""Entries of a timeline are told apart by what they mean, not by how they are spelt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.reading.yaml_file import Document, KeyPath, Mark, read_yaml
from sim.scenario import load_scenario
from sim.scenario.care.entries import append_entries, lever_key, one_path_each
from sim.scenario.care.schema import CareFile, RunSettings

SCENARIOS = Path(__file__).parents[3] / "scenarios"
HEAD = "name: {name}\ntitle: {{zh: 试, en: Try}}\nextends: {parent}\n"
PARENT = """
levers:
  - set: [facilities.beds, facilities.staff]
    times: 1.1
    where: {kind: county_general, county: [taining, youxi]}
    from: 2020-07-01
"""


def child(folder: Path, text: str) -> list[tuple[str, float | None]]:
    """Return the paths and factors of a child of a scenario that sets two paths alike."""
    (folder / "above.yaml").write_text(
        HEAD.format(name="above", parent="baseline-2020") + PARENT, "utf-8"
    )
    (folder / "below.yaml").write_text(HEAD.format(name="below", parent="above") + text, "utf-8")
    entries = load_scenario(folder / "below.yaml", SCENARIOS).levers
    return [(entry.lever.path, entry.lever.times) for entry in entries if entry.lever.name == "set"]  # type: ignore[attr-defined]


def test_one_of_several_paths_can_be_dropped(tmp_path: Path) -> None:
    assert child(tmp_path, "without: [facilities.staff]\n") == [("facilities.beds", 1.1)]


@pytest.mark.parametrize(
    "where",
    [
        "{kind: county_general, county: [taining, youxi]}",
        "{county: [youxi, taining], kind: county_general}",
        "{county: [youxi, taining], kind: [county_general]}",
    ],
)
def test_one_of_several_paths_is_replaced_however_its_selector_is_spelt(
    tmp_path: Path, where: str
) -> None:
    entry = f"levers:\n  - set: facilities.beds\n    times: 1.2\n    where: {where}\n    from: 2020-07-01\n"
    assert sorted(child(tmp_path, entry)) == [("facilities.beds", 1.2), ("facilities.staff", 1.1)]


def test_another_place_is_another_entry(tmp_path: Path) -> None:
    entry = "levers:\n  - set: facilities.beds\n    times: 1.2\n    where: {county: shaxian}\n"
    assert len(child(tmp_path, entry)) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"set": "a.b", "to": 1}, {"set": "a.b", "to": 2}),
        ({"set": "a.b", "where": {"x": 1}}, {"set": "a.b", "where": {"x": ["1"]}}),
        ({"ageing": {"years": 1}, "until": "2020-01-01"}, {"ageing": {}}),
    ],
)
def test_these_are_the_same_entry(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert lever_key(one) == lever_key(other) is not None


@pytest.mark.parametrize("entry", [None, [], {"from": "2020-01-01"}, {"ageing": {}, "staff": {}}])
def test_these_are_no_entries(entry: Any) -> None:
    assert lever_key(entry) is None


def test_marks_follow_the_paths(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "levers:\n  - ageing: {years: 1}\n  - set:\n      - a.b\n      - c.d\n    to: 1\n  - x: {}\n",
        "utf-8",
    )
    document = read_yaml(file)
    one_path_each(document)
    assert [entry.get("set") for entry in document.data["levers"]] == [None, "a.b", "c.d", None]
    lines = {path: mark.line for path, mark in document.marks.items()}
    assert (lines["levers", 1, "set"], lines["levers", 2, "set"]) == (4, 5)
    assert lines["levers", 1, "to"] == lines["levers", 2, "to"] == 6
    assert (lines["levers", 0, "ageing", "years"], lines["levers", 3, "x"]) == (2, 7)
    assert lines["levers", 2] == 3


class CountedMarks(dict[KeyPath, Mark]):
    """Places that count how often all of them are gone through."""

    passes = 0

    def items(self) -> Any:
        """Return all places."""
        self.passes += 1
        return super().items()


@pytest.mark.parametrize("entries", [1, 200])
def test_places_are_gone_through_once_however_many_entries_follow(entries: int) -> None:
    rows = range(entries)
    marks = CountedMarks(
        {("levers", i, *rest): Mark(None, i, "") for i in rows for rest in ((), ("set",))}
    )
    source, target = Document({"levers": [{"set": f"a.{i}"} for i in rows]}, marks), Document({})
    append_entries(target, source, rows)
    assert marks.passes == 1
    assert (target.data, target.marks) == (source.data, dict(marks))


@pytest.mark.parametrize("day", [["2021-01-01"], {"a": 1}])
def test_a_first_day_that_is_none_is_told_where_it_is_read(day: Any) -> None:
    assert {lever_key({"ageing": {}, "from": day})} == {lever_key({"ageing": {}, "from": day})}


def test_the_page_on_policies_names_every_key_of_a_scenario() -> None:
    page = (SCENARIOS.parent / "docs/how-to-policies.md").read_text("utf-8")
    keys = {field.alias or name for name, field in CareFile.model_fields.items()} - {"kind", "run"}
    keys |= {f"run.{name}" for name in RunSettings.model_fields}
    assert {key for key in keys if f"`{key}`" not in page} == set()
