"""Replications until the intervals are as narrow as wanted, of scenarios, their differences, or a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

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
UsualAim = Callable[[str], Aim | None]
"""Returns the usual aim of a quantity, if it has one, `sim.subjects.subject.Subject.usual_aim`."""

PRECISION_COLUMNS = [
    *("quantity", "aim", "relative", "needed", "mean", "low", "high", "half_width", "n"),
]


def precision_of(
    cases: Sequence[Case[Payload]],
    run: RunStudy[Payload],
    quantities: Quantities,
    aims: Mapping[str, Aim] | None,
    usual: UsualAim,
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
        By quantity; by default the usual ones of what there is.
    usual : callable
        See `UsualAim`.
    rule : Rule

    Raises
    ------
    InputError
        If a quantity is not known; the message names the nearest one.
    RunsFailed
        If a run failed.
    """
    # Each number of replications is looked at once, though the rule asks for the first one again.
    values = cache(partial(_values, cases, run, quantities))
    # The first look; a study does not run anything twice.
    known = values(min(rule.maximum, rule.first + rule.ahead(rule.first)))
    wanted = _usual_aims(known, usual) if aims is None else dict(aims)
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


def _usual_aims(known: Mapping[str, Floats], usual: UsualAim) -> dict[str, Aim]:
    """Return the usual aims of what there is."""
    quantities = dict.fromkeys(name.partition(": ")[2] or name for name in known)
    return {name: aim for name in quantities if (aim := usual(name)) is not None}


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
