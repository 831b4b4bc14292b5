"""What happens next in a queueing network: arrive, queue, be served, move on, leave.

The time in system is the sum of a patient's waits, stays and travels, counted when they leave. Where a way
leads to several stations that are tried in order, each but the last is asked without waiting for a server.
"""

from __future__ import annotations

import math

from sim.chance import Purpose, draw, patient_key
from sim.kernel import entry_kernel, kernel
from sim.lookup import first_not_below
from sim.pathway.network import state as memory
from sim.pathway.network.arrivals import next_gap
from sim.pathway.network.clock import has_sessions, links_of, minutes_after_closing, minutes_open
from sim.pathway.network.state import (
    FATES,
    REASONS,
    TIME_BINS,
    TIME_FLOOR,
    TIME_WIDTH,
    Fate,
    NetworkState,
    Stage,
    Unserved,
)
from sim.pathway.steps import (
    ARRIVED,
    DONE,
    GRANTED,
    HOLD,
    LEAVE,
    REFUSED,
    SEIZE,
    Step,
    make_step,
)
from sim.world.distributions import sample
from sim.world.network import world
from sim.world.network.world import NOWHERE, ClosingRule, NetworkWorld
from sim.world.time_grid import to_tick

_first_link = first_not_below(world.link_share)
_QUEUEING, _SERVED, _TRAVELLING = int(Stage.QUEUEING), int(Stage.SERVED), int(Stage.TRAVELLING)
_TRYING, _SHUT_OUT = int(Stage.TRYING), int(Stage.SHUT_OUT)
_FINISHED, _RENEGED, _REFUSED = int(Fate.FINISHED), int(Fate.RENEGED), int(Fate.REFUSED)
_SENT_HOME = int(Fate.SENT_HOME)
_PATIENCE_OUT, _FULL, _CLOSING = int(Unserved.PATIENCE), int(Unserved.FULL), int(Unserved.CLOSING)
_CLOSED, _HOLD_OUT = int(Unserved.CLOSED), int(Unserved.HOLD_LIMIT)
_NONE_FREE, _NOR_ROOM = int(Unserved.NONE_FREE), int(Unserved.NONE_FREE_NOR_ROOM)
_CARRY_OVER, _SEND_HOME = int(ClosingRule.CARRY_OVER), int(ClosingRule.SEND_HOME)
_SERVICE, _PATIENCE = int(Purpose.SERVICE), int(Purpose.PATIENCE)
_ROUTE, _TRAVEL, _LIMIT = int(Purpose.ROUTE), int(Purpose.TRAVEL), int(Purpose.HOLD_LIMIT)


def new_state(network: NetworkWorld, run: int, _periods: int) -> NetworkState:
    """Return fresh memory for one replication."""
    return NetworkState(network, run)


@entry_kernel
def begin(w: int, s: int, row: int, stream: int, number: int) -> int:
    """Fill the row of patient `number` of a class; all enter."""
    memory.set_key(s, row, patient_key(memory.stream(s, stream), number))
    memory.set_patient_class(s, row, stream)
    memory.set_first_class(s, row, stream)
    memory.set_station(s, row, NOWHERE)
    memory.set_origin(s, row, NOWHERE)
    memory.set_held_cell(s, row, NOWHERE)
    memory.set_group(s, row, NOWHERE)
    memory.set_tried(s, row, 0)
    memory.set_stage(s, row, _QUEUEING)
    memory.set_keeps(s, row, 0)
    memory.set_ends(s, row, _PATIENCE_OUT)
    memory.set_steps(s, row, 0)
    memory.set_time(s, row, 0.0)
    memory.set_began(s, row, memory.due(s, stream))
    if _is_counted(w, s):
        memory.count_entered(s, stream, 1)
    return 1


@kernel
def _is_counted(w: int, s: int) -> bool:
    return memory.period(s, 0) >= world.world_counted_from(w, 0)


@kernel
def _cell(w: int, s: int, row: int) -> int:
    cell: int = memory.patient_class(s, row) * world.world_stations(w, 0) + memory.station(s, row)
    return cell


@kernel
def _draw(s: int, row: int, purpose: int) -> float:
    return draw(memory.key(s, row), purpose, memory.steps(s, row))


@kernel
def _spend(s: int, row: int, minutes: float) -> None:
    # Rounded where it is used: a sum of a patient's whole ticks is off by far less than one.
    memory.set_time(s, row, memory.time(s, row) + minutes)


@kernel
def _sample(w: int, s: int, row: int, distribution: int, purpose: int) -> float:
    """Draw a duration in whole ticks."""
    return to_tick(sample(w, distribution, _draw(s, row, purpose)))


@kernel
def _let_go(s: int, row: int) -> None:
    """Note that the patient holds no server any more."""
    held = memory.held_cell(s, row)
    if held != NOWHERE:
        memory.add_held(s, held, -1)
        memory.set_held_cell(s, row, NOWHERE)


@kernel
def _count_unserved(w: int, s: int, row: int, reason: int, waited: float) -> None:
    if _is_counted(w, s):
        place = _cell(w, s, row) * REASONS + reason
        memory.count_unserved(s, place, 1)
        memory.add_unserved_wait(s, place, waited)


@kernel
def _count_inside(w: int, s: int, row: int, change: int) -> None:
    """Count a patient who has set out for the first station, or who leaves, by class and origin."""
    stations = world.world_stations(w, 0)
    memory.add_inside(s, memory.first_class(s, row) * stations + memory.origin(s, row), change)


@kernel
def _leave(w: int, s: int, row: int, fate: int) -> Step:
    """Count the patient out."""
    _let_go(s, row)
    _count_inside(w, s, row, -1)
    if _is_counted(w, s):
        cell = memory.first_class(s, row) * FATES + fate
        minutes = to_tick(memory.time(s, row))
        memory.count_left(s, cell, 1)
        memory.add_time(s, cell, minutes)
        memory.add_square(s, cell, minutes * minutes)
        bin_number = 0
        if minutes > TIME_FLOOR:
            bin_number = math.ceil(math.log(minutes / TIME_FLOOR) / TIME_WIDTH)
        memory.count_time(s, cell * TIME_BINS + min(bin_number, TIME_BINS - 1), 1)
        if minutes < memory.time_extreme(s, 2 * cell):
            memory.set_time_extreme(s, 2 * cell, minutes)
        if minutes > memory.time_extreme(s, 2 * cell + 1):
            memory.set_time_extreme(s, 2 * cell + 1, minutes)
    return make_step(LEAVE, NOWHERE, 0, 0, 0.0, 0)


# --- to a station -------------------------------------------------------------------------


@kernel
def _seize(w: int, s: int, row: int, patience: float, keep: int) -> Step:
    priority = world.priority(w, _cell(w, s, row))
    group = memory.patient_class(s, row)
    return make_step(SEIZE, memory.station(s, row), priority, group, patience, keep)


@kernel
def _queue(w: int, s: int, row: int, keep: int) -> Step:
    """Ask for a server of the station, and wait for it as long as patience, closing and limit allow."""
    station, cell = memory.station(s, row), _cell(w, s, row)
    patience, ends = math.inf, _PATIENCE_OUT
    if world.patience(w, cell) != NOWHERE:
        patience = _sample(w, s, row, world.patience(w, cell), _PATIENCE)
    rule = world.closing_rule(w, station)
    if rule != _CARRY_OVER:
        left = minutes_open(w, s, row, station)
        if left <= 0.0:
            # Sent home in the next step, at this very instant.
            memory.set_stage(s, row, _SHUT_OUT)
            return make_step(HOLD, station, 0, memory.patient_class(s, row), 0.0, keep)
        if rule == _SEND_HOME and left < patience:
            patience, ends = left, _CLOSING
    if keep == 1:
        limit = to_tick(memory.held_until(s, row) - memory.time(s, row))
        if limit < patience:
            patience, ends = limit, _HOLD_OUT
    memory.set_ends(s, row, ends)
    memory.set_stage(s, row, _QUEUEING)
    memory.add_waiting(s, cell, 1)
    return _seize(w, s, row, patience, keep)


@kernel
def _come(w: int, s: int, row: int, keep: int) -> Step:
    """Ask for a server where the patient wants to go: at the next of several stations, or the only one."""
    memory.set_keeps(s, row, keep)
    if keep == 0:
        _let_go(s, row)
    group = memory.group(s, row)
    if group == NOWHERE:
        return _queue(w, s, row, keep)
    first, last = world.group_start(w, group), world.group_start(w, group + 1) - 1
    while first + memory.tried(s, row) < last:
        station = world.group_station(w, first + memory.tried(s, row))
        memory.set_tried(s, row, memory.tried(s, row) + 1)
        if world.closing_rule(w, station) == _CARRY_OVER or minutes_open(w, s, row, station) > 0.0:
            memory.set_station(s, row, station)
            memory.set_stage(s, row, _TRYING)
            return _seize(w, s, row, 0.0, keep)
    memory.set_station(s, row, world.group_station(w, last))
    return _queue(w, s, row, keep)


@kernel
def _take(w: int, s: int, row: int, link: int) -> None:
    """Let a patient take a link: the class and the station become those that it leads to."""
    if world.link_class(w, link) != NOWHERE:
        memory.set_patient_class(s, row, world.link_class(w, link))
    station, group = world.link_station(w, link), world.link_group(w, link)
    memory.set_station(s, row, station)
    memory.set_group(s, row, group)
    memory.set_tried(s, row, 0)
    if memory.origin(s, row) == NOWHERE:
        # The first link: the patient is counted by where it leads as long as they are inside.
        if group != NOWHERE:
            station = world.group_station(w, world.group_start(w, group))
        memory.set_origin(s, row, station)
        _count_inside(w, s, row, 1)


@kernel
def _travel(w: int, s: int, row: int, travel: int) -> Step:
    """Be on the way; what was kept is given up."""
    _let_go(s, row)
    minutes = _sample(w, s, row, travel, _TRAVEL)
    memory.set_keeps(s, row, 0)
    memory.set_stage(s, row, _TRAVELLING)
    _spend(s, row, minutes)
    return make_step(HOLD, memory.station(s, row), 0, memory.patient_class(s, row), minutes, 0)


@kernel
def _follow(w: int, s: int, row: int, links: int, keep: int, fate: int) -> Step:
    """Choose one of a set of links and set out along it, or leave with a fate where none is chosen."""
    if links != NOWHERE:
        end = world.link_start(w, links + 1)
        link = _first_link(w, world.link_start(w, links), end, _draw(s, row, _ROUTE))
        if link == end:
            return _leave(w, s, row, fate)
        _take(w, s, row, link)
        if world.link_travel(w, link) != NOWHERE:
            return _travel(w, s, row, world.link_travel(w, link))
    return _come(w, s, row, keep)


# --- what follows an event ----------------------------------------------------------------


@kernel
def _serve(w: int, s: int, row: int) -> Step:
    cell = _cell(w, s, row)
    if memory.stage(s, row) == _QUEUEING:
        memory.add_waiting(s, cell, -1)
    _let_go(s, row)
    memory.set_held_cell(s, row, cell)
    memory.add_held(s, cell, 1)
    minutes = _sample(w, s, row, world.service(w, cell), _SERVICE)
    if has_sessions(w, memory.station(s, row)) and _is_counted(w, s):
        memory.add_overtime(s, cell, minutes_after_closing(w, s, row, minutes))
    memory.set_stage(s, row, _SERVED)
    memory.set_keeps(s, row, 0)
    _spend(s, row, minutes)
    return make_step(HOLD, memory.station(s, row), 0, memory.patient_class(s, row), minutes, 1)


@kernel
def _keep(w: int, s: int, row: int, cell: int) -> int:
    """Return 1 if the server is kept after the service, and draw for how long it may be."""
    if world.hold_until_next(w, cell) == 0:
        return 0
    limit = math.inf
    if world.hold_limit(w, cell) != NOWHERE:
        limit = _sample(w, s, row, world.hold_limit(w, cell), _LIMIT)
    memory.set_held_until(s, row, memory.time(s, row) + limit)
    return 1


@kernel
def _after_hold(w: int, s: int, row: int) -> tuple[int, int, int]:
    """Return links, keep and fate after a service or a travel, or before a closed station."""
    stage, cell = memory.stage(s, row), _cell(w, s, row)
    if stage == _TRAVELLING:
        return NOWHERE, 0, _FINISHED
    if stage == _SHUT_OUT:
        _count_unserved(w, s, row, _CLOSED, 0.0)
        return world.on_closing(w, cell), memory.keeps(s, row), _SENT_HOME
    links = links_of(w, s, row, world.cell_way(w, cell))
    return links, _keep(w, s, row, cell), _FINISHED


@kernel
def _not_served(w: int, s: int, row: int, event: int, waited: float) -> tuple[int, int, int]:
    """Return links, keep and fate of those whom a queue does not serve, still holding what was kept."""
    cell, keep = _cell(w, s, row), memory.keeps(s, row)
    if memory.stage(s, row) == _TRYING:
        _count_unserved(w, s, row, _NOR_ROOM if event == REFUSED else _NONE_FREE, 0.0)
        return NOWHERE, keep, _FINISHED
    memory.add_waiting(s, cell, -1)
    reason = _FULL if event == REFUSED else memory.ends(s, row)
    _count_unserved(w, s, row, reason, waited)
    if reason == _FULL:
        return world.on_full(w, cell), keep, _REFUSED
    if reason == _CLOSING:
        return world.on_closing(w, cell), keep, _SENT_HOME
    if reason == _HOLD_OUT:
        # Served in full: who goes nowhere from here has finished.
        return world.on_hold_limit(w, memory.held_cell(s, row)), 0, _FINISHED
    return world.on_renege(w, cell), keep, _RENEGED


@entry_kernel
def next_step(w: int, s: int, row: int, event: int, waited: float) -> Step:
    """Return what a patient does after an event; see `sim.pathway.steps`."""
    if waited > 0.0:
        _spend(s, row, waited)
    if event == GRANTED:
        step = _serve(w, s, row)
    else:
        # Links NOWHERE: on to the station that the patient is bound for already.
        if event == DONE:
            links, keep, fate = _after_hold(w, s, row)
        elif event == ARRIVED:
            links = links_of(w, s, row, world.class_way(w, memory.patient_class(s, row)))
            keep, fate = 0, _FINISHED
        else:
            links, keep, fate = _not_served(w, s, row, event, waited)
        step = _follow(w, s, row, links, keep, fate)
    memory.set_steps(s, row, memory.steps(s, row) + 1)
    return step


# --- periods --------------------------------------------------------------------------------


@kernel
def _take_census(w: int, s: int, census: int, cells: int) -> None:
    """Add where everybody is to a row of the census."""
    memory.add_census(s, census, 1)
    for cell in range(cells):
        place = census * cells + cell
        memory.add_census_waiting(s, place, memory.waiting_now(s, cell))
        memory.add_census_held(s, place, memory.held_now(s, cell))
        memory.add_census_inside(s, place, memory.inside_now(s, cell))


@entry_kernel
def new_period(w: int, s: int, period: int) -> None:
    """Note that a period begins, and count everybody where that is wanted."""
    memory.set_period(s, 0, period)
    cells = world.world_classes(w, 0) * world.world_stations(w, 0)
    for census in (world.period_time(w, period), world.period_hour(w, period)):
        if census != NOWHERE:
            _take_census(w, s, census, cells)


@entry_kernel
def describe(_w: int, s: int, row: int) -> tuple[int, int, int, int, int]:
    """Return what a log shows of a patient; see `DESCRIBES`."""
    return (
        memory.patient_class(s, row),
        memory.station(s, row),
        memory.stage(s, row),
        memory.keeps(s, row),
        memory.steps(s, row),
    )


DESCRIBES = ("class", "station", "stage", "keeps", "steps")
"""Columns of a log: what `describe` returns."""

__all__ = [
    "DESCRIBES", "begin", "describe", "new_period", "new_state", "next_gap", "next_step",
]  # fmt: skip
