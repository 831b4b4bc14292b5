"""Which scenarios a figure or table shows, and in which order: readable with two and with three hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.measure.tables import HEADLINE, StudyTables

STUDY_FIGURES = ("in_county", "counties", "leak", "load", "visits")
"""Names of the figures of a study, beside a figure of flows for each scenario."""
FLOWS = "flows_"
"""Beginning of the name of a figure of flows; the scenario follows."""
FEW = 6
"""So many scenarios keep the order in which they were given; more are sorted by the headline."""
MOST_ROWS = 30
"""Of a figure or table; of more scenarios the highest and the lowest are shown."""


@dataclass(frozen=True)
class ShownScenarios:
    """The scenarios that are shown.

    Attributes
    ----------
    names : tuple of str
        In the order of showing: the first given one, which the others are compared with, comes first.
    all : int
        How many there are.
    """

    names: tuple[str, ...]
    all: int

    @classmethod
    def of(cls, tables: StudyTables, most: int = MOST_ROWS) -> ShownScenarios:
        """Choose from the scenarios of a study, at most so many."""
        names = list(tables.scenarios.sort_values("order", kind="stable")["scenario"])
        if len(names) > FEW:
            names = [names[0], *_by_headline(tables.scorecard, names[1:])]
        if len(names) <= most:
            return cls(tuple(names), len(names))
        upper = most // 2
        return cls((*names[:upper], *names[len(names) - (most - upper) :]), len(names))

    @property
    def left_out(self) -> bool:
        """Whether there are more."""
        return len(self.names) < self.all

    def frame(self, scenarios: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of ``StudyTables.scenarios`` that are shown, in the order of showing."""
        rows = scenarios.set_index("scenario").loc[list(self.names)].reset_index()
        return rows.assign(order=range(len(rows)))


def _by_headline(scorecard: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return scenarios by the headline, the highest first; those without a value last."""
    card = scorecard[scorecard["indicator"] == HEADLINE].set_index("scenario")["mean"]
    ordered = card.reindex(pd.Index(names)).sort_values(
        ascending=False, kind="stable", na_position="last"
    )
    return [str(name) for name in ordered.index]
