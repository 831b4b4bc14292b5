"""Read a network file: one page of YAML, with CSV files beside it where it names them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Problem
from sim.reading.files import UnreadableError
from sim.reading.yaml_file import Document, KeyPath
from sim.scenario.checks import problems_from
from sim.scenario.find import scenario_path
from sim.scenario.inherit import read_with_parents
from sim.scenario.network.check import network_problems
from sim.scenario.network.schema import OTHER, PER_CLASS, NetworkScenario
from sim.scenario.network.times import TIME, arrival_times, observed_times


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
    if document.unread:
        # Classes and stations name each other: without the parent's nothing more can be said.
        raise InputError(*document.problems)
    problems = _fill_from_files(document)
    spread = spread_per_class(document)
    problems += _pre_emption(spread)
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


_PRE_EMPTION = ("preempt", "preemption", "preemptive", "pre_emption")


def _pre_emption(document: Document) -> list[Problem]:
    """Take out what asks for pre-emption, and say what there is instead."""
    stations = document.data.get("stations")
    problems: list[Problem] = []
    for name, station in stations.items() if isinstance(stations, dict) else ():
        for key in _PRE_EMPTION:
            if isinstance(station, dict) and key in station:
                problems.append(
                    document.problem(
                        ("stations", name, key),
                        "there is no pre-emption, a service that has begun ends; nearest are 'priority' and"
                        " 'reserved' servers: docs/how-to-networks.md, 'What to know'",
                    )
                )
                del station[key]
    return problems


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
    for path, part, key, column in _file_users(document.data):
        mark, _ = document.mark((*path, "file"))
        if key in part:
            problems.append(document.problem(path, f"give '{key}' or 'file', not both"))
        elif not isinstance(part["file"], str) or not isinstance(column, str):
            problems.append(document.problem(path, "'file' and 'column' must be text"))
        else:
            file = (mark.file or document.file).parent / part["file"]
            try:
                if key == "times":
                    classes = [str(name) for name in document.data["classes"]]
                    part[key] = arrival_times(file, str(path[1]), classes)
                else:
                    part[key] = observed_times(file, column)
            except InputError as error:
                found = error.problems
                if isinstance(error, UnreadableError):
                    at = (*path, "file")
                    found = tuple(document.problem(at, str(problem)) for problem in found)
                # Several classes may read the same rows.
                problems += [problem for problem in found if problem not in problems]
                # Wrong, but not missing: what is found next must not say so.
                part[key] = [0.0]
    return problems


def _file_users(
    data: Any, path: KeyPath = ()
) -> Iterator[tuple[KeyPath, dict[str, Any], str, Any]]:
    """Yield every part that names a CSV file: place, part, key to fill and column."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _file_users(item, (*path, index))
    if not isinstance(data, dict):
        return
    for name, value in data.items():
        named = isinstance(value, dict) and "file" in value
        if named and name == "empirical":
            yield (*path, name), value, "values", value.get("column")
        elif named and name == "scripted" and path[:1] == ("classes",):
            yield (*path, name), value, "times", TIME
        else:
            yield from _file_users(value, (*path, name))
