"""A part of the validation: what was looked at, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

Item = TypeVar("Item")
Tell = Callable[[str], None]


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


def each_told(items: Sequence[Item], name: Callable[[Item], str], tell: Tell) -> Iterator[Item]:
    """Yield items, and tell of each when it is done how many of them are: ``3 of 17 done: erlang_b``."""
    for number, item in enumerate(items, 1):
        yield item
        tell(f"{number} of {len(items)} done: {name(item)}")
