"""How a network file states arrivals: ``{poisson: 3 per hour, batch: 2, until: 9 h}``."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.network.distributions import OneOf, Share, one_share_each, short_form
from sim.scenario.network.units import (
    Minutes,
    PositiveMinutes,
    RatePerMinute,
    UnitMinutes,
    WeekMinutes,
)
from sim.scenario.strict import Strict
from sim.time_units import on_grid

KINDS = ("poisson", "piecewise", "regular", "scripted")
"""Of these, arrivals have exactly one; the other keys say more about it."""
Month = Literal[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
]  # fmt: skip
MONTHS: tuple[Month, ...] = get_args(Month)
MAXIMUM_BATCH = 100_000
Factor = Annotated[float, Field(ge=0.0, le=1000.0, allow_inf_nan=False)]


class RateFrom(Strict):
    """A rate of arrivals from a time of the week on."""

    start: Annotated[WeekMinutes, Field(alias="from")]
    rate: RatePerMinute


class Regular(Strict):
    """Arrivals at equal distances."""

    every: PositiveMinutes
    first: Minutes = Field(default="0 min", validate_default=True)
    """From the start of the run to the first arrival."""


class Scripted(Strict):
    """Arrivals at given times, inline or from the column ``time`` of a CSV file.

    With `file`, the loader fills `times`; a column ``class``, where there is one, picks the rows.
    """

    times: list[Annotated[float, Field(ge=0.0, allow_inf_nan=False)]]
    unit: UnitMinutes = Field(default="min", validate_default=True)
    file: str | None = Field(default=None, exclude=True)

    @property
    def minutes(self) -> list[float]:
        """The times in minutes since the start of the run, sorted."""
        return sorted(on_grid(time * self.unit) for time in self.times)


class Batch(Strict):
    """How many come together: sizes, and the share of arrivals that have each."""

    sizes: Annotated[list[Annotated[int, Field(ge=1, le=MAXIMUM_BATCH)]], Field(min_length=1)]
    shares: list[Share]

    @model_validator(mode="after")
    def _fit(self) -> Batch:
        one_share_each(self.shares, self.sizes, "sizes")
        return self

    @property
    def mean(self) -> float:
        """Patients per arrival."""
        return math.fsum(z * s for z, s in zip(self.sizes, self.shares, strict=True))


def _as_batch(value: Any) -> Any:
    """Read a bare number as batches of one size."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"sizes": [value], "shares": [1.0]}
    return value


def _of_length(count: int, what: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if isinstance(value, list) and len(value) != count:
            raise ValueError(f"needs {count} factors, {what}, not {len(value)}")
        return value

    return BeforeValidator(check)


class Arrivals(OneOf):
    """How the patients of a class arrive."""

    poisson: RatePerMinute | None = None
    piecewise: Annotated[list[RateFrom] | None, Field(min_length=1)] = None
    regular: Annotated[Regular | None, short_form("every", Regular)] = None
    scripted: Scripted | None = None
    hours: Annotated[list[Factor] | None, _of_length(24, "one per hour of the day")] = None
    weekdays: Annotated[list[Factor] | None, _of_length(7, "from Monday on")] = None
    months: Annotated[list[Factor] | None, _of_length(12, "from January on")] = None
    factor: Factor = 1.0
    """What the rate is multiplied by."""
    batch: Annotated[
        Batch | None, BeforeValidator(_as_batch, json_schema_input_type=int | Batch | None)
    ] = None
    until: PositiveMinutes | None = None
    """From the start of the run; nobody comes from then on."""

    @classmethod
    def _names(cls) -> list[str]:
        return list(KINDS)

    @model_validator(mode="after")
    def _factors_have_a_rate(self) -> Arrivals:
        for key in ("hours", "weekdays", "months", "factor"):
            kinds = ("poisson",) if key in ("hours", "weekdays") else ("poisson", "piecewise")
            if key in self.model_fields_set and self.chosen_name not in kinds:
                raise ValueError(f"'{key}' goes with {' or '.join(kinds)} only")
            if key != "factor" and getattr(self, key) and not any(getattr(self, key)):
                raise ValueError(f"of '{key}' at least one must be above 0")
        return self

    @property
    def is_random(self) -> bool:
        """Whether there is a rate that can be multiplied."""
        return self.chosen_name in ("poisson", "piecewise")
