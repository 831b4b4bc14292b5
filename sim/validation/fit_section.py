"""The base year against published figures: what fits and what does not.

The choice constants were fitted, roughly, to the shares of the tiers (`sim.study.fit`); the other figures were
used for nothing, or are themselves assumed. None of this is a calibration with intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.engine.compiled import simulate
from sim.measure.care import run_frames
from sim.region import Region
from sim.scenario import Scenario, overridden
from sim.study.care_model import care_model, care_worlds
from sim.study.fit import SPREAD, TARGETS
from sim.validation.section import Section

TOLERANCE = 0.02
"""Relative for counts, absolute for shares: what a published figure without a range may be missed by (assumed)."""
YEAR = 2020
COLUMNS = (
    "figure", "tier", "model", "published", "low", "high", "confidence", "used", "fits", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Published:
    """A published figure and the indicator that should be like it."""

    indicator: str
    item: str
    statistic: str
    scale: float = 0.01
    """From the figure's unit to the indicator's; 0 = a count, divided by the region's people."""
    per: float = 1.0
    """People that a count is told for."""
    used: str = "no"
    """Whether the model was fitted to it."""


FIGURES = (
    Published(
        "primary_visit_share", "primary_all", "primary_share_of_outpatient_visits", used="fitted"
    ),
    Published(
        "in_county_admission_share",
        "county_and_below",
        "in_county_share_of_insured_admissions",
        used="fitted",
    ),
    Published(
        "in_county_fund_share", "county_and_below", "insurance_fund_share_spent_in_county"
    ),
    Published(
        "inpatient_reimbursement_rate", "all", "urrbmi_inpatient_in_scope_reimbursement"
    ),
    Published(
        "service_income_share", "hospital_all", "public_hospital_medical_service_income_share"
    ),
    Published("bed_occupancy", "hospital_all", "bed_occupancy"),
    Published("visits_per_person", "all", "visits", scale=0.0),
    Published("admissions_per_100", "all", "admissions", scale=0.0, per=100.0),
)


def fit_section(
    region: Region, scenario: Scenario, folder: Path, *, whole: bool, workers: int
) -> Section:
    """Run the base year and compare it with published figures.

    Parameters
    ----------
    region : Region
    scenario : Scenario
        The base year.
    folder : Path
        The region's folder, with the shares of the tiers.
    whole : bool
        The whole region, two weeks after a warm-up of two; else the mean of the counties that the constants
        were fitted to.
    workers : int
        Threads.

    Returns
    -------
    Section
        Columns `COLUMNS`; ``used`` is ``fitted`` where the model was fitted to the figure.
    """
    name = scenario.region.name
    areas = [name] if whole else [f"{name}/{county}" for county in SPREAD]
    run = {"warm_up": "2 w", "length": "2 w"} if whole else {"warm_up": "1 w", "length": "2 w"}
    frames = [
        _frames(region, overridden(scenario, region=[area], run=run), workers) for area in areas
    ]
    rows = [*_shares(frames, folder), *_figures(frames, region)]
    return Section("fit", pd.DataFrame(rows, columns=list(COLUMNS)))


def _frames(region: Region, scenario: Scenario, workers: int) -> dict[str, pd.DataFrame]:
    built = care_worlds(region, scenario)
    return run_frames(built, simulate(care_model(built), scenario.run.seed, 0, threads=workers))


def _shares(frames: Sequence[dict[str, pd.DataFrame]], folder: Path) -> list[tuple[object, ...]]:
    """Return the shares of the tiers in visits and in admissions."""
    found = []
    for frame in frames:
        flows = frame["flows"]
        visit = np.where(flows["kind"] == "admission", "admission", "visit")
        counts = flows["count"].groupby([visit, flows["tier"]]).sum()
        found.append(counts / counts.groupby(level=0).transform("sum"))
    share = pd.concat(found, axis=1).fillna(0.0).mean(axis=1)
    rows: list[tuple[object, ...]] = []
    for target in pd.read_csv(folder / TARGETS).to_dict("records"):
        key = (target["visit"], target["tier"])
        rows.append(
            _row(
                f"tier_share_{target['visit']}s",
                str(target["tier"]),
                float(share.get(key, 0.0)),
                float(target["share"]),
                (float(target["low"]), float(target["high"])),
                str(target["confidence"]),
                "fitted",
                str(target["source"]),
            )
        )
    return rows


def _figures(
    frames: Sequence[dict[str, pd.DataFrame]], region: Region
) -> list[tuple[object, ...]]:
    """Return the indicators that have a published figure of the base year."""
    values = pd.concat([_indicators(frame["indicators"]) for frame in frames], axis=1).mean(axis=1)
    statistics = region.statistics[region.statistics["year"] == YEAR]
    statistics = statistics.set_index(["item", "indicator"])
    rows = []
    for figure in FIGURES:
        stated = statistics.loc[(figure.item, figure.statistic)]
        people = float(region.population)
        factor = figure.scale or figure.per / people
        published = float(stated["value"]) * factor
        slack = TOLERANCE if figure.scale else TOLERANCE * published
        rows.append(
            _row(
                figure.indicator,
                "",
                float(values[figure.indicator]),
                published,
                (published - slack, published + slack),
                str(stated["confidence"]),
                figure.used,
                str(stated["source"]),
            )
        )
    return rows


def _indicators(frame: pd.DataFrame) -> pd.Series[float]:
    shown = frame[(frame["tier"] == "") & (frame["county"] == 0)]
    return shown.set_index("indicator")["value"]


def _row(
    figure: str,
    tier: str,
    model: float,
    published: float,
    span: tuple[float, float],
    confidence: str,
    used: str,
    source: str,
) -> tuple[object, ...]:
    low, high = span
    fits = low <= model <= high
    return (figure, tier, model, published, low, high, confidence, used, fits, source)
