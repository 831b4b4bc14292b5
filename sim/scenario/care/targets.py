"""Targets: a table of a plan's indicators, and what a scenario is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sim.errors import InputError, Problem, nearest
from sim.glossary import counted, indicator_names
from sim.reading.tables import read_rows
from sim.reading.yaml_file import Document
from sim.scenario.checks import shown, words

# "About x" is met within this part of x: the plan gives no width, so this one is assumed.
ABOUT = 0.05
EXAMPLE = 'a comparison in quotes such as ">= 0.90", "<= 12", "about 0.25" or "about 0.25 +- 0.02"'

COLUMNS = (
    "number",
    "indicator",
    "title_zh",
    "title_en",
    "unit",
    "value_2020",
    "operator",
    "target",
    "tolerance",
    "nature",
    "kind",
    "printed",
    "source",
    "note",
    "region",
)
_NOT_NEEDED = ("region",)
_NUMBERS = ("value_2020", "target", "tolerance")


def _number_or_none(value: Any) -> Any:
    """Return a number from a cell; empty is None."""
    if value == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"must be a number or empty, not '{value}'") from None


Finite = Annotated[float, Field(allow_inf_nan=False)]
Cell = Annotated[Finite | None, BeforeValidator(_number_or_none)]
Filled = Annotated[str, Field(min_length=1)]


class Target(BaseModel):
    """One indicator of a plan.

    Attributes
    ----------
    number : str
        Row of the plan's table (``13``), or ``P1`` for its text.
    indicator : str
        Indicator id.
    title_zh, title_en : str
        Name.
    unit : str
        Unit of the value and the target; shares are fractions.
    value_2020 : float or None
        Value in the base year; None where the plan gives none.
    operator : str
        ``>=``, ``<=``, ``about``, or empty for no comparison.
    target : float or None
        The figure to compare with.
    tolerance : float or None
        Half width of ``about``, in the indicator's unit.
    nature : str
        ``binding``, ``expected``, ``advocated`` (the plan's words), ``plan_text``, ``tasks_2025``.
    kind : str
        ``simulated``, ``derived``, ``pipeline``, ``input`` or ``outside``.
    printed : str
        The target as the source prints it.
    source, note : str
        Where it stands; what to know.
    region : str
        The region as a whole that it is meant for, such as ``fujian``; empty: any area.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Filled
    indicator: Filled
    title_zh: Filled
    title_en: Filled
    unit: Filled
    value_2020: Cell
    operator: Literal[">=", "<=", "about", ""]
    target: Cell
    tolerance: Cell
    nature: Literal["binding", "expected", "advocated", "plan_text", "tasks_2025"]
    kind: Literal["simulated", "derived", "pipeline", "input", "outside"]
    printed: Filled
    source: Filled
    note: str
    region: str = ""


def load_targets(path: Path) -> tuple[Target, ...]:
    """Read a table of targets.

    Parameters
    ----------
    path : Path
        CSV file with the columns `COLUMNS`; ``region`` may be left out.

    Raises
    ------
    InputError
        With every broken row: file, line and column.
    """
    rows = read_rows(path, is_number=_NUMBERS.__contains__)
    if len(rows) < 2:
        raise InputError(Problem("holds no targets: a header and rows are needed", path))
    (_, header), body = rows[0], rows[1:]
    ragged = [
        Problem(
            f"this row has {counted(len(cells), '# cell')} and the header has {len(header)}",
            path,
            line,
        )
        for line, cells in body
        if len(cells) != len(header)
    ]
    if ragged:
        raise InputError(*ragged)
    table = pd.DataFrame([cells for _, cells in body], columns=header, dtype=str)
    problems = [
        Problem(
            f"unknown column; allowed: {', '.join(COLUMNS)}{nearest(name, [*COLUMNS])}",
            path,
            1,
            name,
        )
        for name in table.columns
        if name not in COLUMNS
    ]
    problems += [
        Problem("the column is missing", path, 1, name)
        for name in COLUMNS
        if name not in table.columns and name not in _NOT_NEEDED
    ]
    if problems:
        raise InputError(*problems)
    return _rows(path, table)


def _rows(path: Path, table: pd.DataFrame) -> tuple[Target, ...]:
    """Check every row."""
    rows: list[Target] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for line, record in enumerate(table.to_dict("records"), start=2):
        try:
            row = Target.model_validate(record)
        except ValidationError as error:
            for details in error.errors():
                what = words(dict(details), Target)
                problems.append(Problem(what, path, line, str(details["loc"][0])))
            continue
        if (row.operator == "") != (row.target is None):
            problems.append(Problem("operator and target go together", path, line, "operator"))
        if (row.operator == "about") != (row.tolerance is not None):
            problems.append(
                Problem("'about' needs a tolerance, others none", path, line, "tolerance")
            )
        if row.indicator not in (known := indicator_names()):
            what = f"'{row.indicator}' is no indicator{nearest(row.indicator, known)}"
            problems.append(Problem(what, path, line, "indicator"))
        if row.indicator in lines:
            what = f"'{row.indicator}' stands twice, first on line {lines[row.indicator]}"
            problems.append(Problem(what, path, line, "indicator"))
        lines.setdefault(row.indicator, line)
        rows.append(row)
    if problems:
        raise InputError(*problems)
    return tuple(rows)


@dataclass(frozen=True)
class Comparison:
    """A target as a scenario states it.

    Attributes
    ----------
    operator : str
        ``>=``, ``<=`` or ``about``.
    target : float
        The figure.
    tolerance : float or None
        Half width of ``about``.
    """

    operator: str
    target: float
    tolerance: float | None = None


def parse_comparison(text: object) -> Comparison:
    """Read ``">= 0.90"``.

    Raises
    ------
    ValueError
        If it is no such comparison.
    """
    number = r"(\d+(?:\.\d+)?)"
    pattern = rf"\s*(>=|<=|about)\s*{number}(?:\s*(?:\+-|±)\s*{number})?\s*"
    match = re.fullmatch(pattern, text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"must be {EXAMPLE}, not {shown(text)}")
    operator, target, width = match.groups()
    if operator == "about":
        return Comparison("about", float(target), float(width) if width else ABOUT * float(target))
    if width:
        raise ValueError(f"'+-' belongs to 'about' only; must be {EXAMPLE}")
    return Comparison(operator, float(target))


def read_targets(document: Document, folder: Path) -> tuple[tuple[Target, ...], str | None]:
    """Return the targets of a scenario and the name of the table they are, if they are all of one.

    Parameters
    ----------
    document : Document
        After inheritance. ``targets`` is the name of a table in ``targets/`` (``plan``), a mapping
        of indicator to comparison, or missing (no targets).
    folder : Path
        The scenarios folder.

    Raises
    ------
    InputError
        For an unknown table, indicators the plan's table does not have or cannot be compared,
        broken comparisons.
    """
    stated = document.data.get("targets")
    tables = sorted(file.stem for file in (folder / "targets").glob("*.csv"))
    if stated is None:
        return (), None
    if isinstance(stated, str):
        if stated not in tables:
            what = f"there is no table '{stated}'; allowed: {', '.join(tables)}, or a mapping"
            raise InputError(document.problem(("targets",), what + nearest(stated, tables)))
        return load_targets(folder / "targets" / f"{stated}.csv"), stated
    if not isinstance(stated, dict):
        what = f"must be the name of a table ({', '.join(tables)}) or 'indicator: comparison' lines"
        raise InputError(document.problem(("targets",), what))
    return _stated(document, stated, load_targets(folder / "targets" / "plan.csv")), None


def _stated(
    document: Document, stated: dict[str, Any], table: tuple[Target, ...]
) -> tuple[Target, ...]:
    """Return the plan's rows with the comparisons of the scenario."""
    rows = {row.indicator: row for row in table if row.kind != "outside"}
    outside = {row.indicator for row in table if row.kind == "outside"}
    targets: list[Target] = []
    problems: list[Problem] = []
    for name, text in stated.items():
        at = ("targets", name)
        if name in outside:
            problems.append(document.problem(at, "is not modelled, so it cannot be a target"))
            continue
        if name not in rows:
            what = f"unknown indicator '{name}'; allowed: {', '.join(rows)}{nearest(name, [*rows])}"
            problems.append(document.problem(at, what))
            continue
        try:
            comparison = parse_comparison(text)
        except ValueError as error:
            problems.append(document.problem(at, str(error)))
            continue
        change = {
            "operator": comparison.operator,
            "target": comparison.target,
            "tolerance": comparison.tolerance,
            "printed": str(text),
            "source": f"scenario {document.data.get('name', '')}",
            "region": "",
        }
        targets.append(rows[name].model_copy(update=change))
    if problems:
        raise InputError(*problems)
    return tuple(targets)


def targets_frame(targets: tuple[Target, ...]) -> pd.DataFrame:
    """Return targets as a table with the columns `COLUMNS`; numbers that are not given are NaN."""
    frame = pd.DataFrame([target.model_dump() for target in targets], columns=[*COLUMNS])
    numbers = ["value_2020", "target", "tolerance"]
    frame[numbers] = frame[numbers].astype(float)
    return frame
