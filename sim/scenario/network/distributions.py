"""How a network file states a distribution: ``{lognormal: {mean: 12 min, sd: 8 min}}``."""

from __future__ import annotations

import math
from collections.abc import Sized
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from sim.errors import told_apart
from sim.scenario.network.units import Minutes, PositiveMinutes, UnitMinutes
from sim.scenario.strict import Strict


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


Share = Annotated[float, Field(gt=0.0, le=1.0, strict=True)]
_FARTHEST_CUT = 4.0
"""Standard deviations above its mean from which on hardly anything of a normal distribution is left."""
_TOLERANCE = 1e-9


def add_up(shares: list[float]) -> None:
    """Raise unless shares add up to 1.

    Raises
    ------
    ValueError
    """
    total = math.fsum(shares)
    if abs(total - 1.0) > _TOLERANCE:
        raise ValueError(f"the shares must add up to 1, not {told_apart(total, 1.0)}")


def one_share_each(shares: list[float], things: Sized, name: str) -> None:
    """Raise unless there are as many shares as things, and they add up to 1.

    Raises
    ------
    ValueError
        With what the things are called.
    """
    if len(shares) != len(things):
        raise ValueError(f"needs as many shares as {name}")
    add_up(shares)


def short_form(key: str, whole: Any) -> BeforeValidator:
    """Return a validator that reads a bare value as ``{key: value}`` of a model `whole`."""
    return BeforeValidator(
        lambda v: v if isinstance(v, dict) or v is None else {key: v},
        json_schema_input_type=whole | str | float | None,
    )


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
    file: str | None = Field(default=None, exclude=True)
    column: str | None = Field(default=None, exclude=True)

    @property
    def minutes(self) -> list[float]:
        """The values in minutes."""
        return [value * self.unit for value in self.values]

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return math.fsum(self.minutes) / len(self.values)


class Weibull(Strict):
    """Times whose end becomes more likely (shape above 1) or less likely (below 1) the longer they last."""

    scale: PositiveMinutes
    shape: Annotated[float, Field(ge=0.1, le=100.0, allow_inf_nan=False)]

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return self.scale * math.gamma(1.0 + 1.0 / self.shape)


class Normal(Strict):
    """A normal distribution of which nothing below `low` is left; mean and sd are those before that."""

    mean: Minutes
    sd: PositiveMinutes
    low: Minutes = Field(default="0 min", validate_default=True)

    @model_validator(mode="after")
    def _something_left(self) -> Normal:
        if self.low > self.mean + _FARTHEST_CUT * self.sd:
            raise ValueError(f"'low' must be at most {_FARTHEST_CUT:g} sd above the mean")
        return self

    @property
    def mean_minutes(self) -> float:
        """The mean of what is left, in minutes."""
        cut = (self.low - self.mean) / self.sd
        density = math.exp(-0.5 * cut * cut) / math.sqrt(2.0 * math.pi)
        return self.mean + self.sd * density / (0.5 * math.erfc(cut / math.sqrt(2.0)))


class Hyperexponential(Strict):
    """One of several exponential times: more variable than one of them."""

    shares: Annotated[list[Share], Field(min_length=1)]
    means: list[PositiveMinutes]

    @model_validator(mode="after")
    def _fit(self) -> Hyperexponential:
        one_share_each(self.shares, self.means, "means")
        return self

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return math.fsum(s * m for s, m in zip(self.shares, self.means, strict=True))


class SingleFamilies(OneOf):
    """A distribution of times that is not a mixture: one family with its parameters."""

    constant: Annotated[Constant | None, short_form("value", Constant)] = None
    exponential: Annotated[Exponential | None, short_form("mean", Exponential)] = None
    lognormal: Lognormal | None = None
    gamma: Gamma | None = None
    erlang: Erlang | None = None
    uniform: Uniform | None = None
    triangular: Triangular | None = None
    empirical: Empirical | None = None
    weibull: Weibull | None = None
    normal: Normal | None = None
    hyperexponential: Hyperexponential | None = None

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        return float(self.chosen.mean_minutes)

    @property
    def is_zero(self) -> bool:
        """Whether it is always no time at all."""
        return self.mean_minutes == 0.0


class MixturePart(Strict):
    """One part of a mixture, and how many times are of it."""

    share: Share
    time: Annotated[SingleFamilies, short_form("constant", SingleFamilies)]

    @model_validator(mode="after")
    def _not_a_mixture_itself(self) -> MixturePart:
        if self.time.hyperexponential is not None:
            raise ValueError("a hyperexponential is a mixture itself; name its parts here")
        return self


class DistributionFamilies(SingleFamilies):
    """A distribution of times: one family with its parameters, or a mixture of them."""

    mixture: Annotated[list[MixturePart] | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _whole(self) -> DistributionFamilies:
        if self.mixture is not None:
            add_up([part.share for part in self.mixture])
        return self

    @property
    def mean_minutes(self) -> float:
        """The mean in minutes."""
        if self.mixture is not None:
            return math.fsum(part.share * part.time.mean_minutes for part in self.mixture)
        return super().mean_minutes


FAMILIES = tuple(DistributionFamilies.model_fields)
Distribution = Annotated[DistributionFamilies, short_form("constant", DistributionFamilies)]
"""A distribution; a bare time such as ``12 min`` is a constant."""
