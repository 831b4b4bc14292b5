"""What a network file may say: patient classes, stations and the links between them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field

from sim.scenario.network_distributions import Distribution, OneOf, short_form
from sim.scenario.network_units import (
    Minutes,
    PositiveMinutes,
    Probability,
    RatePerMinute,
    UnitMinutes,
    WeekMinute,
    WeekMinutes,
)
from sim.scenario.schema import ScenarioName, Strict
from sim.scenario.title import Title

EXIT = "exit"
"""Where a patient goes who leaves the network."""
ALL = "all"
"""In results: all classes together, or the network as a whole."""
OTHER = "other"
"""In a value per class: every class that is not named."""
UNLIMITED_SERVERS = "unlimited"
MAXIMUM_SERVERS = 1_000_000
PRIORITY_CLASSES = 4

_Value = TypeVar("_Value")
Count = Annotated[int, Field(ge=0, le=MAXIMUM_SERVERS)]


class NetworkRun(Strict):
    """How long, how often and with which luck."""

    warm_up: Minutes
    length: PositiveMinutes
    replications: Annotated[int, Field(ge=1, le=100_000)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    start: WeekMinute = Field(default="Mon", validate_default=True)
    """The minute of the week at which the run begins (weekday, optional time)."""


class RateFrom(Strict):
    """A rate of arrivals from a time of the week on."""

    start: Annotated[WeekMinutes, Field(alias="from")]
    rate: RatePerMinute


def _count_or_unlimited(value: Any) -> Any:
    if value == UNLIMITED_SERVERS:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"needs a whole number or '{UNLIMITED_SERVERS}', not {value!r}")
    return value


class ServersFrom(Strict):
    """Servers on duty from a time of the week on."""

    start: Annotated[WeekMinutes, Field(alias="from")]
    servers: Annotated[Count | None, BeforeValidator(_count_or_unlimited)]
    """None = unlimited."""


def _as_calendar(value: Any) -> Any:
    """Return a bare number of servers as a calendar of one entry."""
    if isinstance(value, list):
        return value
    try:
        _count_or_unlimited(value)
    except ValueError as error:
        raise ValueError(f"{error}, or a list of 'from' and 'servers'") from None
    return [{"from": "Mon 00:00", "servers": value}]


Servers = Annotated[list[ServersFrom], Field(min_length=1), BeforeValidator(_as_calendar)]
"""Servers on duty: a number, ``unlimited``, or a calendar of the week."""


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
    file: str | None = None

    @property
    def minutes(self) -> list[float]:
        """The times in minutes since the start of the run, sorted."""
        return sorted(time * self.unit for time in self.times)


class Arrivals(OneOf):
    """How the patients of a class arrive."""

    poisson: RatePerMinute | None = None
    piecewise: Annotated[list[RateFrom] | None, Field(min_length=1)] = None
    regular: Annotated[Regular | None, short_form("every")] = None
    scripted: Scripted | None = None


class Link(Strict):
    """One way out of a station: how many take it, and how long it takes them."""

    share: Probability
    travel: Distribution | None = None


Links = Annotated[
    dict[str, Annotated[Link, short_form("share")]],
    BeforeValidator(lambda v: {v: 1.0} if isinstance(v, str) else v),
]
"""Probabilities by station (the rest exits), or one station for all."""


class PatientClass(Strict):
    """One kind of patient: how they arrive and where they begin."""

    arrivals: Arrivals
    start: Links


class Station(Strict):
    """A place with servers and a queue. Values are per class, or under ``other``."""

    servers: Servers
    service: dict[str, Distribution]
    priority: dict[str, Annotated[int, Field(ge=0, lt=PRIORITY_CLASSES)]] = Field(
        default_factory=lambda: {OTHER: 0}
    )
    patience: dict[str, Distribution] = Field(default_factory=dict)
    on_renege: dict[str, str] = Field(default_factory=lambda: {OTHER: EXIT})
    room: Annotated[int, Field(ge=0, le=MAXIMUM_SERVERS)] | None = None
    """Waiting places; None where any number may wait."""
    on_full: dict[str, str] = Field(default_factory=lambda: {OTHER: EXIT})
    next: dict[str, Links] = Field(default_factory=dict)
    hold_until_next: dict[str, bool] = Field(default_factory=lambda: {OTHER: False})
    """Keep the server while waiting for the next station (a blocked bed)."""


class NetworkReport(Strict):
    """What to show beside the usual measures."""

    waits_over: list[Minutes] = Field(default_factory=list)


class NetworkScenario(Strict):
    """A queueing network on a page."""

    kind: Literal["network"]
    name: ScenarioName
    extends: str | None = None
    title: Title
    description: Title | None = None
    run: NetworkRun
    classes: Annotated[dict[str, PatientClass], Field(min_length=1)]
    stations: Annotated[dict[str, Station], Field(min_length=1)]
    report: NetworkReport = NetworkReport()


PER_CLASS = (
    "service", "priority", "patience", "on_renege", "on_full", "next", "hold_until_next"
)  # fmt: skip
"""Keys of a station whose value may be one for all classes or one per class."""


def for_class(values: dict[str, _Value], name: str) -> _Value | None:
    """Return the value for a class: its own, or that of `OTHER`, or None."""
    return values.get(name, values.get(OTHER))
