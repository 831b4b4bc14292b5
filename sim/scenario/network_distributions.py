"""How a network file states a distribution: ``{lognormal: {mean: 12 min, sd: 8 min}}``."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.network_units import Minutes, PositiveMinutes, UnitMinutes
from sim.scenario.schema import Strict


class OneOf(Strict):
    """Base of parts of which exactly one key must be given."""

    @model_validator(mode="after")
    def _exactly_one(self) -> OneOf:
        given = [name for name in self._names() if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"needs exactly one of: {', '.join(self._names())}; given: {found}")
        return self

    @classmethod
    def _names(cls) -> list[str]:
        return list(cls.model_fields)

    @property
    def chosen_name(self) -> str:
        """The key that is given."""
        return next(name for name in self._names() if getattr(self, name) is not None)

    @property
    def chosen(self) -> Any:
        """What is given under that key."""
        return getattr(self, self.chosen_name)


def short_form(key: str) -> BeforeValidator:
    """Return a validator that reads a bare value as ``{key: value}``."""
    return BeforeValidator(lambda v: v if isinstance(v, dict) or v is None else {key: v})


class Constant(Strict):
    """Always the same time."""

    value: Minutes

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return self.value


class Exponential(Strict):
    """Memoryless times."""

    mean: PositiveMinutes

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return self.mean


class Lognormal(Strict):
    """Skewed times, by their own mean and standard deviation (not those of the logarithm)."""

    mean: PositiveMinutes
    sd: PositiveMinutes

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return self.mean


class Gamma(Lognormal):
    """Gamma times, by mean and standard deviation."""

    @model_validator(mode="after")
    def _not_too_wide(self) -> Gamma:
        if self.sd > 10.0 * self.mean:
            raise ValueError("the sd of a gamma distribution must be at most 10 times its mean")
        return self


class Erlang(Strict):
    """The sum of `phases` equal exponential times."""

    mean: PositiveMinutes
    phases: Annotated[int, Field(ge=1, le=1000)]

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return self.mean


class Uniform(Strict):
    """Any time between two limits, all equally likely."""

    low: Minutes
    high: Minutes

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        if self.low >= self.high:
            raise ValueError("'low' must be below 'high'")
        return self

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return 0.5 * (self.low + self.high)


class Triangular(Strict):
    """Least, most likely and greatest time."""

    low: Minutes
    mode: Minutes
    high: Minutes

    @model_validator(mode="after")
    def _in_order(self) -> Triangular:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError("needs low <= mode <= high, and low below high")
        return self

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return (self.low + self.mode + self.high) / 3.0


class Empirical(Strict):
    """Observed times, each as likely as the others, inline or from a CSV file.

    With `file`, the loader fills `values` from `column`.
    """

    values: Annotated[
        list[Annotated[float, Field(ge=0.0, allow_inf_nan=False)]], Field(min_length=1)
    ]
    unit: UnitMinutes = Field(default="min", validate_default=True)
    file: str | None = None
    column: str | None = None

    @property
    def minutes(self) -> list[float]:
        """The values in minutes."""
        return [value * self.unit for value in self.values]

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return math.fsum(self.minutes) / len(self.values)


class DistributionFamilies(OneOf):
    """A distribution of times: one family with its parameters."""

    constant: Annotated[Constant | None, short_form("value")] = None
    exponential: Annotated[Exponential | None, short_form("mean")] = None
    lognormal: Lognormal | None = None
    gamma: Gamma | None = None
    erlang: Erlang | None = None
    uniform: Uniform | None = None
    triangular: Triangular | None = None
    empirical: Empirical | None = None

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return float(self.chosen.mean_minutes)


FAMILIES = tuple(DistributionFamilies.model_fields)
Distribution = Annotated[DistributionFamilies, short_form("constant")]
"""A distribution; a bare time such as ``12 min`` is a constant."""
