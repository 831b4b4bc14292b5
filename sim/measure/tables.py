"""The result tables of a study, as studies hand them to reports.

All values are in natural units whatever they are shown in: shares as fractions of 1, times in
minutes (stays in days), money in CNY. A scenario goes by its ``name``; an empty ``tier`` means all
tiers and county 0 all counties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import pandas as pd

HEADLINE = "in_county_rate"
"""The answer to the question of the project."""
FIRST_HEADLINES = (HEADLINE, "in_county_admission_share", "primary_visit_share")
"""Shown where there is room for few indicators, unless others are asked for."""
HEADLINES = (
    HEADLINE,
    "in_county_rate_episodes",
    "in_county_rate_districts",
    "in_county_rate_common",
    "in_county_admission_share",
    "primary_visit_share",
    "in_county_fund_share",
    "out_of_province_share",
    "out_of_pocket_share",
    "out_of_pocket_share_visits",
    "out_of_pocket_share_stays",
    "visits_per_person",
    "admissions_per_100",
    "hospital_occupancy",
    "primary_occupancy",
    "bed_occupancy",
    "doctor_wait_mean",
    "exam_wait_mean",
    "bed_wait_mean",
    "formal_referrals_per_100",
    "own_ways_up_per_100",
    "referrals_up",
    "referrals_down",
    "diverted",
    "stays_elsewhere",
    "fund_balance",
)
"""Indicators that are compared and judged unless others are asked for; the rest is in ``differences.csv``."""

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "scenarios": ("scenario", "order", "title_zh", "title_en"),
        "indicators": ("scenario", "replication", "indicator", "tier", "county", "value"),
        "scorecard": (
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
        ),
        "differences": (
            "scenario",
            "base",
            "indicator",
            "tier",
            "county",
            "mean",
            "low",
            "high",
            "low_joint",
            "high_joint",
        ),
        "flows": (
            "scenario",
            "replication",
            "county",
            "first_tier",
            "tier",
            "kind",
            "condition",
            "reason",
            "count",
        ),
        "unmet": (
            "scenario",
            "replication",
            "county",
            "need",
            "condition",
            "tier",
            "reason",
            "count",
        ),
        "far": (
            *("scenario", "replication", "county", "tier", "kind"),
            *("why_left", "why_far", "count"),
        ),
        "destinations": (
            *("scenario", "replication", "county", "tier", "code", "name_zh", "name_en"),
            *("kind", "count"),
        ),
        "facilities": (
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
        ),
        "waits": (
            "scenario",
            "tier",
            "resource",
            "skill",
            "skill_zh",
            "skill_en",
            "priority",
            "served",
            "left",
            "mean",
            "p50",
            "p90",
        ),
    }
)


@dataclass(frozen=True)
class StudyTables:
    """The tidy result tables of one study.

    Attributes
    ----------
    scenarios : pandas.DataFrame
        One row per scenario: ``order`` (int, the order of showing), ``title_zh``, ``title_en``.
    indicators : pandas.DataFrame
        One row per scenario, replication, indicator, tier and county: ``value``, NaN where it is
        not defined (occupancy without beds).
    scorecard : pandas.DataFrame
        One row per scenario and indicator of the plan: its ``number`` in the plan (text), ``mean``
        with its 95 % interval ``low`` to ``high`` (NaN, or equal to the mean, with one
        replication), ``value_2020``, ``operator`` (``>=``, ``>``, ``<=``, ``<``, ``about`` or empty)
        and ``target`` (number) with its ``tolerance`` (NaN for none), ``nature``
        (binding, expected, advocated, plan_text, tasks_2025 or
        empty), ``kind`` (simulated, derived, pipeline, input, outside), ``verdict`` (met, not_met,
        undecided, not_judged, not_modelled, undefined, no_target, input) and ``probability`` of meeting the
        target;
        ``unmet_visit_share`` and ``unmet_admission_share`` of the scenario beside what is counted
        from patients.
    differences : pandas.DataFrame
        Paired differences to the scenario ``base`` with their 95 % interval, and the one that holds
        together with those of the other scenarios (``low_joint``, ``high_joint``).
    flows : pandas.DataFrame
        Visits and stays by the resident's ``county`` (never 0), tier of first contact and tier of
        care, ``kind`` (outpatient, emergency, admission), condition and the ``reason`` why they took
        place outside the county, empty for those inside.
    facilities : pandas.DataFrame
        One row per scenario and facility, means over replications; counts are per year.
    waits : pandas.DataFrame
        Waits in minutes by tier, ``resource`` (doctor, bed, exam, step_down) and priority class; and by
        department or ward, its ``skill``, where a tier has several, with an empty one for all together.
    unmet : pandas.DataFrame
        Episodes that ended without the care they needed, by the resident's ``county``, ``need`` (visit,
        stay), condition, ``tier`` where they ended (empty: before any facility) and ``reason``; the reason
        ``not_sought`` is of those who sought no care and is no unmet need.
    far : pandas.DataFrame
        Visits and stays outside the county by the resident's ``county``, tier of care, ``kind``, the reason
        they left the county (``why_left``) and the reason of the last step up outside (``why_far``).
    destinations : pandas.DataFrame
        Visits and stays by the resident's ``county`` and where they took place: a county (``tier`` county,
        ``code`` its code) or a hospital above it, by name; ``kind`` as in ``flows``.

    Raises
    ------
    ValueError
        If a table lacks a column: a mistake in the program, not in its input.
    """

    scenarios: pd.DataFrame
    indicators: pd.DataFrame
    scorecard: pd.DataFrame
    differences: pd.DataFrame
    flows: pd.DataFrame
    facilities: pd.DataFrame
    waits: pd.DataFrame
    unmet: pd.DataFrame
    far: pd.DataFrame
    destinations: pd.DataFrame

    def __post_init__(self) -> None:
        """Check that every table has its columns."""
        missing = [
            f"{field.name}.{column}"
            for field in fields(self)
            for column in COLUMNS[field.name]
            if column not in getattr(self, field.name).columns
        ]
        if missing:
            raise ValueError(f"result tables lack the columns {', '.join(missing)}")
