"""Times from the CSV files that a network file names: observed times, and arrivals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import InputError, Problem, nearest
from sim.glossary import counted
from sim.reading.files import MOST_TEXT_BYTES
from sim.reading.tables import read_rows

TIME, CLASS = "time", "class"
"""Columns of a file of arrivals; the second may be left out."""
_SHOWN = 20
"""Problems told of one file: one systematic mistake should not fill the screen."""


def observed_times(file: Path, column: str) -> list[float]:
    """Return the numbers of one column of a CSV file, which may have others.

    Parameters
    ----------
    file : Path
    column : str
        Its header.

    Raises
    ------
    InputError
        If the file or column is missing, or a value is no number from 0 upwards; all at once.
    """
    table = _read(file, column)
    times = [table.time(line, cells, column) for line, cells in table.rows]
    if not times and not table.problems:
        table.note("there is no row", None)
    return table.checked(times)


def arrival_times(file: Path, patients: str, classes: Sequence[str]) -> list[float]:
    """Return when the patients of a class arrive by the column ``time`` of a CSV file.

    Parameters
    ----------
    file : Path
        A column ``class``, where there is one, tells whose arrival a row is.
    patients : str
        The class.
    classes : sequence of str
        All classes of the network.

    Raises
    ------
    InputError
        If the file or column is missing, a time is no number from 0 upwards or before the one above
        it, a row is of an unknown class or broken, or the class has none; all at once.
    """
    table = _read(file, TIME, CLASS)
    complete = not table.problems
    table.refuse_columns_but((TIME, CLASS))
    times: list[float | None] = []
    latest: float | None = None
    for line, cells in table.rows:
        name = cells.get(CLASS, patients)
        if name not in classes:
            what = f"unknown class '{name}'; allowed: {', '.join(classes)}"
            table.note(what + nearest(name, list(classes)), line, CLASS)
        if name != patients:
            continue
        time = table.time(line, cells, TIME)
        # Times that go back are most often those of each day from 0 on, and not from the start of the run.
        if time is not None and latest is not None and time < latest:
            what = f"must be at least {latest:.15g}, the time before it, not '{cells[TIME]}'"
            table.note(f"{what}; times stand in order, from the start of the run", line, TIME)
        times.append(time)
        latest = latest if time is None else time
    if complete and not times:
        table.note(f"there is no row for the class '{patients}'", None)
    return table.checked(times)


@dataclass
class _Table:
    """What a CSV file holds, and what is wrong with it."""

    file: Path
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Line, and cells by column."""
    problems: list[Problem] = field(default_factory=list)

    def note(self, what: str, line: int | None, column: str | None = None) -> None:
        self.problems.append(Problem(what, self.file, line, column))

    def refuse_columns_but(self, allowed: tuple[str, ...]) -> None:
        """Note columns that would have no effect; a mistyped ``class`` gives all rows to every class."""
        for name in self.header:
            if name not in allowed:
                hint = nearest(name, list(allowed))
                self.note(f"unknown column '{name}'; allowed: {', '.join(allowed)}{hint}", 1, name)

    def time(self, line: int, cells: dict[str, str], column: str) -> float | None:
        """Return a cell as a number from 0 upwards, or note what it is and return None."""
        try:
            number = float(cells[column])
        except ValueError:
            number = math.nan
        if math.isfinite(number) and number >= 0.0:
            return number
        self.note(f"must be a number from 0 upwards, not '{cells[column]}'", line, column)
        return None

    def checked(self, times: list[float | None]) -> list[float]:
        """Return the times if nothing is wrong with the file.

        Raises
        ------
        InputError
            With everything that is.
        """
        more = len(self.problems) - _SHOWN
        if more > 0:
            self.problems[_SHOWN:] = [Problem(counted(more, "has # further problem"), self.file)]
        if self.problems:
            raise InputError(*self.problems)
        return [time for time in times if time is not None]


def _read(file: Path, column: str, *others: str) -> _Table:
    """Read a CSV file with a header; rows that do not fit the header are noted and left out.

    Of the columns that are used, the first must be there, and none may stand twice.

    Raises
    ------
    InputError
        If the file cannot be read, or has no such column.
    """
    table = _Table(file)
    rows = read_rows(file, MOST_TEXT_BYTES, any_suffix=True, is_number=column.__eq__)
    table.header = rows[0][1] if rows else []
    if column not in table.header:
        there = ", ".join(table.header) or "none"
        what = f"there is no column '{column}'; there are: {there}"
        table.note(what + nearest(column, table.header), 1)
        raise InputError(*table.problems)
    for name in (column, *others):
        if table.header.count(name) > 1:
            table.note("there are two columns of this name", 1, name)
    for line, cells in rows[1:]:
        if len(cells) == len(table.header):
            table.rows.append((line, dict(zip(table.header, cells, strict=True))))
        else:
            what = f"this row has {counted(len(cells), '# cell')} and the header has {len(table.header)}"
            table.note(what, line)
    return table
