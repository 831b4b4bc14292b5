"""A region small enough to check by hand, and an empty scenarios folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sim.region import Region
from sim.region.definitions import Definitions

SCENARIOS = Path(__file__).parents[3] / "scenarios"

BEHAVIOUR = {
    "contract_bonus": 0.3,
    "contract_coverage_0_4": 0.6,
    "contract_coverage_5_14": 0.3,
    "contract_coverage_15_59": 0.3,
    "contract_coverage_60_79": 0.7,
    "contract_coverage_80_plus": 0.7,
    "referral_comply": 0.6,
    "over_referral_township": 0.04,
    "over_referral_county": 0.02,
    "step_down_accept": 0.1,
    "step_down_delay_hours": 12.0,
    "unreferred_rate_loss": 0.15,
}

# facility, tier, kind, owner, county, prefecture, beds, physicians, general practitioners, staff,
# people served
FACILITIES = [
    (1, "village", "village_clinic", "public", 350101, 350100, 0, 10, 0, 10, 400_000),
    (2, "village", "private_clinic", "private", 350102, 350100, 0, 5, 0, 8, 100_000),
    (3, "township", "township_health_centre", "public", 350101, 350100, 100, 60, 10, 150, 400_000),
    (4, "township", "community_centre", "public", 350102, 350100, 50, 40, 10, 100, 100_000),
    (5, "county", "county_general", "public", 350101, 350100, 700, 300, 0, 900, 400_000),
    (6, "county", "county_private", "private", 350101, 350100, 200, 50, 0, 120, 400_000),
    (7, "county", "county_general", "public", 350102, 350100, 100, 60, 0, 150, 100_000),
    (8, "city", "city_general", "public", 0, 350100, 500, 250, 0, 700, 500_000),
    (9, "province", "provincial_general", "public", 0, 0, 300, 150, 0, 330, 500_000),
    (10, "outside", "out_of_province", "public", 0, 0, 0, 0, 0, 0, 500_000),
]


def _counties() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "county": [350101, 350102],
            "name_zh": ["大县", "小县"],
            "name_en": ["Daxian", "Xiaoxian"],
            "kind": ["county", "county"],
            "prefecture": [350100, 350100],
            "prefecture_zh": ["甲市", "甲市"],
            "prefecture_en": ["Jia", "Jia"],
            "population": [400_000, 100_000],
            "share_0_4": [0.06, 0.05],
            "share_5_14": [0.14, 0.15],
            "share_15_59": [0.60, 0.60],
            "share_60_79": [0.17, 0.17],
            "share_80_plus": [0.03, 0.03],
            "city_hospitals_in": [350100, 350100],
        }
    )


def _facilities() -> pd.DataFrame:
    columns = ["facility", "tier", "kind", "owner", "county", "prefecture", "beds", "physicians"]
    columns += ["general_practitioners", "staff", "catchment_population"]
    # The first centre stands for two.
    two = {3: 2}
    table = pd.DataFrame(FACILITIES, columns=columns)
    institutions = [two.get(number, 1) for number in table["facility"]]
    return table.assign(institutions=institutions, village_doctors=0)


def _reimbursement() -> pd.DataFrame:
    tiers = ("village", "township", "county", "city", "province", "outside")
    rows = [
        (scheme, tier, setting, 0.9, 0.5, 100.0)
        for scheme in ("employees", "residents", "none")
        for tier in tiers
        for setting in ("outpatient", "inpatient")
    ]
    columns = ["scheme", "tier", "setting", "in_scope_share", "rate", "deductible_cny"]
    return pd.DataFrame(rows, columns=columns)


def make_region(**changes: pd.DataFrame) -> Region:
    """Return a region of two counties, half a million people and ten facilities."""
    facilities = _facilities()
    frames = {
        "counties": _counties(),
        "townships": pd.DataFrame({"township": [350101001], "county": [350101]}),
        "places": pd.DataFrame({"place": [350101001001], "county": [350101]}),
        "facilities": facilities,
        "conditions": pd.DataFrame({"condition": ["stroke", "cataract", "childbirth"]}),
        "capability": pd.DataFrame(
            {"county_general": [0.70, 0.95, 0.90], "city_general": [0.90, 0.97, 0.88]},
            index=pd.Index(["stroke", "cataract", "childbirth"], name="condition"),
        ),
        "kinds": pd.DataFrame(
            {
                "kind": list(dict.fromkeys(facilities["kind"])),
                "tier": list(facilities.drop_duplicates("kind")["tier"]),
                "staff_per_bed": 0.9,
            }
        ),
        "skills": pd.DataFrame({"skill": ["doctor"], "role": ["doctor"]}),
        "services": pd.DataFrame({"kind": ["county_general"], "skill": ["doctor"], "least": [1]}),
        "recipes": pd.DataFrame({"condition": ["*"], "band": ["*"], "step": [1], "share": [0.5]}),
        "calendars": pd.DataFrame({"calendar": ["always"]}),
        "seasons": pd.DataFrame({"season": ["flat"], "month": [1], "factor": [1.0]}),
        "onset_hours": pd.DataFrame({"profile": ["ambulatory"], "hour": [0], "factor": [1.0]}),
        "schemes": pd.DataFrame({"scheme": ["employees", "residents", "none"]}),
        "reimbursement": _reimbursement(),
        "behaviour": pd.DataFrame({"parameter": list(BEHAVIOUR), "value": BEHAVIOUR.values()}),
        "statistics": pd.DataFrame(
            {"year": [2020], "item": ["all"], "indicator": ["physicians"], "value": [945.0]}
        ),
        "sources": pd.DataFrame(),
        "travel_times": pd.DataFrame(),
    }
    title = {"zh": "小", "en": "Small"}
    return Region(
        name="small",
        title=title,
        path=Path("region.yaml"),
        year=2020,
        definitions=Definitions(("county",), "own_district", "survey", {}),
        **frames | changes,
    )


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a scenarios folder with the plan's targets and one scenario, ``base``."""
    (tmp_path / "targets").mkdir()
    shutil.copy(SCENARIOS / "targets" / "plan.csv", tmp_path / "targets" / "plan.csv")
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


BASE = """\
name: base
title: {zh: 基线, en: Base}
region: small
run: {start: 2020-01-06, warm_up: 7 d, length: 52 w, replications: 2, seed: 1}
"""

Write = Callable[[str, str], Path]


@pytest.fixture
def write(folder: Path) -> Write:
    """Return a function that writes a child of ``base`` with some lines of its own."""

    def write_child(name: str, lines: str) -> Path:
        path = folder / f"{name}.yaml"
        head = f"name: {name}\nextends: base\ntitle: {{zh: 甲, en: {name}}}\n"
        path.write_text(head + lines, encoding="utf-8")
        return path

    return write_child
