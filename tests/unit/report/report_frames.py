"""Made-up result tables that look like those of a real study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from sim.glossary import LEAK_REASONS, TIERS
from sim.measure.tables import COLUMNS, StudyTables
from sim.region.definitions import Definitions
from sim.scenario.title import Title
from sim.subjects.care.caption import StudyCaption

SCENARIOS = {
    "baseline-2020": ("2020年基线", "Baseline 2020"),
    "no-reform-2025": ("不改革（2025年）", "No reform 2025"),
    "plan-2025": ("规划目标情景", "Plan targets 2025"),
    "beds-only": ("仅床位达标", "Beds only"),
    "staff-only": ("仅人员达标", "Staff only"),
    "referral-only": ("仅分级转诊", "Referral policy only"),
}
STRENGTH = dict(zip(SCENARIOS, (0.0, -0.15, 1.0, 0.25, 0.45, 0.6), strict=True))
# Share of contacts by tier of first contact at strength 0, and what a strength of 1 adds.
FIRST = np.array([0.42, 0.21, 0.27, 0.07, 0.025, 0.005])
REFORM = np.array([0.06, 0.07, -0.07, -0.04, -0.015, -0.005])
PLAN = [
    # indicator, number, 2020, operator, target, nature, kind, base, gain, spread
    ("in_county_rate", "13", np.nan, ">=", 0.90, "expected", "simulated", 0.86, 0.045, 0.004),
    (
        "in_county_rate_common",
        "13",
        np.nan,
        ">=",
        0.90,
        "plan_text",
        "simulated",
        0.893,
        0.04,
        0.004,
    ),
    (
        "in_county_admission_share",
        "11",
        0.6275,
        ">=",
        0.70,
        "advocated",
        "simulated",
        0.63,
        0.08,
        0.012,
    ),
    ("primary_visit_share", "12", 0.5626, ">", 0.65, "advocated", "simulated", 0.57, 0.1, 0.006),
    ("physicians_per_1000", "6", 2.54, ">=", 3.05, "expected", "derived", 2.54, 0.51, 0.0),
    (
        "general_practitioners_per_10000",
        "10",
        2.44,
        ">=",
        3.0,
        "expected",
        "derived",
        2.44,
        0.6,
        0.0,
    ),
    (
        "out_of_pocket_share",
        "9",
        np.nan,
        "about",
        0.25,
        "expected",
        "simulated",
        0.27,
        -0.02,
        0.003,
    ),
    (
        "residents_funding_per_person",
        "15",
        825.0,
        "",
        np.nan,
        "binding",
        "input",
        825.0,
        215.0,
        0.0,
    ),
    ("life_expectancy", "1", 78.33, ">=", 79.63, "expected", "outside", np.nan, 0.0, 0.0),
    ("provincial_staff_per_bed", "P3", np.nan, ">=", 1.4, "plan_text", "derived", 1.33, 0.2, 0.0),
]
BY_TIER = {
    "bed_occupancy": {"township": 0.55, "county": 0.84, "city": 0.93, "province": 0.97},
    "doctor_wait_mean": {
        "village": 4.0,
        "township": 9.0,
        "county": 26.0,
        "city": 41.0,
        "province": 66.0,
    },
    "bed_wait_mean": {"township": 20.0, "county": 300.0, "city": 1300.0, "province": 3900.0},
}


def scenarios_frame() -> pd.DataFrame:
    rows = [(name, place, *titles) for place, (name, titles) in enumerate(SCENARIOS.items())]
    return pd.DataFrame(rows, columns=["scenario", "order", "title_zh", "title_en"])


def flow_matrix(strength: float, kind: str) -> np.ndarray:
    """Shares by tier of first contact (rows) and of care (columns)."""
    first = FIRST + REFORM * strength
    if kind == "admission":
        first = first * np.array([0.15, 1.0, 2.2, 3.0, 4.0, 5.0])
    stays = np.diag([0.95, 0.9, 0.94, 0.97, 0.99, 1.0])
    if kind == "admission":
        stays = np.diag([0.0, 0.6, 0.86, 0.95, 0.98, 1.0])
    for origin in range(5):
        onwards = 1 - stays[origin, origin]
        weights = np.array([0.0 if goal <= origin else 0.3 ** (goal - origin) for goal in range(6)])
        stays[origin] += onwards * weights / weights.sum()
    shares = first[:, None] * stays
    return shares / shares.sum()


def flows_frame(replications: int) -> pd.DataFrame:
    rows = []
    volume = {"outpatient": 900_000, "emergency": 60_000, "admission": 45_000}
    reasons = np.array([0.45, 0.27, 0.08, 0.06, 0.14])
    for name, strength in STRENGTH.items():
        for replication in range(replications):
            for kind, total in volume.items():
                shares = flow_matrix(strength, kind)
                for origin, first in enumerate(TIERS):
                    for goal, tier in enumerate(TIERS):
                        count = round(shares[origin, goal] * total)
                        place = (name, replication, 350426, first, tier, kind, "hypertension")
                        if goal < 3:
                            rows.append((*place, "", count))
                            continue
                        parts = np.floor(reasons * count).astype(int)
                        parts[0] += count - parts.sum()
                        rows += [
                            (*place, reason, int(part))
                            for reason, part in zip(LEAK_REASONS, parts, strict=True)
                        ]
    columns = [
        "scenario",
        "replication",
        "county",
        "first_tier",
        "tier",
        "kind",
        "condition",
        "reason",
        "count",
    ]
    return pd.DataFrame(rows, columns=columns)


def indicators_frame(replications: int) -> pd.DataFrame:
    chance = np.random.default_rng(11)
    rows = []
    for name, strength in STRENGTH.items():
        for replication in range(replications):
            for indicator, tiers in BY_TIER.items():
                for tier, level in tiers.items():
                    change = 1 - 0.25 * strength * (tier in ("city", "province"))
                    noise = chance.normal(1, 0.03)
                    value = level * change * noise
                    if indicator == "bed_occupancy":
                        value = min(value, 0.995)
                    rows.append((name, replication, indicator, tier, 0, value))
            for indicator, *_, base, gain, spread in PLAN:
                value = base + gain * strength + chance.normal(0, spread)
                rows.append((name, replication, indicator, "", 0, value))
                rows.append((name, replication, indicator, "", 350426, value))
    columns = ["scenario", "replication", "indicator", "tier", "county", "value"]
    return pd.DataFrame(rows, columns=columns)


def verdict_of(kind: str, operator: str, low: float, high: float, target: float) -> str:
    if kind in ("input", "outside"):
        return "input" if kind == "input" else "not_modelled"
    if not operator:
        return "no_target"
    if operator == "about":
        return "met" if abs((low + high) / 2 - target) < 0.01 else "not_met"
    if low >= target:
        return "met"
    return "not_met" if high < target else "undecided"


def scorecard_frame(replications: int) -> pd.DataFrame:
    rows = []
    for name, strength in STRENGTH.items():
        for indicator, number, before, operator, target, nature, kind, base, gain, spread in PLAN:
            mean = base + gain * strength
            half = 2 * spread if replications > 1 else 0.0
            low, high = mean - half, mean + half
            verdict = verdict_of(kind, operator, low, high, target)
            chance = {"met": 1.0, "not_met": 0.0, "undecided": 0.6}.get(verdict, np.nan)
            tolerance = 0.01 if operator == "about" else np.nan
            row = (name, indicator, number, mean, low, high, before, operator, target, tolerance)
            unmet = (0.03, 0.09) if kind == "simulated" else (np.nan, np.nan)
            rows.append((*row, nature, kind, verdict, chance, *unmet))
    columns = [
        "scenario",
        "indicator",
        "number",
        "mean",
        "low",
        "high",
        "value_2020",
        "operator",
        "target",
        "tolerance",
        "nature",
        "kind",
        "verdict",
        "probability",
        "unmet_visit_share",
        "unmet_admission_share",
    ]
    return pd.DataFrame(rows, columns=columns)


def differences_frame(replications: int) -> pd.DataFrame:
    rows = []
    for name, strength in STRENGTH.items():
        if name == "baseline-2020":
            continue
        for indicator, *_, gain, spread in PLAN:
            mean, half = gain * strength, spread if replications > 1 else np.nan
            edges = (mean - half, mean + half, mean - 1.5 * half, mean + 1.5 * half)
            rows.append((name, "baseline-2020", indicator, "", 0, mean, *edges, 0.02))
        edges = (0.01, 0.03, 0.005, 0.035)
        rows.append((name, "baseline-2020", "bed_occupancy", "county", 0, 0.02, *edges, 0.02))
    columns = ["scenario", "base", "indicator", "tier", "county"]
    columns += ["mean", "low", "high", "low_joint", "high_joint", "p_holm"]
    return pd.DataFrame(rows, columns=columns)


def far_frame(replications: int) -> pd.DataFrame:
    rows = [
        (name, replication, 350426, tier, "admission", why_left, why_far, count)
        for name in SCENARIOS
        for replication in range(replications)
        for tier, why_left, why_far, count in (
            ("city", "capability", "capability", 300),
            ("province", "capability", "preference", 120),
            ("outside", "capability", "capacity", 40),
            ("city", "preference", "preference", 500),
        )
    ]
    columns = ["scenario", "replication", "county", "tier", "kind", "why_left", "why_far", "count"]
    return pd.DataFrame(rows, columns=columns)


def unmet_frame(replications: int) -> pd.DataFrame:
    rows = [
        (name, replication, 350426, need, "hypertension", tier, reason, count)
        for name in SCENARIOS
        for replication in range(replications)
        for need, tier, reason, count in (
            ("visit", "county", "left_unseen", 410),
            ("stay", "county", "no_bed", 35),
            ("visit", "", "not_sought", 4_700),
        )
    ]
    columns = ["scenario", "replication", "county", "need", "condition", "tier", "reason", "count"]
    return pd.DataFrame(rows, columns=columns)


def destinations_frame(replications: int) -> pd.DataFrame:
    rows = [
        (name, replication, 350426, *place, kind, count)
        for name in SCENARIOS
        for replication in range(replications)
        for *place, kind, count in (
            ("county", 350426, "尤溪县", "Youxi", "outpatient", 880),
            ("county", 350426, "尤溪县", "Youxi", "emergency", 20),
            ("county", 350425, "大田县", "Datian", "outpatient", 10),
            ("outside", 9, "上海医院", "Hospitals of Shanghai", "outpatient", 90),
            ("county", 350426, "尤溪县", "Youxi", "admission", 30),
            ("outside", 9, "上海医院", "Hospitals of Shanghai", "admission", 10),
        )
    ]
    columns = [
        "scenario",
        "replication",
        "county",
        "tier",
        "code",
        "name_zh",
        "name_en",
        "kind",
        "count",
    ]
    return pd.DataFrame(rows, columns=columns)


def facilities_frame() -> pd.DataFrame:
    rows = []
    for name in SCENARIOS:
        hospital = (name, 1, "尤溪县总医院", "Youxi County General Hospital", "county_general")
        centre = (name, 2, "西滨镇卫生院", "Xibin Health Centre", "township_health_centre")
        clinic = (name, 3, "村卫生所", "Village clinic", "village_clinic")
        rows += [
            (
                *hospital,
                "county",
                350426,
                800,
                742.0,
                0.861,
                412_300.0,
                30_210.0,
                0.74,
                24.3,
                310.5,
            ),
            (*centre, "township", 350426, 40, 32.0, 0.52, 31_250.0, 610.0, 0.51, 7.9, 12.0),
            (*clinic, "village", 350426, 0, 0.0, np.nan, 5_250.0, 0.0, 0.31, 2.9, np.nan),
        ]
    columns = [
        "scenario",
        "facility",
        "name_zh",
        "name_en",
        "kind",
        "tier",
        "county",
        "beds",
        "staffed_beds",
        "bed_occupancy",
        "visits",
        "admissions",
        "doctor_utilisation",
        "doctor_wait_mean",
        "bed_wait_mean",
    ]
    return pd.DataFrame(rows, columns=columns)


def waits_frame() -> pd.DataFrame:
    rows = [
        (name, tier, resource, *skill, priority, 12_345, 67, 18.2, 11.0, 44.5)
        for name in SCENARIOS
        for tier in ("township", "county", "city")
        for resource in ("doctor", "bed", "exam", "step_down")
        for skill in (("", "", ""), ("surgical", "外科", "Surgical"))
        for priority in ("emergency", "referred", "routine")
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS["waits"]))


def caption_of(names: Mapping[int, tuple[str, str]] | None = None) -> StudyCaption:
    """What a study of one county, or of those named, says of itself."""
    counties = names or {350426: ("尤溪县", "Youxi")}
    titles = {code: Title.model_construct(zh=zh, en=en) for code, (zh, en) in counties.items()}
    areas = [*counties.values()]
    return StudyCaption(
        areas=Title.model_construct(
            zh="、".join(zh for zh, _ in areas), en=", ".join(en for _, en in areas)
        ),
        people=341_638,
        starts=(date(2025, 1, 6),),
        weeks=52,
        warm_up_weeks=8,
        replications=8,
        seed=1,
        version="0.1.0",
        names=titles,
        definitions=Definitions(
            ("county", "county-level city"), "own_district", "survey", {"skin": "moderate"}
        ),
        common={"skin": Title.model_construct(zh="皮肤病", en="Skin disease")},
        only_districts=False,
    )


def many_scenarios(number: int) -> StudyTables:
    """Tables of so many scenarios with the numbers of one, but for a rate that falls from each to the next."""
    one = first_scenarios(study_tables(2), 1)
    names = [f"s{place:03d}" for place in range(number)]

    def repeated(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame.assign(scenario=name) for name in names], ignore_index=True)

    kept = {field.name: repeated(getattr(one, field.name)) for field in fields(one)}
    kept["scenarios"] = pd.DataFrame(
        [(name, place, f"情景{place}", f"Scenario {place}") for place, name in enumerate(names)],
        columns=["scenario", "order", "title_zh", "title_en"],
    )
    card = kept["scorecard"]
    rate = card["indicator"] == "in_county_rate"
    card.loc[rate, "mean"] = 0.9 - 0.001 * card.loc[rate, "scenario"].map(names.index)
    kept["differences"] = kept["differences"].assign(base=names[0])
    return StudyTables(**kept)


@cache
def study_tables(replications: int = 8) -> StudyTables:
    return StudyTables(
        scenarios=scenarios_frame(),
        indicators=indicators_frame(replications),
        scorecard=scorecard_frame(replications),
        differences=differences_frame(replications),
        flows=flows_frame(min(replications, 2)),
        facilities=facilities_frame(),
        waits=waits_frame(),
        unmet=unmet_frame(min(replications, 2)),
        far=far_frame(min(replications, 2)),
        destinations=destinations_frame(min(replications, 2)),
    )


def first_scenarios(tables: StudyTables, number: int, tail: str = "") -> StudyTables:
    """The tables of the first scenarios alone, a tail added to their titles."""
    names = list(tables.scenarios["scenario"])[:number]
    kept = {
        field.name: getattr(tables, field.name)
        .loc[lambda frame: frame["scenario"].isin(names)]
        .reset_index(drop=True)
        for field in fields(tables)
    }
    for lang in ("zh", "en"):
        kept["scenarios"][f"title_{lang}"] += tail
    return StudyTables(**kept)
