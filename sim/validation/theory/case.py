"""A network with a known answer, and what the simulation says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from sim.engine.choose import ENGINES, EngineName
from sim.engine.tally import Tally
from sim.measure.network.census import census
from sim.measure.network.invariants import broken_in_network
from sim.measure.network.measures import network_measures
from sim.scenario.network.schema import ALL, NetworkScenario
from sim.subjects.network.model import network_model
from sim.time_units import MINUTES_PER_WEEK

SEED = 20260101
REPLICATIONS = 40

Key = tuple[str, str, str]
"""Class, station, measure."""


@dataclass(frozen=True)
class Case:
    """One network and its theory.

    Attributes
    ----------
    name : str
        Of the network.
    system : str
        The kind of network: `sim.glossary` has it under ``theory.<system>``.
    source : str
        Author and year of the theory.
    classes, stations : dict
        As a network file has them.
    patients : int
        Patients in all replications together.
    rates : dict
        Arrivals per minute of each class, on average.
    precise : dict
        Values that must be seen with a small standard error, controls used.
    warm_up : int
        Minutes; many times the relaxation time ``1 / (c (1 - sqrt(load))^2)`` of the queue.
    agrees : dict
        Further values, within 4 standard errors whatever these are, without controls.
    work : dict
        Controls: mean numbers in service, which follow from arrivals and services alone.
    waits_over : sequence of str
        Waits for the measures "share waiting over".
    weekly : bool
        Rates or servers follow the week: whole weeks are counted.
    census : sequence of int
        Minutes of the day, on the hour, at which everybody inside is counted, as ``inside_at_<minute>``.
    precision : float
        The largest standard error of the precise values, as a share of them.
    rare : bool
        What is measured happens so seldom that means over shorter runs are far from normal.
    """

    name: str
    system: str
    source: str
    classes: dict[str, Any]
    stations: dict[str, Any]
    patients: int
    rates: dict[str, float]
    precise: dict[Key, float]
    warm_up: int
    agrees: dict[Key, float] = field(default_factory=dict)
    work: dict[Key, float] = field(default_factory=dict)
    waits_over: Sequence[str] = ()
    weekly: bool = False
    census: Sequence[int] = ()
    precision: float = 0.01
    rare: bool = False

    @property
    def minutes(self) -> int:
        """Counted minutes of one replication."""
        wanted = round(self.patients / REPLICATIONS / sum(self.rates.values()))
        if not self.weekly:
            return wanted
        return max(1, round(wanted / MINUTES_PER_WEEK)) * MINUTES_PER_WEEK

    @property
    def controls(self) -> dict[Key, float]:
        """Measures whose mean is known without any queueing theory: they take out variance."""
        counts = {(name, ALL, "entered"): r * self.minutes for name, r in self.rates.items()}
        return counts | self.work

    @property
    def wanted(self) -> list[Key]:
        """All measures that the case speaks of."""
        return list(dict.fromkeys([*self.precise, *self.agrees, *self.controls]))

    def shorter(self, factor: float) -> Case:
        """Return the case with fewer patients (not of a rare one), of which no precision is asked."""
        patients = self.patients if self.rare else max(1, round(self.patients / factor))
        return replace(self, patients=patients, precision=math.inf)

    def scenario(self, seed: int = SEED) -> NetworkScenario:
        """Return the network as a file would state it."""
        return NetworkScenario.model_validate(
            {
                "kind": "network",
                "name": self.name,
                "title": {"zh": self.name, "en": self.name},
                "run": {
                    "warm_up": f"{self.warm_up} min",
                    "length": f"{self.minutes} min",
                    "replications": REPLICATIONS,
                    "seed": seed,
                },
                "classes": self.classes,
                "stations": self.stations,
                "report": {
                    "waits_over": list(self.waits_over),
                    "census_by_hour": bool(self.census),
                },
            }
        )


@dataclass(frozen=True)
class Seen:
    """What was measured, one value per replication, and the invariants that were violated."""

    values: dict[Key, list[float]]
    broken: tuple[str, ...]


def measured(
    case: Case, seed: int = SEED, *, engine: EngineName = "compiled", workers: int = 1
) -> Seen:
    """Simulate all replications of a case.

    Parameters
    ----------
    case : Case
    seed : int
    engine : {'compiled', 'simpy'}
    workers : int
        Replications side by side.
    """
    scenario = case.scenario(seed)
    model = network_model(scenario)

    def one(replication: int) -> tuple[dict[Key, float], list[str]]:
        tally = ENGINES[engine](model, seed, replication)
        return _values(case, scenario, tally), broken_in_network(scenario, tally)

    with ThreadPoolExecutor(workers) as pool:
        runs = list(pool.map(one, range(REPLICATIONS)))
    values = {key: [found[key] for found, _ in runs] for key in case.wanted}
    return Seen(values, tuple(dict.fromkeys(said for _, broken in runs for said in broken)))


def _values(case: Case, scenario: NetworkScenario, tally: Tally) -> dict[Key, float]:
    table = network_measures(scenario, tally)
    values = table.set_index(["class", "station", "measure"])["value"]
    found = {key: float(values[key]) for key in case.wanted if key in values.index}
    return found | (_inside(case, scenario, tally) if case.census else {})


def _inside(case: Case, scenario: NetworkScenario, tally: Tally) -> dict[Key, float]:
    """Return the mean number inside by minute of the day: every day of the week is counted as often."""
    table = census(scenario, tally)
    everybody = table[table["measure"] == "inside"].groupby("at")["value"].sum()
    # "Mon 06:00" to "Sun 06:00"
    by_time = everybody.groupby(everybody.index.str.split().str[1]).mean()
    return {
        (ALL, ALL, f"inside_at_{minute}"): float(by_time[f"{minute // 60:02}:{minute % 60:02}"])
        for minute in case.census
    }
