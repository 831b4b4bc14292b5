"""What a correct scenario may not mean: parameters set without a word, entries that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sim.errors import InputError, Problem
from sim.region import Region
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.levers.base import written_parameters
from sim.scenario.care.scenario import Scenario
from sim.scenario.care.timeline import Entry, Timeline, never_acts


def remarks(
    region: Region, scenario: Scenario, *, parent: Scenario | None = None, quick: bool = False
) -> list[Problem]:
    """Return what an author should know of a scenario that can be run.

    Parameters
    ----------
    region : Region
        The whole region.
    scenario : Scenario
        Resolved and checked, of an area that the region has.
    parent : Scenario, optional
        What it extends: parameters that are as they are there need no word.
    quick : bool
        Leave out what has to be tried: whether every entry changes anything.

    Returns
    -------
    list of Problem
        Each with file, line and key.
    """
    late = {
        id(entry): remark
        for entry in scenario.levers
        if (remark := never_acts(entry, scenario.run))
    }
    found = [*_unstated(scenario, parent), *late.values()]
    for entry in () if quick else scenario.levers:
        if id(entry) not in late and not _changes_anything(region, scenario, entry):
            day = "the beginning" if entry.begins is None else str(entry.begins)
            what = f"{entry.lever.label} changes nothing here from {day} on"
            found.append(entry.mark.problem(what))
    return found


def _unstated(scenario: Scenario, parent: Scenario | None) -> Iterator[Problem]:
    """Yield what entries set without stating it, unless the parent's entry in their place sets it alike."""
    before = {_place(entry): entry for entry in (parent.levers if parent else ())}
    for entry in scenario.levers:
        replaced = before.get(_place(entry))
        known = {} if replaced is None else written_parameters(replaced.lever)
        unstated = {
            name: value
            for name, value in entry.unstated.items()
            if name not in known or known[name] != value
        }
        if unstated:
            stated = ", ".join(f"{name}: {value}" for name, value in unstated.items())
            what = f"does not state, and sets to the plan's own or assumed figures: {stated}"
            yield entry.mark.problem(what, entry.lever.name)


def _place(entry: Entry) -> tuple[str, date | None, str]:
    """Return what an entry has in common with the one it takes the place of."""
    return (entry.lever.name, entry.begins, repr(entry.where))


def _changes_anything(region: Region, scenario: Scenario, entry: Entry) -> bool:
    """Tell whether the inputs of the first day on which an entry acts are others without it."""
    day = max(entry.begins or scenario.run.first_day, scenario.run.first_day)
    others = tuple(other for other in scenario.levers if other is not entry)
    without = replace(scenario, timeline=Timeline(scenario.run, others))
    try:
        # What only fills hospitals of counties that are not simulated, which always have room, is told as well.
        beside = ("region", "neighbours")
        return not inputs_at(region, scenario, day).same_as(inputs_at(region, without, day), beside)
    except InputError:
        # What the others cannot do without it is something.
        return True
