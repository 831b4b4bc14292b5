"""The theory suite as a part of the validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from sim.validation.section import Section, each_told
from sim.validation.theory.case import SEED, Case
from sim.validation.theory.comparison import Comparison, compared

COLUMNS = (
    "case", "system", "source", "class", "station", "measure", "kind", "theory", "simulated",
    "standard_error", "low", "high", "z",
)  # fmt: skip
KINDS = ("waits", "present", "losses", "control")
"""What a measure speaks of; a control has a mean that needs no queueing theory."""
_KIND_OF = {
    "reneged_share": "losses",
    "refused_share": "losses",
    "number_present": "present",
    "in_service": "present",
    "utilisation": "present",
}


def theory_section(
    cases: Sequence[Case],
    *,
    workers: int = 1,
    seed: int = SEED,
    tell: Callable[[str], None] = lambda _: None,
) -> Section:
    """Simulate every case and compare every measure with theory.

    Parameters
    ----------
    cases : sequence of Case
    workers : int
        Replications side by side.
    seed : int
    tell : callable
        Called with the name of every case that is done.

    Returns
    -------
    Section
        Table columns `COLUMNS`; ``low`` and ``high`` are the 95 % interval of the simulated value.
        Problems are values beyond 4 standard errors or not precise enough, and violated invariants.
    """
    rows: list[dict[str, object]] = []
    problems: list[str] = []
    for case in each_told([*cases], lambda case: case.name, tell):
        comparisons, broken = compared(case, seed, workers)
        rows += [_row(case, comparison) for comparison in comparisons]
        problems += [comparison.problem for comparison in comparisons if comparison.problem]
        problems += [f"{case.name}: {said}" for said in broken]
    return Section("theory", pd.DataFrame(rows, columns=list(COLUMNS)), tuple(problems))


def _row(case: Case, found: Comparison) -> dict[str, object]:
    name, station, measure = found.key
    control = found.key in case.controls and found.key not in case.precise
    return {
        "case": found.case,
        "system": found.system,
        "source": found.source,
        "class": name,
        "station": station,
        "measure": measure,
        "kind": "control" if control else kind_of(measure),
        "theory": found.theory,
        "simulated": found.simulated,
        "standard_error": found.standard_error,
        "low": found.simulated - found.half_width,
        "high": found.simulated + found.half_width,
        "z": found.z,
    }


def kind_of(measure: str) -> str:
    """Return which of `KINDS` a measure is."""
    if measure.startswith("inside_at_"):
        return "present"
    return _KIND_OF.get(measure, "waits")


def by_case(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per case: how many measures, the largest deviation, the widest interval.

    Returns
    -------
    DataFrame
        Columns ``case, system, source, measures, largest_z, widest``; ``widest`` is half a 95 % interval as
        a share of the theory. Controls are left out.
    """
    shown = table[table["kind"] != "control"]
    shown = shown.assign(
        width=(shown["high"] - shown["low"]) / 2.0 / shown["theory"].abs(),
        off=shown["z"].abs(),
    )
    return (
        shown.groupby(["case", "system", "source"], sort=False)
        .agg(measures=("measure", "size"), largest_z=("off", "max"), widest=("width", "max"))
        .reset_index()
    )
