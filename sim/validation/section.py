"""A part of the validation: what was looked at, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Section:
    """What one part of the validation found.

    Attributes
    ----------
    name : str
        A word; `sim.glossary` has its title under ``validation.<name>``.
    table : DataFrame
        One row per thing looked at.
    problems : tuple of str
        What must not be: each makes the validation fail. A poor fit to published figures or a
        direction that studies did not find is a finding, not a problem; the table shows it.
    """

    name: str
    table: pd.DataFrame
    problems: tuple[str, ...] = ()
