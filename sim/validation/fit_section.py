"""The base year against published figures: what fits and what does not.

The choice constants were fitted, roughly, to the shares of the tiers (`sim.questions.fit`); the other
figures were used for nothing, or are themselves assumed. None of this is a calibration with intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from sim.engine.compiled import simulate
from sim.engine.model import Model
from sim.glossary import TIERS
from sim.measure.care import run_frames
from sim.measure.statistics import Estimate, mean_interval
from sim.questions.fit import TARGETS
from sim.region import Region
from sim.scenario import Scenario, overridden
from sim.subjects.care.model import care_model, care_worlds
from sim.validation.section import Section
from sim.world.care.build.assemble import CareWorlds

SPREAD = (
    "taining", "zherong", "jianning", "dongshan", "wuyishan",
    "meilie", "sanyuan", "luojiang", "mawei",
)  # fmt: skip
"""Of the quick edition: five counties and four districts of 93,000 to 291,000 people, inland and coastal."""
TOLERANCE = 0.02
"""By how much a figure without a range may be missed (assumed): relative for counts, absolute for shares."""
YEAR = 2020
COLUMNS = (
    "figure", "tier", "model", "model_low", "model_high", "published", "low", "high",
    "confidence", "used", "fits", "source",
)  # fmt: skip
RUN: Mapping[str, object] = MappingProxyType({"warm_up": "8 w", "length": "1 y", "replications": 3})
"""A year, because months differ and the published figures are of one; beds are not filled sooner than that."""

Values = dict[tuple[str, str], float]
"""By figure and tier."""


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


@dataclass(frozen=True)
class Figure:
    """A published value in the unit of the model's, with the range that the model should be in."""

    key: tuple[str, str]
    """Indicator and tier."""
    published: float
    low: float
    high: float
    confidence: str
    used: str
    source: str


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
    region: Region,
    scenario: Scenario,
    folder: Path,
    *,
    whole: bool,
    workers: int,
    run: Mapping[str, object] = RUN,
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
        The whole region; else the mean of `SPREAD`.
    workers : int
        Replications side by side.
    run : mapping
        Warm-up, length and replications, as a scenario file states them.

    Returns
    -------
    Section
        Columns `COLUMNS`; ``model_low`` and ``model_high`` are the 95 % t interval of the model's mean over
        replications, ``used`` is ``fitted`` where the model was fitted to the figure. A figure fits if the mean
        lies within ``low`` to ``high``.
    """
    name = scenario.region.name
    areas = [name] if whole else [f"{name}/{county}" for county in SPREAD]
    settled = [overridden(scenario, region=[area], run=run) for area in areas]
    models = [(built := care_worlds(region, each), care_model(built)) for each in settled]
    runs = [(*model, number) for number in range(settled[0].run.replications) for model in models]

    def values(task: tuple[CareWorlds, Model, int]) -> Values:
        built, model, number = task
        return _values(run_frames(built, simulate(model, scenario.run.seed, number)))

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(values, runs))
    figures = [*_shares(folder), *_figures(region)]
    # The mean over areas of each replication: areas count alike, and luck differs between replications.
    by_run = [found[first : first + len(areas)] for first in range(0, len(found), len(areas))]
    rows = [
        _row(
            figure,
            mean_interval([np.mean([each[figure.key] for each in one]) for one in by_run]),
        )
        for figure in figures
    ]
    return Section("fit", pd.DataFrame(rows, columns=list(COLUMNS)))


def _values(frames: dict[str, pd.DataFrame]) -> Values:
    """Return the shares of the tiers in visits and in admissions, and the indicators, of one run."""
    flows, shown = frames["flows"], frames["indicators"]
    visit = np.where(flows["kind"] == "admission", "admission", "visit")
    counts = flows["count"].groupby([visit, flows["tier"]]).sum().unstack(fill_value=0)
    shares = counts.div(counts.sum(axis=1), axis=0).reindex(columns=list(TIERS), fill_value=0.0)
    whole = shown[(shown["tier"] == "") & (shown["county"] == 0)]
    of_tiers = {
        (f"tier_share_{kind}s", tier): float(shares.loc[kind, tier])
        for kind in shares.index
        for tier in TIERS
    }
    of_all = {(name, ""): v for name, v in zip(whole["indicator"], whole["value"], strict=True)}
    return {**of_tiers, **of_all}


def _shares(folder: Path) -> Iterator[Figure]:
    """Yield the published shares of the tiers, to which the constants of choice were fitted."""
    for target in pd.read_csv(folder / TARGETS).to_dict("records"):
        yield Figure(
            key=(f"tier_share_{target['visit']}s", str(target["tier"])),
            published=float(target["share"]),
            low=float(target["low"]),
            high=float(target["high"]),
            confidence=str(target["confidence"]),
            used="fitted",
            source=str(target["source"]),
        )


def _figures(region: Region) -> Iterator[Figure]:
    """Yield the published figures of the base year, in the units of the indicators."""
    for figure in FIGURES:
        value, confidence, source = _stated(region, figure)
        factor = figure.scale or figure.per / float(region.population)
        slack = TOLERANCE if figure.scale else TOLERANCE * value * factor
        low, high = value * factor - slack, value * factor + slack
        if figure.span:
            low, high = (end * factor for end in figure.span)
        yield Figure(
            key=(figure.indicator, ""),
            published=value * factor,
            low=low,
            high=high,
            confidence=confidence,
            used=figure.used,
            source=source,
        )


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


def _row(figure: Figure, model: Estimate) -> tuple[object, ...]:
    return (
        *figure.key, model.mean, model.low, model.high,
        figure.published, figure.low, figure.high, figure.confidence, figure.used,
        figure.low <= model.mean <= figure.high, figure.source,
    )  # fmt: skip
