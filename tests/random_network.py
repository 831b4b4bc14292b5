"""Random small networks, written as the pages that the network loader reads.

Every page passes all checks of the loader, because it is made so: ways onward may lead anywhere, but
those who are sent away (no room, no patience) and those who keep their server only go to stations
further down the page, and whoever goes back may also exit. So nobody goes round in no time and no two
kept servers wait for each other.

What no page can say is added to the model afterwards: dated changes (further pages with the same
classes, each an epoch) and reserved servers. *Exact* networks have nearly all times in whole five
minutes, so that most things happen at the same time as something else.
"""

from __future__ import annotations

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
from sim.pathway.network import FATES, PATIENT, Fate, NetworkState
from sim.scenario.network_file import read_network
from sim.scenario.network_schema import EXIT, OTHER, UNLIMITED_SERVERS
from sim.scenario.yaml_file import Document
from sim.study.network import NETWORK_PATHWAY, network_model
from sim.world.distributions import Family
from sim.world.fields import ints
from sim.world.network import ArrivalKind, build_network
from sim.world.pools import Pools

FIRST_ROWS = 8
"""Rows for patients at the start: so few that engines must make room for more."""
_DAY = 1440
_DAYS = ("daily", "daily", "weekdays", "weekends", "Mon", "Tue", "Sat")
Page = dict[str, Any]


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
    luck = Luck(recipe.seed)
    writer = _Writer(recipe, luck)
    first = writer.page()
    model = network_model(read(first))
    pools = model.epochs[0].pools
    epochs = [replace(model.epochs[0], pools=_reserved(recipe, luck, pools))]
    hours = luck.random.choice(np.arange(1, 24 * recipe.days), recipe.epochs - 1, replace=False)
    for hour in sorted(hours):
        world, its_pools = build_network(read({**first, "stations": writer.stations()}))
        # All epochs count the same numbers present.
        its_pools = replace(its_pools, level_start=pools.level_start)
        epochs.append(Epoch(60.0 * hour, world, _reserved(recipe, luck, its_pools)))
    return replace(model, pathway=TIGHT_NETWORK, epochs=tuple(epochs))


def read(page: Page) -> Any:
    """Return what the loader makes of a page."""
    return read_network(Document(page), Path("random.yaml"))


def _reserved(recipe: NetworkRecipe, luck: Luck, pools: Pools) -> Pools:
    if not recipe.reserves:
        return pools
    kept = luck.numbers(0, 2, pools.segment_servers.size)
    return replace(
        pools,
        segment_reserved=ints(np.minimum(kept, pools.segment_servers)),
        reserved_for=ints(luck.numbers(0, 2, pools.count)),
    )


def count_network(seen: Counter[str], model: Model, tally: Tally) -> None:
    """Add what a network is made of and how its patients left."""
    for epoch in model.epochs:
        seen.update(f"family {Family(f).name}" for f in epoch.world.distribution_family)
    seen.update(f"arrivals {ArrivalKind(k).name}" for k in model.epochs[0].world.arrival_kind)
    left = tally.state.arrays.left_count.reshape(-1, FATES).sum(axis=0)
    for fate in Fate:
        seen[f"fate {fate.name}"] += int(left[fate])
    seen["more rows for patients"] += tally.state.capacity > FIRST_ROWS
    seen["further epochs"] += len(model.epochs) - 1


class _Writer:
    """Writes pages with the same classes."""

    def __init__(self, recipe: NetworkRecipe, luck: Luck) -> None:
        self.recipe = recipe
        self.luck = luck
        self.classes = [f"class-{number}" for number in range(recipe.classes)]
        self.names = [f"station-{number}" for number in range(recipe.stations)]

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
            },
            "classes": {
                name: {"arrivals": self._arrivals(), "start": self._start()}
                for name in self.classes
            },
            "stations": self.stations(),
            "report": {"waits_over": ["0 min", "15 min"]},
        }

    def stations(self) -> Page:
        return {name: self._station(number) for number, name in enumerate(self.names)}

    def _arrivals(self) -> Page:
        luck, last = self.luck, _DAY * self.recipe.days
        kind = luck.one_of(["poisson", "piecewise", "regular", "scripted"])
        if kind == "poisson":
            return {"poisson": f"{luck.number(1, 40) / 10} per hour"}
        if kind == "piecewise":
            entries = self._calendar("rate", lambda: f"{luck.number(0, 50) / 10} per hour")
            return {"piecewise": entries}
        if kind == "regular":
            every, first = 5 * luck.number(3, 24), 5 * luck.number(0, 12)
            return {"regular": {"every": f"{every} min", "first": f"{first} min"}}
        grid = luck.one_of([1, 60]) if self.recipe.exact else 0.1
        times = luck.numbers(0, int(last / grid), luck.number(10, 90))
        return {"scripted": {"times": [float(time) * grid for time in times]}}

    def _calendar(self, key: str, value: Callable[[], Any]) -> list[Page]:
        """Write entries at different times of the day, so that no two begin together."""
        hours = self.luck.random.permutation(24)[: self.luck.number(1, 4)]
        return [{"from": f"{self.luck.one_of(_DAYS)} {hour:02}:00", key: value()} for hour in hours]

    def _start(self) -> Any:
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
        if keeps or luck.chance(0.8):
            station["next"] = self._per_class(lambda: self._next(later, keeps))
        if luck.chance(0.4):
            station["patience"] = self._per_class(lambda: self._times(30))
            station["on_renege"] = self._per_class(lambda: luck.one_of([EXIT, *later]))
        if luck.chance(0.3):
            station["room"] = luck.number(0, 3)
            station["on_full"] = self._per_class(lambda: luck.one_of([EXIT, *later]))
        return station

    def _servers(self) -> Any:
        luck = self.luck
        if luck.chance(0.05):
            return UNLIMITED_SERVERS
        if luck.chance(0.4):
            return luck.number(1, 3)
        return self._calendar("servers", lambda: luck.one_of([0, 1, 1, 2, 3]))

    def _next(self, later: list[str], keeps: bool) -> Any:
        luck = self.luck
        if keeps:
            return {luck.one_of(later): luck.one_of([0.7, 1.0])}
        if later and luck.chance(0.5):
            return luck.one_of(later)
        links: Page = {luck.one_of(self.names): 0.3}
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
                {"mixture": [{"share": 0.5, "time": low}, {"share": 0.5, "time": {"gamma": {"mean": high, "sd": sd}}}]},
            ]
        )
