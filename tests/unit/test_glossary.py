"""Every word that people are shown is there, in both languages."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.glossary import LEAK_REASONS, TIERS, counted, filled, glossary, label, term, unit
from sim.measure.compare import KINDS
from sim.measure.tables import HEADLINES
from sim.pathway.care.state import End, Need
from sim.report.words import Words
from sim.report.workload import PANELS
from sim.world.care.world import Priority

ROOT = Path(__file__).parents[2]
VERDICTS = (
    "met",
    "not_met",
    "not_judged",
    "undecided",
    "no_target",
    "input",
    "not_modelled",
    "undefined",
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def plan() -> list[dict[str, str]]:
    with (ROOT / "scenarios/targets/plan.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def yielded(path: Path) -> Iterator[str]:
    """The indicators that a module of measures yields as the first part of its rows."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                yield from named_by(node.value.elts[0], function)


def named_by(key: ast.expr, function: ast.FunctionDef) -> list[str]:
    """The strings an expression stands for: itself, or what a loop gives it."""
    if isinstance(key, ast.Constant):
        return [str(key.value)]
    assert isinstance(key, ast.Name)
    for loop in ast.walk(function):
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Tuple):
            names = [part.id for part in loop.target.elts if isinstance(part, ast.Name)]
            if key.id in names:
                where = [getattr(part, "id", None) for part in loop.target.elts].index(key.id)
                assert isinstance(loop.iter, ast.Tuple)
                return [ast.literal_eval(row.elts[where]) for row in loop.iter.elts]  # type: ignore[attr-defined]
    raise AssertionError(f"{function.name} yields an indicator the test cannot name: {key.id}")


def measured() -> set[str]:
    folder = ROOT / "sim/measure/care"
    files = ("simulated.py", "derived.py", "unmet.py")
    return {key for name in files for key in yielded(folder / name)}


def test_the_measures_yield_what_this_test_believes_they_do() -> None:
    assert {"in_county_rate", "cost_per_stay", "referrals_down", "bed_turnover"} <= measured()
    assert {"physicians_per_1000", "primary_beds_per_1000", "tertiary_county_share"} <= measured()
    assert {"met_share", "unmet_visits", "unmet_admission_share"} <= measured()
    assert len(measured()) > 40


@pytest.mark.parametrize(
    ("what", "keys"),
    [
        ("targets of the plan", {row["indicator"] for row in plan()}),
        ("measures", measured()),
        ("headlines", set(HEADLINES)),
        ("figures", set(PANELS)),
        ("leak reasons", {f"reason.{reason}" for reason in LEAK_REASONS}),
        ("unmet", {f"unmet.{end.name.lower()}" for end in End if end != End.TREATED}),
        ("needs", {f"need.{need.name.lower()}" for need in Need}),
        ("tiers", {f"tier.{tier}" for tier in ("", *TIERS)}),
        ("verdicts", {f"verdict.{verdict}" for verdict in VERDICTS}),
        ("natures", {f"nature.{row['nature']}" for row in plan()} | {"nature."}),
        ("roles", {f"role.{kind}" for kind in KINDS}),
        ("operators", {f"operator.{row['operator']}" for row in plan()} | {"operator.>"}),
        ("priorities", {f"priority.{priority.name.lower()}" for priority in Priority}),
    ],
)
def test_every_id_has_a_term_in_both_languages(what: str, keys: set[str]) -> None:
    assert keys, what
    assert sorted(keys - glossary().keys()) == []
    for key in keys:
        assert label(key, "zh").strip(), key
        assert label(key, "en").strip(), key


def test_every_facility_kind_of_the_shipped_region_has_a_term() -> None:
    with (ROOT / "scenarios/regions/fujian/kinds.csv").open(encoding="utf-8") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    assert kinds
    assert [kind for kind in kinds if f"facility.{kind}" not in glossary()] == []


def test_chinese_terms_are_chinese_and_english_ones_are_not() -> None:
    words = [
        t for t in glossary().values() if not t.key.startswith(("operator.", "unit.", "nature."))
    ]
    assert [t.key for t in words if CHINESE.search(t.en)] == []
    assert [t.key for t in words if not CHINESE.search(t.zh) and not t.zh[:1].isdigit()] == []


def test_no_key_stands_twice() -> None:
    with (ROOT / "sim/glossary.csv").open(encoding="utf-8") as file:
        keys = [row["key"] for row in csv.DictReader(file)]
    assert len(keys) == len(set(keys))


def test_shares_and_only_shares_are_shown_in_per_cent() -> None:
    for entry in glossary().values():
        assert (entry.scale == 100) == (entry.unit_en == entry.unit_zh == "%"), entry.key
        assert bool(entry.unit_zh) <= bool(entry.unit_en), entry.key


def test_every_quantity_names_its_unit() -> None:
    # A ratio of people to beds has none in Chinese, and the plan gives none for the last.
    without = {"provincial_staff_per_bed", "internet_supervision"}
    for key in measured() | {row["indicator"] for row in plan()}:
        assert key in without or (unit(key, "zh") and unit(key, "en")), key


def test_blanks_in_both_languages_are_the_same() -> None:
    blank = re.compile(r"\{([^}:]*)[^}]*\}")
    for entry in glossary().values():
        assert blank.findall(entry.zh) == blank.findall(entry.en), entry.key


def test_an_indicator_of_a_tier_is_composed() -> None:
    assert term("bed_occupancy:county").text("zh") == "床位使用率（县级）"
    assert term("bed_occupancy:county").text("en") == "Bed occupancy (county)"
    assert term("bed_occupancy:county").scale == 100
    assert unit("bed_wait_mean:city", "en") == "h"


@pytest.mark.parametrize("key", ["bed_ocupancy", "bed_occupancy:conty", "tier.counti"])
def test_an_unknown_key_names_the_nearest(key: str) -> None:
    with pytest.raises(KeyError, match="did you mean"):
        label(key, "en")


def test_one_thing_is_said_in_the_singular() -> None:
    assert [counted(n, "# week") for n in (0, 1, 2, 1040)] == [
        *("0 weeks", "1 week", "2 weeks", "1,040 weeks")
    ]
    assert counted(1, "# run is", "# runs are") == "1 run is"
    assert filled("{n:# week|# weeks} of {all}: {x:.1f}", n=1, all=2, x=0.25) == "1 week of 2: 0.2"
    one = {"areas": "A", "people": "9", "starts": "now", "seed": 1, "version": "0"}
    text = Words.of("en").filled("text.caption", weeks=1, warm_up=1, replications=1, **one)
    assert "1 week counted after 1 week of warm-up; 1 replication, seed" in text
    rest = {"scenario": "S", "names": "x", "probability": "0.5"}
    assert "The other target is met in" in Words.of("en").filled("text.blocked", targets=1, **rest)
    assert "The other 3 targets are" in Words.of("en").filled("text.blocked", targets=3, **rest)


def test_no_number_stands_before_a_plural_in_english() -> None:
    plain = r"\{(n|weeks|warm_up|replications|runs|targets|days|length|ahead)\} [a-z-]+s\b"
    kept = ("validation.", "text.more_rows", "text.pooled", "text.answer_counties")
    kept += ("text.marginal_note", "text.comparison_note_joint", "text.warm_up_")
    found = [entry.key for entry in glossary().values() if re.search(plain, entry.en)]
    assert [key for key in found if not key.startswith(kept)] == []
