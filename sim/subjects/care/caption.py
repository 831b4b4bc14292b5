"""What stands with every result of care: whose people, when, how often, with which program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

import sim
from sim.frames import rows
from sim.region import Region, select_counties
from sim.region.definitions import Definitions
from sim.scenario import Scenario, region_folder
from sim.scenario.title import Title
from sim.subjects.care.cases import read_region

AREA_COLUMNS = [
    *("county", "name_zh", "name_en", "people"),
    *("start", "weeks", "warm_up_weeks", "replications", "seed"),
]
"""Of `area_table`."""
_MOST_NAMED = 4


@dataclass(frozen=True)
class StudyCaption:
    """Where, who, when and how often.

    Attributes
    ----------
    areas : Title
        Names of the simulated counties, or of their region and their number, in both languages.
    people : int
        Residents of them in the region's year.
    starts : tuple of date
        First counted days of the scenarios, each once.
    weeks, warm_up_weeks : int
        Counted, and before them; the longest where scenarios differ.
    replications : int
        The fewest of any scenario.
    seed : int
    names : mapping of int to Title
        Of the simulated counties, by code.
    version : str
        Of the program.
    definitions : Definitions
        What the region's figures mean.
    common : mapping of str to Title
        Names of the common conditions.
    only_districts : bool
        Whether no simulated county is of the county area of the definitions.
    """

    areas: Title
    people: int
    starts: tuple[date, ...]
    weeks: int
    warm_up_weeks: int
    replications: int
    seed: int
    version: str
    names: Mapping[int, Title]
    definitions: Definitions
    common: Mapping[str, Title]
    only_districts: bool

    @property
    def years(self) -> float:
        """Counted time in years of 365 days."""
        return self.weeks * 7 / 365.0

    @classmethod
    def of(cls, scenarios: Sequence[Scenario], folder: Path) -> StudyCaption:
        """Return the caption of a study of some scenarios.

        Parameters
        ----------
        scenarios : sequence of Scenario
        folder : Path
            The scenarios folder.
        """
        region, counties = _simulated(scenarios, folder)
        if len(counties) <= _MOST_NAMED:
            zh, en = "、".join(counties["name_zh"]), ", ".join(counties["name_en"])
        else:
            zh = f"{region.title['zh']}{len(counties)}个县（市、区）"
            en = f"{len(counties)} counties and districts of {region.title['en']}"
        runs = [scenario.run for scenario in scenarios]
        return cls(
            areas=Title(zh=zh, en=en),
            people=int(counties["population"].sum()),
            starts=tuple(sorted({run.start for run in runs})),
            weeks=max(run.length for run in runs) // 7,
            warm_up_weeks=max(run.warm_up for run in runs) // 7,
            replications=min(run.replications for run in runs),
            seed=scenarios[0].run.seed,
            version=sim.__version__,
            definitions=region.definitions,
            common={
                row.condition: Title(zh=row.name_zh, en=row.name_en)
                for row in rows(region.conditions)
                if row.condition in region.definitions.common_conditions
            },
            only_districts=not counties["kind"].isin(region.definitions.county_area).any(),
            names={
                int(code): Title(zh=zh, en=en)
                for code, zh, en in zip(
                    counties["county"], counties["name_zh"], counties["name_en"], strict=True
                )
            },
        )


def area_table(scenario: Scenario, folder: Path) -> pd.DataFrame:
    """Return whose care a scenario simulates, when and how often: a row per county, columns `AREA_COLUMNS`."""
    _, counties = _simulated([scenario], folder)
    run = scenario.run
    table = counties.rename(columns={"population": "people"}).assign(
        start=run.start,
        weeks=run.length // 7,
        warm_up_weeks=run.warm_up // 7,
        replications=run.replications,
        seed=run.seed,
    )
    return table[AREA_COLUMNS].reset_index(drop=True)


def _simulated(scenarios: Sequence[Scenario], folder: Path) -> tuple[Region, pd.DataFrame]:
    """Return the region of scenarios, and its counties that any of them simulates."""
    region = read_region(region_folder(scenarios[0], folder))
    words = list(dict.fromkeys(word for s in scenarios for word in s.region.areas))
    return region, (select_counties(region, words) if words else region).counties
