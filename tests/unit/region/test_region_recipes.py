"""Which recipe holds for a condition and a band, and what stands in for its exams."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.region import Region
from sim.region.recipes import recipe_rows, stand_ins

_TABLE = pd.DataFrame(
    [
        ("stroke", "severe", 2, "imaging", "skip"),
        ("stroke", "severe", 1, "laboratory", "skip"),
        ("stroke", "*", 1, "imaging", "skip"),
        ("*", "severe", 1, "endoscopy", "skip"),
        ("dental", "*", 1, "imaging", "skip"),
        ("*", "*", 3, "laboratory", "skip"),
    ],
    columns=["condition", "band", "step", "skill", "otherwise"],
)


@pytest.mark.parametrize(
    ("condition", "band", "skills"),
    [
        ("stroke", "severe", ["laboratory", "imaging"]),
        ("stroke", "mild", ["imaging"]),
        ("skin", "severe", ["endoscopy"]),
        ("dental", "severe", ["imaging"]),
        ("skin", "mild", ["laboratory"]),
    ],
)
def test_the_most_particular_rows_hold_and_no_others(
    condition: str, band: str, skills: list[str]
) -> None:
    assert list(recipe_rows(_TABLE, condition, band)["skill"]) == skills
    assert recipe_rows(_TABLE.iloc[:5], "skin", "mild").empty


@pytest.mark.parametrize(
    ("otherwise", "of", "found"),
    [
        (["skip", "refer"], "a", ["skip"]),
        (["b", "refer"], "a", ["b", "refer"]),
        (["c", "refer"], "a", ["c", "skip"]),
        (["a", "skip"], "a", ["a"]),
        (["b", "a"], "a", ["b", "a"]),
        (["b", "b"], "a", ["b", "b"]),
    ],
)
def test_what_stands_in_has_its_own_rule_and_rings_are_seen(
    otherwise: list[str], of: str, found: list[str]
) -> None:
    own = pd.DataFrame({"skill": ["a", "b"], "otherwise": otherwise})
    assert stand_ins(own, of) == found


_SHARE_OF_VISITS_WITH_AN_EXAM = {
    "upper_respiratory": 0.25, "pneumonia_copd": 0.5, "hypertension_followup": 0.2,
    "diabetes_followup": 0.35, "chest_pain_ami": 0.9, "heart_disease": 0.5, "stroke": 0.8,
    "trauma_minor": 0.4, "trauma_major": 0.9, "tumours": 0.7, "cataract": 0.8,
    "elective_surgery": 0.8, "childbirth": 0.6, "antenatal": 0.5, "mental": 0.1,
    "rehabilitation": 0.1, "hospice": 0.1, "paediatric_acute": 0.35, "tcm_complaints": 0.15,
    "digestive": 0.5, "genitourinary": 0.5, "musculoskeletal": 0.4, "skin": 0.15, "eye_ear": 0.4,
    "dental": 0.2, "endocrine_other": 0.7, "infectious": 0.6, "nervous": 0.6, "other": 0.4,
}  # fmt: skip
"""What the column `conditions.exam_share` stated before there were recipes; assumed then as now."""


def test_fujians_recipes_keep_the_share_of_visits_with_an_exam(whole_fujian: Region) -> None:
    """Exams of a recipe are needed independently of each other: 1 - product of (1 - share)."""
    assert set(whole_fujian.conditions["condition"]) == set(_SHARE_OF_VISITS_WITH_AN_EXAM)
    for condition, share in _SHARE_OF_VISITS_WITH_AN_EXAM.items():
        for band in ("mild", "moderate", "severe"):
            own = recipe_rows(whole_fujian.recipes, condition, band)
            # Shares are written with three digits: each is off by 0.0005 at most.
            assert 1.0 - (1.0 - own["share"]).prod() == pytest.approx(share, abs=0.001)
