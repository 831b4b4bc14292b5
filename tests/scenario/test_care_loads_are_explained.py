"""Whatever is hardly used, or always full, in the baseline has its line in the description of the region."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from sim.region import Region

ROOT = Path(__file__).parents[2]
_PAGE = ROOT / "docs" / "region-fujian.md"
_MARK = re.compile(r"`(\w+)`")


def explained() -> set[tuple[str, str]]:
    """Return the kinds and skills that the page has a line for."""
    section = _PAGE.read_text("utf-8").split("## Departments and wards")[1].split("\n## ")[0]
    lines = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    pairs = [
        (kind, skill)
        for _, kinds, skills, *_ in lines
        for kind in _MARK.findall(kinds)
        for skill in _MARK.findall(skills)
    ]
    assert len(pairs) > 5
    return set(pairs)


def marked(folder: Path, **options: object) -> set[tuple[str, str]]:
    """Return the kinds and skills that a run marks."""
    answer = sim.workload("baseline-2020", out=folder, scenarios=ROOT / "scenarios", **options)  # type: ignore[arg-type]
    table = answer.tables["loads"]
    table = table[(table["facility"] == 0) & (table["mark"] != "")]
    return set(zip(table["kind"], table["skill"], strict=True))


def test_every_line_is_of_kinds_and_skills_that_there_are(whole_fujian: Region) -> None:
    there = whole_fujian.services
    known = set(zip(there["kind"], there["skill"], strict=True))
    # A line may name a few kinds and a few skills: at least one of each pair is there.
    for kind in {kind for kind, _ in explained()}:
        assert {pair for pair in explained() if pair[0] == kind} & known


def test_what_is_marked_in_the_baseline_has_its_line(tmp_path: Path) -> None:
    found = marked(tmp_path, weeks=12, warm_up=4, replications=2)
    assert ("village_clinic", "doctor") in found
    assert found - explained() == set()


@pytest.mark.slow
def test_what_is_marked_in_the_province_has_its_line(tmp_path: Path) -> None:
    found = marked(tmp_path, region="fujian", weeks=2, warm_up=2, replications=1)
    assert ("village_clinic", "doctor") in found
    assert found - explained() == set()
