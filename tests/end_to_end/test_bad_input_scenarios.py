"""Bad scenario files: every problem is one line with file, line, key and what is allowed.

The cases stand in ``bad_scenarios/*.txt`` as the planner would write them::

    === name of the case
    lines that follow the head of the file
    --- line | key | words of the message (one such line per expected problem)

`HEAD` is the first four lines of every file, so the first line of a case is line 5; a case marked
``(whole file)`` has no head.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.errors import InputError, Problem
from sim.scenario import check_file, load_scenario, scenario_kind
from sim.scenario.network.load import load_network

SHIPPED = Path(__file__).parents[2] / "scenarios"
CASES = Path(__file__).parent / "bad_scenarios"
WHOLE = " (whole file)"

BASE = """\
name: base
title: {zh: 基线, en: Base}
region: fujian/taining
run: {start: 2020-01-06, warm_up: 7 d, length: 52 w, replications: 2, seed: 1}
"""
HEAD = """\
name: bad
extends: base
title: {zh: 坏, en: Bad}
# the mistakes follow
"""


@dataclass(frozen=True)
class Case:
    """A file with mistakes and the problems expected of it as (line, key, words of the message)."""

    name: str
    text: str
    expected: tuple[tuple[int, str | None, str], ...]


def read_cases(name: str) -> list[Case]:
    """Read the cases of a file."""
    blocks = (CASES / f"{name}.txt").read_text(encoding="utf-8").split("=== ")[1:]
    return [read_case(block) for block in blocks]


def read_case(block: str) -> Case:
    """Read one case."""
    title, *lines = block.strip("\n").splitlines()
    text = "".join(f"{line}\n" for line in lines if not line.startswith("--- "))
    expected = []
    for line in lines:
        if line.startswith("--- "):
            number, key, words = line.removeprefix("--- ").split(" | ", 2)
            expected.append((int(number), key.strip() or None, words))
    head = "" if title.endswith(WHOLE) else HEAD
    return Case(title.removesuffix(WHOLE), head + text, tuple(expected))


def broken(name: str, text: str, line: int, words: str, key: str | None = None) -> Case:
    """Return a case that a text file of cases cannot show well."""
    return Case(name, text, ((line, key, words),))


SYNTAX = [
    broken("tab", "name: bad\nrun:\n\tstart: 2020-01-06\n", 3, "a tab is used to indent"),
    broken("empty file", "", 1, "the file is empty"),
    broken("only a comment", "# nothing\n", 1, "the file is empty"),
    broken("list at the top", "- a\n- b\n", 1, "must hold 'key: value' lines"),
    broken("plain text", "hello\n", 1, "must hold 'key: value' lines"),
    broken("open bracket", "name: bad\nrun: {start: 2020-01-06\n", 2, "never closed"),
    broken("colon in text", "name: bad\ntitle: a: b\n", 2, "put text with ': ' in quotes"),
    broken("two documents", "name: bad\n---\nname: worse\n", 2, "two documents"),
    broken("control character", "name: bad\ntitle: \x07\n", 2, "control character"),
    broken("duplicate", "run:\n  seed: 1\n  seed: 2\n", 3, "twice, first on line 2", "run.seed"),
    broken("reference", "run: &r {seed: 1}\nlevers: *r\n", 2, "references", "levers"),
    broken("unknown reference", "run: *r\n", 1, "references"),
    broken("tag", "run: !!python/object:os.system {}\n", 1, "the tag", "run"),
    broken("key that is a list", "? [a, b]\n: 1\n", 1, "a key must be one word"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a scenarios folder with a correct parent, targets and the shipped regions."""
    shutil.copytree(SHIPPED / "targets", tmp_path / "targets")
    (tmp_path / "regions").symlink_to(SHIPPED / "regions", target_is_directory=True)
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def check(case: Case, folder: Path, read: Callable[[Path, Path], Sequence[Problem]]) -> None:
    """Compare the problems of a case with what is expected, and see that nothing was written."""
    path = folder / "bad.yaml"
    path.write_text(case.text, encoding="utf-8")
    before = sorted(folder.iterdir())
    problems = read(path, folder)
    assert [problem.file for problem in problems] == [path] * len(case.expected)
    found = [(problem.line, problem.key) for problem in problems]
    assert found == [(line, key) for line, key, _ in case.expected]
    for problem, (_, _, words) in zip(problems, case.expected, strict=True):
        assert words in problem.what
        assert "\n" not in str(problem)
    assert sorted(folder.iterdir()) == before


def problems_of_loading(path: Path, folder: Path) -> Sequence[Problem]:
    with pytest.raises(InputError) as caught:
        load_scenario(path, folder)
    return caught.value.problems


LOADING = [case for name in ("keys", "parents", "levers", "targets") for case in read_cases(name)]


@pytest.mark.parametrize("case", SYNTAX + LOADING, ids=lambda case: case.name)
def test_bad_scenario(case: Case, folder: Path) -> None:
    check(case, folder, problems_of_loading)


@pytest.mark.parametrize("case", read_cases("regions"), ids=lambda case: case.name)
def test_bad_for_the_region(case: Case, folder: Path) -> None:
    check(case, folder, check_file)


def test_table_is_complete() -> None:
    assert len(SYNTAX) + len(LOADING) + len(read_cases("regions")) >= 80


def test_check_reports_what_loading_would(folder: Path) -> None:
    (folder / "bad.yaml").write_text(HEAD + "levrs: 1\n", encoding="utf-8")
    (problem,) = check_file(folder / "bad.yaml", folder)
    assert (problem.line, problem.key) == (5, "levrs")


def test_a_missing_parent_hides_nothing(folder: Path) -> None:
    (folder / "bad.yaml").write_text(
        "name: bad\nextends: bse\ntitle: {zh: 坏, en: Bad}\nregion: fujain/youxi\nlevers:\n"
        "  - bed_plna: {public: 3.6}\n  - {set: facilites.beds, to: 3}\n"
        "  - {set: facilities.bedz, to: 3, plus: 1}\nwithout: [ageing]\n",
        encoding="utf-8",
    )
    found = [(problem.line, problem.what) for problem in check_file(folder / "bad.yaml", folder)]
    words = ("'bse'", "'fujain'", "'bed_plna'", "'facilites'", "'bedz'", "exactly one")
    assert [line for line, _ in found] == [2, 4, 6, 7, 8, 8]
    assert all(word in what for word, (_, what) in zip(words, found, strict=True))


@pytest.mark.parametrize("first", ["extends: base\nwith: [no-such]", "extends: base", "levrs: 1"])
def test_selectors_are_held_against_the_region_beside_other_mistakes(
    folder: Path, first: str
) -> None:
    head = "name: bad\n" + (first if "extends" in first else f"extends: base\n{first}")
    (folder / "bad.yaml").write_text(
        f"{head}\ntitle: {{zh: 坏, en: Bad}}\nregion: fujian/yuoxi\nlevers:\n"
        "  - {set: facilities.beds, to: 3, plus: 1, where: {county: yuoxi}}\n"
        "  - bed_plan: {public: 3.6}\n    where: {county: yuoxi}\n"
        "  - {set: facilities.beds, to: 3, where: [youxi]}\n"
        "  - two_way_referral: {}\n    where: {kind: county_general}\n",
        encoding="utf-8",
    )
    keys = [problem.key for problem in check_file(folder / "bad.yaml", folder)]
    assert keys[-6:] == [
        "region",
        "levers[1]",
        "levers[1].set.where.county",
        "levers[2].bed_plan.where.county",
        "levers[3].where",
        "levers[4].where",
    ]
    assert ("with[1]" in keys, "levrs" in keys) == ("with" in first, "levrs" in first)


def test_a_network_without_its_parent_is_told_of_the_parent_only(folder: Path) -> None:
    path = folder / "bad.yaml"
    path.write_text("name: bad\nextends: mmd\nstations: {desk: {servers: 3}}\n", encoding="utf-8")
    assert scenario_kind(path, folder) == "network"
    with pytest.raises(InputError, match="no scenario 'mmd'") as caught:
        load_network(path, folder)
    assert len(caught.value.problems) == 1


def test_correct_scenario_has_no_problem(folder: Path) -> None:
    (folder / "bad.yaml").write_text(HEAD + "levers:\n  - bed_plan: {}\n", encoding="utf-8")
    assert check_file(folder / "bad.yaml", folder) == []


def test_circle_of_parents(folder: Path) -> None:
    for name, parent in (("bad", "middle"), ("middle", "end"), ("end", "middle")):
        path = folder / f"{name}.yaml"
        path.write_text(
            f"name: {name}\nextends: {parent}\ntitle: {{zh: 甲, en: A}}\n", encoding="utf-8"
        )
    with pytest.raises(InputError) as caught:
        load_scenario(folder / "bad.yaml", folder)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == (folder / "end.yaml", 2, "extends")
    assert "parents run in a circle: middle -> end -> middle" in problem.what


def test_broken_parent(folder: Path) -> None:
    (folder / "base.yaml").write_text("name: base\n\trun: 1\n", encoding="utf-8")
    (folder / "bad.yaml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(InputError, match=r"base\.yaml:2: a tab is used to indent"):
        load_scenario(folder / "bad.yaml", folder)


def test_levers_of_the_parent_are_no_list(folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + "levers: {bed_plan: {}}\n", encoding="utf-8")
    (folder / "bad.yaml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(InputError, match=r"base\.yaml:5: levers: must be a list"):
        load_scenario(folder / "bad.yaml", folder)


class TestFiles:
    def test_missing_file(self, folder: Path) -> None:
        with pytest.raises(InputError, match=r"nowhere\.yaml: file not found"):
            load_scenario(folder / "nowhere.yaml", folder)

    def test_missing_name(self, folder: Path) -> None:
        with pytest.raises(InputError, match=r"no scenario 'bsae'.*did you mean 'base'"):
            load_scenario("bsae", folder)

    def test_a_folder(self, folder: Path) -> None:
        with pytest.raises(InputError, match="is a folder; a YAML file is needed"):
            load_scenario(folder / "targets", folder)

    def test_another_encoding(self, folder: Path) -> None:
        path = folder / "bad.yaml"
        path.write_bytes("name: bad\ntitle: {zh: 中文, en: Bad}\n".encode("gb18030"))
        with pytest.raises(InputError, match=r"bad\.yaml:2: is not UTF-8 text"):
            load_scenario(path, folder)

    def test_a_large_file(self, folder: Path) -> None:
        path = folder / "bad.yaml"
        path.write_text("#" * 1_000_001, encoding="utf-8")
        with pytest.raises(InputError, match="is larger than"):
            load_scenario(path, folder)
