"""Recipes: which rows of the table hold for a condition and a severity band."""

from __future__ import annotations

import pandas as pd

ALL = "*"
"""In place of a condition or a band: all those without rows of their own."""
SKIP, REFER = "skip", "refer"
"""In place of an examination that stands in."""


def recipe_rows(recipes: pd.DataFrame, condition: str, band: str) -> pd.DataFrame:
    """Return the steps of a condition and a band, in their order; none if no row is for them.

    The rows of the most particular key hold, and none of another: condition and band; the condition in all
    bands; the band of all conditions; all.

    Parameters
    ----------
    recipes : DataFrame
        With columns ``condition``, ``band`` and ``step``.
    condition, band : str
    """
    for key in ((condition, band), (condition, ALL), (ALL, band), (ALL, ALL)):
        own = recipes[(recipes["condition"] == key[0]) & (recipes["band"] == key[1])]
        if len(own):
            return own.sort_values("step")
    return recipes.iloc[:0]


def stand_ins(own: pd.DataFrame, skill: str) -> list[str]:
    """Return what happens where a facility lacks a service, one after the other: services, then skip or refer.

    Who stands in may be lacking, too. Then what its own row in the recipe says holds, or it is skipped. A ring
    ends at the first that comes again, with that one.

    Parameters
    ----------
    own : DataFrame
        The steps of one recipe, with columns ``skill`` and ``otherwise``.
    skill : str
    """
    otherwise = dict(zip(own["skill"], own["otherwise"], strict=True))
    found = [str(otherwise[skill])]
    while found[-1] not in (SKIP, REFER):
        if found[-1] == skill or found[-1] in found[:-1]:
            break
        found.append(str(otherwise.get(found[-1], SKIP)))
    return found
