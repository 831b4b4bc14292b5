"""What a network file may say: patient classes, stations and the links between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from sim.reading.text import problem_of_text
from sim.scenario.network.arrivals import Arrivals, Factor, Month
from sim.scenario.network.distributions import Distribution, short_form
from sim.scenario.network.units import (
    Minutes,
    PositiveMinutes,
    Probability,
    WeekMinute,
    WeekMinutes,
)
from sim.scenario.strict import ScenarioName, Strict
from sim.scenario.title import ShortTitle, Title
from sim.time_units import on_grid

EXIT = "exit"
"""Where a patient goes who leaves the network."""
ALL = "all"
"""In results: all classes together, or the network as a whole."""
OTHER = "other"
"""In a value per class: every class that is not named."""
UNLIMITED_SERVERS = "unlimited"
Closing = Literal["carry_over", "serve", "send_home"]
CARRY_OVER: Closing = "carry_over"
SERVE: Closing = "serve"
SEND_HOME: Closing = "send_home"
MAXIMUM_SERVERS = 1_000_000
MOST_SERVED_EVERY = 1000
PRIORITY_CLASSES = 4
_LONGEST_NAME = 100
"""Of a class or a station: it stands in every row of a table and beside every curve."""

_Value = TypeVar("_Value")


def _readable(name: str) -> str:
    """Refuse names that would break lines of tables, be taken for markup of the terminal, or not be seen."""
    # Vowel signs of many scripts are marks (M), and no letters by themselves.
    fits = all(c.isalnum() or c in "-_. " or unicodedata.category(c)[0] == "M" for c in name)
    if not fits or not name or name != name.strip():
        raise ValueError(
            "a name may hold letters of any script, digits, '-', '_', '.' and, inside, spaces;"
            f" not {name!r}"
        )
    if what := problem_of_text(name, _LONGEST_NAME):
        raise ValueError(f"a name {what}")
    return name


Name = Annotated[str, AfterValidator(_readable)]
"""What a class, a station or a list of stations is called."""
Count = Annotated[int, Field(ge=0, le=MAXIMUM_SERVERS)]


class NetworkRun(Strict):
    """How long, how often and with which luck."""

    warm_up: Minutes
    length: PositiveMinutes
    replications: Annotated[int, Field(ge=1, le=100_000)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    start: WeekMinute = Field(default="Mon", validate_default=True)
    """The minute of the week at which the run begins (weekday, optional time)."""
    month: Month = "Jan"
    """The month on whose first day the run begins."""
    arrival_factor: Factor = 1.0
    """What the rates of all classes are multiplied by."""
    arrivals_until: PositiveMinutes | None = None
    """From the start of the run; nobody comes from then on."""

    @property
    def end(self) -> float:
        """Minutes from the start of the warm-up to the end of the run, in whole ticks."""
        return on_grid(self.warm_up + self.length)


def _count_or_unlimited(value: Any) -> Any:
    if value == UNLIMITED_SERVERS:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"needs a whole number or '{UNLIMITED_SERVERS}', not {value!r}")
    return value


class ServersFrom(Strict):
    """Servers on duty from a time of the week on."""

    start: Annotated[WeekMinutes, Field(alias="from")]
    servers: Annotated[
        Count | None,
        BeforeValidator(_count_or_unlimited, json_schema_input_type=Count | Literal["unlimited"]),
        PlainSerializer(lambda count: UNLIMITED_SERVERS if count is None else count),
    ]
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


_Servers = Count | Literal["unlimited"] | list[ServersFrom]
Servers = Annotated[
    list[ServersFrom],
    Field(min_length=1),
    BeforeValidator(_as_calendar, json_schema_input_type=_Servers),
]
"""Servers on duty: a number, ``unlimited``, or a calendar of the week."""


class Link(Strict):
    """One way out of a station: how many take it, and how long it takes them."""

    share: Probability
    travel: Distribution | None = None
    becomes: str | None = None
    """The class of those who take it from then on; None = as before."""


Links = Annotated[
    dict[str, Annotated[Link, short_form("share", Link)]],
    BeforeValidator(
        lambda v: {v: 1.0} if isinstance(v, str) else v,
        json_schema_input_type=str | dict[str, Link | float],
    ),
]
"""Probabilities by station (the rest exits), or one station for all."""


class LinksFrom(Strict):
    """Ways that hold from a time of the week on."""

    start: Annotated[WeekMinutes, Field(alias="from")]
    to: Links


ByClock = Annotated[list[LinksFrom], Field(min_length=1)]


class PatientClass(Strict):
    """One kind of patient: how they arrive and where they begin."""

    arrivals: Arrivals | None = None
    """None of a class that patients only change to."""
    start: Links | None = None
    start_by_clock: ByClock | None = None


class Station(Strict):
    """A place with servers and a queue. Values are per class, or under ``other``."""

    servers: Servers
    service: dict[str, Distribution]
    priority: dict[str, Annotated[int, Field(ge=0, lt=PRIORITY_CLASSES)]] = Field(
        default_factory=lambda: {OTHER: 0}
    )
    reserved: Count = 0
    """Servers that only classes of `reserved_for` may take."""
    reserved_for: list[str] = Field(default_factory=list)
    served_every: Annotated[int, Field(ge=0, le=MOST_SERVED_EVERY)] = 0
    """Every how many calls that pass over a later class the one that joined first is served; 0 for strict."""
    patience: dict[str, Distribution] = Field(default_factory=dict)
    on_renege: dict[str, Links] = Field(default_factory=dict)
    room: Annotated[int, Field(ge=0, le=MAXIMUM_SERVERS)] | None = None
    """Waiting places; None where any number may wait."""
    on_full: dict[str, Links] = Field(default_factory=dict)
    at_closing: Closing = CARRY_OVER
    """What happens to those who wait when the last server goes off duty."""
    on_closing: dict[str, Links] = Field(default_factory=dict)
    next: dict[str, Links] = Field(default_factory=dict)
    next_by_clock: dict[str, ByClock] = Field(default_factory=dict)
    hold_until_next: dict[str, bool] = Field(default_factory=lambda: {OTHER: False})
    """Keep the server while waiting for the next station (a blocked bed)."""
    hold_limit: dict[str, Distribution] = Field(default_factory=dict)
    """How long at most."""
    on_hold_limit: dict[str, Links] = Field(default_factory=dict)

    @property
    def closes(self) -> bool:
        """Whether there are times with servers and times without."""
        servers = [entry.servers for entry in self.servers]
        return 0 in servers and any(count != 0 for count in servers)


TWO_STATIONS = "needs two stations or more; one on its own is written by its name"


def _two_or_more(value: Any) -> Any:
    if isinstance(value, list) and len(value) < 2:
        raise ValueError(TWO_STATIONS)
    return value


_MOST_TRIED = 1000
"""A patient's row has two bytes for each."""
TriedInOrder = Annotated[list[str], BeforeValidator(_two_or_more), Field(max_length=_MOST_TRIED)]
"""Stations of which the first with a free server is taken; the first may stand again as the last."""


class NetworkReport(Strict):
    """What to show beside the usual measures."""

    waits_over: list[Minutes] = Field(default_factory=list)
    census_at: list[Minutes] = Field(default_factory=list)
    """Times from the start of the run at which everybody is counted where they are."""
    census_by_hour: bool = False
    """Count everybody where they are at every full hour of the week."""


class NetworkScenario(Strict):
    """A queueing network on a page."""

    kind: Literal["network"]
    name: ScenarioName
    extends: str | None = None
    title: ShortTitle
    description: Title | None = None
    run: NetworkRun
    classes: Annotated[dict[Name, PatientClass], Field(min_length=1)]
    stations: Annotated[dict[Name, Station], Field(min_length=1)]
    first_free: dict[Name, TriedInOrder] = Field(default_factory=dict, max_length=_MOST_TRIED)
    """Names for stations that are tried in order; who finds no free server goes to the last."""
    report: NetworkReport = NetworkReport()


PER_CLASS = (
    "service", "priority", "patience", "on_renege", "on_full", "on_closing", "next", "next_by_clock",
    "hold_until_next", "hold_limit", "on_hold_limit",
)  # fmt: skip
"""Keys of a station whose value may be one for all classes or one per class."""


def for_class(values: Mapping[str, _Value], name: str) -> _Value | None:
    """Return the value for a class: its own, or that of `OTHER`, or None."""
    return values.get(name, values.get(OTHER))
