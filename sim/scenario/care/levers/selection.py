"""Parameters that are a word (``all``) or a list of names, and their meaning in a region."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from sim.errors import InputError, Problem, nearest
from sim.region import select_counties
from sim.scenario.care.inputs import Inputs

Selection = str | tuple[str, ...]


def word_or_names(*words: str) -> Callable[[Any], Selection]:
    """Return a validator that accepts one of `words` or a list of names.

    Raises
    ------
    ValueError
        From the validator, with what is allowed.
    """
    allowed = " or ".join(f"'{word}'" for word in words)

    def check(value: Any) -> Selection:
        if isinstance(value, str):
            if value in words:
                return value
            raise ValueError(
                f"must be {allowed} or a list, not '{value}'{nearest(value, [*words])}"
            )
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"must be {allowed} or a list of names")
        names = tuple(str(item) for item in value)
        if any(not isinstance(item, str | int) or isinstance(item, bool) for item in value):
            raise ValueError(f"must be {allowed} or a list of names")
        if len(set(names)) < len(names):
            raise ValueError("names something twice")
        return names

    return check


def claimed(selection: Selection) -> tuple[str, ...]:
    """Return the names a selection claims; a word claims everything."""
    return ("*",) if isinstance(selection, str) else selection


def chosen_conditions(conditions: pd.DataFrame, selection: Selection) -> list[str]:
    """Return the conditions of a selection.

    Parameters
    ----------
    conditions : DataFrame
        The region's conditions.
    selection : str or tuple of str
        ``all`` or condition names.

    Raises
    ------
    InputError
        For every name the region does not have.
    """
    known = [str(name) for name in conditions["condition"]]
    if isinstance(selection, str):
        return known
    problems = [
        Problem(f"the region has no condition '{name}'{nearest(name, known)}", key="conditions")
        for name in selection
        if name not in known
    ]
    if problems:
        raise InputError(*problems)
    return list(selection)


def chosen_counties(inputs: Inputs, selection: Selection) -> list[int]:
    """Return the codes of a selection of counties.

    Parameters
    ----------
    inputs : Inputs
        Of the whole region.
    selection : str or tuple of str
        ``all``; ``over_300000`` (counties and county-level cities with more residents: a city's
        districts have its tertiary hospitals at their door); or names and codes of counties or
        prefectures.

    Raises
    ------
    InputError
        For every name that is unknown or stands for more than one county.
    """
    counties = inputs.counties
    if selection == "over_300000":
        counties = counties[(counties["population"] > 300_000) & (counties["kind"] != "district")]
    elif not isinstance(selection, str):
        try:
            counties = select_counties(inputs.region, list(selection)).counties
        except InputError as error:
            keyed = [replace(problem, key="counties") for problem in error.problems]
            raise InputError(*keyed) from None
    return [int(code) for code in counties["county"]]
