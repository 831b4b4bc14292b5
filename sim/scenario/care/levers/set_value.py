"""Numbers of the region's tables set by path: a policy that only sets numbers needs no lever of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field, field_validator, model_validator

from sim.behaviour import FORMER_NAMES, PARAMETERS
from sim.errors import InputError, Problem, nearest
from sim.reading.text import problem_of_text
from sim.region.schemas import column as declared_column
from sim.region.schemas import families, schema, settable_columns
from sim.scenario.care.inputs import Inputs
from sim.scenario.care.levers.apportion import share_out
from sim.scenario.care.levers.base import Claim, Lever
from sim.scenario.care.where import Where
from sim.scenario.title import Title

OPERATIONS = ("to", "times", "plus")
LONGEST_SOURCE = 500
_BED_COLUMNS = ("beds", "step_down_beds")


def wrong_operation(stated: Sequence[str]) -> str:
    """Return what is wrong with the operations that an entry states, or nothing: it must be one."""
    if len(stated) == 1:
        return ""
    found = f", not {' and '.join(stated)}" if stated else ""
    return f"needs exactly one of 'to', 'times' and 'plus'{found}"


class SetValue(Lever):
    """Set, multiply or raise numbers of one column, in the rows that a selector names.

    Mechanism: whatever the model does with the number. ``to`` and ``plus`` hold for every selected row;
    ``times`` of a column of whole numbers keeps the sum right (largest remainder).

    Units: those of the column. Source: stated in the file.
    """

    name: ClassVar[str] = "set"
    family: ClassVar[str] = "set"
    title: ClassVar[Title] = Title(zh="数值设定", en="Numbers set")
    tasks: ClassVar[str] = ""
    moves: ClassVar[tuple[str, ...]] = ()

    path: str = Field(alias="set")
    where: Where | None = None
    to: float | None = None
    times: float | None = Field(default=None, ge=0)
    plus: float | None = None
    source: str | None = None

    @field_validator("path")
    @classmethod
    def _known_path(cls, path: str) -> str:
        """Refuse paths that no region has."""
        table, _, column = path.partition(".")
        if table not in families():
            raise ValueError(
                f"there is no table '{table}' to set numbers of{nearest(table, [*families()])}; "
                f"allowed: {', '.join(families())}"
            )
        if table == "capability":
            # Its columns are the kinds of facilities that the region has.
            return path
        columns = [*PARAMETERS] if table == "behaviour" else settable_columns(table)
        if column not in columns and _is_number(table, column):
            raise ValueError(
                f"{path} is the same on all dates of a run and cannot be set; change the region's table, "
                f"or set one of {', '.join(columns)}"
            )
        if now := schema(table).former.get(column):
            raise ValueError(f"the table {table} has no number '{column}'; it is {now} now")
        if column not in columns:
            word = FORMER_NAMES.get(column, column)
            raise ValueError(
                f"the table {table} has no number '{column}'{nearest(word, columns)}; "
                f"allowed: {', '.join(columns)}"
            )
        return path

    @field_validator("source")
    @classmethod
    def _is_text(cls, source: str | None) -> str | None:
        """Refuse a source that holds what is no text."""
        if source and (what := problem_of_text(source, LONGEST_SOURCE)):
            raise ValueError(what)
        return source

    @model_validator(mode="after")
    def _one_operation(self) -> SetValue:
        """Exactly one of to, times and plus."""
        wrong = wrong_operation([word for word in OPERATIONS if getattr(self, word) is not None])
        if wrong:
            raise ValueError(wrong)
        if self.table == "behaviour" and self.where is not None:
            raise ValueError("behaviour holds for everybody; leave 'where' out")
        return self

    def _operations(self) -> list[str]:
        return [word for word in OPERATIONS if getattr(self, word) is not None]

    @property
    def operation(self) -> str:
        """The word that says what is done: to, times or plus."""
        return self._operations()[0]

    @property
    def table(self) -> str:
        """The table of the column."""
        return self.path.partition(".")[0]

    @property
    def column(self) -> str:
        """The column."""
        return self.path.partition(".")[2]

    @property
    def is_fixed(self) -> bool:
        """Whether the number holds for a whole run, so that it cannot change on the way."""
        if self.table == "behaviour":
            return PARAMETERS[self.column].fixed
        return declared_column(self.table, self.column).settable == "first_day"

    @property
    def part(self) -> str:
        """The family it counts as: beds apart from staff."""
        return "beds" if self.column in _BED_COLUMNS else families()[self.table]

    @property
    def label(self) -> str:
        """The path."""
        return self.path

    def claims(self) -> frozenset[Claim]:
        """Return the path; which rows are claimed is known in the region."""
        return frozenset({("set", self.path)})

    def written(self) -> dict[str, Any]:
        """Return the entry as a file states it."""
        content: dict[str, Any] = {"set": self.path}
        if self.where is not None:
            content["where"] = self.where.written()
        for word in (*OPERATIONS, "source"):
            if getattr(self, word) is not None:
                content[word] = getattr(self, word)
        return content

    def rows(self, inputs: Inputs) -> pd.Series:
        """Return which rows of the table are set.

        Raises
        ------
        InputError
            If the selector does not fit the region.
        """
        if self.where is not None:
            return self.where.rows(inputs, self.table)
        return pd.Series(True, index=getattr(inputs, self.table).index)

    def apply(self, inputs: Inputs) -> None:
        """Change the numbers."""
        if self.table == "behaviour":
            value, declared = self._new(inputs.behaviour[self.column]), PARAMETERS[self.column]
            if not declared.allows(value):
                what = f"makes {self.path} {value:g}; it must be {declared.allowed}"
                raise InputError(Problem(what, key="set"))
            inputs.set_behaviour(self.column, value)
            return
        frame: pd.DataFrame = getattr(inputs, self.table)
        if self.column not in frame:
            columns = [str(column) for column in frame.columns]
            what = f"the region has no {self.path}{nearest(self.column, columns)}"
            raise InputError(Problem(what, key="set"))
        chosen = self.rows(inputs)
        before = frame.loc[chosen, self.column]
        after = before.astype(float).map(self._new)
        self._check_range(after)
        if pd.api.types.is_integer_dtype(frame[self.column]):
            frame.loc[chosen, self.column] = self._whole(before, after)
        else:
            frame.loc[chosen, self.column] = after

    def _new(self, value: float) -> float:
        if self.to is not None:
            return self.to
        return value * self.times if self.times is not None else value + (self.plus or 0.0)

    def _whole(self, before: pd.Series, after: pd.Series) -> pd.Series:
        """Return whole numbers, whose sum is right where they were multiplied."""
        if self.times is not None and before.sum() > 0:
            return share_out(round(float(after.sum())), before)
        broken = after[after != after.round()]
        if len(broken):
            raise InputError(
                Problem(
                    f"{self.path} is a whole number, not {broken.iloc[0]:g}", key=self.operation
                )
            )
        return after.astype("int64")

    def _check_range(self, after: pd.Series) -> None:
        column = declared_column(self.table, self.column)
        low, high = column.low, column.high
        for value in (after.min(), after.max()):
            if (low is not None and value < low) or (high is not None and value > high):
                bounds = " and ".join(
                    f"{word} {bound:g}" for word, bound in (("at least", low), ("at most", high))
                    if bound is not None
                )  # fmt: skip
                raise InputError(
                    Problem(f"makes {self.path} {value:g}; it must be {bounds}", key="set")
                )


def _is_number(table: str, name: str) -> bool:
    """Tell whether a table has a column of numbers that are no codes."""
    return any(
        column.name == name and column.type in ("whole", "number") and column.unit != "code"
        for column in schema(table).columns
    )
