"""Why believe it? The validation, the coverage of intervals, and the fit of the choice constants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import pandas as pd

from sim import ranges
from sim.api.answer import Shown
from sim.api.arguments import checked, whole
from sim.api.execution import Job
from sim.api.options import FitOptions, RunOptions, Source
from sim.api.scenarios import read_care
from sim.api.shipped import scenarios_folder
from sim.errors import ARGUMENT, InputError, Problem, RunsFailed
from sim.glossary import Language
from sim.questions.fit import TARGETS, fit_constants
from sim.report.coverage_tables import coverage_table, gains_table
from sim.report.markdown import check_has_marks, write_measured
from sim.report.terminal import plain_table
from sim.report.words import Words
from sim.runs.atomic import write_csv
from sim.runs.outputs import check_output_file
from sim.runs.paths import Planned
from sim.runs.progress import Progress, failure_line
from sim.runs.workers import Workers, workers_here
from sim.scenario import overridden, region_folder
from sim.subjects.network.subject import NetworkSubject
from sim.subjects.prepare import prepare
from sim.subjects.registry import SUBJECTS, subject_of
from sim.validation.common_numbers import gains_of_common_numbers
from sim.validation.coverage import REPETITIONS, interval_coverage, misses

if TYPE_CHECKING:
    from sim.validation.validate import Validation

PAIRS = (
    ("baseline-2020", "no-reform-2025"),
    ("no-reform-2025", "plan-2025"),
    ("no-reform-2025", "beds-only"),
    ("no-reform-2025", "staff-only"),
    ("no-reform-2025", "referral-only"),
)
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
_KINDS_BEGIN = b"kind,tier,"
"""The first columns of a region's table of kinds."""
AREA, WEEKS, WARM_UP, REPLICATIONS = "fujian/taining", 8, 8, 20


@checked()
def validate(
    *,
    quick: bool = False,
    out: Path | str | None = None,
    publish: Path | str | None = None,
    lang: Language = "zh",
    workers: int | str | None = None,
    tell: Callable[[str], None] | None = None,
    scenarios: Path | str | None = None,
) -> Validation:
    """Hold the model against theory, invariants and published figures.

    Parameters
    ----------
    quick : bool
        Shorter runs: two minutes in place of an hour.
    out : Path or str, optional
        Folder for the page, the picture, the tables and a summary.
    publish : Path or str, optional
        Folder for page and picture as well; needs `out`.
    lang : {'zh', 'en'}
        Of page and picture.
    workers : int or str, optional
        Replications side by side; by default all processors.
    tell : callable, optional
        Called with a line on what is being done.
    scenarios : Path or str, optional
        The scenarios folder.

    Returns
    -------
    Validation
        Its ``sections``, each with a table and its problems, and the names of those that ``failed``.

    Raises
    ------
    InputError
        If an argument is wrong, or a file cannot be written.
    ValidationStopped
        If a part could not be carried out.
    """
    # Not at the top: it takes seconds to import (all of SciPy), and nothing else needs it.
    from sim.report.validation_files import (
        check_published,
        check_validation_folder,
        publish_validation,
        write_validation,
    )
    from sim.validation.validate import validated

    # Before the work of half an hour, not after it.
    if publish is not None and out is None:
        raise InputError(
            Problem("needs `out`, the folder of what it publishes", ARGUMENT, key="publish")
        )
    if out is not None:
        check_validation_folder(Path(out))
    if publish is not None:
        check_published(Path(publish))
    for subject in SUBJECTS.values():
        prepare(subject.pathway)
    folder, count = scenarios_folder(scenarios), workers_here(workers)
    validation = validated(folder, quick=quick, workers=count, tell=tell or _say_nothing)
    if out is not None:
        write_validation(validation, Path(out), Words.of(lang))
        if publish is not None:
            publish_validation(validation, Path(out), Path(publish), Words.of(lang))
    return validation


@dataclass(frozen=True)
class Coverage:
    """How often intervals hold the truth, and what common random numbers are worth.

    Attributes
    ----------
    covered : DataFrame
        `sim.validation.coverage.interval_coverage`.
    gains : DataFrame
        `sim.validation.common_numbers.gains_of_common_numbers`.
    """

    covered: pd.DataFrame
    gains: pd.DataFrame

    def pages(self) -> dict[str, str]:
        """Return both as Markdown, by the name of their place in a page."""
        tables = {
            _COVERAGE: coverage_table(self.covered, Words.of("en")),
            _GAINS: gains_table(self.gains, Words.of("en")),
        }
        return {name: "\n".join(lines) for name, lines in tables.items()}

    @property
    def misses(self) -> list[str]:
        """What does not cover as it should, a line each."""
        return misses(self.covered)


@checked(replications=whole(ranges.SHIPPED_REPLICATIONS))
def coverage(
    out: Path | str,
    *,
    repetitions: int = REPETITIONS,
    replications: int = REPLICATIONS,
    workers: int | str | None = None,
    progress: Progress | None = None,
    scenarios: Path | str | None = None,
    write: Path | str | None = None,
) -> Coverage:
    """Measure whether 95 % intervals cover 95 %, and what common random numbers save.

    Parameters
    ----------
    out : Path or str
        Folder of the runs.
    repetitions : int
        Studies of a queue whose answers are known, 2 at least.
    replications : int
        Of each shipped scenario, 3 at least.
    workers, progress, scenarios
        See `sim.api.options`.
    write : Path or str, optional
        Markdown page whose measured tables are replaced.

    Returns
    -------
    Coverage

    Raises
    ------
    RunsFailed
        If a run failed.
    """
    if write is not None:
        check_has_marks(Path(write), (_COVERAGE, _GAINS))
    names = list(dict.fromkeys(name for pair in PAIRS for name in pair))
    folder = scenarios_folder(scenarios)
    settings: RunOptions = {
        "region": AREA,
        "weeks": WEEKS,
        "warm_up": WARM_UP,
        "replications": replications,
        "scenarios": folder,
    }
    loaded = read_care(names, settings)
    subject = subject_of(loaded[0])
    cases = [
        replace(case, replications=replications)
        for case in subject.cases(loaded, folder, "compiled", check=False)
    ]
    result = Job.of(subject, cases, Planned()).perform(
        Path(out), {"workers": workers, "progress": progress}
    )
    if result.failures:
        raise RunsFailed([failure_line(record) for record in result.failures])
    gains = gains_of_common_numbers(result.frames["indicators"], list(PAIRS), list(GAINED))
    prepare(NetworkSubject.pathway)
    covered = interval_coverage(repetitions, Workers.of(workers).count)
    measured = Coverage(covered, gains)
    write_csv(gains, Path(out) / "common_random_numbers.csv")
    write_csv(covered, Path(out) / "coverage.csv")
    if write is not None:
        for name, table in measured.pages().items():
            write_measured(Path(write), name, table)
    return measured


@checked(FitOptions)
def fit(
    source: Source = "baseline-2020",
    *,
    rounds: int = 6,
    kinds_file: Path | str | None = None,
    **options: Unpack[FitOptions],
) -> Shown:
    """Fit the choice constants to the shares of the tiers over all people of a region (rough).

    Parameters
    ----------
    source : str, Path, mapping or Scenario
        Of the base year.
    rounds : int
        1 to 50, of one run each.
    kinds_file : Path or str, optional
        CSV file for the table of kinds with the fitted constants.
    **options
        See `sim.api.options`; without `region` the scenario's whole region is run.

    Returns
    -------
    Shown
        Tables of the last round: ``shares`` of the tiers, ``counties``, and the ``kinds`` that gave them. The
        region's own table is left alone.

    Raises
    ------
    InputError
        If an argument is wrong, or the region has no shares to fit to.
    """
    options.setdefault("weeks", 2)
    options.setdefault("warm_up", 1)
    (scenario,) = read_care([source], options)
    folder = scenarios_folder(options.get("scenarios"))
    if kinds_file is not None:
        inputs = region_folder(scenario, folder).glob("*")
        check_output_file(Path(kinds_file), _is_kinds_table, inputs)
    targets = region_folder(scenario, folder) / TARGETS
    if not targets.is_file():
        raise InputError(Problem("is missing: the shares that constants are fitted to", targets))
    if options.get("region") is None:
        scenario = overridden(scenario, region=[scenario.region.name])
    prepare(subject_of(scenario).pathway)
    threads = workers_here(options.get("workers"))
    last = fit_constants(scenario, region_folder(scenario, folder), rounds, threads)[-1]
    if kinds_file is not None:
        write_csv(last.kinds, Path(kinds_file))
    tables = {"shares": last.shares, "counties": last.counties, "kinds": last.kinds}
    titles = {"shares": "shares of the tiers", "counties": "by county"}

    def shown(words: Words) -> list[object]:
        del words
        return [plain_table(title, tables[name]) for name, title in titles.items()]

    return Shown(tables, shown)


def _is_kinds_table(path: Path) -> bool:
    """Tell whether a file begins as the table of kinds does."""
    with path.open("rb") as stream:
        return stream.read(len(_KINDS_BEGIN)) == _KINDS_BEGIN


def _say_nothing(line: str) -> None:
    """Take a line and keep it."""
    del line
