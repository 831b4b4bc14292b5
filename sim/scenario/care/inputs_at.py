"""The tables of a scenario's area as its levers leave them on a date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import cache, partial
from itertools import combinations

import pandas as pd

from sim.errors import InputError, Problem
from sim.region import Region
from sim.region.schemas import acting_tables
from sim.region.value_checks import check_values
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.base import Lever
from sim.scenario.care.levers.set_value import SetValue
from sim.scenario.care.scenario import Scenario
from sim.scenario.care.timeline import Entry, contradiction, shared_value


def inputs_at(region: Region, scenario: Scenario, day: date) -> Inputs:
    """Return the tables of a scenario's area as they are on a date.

    Levers act on the whole region, and the area is cut out afterwards: beds per 1,000 residents
    mean the residents and the beds of the whole region, city and provincial hospitals included.

    Parameters
    ----------
    region : Region
        The whole region, as loaded.
    scenario : Scenario
        Resolved and checked. The command line may replace its ``region`` by another area.
    day : date
        Levers that begin on or before this date, and have not ended, act.

    Raises
    ------
    InputError
        If levers do not fit the region (a county or condition it does not have, no beds to
        scale), or the region has no such area; all at once.
    """
    inputs = Inputs.of(region)
    problems: list[Problem] = []
    entries = scenario.timeline.active(day)
    problems += _contradictions(region, inputs, entries, scenario.run.first_day)
    for entry in entries if not problems else ():
        try:
            entry.apply(inputs)
        except InputError as error:
            problems += [entry.located(problem) for problem in error.problems]
    if not problems:
        problems += _impossible_together(inputs, entries)
    if scenario.region.areas:
        try:
            inputs.cut_to(list(scenario.region.areas))
        except InputError as error:
            problems += [scenario.region.mark.problem(problem.what) for problem in error.problems]
    if problems:
        raise InputError(*problems)
    return inputs


def _impossible_together(inputs: Inputs, entries: Sequence[Entry]) -> list[Problem]:
    """Find numbers that were set and cannot be true together, told where the last of them was written."""
    setters = {entry.lever.table: entry for entry in entries if isinstance(entry.lever, SetValue)}
    if not setters:
        return []
    frames = {name: getattr(inputs, name) for name in acting_tables()}
    last = next(reversed(setters.values()))
    return [
        setters.get(str(problem.key).partition(".")[0], last).located(
            Problem(f"{problem.key}: {problem.what}", key="set")
        )
        for problem in check_values(frames)
    ]


def _contradictions(
    region: Region, inputs: Inputs, entries: Sequence[Entry], first: date
) -> list[Problem]:
    """Find entries of which two set one value of one row from one date, by what their selectors select."""
    problems = []
    rows: dict[int, pd.Series] = {}
    for number, entry in enumerate(entries):
        if isinstance(entry.lever, SetValue) and entry.lever.table != "behaviour":
            try:
                rows[number] = entry.lever.rows(inputs)
            except InputError as error:
                problems += [entry.located(problem) for problem in error.problems]
    left_by = cache(lambda number: _left_by(region, entries[number]))
    for (i, one), (j, other) in combinations(enumerate(entries), 2):
        if (one.begins or first) != (other.begins or first):
            continue
        if not (one.is_selective or other.is_selective):
            continue
        setters = [n for n in (i, j) if isinstance(entries[n].lever, SetValue)]
        if len(setters) == 1:
            (setter,) = setters
            what = _set_anew(
                entries[setter].lever, rows.get(setter), inputs, partial(left_by, i + j - setter)
            )
        else:
            what = _shared(inputs, (one, rows.get(i)), (other, rows.get(j)))
        if what:
            problems.append(contradiction(one, other, what))
    return problems


def _left_by(region: Region, entry: Entry) -> Inputs:
    """Return the tables as a lever by itself leaves them."""
    inputs = Inputs.of(region)
    # What is wrong with it is told where it acts in its turn; what comes on top of others sets nothing.
    if not entry.lever.on_top:
        with suppress(InputError):
            entry.apply(inputs)
    return inputs


def _set_anew(
    lever: Lever, rows: pd.Series | None, before: Inputs, after: Callable[[], Inputs]
) -> str:
    """Return the path that an entry sets anew where another lever has changed it, or nothing.

    To raise or multiply what a lever has set is no contradiction, to set it anew is one.
    """
    if not isinstance(lever, SetValue) or lever.to is None:
        return ""
    if lever.table == "behaviour":
        differs = before.behaviour[lever.column] != after().behaviour[lever.column]
        return lever.path if differs else ""
    if rows is None or lever.column not in getattr(before, lever.table):
        # Its selector or its column does not fit the region, which is told by itself.
        return ""
    old, new = (getattr(each, lever.table)[lever.column] for each in (before, after()))
    return "" if old[rows].equals(new[rows]) else lever.path


_EntryRows = tuple[Entry, pd.Series | None]


def _shared(inputs: Inputs, one: _EntryRows, other: _EntryRows) -> str:
    """Return what two levers, or two entries that set numbers, both set, or nothing."""
    (first, rows_of_first), (second, rows_of_second) = one, other
    if isinstance(first.lever, SetValue) and isinstance(second.lever, SetValue):
        if first.lever.path != second.lever.path:
            return ""
        if rows_of_first is None or rows_of_second is None:
            return first.lever.path
        return first.lever.path if bool((rows_of_first & rows_of_second).any()) else ""
    places = [
        entry.where.rows(inputs, "counties") if entry.where is not None else None
        for entry in (first, second)
    ]
    if places[0] is None or places[1] is None or bool((places[0] & places[1]).any()):
        return shared_value(first.lever, second.lever)
    return ""
