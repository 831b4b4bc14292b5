"""Check a scenario file without running it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Problem
from sim.reading.yaml_file import Document, KeyPath
from sim.region import Region, load_region, select_counties
from sim.region.schemas import families, local_tables
from sim.scenario.care.entries import SET
from sim.scenario.care.inherit import read_care_document
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.inputs_at import inputs_at
from sim.scenario.care.levers import lever_called, lever_names
from sim.scenario.care.levers.set_value import SetValue
from sim.scenario.care.load import (
    folder_of_region,
    in_file_order,
    load_scenario,
    region_folder,
)
from sim.scenario.care.scenario import RegionChoice
from sim.scenario.care.schema import region_words
from sim.scenario.care.where import PLACE_KEYS, read_where


def check_file(path: Path, folder: Path) -> list[Problem]:
    """Check a scenario file as a run would, and return what is wrong instead of raising.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path
        The scenarios folder, with parents, tables of targets and ``regions/``.

    Returns
    -------
    list of Problem
        Empty if the scenario can run: the file, its parents, its region, its area, and every
        lever on the first date it acts. Of a file that cannot be read as a whole, what is wrong with the parts
        that can, its region and its selectors, is told as well.
    """
    try:
        scenario = load_scenario(path, folder)
    except InputError as error:
        problems = list(error.problems)
        _add(problems, partial(_raise_misfits, path, folder))
        return in_file_order(problems, path)
    try:
        region = load_region(region_folder(scenario, folder))
    except InputError as error:
        return list(error.problems)
    problems = []
    for day in scenario.timeline.epochs():
        _add(problems, partial(inputs_at, region, scenario, day))
    return problems


def _add(problems: list[Problem], attempt: Callable[[], object]) -> None:
    """Add what an attempt finds wrong and nobody has said yet."""
    try:
        attempt()
    except InputError as error:
        problems += [problem for problem in error.problems if problem not in problems]


def _raise_misfits(path: Path, folder: Path) -> None:
    """Raise what of a file with mistakes does not fit its region, if the region can be told.

    Raises
    ------
    InputError
        With every problem.
    """
    document, _ = read_care_document(path, folder)
    try:
        words = region_words(document.data.get("region"))
    except ValueError:
        return
    choice = RegionChoice.of(words, document.mark(("region",))[0])
    region = load_region(folder_of_region(choice, folder))
    problems: list[Problem] = []
    if choice.areas:
        try:
            select_counties(region, [*choice.areas])
        except InputError as error:
            problems += [choice.mark.problem(problem.what) for problem in error.problems]
    problems += _wrong_selectors(document, region)
    if problems:
        raise InputError(*problems)


def _wrong_selectors(document: Document, region: Region) -> Iterator[Problem]:
    """Find selectors that fit nothing in the region, also of entries with other mistakes."""
    levers = document.data.get("levers")
    inputs = Inputs.of(region)
    for index, item in enumerate(levers if isinstance(levers, list) else []):
        if not isinstance(item, dict) or "where" not in item:
            continue
        at: KeyPath = ("levers", index)
        mark, _ = document.mark(at)
        for name, table in dict.fromkeys(_selected_from(item)):
            try:
                read_where(item["where"]).rows(inputs, table)
            except (ValidationError, ValueError):
                # That it is no selector is told where the entry is read.
                continue
            except InputError as error:
                for problem in error.problems:
                    below = filter(None, (mark.key, name, problem.key))
                    yield replace(problem, file=mark.file, line=mark.line, key=".".join(below))


def _selected_from(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of an entry's lever and each table from which its selector selects."""
    if SET in item:
        table = str(item[SET]).partition(".")[0]
        if table in families() and table != "behaviour":
            yield SetValue.name, table
        return
    if not isinstance(item["where"], dict) or not {*item["where"]} <= {*PLACE_KEYS}:
        return
    for name in item:
        if name in lever_names() and lever_called(name).local:
            # Places of one table are those of all.
            yield name, local_tables()[0]
