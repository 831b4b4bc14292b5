"""A network scenario as flat arrays: the world that `pathway/network/path.py` sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sim.lookup import reader
from sim.world.distributions import Distributions
from sim.world.fields import Ints, Reals

NOWHERE = -1
"""As a station: the exit. As a distribution: none (no travel, endless patience)."""


class ArrivalKind(IntEnum):
    """How the patients of a class arrive."""

    RATES = 0
    """Poisson, at a rate that may change over the week."""
    REGULAR = 1
    SCRIPTED = 2


class ClosingRule(IntEnum):
    """What happens to those who wait when a station closes."""

    CARRY_OVER = 0
    SERVE = 1
    SEND_HOME = 2


@dataclass(frozen=True)
class NetworkWorld(Distributions):
    """A queueing network. Time is in minutes; a *cell* is ``class * stations + station``.

    A *set of links* says where to go, with which probability; a *way* says which set holds at which time
    of the week; a *group* is stations that are tried in order.
    """

    classes: Ints
    """(1,) number of classes."""
    stations: Ints
    """(1,) number of stations."""
    counted_from: Ints
    """(1,) the first period that is counted."""
    start_minute_of_week: Ints
    """(1,) minute of the week, 0 = Monday 00:00, at time 0."""
    start_minute_of_year: Ints
    """(1,) minute of a year of 365 days, 0 = 1 January 00:00, at time 0."""

    class_name: Ints
    """(classes,) a number made from the class's name: the name of its random stream."""
    arrival_kind: Ints
    """(classes,) an `ArrivalKind`."""
    arrival_start: Ints
    """(classes + 1,) first row of the class in `arrival_minute` and `arrival_rate`."""
    arrival_minute: Reals
    """(arrival rows,) rates: minute of the week from which the rate holds (the first is 0);
    regular: time of the first arrival; scripted: times of the arrivals, sorted."""
    arrival_rate: Reals
    """(arrival rows,) rates: arrivals per minute; regular: minutes between arrivals."""
    arrival_until: Reals
    """(classes,) from then on nobody comes."""
    arrival_month: Ints
    """(classes,) first cell of the class in `month_factor`, or `NOWHERE` if every month is alike."""
    month_factor: Reals
    """(cells,) what the rates of a month are multiplied by, January first."""
    batch_start: Ints
    """(classes + 1,) first row of the class in the two below; none = everybody comes alone."""
    batch_upto: Reals
    """(rows,) probability of this or an earlier size."""
    batch_size: Ints
    """(rows,) how many come together."""

    class_way: Ints
    """(classes,) the way on which a class begins."""
    cell_way: Ints
    """(cells,) the way on which a class leaves a station."""
    way_start: Ints
    """(ways + 1,) first row of each way."""
    way_minute: Reals
    """(rows,) minute of the week from which the row holds (the first is 0)."""
    way_links: Ints
    """(rows,) a set of links."""
    link_start: Ints
    """(sets + 1,) first link of each set."""
    link_share: Reals
    """(links,) probability of this or an earlier link of the set; above the last is the exit."""
    link_station: Ints
    """(links,) where the link leads; of a group, the last station."""
    link_group: Ints
    """(links,) the group, or `NOWHERE`."""
    link_class: Ints
    """(links,) the class of those who take it, or `NOWHERE` = as before."""
    link_travel: Ints
    """(links,) distribution of the travel time, or `NOWHERE`."""
    group_start: Ints
    """(groups + 1,) first station of each group."""
    group_station: Ints
    """(stations of groups,) in the order in which they are tried."""

    service: Ints
    """(cells,) distribution of the service time."""
    priority: Ints
    """(cells,) 0 is served first."""
    patience: Ints
    """(cells,) distribution of the patience, or `NOWHERE` for endless patience."""
    on_renege: Ints
    """(cells,) set of links after patience ran out."""
    on_full: Ints
    """(cells,) set of links when there is no room to wait."""
    on_closing: Ints
    """(cells,) set of links of those who are sent home."""
    hold_until_next: Ints
    """(cells,) 1 = keeps the server while waiting for the next station."""
    hold_limit: Ints
    """(cells,) distribution of the longest time for that, or `NOWHERE`."""
    on_hold_limit: Ints
    """(cells,) set of links after it."""
    closing_rule: Ints
    """(stations,) a `ClosingRule`."""
    session_start: Ints
    """(stations + 1,) first row of each station in the two below."""
    session_minute: Reals
    """(rows,) minute of the week from which the row holds (the first is 0)."""
    session_open: Ints
    """(rows,) 1 = somebody is on duty."""

    period_time: Ints
    """(periods,) the row of the census for a stated time at which the period begins, or `NOWHERE`."""
    period_hour: Ints
    """(periods,) the row for the hour of the week at which it does, or `NOWHERE`."""
    census_rows: Ints
    """(1,) rows of the census."""


world_classes = reader(NetworkWorld, "classes")
world_stations = reader(NetworkWorld, "stations")
world_counted_from = reader(NetworkWorld, "counted_from")
start_minute_of_week = reader(NetworkWorld, "start_minute_of_week")
start_minute_of_year = reader(NetworkWorld, "start_minute_of_year")
arrival_kind = reader(NetworkWorld, "arrival_kind")
arrival_start = reader(NetworkWorld, "arrival_start")
arrival_minute = reader(NetworkWorld, "arrival_minute")
arrival_rate = reader(NetworkWorld, "arrival_rate")
arrival_until = reader(NetworkWorld, "arrival_until")
arrival_month = reader(NetworkWorld, "arrival_month")
month_factor = reader(NetworkWorld, "month_factor")
batch_start = reader(NetworkWorld, "batch_start")
batch_upto = reader(NetworkWorld, "batch_upto")
batch_size = reader(NetworkWorld, "batch_size")
class_way = reader(NetworkWorld, "class_way")
cell_way = reader(NetworkWorld, "cell_way")
way_start = reader(NetworkWorld, "way_start")
way_minute = reader(NetworkWorld, "way_minute")
way_links = reader(NetworkWorld, "way_links")
link_start = reader(NetworkWorld, "link_start")
link_share = reader(NetworkWorld, "link_share")
link_station = reader(NetworkWorld, "link_station")
link_group = reader(NetworkWorld, "link_group")
link_class = reader(NetworkWorld, "link_class")
link_travel = reader(NetworkWorld, "link_travel")
group_start = reader(NetworkWorld, "group_start")
group_station = reader(NetworkWorld, "group_station")
service = reader(NetworkWorld, "service")
priority = reader(NetworkWorld, "priority")
patience = reader(NetworkWorld, "patience")
on_renege = reader(NetworkWorld, "on_renege")
on_full = reader(NetworkWorld, "on_full")
on_closing = reader(NetworkWorld, "on_closing")
hold_until_next = reader(NetworkWorld, "hold_until_next")
hold_limit = reader(NetworkWorld, "hold_limit")
on_hold_limit = reader(NetworkWorld, "on_hold_limit")
closing_rule = reader(NetworkWorld, "closing_rule")
session_start = reader(NetworkWorld, "session_start")
session_minute = reader(NetworkWorld, "session_minute")
session_open = reader(NetworkWorld, "session_open")
period_time = reader(NetworkWorld, "period_time")
period_hour = reader(NetworkWorld, "period_hour")
