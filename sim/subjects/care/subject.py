"""Tiered care as a subject: what studies and questions ask of its scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pandas as pd

from sim.engine.choose import EngineName
from sim.engine.model import Model, Pathway
from sim.errors import InputError, Problem, refuse_unknown_quantities
from sim.glossary import TIERS, indicator_names
from sim.measure.care.run import FRAMES
from sim.measure.output_analysis.precision import Aim
from sim.measure.tables import HEADLINES
from sim.region import load_region
from sim.runs.case import Case, RunOne, RunTogether
from sim.scenario import (
    Scenario,
    check_file,
    load_scenario,
    overridden,
    region_folder,
    resolved_yaml,
)
from sim.scenario.care.remarks import remarks
from sim.scenario.find import scenario_path
from sim.scenario.title import Title
from sim.subjects.care.cases import care_cases, read_region, run_care_case, run_care_cases
from sim.subjects.care.log_names import care_log_names
from sim.subjects.care.model import CARE, care_model, care_worlds
from sim.subjects.care.series import care_series, quantity_of_care
from sim.subjects.log_names import NamedColumn
from sim.subjects.series import SeriesRequest

AIMS: Mapping[str, Aim] = MappingProxyType(
    {
        "in_county_rate": Aim(0.002),
        "in_county_rate_common": Aim(0.002),
        "in_county_admission_share": Aim(0.005),
        "primary_visit_share": Aim(0.002),
        "in_county_fund_share": Aim(0.005),
        "out_of_pocket_share": Aim(0.002),
        "bed_occupancy": Aim(0.01),
        "doctor_wait_mean": Aim(0.5),
        "bed_wait_mean": Aim(60.0),
    }
)
"""What a planner can use, in the units of the indicators: 0.2 and 0.5 points, half a minute, an hour."""
_SERIES_REPLICATIONS = 5


class CareSubject:
    """Tiered care; see `sim.subjects.subject.Subject`."""

    kind: ClassVar[str] = "care"
    frames: ClassVar[tuple[str, ...]] = FRAMES
    pathway: ClassVar[Pathway] = CARE
    whole_weeks: ClassVar[bool] = True
    has_region: ClassVar[bool] = True
    is_compared: ClassVar[bool] = True

    def load(self, path_or_name: Path | str, folder: Path) -> Scenario:
        """Read and check a scenario file."""
        return load_scenario(path_or_name, folder)

    def with_settings(
        self, scenario: Scenario, region: Sequence[str], run: Mapping[str, object]
    ) -> Scenario:
        """Return a scenario with another area and other keys of its ``run``."""
        return overridden(scenario, region=region, run=run)

    def with_title(self, scenario: Scenario, title: Title) -> Scenario:
        """Return a scenario with another title."""
        return replace(scenario, title=title)

    def without_file(self, scenario: Scenario) -> Scenario:
        """Return a scenario that does not know its file."""
        return scenario.without_file()

    def problems(self, path_or_name: Path | str, folder: Path) -> list[Problem]:
        """Return what is wrong with a file, its parents, its region and its levers on every date."""
        return check_file(scenario_path(path_or_name, folder), folder)

    def remarks(self, scenario: Scenario, folder: Path, *, quick: bool = False) -> list[Problem]:
        """Return parameters set without a word, levers that change nothing, odd numbers of the region."""
        region = read_region(region_folder(scenario, folder))
        parent = None
        # A parent may be no scenario of its own, such as one without a region.
        with suppress(InputError):
            parent = load_scenario(scenario.parent, folder) if scenario.parent else None
        return [*remarks(region, scenario, parent=parent, quick=quick), *region.remarks]

    def loads(self, scenario: Scenario) -> pd.DataFrame:
        """Refuse: where patients go is what a run finds."""
        raise InputError(
            "loads of stations are known of networks; run a care scenario to see its own"
        )

    def resolved(self, scenario: Scenario) -> str:
        """Return a scenario with everything it inherits, as YAML."""
        return resolved_yaml(scenario)

    def cases(
        self, scenarios: Sequence[Scenario], folder: Path, engine: EngineName, check: bool
    ) -> list[Case[Any]]:
        """Return scenarios as cases; those that begin alike are of one family."""
        return [*care_cases(scenarios, folder, engine, check)]

    @property
    def run_one(self) -> RunOne[Any]:
        """What runs one replication of a case."""
        return run_care_case

    @property
    def run_together(self) -> RunTogether[Any]:
        """What runs scenarios that begin alike together."""
        return run_care_cases

    def logged(self, scenario: Scenario, folder: Path) -> tuple[Model, Mapping[str, NamedColumn]]:
        """Return the model of a scenario in its region, and the names of what its log numbers."""
        built = care_worlds(load_region(region_folder(scenario, folder)), scenario)
        return care_model(built), care_log_names(built)

    def series(
        self, scenario: Scenario, folder: Path, weeks: int, earlier: int, replications: int
    ) -> SeriesRequest:
        """Return the daily series."""
        return care_series(scenario, folder, weeks, earlier, replications)

    def long_run(self, scenario: Scenario, times: int, batches: int) -> SeriesRequest:
        """Refuse: batches of a run with seasons are not alike."""
        raise InputError("seasons divide a care scenario's run unequally; run replications of it")

    def series_replications(self, scenario: Scenario) -> int:
        """Return five: a year before a series is long."""
        return _SERIES_REPLICATIONS

    def check_quantities(self, names: Sequence[str], scenario: Scenario) -> None:
        """Refuse names that are neither ``bed_wait_mean`` nor, of a tier, ``bed_wait_mean:county``."""
        whole = indicator_names()
        refuse_unknown_quantities(
            names, [*whole, *(f"{n}:{tier}" for n in whole for tier in TIERS)]
        )

    def quantities(self, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return the indicators of all counties together."""
        frame = frames["indicators"]
        frame = frame[frame["county"] == 0]
        parts = zip(frame["indicator"], frame["tier"], strict=True)
        return frame.assign(quantity=[quantity_of_care(*part) for part in parts])

    def usual_aim(self, quantity: str) -> Aim | None:
        """Return the aim of an indicator over all tiers that has one."""
        return AIMS.get(quantity)

    def usual_quantities(self, series: pd.DataFrame) -> list[str]:
        """Return the headline indicators."""
        known = set(series["quantity"])
        return [name for name in HEADLINES if name in known]
