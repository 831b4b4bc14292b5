"""A first, rough fit of the choice constants to the shares of the tiers.

No statistic gives the constants of the choice model. This fit shifts them, tier by tier, until a spread
of counties and districts together shows the shares of visits and admissions that ``fit_targets.csv`` asks
for: the constants of visits follow the visits, those of stays the admissions. Each round adds
``log(wanted / found)``, the contraction of Berry (1994, RAND Journal of Economics 25:242). It is no
calibration: it has no intervals and leaves every other parameter alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from sim.engine.compiled import simulate
from sim.frames import rows
from sim.glossary import TIERS
from sim.measure.care import run_frames
from sim.region import Region, load_region
from sim.scenario import Scenario, overridden
from sim.subjects.care.model import care_model, care_worlds

SPREAD = (
    "taining", "zherong", "jianning", "dongshan", "wuyishan",
    "meilie", "sanyuan", "luojiang", "mawei",
)  # fmt: skip
"""Five counties and four districts of 93,000 to 291,000 people, inland and coastal."""
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
        ``county``, ``primary_visit_share``, ``in_county_admission_share``, ``in_county_rate``,
        ``visits_per_person``, ``admissions_per_100``.
    kinds : DataFrame
        The kinds table with the constants that gave these shares.
    """

    shares: pd.DataFrame
    counties: pd.DataFrame
    kinds: pd.DataFrame


def _run(county: str, scenario: Scenario, region: Region, kinds: pd.DataFrame) -> pd.DataFrame:
    """Run one county with these constants and return its flows and indicators."""
    region = replace(region, kinds=kinds)
    scenario = overridden(scenario, region=[f"{scenario.region.name}/{county}"])
    built = care_worlds(region, scenario)
    frames = run_frames(built, simulate(care_model(built), scenario.run.seed, 0))
    flows = frames["flows"].assign(
        visit=lambda f: np.where(f["kind"] == "admission", "admission", "visit")
    )
    counts = flows.groupby(["visit", "tier"])["count"].sum().reset_index()
    shown = frames["indicators"]
    shown = shown[(shown["tier"] == "") & (shown["county"] == 0)]
    values = shown.set_index("indicator")["value"]
    counts["county"] = county
    for name in _REPORTED:
        counts[name] = values[name]
    return counts


_REPORTED = (
    "primary_visit_share",
    "in_county_admission_share",
    "in_county_rate",
    "visits_per_person",
    "admissions_per_100",
)


def fit_constants(
    scenario: Scenario,
    folder: Path,
    rounds: int,
    executor: Executor,
    counties: Sequence[str] = SPREAD,
) -> list[Round]:
    """Fit the constants of a region's facility kinds.

    Parameters
    ----------
    scenario : Scenario
        The base year; its run is used for every county.
    folder : Path
        The region's folder, with ``fit_targets.csv``.
    rounds : int
        Rounds of the contraction; the last one only looks.
    executor : Executor
        Runs the counties of a round side by side.
    counties : sequence of str
        Every county counts alike, so that large districts do not decide alone.
    """
    region = load_region(folder)
    targets = pd.read_csv(folder / TARGETS).set_index(["visit", "tier"])["share"]
    kinds = region.kinds.copy()
    history = []
    for _ in range(rounds):
        run = partial(_run, scenario=scenario, region=region, kinds=kinds)
        found = pd.concat(executor.map(run, counties), ignore_index=True)
        shares = _shares(found, targets)
        summary = found.drop_duplicates("county")[["county", *_REPORTED]]
        history.append(Round(shares, summary.reset_index(drop=True), kinds))
        kinds = _shifted(kinds, shares)
    return history


def _shares(found: pd.DataFrame, targets: pd.Series) -> pd.DataFrame:
    """Return the mean over counties of each tier's share, beside the wanted one."""
    table = found.pivot_table(
        index=["visit", "tier"], columns="county", values="count", fill_value=0
    )
    share = table / table.groupby("visit").transform("sum")
    frame = share.mean(axis=1).rename("found").reset_index()
    frame["wanted"] = [
        targets.get((v, t), 0.0) for v, t in zip(frame["visit"], frame["tier"], strict=True)
    ]
    order = frame["tier"].map({tier: i for i, tier in enumerate(TIERS)})
    return frame.assign(order=order).sort_values(["visit", "order"]).drop(columns="order")


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
