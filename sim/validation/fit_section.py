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
"""By how much a figure without a range may be missed (assumed): relative for counts, absolute for shares."""
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
    span: tuple[float, float] | None = None
    """The range of an assumed figure, in its own unit, as its note gives it."""


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
    Published("in_county_fund_share", "county_and_below", "insurance_fund_share_spent_in_county"),
    Published("inpatient_reimbursement_rate", "all", "urrbmi_inpatient_in_scope_reimbursement"),
    Published(
        "service_income_share", "hospital_all", "public_hospital_medical_service_income_share"
    ),
    Published("bed_occupancy", "hospital_all", "bed_occupancy", span=(70.0, 78.0)),
    Published("visits_per_person", "all", "visits", scale=0.0, span=(2.1e8, 2.5e8)),
    Published("admissions_per_100", "all", "admissions", 0.0, 100.0, span=(5.1e6, 5.8e6)),
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


def _figures(frames: Sequence[dict[str, pd.DataFrame]], region: Region) -> list[tuple[object, ...]]:
    """Return the indicators that have a published figure of the base year."""
    values = pd.concat([_indicators(frame["indicators"]) for frame in frames], axis=1).mean(axis=1)
    rows = []
    for figure in FIGURES:
        value, confidence, source = _stated(region, figure)
        factor = figure.scale or figure.per / float(region.population)
        slack = TOLERANCE if figure.scale else TOLERANCE * value * factor
        low, high = value * factor - slack, value * factor + slack
        if figure.span:
            low, high = (end * factor for end in figure.span)
        model = float(values[figure.indicator])
        rows.append(
            _row(
                figure.indicator,
                "",
                model,
                value * factor,
                (low, high),
                confidence,
                figure.used,
                source,
            )
        )
    return rows


def _stated(region: Region, figure: Published) -> tuple[float, str, str]:
    """Return value, confidence and source of a published figure."""
    table = region.statistics
    chosen = table[
        (table["year"] == YEAR)
        & (table["item"] == figure.item)
        & (table["indicator"] == figure.statistic)
    ]
    ((value, confidence, source),) = chosen[["value", "confidence", "source"]].itertuples(
        index=False
    )
    return float(value), str(confidence), str(source)


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
