"""Random small networks, written as the pages that the network loader reads.

Every page passes all checks of the loader, because it is made so: ways onward may lead anywhere, but
those who are sent away (no room, no patience) and those who keep their server only go to stations
further down the page, and whoever goes back may also exit. So nobody goes round in no time and no two
kept servers wait for each other.

What no page can say is added to the model afterwards: dated changes (further pages with the same
classes, each an epoch), reserved servers and served shares. *Exact* networks have nearly all times in
whole five minutes, so that most things happen at the same time as something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from luck import Luck

from sim.engine.model import Epoch, Model
from sim.engine.tally import Tally
from sim.errors import InputError
from sim.pathway.network.state import FATES, PATIENT, REASONS, Fate, NetworkState, Unserved
from sim.reading.yaml_file import Document, Mark
from sim.scenario.network.load import read_network
from sim.scenario.network.schema import EXIT, OTHER, UNLIMITED_SERVERS, NetworkScenario
from sim.subjects.network.model import NETWORK_PATHWAY, network_model
from sim.world.distributions import Family
from sim.world.fields import ints
from sim.world.network.build import build_network
from sim.world.network.world import ArrivalKind, ClosingRule
from sim.world.pools import Pools

FIRST_ROWS = 8
"""Rows for patients at the start: so few that engines must make room for more."""
_FILE = Path("random.yaml")
_DAY = 1440
_DAYS = ("daily", "daily", "weekdays", "weekends", "Mon", "Tue", "Sat")
Page = dict[str, Any]
_KEPT = re.compile(r"stations\.(.+)\.reserved(?:_for)?")
"""Where the loader tells of servers kept free."""


def _tight_state(world: Any, run: Any, _periods: int) -> NetworkState:
    state = NetworkState(world, run)
    rows = state.arrays.patient.view(PATIENT)[:FIRST_ROWS]
    state.arrays.patient = rows.copy().view(np.int64)
    return state


TIGHT_NETWORK = replace(NETWORK_PATHWAY, new_state=_tight_state)


@dataclass(frozen=True)
class NetworkRecipe:
    """What Hypothesis draws, and what it shows when a network fails."""

    classes: int
    stations: int
    days: int
    warm_up: int
    epochs: int
    exact: bool
    reserves: bool
    seed: int


network_recipes = st.builds(
    NetworkRecipe,
    classes=st.integers(1, 3),
    stations=st.integers(1, 5),
    days=st.integers(1, 3),
    warm_up=st.integers(0, 1),
    epochs=st.integers(1, 3),
    exact=st.booleans(),
    reserves=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)


def random_network(recipe: NetworkRecipe) -> Model:
    """Return the model of a recipe, all of its pages read by the loader."""
    return network_and_page(recipe)[0]


def network_and_page(recipe: NetworkRecipe) -> tuple[Model, NetworkScenario]:
    """Return the model of a recipe, and what its first page says."""
    luck = Luck(recipe.seed)
    writer = _Writer(recipe, luck)
    first = writer.page()
    scenario = read(first)
    model = network_model(scenario)
    pools = model.epochs[0].pools
    epochs = [replace(model.epochs[0], pools=_reserved(recipe, luck, pools))]
    hours = luck.random.choice(np.arange(1, 24 * recipe.days), recipe.epochs - 1, replace=False)
    for hour in sorted(hours):
        world, its_pools = build_network(read({**first, "stations": writer.stations()}))
        # All epochs count the same numbers present.
        its_pools = replace(its_pools, level_start=pools.level_start)
        epochs.append(Epoch(60.0 * hour, world, _reserved(recipe, luck, its_pools)))
    if recipe.reserves:
        epochs = [replace(epoch, pools=_shared(luck, epoch.pools)) for epoch in epochs]
    return replace(model, pathway=TIGHT_NETWORK, epochs=tuple(epochs)), scenario


def read(page: Page) -> Any:
    """Return what the loader makes of a page.

    Servers kept free from nobody, or where there are none, are refused: such a station keeps none.
    Who comes where is known only when the whole page is written.
    """
    while True:
        try:
            return read_network(Document(page, {(): Mark(_FILE, None, "")}), _FILE)
        except InputError as error:
            found = [_KEPT.fullmatch(problem.key or "") for problem in error.problems]
            if None in found:
                raise
            for name in {match[1] for match in found if match is not None}:
                del page["stations"][name]["reserved"], page["stations"][name]["reserved_for"]


def _reserved(recipe: NetworkRecipe, luck: Luck, pools: Pools) -> Pools:
    if not recipe.reserves:
        return pools
    kept = luck.numbers(0, 2, pools.segment_servers.size)
    return replace(
        pools,
        segment_reserved=ints(np.minimum(kept, pools.segment_servers)),
        reserved_for=ints(luck.numbers(0, 2, pools.count)),
    )


def _shared(luck: Luck, pools: Pools) -> Pools:
    return replace(pools, served_every=ints(luck.some_of([0, 0, 1, 2, 3], pools.count)))


def count_network(seen: Counter[str], model: Model, tally: Tally) -> None:
    """Add what a network is made of and how its patients left."""
    for epoch in model.epochs:
        seen.update(f"family {Family(f).name}" for f in epoch.world.distribution_family)
    seen.update(f"arrivals {ArrivalKind(k).name}" for k in model.epochs[0].world.arrival_kind)
    left = tally.state.arrays.left_count.reshape(-1, FATES).sum(axis=0)
    for fate in Fate:
        seen[f"fate {fate.name}"] += int(left[fate])
    reasons = tally.state.arrays.unserved_count.reshape(-1, REASONS).sum(axis=0)
    for reason in Unserved:
        seen[f"not served {reason.name}"] += int(reasons[reason])
    for epoch in model.epochs:
        seen.update(f"closing {ClosingRule(r).name}" for r in epoch.world.closing_rule)
    seen["batches"] += model.epochs[0].world.batch_upto.size > 1
    seen["months"] += model.epochs[0].world.month_factor.size > 1
    seen["became another class"] += int((model.epochs[0].world.link_class >= 0).sum())
    seen["counted in a census"] += int(tally.state.arrays.census_inside.sum())
    seen["overtime"] += tally.state.arrays.overtime.sum() > 0.0
    seen["more rows for patients"] += tally.state.capacity > FIRST_ROWS
    seen["further epochs"] += len(model.epochs) - 1


class _Writer:
    """Writes pages with the same classes."""

    def __init__(self, recipe: NetworkRecipe, luck: Luck) -> None:
        self.recipe = recipe
        self.luck = luck
        self.classes = [f"class-{number}" for number in range(recipe.classes)]
        self.names = [f"station-{number}" for number in range(recipe.stations)]
        # In the order of the page, so that whoever is sent to several stations is sent further down it.
        self.groups = {
            f"group-{number}": self.names[number:]
            for number in range(recipe.stations - 1)
            if luck.chance(0.6)
        }

    def page(self) -> Page:
        warm_up = 12 * self.recipe.warm_up
        return {
            "kind": "network",
            "name": "random",
            "title": {"zh": "随机", "en": "Random"},
            "run": {
                "warm_up": f"{warm_up} h",
                "length": f"{24 * self.recipe.days - warm_up} h",
                "replications": 1,
                "seed": 1,
                "start": self.luck.one_of(["Mon", "Fri", "Sun"]),
                "month": self.luck.one_of(["Jan", "Feb", "Dec"]),
            },
            "classes": {
                name: {"arrivals": self._arrivals(), **self._begin()} for name in self.classes
            },
            "first_free": self.groups,
            "stations": self.stations(),
            "report": {
                "waits_over": ["0 min", "15 min"],
                "census_at": [f"{30 * self.luck.number(0, 47)} min" for _ in range(2)],
                "census_by_hour": self.luck.chance(0.1),
            },
        }

    def stations(self) -> Page:
        return {name: self._station(number) for number, name in enumerate(self.names)}

    def _arrivals(self) -> Page:
        luck, last = self.luck, _DAY * self.recipe.days
        kind = luck.one_of(["poisson", "piecewise", "regular", "scripted"])
        more: Page = {}
        if luck.chance(0.2):
            more["batch"] = luck.one_of([2, {"sizes": [1, 3], "shares": [0.8, 0.2]}])
        if luck.chance(0.2):
            more["until"] = f"{luck.number(1, 20)} h"
        if kind in ("poisson", "piecewise") and luck.chance(0.3):
            more["months"] = [luck.one_of([0.5, 1.0, 2.0]) for _ in range(12)]
            more["factor"] = 0.9
        if kind == "poisson":
            if luck.chance(0.3):
                more["hours"] = [luck.one_of([0.0, 1.0, 3.0]) for _ in range(23)] + [1.0]
                more["weekdays"] = [1.0, 0.5, 1.0, 1.0, 2.0, 0.5, 1.0]
            return {"poisson": f"{luck.number(1, 40) / 10} per hour", **more}
        if kind == "piecewise":
            entries = self._calendar("rate", lambda: f"{luck.number(0, 50) / 10} per hour")
            return {"piecewise": entries, **more}
        if kind == "regular":
            every, first = 5 * luck.number(3, 24), 5 * luck.number(0, 12)
            return {"regular": {"every": f"{every} min", "first": f"{first} min"}, **more}
        grid = luck.one_of([1, 60]) if self.recipe.exact else 0.1
        times = luck.numbers(0, int(last / grid), luck.number(10, 90))
        return {"scripted": {"times": [float(time) * grid for time in times]}, **more}

    def _calendar(self, key: str, value: Callable[[], Any]) -> list[Page]:
        """Write entries at different times of the day, so that no two begin together."""
        hours = self.luck.random.permutation(24)[: self.luck.number(1, 4)]
        return [{"from": f"{self.luck.one_of(_DAYS)} {hour:02}:00", key: value()} for hour in hours]

    def _begin(self) -> Page:
        if self.luck.chance(0.2):
            return {"start_by_clock": self._calendar("to", self._start)}
        return {"start": self._start()}

    def _start(self) -> Any:
        if self.groups and self.luck.chance(0.4):
            return self.luck.one_of(list(self.groups))
        one, other = self.luck.one_of(self.names), self.luck.one_of(self.names)
        if one == other:
            return one
        return {one: 0.25, other: {"share": 0.75, "travel": self._times(30)}}

    def _station(self, number: int) -> Page:
        luck, later = self.luck, self.names[number + 1 :]
        keeps = bool(later) and luck.chance(0.5)
        station = {
            "servers": self._servers(),
            "service": self._per_class(lambda: self._times(40)),
            "priority": self._per_class(lambda: luck.number(0, 3)),
            "hold_until_next": keeps,
        }
        if keeps and luck.chance(0.4):
            station["hold_limit"] = self._per_class(lambda: self._times(30))
            station["on_hold_limit"] = self._per_class(lambda: self._away(number))
        if keeps or luck.chance(0.8):
            if luck.chance(0.2):
                station["next_by_clock"] = self._calendar("to", lambda: self._next(number, keeps))
            else:
                station["next"] = self._per_class(lambda: self._next(number, keeps))
        if luck.chance(0.4):
            station["patience"] = self._per_class(lambda: self._times(30))
            station["on_renege"] = self._per_class(lambda: self._away(number))
        if luck.chance(0.3):
            station["room"] = luck.number(0, 3)
            station["on_full"] = self._per_class(lambda: self._away(number))
        self._close(station, number)
        self._reserve(station)
        return station

    def _close(self, station: Page, number: int) -> None:
        """Let a station that closes send those who wait home, or serve them."""
        servers = station["servers"]
        counts = [entry["servers"] for entry in servers] if isinstance(servers, list) else [1]
        if 0 in counts and max(counts) > 0 and self.luck.chance(0.6):
            station["at_closing"] = self.luck.one_of(["serve", "send_home"])
            station["on_closing"] = self._per_class(lambda: self._away(number))

    def _reserve(self, station: Page) -> None:
        """Keep a server free for the first class, which goes before all others there."""
        if station["servers"] != UNLIMITED_SERVERS and self.luck.chance(0.2):
            station |= {"reserved": 1, "reserved_for": self.classes[:1]}
            station["priority"] = {self.classes[0]: 0, OTHER: 2}

    def _away(self, number: int) -> Any:
        """Write where those go who are not served: out, or further down the page."""
        luck, later = self.luck, self.names[number + 1 :]
        groups = [name for name, tried in self.groups.items() if tried[0] in later]
        if groups and luck.chance(0.4):
            return luck.one_of(groups)
        if not later or luck.chance(0.3):
            return EXIT
        if luck.chance(0.3):
            return {luck.one_of(later): {"share": 0.5, "travel": self._times(20)}}
        if luck.chance(0.3):
            return {luck.one_of(later): {"share": 0.8, "becomes": luck.one_of(self.classes)}}
        return luck.one_of(later)

    def _servers(self) -> Any:
        luck = self.luck
        if luck.chance(0.05):
            return UNLIMITED_SERVERS
        if luck.chance(0.4):
            return luck.number(1, 3)
        return self._calendar("servers", lambda: luck.one_of([0, 1, 1, 2, 3]))

    def _next(self, number: int, keeps: bool) -> Any:
        luck, later = self.luck, self.names[number + 1 :]
        groups = [name for name, tried in self.groups.items() if tried[0] in later]
        if groups and luck.chance(0.3):
            return luck.one_of(groups)
        if keeps:
            return {luck.one_of(later): luck.one_of([0.7, 1.0])}
        if later and luck.chance(0.5):
            return luck.one_of(later)
        links: Page = {
            luck.one_of(self.names): {"share": 0.3, "becomes": luck.one_of(self.classes)}
        }
        links[luck.one_of(self.names)] = {"share": 0.4, "travel": self._times(20)}
        return links

    def _per_class(self, value: Callable[[], Any]) -> Any:
        """Write one value for all classes, or one for the first and one for the others."""
        if self.luck.chance(0.5):
            return value()
        return {self.classes[0]: value(), OTHER: value()}

    def _times(self, mean: int) -> Any:
        """Write a distribution of times, mostly of one time in an exact network."""
        luck = self.luck
        if luck.chance(0.9 if self.recipe.exact else 0.2):
            return f"{5 * luck.number(0, mean // 5 * 2)} min"
        sd = f"{luck.one_of([0.3, 1.0, 2.0]) * mean} min"
        low, high = f"{mean // 2} min", f"{2 * mean} min"
        return luck.one_of(
            [
                {"exponential": f"{mean} min"},
                {"lognormal": {"mean": f"{mean} min", "sd": sd}},
                {"gamma": {"mean": f"{mean} min", "sd": sd}},
                {"erlang": {"mean": f"{mean} min", "phases": 2}},
                {"uniform": {"low": low, "high": high}},
                {"triangular": {"low": low, "mode": f"{mean} min", "high": high}},
                {"empirical": {"values": [0.0, 5.0, 10.0, float(mean)]}},
                {"weibull": {"scale": f"{mean} min", "shape": luck.one_of([0.5, 1.0, 3.0])}},
                {"normal": {"mean": f"{mean} min", "sd": sd, "low": luck.one_of(["0 min", low])}},
                {"hyperexponential": {"shares": [0.75, 0.25], "means": [low, high]}},
                {
                    "mixture": [
                        {"share": 0.5, "time": low},
                        {"share": 0.5, "time": {"gamma": {"mean": high, "sd": sd}}},
                    ]
                },
            ]
        )
