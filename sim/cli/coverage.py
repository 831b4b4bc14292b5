"""``coverage``: how often intervals hold the truth, and what common random numbers are worth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from sim.cli.options import RESULTS, SCENARIOS, Folder, Workers, run_settings
from sim.cli.start import compile_first, load_scenarios, open_console
from sim.report.coverage_tables import coverage_table, gains_table
from sim.report.markdown import check_has_marks, write_measured
from sim.runs.atomic import write_csv
from sim.runs.executor import available_processors, worker_kind
from sim.runs.paths import StudyPaths
from sim.runs.progress import progress_on
from sim.runs.study import run_study
from sim.scenario import Scenario
from sim.subjects.care.cases import care_cases, run_care_case, run_care_cases
from sim.subjects.care.model import CARE
from sim.subjects.network.model import NETWORK_PATHWAY
from sim.validation.common_numbers import gains_of_common_numbers
from sim.validation.coverage import REPETITIONS, interval_coverage, misses

PAIRS = [
    ("baseline-2020", "no-reform-2025"),
    ("no-reform-2025", "plan-2025"),
    ("no-reform-2025", "beds-only"),
    ("no-reform-2025", "staff-only"),
    ("no-reform-2025", "referral-only"),
]
"""The shipped comparisons, each with its parent."""
GAINED = (
    "in_county_rate",
    "in_county_admission_share",
    "primary_visit_share",
    "out_of_pocket_share",
    "bed_occupancy",
    "doctor_wait_mean",
    "bed_wait_mean",
)
_COVERAGE, _GAINS = "coverage", "common random numbers"
"""Names of the tables in the page."""
AREA, WEEKS, WARM_UP, REPLICATIONS = "fujian/taining", 8, 8, 20


def coverage(
    repetitions: Annotated[int, typer.Option("--repetitions", min=2)] = REPETITIONS,
    replications: Annotated[int, typer.Option("--replications", "-n", min=3)] = REPLICATIONS,
    write: Annotated[
        Path | None, typer.Option("--write", help="Page whose measured tables are replaced.")
    ] = None,
    workers: Workers = None,
    out: Annotated[Path, typer.Option("--out", help="Results folder.")] = RESULTS / "coverage",
    scenarios: Folder = SCENARIOS,
) -> None:
    """Measure whether 95 % intervals cover 95 %, and what common random numbers save."""
    if write is not None:
        check_has_marks(write, (_COVERAGE, _GAINS))
    compile_first(NETWORK_PATHWAY)
    compile_first(CARE)
    count = workers or available_processors()
    gains = _gains(scenarios, out, replications, count)
    covered = interval_coverage(repetitions, count)
    write_csv(gains, out / "common_random_numbers.csv")
    write_csv(covered, out / "coverage.csv")
    tables = {
        _COVERAGE: coverage_table(covered, "en"),
        _GAINS: gains_table(gains, "en"),
    }
    for name, lines in tables.items():
        table = "\n".join(lines)
        typer.echo(f"{table}\n")
        if write is not None:
            write_measured(write, name, table)
    for problem in (missed := misses(covered)):
        typer.echo(problem, err=True)
    if missed:
        raise typer.Exit(1)


def _gains(folder: Path, out: Path, replications: int, workers: int) -> pd.DataFrame:
    """Run the shipped scenarios on a small county and compare variances."""
    names = list(dict.fromkeys(name for pair in PAIRS for name in pair))
    settings = run_settings(weeks=WEEKS, warm_up=WARM_UP, replications=replications)
    loaded = load_scenarios(names, folder, [AREA], settings)
    cases = [
        replace(case, replications=replications)
        for case in care_cases([s for s in loaded if isinstance(s, Scenario)], folder)
    ]
    result = run_study(
        cases,
        run_care_case,
        StudyPaths(out),
        workers,
        progress_on(open_console()),
        kind=worker_kind(releases_lock=True, workers=workers),
        run_together=run_care_cases,
    )
    if result.failures:
        raise typer.Exit(1)
    return gains_of_common_numbers(result.frames["indicators"], PAIRS, list(GAINED))
