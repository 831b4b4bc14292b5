"""A first, rough fit of the choice constants to the shares of the tiers.

No statistic gives the constants of the choice model. This fit shifts them, tier by tier, until all people
of a region together show the shares of visits and admissions that ``fit_targets.csv`` asks for: the constants
of visits follow the visits, those of stays the admissions. Each round adds
``log(wanted / found)``, the contraction of Berry (1994, RAND Journal of Economics 25:242). It is no
calibration: it has no intervals and leaves every other parameter alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.engine.compiled import simulate
from sim.frames import rows
from sim.glossary import TIERS
from sim.measure.care import run_frames
from sim.region import Region, load_region
from sim.scenario import Scenario
from sim.subjects.care.model import care_model, care_worlds

TARGETS = "fit_targets.csv"
_VISIT = ("constant_mild", "constant_moderate", "constant_severe")
_STAY = ("constant_stay",)
_FIXED = {"visit": "village", "admission": "county"}
"""The tier whose constants stay: only differences between tiers matter."""


@dataclass(frozen=True)
class Round:
    """What one round of the fit found.

    Attributes
    ----------
    shares : DataFrame
        ``visit`` (visit or admission), ``tier``, ``wanted``, ``found``.
    counties : DataFrame
        ``county``, 0 for all together, ``primary_visit_share``, ``in_county_admission_share``,
        ``in_county_rate``, ``visits_per_person``, ``admissions_per_100`` (the last two only of all).
    kinds : DataFrame
        The kinds table with the constants that gave these shares.
    """

    shares: pd.DataFrame
    counties: pd.DataFrame
    kinds: pd.DataFrame


def _run(
    scenario: Scenario, region: Region, kinds: pd.DataFrame, threads: int
) -> Mapping[str, pd.DataFrame]:
    """Run the region once with these constants and return its frames."""
    built = care_worlds(replace(region, kinds=kinds), scenario)
    return run_frames(built, simulate(care_model(built), scenario.run.seed, 0, threads=threads))


_REPORTED = (
    "primary_visit_share",
    "in_county_admission_share",
    "in_county_rate",
    "visits_per_person",
    "admissions_per_100",
)


def fit_constants(scenario: Scenario, folder: Path, rounds: int, threads: int) -> list[Round]:
    """Fit the constants of a region's facility kinds.

    Parameters
    ----------
    scenario : Scenario
        The base year, with the part of the region that is run.
    folder : Path
        The region's folder, with ``fit_targets.csv``.
    rounds : int
        Rounds of the contraction; the last one only looks.
    threads : int
        Counties of the run side by side.
    """
    region = load_region(folder)
    targets = pd.read_csv(folder / TARGETS).set_index(["visit", "tier"])["share"]
    kinds = region.kinds.copy()
    history = []
    for _ in range(rounds):
        frames = _run(scenario, region, kinds, threads)
        shares = _shares(frames["flows"], targets)
        history.append(Round(shares, _by_county(frames["indicators"]), kinds))
        kinds = _shifted(kinds, shares)
    return history


def _shares(flows: pd.DataFrame, targets: pd.Series) -> pd.DataFrame:
    """Return each tier's share of the visits and of the admissions, beside the wanted one."""
    visit = np.where(flows["kind"] == "admission", "admission", "visit")
    counts = flows["count"].groupby([visit, flows["tier"]]).sum()
    found = counts / counts.groupby(level=0).transform("sum")
    frame = found.rename("found").rename_axis(["visit", "tier"]).reset_index()
    asked = pd.MultiIndex.from_frame(frame[["visit", "tier"]])
    frame["wanted"] = targets.reindex(asked).fillna(0.0).to_numpy()
    order = frame["tier"].map(TIERS.index)
    return frame.assign(order=order).sort_values(["visit", "order"]).drop(columns="order")


def _by_county(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return what a round reports of each county, and of all together as county 0."""
    shown = indicators[(indicators["tier"] == "") & indicators["indicator"].isin(_REPORTED)]
    table = shown.pivot_table(index="county", columns="indicator", values="value")
    return table.reindex(columns=list(_REPORTED)).reset_index().rename_axis(columns=None)


def _shifted(kinds: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return the kinds with their constants moved by one step of the contraction."""
    kinds = kinds.copy()
    for visit, columns in (("visit", _VISIT), ("admission", _STAY)):
        step = _steps(shares[shares["visit"] == visit], _FIXED[visit])
        for column in columns:
            kinds[column] = (kinds[column] + kinds["tier"].map(step).fillna(0.0)).round(3)
    return kinds


def _steps(shares: pd.DataFrame, fixed: str) -> Mapping[str, float]:
    raw = {
        row.tier: math.log(row.wanted / row.found)
        for row in rows(shares)
        if row.wanted > 0.0 and row.found > 0.0
    }
    return {tier: value - raw[fixed] for tier, value in raw.items()}
