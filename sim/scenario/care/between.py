"""Scenarios between two: some families of levers as in the one, the rest as in the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from sim.errors import InputError
from sim.scenario.care.scenario import Scenario
from sim.scenario.care.timeline import Entry, in_acting_order, refuse_conflicts

Grain = Literal["family", "lever"]
"""What the levers of two scenarios are told apart by."""


def parts_between(base: Scenario, goal: Scenario, grain: Grain) -> tuple[str, ...]:
    """Return the families (or levers) in which two scenarios differ.

    Parameters
    ----------
    base, goal : Scenario
        Of the same area and time.
    grain : {'family', 'lever'}

    Returns
    -------
    tuple of str
        In the order in which levers act.

    Raises
    ------
    InputError
        If the scenarios differ in more than levers, or not at all.
    """
    other = [
        what
        for what, one, two in (
            ("area", base.region.text, goal.region.text),
            ("run", base.run.as_written(), goal.run.as_written()),
        )
        if one != two
    ]
    if other:
        raise InputError(
            f"{base.name} and {goal.name} also differ in their {' and '.join(other)}; between them only levers "
            "may differ"
        )
    entries = in_acting_order(goal.run, [*base.levers, *goal.levers]).entries
    parts = tuple(
        part
        for part in dict.fromkeys(_part(entry, grain) for entry in entries)
        if _stated(base, part, grain) != _stated(goal, part, grain)
    )
    if not parts:
        raise InputError(f"{base.name} and {goal.name} have the same levers")
    return parts


def between(
    base: Scenario, goal: Scenario, taken: Collection[str], grain: Grain, name: str
) -> Scenario:
    """Return the base with some families (or levers) as they are in the goal.

    Parameters
    ----------
    base, goal : Scenario
    taken : collection of str
        Of `parts_between`.
    grain : {'family', 'lever'}
    name : str
        Of the new scenario; its titles and targets are those of the goal.

    Raises
    ------
    InputError
        If a lever of the one sets what a lever of the other sets, from the same date.
    """
    entries = [e for e in base.levers if _part(e, grain) not in taken]
    entries += [e for e in goal.levers if _part(e, grain) in taken]
    refuse_conflicts(entries, goal.run)
    return replace(goal, name=name, timeline=in_acting_order(goal.run, entries), parent=None)


def _part(entry: Entry, grain: Grain) -> str:
    if grain == "family":
        return entry.lever.part
    return entry.lever.label


def _stated(scenario: Scenario, part: str, grain: Grain) -> list[object]:
    """Return what a scenario says of a part: levers with their dates."""
    return [
        (entry.lever, entry.begins, entry.until, entry.where)
        for entry in scenario.levers
        if _part(entry, grain) == part
    ]
