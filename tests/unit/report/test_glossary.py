"""Every term has both languages, a unit in both or in neither, and a key that is found or refused."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from report_tables import BY_TIER, PLAN

from sim.glossary import LANGUAGES, LEAK_REASONS, TIERS, glossary, label, term, unit
from sim.measure.tables import COLUMNS
from sim.report.terminal import COMPARED

FAMILIES = ("tier", "facility", "reason", "visit", "resource", "priority", "nature", "role")
FAMILIES += ("verdict", "column", "sheet", "unit", "operator", "text")


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_keys_are_unique() -> None:
    rows = csv.DictReader((files("sim") / "glossary.csv").read_text("utf-8").splitlines())
    keys = [row["key"] for row in rows]
    assert len(keys) == len(set(keys)) == len(glossary())


@pytest.mark.parametrize("key", list(glossary()))
def test_every_term_has_both_languages(key: str) -> None:
    entry = term(key)
    assert entry.zh
    assert entry.en
    assert not is_chinese(entry.en)
    # Signs read the same everywhere; words do not.
    assert is_chinese(entry.zh) or key.split(".")[0] in ("operator", "unit", "nature")


@pytest.mark.parametrize("key", [key for key in glossary() if key.split(".")[0] not in FAMILIES])
def test_indicators_have_units(key: str) -> None:
    entry = term(key)
    unitless = ("internet_supervision", "provincial_staff_per_bed")
    assert key in unitless or (entry.unit_zh and entry.unit_en)
    assert entry.is_share == (entry.scale == 100)
    assert (entry.unit_zh == "%") == (entry.unit_en == "%")


def test_placeholders_are_the_same_in_both_languages() -> None:
    for entry in glossary().values():
        for name in ("{scenario}", "{base}", "{target}", "{value}"):
            assert (name in entry.zh) == (name in entry.en), entry.key


def test_everything_that_reports_show_has_a_term() -> None:
    indicators = {*COMPARED, *BY_TIER, *(row[0] for row in PLAN)}
    families = [f"tier.{tier}" for tier in TIERS] + [f"reason.{reason}" for reason in LEAK_REASONS]
    families += [f"sheet.{s}" for s in COLUMNS if s not in ("flows", "scenarios")]
    for key in [*indicators, *families]:
        for lang in LANGUAGES:
            assert label(key, lang)


def test_an_indicator_of_a_tier_is_composed() -> None:
    assert label("bed_occupancy:county", "zh") == "床位使用率（县级）"
    assert label("bed_occupancy:county", "en") == "Bed occupancy (county)"
    assert unit("bed_wait_mean:city", "zh") == "小时"
    assert term("bed_wait_mean:city").scale == pytest.approx(1 / 60)


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("bed_occupency", "bed_occupancy"),
        ("bed_occupancy:countie", "tier.countie' in the glossary; did you mean 'tier.county"),
        ("reason.capabillity", "reason.capability"),
    ],
)
def test_an_unknown_key_names_the_nearest(key: str, nearest: str) -> None:
    with pytest.raises(KeyError, match=nearest):
        label(key, "en")
