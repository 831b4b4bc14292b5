"""From one scenario to another, family of levers by family: which part of the difference is whose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.measure.attribution import MOST_PARTS, attribute
from sim.measure.statistics import CONFIDENCE, Estimate, Floats, mean_interval
from sim.scenario.care.between import Grain, between, parts_between
from sim.scenario.care.scenario import Scenario

WATERFALL_COLUMNS = ("indicator", "way", "part", "mean", "low", "high", "n")
"""``way`` says what a row is: the value in the base; the effect of a part alone, last, or averaged over all
orders; what is left of the whole difference beside the parts alone; the whole difference; the value in the
goal."""


@dataclass(frozen=True)
class Waterfall:
    """Every combination of what two scenarios differ in.

    Attributes
    ----------
    base, goal : Scenario
    parts : tuple of str
        Families or levers in which they differ.
    grain : {'family', 'lever'}
    """

    base: Scenario
    goal: Scenario
    parts: tuple[str, ...]
    grain: Grain

    @classmethod
    def of(cls, base: Scenario, goal: Scenario, grain: Grain) -> Waterfall:
        """Return the waterfall between two scenarios.

        Raises
        ------
        InputError
            If they differ in more than levers, not at all, or in too many parts.
        """
        parts = parts_between(base, goal, grain)
        if len(parts) > MOST_PARTS:
            raise InputError(
                f"{base.name} and {goal.name} differ in {len(parts)} {grain}s, and all combinations of "
                f"{MOST_PARTS} are the most: {', '.join(parts)}"
            )
        return cls(base, goal, parts, grain)

    def scenarios(self) -> list[Scenario]:
        """Return one scenario for every combination; bit ``i`` of its place says that part ``i`` is in.

        Raises
        ------
        InputError
            If levers of both scenarios set the same value.
        """
        every = range(1, (1 << len(self.parts)) - 1)
        middle = [
            between(self.base, self.goal, self._taken(c), self.grain, self._name(c)) for c in every
        ]
        return [self.base, *middle, self.goal]

    def _taken(self, combination: int) -> list[str]:
        return [part for bit, part in enumerate(self.parts) if combination >> bit & 1]

    def _name(self, combination: int) -> str:
        digits = "".join(str(combination >> bit & 1) for bit in range(len(self.parts)))
        return f"{self.goal.name}_{digits}"


def waterfall_table(
    waterfall: Waterfall, indicators: pd.DataFrame, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return what each part contributes to the difference in every indicator.

    Parameters
    ----------
    waterfall : Waterfall
    indicators : DataFrame
        Of all its scenarios; columns ``scenario, replication, indicator, tier, county, value``. Only rows of
        all tiers and counties together are used.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        Columns `WATERFALL_COLUMNS`, with `part` empty where a row is not about one. A replication in which an
        indicator is undefined in any combination is left out.
    """
    names = [scenario.name for scenario in waterfall.scenarios()]
    whole = indicators[(indicators["tier"] == "") & (indicators["county"] == 0)]
    rows = [
        (indicator, *row)
        for indicator, group in whole.groupby("indicator", sort=False)
        for row in _rows(waterfall.parts, _values(group, names), confidence)
    ]
    return pd.DataFrame(rows, columns=list(WATERFALL_COLUMNS))


def _values(group: pd.DataFrame, names: list[str]) -> Floats:
    """Return an indicator by combination and replication."""
    table = group.pivot(index="scenario", columns="replication", values="value").reindex(names)
    values: Floats = table.to_numpy(dtype=np.float64)
    return values[:, ~np.isnan(values).any(axis=0)]


def _rows(
    parts: tuple[str, ...], values: Floats, confidence: float
) -> Iterator[tuple[str, str, float, float, float, int]]:
    found = attribute(values, confidence)

    def row(way: str, part: str, e: Estimate) -> tuple[str, str, float, float, float, int]:
        return way, part, e.mean, e.low, e.high, e.n

    yield row("base", "", mean_interval(values[0], confidence))
    for way in ("first", "last", "shapley"):
        for part, estimate in zip(parts, getattr(found, way), strict=True):
            yield row(way, part, estimate)
    yield row("interaction", "", found.interaction)
    yield row("total", "", found.total)
    yield row("goal", "", mean_interval(values[-1], confidence))
