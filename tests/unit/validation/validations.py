"""A small validation made by hand, for the tests of what is written of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from sim.runs.manifest import new_manifest
from sim.scenario import load_scenario
from sim.subjects.care.cases import care_case
from sim.validation.coverage import COVERAGE_COLUMNS
from sim.validation.directions import COLUMNS as DIRECTION_COLUMNS
from sim.validation.fit_section import COLUMNS as FIT_COLUMNS
from sim.validation.runs_section import COLUMNS as RUN_COLUMNS
from sim.validation.section import Section
from sim.validation.theory_section import COLUMNS as THEORY_COLUMNS
from sim.validation.validate import Validation

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def theory_row(
    case: str, measure: str, kind: str, theory: float, simulated: float
) -> tuple[object, ...]:
    error = 0.005 * theory
    low, high = simulated - 2 * error, simulated + 2 * error
    z = (simulated - theory) / error
    where = ("patient", "desk", measure, kind)
    return (case, "mmc", "Erlang 1917", *where, theory, simulated, error, low, high, z)


def theory_table() -> pd.DataFrame:
    rows = [
        theory_row("mm2-load-05", "wait_mean", "waits", 0.3, 0.3003),
        theory_row("mm2-load-05", "number_present", "present", 1.3, 1.29),
        theory_row("mm2-load-05", "entered", "control", 500.0, 499.0),
        theory_row("mm1-load-05", "wait_mean", "waits", 1.0, 1.006),
        theory_row("mm1-load-05", "waited_share", "waits", 0.5, 0.8),
    ]
    return pd.DataFrame(rows, columns=list(THEORY_COLUMNS))


def validation() -> Validation:
    base = load_scenario("baseline-2020", SCENARIOS)
    fit = [
        (
            "tier_share_visits", "county", 0.25, 0.249, 0.251, 0.234, 0.184, 0.284,
            "assumed", "fitted", True, "a survey",
        ),
        (
            "bed_occupancy", "", 0.5, 0.496, 0.504, 0.74, 0.7, 0.78,
            "assumed", "no", False, "an order of magnitude",
        ),
    ]  # fmt: skip
    direction = (
        "beds_wait", "bed_wait_mean", "up", "construction", 259.0, 909.0, 810.0, 1008.0, 4,
        "confirmed", "Erlang 1917",
    )  # fmt: skip
    covered = ("quantile", 2.9196, 2000, 1886, 0.943, 0.932, 0.952)
    runs = [("baseline-2020", "log", 78_688, 396_321, 0), ("mmc", "counters", 9_091, 0, 0)]
    return Validation(
        sections=(
            Section("theory", theory_table()),
            Section("intervals", pd.DataFrame([covered], columns=COVERAGE_COLUMNS)),
            Section(
                "engines", pd.DataFrame({"name": ["mmc"], "kind": ["theory"], "differing": [0]})
            ),
            Section("invariants", pd.DataFrame(runs, columns=list(RUN_COLUMNS))),
            Section("fit", pd.DataFrame(fit, columns=list(FIT_COLUMNS))),
            Section("directions", pd.DataFrame([direction], columns=list(DIRECTION_COLUMNS))),
        ),
        manifest=new_manifest([care_case(base, SCENARIOS)], [], 1),
        scenario=base,
        quick=True,
        seconds=12.0,
    )


def with_problem(found: Validation, name: str, problem: str) -> Validation:
    """Return the validation with something wrong in one part."""
    sections = tuple(
        replace(section, problems=(problem,)) if section.name == name else section
        for section in found.sections
    )
    return replace(found, sections=sections)
