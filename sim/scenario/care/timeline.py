"""The dated list of levers of a scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Problem
from sim.reading.yaml_file import Document, KeyPath, Mark
from sim.region.schemas import local_tables
from sim.scenario.care.entries import (
    DATE_KEYS,
    ENTRY_KEYS,
    LEVERS_FORM,
    SET,
    lever_names_in,
)
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers import Lever, lever_called, lever_names, overlap
from sim.scenario.care.levers.base import written_parameters
from sim.scenario.care.levers.set_value import OPERATIONS, SetValue, wrong_operation
from sim.scenario.care.schema import LeverDates, RunSettings
from sim.scenario.care.where import PLACE_KEYS, Where, read_where
from sim.scenario.checks import problems_from, shown, unknown_key


@dataclass(frozen=True)
class Entry:
    """A lever and the dates between which it acts.

    Attributes
    ----------
    lever : Lever
        With its parameters.
    begins : date or None
        First day it acts; None: from the beginning of the run.
    until : date or None
        First day it no longer acts; None: to the end.
    mark : Mark
        Where it was written.
    where : Where or None
        Counties that it acts in; None: everywhere. Of a `SetValue` its own selector says it.
    """

    lever: Lever
    begins: date | None
    until: date | None
    mark: Mark
    where: Where | None = None

    def apply(self, inputs: Inputs) -> None:
        """Let the lever act: everywhere, or in the counties that are named only.

        Raises
        ------
        InputError
            If it does not fit the region.
        """
        if self.where is None:
            self.lever.apply(inputs)
        else:
            rows = {table: self.where.rows(inputs, table) for table in local_tables()}
            with inputs.within(rows) as here:
                self.lever.apply(here)

    @property
    def unstated(self) -> dict[str, Any]:
        """Parameters that the file does not state and that are set all the same, to the plan's own figures."""
        if isinstance(self.lever, SetValue):
            return {}
        stated = self.lever.model_fields_set
        written = written_parameters(self.lever)
        return {name: v for name, v in written.items() if name not in stated and _says_something(v)}

    @property
    def is_selective(self) -> bool:
        """Whether the entry acts in a part of the region only."""
        return self.where is not None or isinstance(self.lever, SetValue)

    def acts_on(self, day: date) -> bool:
        """Tell whether the lever acts on a day."""
        begun = self.begins is None or self.begins <= day
        return begun and (self.until is None or day < self.until)

    def located(self, problem: Problem) -> Problem:
        """Return a problem the lever met in the region, with the place the lever was written."""
        # What is set stands beside the word `set`, not below it.
        name = None if isinstance(self.lever, SetValue) else self.lever.name
        key = ".".join(filter(None, (self.mark.key, name, problem.key)))
        return replace(problem, file=self.mark.file, line=self.mark.line, key=key)


@dataclass(frozen=True)
class Timeline:
    """Every lever of a scenario, in the order in which they act.

    Attributes
    ----------
    run : RunSettings
        The run the levers belong to.
    entries : tuple of Entry
        By date; those of one date in the order of the lever registry, then as written. Levers that add to
        what the others set come after all of those.
    """

    run: RunSettings
    entries: tuple[Entry, ...] = ()

    def active(self, day: date) -> tuple[Entry, ...]:
        """Return the entries that act on a day; where two set one value, the later comes last."""
        return tuple(entry for entry in self.entries if entry.acts_on(day))

    def epochs(self) -> tuple[date, ...]:
        """Return the first day of the run and every later day on which something changes."""
        first, end = self.run.first_day, self.run.end
        dates = {day for entry in self.entries for day in (entry.begins, entry.until) if day}
        return (first, *sorted(day for day in dates if first < day < end))


def read_timeline(
    document: Document, run: RunSettings | None
) -> tuple[Timeline | None, list[Problem]]:
    """Read and check the levers of a document.

    Parameters
    ----------
    document : Document
        After inheritance.
    run : RunSettings or None
        Dates of the run, against which the levers' dates are checked; None if they are themselves
        wrong.

    Returns
    -------
    timeline : Timeline or None
        None if anything is wrong.
    problems : list of Problem
        Unknown levers and parameters, impossible values and dates, two levers that set the same
        value from the same date.
    """
    raw = document.data.get("levers", [])
    if not isinstance(raw, list):
        return None, [document.problem(("levers",), LEVERS_FORM)]
    problems: list[Problem] = []
    entries: list[Entry] = []
    for index, item in enumerate(raw):
        try:
            entries.append(_entry(document, ("levers", index), item))
        except InputError as error:
            problems += error.problems
    if run is None:
        return None, problems
    for entry in entries:
        problems += _date_problems(entry, run)
    problems += _conflicts(entries, run)
    return (None if problems else in_acting_order(run, entries)), problems


def refuse_conflicts(entries: list[Entry], run: RunSettings) -> None:
    """Refuse levers of which two set one value from one date.

    Raises
    ------
    InputError
        With every such pair.
    """
    if problems := _conflicts(entries, run):
        raise InputError(*problems)


def in_acting_order(run: RunSettings, entries: list[Entry]) -> Timeline:
    """Return the timeline of entries given in any order."""
    order = {name: index for index, name in enumerate([*lever_names(), SetValue.name])}

    def key(entry: Entry) -> tuple[bool, date, int]:
        return (entry.lever.on_top, entry.begins or date.min, order[entry.lever.name])

    return Timeline(run, tuple(sorted(entries, key=key)))


def _entry(document: Document, at: KeyPath, item: Any) -> Entry:
    """Read one item: dates and a lever, or a path that is set."""
    if not isinstance(item, dict):
        what = f"must be a lever such as 'bed_plan: {{public: 3.6}}', not {shown(item)}"
        raise InputError(document.problem(at, what))
    if SET in item:
        if item[SET] == []:
            raise InputError(document.problem((*at, SET), "names no number"))
        return _set_entry(document, at, item)
    names = lever_names_in(item)
    if not names:
        allowed = ", ".join(lever_names())
        raise InputError(document.problem(at, f"names no lever; allowed: set, {allowed}"))
    unknown = [name for name in names if name not in lever_names()]
    if unknown:
        allowed_here = [*lever_names(), SET, *ENTRY_KEYS]
        raise InputError(
            *(document.problem((*at, name), unknown_key(name, allowed_here)) for name in unknown)
        )
    if len(names) > 1:
        what = f"holds two levers, {names[0]} and {names[1]}; begin each with '- '"
        raise InputError(document.problem((*at, names[1]), what))
    return _lever_entry(document, at, item, names[0])


def _set_entry(document: Document, at: KeyPath, item: dict[str, Any]) -> Entry:
    """Read an entry that sets numbers by their path."""
    problems: list[Problem] = []
    dates, where = _beside(document, at, item, problems)
    allowed = [SET, *OPERATIONS, "source", *ENTRY_KEYS]
    problems += [
        document.problem((*at, key), unknown_key(key, allowed))
        for key in item
        if key not in allowed
    ]
    content = {key: item[key] for key in item if key in allowed and key not in ENTRY_KEYS}
    lever: SetValue | None = None
    try:
        lever = SetValue.model_validate({**content, "where": where})
    except ValidationError as error:
        problems += problems_from(error, SetValue, document, at)
        # Checks of the whole entry wait until its parts are right: this one is told with them.
        wrong = wrong_operation([word for word in OPERATIONS if item.get(word) is not None])
        if wrong and all(details["loc"] for details in error.errors()):
            problems.append(document.problem(at, wrong))
    if problems or lever is None:
        raise InputError(*problems)
    mark, _ = document.mark(at)
    return Entry(lever, dates.begins, dates.until, mark)


def _lever_entry(document: Document, at: KeyPath, item: dict[str, Any], name: str) -> Entry:
    """Read an entry that names one lever."""
    model = lever_called(name)
    problems: list[Problem] = []
    dates, where = _beside(document, at, item, problems)
    lever = None
    if item[name] is None:
        what = (
            f"is empty; write '{name}: {{}}' for the plan's own figures, or take a parent's lever away with "
            f"'without: [{name}]'"
        )
        problems.append(document.problem((*at, name), what))
    else:
        try:
            lever = model.model_validate(item[name])
        except ValidationError as error:
            problems += problems_from(error, model, document, (*at, name))
    if where is not None:
        problems += _where_problems(document, at, model, where)
    if problems or lever is None:
        raise InputError(*problems)
    mark, _ = document.mark(at)
    return Entry(lever, dates.begins, dates.until, mark, where)


def _beside(
    document: Document, at: KeyPath, item: dict[str, Any], problems: list[Problem]
) -> tuple[LeverDates, Where | None]:
    """Read dates and selector; what is wrong with them is added to `problems`."""
    dates, where = LeverDates(), None
    try:
        dates = LeverDates.model_validate({key: item[key] for key in DATE_KEYS if key in item})
    except ValidationError as error:
        problems += problems_from(error, LeverDates, document, at)
    if "where" in item:
        try:
            where = read_where(item["where"])
        except ValidationError as error:
            problems += [
                document.problem((*at, "where"), details["msg"].removeprefix("Value error, "))
                for details in error.errors()
            ]
        except ValueError as error:
            problems.append(document.problem((*at, "where"), str(error)))
    return dates, where


def _where_problems(
    document: Document, at: KeyPath, model: type[Lever], where: Where
) -> list[Problem]:
    """Find selectors that a lever cannot follow."""
    if not model.local:
        what = f"{model.name} holds for the whole region; leave 'where' out"
        return [document.problem((*at, "where"), what)]
    return [
        document.problem((*at, "where", key), unknown_key(key, [*PLACE_KEYS]))
        for key in where.keys
        if key not in PLACE_KEYS
    ]


def _date_problems(entry: Entry, run: RunSettings) -> list[Problem]:
    """Find dates at which the lever could never act."""
    begins, until = entry.begins, entry.until
    if isinstance(entry.lever, SetValue) and entry.lever.is_fixed:
        dates = {"from": begins and begins > run.first_day, "until": until and until < run.end}
        what = f"{entry.lever.path} is taken once, when the run begins; leave the date out"
        if problems := [entry.mark.problem(what, key) for key, late in dates.items() if late]:
            return problems
    if begins and until and until <= begins:
        return [entry.mark.problem(f"until {until} is not after from {begins}", "until")]
    never = never_acts(entry, run)
    return [never] if never else []


def never_acts(entry: Entry, run: RunSettings) -> Problem | None:
    """Return that an entry acts on no day of a run, if it does not."""
    if entry.begins is not None and entry.begins >= run.end:
        what = f"{entry.begins} is after the end of the run ({run.end}); it never acts"
        return entry.mark.problem(what, "from")
    if entry.until is not None and entry.until <= run.first_day:
        what = f"{entry.until} is before the run begins ({run.first_day}); it never acts"
        return entry.mark.problem(what, "until")
    return None


def _conflicts(entries: list[Entry], run: RunSettings) -> list[Problem]:
    """Find pairs of levers that set one value from one date."""
    problems = []
    for one, other in combinations(entries, 2):
        if (one.begins or run.first_day) != (other.begins or run.first_day):
            continue
        if one.is_selective or other.is_selective:
            # Whether they mean the same rows is known in the region: `inputs_at`.
            continue
        if shared := shared_value(one.lever, other.lever):
            problems.append(contradiction(one, other, shared))
    return problems


def _says_something(value: Any) -> bool:
    """Tell whether a parameter's value sets anything: not None, no group of nothing."""
    if isinstance(value, dict):
        return any(_says_something(inner) for inner in value.values())
    return value is not None


def contradiction(one: Entry, other: Entry, shared: str) -> Problem:
    """Return the problem of two entries that set one value from one date, at the second of them."""
    day = "the beginning" if other.begins is None else str(other.begins)
    if isinstance(one.lever, SetValue) or isinstance(other.lever, SetValue):
        words = f"{shared} is set from {day} here and {_place_of_first(one, other)}"
    elif one.mark.line is None:
        words = f"{other.lever.name} sets {shared} from {day}, and so does {one.lever.name}"
    else:
        place = _place_of_first(one, other)
        words = f"{other.lever.name} sets {shared} from {day}, and so does {one.lever.name} {place}"
    return other.mark.problem(words, other.lever.name)


def _place_of_first(one: Entry, other: Entry) -> str:
    """Return where the first entry stands, with its file when it is not the same."""
    file, line = one.mark.file, one.mark.line
    if line is None:
        return "by another entry"
    if file is None or file == other.mark.file:
        return f"on line {line}"
    return f"on line {line} of {file.name}"


def shared_value(one: Lever, other: Lever) -> str:
    """Return a value that both levers set, in words, or nothing."""
    for mine in sorted(one.claims()):
        for theirs in sorted(other.claims()):
            if overlap(mine, theirs):
                narrower = mine if mine.count("*") <= theirs.count("*") else theirs
                return " ".join(part for part in narrower if part != "*")
    return ""
