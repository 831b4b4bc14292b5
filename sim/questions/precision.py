"""Replications until the intervals are as narrow as wanted, of scenarios, their differences, or a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from sim.errors import InputError, RunsFailed, nearest
from sim.measure.output_analysis.precision import Aim, Precision, Rule, until_precise
from sim.measure.statistics import Floats
from sim.runs.case import Case, Payload
from sim.runs.progress import failure_line
from sim.runs.study import StudyResult

RunStudy = Callable[[Sequence[Case[Payload]]], StudyResult]
"""Runs cases as a study that keeps and reuses its runs."""
Quantities = Callable[[Mapping[str, pd.DataFrame]], pd.DataFrame]
"""Returns the values of runs with the names of their quantities, `sim.subjects.subject.Subject.quantities`."""

CARE_AIMS: Mapping[str, Aim] = {
    "in_county_rate": Aim(0.002),
    "in_county_rate_common": Aim(0.002),
    "in_county_admission_share": Aim(0.005),
    "primary_visit_share": Aim(0.002),
    "in_county_fund_share": Aim(0.005),
    "out_of_pocket_share": Aim(0.002),
    "bed_occupancy": Aim(0.01),
    "doctor_wait_mean": Aim(0.5),
    "bed_wait_mean": Aim(60.0),
}
"""What a planner can use, in the units of the indicators: 0.2 and 0.5 points, half a minute, an hour."""
NETWORK_AIMS: Mapping[str, Aim] = {
    "wait_mean": Aim(0.05, relative=True),
    "utilisation": Aim(0.02, relative=True),
    "time_in_system_mean": Aim(0.05, relative=True),
}
"""By measure, of every station and the network, all classes together."""

PRECISION_COLUMNS = [
    *("quantity", "aim", "relative", "needed", "mean", "low", "high", "half_width", "n"),
]


def precision_of(
    cases: Sequence[Case[Payload]],
    run: RunStudy[Payload],
    quantities: Quantities,
    aims: Mapping[str, Aim] | None,
    rule: Rule,
) -> list[Precision]:
    """Add replications until the aims are reached or the rule's maximum is.

    Parameters
    ----------
    cases : sequence of Case
        One: its quantities. Several, all of care: the paired differences of the others to the first, named
        ``scenario: quantity``.
    run : callable
        See `RunStudy`; called with the same cases and more replications each time.
    quantities : callable
        See `Quantities`.
    aims : mapping of str to Aim, optional
        By quantity; by default those of `CARE_AIMS` or `NETWORK_AIMS` that there are.
    rule : Rule

    Raises
    ------
    InputError
        If a quantity is not known; the message names the nearest one.
    RunsFailed
        If a run failed.
    """
    values = partial(_values, cases, run, quantities)
    # The first look; a study does not run anything twice.
    known = values(min(rule.maximum, rule.first + rule.ahead(rule.first)))
    wanted = _default_aims(known) if aims is None else dict(aims)
    of_quantity: dict[str, list[str]] = {}
    for name in known:
        of_quantity.setdefault(name.partition(": ")[2] or name, []).append(name)
    unknown = [name for name in wanted if name not in of_quantity]
    if unknown:
        raise InputError(
            *(f"there is no quantity '{n}'{nearest(n, list(of_quantity))}" for n in unknown)
        )
    named = {name: aim for quantity, aim in wanted.items() for name in of_quantity[quantity]}
    return until_precise(values, named, rule)


def precision_frame(found: Sequence[Precision]) -> pd.DataFrame:
    """Return what is known of each quantity, a row each; columns `PRECISION_COLUMNS`."""
    return pd.DataFrame(
        [
            (
                *(each.name, each.aim.half_width, each.aim.relative, each.needed),
                *(each.estimate.mean, each.estimate.low, each.estimate.high),
                *(each.half_width, each.estimate.n),
            )
            for each in found
        ],
        columns=PRECISION_COLUMNS,
    ).astype({"needed": "Int64"})


def _default_aims(known: Mapping[str, Floats]) -> dict[str, Aim]:
    """Return the usual aims of what there is."""
    found = {}
    for name in known:
        quantity = name.partition(": ")[2] or name
        measure, *rest = quantity.split(":")
        if quantity in CARE_AIMS:
            found[quantity] = CARE_AIMS[quantity]
        elif measure in NETWORK_AIMS and len(rest) < 2:
            found[quantity] = NETWORK_AIMS[measure]
    return found


def _values(
    cases: Sequence[Case[Payload]], run: RunStudy[Payload], quantities: Quantities, n: int
) -> dict[str, Floats]:
    """Return the values of the first n replications by quantity."""
    result = run([replace(case, replications=n) for case in cases])
    if result.failures:
        raise RunsFailed([failure_line(record) for record in result.failures])
    frame = quantities(result.frames)
    tables = {
        str(scenario): rows.pivot(index="quantity", columns="replication", values="value")
        for scenario, rows in frame.groupby("scenario", sort=False)
    }
    base = tables[cases[0].name]
    if len(cases) == 1:
        return _rows(base)
    return {
        f"{case.name}: {quantity}": values
        for case in cases[1:]
        for quantity, values in _rows((tables[case.name] - base).dropna(how="all")).items()
    }


def _rows(table: pd.DataFrame) -> dict[str, Floats]:
    return {str(name): row for name, row in zip(table.index, table.to_numpy(float), strict=True)}
