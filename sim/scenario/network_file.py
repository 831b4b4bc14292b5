"""Read a network file: one page of YAML, with CSV files beside it where it names them."""

from __future__ import annotations

import copy
import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Problem, nearest
from sim.scenario.checks import problems_from
from sim.scenario.inherit import read_with_parents
from sim.scenario.load import scenario_path
from sim.scenario.network_check import network_problems
from sim.scenario.network_schema import OTHER, PER_CLASS, NetworkScenario
from sim.scenario.yaml_file import Document, KeyPath, read_text

KIND = "network"


def load_network(path_or_name: Path | str, folder: Path) -> NetworkScenario:
    """Read a network scenario, merge its parents and check everything.

    Parameters
    ----------
    path_or_name : Path or str
        A file, or the name of a scenario in `folder`.
    folder : Path
        Where scenarios and parents are looked up by name.

    Raises
    ------
    InputError
        With every problem, each with file, line, key and what is allowed.
    """
    path = scenario_path(path_or_name, folder)
    document, _ = read_with_parents(path, folder)
    return read_network(document, path)


def read_network(document: Document, path: Path) -> NetworkScenario:
    """Return the network that a merged document states.

    Parameters
    ----------
    document : Document
        Merged with its parents; it is completed in place from the CSV files that it names.
    path : Path
        The scenario's own file: its name must be the scenario's.

    Raises
    ------
    InputError
        With every problem.
    """
    problems = _fill_from_files(document)
    spread = spread_per_class(document)
    # The inheritance of scenario files keeps this key for the levers of care scenarios.
    if spread.data.get("levers") == []:
        del spread.data["levers"]
    try:
        scenario = NetworkScenario.model_validate(spread.data)
    except ValidationError as error:
        raise InputError(*problems, *problems_from(error, NetworkScenario, spread)) from None
    if scenario.name != path.stem:
        what = f"is '{scenario.name}' but the file is called {path.name}; they must agree"
        problems.append(document.problem(("name",), what))
    problems += [spread.problem(at, what) for at, what in network_problems(scenario)]
    if problems:
        raise InputError(*problems)
    return scenario


# --- one value for all classes --------------------------------------------------------------


def spread_per_class(document: Document) -> Document:
    """Return the document with every value that is one for all classes under ``other``.

    A value is per class when it is a mapping and one of its keys is a class or ``other``.
    """
    data = document.data
    classes, stations = data.get("classes"), data.get("stations")
    if not isinstance(classes, dict) or not isinstance(stations, dict):
        return document
    names = {*classes, OTHER}
    for_all = {
        ("stations", name, key)
        for name, station in stations.items()
        if isinstance(station, dict)
        for key in PER_CLASS
        if key in station and _is_for_all(station[key], names)
    }
    spread = copy.deepcopy(data)
    for _, name, key in for_all:
        station = spread["stations"][name]
        station[key] = {OTHER: station[key]}
    marks = dict(document.marks)
    for path, mark in document.marks.items():
        if path[:3] in for_all:
            marks[(*path[:3], OTHER, *path[3:])] = mark
    return Document(spread, marks)


def _is_for_all(value: Any, names: set[str]) -> bool:
    return not isinstance(value, dict) or names.isdisjoint(value)


# --- CSV files ------------------------------------------------------------------------------


def _fill_from_files(document: Document) -> list[Problem]:
    """Put the numbers of the CSV files that the document names in their places."""
    problems: list[Problem] = []
    for path, part, key, column, pick in _file_users(document.data):
        mark, _ = document.mark((*path, "file"))
        if key in part:
            problems.append(document.problem(path, f"give '{key}' or 'file', not both"))
        elif not isinstance(part["file"], str) or not isinstance(column, str):
            problems.append(document.problem(path, "'file' and 'column' must be text"))
        else:
            try:
                part[key] = read_times(mark.file.parent / part["file"], column, pick)
            except InputError as error:
                problems += error.problems
    return problems


def _file_users(
    data: Any, path: KeyPath = ()
) -> Iterator[tuple[KeyPath, dict[str, Any], str, Any, str | None]]:
    """Yield every part that names a CSV file: place, part, key to fill, column, class to pick."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _file_users(item, (*path, index))
    if not isinstance(data, dict):
        return
    for name, value in data.items():
        if name in ("scripted", "empirical") and isinstance(value, dict) and "file" in value:
            scripted = name == "scripted"
            key, column = ("times", "time") if scripted else ("values", value.get("column"))
            pick = str(path[1]) if scripted and len(path) > 1 else None
            yield (*path, name), value, key, column, pick
        else:
            yield from _file_users(value, (*path, name))


def read_times(file: Path, column: str, pick: str | None = None) -> list[float]:
    """Return the numbers of one column of a CSV file.

    Parameters
    ----------
    file : Path
    column : str
        Its header.
    pick : str, optional
        Only the rows with this word in the column ``class``, where there is such a column.

    Raises
    ------
    InputError
        If the file or column is missing, or a value is no number from 0 upwards; all at once.
    """
    rows = csv.DictReader(io.StringIO(read_text(file)), strict=True)
    header = [name.strip() for name in rows.fieldnames or []]
    if column not in header:
        what = f"there is no column '{column}'; there are: {', '.join(header)}"
        raise InputError(Problem(what + nearest(column, header), file, 1))
    rows.fieldnames = header
    problems: list[Problem] = []
    values: list[float] = []
    try:
        for row in rows:
            if pick is not None and "class" in header and (row["class"] or "").strip() != pick:
                continue
            number = _number(row[column])
            if number is None:
                what = f"must be a number from 0 upwards, not '{row[column] or ''}'"
                problems.append(Problem(what, file, rows.line_num, column))
            else:
                values.append(number)
    except csv.Error as error:
        problems.append(Problem(f"broken CSV: {error}", file, rows.line_num))
    if not values and not problems:
        picked = "" if pick is None else f" for the class '{pick}'"
        problems.append(Problem(f"there is no row{picked}", file))
    if problems:
        raise InputError(*problems)
    return values


def _number(text: str | None) -> float | None:
    """Return a finite number from 0 upwards, or None."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0.0 else None
