"""Selectors: which rows of a table, in the region's words (``where: {county: youxi, owner: public}``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict

from sim.errors import InputError, Problem, nearest
from sim.reading.text import problem_of_text
from sim.region import select_counties
from sim.scenario.care.inputs import Inputs

PLACE_KEYS = ("county", "prefecture")
"""Keys that name counties, by the names and codes that `select_counties` knows."""
NAMED = {"facility": ("facility", "name_zh", "name_en")}
"""Keys whose values may also be names: the columns that are looked into."""
_MOST_SHOWN = 12

Value = str | int | bool


def _values(value: Any) -> tuple[Value, ...]:
    """Return one value or a list of them as a tuple."""
    values = value if isinstance(value, list | tuple) else [value]
    if not values or any(not isinstance(item, str | int) for item in values):
        raise ValueError("must be a name, a code or a list of them")
    for item in values:
        if isinstance(item, str) and (what := problem_of_text(item)):
            raise ValueError(what)
    if len(set(map(str, values))) < len(values):
        raise ValueError("names something twice")
    return tuple(values)


class Where(BaseModel):
    """Conditions that a row has to meet, all of them.

    Attributes
    ----------
    keys : dict of str to tuple
        Column, and the values of which the row has one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: dict[str, Annotated[tuple[Value, ...], BeforeValidator(_values)]]

    def written(self) -> dict[str, Any]:
        """Return the conditions as a file states them."""
        return {key: v[0] if len(v) == 1 else list(v) for key, v in self.keys.items()}

    def rows(self, inputs: Inputs, table: str) -> pd.Series:
        """Return which rows of a table meet all conditions.

        Parameters
        ----------
        inputs : Inputs
            Of the whole region.
        table : str
            Name of the table.

        Returns
        -------
        Series of bool
            Indexed as the table.

        Raises
        ------
        InputError
            If a key is no column, a value stands nowhere in it, or no row meets all of them.
        """
        frame: pd.DataFrame = getattr(inputs, table)
        if table == "capability":
            frame = pd.DataFrame({"condition": frame.index}, index=frame.index)
        chosen = pd.Series(True, index=frame.index)
        problems: list[Problem] = []
        for key, values in self.keys.items():
            try:
                chosen &= _meets(inputs, frame, table, key, values)
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(*problems)
        if not chosen.any():
            raise InputError(Problem(f"selects no row of the table {table}", key="where"))
        return chosen


def _meets(
    inputs: Inputs, frame: pd.DataFrame, table: str, key: str, values: tuple[Value, ...]
) -> pd.Series:
    """Return which rows have one of the values."""
    if key in PLACE_KEYS and "county" in frame:
        return _in_places(inputs, frame, key, values)
    if key not in frame:
        columns = [str(column) for column in frame.columns]
        extra = [k for k in PLACE_KEYS if "county" in frame and k not in columns]
        allowed = ", ".join(_selectable(frame) + extra)
        what = f"the table {table} has no column '{key}'{nearest(key, columns)}; allowed: {allowed}"
        raise InputError(Problem(what, key=f"where.{key}"))
    columns_of_key = [column for column in NAMED.get(key, (key,)) if column in frame]
    text = frame[columns_of_key].astype(str)
    found = pd.Series(False, index=frame.index)
    problems = []
    for value in values:
        hit = (text == str(value)).any(axis=1)
        if not hit.any():
            known = [str(word) for column in columns_of_key for word in text[column].unique()]
            problems.append(
                Problem(f"no row has '{value}'{_known(str(value), known)}", key=f"where.{key}")
            )
        found |= hit
    if problems:
        raise InputError(*problems)
    return found


def _in_places(
    inputs: Inputs, frame: pd.DataFrame, key: str, values: tuple[Value, ...]
) -> pd.Series:
    """Return which rows lie in counties, or in prefectures with their city hospitals."""
    try:
        counties = select_counties(inputs.region, [str(value) for value in values]).counties
    except InputError as error:
        raise InputError(*(Problem(p.what, key=f"where.{key}") for p in error.problems)) from None
    found = frame["county"].isin(counties["county"])
    if key == "prefecture":
        whole = set(counties["prefecture"])
        if "prefecture" in frame:
            found |= frame["prefecture"].isin(whole)
    return found


def _selectable(frame: pd.DataFrame) -> list[str]:
    """Return the columns that tell rows apart by words or whole numbers."""
    return [str(c) for c in frame.columns if not pd.api.types.is_float_dtype(frame[c])]


def _known(word: str, known: list[str]) -> str:
    hint = nearest(word, known)
    if hint or len(known) > _MOST_SHOWN:
        return hint
    return f"; there are: {', '.join(known)}"


def read_where(content: Any) -> Where:
    """Return the conditions that a file states.

    Raises
    ------
    ValueError
        If they are no ``key: value`` lines.
    """
    if not isinstance(content, Mapping) or not content:
        raise ValueError("must be 'key: value' lines such as {county: youxi, kind: county_general}")
    return Where(keys=dict(content))
