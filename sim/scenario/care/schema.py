"""The keys of a care scenario file."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from sim.reading.text import problem_of_text
from sim.scenario.strict import ScenarioName, Strict
from sim.scenario.title import ShortTitle, Title
from sim.scenario.units import IsoDate, WholeDays, WholeWeeks

MAXIMUM_DAYS = 50 * 366


class RunSettings(Strict):
    """When a run starts, how long it is and how often it is repeated.

    Attributes
    ----------
    start : date
        First counted day; the warm-up lies before it.
    warm_up : int
        Days before `start`, simulated and not counted.
    length : int
        Counted days, whole weeks.
    replications : int
        Independent repetitions.
    seed : int
        Number from which all draws follow.
    """

    start: IsoDate
    warm_up: Annotated[WholeDays, Field(le=MAXIMUM_DAYS)] = 56
    length: Annotated[WholeWeeks, Field(ge=7, le=MAXIMUM_DAYS)] = 364
    replications: Annotated[int, Field(ge=1, le=100_000)] = 20
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1

    def as_written(self) -> dict[str, str | int]:
        """Return the settings as a file states them."""
        return {
            "start": self.start.isoformat(),
            "warm_up": f"{self.warm_up} d",
            "length": f"{self.length} d",
            "replications": self.replications,
            "seed": self.seed,
        }

    @property
    def first_day(self) -> date:
        """First simulated day, the beginning of the warm-up."""
        return self.start - timedelta(days=self.warm_up)

    @property
    def end(self) -> date:
        """First day after the run."""
        return self.start + timedelta(days=self.length)


class LeverDates(Strict):
    """The dates beside a lever in the timeline.

    Attributes
    ----------
    begins : date, optional
        First day it acts (`from` in the file); None: from the beginning of the run.
    until : date, optional
        First day it no longer acts; None: to the end.
    """

    begins: IsoDate | None = Field(default=None, alias="from")
    until: IsoDate | None = None


def region_words(value: object) -> tuple[str, ...]:
    """Return ``fujian/taining``, or a list of such words of one region, as a tuple.

    Raises
    ------
    ValueError
        If it is neither.
    """
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words:
        raise ValueError("must be a region and an area such as fujian/taining, or a list of them")
    for word in words:
        if not isinstance(word, str) or not re.fullmatch(r"[a-z0-9-]+(?:/[^/\s\\.]+)?", word):
            raise ValueError(f"must be a region and an area such as fujian/taining, not '{word}'")
        if what := problem_of_text(word):
            raise ValueError(f"the name of an area {what}")
    regions = sorted({word.partition("/")[0] for word in words})
    if len(regions) > 1:
        raise ValueError(f"names more than one region: {', '.join(regions)}")
    if len(words) > 1 and not all("/" in word for word in words):
        raise ValueError("a list must name areas, such as fujian/taining")
    if len(set(words)) < len(words):
        raise ValueError("names an area twice")
    return tuple(words)


class CareFile(Strict):
    """Top-level keys of a care scenario, after inheritance.

    Attributes
    ----------
    kind : str
        ``care``.
    name : str
        Name; the file carries the same one.
    extends : str, optional
        Parent.
    title, description : Title
        In both languages.
    region : tuple of str
        Region and area, ``fujian/taining``.
    run : RunSettings
        Times and repetitions.
    parts : list of str
        ``with`` in the file; merged before the keys are checked.
    levers, without : list
        Checked by the timeline.
    targets : str or dict
        Checked by `sim.scenario.care.targets`.
    """

    # `parts` is no key of a file.
    model_config = ConfigDict(populate_by_name=False)

    kind: Literal["care"] = "care"
    name: ScenarioName
    extends: str | None = None
    parts: Any = Field(default=None, alias="with")
    title: ShortTitle
    description: Title | None = None
    region: Annotated[
        tuple[str, ...], BeforeValidator(region_words, json_schema_input_type=str | list[str])
    ]
    run: RunSettings
    levers: Any = None
    without: Any = None
    targets: Any = None
